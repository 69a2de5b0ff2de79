/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The specification: what the kernel side (module or BPF) and the reader say to each other.
 *
 * A ring carries records. Each starts with struct sl_rec, whose len is the whole record's size in bytes, a multiple
 * of 8. A body only ever grows at its end, so a reader takes the fields that it knows and skips the rest by len.
 * Times are CLOCK_MONOTONIC ns; a time of 0 is "not seen". Addresses and ports: addresses are network order in 16
 * bytes (IPv4 in the first four), ports are host order. Fixed-width types only, natural alignment, padding explicit
 * and zero, values never renumbered. No kernel address is ever in a record. Sizes are asserted at the end, by every
 * compiler that sees this file: C11, C++17, BPF with vmlinux.h, the kernel.
 */
#ifndef SL_ABI_H
#define SL_ABI_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#define SL_ABI_MAJOR 2 /* 1: before buffers, listeners, refusals and peers were told */
#define SL_ABI_MINOR 0

/* ---- record types ------------------------------------------------------------------------------------------ */
#define SL_REC_IDENT 1 /* who a socket is: at its begin, and again whenever that becomes better known */
#define SL_REC_EVENT 2 /* something happened to a socket */
#define SL_REC_LIFE 3  /* a whole life: at its end, or when tracing stops (SL_LIFE_OPEN) */
#define SL_REC_NR 4

/* Every record begins so. seq counts, for each CPU, the records that were attempted: a gap is a loss. */
struct sl_rec {
	__u32 len;
	__u16 type;
	__u16 cpu;
	__u64 ts_ns;
	__u64 seq;
	__u64 cookie; /* the socket: SO_COOKIE, "sk:" of ss -e */
};

/* ---- losses: counted by record type and reason, in memory that the reader cannot write ----------------------- */
#define SL_LOST_RING_FULL 0  /* no room left in the ring */
#define SL_LOST_RESERVE 1    /* room left, but kept for begin and end records */
#define SL_LOST_TABLE_FULL 2 /* a socket not followed: the table is at its ceiling */
#define SL_LOST_NO_MEMORY 3  /* a socket not followed: the kernel had no memory for its life */
#define SL_LOST_NR 4

struct sl_counters { /* one a CPU */
	__u64 seen[SL_REC_NR];
	__u64 delivered[SL_REC_NR];
	__u64 lost[SL_REC_NR][SL_LOST_NR];
	__u64 lives_begun;
	__u64 lives_ended;
	__u64 filtered; /* sockets that the filter ruled out in the kernel */
	__u64 seq;
	__u64 kept; /* lives that ended while the ring was full, and wait in the table for the reader */
};

/* ---- identity ----------------------------------------------------------------------------------------------- */
#define SL_ROLE_NONE 0
#define SL_ROLE_CLIENT 1
#define SL_ROLE_SERVER 2
#define SL_ROLE_LISTENER 3

#define SL_ORIGIN_UNKNOWN 0  /* first seen in mid-life by a hook */
#define SL_ORIGIN_CREATED 1  /* socket(), socketpair() */
#define SL_ORIGIN_ACCEPTED 2 /* born from a listener's handshake */
#define SL_ORIGIN_SEEDED 3   /* existed when tracing began */

#define SL_ID_OWNER (1u << 0)   /* pid, tid, uid, cgroup_id and comm are the owner's */
#define SL_ID_LOCAL (1u << 1)   /* laddr, lport */
#define SL_ID_REMOTE (1u << 2)  /* raddr, rport */
#define SL_ID_PARENT (1u << 3)  /* parent */
#define SL_ID_ISN (1u << 4)     /* isn_local, isn_remote */
#define SL_ID_CREATED (1u << 5) /* created_ns is when the socket was made, not when it was first seen */
#define SL_ID_TYPE (1u << 6)    /* type, protocol */
#define SL_ID_PEER (1u << 7)    /* peer */
#define SL_ID_MPTCP (1u << 8)   /* mptcp */

struct sl_ident {
	__u64 cookie;
	__u64 parent;    /* cookie of the listener that an accepted socket came from */
	__u64 cgroup_id; /* of the owner */
	__u64 created_ns;
	__u32 netns; /* inode number of the network namespace */
	__u32 known; /* SL_ID_* */
	__u32 pid;   /* thread group id in the initial pid namespace */
	__u32 tid;
	__u32 uid;
	__u32 isn_local;
	__u32 isn_remote;
	__u16 family; /* AF_* */
	__u16 type;   /* SOCK_* */
	__u16 protocol;
	__u16 lport;
	__u16 rport;
	__u8 role;   /* SL_ROLE_* */
	__u8 origin; /* SL_ORIGIN_* */
	__u8 laddr[16];
	__u8 raddr[16];
	char comm[16];
	__u64 peer;  /* UNIX: cookie of the socket at the other end */
	__u64 mptcp; /* cookie of the MPTCP connection that this is a subflow of */
};

