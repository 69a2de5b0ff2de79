// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model: see model.h. Records come in time order, and time itself moves with them, so that a recording replays as
 * it was. An event that the filter cannot decide waits with its socket, and so do the later ones of that socket, until
 * the identity or the life says more: a socket's events are shown in order, though late. Not thread-safe.
 */
#include "model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/close.h"
#include "../../core/flow.h"
#include "decode.h"
#include "model_socket.h"

#define TAIL_HOLD_NS 60000000000ULL /* TCP_TIMEWAIT_LEN of the kernel */
#define BRIEF_NS 1000000000ULL      /* stragglers of a socket that has ended without TIME_WAIT */
#define MAX_HELD 4096

struct sl_model {
	struct sl_model_config config;
	struct sl_model_ops ops;
	void *ctx;
	bool by_identity; /* the filter looks at nothing else */
	struct sl_model_stats stats;
	struct sl_sockets sockets;
};

int sl_model_create(struct sl_model **model, const struct sl_model_config *config, const struct sl_model_ops *ops,
		    void *ctx)
{
	struct sl_model *m = calloc(1, sizeof(*m));

	if (!m || sl_sockets_init(&m->sockets)) {
		free(m);
		return -ENOMEM;
	}
	m->config = *config;
	m->ops = *ops;
	m->ctx = ctx;
	if (!m->config.tail_hold_ns)
		m->config.tail_hold_ns = TAIL_HOLD_NS;
	if (!m->config.max_held)
		m->config.max_held = MAX_HELD;
	m->by_identity = m->config.filter && sl_filter_is_identity(m->config.filter);
	*model = m;
	return 0;
}

void sl_model_destroy(struct sl_model *m)
{
	if (!m)
		return;
	sl_sockets_exit(&m->sockets);
	free(m);
}

/* A far-away deadline does not wrap into the past. */
static uint64_t later(uint64_t ts_ns, uint64_t ns)
{
	return ts_ns > UINT64_MAX - ns ? UINT64_MAX : ts_ns + ns;
}

/* The identity has changed, or (final) will not change any more. */
static void judge(struct sl_model *m, struct sl_socket *s, const struct sl_life *life, bool final)
{
	if (m->by_identity)
		s->verdict = (uint8_t)sl_filter_eval(m->config.filter, &s->id, life, NULL, final);
}

static int verdict(const struct sl_model *m, const struct sl_socket *s, const struct sl_life *life,
		   const struct sl_event *ev, bool final)
{
	int tri = SL_TRI_YES;

	if (m->by_identity)
		tri = s->verdict;
	else if (m->config.filter)
		tri = sl_filter_eval(m->config.filter, &s->id, life, ev, final);
	return final && tri == SL_TRI_MAYBE ? SL_TRI_NO : tri;
}

static void show_event(struct sl_model *m, const struct sl_socket *s, const struct sl_event *ev, int tri)
{
	if (tri != SL_TRI_YES) {
		m->stats.filtered++;
		return;
	}
	m->stats.shown_events++;
	if (m->ops.event)
		m->ops.event(m->ctx, ev, &s->id, s->pair.peer);
}

static void show_life(struct sl_model *m, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	const struct sl_filter *filter = m->config.filter;

	if (filter && sl_filter_eval(filter, &life->id, life, NULL, true) != SL_TRI_YES) {
		m->stats.filtered++;
		return;
	}
	m->stats.shown_lives++;
	if (m->ops.life)
		m->ops.life(m->ctx, life, ts_ns, peer);
}

static void show_waiting_life(struct sl_model *m, struct sl_socket *s)
{
	if (!s->life)
		return;
	show_life(m, s->life, s->life_ns, s->pair.peer);
	free(s->life);
	s->life = NULL;
}

/* Shows or drops what is decided, up to the first that is not. */
static void release(struct sl_model *m, struct sl_socket *s, const struct sl_life *life, bool final)
{
	struct sl_held *h;

	while ((h = STAILQ_FIRST(&s->held))) {
		int tri = verdict(m, s, life, &h->ev, final);

		if (tri == SL_TRI_MAYBE)
			return;
		show_event(m, s, &h->ev, tri);
		sl_held_pop(s);
	}
}

static void give_up_oldest(struct sl_model *m, struct sl_socket *s)
{
	sl_held_pop(s);
	m->stats.held_lost++;
	release(m, s, NULL, false);
}

static int decide(struct sl_model *m, struct sl_socket *s, const struct sl_event *ev)
{
	int tri = verdict(m, s, s->life, ev, s->ended);

	if (tri != SL_TRI_NO && s->held_count >= m->config.max_held)
		give_up_oldest(m, s);
	if (tri == SL_TRI_MAYBE || (tri == SL_TRI_YES && !STAILQ_EMPTY(&s->held)))
		return sl_held_push(s, ev);
	show_event(m, s, ev, tri);
	return 0;
}

/* What the peer's late FIN adds. The kernel's byte counts were read before it came, so they do not include it. */
static void add_tail(struct sl_life *life, uint64_t tail_ns)
{
	uint16_t counted = life->close.flags & SL_CLF_FIN_IN_BYTES;

	sl_close_fin_received(life, tail_ns, sl_flow_moved(life), 0);
	sl_close_fin_ack_sent(life, tail_ns);
	life->close.flags &= (uint16_t) ~(SL_CLF_TAIL_PENDING | SL_CLF_FIN_IN_BYTES);
	life->close.flags |= counted;
}

