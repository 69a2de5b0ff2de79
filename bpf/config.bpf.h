/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the loader decides before the programs are loaded. It stands in .rodata, so the verifier sees constants and cuts
 * away what is off. userspace/lib/source_bpf.c fills it; both sides share this struct.
 */
#ifndef SL_CONFIG_BPF_H
#define SL_CONFIG_BPF_H

struct sl_bpf_config {
	unsigned long long watched;   /* bitmap of facts */
	unsigned long long cgroup_id; /* only sockets of this cgroup and those below it; 0: all */
	unsigned long long
		attach_id; /* the cgroup programs see only this cgroup and those below it; 0: all, or none at all */
	unsigned long long cgroup_facts; /* facts that cgroup programs show: not watched for sockets elsewhere */
	unsigned int netns;              /* only this one; 0: all */
	unsigned int events;             /* 1: level calls, an event for each step */
	unsigned int follow;             /* 1: only processes in follow_pids and the peers of their sockets */
	unsigned int ring_bytes;
	unsigned int reserve_bytes;  /* of it kept for identities and lives */
	unsigned int watermark;      /* bytes; the reader is woken when the fill crosses it */
	unsigned int retransmit_err; /* the tracepoint has a third argument: the result */
	unsigned int reset_reason;   /* tcp_send_reset has a third argument: the reason */
	unsigned int drop_reason;    /* kfree_skb has a third argument: the reason */
	unsigned int drop_sk;        /* kfree_skb has a fourth argument: the socket */
	unsigned int drop_none;      /* reasons up to this one say that nothing was wrong (NOT_SPECIFIED) */
	unsigned int cgroup_close;   /* cgroup/sock_release is attached: it tells close(), sys_enter need not */
	unsigned int tick_us;        /* length of a jiffy; 0: unknown, and then times in jiffies are not reported */
	unsigned int
		calls_told; /* bit per SL_CALL_*: its return is told, by sys_exit or a function hook; others only add */
	unsigned int function_calls;   /* of them, by a function hook */
	unsigned int call_time;        /* sys_enter is attached */
	unsigned int wait_by_call;     /* a call that slept has waited; no hook sits in the waits themselves */
	unsigned int undo_by_state;    /* what is spurious is told by the state that congestion control leaves */
	unsigned int probe_by_segment; /* a window's probe is told where it leaves; no hook sits where it is made */
	unsigned int drop_netfilter;   /* reason of kfree_skb for a packet that netfilter dropped; ~0: none */
	unsigned int drop_overflow;    /* for a full accept queue, where no better hook tells it; ~0: none */
	unsigned int room_rcvbuf;      /* reasons of kfree_skb that say: no room; ~0: this kernel has no such reason */
	unsigned int room_zero_window;
	unsigned int room_backlog;
	unsigned int room_ofo;
	unsigned int room_memory;
};

#endif
