/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happened in each network namespace since the module counts: moved at the edges of lives, on this CPU, never on the data
 * path. What is still open is added by who reads (procfs.c). Names are those of the `name value` files, and do not change.
 */
#ifndef SL_KMOD_STAT_H
#define SL_KMOD_STAT_H

#include <linux/percpu.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "../core/life.h"

/*        id               group       name                     what it is */
#define SL_STATS(X)                                                                                                    \
	X(BEGUN, summary, "sockets_begun", "sockets followed")                                                         \
	X(SEEN_LATE, summary, "sockets_seen_late", "of them, those that existed before")                               \
	X(ENDED, summary, "sockets_ended", "sockets that are gone")                                                    \
	X(ACTIVE_OPENS, handshake, "active_opens", "connects that got as far as a SYN")                                \
	X(PASSIVE_OPENS, handshake, "passive_opens", "children born from handshakes at listeners")                     \
	X(CLIENT_ESTABLISHED, handshake, "client_established", "connects that were established")                       \
	X(SERVER_ESTABLISHED, handshake, "server_established", "children that were established")                       \
	X(REFUSED, handshake, "refused", "answered by a RST")                                                          \
	X(TIMED_OUT, handshake, "timed_out", "nothing answered")                                                       \
	X(UNREACHABLE, handshake, "unreachable", "ICMP, or no route")                                                  \
	X(LOCAL_ERROR, handshake, "local_error", "refused by this host itself")                                        \
	X(DENIED, handshake, "denied", "refused by policy")                                                            \
	X(CANCELLED, handshake, "cancelled", "closed by the program before there was an answer")                       \
	X(ABORTED, handshake, "aborted", "children that went before they were established")                            \
	X(OTHER, handshake, "other_error", "failed for another reason")                                                \
	X(SYN_RETRANS, handshake, "syn_retrans", "SYNs sent again")                                                    \
	X(SYNACK_RETRANS, handshake, "synack_retrans", "SYN-ACKs sent again")                                          \
	X(ACCEPTED, handshake, "accepted", "connections that accept() took")                                           \
	X(CLOSE_ACTIVE, close, "close_active", "this end's FIN was first")                                             \
	X(CLOSE_PASSIVE, close, "close_passive", "the peer's FIN was first")                                           \
	X(CLOSE_SIMULTANEOUS, close, "close_simultaneous", "the FINs crossed")                                         \
	X(CLOSE_RESET_SENT, close, "close_reset_sent", "aborted by this end")                                          \
	X(CLOSE_RESET_RECEIVED, close, "close_reset_received", "reset by the peer")                                    \
	X(CLOSE_TIMED_OUT, close, "close_timed_out", "given up: nothing was acknowledged any more")                    \
	X(CLOSE_ERROR, close, "close_error", "ended by another error")                                                 \
	X(CLOSE_UNCONNECTED, close, "close_unconnected", "TCP sockets that had no connection to close")                \
	X(TIME_WAIT, close, "time_wait", "went into TIME_WAIT")                                                        \
	X(ORPHANED, close, "orphaned", "closed by the program while TCP still had work to do")                         \
	X(UNREAD, close, "closed_unread", "closed with data that the program had not read")                            \
	X(RST_SENT, close, "rst_sent", "RSTs sent for sockets that are followed")                                      \
	X(RST_RECEIVED, close, "rst_received", "RSTs received")                                                        \
	X(RETRANS_SEGS, errors, "retrans_segs", "segments sent again, SYNs and SYN-ACKs included")                     \
	X(RETRANS_RTO, errors, "retrans_rto", "retransmissions by the timer")                                          \
	X(RETRANS_FAST, errors, "retrans_fast", "retransmissions by duplicate ACKs")                                   \
	X(RETRANS_TLP, errors, "retrans_probe", "probes of the tail")                                                  \
	X(SOCK_ERRORS, errors, "sock_errors", "errors reported to sockets")                                            \
	X(DROPS, errors, "skb_drops", "skbs dropped with a socket that is followed")                                   \
	X(CALLS_FAILED, errors, "calls_failed", "calls that failed, of those watched")                                 \
	X(DENIED_CALLS, security, "calls_denied", "calls that failed with EPERM or EACCES")

#define SL_STAT_ENUM(id, group, name, about) SL_STAT_##id,
enum sl_stat_name { SL_STATS(SL_STAT_ENUM) SL_STAT_NR };
#undef SL_STAT_ENUM

#define SL_HISTS(X)                                                                                                    \
	X(CLIENT, "client handshake", "from connect() to ESTABLISHED")                                                 \
	X(SERVER, "server handshake", "from SYN-ACK to ESTABLISHED")                                                   \
	X(ACCEPT, "accept wait", "from ESTABLISHED until accept() took it")                                            \
	X(LIFE, "life", "of TCP connections, from the socket's begin to its end")                                      \
	X(CLOSE, "close", "from the first FIN or RST to the end")

#define SL_HIST_ENUM(id, name, about) SL_HIST_##id,
enum sl_hist { SL_HISTS(SL_HIST_ENUM) SL_HIST_KINDS };
#undef SL_HIST_ENUM

#define SL_HIST_BUCKETS 28 /* bucket i: below 2^i us; the last has the rest */

struct sl_stat_cpu {
	u64 count[SL_STAT_NR];
	u64 calls[SL_CALL_NR];
	u64 hist[SL_HIST_KINDS][SL_HIST_BUCKETS];
	u64 ended_send_bytes; /* of lives that are over */
	u64 ended_recv_bytes;
	u64 ended_sends;
	u64 ended_recvs;
};

struct sl_stat {
	struct net *net;
	struct sl_stat_cpu __percpu *cpu;
	struct proc_dir_entry *dir;
};

extern unsigned int sl_stat_id;

static inline struct sl_stat *sl_stat_of(const struct net *net)
{
	return net_generic(net, sl_stat_id);
}

void sl_stat_count(const struct sock *sk, enum sl_stat_name which);
void sl_stat_refused(void);
void sl_stat_begun(const struct sock *sk, const struct sl_life *life);
void sl_stat_state(const struct sock *sk, const struct sl_life *life, int old_state, int new_state, u16 was);
void sl_stat_connect_returned(const struct sock *sk, const struct sl_life *life, u16 was);
void sl_stat_accepted(const struct sock *sk, u64 wait_ns);
void sl_stat_call(const struct sock *sk, u32 call, int ret);
void sl_stat_retrans(const struct sock *sk, u32 tcp_state, u32 ca_state, u32 segs);
void sl_stat_synack_retrans(const struct sock *listener);
void sl_stat_ended(const struct sock *sk, const struct sl_life *life);

/* The sum of all CPUs. */
void sl_stat_sum(const struct sl_stat *s, struct sl_stat_cpu *sum);
u64 sl_stat_refusals(void);

int sl_stat_init(void);
void sl_stat_exit(void);

#endif