static void model_tail(struct sl_model *m, struct sl_socket *s, uint64_t tail_ns)
{
	s->tail_ns = tail_ns;
	if (!s->life)
		return;
	add_tail(s->life, tail_ns);
	show_waiting_life(m, s);
}

static int wait_for_tail(struct sl_model *m, struct sl_socket *s, const struct sl_life_rec *rec)
{
	show_waiting_life(m, s);
	s->life = malloc(sizeof(*s->life));
	if (!s->life)
		return -ENOMEM;
	*s->life = rec->life;
	s->life_ns = rec->rec.ts_ns;
	if (s->tail_ns)
		model_tail(m, s, s->tail_ns);
	return 0;
}

static void identify(struct sl_model *m, struct sl_socket *s, const struct sl_ident *id)
{
	m->stats.unknown -= s->unknown;
	s->unknown = 0;
	if (!s->known)
		sl_socket_move(&m->sockets, s, SL_SOCKET_LIVE, 0);
	sl_socket_identify(&m->sockets, s, id);
}

static int model_ident(struct sl_model *m, struct sl_socket *s, const struct sl_ident_rec *rec)
{
	identify(m, s, &rec->id);
	judge(m, s, s->life, s->ended);
	release(m, s, s->life, s->ended);
	return 0;
}

static int model_event(struct sl_model *m, struct sl_socket *s, const struct sl_event *ev)
{
	int ret;

	m->stats.events++;
	if (!s->known) {
		m->stats.unknown++;
		s->unknown++;
		judge(m, s, NULL, false);
		sl_socket_move(&m->sockets, s, SL_SOCKET_LONG, later(ev->rec.ts_ns, m->config.tail_hold_ns));
	}
	ret = m->config.with_events ? decide(m, s, ev) : 0;
	if (ev->kind == SL_EV_TAIL)
		model_tail(m, s, ev->rec.ts_ns);
	return ret;
}

static int end(struct sl_model *m, struct sl_socket *s, const struct sl_life_rec *rec)
{
	uint16_t flags = rec->life.close.flags;
	bool linger = flags & (SL_CLF_TAIL_PENDING | SL_CLF_TIME_WAIT);
	uint64_t wait_ns = linger ? m->config.tail_hold_ns : BRIEF_NS;

	s->ended = true;
	sl_socket_move(&m->sockets, s, linger ? SL_SOCKET_LONG : SL_SOCKET_BRIEF, later(rec->rec.ts_ns, wait_ns));
	if (flags & SL_CLF_TAIL_PENDING && !(m->by_identity && s->verdict == SL_TRI_NO))
		return wait_for_tail(m, s, rec);
	show_life(m, &rec->life, rec->rec.ts_ns, s->pair.peer);
	return 0;
}

/* An open life comes when tracing stops: what is known by then decides the events that wait, as at a life's end. */
static int model_life(struct sl_model *m, struct sl_socket *s, const struct sl_life_rec *rec)
{
	bool open = rec->life.complete.flags & SL_LIFE_OPEN;

	if (rec->life.complete.flags & SL_LIFE_LOST)
		m->stats.incomplete++;
	identify(m, s, &rec->life.id);
	judge(m, s, &rec->life, true);
	release(m, s, &rec->life, true);
	if (!open) {
		m->stats.lives++;
		return end(m, s, rec);
	}
	m->stats.lives_open++;
	if (m->config.with_open)
		show_life(m, &rec->life, rec->rec.ts_ns, s->pair.peer);
	return 0;
}

int sl_model_record(void *model, const struct sl_rec *rec)
{
	const union sl_any_rec *any = (const void *)rec;
	struct sl_model *m = model;
	struct sl_socket *s;

	m->stats.records++;
	sl_model_tick(m, rec->ts_ns);
	s = sl_socket_get(&m->sockets, rec->cookie);
	if (!s)
		return -ENOMEM;
	switch (rec->type) {
	case SL_REC_IDENT: return model_ident(m, s, &any->ident);
	case SL_REC_EVENT: return model_event(m, s, &any->event);
	case SL_REC_LIFE: return model_life(m, s, &any->life);
	default: return 0;
	}
}

/* Nothing more will be known of it. */
static void conclude(struct sl_model *m, struct sl_socket *s)
{
	if (!STAILQ_EMPTY(&s->held)) {
		judge(m, s, s->life, true);
		release(m, s, s->life, true);
	}
	show_waiting_life(m, s);
	sl_socket_destroy(&m->sockets, s);
}

void sl_model_tick(struct sl_model *m, uint64_t now_ns)
{
	struct sl_socket *s;

	while ((s = sl_socket_due(&m->sockets, SL_SOCKET_BRIEF, now_ns)))
		conclude(m, s);
	while ((s = sl_socket_due(&m->sockets, SL_SOCKET_LONG, now_ns)))
		conclude(m, s);
}

void sl_model_finish(struct sl_model *m)
{
	struct sl_socket_list *stage = m->sockets.stage;

	sl_model_tick(m, UINT64_MAX);
	while (!TAILQ_EMPTY(&stage[SL_SOCKET_LIVE]))
		conclude(m, TAILQ_FIRST(&stage[SL_SOCKET_LIVE]));
}

void sl_model_stats(const struct sl_model *m, struct sl_model_stats *stats)
{
	*stats = m->stats;
}
