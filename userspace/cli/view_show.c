// SPDX-License-Identifier: GPL-2.0-or-later
/* See view_show.h. Subjects of which nothing is known have no line, but a past that was not seen is said to be so. */
#include "view_show.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "cells.h"
#include "clock.h"
#include "diag_info.h"
#include "human.h"
#include "names.h"
#include "words.h"

#define HEAD 12 /* width of the subjects */

struct show {
	struct run *run;
	FILE *out;
	const struct snapshot_socket *socket;
	struct text t;
	size_t empty; /* length of a line without content */
};

static void line_begin(struct show *s, const char *subject)
{
	text_init(&s->t);
	text_add(&s->t, "  %-*s", HEAD, subject);
	s->empty = s->t.len;
}

static void line_end(struct show *s)
{
	if (s->t.len > s->empty)
		fprintf(s->out, "%s\n", s->t.s);
}

static void between(struct show *s)
{
	if (s->t.len > s->empty)
		text_add(&s->t, "%s", term_between(&s->run->term));
}

static void put_time(struct show *s, const char *what, uint64_t from_ns, uint64_t to_ns)
{
	char buf[32];

	if (!from_ns || to_ns < from_ns)
		return;
	human_time(buf, sizeof(buf), to_ns - from_ns, s->run->term.utf8);
	between(s);
	text_add(&s->t, "%s %s", what, buf);
}

static void put_bytes(struct show *s, const char *what, uint64_t bytes)
{
	char buf[32];

	human_bytes(buf, sizeof(buf), bytes);
	between(s);
	text_add(&s->t, "%s %s", what, buf);
}

static void put_number(struct show *s, const char *what, uint64_t n)
{
	between(s);
	text_add(&s->t, "%s %" PRIu64, what, n);
}

static void put_some(struct show *s, const char *what, uint64_t n)
{
	if (n)
		put_number(s, what, n);
}

/* A column of the tables. */
static void put_cell(struct show *s, void (*cell)(struct text *t, const struct row *row))
{
	struct row row = { .term = &s->run->term,
			   .life = s->socket->life,
			   .time = "",
			   .peer = s->socket->peer,
			   .diag = s->socket->diag };

	cell(&s->t, &row);
}

static void show_title(struct show *s)
{
	const struct sl_ident *id = &s->socket->life->id;
	const char *proto = sl_name_protocol(id->family, id->type, id->protocol);
	char number[16];

	text_init(&s->t);
	text_add(&s->t, "sock %" PRIx64 "  %s  ", (uint64_t)id->cookie, words_or_number(proto, id->protocol, number));
	put_cell(s, cell_state);
	if (id->role)
		text_add(&s->t, "  %s", sl_name_role(id->role));
	fprintf(s->out, "%s\n", s->t.s);
}

static void show_ends(struct show *s)
{
	const struct snapshot_socket *k = s->socket;

	line_begin(s, "ends");
	if (k->life->id.family == AF_UNIX && k->diag)
		put_cell(s, cell_path);
	else
		words_ends(&s->t, &s->run->term, &k->life->id);
	if (k->diag && k->diag->peer_inode)
		put_number(s, "peer's inode", k->diag->peer_inode);
	if (k->peer)
		text_add(&s->t, "%speer sock %" PRIx64, term_between(&s->run->term), k->peer);
	if (k->life->id.known & SL_ID_PARENT)
		text_add(&s->t, "%sfrom listener %" PRIx64, term_between(&s->run->term), (uint64_t)k->life->id.parent);
	line_end(s);
}

static void show_holders(struct show *s)
{
	const struct snapshot_socket *k = s->socket;

	line_begin(s, "held by");
	for (const struct sl_owner_of *h = k->holders; h; h = sl_owners_next(h)) {
		between(s);
		text_add_foreign(&s->t, h->comm, sizeof(h->comm));
		text_add(&s->t, "[%u] fd %d", h->pid, h->fd);
	}
	if (!k->holders && k->diag)
		text_add(&s->t, k->diag->inode ? "? (may not be looked into)" : "no process");
	line_end(s);
	line_begin(s, "owner");
	words_owner(&s->t, &k->life->id);
	if (k->life->id.known & SL_ID_OWNER)
		put_number(s, "uid", k->life->id.uid);
	if (k->diag)
		put_number(s, "made by uid", k->diag->uid);
	put_number(s, "netns", k->life->id.netns);
	put_some(s, "cgroup", k->diag && k->diag->cgroup_id ? k->diag->cgroup_id : k->life->id.cgroup_id);
	put_some(s, "inode", k->diag ? k->diag->inode : 0);
	line_end(s);
}

static void show_past(struct show *s)
{
	const struct sl_life *l = s->socket->life;
	const struct sl_handshake *hs = &l->handshake;

	line_begin(s, "past");
	if (l->complete.flags & SL_LIFE_SEEN_LATE)
		text_add(&s->t, "seen late: what came before is not known");
	if (l->id.known & SL_ID_CREATED && s->socket->diag)
		put_time(s, "age", l->id.created_ns, sl_clock_ns());
	if (hs->outcome == SL_HS_ESTABLISHED)
		put_time(s, "handshake", hs->begin_ns, hs->done_ns);
	put_time(s, "accept wait", hs->done_ns, hs->accept_ns);
	put_some(s, "SYNs sent again", hs->syn_retrans);
	put_some(s, "SYN-ACKs sent again", hs->synack_retrans);
	line_end(s);
	line_begin(s, "calls");
	for (unsigned i = 0; i < SL_CALL_NR; i++)
		put_some(s, sl_name_call(i), l->calls.call[i].count);
	line_end(s);
}

