/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The life: begin, TCP's walk through its states, end. The one place that knows what a state change means for handshake
 * and close; module, BPF programs and unit tests all compile it. Callers hand in plain values that they read from the
 * kernel's socket, in the context of the hook; nothing here sleeps, allocates, or looks at a clock.
 */
#ifndef SL_LIFE_H
#define SL_LIFE_H

#include "buffer.h"
#include "call.h"
#include "close.h"
#include "fault.h"
#include "flow.h"
#include "handshake.h"
#include "ident.h"
#include "listen.h"
#include "security.h"

/* What the kernel's socket says at a state change. */
struct sl_tcp_view {
	__u64 now_ns;
	__u32 rtt_us; /* smoothed RTT, not scaled; at ESTABLISHED it is the handshake's sample */
	__u32 total_retrans;
	__u32 unread_bytes; /* in the receive queue */
	__u32 accept_queue; /* of the listener; 0: unknown */
	__s32 sk_err;       /* positive errno, 0: none */
	__u8 closed;        /* both directions are shut down, as close() does before anything else */
	__u8 orphan;        /* SOCK_DEAD: the program has let go of the socket */
	__u8 fin_received;  /* SOCK_DONE */
	__u8 linger;        /* SO_LINGER with time 0: close() shall reset */
};

/**
 * sl_life_begin() - a socket is followed from now on
 * @l: zeroed memory
 * @origin: SL_ORIGIN_*; a socket that existed before is marked as seen late
 * @watched: bitmap of the facts that are watched
 */
static __always_inline void sl_life_begin(struct sl_life *l, __u64 cookie, __u32 netns, __u8 origin, __u64 now_ns,
					  __u64 watched)
{
	l->id.cookie = cookie;
	l->id.netns = netns;
	l->id.origin = origin;
	l->id.created_ns = now_ns;
	l->complete.watched = watched;
	if (origin == SL_ORIGIN_CREATED || origin == SL_ORIGIN_ACCEPTED)
		l->id.known |= SL_ID_CREATED;
	else
		l->complete.flags |= SL_LIFE_SEEN_LATE;
}

/* A socket that was seeded in this state: what must have happened before, without its times. */
static __always_inline void sl_life_seed(struct sl_life *l, __u32 state)
{
	switch (state) {
	case SL_TCP_LISTEN: l->id.role = SL_ROLE_LISTENER; break;
	case SL_TCP_SYN_SENT:
		l->id.role = SL_ROLE_CLIENT;
		l->handshake.outcome = SL_HS_PENDING;
		break;
	case SL_TCP_SYN_RECV:
		l->id.role = SL_ROLE_SERVER;
		l->handshake.outcome = SL_HS_PENDING;
		break;
	case SL_TCP_CLOSE: break;
	default: l->handshake.outcome = SL_HS_ESTABLISHED;
	}
	if (state == SL_TCP_CLOSE_WAIT || state == SL_TCP_LAST_ACK || state == SL_TCP_CLOSING) {
		l->close.flags |= SL_CLF_FIN_RECEIVED | SL_CLF_FIN_IN_BYTES;
		l->close.class_ = state == SL_TCP_CLOSING ? SL_CLOSE_SIMULTANEOUS : SL_CLOSE_PASSIVE;
	}
	if (state == SL_TCP_FIN_WAIT1 || state == SL_TCP_FIN_WAIT2) {
		l->close.flags |= SL_CLF_FIN_SENT;
		l->close.class_ = SL_CLOSE_ACTIVE;
	}
	if (state == SL_TCP_LAST_ACK || state == SL_TCP_CLOSING)
		l->close.flags |= SL_CLF_FIN_SENT;
}

/* SYN_SENT or SYN_RECV was left for CLOSE: the handshake has failed. */
static __always_inline void sl_life_failed(struct sl_life *l, __u32 old_state, const struct sl_tcp_view *v)
{
	__s32 err = v->sk_err ? v->sk_err : l->scratch.soft_err;

	if (l->id.role == SL_ROLE_SERVER && old_state == SL_TCP_SYN_RECV)
		sl_handshake_aborted(&l->handshake, v->now_ns, err);
	else
		sl_handshake_failed(&l->handshake, v->now_ns, err, v->closed);
}

/* CLOSE was entered from a state of the close: orderly, by way of TIME_WAIT, or not. */
static __always_inline void sl_life_closed(struct sl_life *l, __u32 old_state, const struct sl_tcp_view *v, __u64 moved)
{
	struct sl_close *c = &l->close;
	int broken = v->sk_err || c->reset_ns;

	if (v->sk_err && !c->err)
		c->err = v->sk_err;
	switch (old_state) {
	case SL_TCP_LAST_ACK:
		if (!broken)
			sl_close_fin_acked(l, v->now_ns);
		break;
	case SL_TCP_CLOSING:
		if (broken)
			break;
		sl_close_fin_acked(l, v->now_ns);
		c->flags |= SL_CLF_TIME_WAIT;
		break;
	case SL_TCP_FIN_WAIT2:
		if (broken)
			break;
		c->flags |= SL_CLF_TIME_WAIT;
		if (v->fin_received) {
			sl_close_fin_received(l, v->now_ns, moved, 0);
			sl_close_fin_ack_sent(l, v->now_ns);
		} else if (!(c->flags & SL_CLF_FIN_RECEIVED)) {
			c->flags |= SL_CLF_TAIL_PENDING;
		}
		break;
	default:
		c->unread_bytes = v->unread_bytes;
		if (v->linger && v->closed)
			c->flags |= SL_CLF_LINGER;
	}
}

