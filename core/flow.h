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

/* tcp_sock's stop-watches (RFC 4898 names what they measure): finished stints in ticks, and the one that runs. */
struct sl_flow_chrono {
	__u32 stat[3]; /* data outstanding and nothing in the way; the peer's window; the send buffer */
	__u32 type;    /* which runs: index into stat plus 1; 0: none */
	__u32 running; /* ticks of the one that runs */
	__u32 tick_us; /* 0: unknown, and then nothing is */
};

/* As tcp_info reports them: busy holds the two others. */
static __always_inline void sl_flow_limited(struct sl_flow *f, const struct sl_flow_chrono *c)
{
	__u64 busy = c->stat[0], rwnd = c->stat[1], sndbuf = c->stat[2];

	if (c->type == 1)
		busy += c->running;
	else if (c->type == 2)
		rwnd += c->running;
	else if (c->type == 3)
		sndbuf += c->running;
	f->busy_us = (busy + rwnd + sndbuf) * c->tick_us;
	f->rwnd_limited_us = rwnd * c->tick_us;
	f->sndbuf_limited_us = sndbuf * c->tick_us;
}

/* The time since the last change belongs to the state that was. */
static __always_inline void sl_flow_ca_add(struct sl_life *l, __u64 now_ns)
{
	__u64 since_ns = l->scratch.ca_since_ns;

	if (since_ns && now_ns > since_ns && l->scratch.ca_state < SL_CA_NR)
		l->flow.ca_ns[l->scratch.ca_state] += now_ns - since_ns;
}

/* ESTABLISHED: the time of congestion control begins, in the state that it has. A connection before on the same socket is none of it. */
static __always_inline void sl_flow_ca_begin(struct sl_life *l, __u64 now_ns)
{
	__builtin_memset(l->flow.ca_ns, 0, sizeof(l->flow.ca_ns));
	__builtin_memset(l->flow.ca_entered, 0, sizeof(l->flow.ca_entered));
	l->scratch.ca_since_ns = now_ns;
}

/**
 * sl_flow_ca() - congestion control changes its state (RFC 5681, RFC 6675; enum tcp_ca_state)
 * @state: SL_CA_*; the kernel tells some that are no change
 *
 * Before sl_flow_ca_begin(), of a SYN's retransmission, it takes no time of the connection's.
 */
static __always_inline void sl_flow_ca(struct sl_life *l, __u32 state, __u64 now_ns)
{
	if (state >= SL_CA_NR || state == l->scratch.ca_state)
		return;
	if (l->scratch.ca_since_ns) {
		sl_flow_ca_add(l, now_ns);
		l->flow.ca_entered[state]++;
		l->scratch.ca_since_ns = now_ns;
	}
	l->scratch.ca_state = state;
}

/* CLOSE was entered, or a snapshot is taken: nothing counts twice. */
static __always_inline void sl_flow_ca_end(struct sl_life *l, __u64 now_ns)
{
	sl_flow_ca_add(l, now_ns);
	l->scratch.ca_since_ns = 0;
}

#endif
