/* SPDX-License-Identifier: GPL-2.0-only */
/* Retransmissions, resets, errors and drops. Any context; the owner is never `current` here. */
#ifndef SL_PROBE_FAULT_BPF_H
#define SL_PROBE_FAULT_BPF_H

/* What is sent again, from TCP's own notes on the skb: it has no header yet. */
static __always_inline void fault_segment(struct sl_event *ev, struct sk_buff *skb)
{
	struct tcp_skb_cb *cb;

	if (!bpf_rdonly_cast)
		return;
	cb = sl_cast(struct tcp_skb_cb, skb->cb);
	ev->segment.seq = cb->seq;
	ev->segment.flags = cb->tcp_flags & 0xff;
}

static __always_inline int fault_retransmitted(const struct sock *sk, struct sk_buff *skb, int err)
{
	struct sl_life *life = table_get(read_cookie(sk));
	__u32 state = sk->__sk_common.skc_state;
	struct tcp_sock *tp;
	struct sl_emit_slot slot;

	if (!life || err)
		return 0;
	tp = bpf_skc_to_tcp_sock((void *)sk);
	if (!tp)
		return 0;
	sl_fault_retrans(life, state, BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state), tp->total_retrans);
	if (!cfg.events)
		return 0;
	slot = emit_event_begin(life, life->id.cookie, SL_EV_RETRANS, bpf_ktime_get_ns());
	if (!slot.ev)
		return 0;
	slot.ev->flags = SL_EVF_OUT;
	slot.ev->segment.len = skb->len;
	slot.ev->segment.count = tp->total_retrans;
	slot.ev->segment.tcp_state = state;
	fault_segment(slot.ev, skb);
	emit_event_end(&slot);
	return 0;
}

/* The request gets its cookie here, if it has none; the child will inherit it. */
static __always_inline int fault_synack_retransmitted(const struct sock *listener, const struct request_sock *req)
{
	__u64 cookie = bpf_get_socket_cookie((void *)req);
	struct sl_emit_slot slot;

	if (!cfg.events || !table_get(read_cookie(listener)))
		return 0;
	slot = emit_event_begin(NULL, cookie, SL_EV_RETRANS, bpf_ktime_get_ns());
	if (!slot.ev)
		return 0;
	slot.ev->flags = SL_EVF_OUT;
	slot.ev->segment.flags = TH_SYN | TH_ACK;
	slot.ev->segment.count = req->num_retrans + 1; /* the kernel counts after its tracepoint */
	slot.ev->segment.tcp_state = SL_TCP_NEW_SYN_RECV;
	emit_event_end(&slot);
	return 0;
}

static __always_inline void fault_reset_event(struct sl_life *life, __u32 dir, __u32 reason, __u32 known, __u64 now_ns)
{
	struct sl_emit_slot slot;

	if (!cfg.events)
		return;
	slot = emit_event_begin(life, life->id.cookie, SL_EV_RESET, now_ns);
	if (!slot.ev)
		return;
	slot.ev->flags = dir;
	slot.ev->reset.reason = reason;
	slot.ev->reset.known = known;
	emit_event_end(&slot);
}

static __always_inline int fault_reset_sent(const struct sock *sk, __u32 reason)
{
	struct sl_life *life = sk ? table_get(read_cookie(sk)) : NULL;
	__u64 now_ns = bpf_ktime_get_ns();

	if (!life)
		return 0;
	sl_close_reset_sent(life, now_ns, reason, cfg.reset_reason);
	fault_reset_event(life, SL_EVF_OUT, reason, cfg.reset_reason, now_ns);
	return 0;
}

static __always_inline int fault_reset_received(const struct sock *sk)
{
	struct sl_life *life = table_get(read_cookie(sk));
	__u64 now_ns = bpf_ktime_get_ns();

	if (!life)
		return 0;
	sl_close_reset_received(life, now_ns);
	fault_reset_event(life, SL_EVF_IN, 0, 0, now_ns);
	return 0;
}

static __always_inline int fault_reported(const struct sock *sk)
{
	struct sl_life *life = table_get(read_cookie(sk));
	int err = sk->sk_err;
	struct sl_emit_slot slot;

	if (!life || !err)
		return 0;
	sl_fault_error(life, err);
	if (!cfg.events)
		return 0;
	slot = emit_event_begin(life, life->id.cookie, SL_EV_ERROR, bpf_ktime_get_ns());
	if (!slot.ev)
		return 0;
	slot.ev->ret = -err;
	emit_event_end(&slot);
	return 0;
}

/* The peer's FIN reached the TIME_WAIT socket, which frees it so. Only for a life that waits for it. */
static __always_inline void fault_tail(struct sk_buff *skb, __u64 cookie)
{
	__u64 ts_ns = bpf_ktime_get_ns(), *ended = bpf_map_lookup_elem(&tails, &cookie);
	struct sl_segment s = {};
	struct sl_emit_slot slot;
	struct sl_mark *m;

	if (!ended || !segment_parse(&s, skb, (char *)skb->head + skb->network_header, 0) || !(s.flags & TH_FIN))
		return;
	s.len = 0;
	if (cfg.events) {
		s.flow.netns = skb->dev->nd_net.net->ns.inum;
		m = bpf_map_lookup_elem(&marks, &s.flow);
		if (m && m->flags & TH_FIN)
			ts_ns = m->ts_ns;
	}
	bpf_map_delete_elem(&tails, &cookie);
	slot = emit_event_begin(NULL, cookie, SL_EV_TAIL, ts_ns);
	if (!slot.ev)
		return;
	slot.ev->flags = SL_EVF_IN;
	slot.ev->dur_ns = bpf_ktime_get_ns() - ts_ns;
	segment_fill(slot.ev, &s, SL_TCP_TIME_WAIT);
	emit_event_end(&slot);
}

static __always_inline int fault_dropped(struct sk_buff *skb, const struct sock *sk, __u32 reason)
{
	struct sl_life *life;
	struct sl_emit_slot slot;
	__u64 cookie;

	if (reason == cfg.drop_netfilter)
		deny_packet(skb);
	if (!sk)
		return 0;
	cookie = read_cookie(sk);
	if (sk->__sk_common.skc_state == SL_TCP_TIME_WAIT) {
		if (cookie)
			fault_tail(skb, cookie);
		return 0;
	}
	life = table_get(cookie);
	if (!life || reason <= cfg.drop_none)
		return 0;
	sl_fault_drop(life, reason);
	sl_buffer_dropped(&life->buffers, buffer_room(sk, reason));
	if (reason == cfg.drop_overflow && sk->__sk_common.skc_state == SL_TCP_LISTEN)
		sl_listen_overflowed(&life->listen);
	if (!cfg.events)
		return 0;
	slot = emit_event_begin(life, cookie, SL_EV_DROP, bpf_ktime_get_ns());
	if (!slot.ev)
		return 0;
	slot.ev->drop.reason = reason;
	slot.ev->drop.len = skb->len;
	emit_event_end(&slot);
	return 0;
}

#endif
