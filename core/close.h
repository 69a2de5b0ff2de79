/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The close of RFC 9293 3.6: whose FIN was first, when each was sent, answered and received, how long one direction
 * stayed open, or why there was no orderly close. The class is decided at the end, since the kernel reports a reset
 * sometimes before and sometimes after the state change that it causes.
 */
#ifndef SL_CLOSE_H
#define SL_CLOSE_H

#include "base.h"

/* A FIN went or came while the other direction was open: the half-closed time begins. bytes: payload moved so far. */
static __always_inline void sl_close_half_begin(struct sl_life *l, __u64 now_ns, __u64 bytes)
{
	l->scratch.half_closed_since_ns = now_ns;
	l->scratch.half_closed_bytes_at = bytes;
}

static __always_inline void sl_close_half_end(struct sl_life *l, __u64 now_ns, __u64 bytes)
{
	if (!l->scratch.half_closed_since_ns)
		return;
	l->close.half_closed_ns = now_ns - l->scratch.half_closed_since_ns;
	if (bytes > l->scratch.half_closed_bytes_at)
		l->close.half_closed_bytes = bytes - l->scratch.half_closed_bytes_at;
	l->scratch.half_closed_since_ns = 0;
}

/* This end's FIN crossed the device for the first time: a better time than that of the state change. */
static __always_inline void sl_close_fin_wire(struct sl_life *l, __u64 now_ns)
{
	if (!(l->scratch.expect & SL_EXPECT_FIN))
		return;
	l->scratch.expect &= ~SL_EXPECT_FIN;
	l->close.fin_sent_ns = now_ns;
}

/* This end sends its FIN: FIN_WAIT1 or LAST_ACK was entered. The segment itself may leave later, behind queued data. */
static __always_inline void sl_close_fin_sent(struct sl_life *l, __u64 now_ns, __u64 bytes)
{
	struct sl_close *c = &l->close;

	if (c->fin_sent_ns)
		return;
	c->fin_sent_ns = now_ns;
	c->flags |= SL_CLF_FIN_SENT;
	l->scratch.expect |= SL_EXPECT_FIN;
	if (c->flags & SL_CLF_FIN_RECEIVED)
		sl_close_half_end(l, now_ns, bytes);
	else
		sl_close_half_begin(l, now_ns, bytes);
	if (!c->class_)
		c->class_ = SL_CLOSE_ACTIVE;
}

/* The peer's ACK of our FIN came. */
static __always_inline void sl_close_fin_acked(struct sl_life *l, __u64 now_ns)
{
	if (!l->close.fin_acked_ns)
		l->close.fin_acked_ns = now_ns;
}

/* The peer's FIN came. crossed: our own was on its way and not acknowledged. */
static __always_inline void sl_close_fin_received(struct sl_life *l, __u64 now_ns, __u64 bytes, int crossed)
{
	struct sl_close *c = &l->close;

	if (c->fin_received_ns)
		return;
	c->fin_received_ns = now_ns;
	c->flags |= SL_CLF_FIN_RECEIVED | SL_CLF_FIN_IN_BYTES;
	if (c->flags & SL_CLF_FIN_SENT)
		sl_close_half_end(l, now_ns, bytes);
	else
		sl_close_half_begin(l, now_ns, bytes);
	if (crossed)
		c->class_ = SL_CLOSE_SIMULTANEOUS;
	else if (!c->class_)
		c->class_ = SL_CLOSE_PASSIVE;
}

/* This end's ACK of the peer's FIN left. */
static __always_inline void sl_close_fin_ack_sent(struct sl_life *l, __u64 now_ns)
{
	if (!l->close.fin_ack_sent_ns)
		l->close.fin_ack_sent_ns = now_ns;
}

/* A connection begins: what ended before it, or was reset on the way to it, is none of its close. */
static __always_inline void sl_close_begin(struct sl_life *l)
{
	__u16 linger = l->close.flags & SL_CLF_LINGER;

	__builtin_memset(&l->close, 0, sizeof(l->close));
	l->close.flags = linger;
	l->scratch.half_closed_since_ns = 0;
}

/* A RST went out. reason: enum sk_rst_reason of the running kernel, if known. */
static __always_inline void sl_close_reset_sent(struct sl_life *l, __u64 now_ns, __u32 reason, int known)
{
	l->errors.resets_sent++;
	if (l->close.class_ ==
	    SL_CLOSE_RESET_RECEIVED) /* no RST answers a RST: the first was the kernel's tcp_reset() of itself */
		l->errors.resets_received--;
	l->close.class_ = SL_CLOSE_RESET_SENT;
	if (!l->close.reset_ns)
		l->close.reset_ns = now_ns;
	if (known) {
		l->close.reset_reason = reason;
		l->close.flags |= SL_CLF_RESET_REASON;
	}
}

static __always_inline void sl_close_reset_received(struct sl_life *l, __u64 now_ns)
{
	l->errors.resets_received++;
	l->close.class_ = SL_CLOSE_RESET_RECEIVED;
	if (!l->close.reset_ns)
		l->close.reset_ns = now_ns;
}

/* The class of a close that was not orderly. */
static __always_inline __u16 sl_close_abort_class(const struct sl_life *l)
{
	if (l->close.class_ == SL_CLOSE_RESET_RECEIVED)
		return SL_CLOSE_RESET_RECEIVED;
	if (l->close.err == SL_ETIMEDOUT) /* a keepalive that gives up sends a RST, too */
		return SL_CLOSE_TIMED_OUT;
	if (l->close.class_ == SL_CLOSE_RESET_SENT)
		return SL_CLOSE_RESET_SENT;
	return SL_CLOSE_ERROR;
}

/* The life's end: decides the class from all that was seen. */
static __always_inline void sl_close_end(struct sl_life *l, __u64 now_ns)
{
	struct sl_close *c = &l->close;

	c->end_ns = now_ns;
	if (l->handshake.outcome != SL_HS_ESTABLISHED) {
		c->class_ = SL_CLOSE_UNCONNECTED;
		return;
	}
	if (c->reset_ns) /* told after CLOSE was entered: there is no TIME_WAIT */
		c->flags &= ~(SL_CLF_TIME_WAIT | SL_CLF_TAIL_PENDING);
	if (c->flags & SL_CLF_TIME_WAIT)
		return;
	if (c->last_state == SL_TCP_LAST_ACK && c->fin_acked_ns && !c->reset_ns)
		return;
	c->class_ = sl_close_abort_class(l);
	if (c->class_ == SL_CLOSE_RESET_SENT && c->err == SL_ECONNRESET)
		c->err = 0; /* tcp_disconnect() notes it for itself; no program sees it */
}

#endif
