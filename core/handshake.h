/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The handshake of RFC 9293 3.5, at one end. A step may be told twice, by the state change that it causes and by the
 * segment seen at the device; the segment's time wins, since it is the truth. The outcome is the same for a connect
 * that blocks and for one that does not.
 */
#ifndef SL_HANDSHAKE_H
#define SL_HANDSHAKE_H

#include "base.h"

/* Outcome for an errno of connect() or of the socket; SL_HS_OTHER for one that says nothing special. */
static __always_inline __u16 sl_handshake_outcome(__s32 err)
{
	switch (err) {
	case SL_ECONNREFUSED: return SL_HS_REFUSED;
	case SL_ETIMEDOUT: return SL_HS_TIMED_OUT;
	case SL_ENETUNREACH:
	case SL_EHOSTUNREACH: return SL_HS_UNREACHABLE;
	case SL_EPERM:
	case SL_EACCES: return SL_HS_DENIED;
	default: return SL_HS_OTHER;
	}
}

/* connect() entered SYN_SENT: the SYN is about to be built. A second connect on the same socket starts afresh. */
static __always_inline void sl_handshake_begin(struct sl_handshake *h, __u64 now_ns)
{
	__builtin_memset(h, 0, sizeof(*h));
	h->begin_ns = now_ns;
	h->syn_ns = now_ns;
	h->flags = SL_HSF_SYN_FROM_STATE;
	h->outcome = SL_HS_PENDING;
}

/* Client: the first SYN crossed the device. */
static __always_inline void sl_handshake_syn_sent(struct sl_handshake *h, __u64 now_ns)
{
	if (!(h->flags & SL_HSF_SYN_FROM_STATE))
		return;
	h->syn_ns = now_ns;
	h->flags &= ~SL_HSF_SYN_FROM_STATE;
}

/* Server: the SYN came; known from the request, before the socket exists. */
static __always_inline void sl_handshake_syn_received(struct sl_handshake *h, __u64 now_ns)
{
	h->syn_ns = now_ns;
	h->begin_ns = now_ns;
}

/* Server: the first SYN-ACK left. */
static __always_inline void sl_handshake_synack_sent(struct sl_handshake *h, __u64 now_ns)
{
	h->synack_ns = now_ns;
	h->flags &= ~SL_HSF_SYNACK_FROM_RTT;
}

/* Server: the child socket is born, because the ACK of the SYN-ACK came (or data with it). */
static __always_inline void sl_handshake_child(struct sl_handshake *h, __u64 now_ns)
{
	h->ack_ns = now_ns;
	h->outcome = SL_HS_PENDING;
	if (!h->begin_ns)
		h->begin_ns = now_ns;
}

/* Client: the SYN-ACK came. */
static __always_inline void sl_handshake_synack_received(struct sl_handshake *h, __u64 now_ns)
{
	if (!h->synack_ns)
		h->synack_ns = now_ns;
}

/* Client: the third segment left. */
static __always_inline void sl_handshake_ack_sent(struct sl_handshake *h, __u64 now_ns)
{
	if (!h->ack_ns)
		h->ack_ns = now_ns;
}

/**
 * sl_handshake_established() - ESTABLISHED was entered
 * @rtt_us: the kernel's RTT sample of this handshake, 0: none
 * @retrans: segments this end had sent more than once by now
 * @server: 1 if this end was the listener's child
 *
 * A server without a look at its SYN-ACK takes its time from the kernel's own sample, which began when the SYN-ACK left
 * (tcp_synack_rtt_meas()); not after a retransmission, since then the sample is ambiguous (RFC 6298, Karn).
 */
static __always_inline void sl_handshake_established(struct sl_handshake *h, __u64 now_ns, __u32 rtt_us, __u32 retrans,
						     int server)
{
	__u64 rtt_ns = (__u64)rtt_us * 1000;

	h->done_ns = now_ns;
	h->outcome = SL_HS_ESTABLISHED;
	h->err = 0;
	h->rtt_us = rtt_us;
	if (!server)
		return;
	h->synack_retrans = retrans;
	if (!h->synack_ns && rtt_ns && !retrans && rtt_ns < h->ack_ns) {
		h->synack_ns = h->ack_ns - rtt_ns;
		h->flags |= SL_HSF_SYNACK_FROM_RTT;
		if (h->begin_ns == h->ack_ns)
			h->begin_ns = h->synack_ns;
	}
}

/**
 * sl_handshake_failed() - the handshake ended without a connection
 * @err: positive errno of the socket; 0: none was set
 * @closed: the program was closing the socket
 */
static __always_inline void sl_handshake_failed(struct sl_handshake *h, __u64 now_ns, __s32 err, int closed)
{
	h->done_ns = now_ns;
	h->err = err;
	if (err)
		h->outcome = sl_handshake_outcome(err);
	else
		h->outcome = closed ? SL_HS_CANCELLED : SL_HS_LOCAL_ERROR;
}

/* Server: the child went before it was established. */
static __always_inline void sl_handshake_aborted(struct sl_handshake *h, __u64 now_ns, __s32 err)
{
	h->done_ns = now_ns;
	h->err = err;
	h->outcome = SL_HS_ABORTED;
}

/**
 * sl_handshake_connect_returned() - connect() came back to the program
 * @ret: 0 or -errno
 *
 * What the socket told before stands; connect() adds the errno of a failure that never reached the wire.
 */
static __always_inline void sl_handshake_connect_returned(struct sl_handshake *h, __u64 now_ns, __s32 ret)
{
	__s32 err = -ret;

	if (err == SL_EINPROGRESS) {
		h->flags |= SL_HSF_ASYNC;
		return;
	}
	if (ret >= 0 || err == SL_EALREADY || err == SL_EISCONN || err == SL_EINTR || err >= SL_ERESTARTSYS)
		return;
	if (h->outcome != SL_HS_NONE && (h->outcome != SL_HS_LOCAL_ERROR || h->err))
		return;
	h->err = err;
	h->done_ns = now_ns;
	if (!h->begin_ns)
		h->begin_ns = now_ns;
	h->outcome = sl_handshake_outcome(err);
	if (h->outcome == SL_HS_OTHER)
		h->outcome = SL_HS_LOCAL_ERROR;
}

/* Server: accept() returned the socket. Returns the time that it lay in the accept queue, ns; 0: unknown. */
static __always_inline __u64 sl_handshake_accepted(struct sl_handshake *h, __u64 now_ns)
{
	if (h->flags & SL_HSF_ACCEPTED)
		return 0;
	h->flags |= SL_HSF_ACCEPTED;
	h->accept_ns = now_ns;
	return h->done_ns && now_ns > h->done_ns ? now_ns - h->done_ns : 0;
}

/* Server: the socket lies in the accept queue, with so many, itself included. */
static __always_inline void sl_handshake_queued(struct sl_handshake *h, __u32 depth)
{
	if (!h->accept_queue)
		h->accept_queue = depth;
}

#endif