struct sl_ident_rec {
	struct sl_rec rec;
	struct sl_ident id;
};

/* ---- calls -------------------------------------------------------------------------------------------------- */
#define SL_CALL_SOCKET 0
#define SL_CALL_SETSOCKOPT 1
#define SL_CALL_BIND 2
#define SL_CALL_LISTEN 3
#define SL_CALL_CONNECT 4
#define SL_CALL_ACCEPT 5 /* on a listener: the calls; on an accepted socket: the one that returned it */
#define SL_CALL_SEND 6
#define SL_CALL_RECV 7
#define SL_CALL_SHUTDOWN 8
#define SL_CALL_CLOSE 9
#define SL_CALL_NR 10

struct sl_call {
	__u32 count;
	__u32 errors;
	__u64 total_ns; /* time spent in these calls, where their begin was seen */
	__u64 max_ns;
	__s32 last_errno; /* positive; 0: no call failed */
	__u32 timed;      /* how many calls total_ns covers */
};

#define SL_ERRNO_NR 4
struct sl_call_errno { /* the first few (call, errno) pairs and how often */
	__u16 call;
	__u16 err;
	__u32 count;
};

#define SL_OPTION_NR 8 /* a power of two */
struct sl_option {     /* the last few options set; value is the first 4 bytes of what was asked */
	__u16 level;
	__u16 name;
	__s32 asked;
	__s32 in_force; /* see SL_OPT_IN_FORCE */
	__s16 ret;      /* 0 or -errno, see SL_OPT_RET */
	__u16 known;    /* SL_OPT_* */
};
#define SL_OPT_ASKED (1u << 0)
#define SL_OPT_IN_FORCE (1u << 1)
#define SL_OPT_RET (1u << 2)

#define SL_HIST_NR 16 /* bucket i counts sizes of [4^i, 4^(i+1)); 0 bytes are in bucket 0 too */

struct sl_calls {
	struct sl_call call[SL_CALL_NR];
	__u64 send_bytes;
	__u64 recv_bytes;
	struct sl_call_errno err[SL_ERRNO_NR];
	struct sl_option option[SL_OPTION_NR];
	__u32 options; /* how many were set in all; the table keeps the last SL_OPTION_NR */
	__u32 backlog; /* as listen() asked */
	__u32 backlog_in_force;
	__u32 errnos_dropped; /* failures that found err[] full */
	__u32 send_hist[SL_HIST_NR];
	__u32 recv_hist[SL_HIST_NR];
};

/* ---- handshake (RFC 9293 3.5) --------------------------------------------------------------------------------- */
#define SL_HS_NONE 0    /* no handshake was begun */
#define SL_HS_PENDING 1 /* begun, no outcome yet */
#define SL_HS_ESTABLISHED 2
#define SL_HS_REFUSED 3     /* a RST answered */
#define SL_HS_TIMED_OUT 4   /* nothing answered */
#define SL_HS_UNREACHABLE 5 /* ICMP, or no route */
#define SL_HS_LOCAL_ERROR 6 /* the own host refused: address in use, no port left, ... see err */
#define SL_HS_DENIED 7      /* policy: EPERM, EACCES */
#define SL_HS_CANCELLED 8   /* the program closed the socket first */
#define SL_HS_ABORTED 9     /* the handshake was broken off (server side: RST in SYN_RECV, or child dropped) */
#define SL_HS_OTHER 10      /* another errno, see err */

#define SL_HSF_SIMULTANEOUS (1u << 0)
#define SL_HSF_FASTOPEN (1u << 1)
#define SL_HSF_ASYNC (1u << 2)           /* connect() returned EINPROGRESS */
#define SL_HSF_SYNACK_FROM_RTT (1u << 3) /* server: synack_ns is ack_ns minus the kernel's own RTT sample */
#define SL_HSF_SYN_FROM_STATE (1u << 4)  /* client: syn_ns is when SYN_SENT was entered, not when the SYN left */
#define SL_HSF_ACCEPTED (1u << 5)
#define SL_HSF_COOKIE (1u << 6) /* SYN cookie */

