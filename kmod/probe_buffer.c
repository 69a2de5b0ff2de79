// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffers and congestion control, as bpf/probe_buffer.bpf.h. The waits return in process context, all others run in any. Nothing
 * here is on the path of data that flows: the hooks are of what happens when it cannot.
 */
#include "probe.h"
#include "trace.h"

/* What there was no room in. TCP says PROTO_MEM when even pruning its queues did not help, UDP when udp_mem is used up. */
u32 sl_buffer_room(const struct sock *sk, int reason)
{
	switch (reason) {
	case SKB_DROP_REASON_SOCKET_RCVBUFF:
	case SKB_DROP_REASON_TCP_ZEROWINDOW: return SL_ROOM_RCVBUF;
	case SKB_DROP_REASON_SOCKET_BACKLOG: return SL_ROOM_BACKLOG;
	case SKB_DROP_REASON_TCP_OFO_QUEUE_PRUNE: return SL_ROOM_OFO;
	case SKB_DROP_REASON_PROTO_MEM: return sk->sk_protocol == IPPROTO_TCP ? SL_ROOM_PRUNE : SL_ROOM_MEMORY;
	default: return SL_ROOM_NONE;
	}
}

/* Tracepoint sock_exceed_buf_limit. */
void sl_tp_memory(void *data, struct sock *sk)
{
	unsigned long flags;
	struct sl_entry *e = sl_table_hold(sk, &flags);

	if (!e)
		return;
	sl_buffer_refused(&e->life->buffers);
	trace_socklife_buffer_full(e->life);
	sl_table_release(e, flags);
}

/* Tracepoint tcp_cong_state_set: before the state is set. */
void sl_tp_congestion(void *data, struct sock *sk, u8 ca_state)
{
	unsigned long flags;
	struct sl_entry *e = sl_table_hold(sk, &flags);

	if (!e)
		return;
	sl_flow_ca(e->life, ca_state, ktime_get_ns());
	sl_table_release(e, flags);
}

/* tcp_send_probe0(sk): a probe of the peer's closed window. */
SL_ENTRY(probe0)
{
	unsigned long flags;
	struct sl_entry *e = sl_table_hold(sl_arg(0, const struct sock *), &flags);

	if (!e)
		return;
	sl_buffer_probe(e->life);
	sl_table_release(e, flags);
}

/* tcp_undo_cwnd_reduction(sk, ...): the kernel takes back a slow-down. */
SL_ENTRY(undo)
{
	unsigned long flags;
	struct sl_entry *e = sl_table_hold(sl_arg(0, const struct sock *), &flags);

	if (!e)
		return;
	sl_fault_undone(e->life);
	sl_table_release(e, flags);
}

static void waited(const struct sl_return *r, u32 call)
{
	u64 now_ns = ktime_get_ns();
	unsigned long flags;
	struct sl_entry *e = sl_table_hold((const struct sock *)r->arg[0], &flags);

	if (!e)
		return;
	sl_buffer_blocked(&e->life->buffers, call, now_ns - r->enter_ns);
	sl_table_release(e, flags);
}

/* sk_stream_wait_memory(sk, ...): a send waited for room. */
SL_RETURN(waited_send)
{
	waited(r, SL_CALL_SEND);
}

/* sk_wait_data(sk, ...), __skb_wait_for_more_packets(sk, ...): a receive waited for data. */
SL_RETURN(waited_recv)
{
	waited(r, SL_CALL_RECV);
}
