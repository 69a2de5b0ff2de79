/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Flow: what the kernel's own counters say of the data. The kernel counts sequence numbers, in which SYN and FIN take one
 * each; people count payload. RFC 4898 names the counters, net/ipv4/tcp_input.c moves them.
 */
#ifndef SL_FLOW_H
#define SL_FLOW_H

#include "base.h"

struct sl_flow_raw {      /* as struct tcp_sock holds them */
	__u64 bytes_sent; /* payload handed to the device, retransmissions included */
	__u64 bytes_retrans;
	__u64 bytes_acked;    /* sequence space: a client's SYN and any FIN count one */
	__u64 bytes_received; /* sequence space: the peer's FIN counts one */
};

static __always_inline __u64 sl_flow_less(__u64 v, __u64 n)
{
	return v > n ? v - n : 0;
}

/* Payload bytes from the raw counters, given what the life knows of SYN and FIN. */
static __always_inline void sl_flow_bytes(struct sl_life *l, const struct sl_flow_raw *raw)
{
	__u64 syn = l->id.role == SL_ROLE_CLIENT && l->handshake.outcome == SL_HS_ESTABLISHED;
	__u64 fin_out = l->close.fin_acked_ns != 0;
	__u64 fin_in = !!(l->close.flags & SL_CLF_FIN_IN_BYTES);

	l->flow.bytes_sent = sl_flow_less(raw->bytes_sent, raw->bytes_retrans);
	l->flow.bytes_retrans = raw->bytes_retrans;
	l->flow.bytes_acked = sl_flow_less(raw->bytes_acked, syn + fin_out);
	l->flow.bytes_received = sl_flow_less(raw->bytes_received, fin_in);
}

/* Payload moved so far, both ways. */
static __always_inline __u64 sl_flow_moved(const struct sl_life *l)
{
	return l->flow.bytes_sent + l->flow.bytes_received;
}

static __always_inline void sl_flow_cwnd(struct sl_flow *f, __u32 snd_cwnd)
{
	f->snd_cwnd = snd_cwnd;
	if (snd_cwnd > f->snd_cwnd_max)
		f->snd_cwnd_max = snd_cwnd;
}

#endif