struct sl_handshake {
	__u64 begin_ns;     /* connect() entered SYN_SENT; at a server the SYN came */
	__u64 syn_ns;       /* client: (first) SYN sent; server: SYN received */
	__u64 synack_ns;    /* client: SYN-ACK received; server: (first) SYN-ACK sent */
	__u64 ack_ns;       /* client: third segment sent; server: received */
	__u64 done_ns;      /* ESTABLISHED, or the failure */
	__u64 accept_ns;    /* server: accept() returned the socket */
	__u32 accept_queue; /* server: sockets in the accept queue when this one entered it, itself included */
	__u32 rtt_us;       /* the kernel's RTT sample of the handshake; 0: none */
	__u16 syn_retrans;
	__u16 synack_retrans;
	__u16 outcome; /* SL_HS_* */
	__u16 flags;   /* SL_HSF_* */
	__s32 err;     /* positive errno of the outcome; 0: none or unknown */
	__u32 pad;
};

/* ---- close (RFC 9293 3.6) ------------------------------------------------------------------------------------- */
#define SL_CLOSE_NONE 0         /* still open, or never connected */
#define SL_CLOSE_ACTIVE 1       /* this end's FIN was first */
#define SL_CLOSE_PASSIVE 2      /* the peer's FIN was first */
#define SL_CLOSE_SIMULTANEOUS 3 /* the FINs crossed */
#define SL_CLOSE_RESET_SENT 4   /* aborted by this end */
#define SL_CLOSE_RESET_RECEIVED 5
#define SL_CLOSE_TIMED_OUT 6   /* retransmissions, keepalive or user timeout gave up */
#define SL_CLOSE_ERROR 7       /* another error, see err */
#define SL_CLOSE_UNCONNECTED 8 /* closed, and there was no connection to close */

#define SL_CLF_TIME_WAIT (1u << 0)    /* entered TIME_WAIT */
#define SL_CLF_TAIL_PENDING (1u << 1) /* the socket went while the peer's FIN was still to come: SL_EV_TAIL follows */
#define SL_CLF_ORPHAN (1u << 2)       /* closed by the program while TCP still had work to do */
#define SL_CLF_RESET_REASON (1u << 3) /* reset_reason is set (enum sk_rst_reason of the running kernel) */
#define SL_CLF_NETNS_EXIT (1u << 4)   /* no source sets it yet */
#define SL_CLF_FIN_SENT (1u << 5)
#define SL_CLF_FIN_RECEIVED (1u << 6)
#define SL_CLF_LINGER (1u << 7)
#define SL_CLF_FIN_IN_BYTES (1u << 8) /* internal: the kernel's received count includes the FIN */

struct sl_close {
	__u64 fin_sent_ns;     /* this end's FIN */
	__u64 fin_acked_ns;    /* the peer's ACK of it came */
	__u64 fin_received_ns; /* the peer's FIN */
	__u64 fin_ack_sent_ns; /* this end's ACK of it */
	__u64 reset_ns;
	__u64 end_ns;            /* the life's end */
	__u64 half_closed_ns;    /* how long only one direction was open */
	__u64 half_closed_bytes; /* payload moved in that time, both ways */
	__u32 unread_bytes;      /* in the receive queue at close() */
	__u32 reset_reason;
	__u16 class_;     /* SL_CLOSE_* */
	__u16 flags;      /* SL_CLF_* */
	__u16 last_state; /* TCP state before the end, TCP_* of the kernel */
	__s16 err;        /* positive errno */
};

/* ---- buffers ---------------------------------------------------------------------------------------------------- */
#define SL_BUF_LOOKED (1u << 0)     /* rcvbuf and sndbuf were read; without it nothing of the fill is known */
#define SL_BUF_RCV_LOCKED (1u << 1) /* SO_RCVBUF was set: the kernel no longer tunes it */
#define SL_BUF_SND_LOCKED (1u << 2) /* SO_SNDBUF was set */