static __always_inline void sl_life_to_established(struct sl_life *l, const struct sl_tcp_view *v)
{
	int server = l->id.role == SL_ROLE_SERVER;

	sl_close_begin(l);
	if (!server) {
		sl_handshake_synack_received(&l->handshake, v->now_ns);
		l->scratch.expect |= SL_EXPECT_HANDSHAKE_ACK;
	}
	sl_handshake_established(&l->handshake, v->now_ns, v->rtt_us, v->total_retrans, server);
	sl_flow_ca_begin(l, v->now_ns);
	if (server && v->accept_queue)
		sl_handshake_queued(&l->handshake, v->accept_queue);
}

/* The peer's FIN makes this change: the kernel has counted it as a byte received, and the flow does not know that yet. */
static __always_inline int sl_life_fin_counted(const struct sl_life *l, __u32 old_state, __u32 new_state,
					       const struct sl_tcp_view *v)
{
	if (l->close.flags & SL_CLF_FIN_IN_BYTES)
		return 0;
	if (new_state == SL_TCP_CLOSE)
		return old_state == SL_TCP_FIN_WAIT2 && v->fin_received;
	return new_state == SL_TCP_CLOSE_WAIT || new_state == SL_TCP_CLOSING;
}

/* What still runs has run until now: the connection is over, or a copy of the life is told as it is. */
static __always_inline void sl_life_snapshot(struct sl_life *l, __u64 now_ns)
{
	sl_flow_ca_end(l, now_ns);
	sl_buffer_end(l, now_ns);
}

/**
 * sl_life_state() - TCP changed its state
 * @l: the life; its flow was read just before, so that bytes are of this moment
 * @v: what the socket says now
 *
 * The walk of RFC 9293 3.3.2, with the kernel's own shortcuts: a socket goes to CLOSE when a TIME_WAIT socket takes its
 * place (tcp_time_wait()), and there is no state change for TIME_WAIT itself.
 */
static __always_inline void sl_life_state(struct sl_life *l, __u32 old_state, __u32 new_state,
					  const struct sl_tcp_view *v)
{
	__u64 moved = sl_flow_less(sl_flow_moved(l), sl_life_fin_counted(l, old_state, new_state, v));

	switch (new_state) {
	case SL_TCP_SYN_SENT:
		l->id.role = SL_ROLE_CLIENT;
		sl_handshake_begin(&l->handshake, v->now_ns);
		sl_close_begin(l);
		l->scratch.soft_err = 0;
		break;
	case SL_TCP_LISTEN: l->id.role = SL_ROLE_LISTENER; break;
	case SL_TCP_SYN_RECV:
		if (old_state == SL_TCP_SYN_SENT) {
			l->handshake.flags |= SL_HSF_SIMULTANEOUS;
			break;
		}
		l->id.role = SL_ROLE_SERVER;
		sl_handshake_child(&l->handshake, v->now_ns);
		break;
	case SL_TCP_ESTABLISHED: sl_life_to_established(l, v); break;
	case SL_TCP_FIN_WAIT1:
	case SL_TCP_LAST_ACK: sl_close_fin_sent(l, v->now_ns, moved); break;
	case SL_TCP_FIN_WAIT2: sl_close_fin_acked(l, v->now_ns); break;
	case SL_TCP_CLOSE_WAIT:
		sl_close_fin_received(l, v->now_ns, moved, 0);
		l->scratch.expect |= SL_EXPECT_FIN_ACK;
		break;
	case SL_TCP_CLOSING:
		sl_close_fin_received(l, v->now_ns, moved, 1);
		l->scratch.expect |= SL_EXPECT_FIN_ACK;
		break;
	case SL_TCP_CLOSE:
		l->close.last_state = old_state;
		sl_life_snapshot(l, v->now_ns);
		if (old_state == SL_TCP_SYN_SENT || old_state == SL_TCP_SYN_RECV)
			sl_life_failed(l, old_state, v);
		else if (old_state != SL_TCP_LISTEN)
			sl_life_closed(l, old_state, v, moved);
		break;
	}
	if (v->orphan && new_state != SL_TCP_SYN_RECV && new_state != SL_TCP_ESTABLISHED && old_state != SL_TCP_LISTEN)
		l->close.flags |= SL_CLF_ORPHAN;
}

/* A record about this socket was lost: the life is no longer whole. */
static __always_inline void sl_life_lost(struct sl_life *l)
{
	sl_count(&l->complete.lost);
	l->complete.flags |= SL_LIFE_LOST;
}

/* The socket is gone. A connect that was begun and never got to SYN_SENT failed, with an errno that was not seen. */
static __always_inline void sl_life_end(struct sl_life *l, __u64 now_ns)
{
	if (l->scratch.connect_enter_ns && l->handshake.outcome == SL_HS_NONE) {
		l->handshake.begin_ns = l->scratch.connect_enter_ns;
		sl_handshake_failed(&l->handshake, now_ns, 0, 0);
	}
	sl_life_snapshot(l, now_ns);
	sl_close_end(l, now_ns);
}

#endif
