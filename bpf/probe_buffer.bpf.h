/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Buffers, windows and congestion control. The waits run in process context, all others in any. Nothing here is on the
 * path of data that flows: the hooks are of what happens when it cannot.
 */
#ifndef SL_PROBE_BUFFER_BPF_H
#define SL_PROBE_BUFFER_BPF_H

/* What there was no room in. TCP says PROTO_MEM when even pruning its queues did not help, UDP when udp_mem is used up. */
static __always_inline __u32 buffer_room(const struct sock *sk, __u32 reason)
{
	if (reason == cfg.room_rcvbuf || reason == cfg.room_zero_window)
		return SL_ROOM_RCVBUF;
	if (reason == cfg.room_backlog)
		return SL_ROOM_BACKLOG;
	if (reason == cfg.room_ofo)
		return SL_ROOM_OFO;
	if (reason == cfg.room_memory)
		return sk->sk_protocol == IPPROTO_TCP ? SL_ROOM_PRUNE : SL_ROOM_MEMORY;
	return SL_ROOM_NONE;
}

/* The same where no drop tells its reason: by the function that gave up. */
static __always_inline int buffer_dropped(const struct sock *sk, __u32 room)
{
	struct sl_life *life = table_get(read_cookie(sk));

	if (life)
		sl_buffer_dropped(&life->buffers, room);
	return 0;
}

static __always_inline int buffer_refused(const struct sock *sk)
{
	struct sl_life *life = table_get(read_cookie(sk));

	if (life)
		sl_buffer_refused(&life->buffers);
	return 0;
}

/* ---- waits: exactly, where trampolines are allowed ---- */

static __always_inline int buffer_wait_begin(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sl_in_call *in = bpf_task_storage_get(&in_calls, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (in)
		in->wait_ns = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int buffer_wait_end(const struct sock *sk, __u32 call)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sl_in_call *in = bpf_task_storage_get(&in_calls, task, NULL, 0);
	struct sl_life *life = table_get(read_cookie(sk));
	__u64 now_ns = bpf_ktime_get_ns();

	if (!in || !in->wait_ns)
		return 0;
	if (life && now_ns > in->wait_ns)
		sl_buffer_blocked(&life->buffers, call, now_ns - in->wait_ns);
	in->wait_ns = 0;
	return 0;
}

/* ---- windows ---- */

/* A segment of a connection comes in; its header is at the skb's data. */
static __always_inline int buffer_window_received(const struct sock *sk, const struct sk_buff *skb)
{
	struct tcphdr *th = sl_cast(struct tcphdr, skb->data);
	struct sl_segment s = {};
	struct sl_life *life;
	bool closed = !th->window;
	__u64 now_ns;

	if (((__u8 *)th)[13] & (TH_SYN | TH_RST))
		return 0;
	if (!closed && !buffer_closed_windows)
		return 0;
	life = table_get(read_cookie(sk));
	now_ns = bpf_ktime_get_ns();
	if (!life || !sl_buffer_window_received(life, closed, now_ns))
		return 0;
	sl_add(&buffer_closed_windows, closed ? 1 : -1);
	if (!cfg.events)
		return 0;
	segment_parse_tcp(&s, th, skb->len);
	segment_emit(life, life->id.cookie, &s, now_ns, SL_EVF_IN | SL_EVF_WIRE | SL_EVF_WINDOW);
	return 0;
}

static __always_inline int buffer_probed(const struct sock *sk)
{
	struct sl_life *life = table_get(read_cookie(sk));

	if (life)
		sl_buffer_probe(life);
	return 0;
}

/* ---- congestion control ---- */

/* A recovery that is left without its mark of what could be undone has been undone (tcp_undo_cwnd_reduction()). */
static __always_inline int buffer_congestion(struct sock *sk, __u32 state)
{
	struct sl_life *life = table_get(read_cookie(sk));
	struct tcp_sock *tp;
	__u32 was;

	if (!life)
		return 0;
	was = life->scratch.ca_state;
	sl_flow_ca(life, state, bpf_ktime_get_ns());
	if (cfg.undo_by_state && was >= SL_CA_RECOVERY && state < SL_CA_CWR) {
		tp = bpf_skc_to_tcp_sock(sk);
		if (tp && !tp->undo_marker)
			sl_fault_undone(life);
	}
	return 0;
}

static __always_inline int buffer_undone(const struct sock *sk)
{
	struct sl_life *life = table_get(read_cookie(sk));

	if (life)
		sl_fault_undone(life);
	return 0;
}

#endif