/* Fill is as the kernel accounts it, with its own overhead ("skmem" of ss -m); the peaks are of the moments that were looked at. */
struct sl_buffers {
	__u32 rcvbuf; /* limits, bytes */
	__u32 sndbuf;
	__u32 rmem_max_seen;
	__u32 wmem_max_seen;
	__u32 backlog_max_seen;
	__u32 autotune_moves; /* how often a limit had changed by itself since the last look */
	__u64 send_blocked_ns;
	__u64 recv_blocked_ns;
	__u32 send_blocked;     /* sends that waited for room */
	__u32 recv_blocked;     /* receives that waited for data */
	__u32 zero_window_sent; /* times that this end closed its window */
	__u32 zero_window_received;
	__u64 zero_window_sent_ns;
	__u64 zero_window_received_ns;
	__u32 probes;         /* sent, of a window that the peer had closed */
	__u32 drop_rcvbuf;    /* dropped because of: SO_RCVBUF, in bytes; */
	__u32 drop_backlog;   /* the queue of segments that come while the program is in the socket; */
	__u32 drop_prune;     /* queues that even pruning did not make short enough; */
	__u32 drop_ofo;       /* what was out of order thrown away to make room; */
	__u32 drop_memory;    /* the limits of all sockets (tcp_mem, udp_mem) or of a cgroup */
	__u32 recvq_max_seen; /* TCP: payload bytes that waited for the program (Recv-Q) */
	__u32 sendq_max_seen; /* TCP: bytes written and not acknowledged (Send-Q) */
	__u32 memory_refused; /* times that the kernel refused the socket more memory */
	__u32 flags;          /* SL_BUF_* */
};

/* ---- flow: read from the kernel's tcp_sock at the life's edges --------------------------------------------------- */
#define SL_CA_OPEN 0 /* enum tcp_ca_state */
#define SL_CA_DISORDER 1
#define SL_CA_CWR 2
#define SL_CA_RECOVERY 3
#define SL_CA_LOSS 4
#define SL_CA_NR 5

struct sl_flow {
	__u64 bytes_sent;     /* payload, each byte once */
	__u64 bytes_retrans;  /* payload sent again */
	__u64 bytes_acked;    /* payload that the peer acknowledged */
	__u64 bytes_received; /* payload, in order */
	__u64 delivery_rate;  /* bytes a second, last sample; 0: none */
	__u64 pacing_rate;    /* bytes a second; ~0: unlimited */
	__u64 busy_us;        /* time with data outstanding, and of it: */
	__u64 rwnd_limited_us;
	__u64 sndbuf_limited_us;
	__u32 segs_out;
	__u32 segs_in;
	__u32 data_segs_out;
	__u32 data_segs_in;
	__u32 srtt_us;
	__u32 rttvar_us;
	__u32 min_rtt_us; /* ~0: none */
	__u32 snd_cwnd;   /* segments */
	__u32 snd_cwnd_max;
	__u32 ssthresh; /* segments; 0x7fffffff: never reduced */
	__u32 mss;      /* bytes a segment, this end's sending */
	__u32 rcv_wnd;
	__u32 snd_wnd;
	__u8 snd_wscale;
	__u8 rcv_wscale;
	__u8 ecn;                   /* 1: negotiated */
	__u8 app_limited;           /* 1: delivery_rate was measured while the program had too little to send */
	char congestion[16];        /* name of the congestion control; empty: not read */
	__u64 ca_ns[SL_CA_NR];      /* time in each state of congestion control, since ESTABLISHED */
	__u32 ca_entered[SL_CA_NR]; /* how often it was entered from another */
	__u32 pad;
};

/* ---- errors ---------------------------------------------------------------------------------------------------- */
#define SL_DROP_NR 3
struct sl_drop {
	__u32 reason; /* enum skb_drop_reason of the running kernel: named by its BTF */
	__u32 count;
};

struct sl_errors {
	__u32 retrans; /* segments retransmitted, all causes, SYN, FIN and SYN-ACK included */
	__u32 retrans_rto;
	__u32 retrans_fast;
	__u32 retrans_tlp;
	__u32 spurious; /* times that the kernel took back a slow-down: what it had sent again had not been lost */
	__u32 lost;
	__u32 reordering; /* times reordering was seen */
	__u32 dsack;
	__u32 sock_errors; /* errors reported to the socket */
	__s32 last_sk_err; /* positive errno */
	__u32 icmp;
	__u32 drops; /* skbs dropped with this socket, all reasons */
	struct sl_drop drop[SL_DROP_NR];
	__u32 resets_sent;
	__u32 resets_received;
};

/* ---- security ---------------------------------------------------------------------------------------------------- */
#define SL_BY_UNKNOWN 0   /* refused, by what this kernel does not show */
#define SL_BY_LSM 1       /* a security module's hook */
#define SL_BY_CGROUP 2    /* a BPF program of a cgroup */
#define SL_BY_NETFILTER 3 /* detail: SL_NF_*, where it is known */
#define SL_BY_PRIVILEGE 4 /* a capability that the process has not; detail: its number plus 1 */
#define SL_BY_NR 5