static void show_options(struct show *s)
{
	const struct sl_calls *c = &s->socket->life->calls;
	const struct sl_diag *d = s->socket->diag;
	unsigned kept = c->options < SL_OPTION_NR ? c->options : SL_OPTION_NR;
	const char *name;
	char number[16];

	line_begin(s, "options");
	for (unsigned i = 0; i < kept; i++) {
		const struct sl_option *o = &c->option[i];

		between(s);
		text_add(&s->t, "%s", words_or_number(sl_name_sockopt(o->level, o->name), o->name, number));
		if (o->known & (SL_OPT_ASKED | SL_OPT_IN_FORCE))
			text_add(&s->t, " %d", o->known & SL_OPT_IN_FORCE ? o->in_force : o->asked);
	}
	for (unsigned i = 0; d && (name = sl_diag_option(d, i)); i++) {
		between(s);
		text_add(&s->t, "%s", name);
	}
	if (d) {
		put_some(s, "tos", d->tos);
		put_some(s, "tclass", d->tclass);
		put_some(s, "mark", d->mark);
		put_some(s, "bound to interface", d->ifindex);
	}
	if (d && *d->ulp) {
		between(s);
		text_add(&s->t, "ULP %s", d->ulp);
	}
	line_end(s);
}

static void show_queues(struct show *s)
{
	const struct sl_life *l = s->socket->life;
	const struct sl_diag *d = s->socket->diag;

	line_begin(s, "queues");
	if (d && d->known & SL_DIAG_QUEUES && l->id.role == SL_ROLE_LISTENER) {
		put_number(s, "waiting for accept()", d->recv_q);
		put_number(s, "backlog", d->send_q);
		put_number(s, "most seen waiting", l->listen.queue_max);
		put_number(s, "dropped", l->listen.drops);
	} else if (d && d->known & SL_DIAG_QUEUES) {
		put_bytes(s, "to read", d->recv_q);
		put_bytes(s, "not acknowledged", d->send_q);
	}
	line_end(s);
	line_begin(s, "memory");
	for (unsigned i = 0; d && d->known & SL_DIAG_MEM && i < SL_DIAG_MEM_DROPS; i++)
		put_bytes(s, sl_diag_mem_name(i), d->mem[i]);
	if (d && d->known & SL_DIAG_MEM)
		put_number(s, "drops", d->mem[SL_DIAG_MEM_DROPS]);
	line_end(s);
	line_begin(s, "timer");
	if (d && d->timer) {
		put_cell(s, cell_timer);
		put_some(s, "tries", d->timer_retrans);
	}
	line_end(s);
}

static void show_flow(struct show *s)
{
	const struct sl_life *l = s->socket->life;
	const struct sl_flow *f = &l->flow;

	if (l->id.protocol != IPPROTO_TCP || l->id.role == SL_ROLE_LISTENER ||
	    !(l->complete.watched & SL_FACT_BIT(BYTES)))
		return;
	line_begin(s, "data");
	put_bytes(s, "out", f->bytes_sent);
	put_bytes(s, "of it acknowledged", f->bytes_acked);
	put_bytes(s, "in", f->bytes_received);
	put_some(s, "bytes sent again", f->bytes_retrans);
	put_some(s, "retransmits", l->errors.retrans);
	line_end(s);
	line_begin(s, "congestion");
	if (*f->congestion)
		text_add(&s->t, "%.*s", (int)sizeof(f->congestion), f->congestion);
	put_some(s, "cwnd", f->snd_cwnd);
	if (f->ssthresh != 0x7fffffff)
		put_some(s, "ssthresh", f->ssthresh);
	put_some(s, "MSS", f->mss);
	put_some(s, "peer's window", f->snd_wnd);
	put_time(s, "RTT", 1, 1 + f->srtt_us * 1000ULL);
	if (f->min_rtt_us != ~0u)
		put_time(s, "least", 1, 1 + f->min_rtt_us * 1000ULL);
	line_end(s);
}

/* All of tcp_info, as many to a line as fit in 100 columns. */
static void show_info(struct show *s)
{
	const struct sl_diag *d = s->socket->diag;
	uint64_t value;

	line_begin(s, "tcp_info");
	for (unsigned i = 0; d && i < sl_diag_figure_count; i++) {
		if (!sl_diag_figure_value(d, &sl_diag_figures[i], &value))
			continue;
		if (s->t.len > 84) {
			line_end(s);
			line_begin(s, "");
		}
		if (value > INT64_MAX)
			text_add(&s->t, "%s%s unlimited", s->t.len > s->empty ? "  " : "", sl_diag_figures[i].name);
		else
			text_add(&s->t, "%s%s %" PRIu64, s->t.len > s->empty ? "  " : "", sl_diag_figures[i].name,
				 value);
	}
	line_end(s);
}

void show_socket(struct run *run, const struct snapshot_socket *socket, FILE *out)
{
	struct show s = { .run = run, .out = out, .socket = socket };

	show_title(&s);
	show_ends(&s);
	show_holders(&s);
	show_past(&s);
	show_options(&s);
	show_queues(&s);
	show_flow(&s);
	if (socket->life->id.role != SL_ROLE_LISTENER)
		show_info(&s);
}
