// SPDX-License-Identifier: GPL-2.0-only
/* Retransmissions, resets, errors and drops, and the tail in TIME_WAIT. Any context; the owner is never `current` here. */
#include "probe.h"

#include <net/inet_timewait_sock.h>

#include "cache.h"
#include "stat.h"
#include "trace.h"

/* Which argument of a tracepoint this kernel has. */
#ifdef SL_HAVE_RETRANSMIT_ERR
#define HAS_RETRANSMIT_ERR true
#else
#define HAS_RETRANSMIT_ERR false
#endif
#ifdef SL_HAVE_SEND_RESET_REASON
#define HAS_RESET_REASON true
#else
#define HAS_RESET_REASON false
#endif
#ifdef SL_HAVE_DROP_SK
#define HAS_DROP_SK true
#else
#define HAS_DROP_SK false
#endif

/* Lives that ended while the peer's FIN was still to come, by cookie: which readers were told of them. */
static struct sl_cache *tails;

/* Tracepoint tcp_retransmit_skb. */
void sl_tp_retransmit(void *data, const struct sock *sk, const struct sk_buff *skb, int err)
{
	const struct tcp_skb_cb *cb = TCP_SKB_CB(skb);
	struct sl_event ev;
	struct sl_entry *e;
	unsigned long flags;

	if ((HAS_RETRANSMIT_ERR && err) || !sl_read_is_tcp(sk))
		return;
	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	sl_fault_retrans(e->life, sk->sk_state, inet_csk(sk)->icsk_ca_state, tcp_sk(sk)->total_retrans);
	sl_stat_retrans(sk, sk->sk_state, inet_csk(sk)->icsk_ca_state, tcp_skb_pcount(skb));
	if (sl_emit_events()) {
		sl_emit_event_init(&ev, SL_EV_RETRANS);
		ev.flags = SL_EVF_OUT;
		ev.segment.len = skb->len;
		ev.segment.count = tcp_sk(sk)->total_retrans;
		ev.segment.tcp_state = sk->sk_state;
		ev.segment.seq = cb->seq;
		ev.segment.flags = cb->tcp_flags & 0xff;
		sl_emit_event(e, &ev, ktime_get_ns());
	}
	sl_table_release(e, flags);
}

/* Tracepoint tcp_retransmit_synack. The request gets its cookie here, if it has none; the child will inherit it. */
void sl_tp_retransmit_synack(void *data, const struct sock *sk, const struct request_sock *req)
{
	struct sl_event ev;
	struct sl_entry *e;
	unsigned long flags;
	u16 readers;

	if (sk->sk_net_refcnt)
		sl_stat_synack_retrans(sk);
	if (!sl_emit_events())
		return;
	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	readers = sl_emit_wanted(e);
	sl_emit_event_init(&ev, SL_EV_RETRANS);
	ev.flags = SL_EVF_OUT;
	ev.segment.flags = TCPHDR_SYN | TCPHDR_ACK;
	ev.segment.count = req->num_retrans + 1; /* the kernel counts after its tracepoint */
	ev.segment.tcp_state = TCP_NEW_SYN_RECV;
	sl_emit_loose(readers, sl_read_new_cookie(req_to_sk((struct request_sock *)req)), &ev, ktime_get_ns());
	sl_table_release(e, flags);
}

static void reset_event(struct sl_entry *e, u32 dir, u32 reason, u32 known, u64 now_ns)
{
	struct sl_event ev;

	if (!sl_emit_events())
		return;
	sl_emit_event_init(&ev, SL_EV_RESET);
	ev.flags = dir;
	ev.reset.reason = reason;
	ev.reset.known = known;
	sl_emit_event(e, &ev, now_ns);
}

/* Tracepoint tcp_send_reset. The socket may be none, a request, or in TIME_WAIT. */
void sl_tp_send_reset(void *data, const struct sock *sk, const struct sk_buff *skb, int reason)
{
	struct sl_entry *e;
	unsigned long flags;
	u64 now_ns;

	if (!sk || !sl_read_is_tcp(sk))
		return;
	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	now_ns = ktime_get_ns();
	sl_close_reset_sent(e->life, now_ns, HAS_RESET_REASON ? reason : 0, HAS_RESET_REASON);
	sl_stat_count(sk, SL_STAT_RST_SENT);
	trace_socklife_reset(e->life, true);
	reset_event(e, SL_EVF_OUT, HAS_RESET_REASON ? reason : 0, HAS_RESET_REASON, now_ns);
	sl_table_release(e, flags);
}