struct sl_security {
	__u32 denied_lsm;
	__u32 denied_cgroup;
	__u32 denied_netfilter; /* packets of the socket that a rule dropped, and calls that failed so */
	__u32 denied_privilege;
	__u16 last_call; /* SL_CALL_* */
	__u16 last_err;
	__u16 last_by;     /* SL_BY_* */
	__u16 last_detail; /* 0: none */
	__u32 denied_unknown;
	__u32 pad;
};

/* ---- listener: what happened at its queues -------------------------------------------------------------------------- */
struct sl_listen {
	__u32 queue;     /* connections that wait for accept(), at the last look */
	__u32 queue_max; /* the most that were seen */
	__u32 overflows; /* handshakes that completed and found the accept queue full */
	__u32 drops;     /* the kernel's own count of what the listener dropped: "d" in skmem of ss -m */
	__u32 cookies_sent;
	__u32 cookies_accepted;
	__u32 cookies_failed;
	__u32 pad;
};

/* ---- bind: what a bind() asked for, kept when it failed ---------------------------------------------------------------- */
struct sl_bind {
	__u64 holder; /* cookie of the listener that has the port; 0: unknown, or none */
	__u8 addr[16];
	__u16 port;
	__u16 family; /* AF_*; 0: nothing is known */
	__u32 pad;
};

/* ---- completeness ------------------------------------------------------------------------------------------------ */
#define SL_LIFE_OPEN (1u << 0)        /* the socket lives on: tracing stopped, or a snapshot */
#define SL_LIFE_SEEN_LATE (1u << 1)   /* it existed before it was followed */
#define SL_LIFE_LOST (1u << 2)        /* records about it were lost: lost counts them */
#define SL_LIFE_END_GUESSED (1u << 3) /* the end itself was not seen; found gone by the reader's sweep */

struct sl_completeness {
	__u64 watched; /* bit n: fact n of fact.h was watched in this run */
	__u32 lost;
	__u32 flags;  /* SL_LIFE_* */
	__u32 events; /* records made about this socket, lost ones included */
	__u32 pad;
};

/* Kernel-side working state; a reader ignores it. */
struct sl_scratch {
	__u64 half_closed_since_ns;
	__u64 half_closed_bytes_at;
	__u32 match;  /* filter verdict, SL_TRI_* of match.h */
	__u32 expect; /* what is worth an event when it leaves, SL_EXPECT_* of base.h */
	__u64 connect_enter_ns;
	__u64 sweep;    /* number of the last sweep that found the socket */
	__s32 soft_err; /* positive errno of an ICMP message that did not end the handshake yet */
	__u32 state;    /* that the last change of state led to; 0: none was seen */
	__u32 ended;    /* 1: over, and kept until the reader takes it from the table */
	__u32 ca_state; /* SL_CA_* */
	__u64 ca_since_ns;
	__u64 zero_sent_since_ns; /* 0: the window is open */
	__u64 zero_received_since_ns;
	__u32 denied_by; /* SL_BY_* that refused the call under way; 0: none is known */
	__u32 pad;
};

struct sl_life {
	struct sl_ident id;
	struct sl_completeness complete;
	struct sl_handshake handshake;
	struct sl_close close;
	struct sl_flow flow;
	struct sl_errors errors;
	struct sl_security security;
	struct sl_buffers buffers;
	struct sl_calls calls;
	struct sl_listen listen;
	struct sl_bind bind;
	struct sl_scratch scratch;
};

struct sl_life_rec {
	struct sl_rec rec;
	struct sl_life life;
};

/* ---- events ------------------------------------------------------------------------------------------------------ */
#define SL_EV_CALL 1    /* a call returned: call; io for SEND and RECV */
#define SL_EV_OPTION 2  /* an option was set: option */
#define SL_EV_STATE 3   /* TCP state: state */
#define SL_EV_SEGMENT 4 /* a handshake, close or reset segment: segment */
#define SL_EV_RETRANS 5 /* a segment was sent again: segment */
#define SL_EV_RESET 6   /* RST: reset; SL_EVF_OUT or SL_EVF_IN */
#define SL_EV_ERROR 7   /* the kernel reported an error to the socket: ret = -errno */
#define SL_EV_DROP 8    /* an skb of the socket was dropped: drop */
#define SL_EV_OUTCOME 9 /* the handshake ended: ret, a = SL_HS_* in state.new_state */
#define SL_EV_TAIL 10   /* after the life's record: the peer's FIN reached the TIME_WAIT socket: segment */
#define SL_EV_NR 11

