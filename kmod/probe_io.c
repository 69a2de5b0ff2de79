// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends and receives. The hot path: found under RCU, counted by atomic additions, no lock and no clock.
 *
 * Where the kernel has the tracepoints sock_send_length and sock_recv_length, they tell each result. Where it has not, a return
 * probe would cost ten times an entry; so at level io the entry counts the call, and TCP's own sequence numbers tell the bytes: what
 * was accepted from the program since the last look (write_seq), and what was handed to it (copied_seq). Those are exact.
 * Failures are seen at level calls only, where the returns are probed. UDP is counted where the datagram's fate is
 * decided: sends where IP takes it, receives where the skb that was handed over is consumed.
 */
#include "probe.h"
#include "stat.h"

#include <linux/udp.h>

/* How far the counter has moved since the last look, of whoever looks first. */
static __always_inline u32 io_moved(u32 *mark, u32 seq)
{
	u32 old = READ_ONCE(*mark);

	while ((s32)(seq - old) > 0) {
		u32 was = cmpxchg(mark, old, seq);

		if (was == old)
			return seq - old;
		old = was;
	}
	return 0;
}

/* The first look at a socket that was there before. */
static void io_mark(struct sl_entry *e, const struct tcp_sock *tp)
{
	e->snd_mark = READ_ONCE(tp->write_seq);
	e->rcv_mark = READ_ONCE(tp->copied_seq);
	smp_store_release(&e->marked, true);
}

static __always_inline u32 io_sent(struct sl_entry *e, const struct tcp_sock *tp)
{
	u32 n = io_moved(&e->snd_mark, READ_ONCE(tp->write_seq));

	if (n)
		sl_add(&e->life->calls.send_bytes, n);
	return n;
}

/* The peer's FIN takes a sequence number, and is no byte. */
static __always_inline u32 io_received(struct sl_entry *e, const struct tcp_sock *tp, bool fin)
{
	u32 seq = READ_ONCE(tp->copied_seq), n;

	if (fin && seq == READ_ONCE(tp->rcv_nxt))
		seq--;
	n = io_moved(&e->rcv_mark, seq);
	if (n)
		sl_add(&e->life->calls.recv_bytes, n);
	return n;
}

static __always_inline bool io_fin(const struct sl_entry *e)
{
	return e->life->close.flags & SL_CLF_FIN_RECEIVED;
}

/* Only while returns do not tell sizes: what the last call moved is known when the next one comes, or at the end. */
static __always_inline void io_size(u32 *hist, u32 n)
{
	if (n)
		sl_count(&hist[sl_call_bucket(n)]);
}

/* Does this kernel tell sends and receives by tracepoints? Then TCP's counters are not asked. */
static bool io_by_result(void)
{
	return sl_hooks_io_results;
}

/**
 * sl_io_settle() - count what was moved until now
 * @e: held
 * @tp: its socket
 * @new_state: that is about to be told; 0: no change
 *
 * Called at each change of state, before the life knows of it: whatever moves the counters by anything but data comes
 * after a change (this end's FIN, and tcp_disconnect(), which makes them jump).
 */
void sl_io_settle(struct sl_entry *e, const struct tcp_sock *tp, int new_state)
{
	struct sl_calls *calls = &e->life->calls;

	if (io_by_result())
		return;
	if (new_state == TCP_ESTABLISHED) {
		e->snd_mark = tp->snd_una;
		e->rcv_mark = tp->copied_seq;
		e->marked = true;
		return;
	}
	if (!e->marked || e->settled)
		return;
	if (!(e->life->close.flags & SL_CLF_FIN_SENT))
		io_size(calls->send_hist, io_sent(e, tp));
	io_size(calls->recv_hist, io_received(e, tp, io_fin(e) || sock_flag(e->sk, SOCK_DONE)));
	if (new_state == TCP_CLOSE)
		e->settled = true;
}

/* Slow: a socket that has no life or no owner yet, or somebody wants the event. */
static noinline void io_told(struct sock *sk, u32 call, int ret, int flags, u64 dur_ns)
{
	u64 now_ns = ktime_get_ns();
	struct sl_entry *e;
	struct sl_event ev;
	unsigned long irq;

	e = sl_table_begin(sk, SL_ORIGIN_UNKNOWN, true, now_ns, &irq);
	if (!e)
		return;
	sl_call_own(e, now_ns);
	sl_emit_judge(e);
	if (io_by_result() || !sl_read_is_tcp(sk)) {
		sl_call_io(&e->life->calls, call, ret, dur_ns);
	} else {
		sl_call_returned(&e->life->calls, call, ret, dur_ns);
		if (!e->marked)
			io_mark(e, tcp_sk(sk));
		if (!e->settled && call == SL_CALL_SEND && !(e->life->close.flags & SL_CLF_FIN_SENT))
			io_sent(e, tcp_sk(sk));
		if (!e->settled && call == SL_CALL_RECV)
			io_received(e, tcp_sk(sk), io_fin(e));
		if (ret >= 0)
			sl_count(call == SL_CALL_SEND ? &e->life->calls.send_hist[sl_call_bucket(ret)]
						      : &e->life->calls.recv_hist[sl_call_bucket(ret)]);
	}
	if (sl_emit_events()) {
		sl_emit_event_init(&ev, SL_EV_CALL);
		ev.ret = ret;
		ev.pid = task_tgid_nr(current);
		ev.tid = task_pid_nr(current);
		ev.dur_ns = dur_ns;
		if (dur_ns)
			ev.flags |= SL_EVF_TIMED;
		ev.io.call = call;
		ev.io.flags = flags;
		ev.io.bytes = ret > 0 ? ret : 0;
		sl_emit_event(e, &ev, now_ns);
	}
	sl_table_release(e, irq);
}

