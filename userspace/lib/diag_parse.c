// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sock_diag reply to a struct sl_diag. The kernel of the reply may be older or newer than the headers: attributes are taken
 * for as long as they are, and tcp_info's length is kept, so that a field that the kernel does not have is never a 0.
 */
#include <libmnl/libmnl.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "../../core/fact.h"
#include "../../core/flow.h"
#include "diag.h"

#define LISTEN 10 /* TCP_LISTEN of the kernel */

static uint32_t attr_u32(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 4 ? mnl_attr_get_u32(attr) : 0;
}

static uint8_t attr_u8(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 1 ? mnl_attr_get_u8(attr) : 0;
}

/* Copies what fits; returns how much that was. The rest of `to` stays. */
static uint32_t attr_copy(const struct nlattr *attr, void *to, uint32_t size)
{
	uint32_t len = mnl_attr_get_payload_len(attr);

	len = len < size ? len : size;
	memcpy(to, mnl_attr_get_payload(attr), len);
	return len;
}

static void attr_text(const struct nlattr *attr, char *to, uint32_t size)
{
	memset(to, 0, size);
	attr_copy(attr, to, size - 1);
}

#define HAS(d, field) ((d)->info_len >= offsetof(struct tcp_info, field) + sizeof((d)->info.field))

/* The peer's FIN has been counted among the bytes in these states. */
static bool fin_received(unsigned state)
{
	return state == 8 /* CLOSE_WAIT */ || state == 9 /* LAST_ACK */ || state == 11 /* CLOSING */;
}

static void flow_counts(struct sl_diag *d)
{
	const struct tcp_info *i = &d->info;
	struct sl_flow_raw raw = { .bytes_sent = i->tcpi_bytes_sent,
				   .bytes_retrans = i->tcpi_bytes_retrans,
				   .bytes_acked = i->tcpi_bytes_acked,
				   .bytes_received = i->tcpi_bytes_received };
	struct sl_flow *f = &d->life.flow;

	if (!HAS(d, tcpi_bytes_retrans)) /* Linux 4.19 */
		return;
	d->life.close.flags = fin_received(d->life.close.last_state) ? SL_CLF_FIN_IN_BYTES : 0;
	sl_flow_bytes(&d->life, &raw);
	d->life.close.flags = 0;
	if (f->bytes_acked > f->bytes_sent) /* a SYN or FIN that nobody saw is among them */
		f->bytes_acked = f->bytes_sent;
	d->life.complete.watched |= SL_FACT_BIT(BYTES) | SL_FACT_BIT(LIMITED);
	f->segs_out = i->tcpi_segs_out;
	f->segs_in = i->tcpi_segs_in;
	f->data_segs_out = i->tcpi_data_segs_out;
	f->data_segs_in = i->tcpi_data_segs_in;
	f->busy_us = i->tcpi_busy_time;
	f->rwnd_limited_us = i->tcpi_rwnd_limited;
	f->sndbuf_limited_us = i->tcpi_sndbuf_limited;
	f->delivery_rate = i->tcpi_delivery_rate;
	d->life.errors.dsack = i->tcpi_dsack_dups;
	d->life.errors.reordering = i->tcpi_reord_seen;
	f->snd_wnd = HAS(d, tcpi_snd_wnd) ? i->tcpi_snd_wnd : 0;
}

static void flow_gauges(struct sl_diag *d)
{
	const struct tcp_info *i = &d->info;
	struct sl_flow *f = &d->life.flow;

	if (!HAS(d, tcpi_max_pacing_rate) || d->life.close.last_state == LISTEN)
		return;
	f->srtt_us = i->tcpi_rtt;
	f->rttvar_us = i->tcpi_rttvar;
	f->min_rtt_us = HAS(d, tcpi_min_rtt) && i->tcpi_min_rtt ? i->tcpi_min_rtt : ~0u;
	sl_flow_cwnd(f, i->tcpi_snd_cwnd);
	f->ssthresh = i->tcpi_snd_ssthresh;
	f->mss = i->tcpi_snd_mss;
	f->snd_wscale = i->tcpi_snd_wscale;
	f->rcv_wscale = i->tcpi_rcv_wscale;
	f->ecn = !!(i->tcpi_options & TCPI_OPT_ECN);
	f->app_limited = i->tcpi_delivery_rate_app_limited;
	f->pacing_rate = i->tcpi_pacing_rate;
	d->life.errors.retrans = i->tcpi_total_retrans;
	d->life.complete.watched |= SL_FACT_BIT(RETRANS);
}

