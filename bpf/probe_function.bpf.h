/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The better rungs, where the kernel allows trampolines: functions of the socket layer at their entry or return. They see
 * io_uring and 32-bit programs too, sit on no per-call path, and leave nothing to be found by a descriptor. Process
 * context, but for function_freed() and function_tail().
 */
#ifndef SL_PROBE_FUNCTION_BPF_H
#define SL_PROBE_FUNCTION_BPF_H

static __always_inline struct sl_life *function_life(struct socket *socket)
{
	struct sock *sk = socket ? socket->sk : NULL;

	return sk ? table_get(read_cookie(sk)) : NULL;
}

/* The calling thread, where how long its calls take is asked for. */
static __always_inline struct task_struct *function_task(void)
{
	return cfg.call_time ? bpf_get_current_task_btf() : NULL;
}

static __always_inline int function_created(struct socket *socket, int kern, int ret)
{
	__u64 now_ns = bpf_ktime_get_ns();
	struct task_struct *task = function_task();
	struct sl_life *life;
	struct sock *sk;

	sk = socket ? socket->sk : NULL;
	if (!sk || kern || ret)
		return 0;
	life = table_begin_new(sk, bpf_get_socket_cookie(sk), SL_ORIGIN_CREATED, true, now_ns);
	if (!life || !table_judge(life))
		return 0;
	emit_ident(life, now_ns);
	call_done(life, task, SL_CALL_SOCKET, 0, ~0u, now_ns);
	return 0;
}

/* bind, listen, connect, shutdown: the call has returned, the socket holds what it made. */
static __always_inline int function_returned(struct socket *socket, __u32 call, __u32 arg, int ret)
{
	struct task_struct *task = function_task();
	struct sl_life *life = function_life(socket);
	__u64 now_ns = bpf_ktime_get_ns();

	if (!life || !call_own(life, now_ns))
		return 0;
	if (call == SL_CALL_BIND && !ret)
		life->bind.family = 0;
	if (call == SL_CALL_BIND && !ret && read_ident(&life->id, socket->sk) && table_judge(life))
		emit_ident(life, now_ns);
	if (call == SL_CALL_LISTEN) {
		life->calls.backlog = arg;
		if (!ret)
			life->calls.backlog_in_force = socket->sk->sk_max_ack_backlog;
	}
	if (call == SL_CALL_CONNECT && socket->sk->sk_err_soft)
		sl_fault_soft(life, socket->sk->sk_err_soft);
	if (call == SL_CALL_CONNECT)
		call_connect(life, task, ret, now_ns);
	else
		call_done(life, task, call, ret, arg, now_ns);
	return 0;
}

/* A security module refuses the call, and its function is never reached. */
static __always_inline int function_refused(struct socket *socket, __u32 call, int ret)
{
	struct sl_life *life = ret ? function_life(socket) : NULL;
	__u64 now_ns = bpf_ktime_get_ns();

	if (!life || !call_own(life, now_ns))
		return 0;
	deny_mark(SL_BY_LSM, 0);
	call_done(life, function_task(), call, ret, 0, now_ns);
	return 0;
}

static __always_inline int function_accepted(struct socket *socket, struct sock *child)
{
	struct task_struct *task = function_task();
	struct sock *sk = socket ? socket->sk : NULL;
	__u64 now_ns = bpf_ktime_get_ns();
	__u64 parent = sk ? read_cookie(sk) : 0;
	__u64 cookie = child ? read_cookie(child) : 0;
	struct sl_life *life = table_get(cookie);

	if (life)
		call_accept_child(life, task, ~0u, parent, now_ns);
	life = table_get(parent);
	if (!life)
		return 0;
	listen_look(life, sk);
	call_accept_listener(life, task, ~0u, cookie, now_ns);
	return 0;
}

static __always_inline int function_option(struct socket *socket, int level, int name, int ret)
{
	struct sl_option opt = { .level = level, .name = name, .ret = ret, .known = SL_OPT_RET };
	struct sl_life *life = function_life(socket);

	if (!life)
		return 0;
	if (!ret)
		read_option(&opt, socket->sk,
			    life->id.protocol == IPPROTO_TCP ? bpf_skc_to_tcp_sock(socket->sk) : NULL);
	call_option_done(life, &opt, ret, bpf_ktime_get_ns());
	return 0;
}

static __always_inline int function_released(struct socket *socket)
{
	struct task_struct *task = function_task();
	struct sl_life *life = function_life(socket);
	__u64 now_ns = bpf_ktime_get_ns();

	if (!life || !call_own(life, now_ns))
		return 0;
	if (life->id.protocol != IPPROTO_TCP || !(life->id.known & SL_ID_REMOTE))
		read_ident(&life->id, socket->sk);
	call_done(life, task, SL_CALL_CLOSE, 0, ~0u, now_ns);
	return 0;
}

/* The last reference of any socket is gone. TCP has ended before (tcp_destroy_sock). */
static __always_inline int function_freed(const struct sock *sk)
{
	struct sl_life *life = sk->sk_protocol == IPPROTO_TCP ? NULL : table_get(read_cookie(sk));

	if (life)
		table_end(life, bpf_ktime_get_ns());
	return 0;
}

/* A segment reaches a TIME_WAIT socket. */
static __always_inline int function_tail(struct inet_timewait_sock *tw, const struct tcphdr *th)
{
	__u64 cookie = tw->__tw_common.skc_cookie.counter;
	struct sl_emit_slot slot;

	if (!(((const __u8 *)th)[13] & TH_FIN) || !bpf_map_lookup_elem(&tails, &cookie))
		return 0;
	bpf_map_delete_elem(&tails, &cookie);
	slot = emit_event_begin(NULL, cookie, SL_EV_TAIL, bpf_ktime_get_ns());
	if (!slot.ev)
		return 0;
	slot.ev->flags = SL_EVF_IN;
	slot.ev->segment.flags = TH_FIN | TH_ACK;
	slot.ev->segment.seq = bpf_ntohl(th->seq);
	slot.ev->segment.ack = bpf_ntohl(th->ack_seq);
	slot.ev->segment.tcp_state = SL_TCP_TIME_WAIT;
	emit_event_end(&slot);
	return 0;
}

/* A segment leaves TCP for IP; flags and sequence number are TCP's own notes on the skb. */
static __always_inline int function_transmit(struct sock *sk, struct sk_buff *skb)
{
	struct tcp_skb_cb *cb = (struct tcp_skb_cb *)&skb->cb;
	__u64 cookie = read_cookie(sk);
	struct sl_life *life = table_get(cookie);
	struct sl_segment s = {};
	__u64 now_ns;

	if (!life)
		return 0;
	s.flags = cb->tcp_flags & 0xff;
	if (!(s.flags & (TH_SYN | TH_FIN | TH_RST)) && !(life->scratch.expect & SL_EXPECT_ACKS))
		return 0;
	s.seq = cb->seq;
	s.len = skb->len;
	now_ns = bpf_ktime_get_ns();
	if (s.flags & TH_SYN && !segment_syn_identity(life, sk, now_ns))
		return 0;
	if (segment_step(life, &s, now_ns))
		segment_emit(life, cookie, &s, now_ns, SL_EVF_OUT);
	return 0;
}

#endif
