/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the probes share, and how a hook calls them. Three kinds: a tracepoint's function; a function's entry, by ftrace; a
 * function's return, where nothing cheaper sees the fact. All may run in a process, in softirq, nested, and preemptible.
 */
#ifndef SL_KMOD_PROBE_H
#define SL_KMOD_PROBE_H

#include <linux/kprobes.h>
#include <linux/skbuff.h>

#include "compat/ftrace.h"
#include "emit.h"
#include "hooks.h"
#include "table.h"

/* Does the tracepoint kfree_skb name the socket? */
#if defined(SL_HAVE_KFREE_SKB_SK) || defined(SL_HAVE_KFREE_SKB_CONST_SK)
#define SL_HAVE_DROP_SK
#endif

/* A function's entry. sl_arg(n, type): its arguments, from 0. */
#define SL_ENTRY(name)                                                                                                 \
	void sl_enter_##name(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *op,                         \
			     struct ftrace_regs *fregs)
#define sl_arg(n, type) ((type)ftrace_regs_get_argument(fregs, n))

/* A function's return: what it was called with, when, and what it said. */
struct sl_return {
	unsigned long arg[4];
	u64 enter_ns;
	int ret;
};
#define SL_RETURN(name) void sl_return_##name(const struct sl_return *r)

/* state */
void sl_tp_state(void *data, const struct sock *sk, int old_state, int new_state);
void sl_tp_destroy(void *data, struct sock *sk);
SL_ENTRY(hashdance);
SL_ENTRY(free);
void sl_state_outcome(struct sl_entry *e, u64 now_ns);
void sl_entry_refresh(struct sl_entry *e);
bool sl_state_errno_follows(const struct sl_life *life);

/* calls */
SL_ENTRY(create);
SL_ENTRY(accept);
SL_ENTRY(release);
SL_RETURN(bind);
SL_RETURN(listen);
SL_RETURN(connect);
SL_RETURN(shutdown);
SL_RETURN(setsockopt);
SL_RETURN(do_setsockopt);
SL_RETURN(accepted);
void sl_call_event(struct sl_entry *e, u32 call, int ret, u64 dur_ns, u32 arg, u64 now_ns);
void sl_call_own(struct sl_entry *e, u64 now_ns);

/* data */
void sl_tp_send(void *data, struct sock *sk, int ret, int flags);
void sl_tp_recv(void *data, struct sock *sk, int ret, int flags);
SL_ENTRY(tcp_send);
SL_ENTRY(tcp_recv);
SL_ENTRY(udp_send);
SL_ENTRY(udp6_send);
SL_ENTRY(udp_recv);
SL_RETURN(send);
SL_RETURN(recv);
void sl_io_settle(struct sl_entry *e, const struct tcp_sock *tp, int new_state);

/* segments */
void sl_tp_segment_out(void *data, const struct sk_buff *skb, const struct net_device *dev);
void sl_tp_segment_in(void *data, struct sk_buff *skb);
void sl_segment_of_state(struct sl_entry *e, int old_state, int new_state, u64 now_ns);
void sl_segment_request_find(struct sl_life *life);
int sl_segment_init(void);
void sl_segment_exit(void);

/* faults */
void sl_tp_retransmit(void *data, const struct sock *sk, const struct sk_buff *skb, int err);
void sl_tp_retransmit_synack(void *data, const struct sock *sk, const struct request_sock *req);
void sl_tp_send_reset(void *data, const struct sock *sk, const struct sk_buff *skb, int reason);
void sl_tp_receive_reset(void *data, struct sock *sk);
void sl_tp_error(void *data, const struct sock *sk);
void sl_tp_drop(void *data, struct sk_buff *skb, void *location, int reason, struct sock *rx_sk);
SL_ENTRY(tail);
int sl_fault_init(void);
void sl_fault_exit(void);
void sl_tail_expect(const struct sl_entry *e, u64 now_ns);
u16 sl_tail_readers(u64 cookie);

/* buffers */
void sl_tp_memory(void *data, struct sock *sk);
void sl_tp_congestion(void *data, struct sock *sk, u8 ca_state);
SL_ENTRY(probe0);
SL_ENTRY(undo);
SL_RETURN(waited_send);
SL_RETURN(waited_recv);
u32 sl_buffer_room(const struct sock *sk, int reason);

/* the run */
void sl_seed(void);

#endif
