/* SPDX-License-Identifier: GPL-2.0-only */
/* Listeners: the accept queue where connections enter it, and SYNs and connections that it refuses. Softirq, mostly. */
#ifndef SL_PROBE_LISTEN_BPF_H
#define SL_PROBE_LISTEN_BPF_H

static __always_inline struct sl_queued *listen_queued_last(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&queued, &zero);
}

/* The listener as it is now: how long its queue is, and what it has dropped so far. */
static __always_inline void listen_look(struct sl_life *life, const struct sock *sk)
{
	sl_listen_queue(&life->listen, sk->sk_ack_backlog);
	sl_listen_drops(&life->listen, sk->sk_drops.counter);
}

/* A connection was put into the queue. Its life may not have begun: it finds this when it is established. */
static __always_inline int listen_queued(const struct sock *sk, const struct sock *child)
{
	struct sl_life *life = table_get(read_cookie(sk));
	struct sl_queued *q = listen_queued_last();

	if (life)
		listen_look(life, sk);
	if (!q)
		return 0;
	q->child = (__u64)child;
	q->listener = read_cookie(sk);
	q->depth = sk->sk_ack_backlog;
	q->cookie = 0;
	return 0;
}

/* The connection is established: the queue that it lies in, and the listener, known for sure. */
static __always_inline void listen_established(struct sl_life *life, const struct sock *sk)
{
	struct sl_queued *q = listen_queued_last();

	if (!q || life->id.role != SL_ROLE_SERVER)
		return;
	q->established = life->id.cookie;
	if (q->child != (__u64)sk)
		return;
	sl_handshake_queued(&life->handshake, q->depth);
	if (q->listener && !(life->id.known & SL_ID_PARENT)) {
		life->id.parent = q->listener;
		life->id.known |= SL_ID_PARENT;
	}
	if (q->cookie)
		life->handshake.flags |= SL_HSF_COOKIE;
	q->child = 0;
}

/* Where no hook sits in the queue: the listener is woken for the connection that was established just before. */
static __always_inline int listen_woken(const struct sock *sk)
{
	struct sl_queued *q;
	struct sl_life *life;

	if (sk->__sk_common.skc_state != SL_TCP_LISTEN)
		return 0;
	life = table_get(read_cookie(sk));
	if (life)
		listen_look(life, sk);
	q = listen_queued_last();
	life = q ? table_get(q->established) : NULL;
	if (!life)
		return 0;
	sl_handshake_queued(&life->handshake, sk->sk_ack_backlog);
	if (!(life->id.known & SL_ID_PARENT)) {
		life->id.parent = read_cookie(sk);
		life->id.known |= SL_ID_PARENT;
	}
	q->established = 0;
	return 0;
}

static __always_inline bool listen_is_full(const struct sock *sk)
{
	return sk->sk_ack_backlog > sk->sk_max_ack_backlog;
}

static __always_inline int listen_overflowed(const struct sock *sk)
{
	struct sl_life *life = table_get(read_cookie(sk));

	if (life)
		sl_listen_overflowed(&life->listen);
	return 0;
}

/* A SYN finds the queue full (tcp_conn_request()). */
static __always_inline int listen_syn(const struct sock *sk)
{
	return listen_is_full(sk) ? listen_overflowed(sk) : 0;
}

/* The last ACK finds it full: there is no child, and the request remembers that it was acknowledged. */
static __always_inline int listen_ack(const struct sock *sk, const struct request_sock *req, __u64 child)
{
	struct inet_request_sock *ireq;

	if (child || !listen_is_full(sk))
		return 0;
	if (bpf_rdonly_cast) {
		ireq = sl_cast(struct inet_request_sock, req);
		if (!BPF_CORE_READ_BITFIELD(ireq, acked))
			return 0;
	}
	return listen_overflowed(sk);
}

static __always_inline int listen_cookie_sent(const struct sock *sk)
{
	struct sl_life *life = table_get(read_cookie(sk));

	if (life)
		sl_listen_cookie(&life->listen, SL_COOKIE_SENT);
	return 0;
}

static __always_inline int listen_cookie_tested(bool good)
{
	struct sl_queued *q = listen_queued_last();

	if (q)
		q->tested = good ? 1 : 2;
	return 0;
}

/* An ACK that belongs to no request was looked at; if it had to bring a cookie, that was tested inside. */
static __always_inline int listen_cookie_came(const struct sock *sk, __u64 child)
{
	struct sl_queued *q = listen_queued_last();
	struct sl_life *life;

	if (!q || !q->tested)
		return 0;
	life = table_get(read_cookie(sk));
	if (life)
		sl_listen_cookie(&life->listen, q->tested == 1 ? SL_COOKIE_ACCEPTED : SL_COOKIE_FAILED);
	if (q->tested == 1 && q->child == child)
		q->cookie = 1;
	q->tested = 0;
	return 0;
}

#endif