static void take_info(struct sl_diag *d, const struct nlattr *attr)
{
	d->info_len = attr_copy(attr, &d->info, sizeof(d->info));
	flow_counts(d);
	flow_gauges(d);
}

static void take_mem(struct sl_diag *d, const struct nlattr *attr)
{
	if (attr_copy(attr, d->mem, sizeof(d->mem)) == sizeof(d->mem))
		d->known |= SL_DIAG_MEM;
}

/* Which protocol is layered on TCP; only its name is wanted. */
static void take_ulp(struct sl_diag *d, const struct nlattr *attr)
{
	const struct nlattr *inner;

	mnl_attr_for_each_nested(inner, attr)
	{
		if (mnl_attr_get_type(inner) == INET_ULP_INFO_NAME)
			attr_text(inner, d->ulp, sizeof(d->ulp));
	}
}

static void take_small(struct sl_diag *d, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case INET_DIAG_SHUTDOWN: d->shutdown = attr_u8(attr); break;
	case INET_DIAG_TOS:
		d->tos = attr_u8(attr);
		d->known |= SL_DIAG_TOS;
		break;
	case INET_DIAG_TCLASS:
		d->tclass = attr_u8(attr);
		d->known |= SL_DIAG_CLASS;
		break;
	case INET_DIAG_MARK:
		d->mark = attr_u32(attr);
		d->known |= SL_DIAG_MARK;
		break;
	case INET_DIAG_SKV6ONLY:
		d->v6only = attr_u8(attr);
		d->known |= SL_DIAG_V6ONLY;
		break;
	default: break;
	}
}

static void take_inet_attr(struct sl_diag *d, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case INET_DIAG_INFO:
		if (d->life.id.protocol == IPPROTO_TCP)
			take_info(d, attr);
		break;
	case INET_DIAG_CONG: attr_text(attr, d->life.flow.congestion, sizeof(d->life.flow.congestion)); break;
	case INET_DIAG_SKMEMINFO: take_mem(d, attr); break;
	case INET_DIAG_ULP_INFO: take_ulp(d, attr); break;
	case INET_DIAG_CGROUP_ID: attr_copy(attr, &d->cgroup_id, sizeof(d->cgroup_id)); break;
	case INET_DIAG_SOCKOPT:
		if (attr_copy(attr, &d->opt, sizeof(d->opt)) == sizeof(d->opt))
			d->known |= SL_DIAG_OPT;
		break;
	default: take_small(d, attr);
	}
}

static void begin(struct sl_diag *d, unsigned family, unsigned type, unsigned protocol, unsigned state)
{
	struct sl_life *life = &d->life;

	memset(d, 0, sizeof(*d));
	life->id.family = (uint16_t)family;
	life->id.type = (uint16_t)type;
	life->id.protocol = (uint16_t)protocol;
	life->id.known = SL_ID_TYPE;
	life->id.role = state == LISTEN ? SL_ROLE_LISTENER : SL_ROLE_NONE;
	life->id.origin = SL_ORIGIN_SEEDED;
	life->close.last_state = (uint16_t)state;
	life->complete.flags = SL_LIFE_OPEN | SL_LIFE_SEEN_LATE;
	life->complete.watched = SL_FACT_BIT(STATE) | SL_FACT_BIT(SEED);
	life->flow.min_rtt_us = ~0u;
	life->flow.ssthresh = 0x7fffffff;
}

static void take_ends(struct sl_ident *id, const struct inet_diag_sockid *s)
{
	size_t size = id->family == AF_INET ? 4 : 16;

	memcpy(id->laddr, s->idiag_src, size);
	memcpy(id->raddr, s->idiag_dst, size);
	id->lport = ntohs(s->idiag_sport);
	id->rport = ntohs(s->idiag_dport);
	id->cookie = (uint64_t)s->idiag_cookie[1] << 32 | s->idiag_cookie[0];
	if (id->lport)
		id->known |= SL_ID_LOCAL;
	if (id->rport)
		id->known |= SL_ID_REMOTE;
}