/* Tracepoint tcp_receive_reset. */
void sl_tp_receive_reset(void *data, struct sock *sk)
{
	struct sl_entry *e;
	unsigned long flags;
	u64 now_ns;

	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	now_ns = ktime_get_ns();
	sl_close_reset_received(e->life, now_ns);
	sl_stat_count(sk, SL_STAT_RST_RECEIVED);
	trace_socklife_reset(e->life, false);
	reset_event(e, SL_EVF_IN, 0, 0, now_ns);
	sl_table_release(e, flags);
}

/* Tracepoint inet_sk_error_report. */
void sl_tp_error(void *data, const struct sock *sk)
{
	int err = READ_ONCE(sk->sk_err);
	struct sl_event ev;
	struct sl_entry *e;
	unsigned long flags;

	if (!err)
		return;
	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	sl_fault_error(e->life, err);
	sl_stat_count(sk, SL_STAT_SOCK_ERRORS);
	if (sl_emit_events()) {
		sl_emit_event_init(&ev, SL_EV_ERROR);
		ev.ret = -err;
		sl_emit_event(e, &ev, ktime_get_ns());
	}
	sl_table_release(e, flags);
}

/*
 * Tracepoint kfree_skb. The socket may be one that is gone by now, or none at all: it is a key here, and its cookie is read only
 * if the table has it, which has no socket that is freed.
 */
void sl_tp_drop(void *data, struct sk_buff *skb, void *location, int reason, struct sock *rx_sk)
{
	const struct sock *sk = HAS_DROP_SK && rx_sk ? rx_sk : skb->sk;
	struct sl_event ev;
	struct sl_entry *e;
	unsigned long flags;

	if (!sk || reason <= SKB_DROP_REASON_NOT_SPECIFIED)
		return;
	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	sl_fault_drop(e->life, reason);
	if (HAS_DROP_SK)
		sl_buffer_dropped(&e->life->buffers, sl_buffer_room(sk, reason));
	if (sl_buffer_room(sk, reason) != SL_ROOM_NONE)
		trace_socklife_buffer_full(e->life);
	sl_stat_count(sk, SL_STAT_DROPS);
	if (sl_emit_events()) {
		sl_emit_event_init(&ev, SL_EV_DROP);
		ev.drop.reason = reason;
		ev.drop.len = skb->len;
		sl_emit_event(e, &ev, ktime_get_ns());
	}
	sl_table_release(e, flags);
}

static void tail_key(struct sl_flow_key *k, u64 cookie)
{
	memset(k, 0, sizeof(*k));
	memcpy(k->local, &cookie, sizeof(cookie));
}

/* A life ends, and the peer's FIN is still to come. The entry is held. */
void sl_tail_expect(const struct sl_entry *e, u64 now_ns)
{
	union sl_cache_value v = { .readers = sl_emit_wanted(e) };
	struct sl_flow_key k;

	if (!v.readers)
		return;
	tail_key(&k, e->cookie);
	sl_cache_put(tails, &k, &v, now_ns);
}

/* Who waits for the tail of this life? */
u16 sl_tail_readers(u64 cookie)
{
	union sl_cache_value v;
	struct sl_flow_key k;

	tail_key(&k, cookie);
	return sl_cache_get(tails, &k, &v) ? v.readers : 0;
}

/* tcp_timewait_state_process(timewait socket, skb, header): a segment reaches a TIME_WAIT socket. */
SL_ENTRY(tail)
{
	const struct inet_timewait_sock *tw = sl_arg(0, const struct inet_timewait_sock *);
	const struct tcphdr *th = sl_arg(2, const struct tcphdr *);
	union sl_cache_value v;
	struct sl_flow_key k;
	struct sl_event ev;
	unsigned long flags;

	if (!th->fin || !static_branch_unlikely(&sl_readers_any))
		return;
	tail_key(&k, atomic64_read(&tw->tw_cookie));
	local_irq_save(flags);
	if (sl_cache_take(tails, &k, &v)) {
		sl_emit_event_init(&ev, SL_EV_TAIL);
		ev.flags = SL_EVF_IN;
		ev.segment.flags = TCPHDR_FIN | TCPHDR_ACK;
		ev.segment.seq = ntohl(th->seq);
		ev.segment.ack = ntohl(th->ack_seq);
		ev.segment.tcp_state = TCP_TIME_WAIT;
		sl_emit_loose(v.readers, atomic64_read(&tw->tw_cookie), &ev, ktime_get_ns());
	}
	local_irq_restore(flags);
}

int sl_fault_init(void)
{
	tails = sl_cache_create(2048);
	return tails ? 0 : -ENOMEM;
}

void sl_fault_exit(void)
{
	sl_cache_destroy(tails);
}
