/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* Faults: retransmissions by cause, errors that the kernel told the socket, skbs dropped with it. */
#ifndef SL_FAULT_H
#define SL_FAULT_H

#include "base.h"

/**
 * sl_fault_retrans() - a segment was sent again, or several in one go
 * @tcp_state: the socket's
 * @ca_state: of the congestion control: what made it do so. A timer puts it into Loss first, duplicate ACKs into
 *            Recovery; a probe of the tail (RFC 8985) is sent in neither.
 * @total: the socket's own count of such segments, these included (tcp_sock.total_retrans)
 */
static __always_inline void sl_fault_retrans(struct sl_life *l, __u32 tcp_state, __u32 ca_state, __u32 total)
{
	struct sl_errors *e = &l->errors;
	__u32 segs = total - e->retrans;

	e->retrans = total;
	if (tcp_state == SL_TCP_SYN_SENT) {
		l->handshake.syn_retrans += segs;
		e->retrans_rto += segs;
	} else if (ca_state == SL_CA_LOSS) {
		e->retrans_rto += segs;
	} else if (ca_state == SL_CA_RECOVERY) {
		e->retrans_fast += segs;
	} else {
		e->retrans_tlp += segs;
	}
}

/* The kernel took back a slow-down (RFC 3522, RFC 5682, DSACK): the segments had not been lost, only late. */
static __always_inline void sl_fault_undone(struct sl_life *l)
{
	sl_count(&l->errors.spurious);
}

/* Errors that only ICMP brings to a TCP socket that has a route. */
static __always_inline int sl_fault_is_icmp(__s32 err)
{
	return err == SL_EHOSTUNREACH || err == SL_ENETUNREACH;
}

/* An ICMP message came while the program was in the socket: the kernel only takes note (sk_err_soft). */
static __always_inline void sl_fault_soft(struct sl_life *l, __s32 err)
{
	if (err == l->scratch.soft_err)
		return;
	l->scratch.soft_err = err;
	l->errors.icmp++;
}

/* The kernel reported an error to the socket: positive errno. */
static __always_inline void sl_fault_error(struct sl_life *l, __s32 err)
{
	l->errors.sock_errors++;
	l->errors.last_sk_err = err;
	if (sl_fault_is_icmp(err))
		l->errors.icmp++;
	if (l->handshake.outcome == SL_HS_ESTABLISHED && !l->close.err)
		l->close.err = err;
}

/* An skb was dropped with this socket; the first few reasons are kept apart. */
static __always_inline void sl_fault_drop(struct sl_life *l, __u32 reason)
{
	int i;

	sl_count(&l->errors.drops);
	for (i = 0; i < SL_DROP_NR; i++) {
		struct sl_drop *d = &l->errors.drop[i];

		if (!d->count)
			d->reason = reason;
		if (d->reason == reason) {
			sl_count(&d->count);
			return;
		}
	}
}

#endif