/* In a listener's place of the queues stand its accept queue and its backlog. */
static void take_queues(struct sl_diag *d, const struct inet_diag_msg *m)
{
	struct sl_life *life = &d->life;

	d->known |= SL_DIAG_QUEUES;
	d->recv_q = m->idiag_rqueue;
	d->send_q = m->idiag_wqueue;
	if (life->id.role != SL_ROLE_LISTENER)
		return;
	life->calls.backlog_in_force = d->send_q;
	life->listen.queue = d->recv_q;
	life->listen.queue_max = d->recv_q;
}

static void take_listener(struct sl_diag *d)
{
	struct sl_life *life = &d->life;

	if (life->id.role != SL_ROLE_LISTENER || !(d->known & SL_DIAG_MEM))
		return;
	life->listen.drops = d->mem[SL_DIAG_MEM_DROPS];
	life->complete.watched |= SL_FACT_BIT(LISTEN_DROP);
}

bool sl_diag_parse_inet(struct sl_diag *d, const void *payload, uint32_t len, unsigned protocol)
{
	const struct inet_diag_msg *m = payload;
	const uint32_t size = MNL_ALIGN(sizeof(*m));
	const void *attrs = (const char *)payload + size;
	const struct nlattr *attr;

	if (len < size || (m->idiag_family != AF_INET && m->idiag_family != AF_INET6))
		return false;
	begin(d, m->idiag_family, protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM, protocol, m->idiag_state);
	take_ends(&d->life.id, &m->id);
	take_queues(d, m);
	d->ifindex = m->id.idiag_if;
	d->uid = m->idiag_uid;
	d->inode = m->idiag_inode;
	d->timer = m->idiag_timer;
	d->timer_ms = m->idiag_expires;
	d->timer_retrans = m->idiag_retrans;
	mnl_attr_for_each_payload(attrs, len - size) take_inet_attr(d, attr);
	take_listener(d);
	return true;
}

/* An abstract name begins with a NUL, and may hold others. */
static void take_name(struct sl_diag *d, const struct nlattr *attr)
{
	uint32_t len;

	memset(d->path, 0, sizeof(d->path));
	len = attr_copy(attr, d->path, sizeof(d->path) - 1);
	for (uint32_t i = 0; len && !d->path[0] && i < len; i++)
		d->path[i] = d->path[i] ? d->path[i] : '@';
}

static void take_unix_attr(struct sl_diag *d, const struct nlattr *attr)
{
	struct unix_diag_rqlen queues;

	switch (mnl_attr_get_type(attr)) {
	case UNIX_DIAG_NAME: take_name(d, attr); break;
	case UNIX_DIAG_PEER: d->peer_inode = attr_u32(attr); break;
	case UNIX_DIAG_SHUTDOWN: d->shutdown = attr_u8(attr); break;
	case UNIX_DIAG_MEMINFO: take_mem(d, attr); break;
	case UNIX_DIAG_UID: d->uid = attr_u32(attr); break;
	case UNIX_DIAG_RQLEN:
		if (attr_copy(attr, &queues, sizeof(queues)) < sizeof(queues))
			break;
		d->known |= SL_DIAG_QUEUES;
		d->recv_q = queues.udiag_rqueue;
		d->send_q = queues.udiag_wqueue;
		break;
	default: break;
	}
}

bool sl_diag_parse_unix(struct sl_diag *d, const void *payload, uint32_t len)
{
	const struct unix_diag_msg *m = payload;
	const uint32_t size = MNL_ALIGN(sizeof(*m));
	const void *attrs = (const char *)payload + size;
	const struct nlattr *attr;

	if (len < size || m->udiag_family != AF_UNIX)
		return false;
	begin(d, AF_UNIX, m->udiag_type, 0, m->udiag_state);
	d->life.id.cookie = (uint64_t)m->udiag_cookie[1] << 32 | m->udiag_cookie[0];
	d->inode = m->udiag_ino;
	mnl_attr_for_each_payload(attrs, len - size) take_unix_attr(d, attr);
	return true;
}

const char *sl_diag_timer_name(uint32_t timer)
{
	static const char *const names[] = { NULL, "retransmission", "keepalive", "time-wait", "window-probe" };

	return timer < sizeof(names) / sizeof(names[0]) ? names[timer] : NULL;
}