/* The entry, when nothing but counting is to be done; preemption is off then, and io_done() must follow. */
static __always_inline struct sl_entry *io_entry(const struct sock *sk)
{
	struct sl_entry *e;

	preempt_disable_notrace();
	e = sl_table_find(sk);
	if (likely(e && e->life->id.known & SL_ID_OWNER))
		return e;
	preempt_enable_notrace();
	return NULL;
}

static __always_inline void io_done(void)
{
	preempt_enable_notrace();
}

static __always_inline void io_result(struct sock *sk, u32 call, int ret, int flags)
{
	struct sl_entry *e;

	if (sl_emit_events()) {
		io_told(sk, call, ret, flags, 0);
		return;
	}
	e = io_entry(sk);
	if (unlikely(!e)) {
		io_told(sk, call, ret, flags, 0);
		return;
	}
	sl_call_io(&e->life->calls, call, ret, 0);
	io_done();
}

/* Tracepoint sock_send_length: any way into the socket layer: send, write, sendfile, splice, io_uring. */
void sl_tp_send(void *data, struct sock *sk, int ret, int flags)
{
	io_result(sk, SL_CALL_SEND, ret, flags);
}

/* Tracepoint sock_recv_length. */
void sl_tp_recv(void *data, struct sock *sk, int ret, int flags)
{
	if (flags & (MSG_PEEK | MSG_ERRQUEUE)) /* no data taken */
		return;
	io_result(sk, SL_CALL_RECV, ret, flags);
}

/* tcp_sendmsg(sk, ...), tcp_sendpage(sk, ...) */
SL_ENTRY(tcp_send)
{
	struct sock *sk = sl_arg(0, struct sock *);
	struct sl_entry *e = io_entry(sk);

	if (unlikely(!e))
		return;
	sl_count(&e->life->calls.call[SL_CALL_SEND].count);
	if (unlikely(!e->marked))
		io_mark(e, tcp_sk(sk));
	else if (!(e->life->close.flags & SL_CLF_FIN_SENT) && !e->settled)
		io_size(e->life->calls.send_hist, io_sent(e, tcp_sk(sk)));
	io_done();
}

/* tcp_recvmsg(sk, message, length, flags, ...) */
SL_ENTRY(tcp_recv)
{
	struct sock *sk = sl_arg(0, struct sock *);
	struct sl_entry *e;

	if (unlikely(sl_arg(3, int) & (MSG_PEEK | MSG_ERRQUEUE)))
		return;
	e = io_entry(sk);
	if (unlikely(!e))
		return;
	sl_count(&e->life->calls.call[SL_CALL_RECV].count);
	if (unlikely(!e->marked))
		io_mark(e, tcp_sk(sk));
	else if (!e->settled)
		io_size(e->life->calls.recv_hist, io_received(e, tcp_sk(sk), io_fin(e)));
	io_done();
}

static __always_inline void udp_count(const struct sock *sk, u32 call, int len)
{
	struct sl_entry *e = io_entry(sk);

	if (unlikely(!e))
		return;
	sl_call_io(&e->life->calls, call, len, 0);
	io_done();
}

/* ip_send_skb(net, skb): IP takes a datagram. */
SL_ENTRY(udp_send)
{
	const struct sk_buff *skb = sl_arg(1, const struct sk_buff *);

	if (skb->sk && skb->sk->sk_protocol == IPPROTO_UDP)
		udp_count(skb->sk, SL_CALL_SEND, skb->len - skb_transport_offset(skb) - sizeof(struct udphdr));
}

/* ip6_send_skb(skb) */
SL_ENTRY(udp6_send)
{
	const struct sk_buff *skb = sl_arg(0, const struct sk_buff *);

	if (skb->sk && skb->sk->sk_protocol == IPPROTO_UDP)
		udp_count(skb->sk, SL_CALL_SEND, skb->len - skb_transport_offset(skb) - sizeof(struct udphdr));
}

/* skb_consume_udp(sk, skb, length): a datagram was handed over; length is what the call returns, and negative after a peek. */
SL_ENTRY(udp_recv)
{
	int len = sl_arg(2, int);

	if (len >= 0)
		udp_count(sl_arg(0, const struct sock *), SL_CALL_RECV, len);
}

/* tcp_sendmsg(), tcp_sendpage(), udp_sendmsg(), udpv6_sendmsg(): level calls, without tracepoints. */
SL_RETURN(send)
{
	io_told((struct sock *)r->arg[0], SL_CALL_SEND, r->ret, 0, ktime_get_ns() - r->enter_ns);
}

/* tcp_recvmsg(), udp_recvmsg(), udpv6_recvmsg() */
SL_RETURN(recv)
{
	if (r->arg[3] & (MSG_PEEK | MSG_ERRQUEUE))
		return;
	io_told((struct sock *)r->arg[0], SL_CALL_RECV, r->ret, r->arg[3], ktime_get_ns() - r->enter_ns);
}
