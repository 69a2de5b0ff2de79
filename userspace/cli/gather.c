// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gathers connections: see gather.h. A socket whose life has come waits a moment for what comes after it (the last ACK
 * leaves a TIME_WAIT socket), and for the life of its peer, if the model knows one: that is followed too, so it will come.
 */
#include "gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_OF_ONE 20000     /* of one socket; the rest is counted */
#define EVENTS_OF_ALL (1 << 20) /* 80 MB */

int gather_init(struct gather *g, const struct sl_filter *filter, uint64_t hold_ns, gather_fn ready, void *ctx)
{
	memset(g, 0, sizeof(*g));
	g->filter = filter;
	g->hold_ns = hold_ns;
	g->ready = ready;
	g->ctx = ctx;
	TAILQ_INIT(&g->open);
	TAILQ_INIT(&g->over);
	TAILQ_INIT(&g->waiting);
	return sl_table_init(&g->by_cookie);
}

static struct gather_end *find(const struct gather *g, uint64_t cookie)
{
	struct sl_table_node *node = sl_table_first(&g->by_cookie, cookie);

	return node ? sl_table_entry(node, struct gather_end, node) : NULL;
}

static void move(struct gather_end *end, struct gather_list *list)
{
	if (end->list)
		TAILQ_REMOVE(end->list, end, link);
	end->list = list;
	TAILQ_INSERT_TAIL(list, end, link);
}

static struct gather_end *end_create(struct gather *g, uint64_t cookie)
{
	struct gather_end *end = calloc(1, sizeof(*end));

	if (!end) {
		g->no_memory = true;
		return NULL;
	}
	end->cookie = cookie;
	sl_table_insert(&g->by_cookie, &end->node, cookie);
	move(end, &g->open);
	return end;
}

static void end_destroy(struct gather *g, struct gather_end *end)
{
	if (!end)
		return;
	TAILQ_REMOVE(end->list, end, link);
	sl_table_remove(&g->by_cookie, &end->node);
	g->events -= end->count;
	free(end->events);
	free(end);
}

static void destroy_all(struct gather *g, struct gather_list *list)
{
	while (!TAILQ_EMPTY(list))
		end_destroy(g, TAILQ_FIRST(list));
}

void gather_exit(struct gather *g)
{
	destroy_all(g, &g->open);
	destroy_all(g, &g->over);
	destroy_all(g, &g->waiting);
	sl_table_exit(&g->by_cookie);
}

static struct gather_end *get(struct gather *g, uint64_t cookie)
{
	struct gather_end *end = find(g, cookie);

	return end ? end : end_create(g, cookie);
}

/* The model finds a pair when it knows the second end: the first one's records may have come before. */
static void set_peer(struct gather *g, struct gather_end *end, uint64_t peer)
{
	struct gather_end *other = peer ? find(g, peer) : NULL;

	if (peer)
		end->peer = peer;
	if (other)
		other->peer = end->cookie;
}

/* Room for one more event. */
static bool grow(struct gather *g, struct gather_end *end)
{
	unsigned room = end->room ? end->room * 2 : 32;
	struct sl_event *events;

	if (end->count >= EVENTS_OF_ONE || g->events >= EVENTS_OF_ALL)
		return false;
	if (end->count < end->room)
		return true;
	events = reallocarray(end->events, room, sizeof(*events));
	if (!events) {
		g->no_memory = true;
		return false;
	}
	end->events = events;
	end->room = room;
	return true;
}

void gather_event(struct gather *g, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct gather_end *end;

	gather_tick(g, ev->rec.ts_ns);
	end = get(g, ev->rec.cookie);
	if (!end)
		return;
	if (!end->ended && id->known)
		end->id = *id;
	set_peer(g, end, peer);
	if (!grow(g, end)) {
		end->left_out++;
		return;
	}
	end->events[end->count++] = *ev;
	g->events++;
}

void gather_life(struct gather *g, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	struct gather_end *end = get(g, life->id.cookie);

	if (!end)
		return;
	g->sockets++;
	move(end, &g->over);
	end->ended = true;
	end->life = *life;
	end->id = life->id;
	end->life_ns = ts_ns;
	set_peer(g, end, peer);
	gather_tick(g, ts_ns);
}

static bool end_matches(const struct sl_filter *filter, const struct gather_end *end)
{
	if (!end)
		return false;
	if (!filter || sl_filter_eval(filter, &end->id, &end->life, NULL, true) == SL_TRI_YES)
		return true;
	for (unsigned i = 0; i < end->count; i++) {
		if (sl_filter_eval(filter, &end->id, &end->life, &end->events[i], true) == SL_TRI_YES)
			return true;
	}
	return false;
}

static bool client_of(const struct gather_end *a, const struct gather_end *b)
{
	if (a->id.role != b->id.role)
		return a->id.role == SL_ROLE_CLIENT || b->id.role == SL_ROLE_SERVER;
	return a->life.id.created_ns <= b->life.id.created_ns;
}

static void hand_out(struct gather *g, struct gather_end *one, struct gather_end *other)
{
	bool first = !other || client_of(one, other), matches;
	struct connection c = { .end = { first ? one : other, first ? other : one } };

	c.server_only = !other && one->id.role == SL_ROLE_SERVER;
	matches = end_matches(g->filter, one) || end_matches(g->filter, other);
	g->matched += matches;
	g->ready(g->ctx, &c, matches);
	end_destroy(g, one);
	end_destroy(g, other);
}

/* Both lives have come, or there is only one; the later of them at the time that is returned, else 0. */
static uint64_t over_since(const struct gather *g, const struct gather_end *end, struct gather_end **peer)
{
	*peer = end->peer ? find(g, end->peer) : NULL;
	if (!end->peer)
		return end->life_ns;
	if (!*peer || !(*peer)->ended)
		return 0;
	return end->life_ns > (*peer)->life_ns ? end->life_ns : (*peer)->life_ns;
}

void gather_tick(struct gather *g, uint64_t now_ns)
{
	struct gather_end *end, *peer;
	uint64_t since_ns;

	while ((end = TAILQ_FIRST(&g->over)) && end->life_ns + g->hold_ns <= now_ns) {
		since_ns = over_since(g, end, &peer);
		if (since_ns && since_ns + g->hold_ns <= now_ns)
			hand_out(g, end, peer);
		else
			move(end, &g->waiting); /* its peer, when that is over, takes it along */
	}
}

static void finish_list(struct gather *g, struct gather_list *list)
{
	struct gather_end *end, *peer;

	while ((end = TAILQ_FIRST(list))) {
		over_since(g, end, &peer);
		hand_out(g, end, peer && peer->ended ? peer : NULL);
	}
}

void gather_finish(struct gather *g)
{
	finish_list(g, &g->waiting);
	finish_list(g, &g->over);
}

/* Nothing was sent, and nothing went wrong. */
static bool end_is_quiet(const struct gather_end *end)
{
	const struct sl_life *life = &end->life;
	bool moved = life->calls.send_bytes || life->calls.recv_bytes || life->flow.bytes_sent ||
		     life->flow.bytes_received;

	if (life->id.role == SL_ROLE_LISTENER)
		return true;
	if (life->handshake.outcome || moved || life->errors.sock_errors)
		return false;
	for (unsigned call = 0; call < SL_CALL_NR; call++) {
		if (life->calls.call[call].errors)
			return false;
	}
	return life->close.class_ <= SL_CLOSE_NONE || life->close.class_ == SL_CLOSE_UNCONNECTED;
}

bool connection_is_quiet(const struct connection *c)
{
	return !c->end[1] && end_is_quiet(c->end[0]);
}