#define SL_EVF_IN (1u << 0)
#define SL_EVF_OUT (1u << 1)
#define SL_EVF_WIRE (1u << 2) /* seen where the segment crosses the device; without it: from the state change it made */
#define SL_EVF_TIMED (1u << 3)  /* dur_ns is set */
#define SL_EVF_WINDOW (1u << 5) /* a segment told because it closes its sender's window, or opens it again */
#define SL_EVF_LATE (1u << 4)   /* told after the fact: a request's segments, when its socket is born */

/* What an event says beyond its kind: 24 bytes, by kind. */
struct sl_ev_call { /* SL_EV_CALL, all but send and recv */
	__u32 call; /* SL_CALL_* */
	__u32 arg;  /* listen: backlog asked; shutdown: how; socket, accept, close: the file descriptor, ~0: unknown */
	__u64 cookie;  /* accept: on the listener the new socket, on the new socket the listener; 0: unknown */
	__u64 wait_ns; /* accept: time in the accept queue; 0: unknown */
};

struct sl_ev_io {    /* SL_EV_CALL of send and recv */
	__u32 call;  /* SL_CALL_SEND or SL_CALL_RECV */
	__u32 flags; /* MSG_* where the kernel shows them */
	__u64 bytes;
	__u64 pad;
};

struct sl_ev_option { /* SL_EV_OPTION */
	struct sl_option opt;
	__u64 pad;
};

struct sl_ev_state { /* SL_EV_STATE; SL_EV_OUTCOME: new_state is SL_HS_* */
	__u32 old_state;
	__u32 new_state;
	__u64 pad[2];
};

struct sl_ev_segment { /* SL_EV_SEGMENT, SL_EV_RETRANS, SL_EV_TAIL */
	__u32 seq;
	__u32 ack;
	__u32 len;    /* payload bytes */
	__u16 flags;  /* TCP header flags, low byte */
	__u16 window; /* as in the header, not scaled */
	__u32 count;  /* retransmission: which one of this socket */
	__u32 tcp_state;
};

struct sl_ev_reset { /* SL_EV_RESET */
	__u32 reason;
	__u32 known; /* 1: reason is set */
	__u64 pad[2];
};

struct sl_ev_drop { /* SL_EV_DROP */
	__u32 reason;
	__u32 len;
	__u64 pad[2];
};

struct sl_event {
	struct sl_rec rec;
	__u16 kind;  /* SL_EV_* */
	__u16 flags; /* SL_EVF_* */
	__s32 ret;   /* a call's result, or -errno */
	__u32 pid;   /* the calling thread's; 0: not in a process' context */
	__u32 tid;
	__u64 dur_ns;
	union {
		struct sl_ev_call call;
		struct sl_ev_io io;
		struct sl_ev_option option;
		struct sl_ev_state state;
		struct sl_ev_segment segment;
		struct sl_ev_reset reset;
		struct sl_ev_drop drop;
	};
};

/* ---- layout ------------------------------------------------------------------------------------------------------ */
#ifdef __cplusplus
#define SL_ASSERT_SIZE(type, bytes) static_assert(sizeof(struct type) == (bytes), #type " changed size")
#else
#define SL_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), #type " changed size")
#endif
SL_ASSERT_SIZE(sl_rec, 32);
SL_ASSERT_SIZE(sl_ident, 136);
SL_ASSERT_SIZE(sl_call, 32);
SL_ASSERT_SIZE(sl_option, 16);
SL_ASSERT_SIZE(sl_handshake, 72);
SL_ASSERT_SIZE(sl_close, 80);
SL_ASSERT_SIZE(sl_calls, 640);
SL_ASSERT_SIZE(sl_flow, 208);
SL_ASSERT_SIZE(sl_errors, 80);
SL_ASSERT_SIZE(sl_security, 32);
SL_ASSERT_SIZE(sl_buffers, 112);
SL_ASSERT_SIZE(sl_listen, 32);
SL_ASSERT_SIZE(sl_bind, 32);
SL_ASSERT_SIZE(sl_life, 1536);
SL_ASSERT_SIZE(sl_event, 80);

#endif
