// SPDX-License-Identifier: GPL-2.0-or-later
/* The model's sockets: see model_socket.h. */
#include "model_socket.h"

#include <errno.h>
#include <stdlib.h>

int sl_sockets_init(struct sl_sockets *all)
{
	for (int i = 0; i < SL_SOCKET_STAGES; i++)
		TAILQ_INIT(&all->stage[i]);
	if (sl_table_init(&all->by_cookie))
		return -ENOMEM;
	if (sl_table_init(&all->by_tuple)) {
		sl_table_exit(&all->by_cookie);
		return -ENOMEM;
	}
	return 0;
}

void sl_sockets_exit(struct sl_sockets *all)
{
	for (int i = 0; i < SL_SOCKET_STAGES; i++)
		while (!TAILQ_EMPTY(&all->stage[i]))
			sl_socket_destroy(all, TAILQ_FIRST(&all->stage[i]));
	sl_table_exit(&all->by_tuple);
	sl_table_exit(&all->by_cookie);
}

static struct sl_socket *create(struct sl_sockets *all, uint64_t cookie)
{
	struct sl_socket *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	STAILQ_INIT(&s->held);
	s->id.cookie = cookie;
	s->pair.cookie = cookie;
	s->stage = SL_SOCKET_LIVE;
	TAILQ_INSERT_TAIL(&all->stage[s->stage], s, link);
	sl_table_insert(&all->by_cookie, &s->node, cookie);
	return s;
}

struct sl_socket *sl_socket_get(struct sl_sockets *all, uint64_t cookie)
{
	struct sl_table_node *node = sl_table_first(&all->by_cookie, cookie);

	return node ? sl_table_entry(node, struct sl_socket, node) : create(all, cookie);
}

void sl_socket_destroy(struct sl_sockets *all, struct sl_socket *s)
{
	while (!STAILQ_EMPTY(&s->held))
		sl_held_pop(s);
	sl_pair_remove(&all->by_tuple, &s->pair);
	sl_table_remove(&all->by_cookie, &s->node);
	TAILQ_REMOVE(&all->stage[s->stage], s, link);
	free(s->life);
	free(s);
}

void sl_socket_move(struct sl_sockets *all, struct sl_socket *s, enum sl_socket_stage stage, uint64_t deadline_ns)
{
	TAILQ_REMOVE(&all->stage[s->stage], s, link);
	s->stage = stage;
	s->deadline_ns = deadline_ns;
	TAILQ_INSERT_TAIL(&all->stage[stage], s, link);
}

void sl_socket_identify(struct sl_sockets *all, struct sl_socket *s, const struct sl_ident *id)
{
	s->id = *id;
	s->id.cookie = s->pair.cookie;
	s->known = true;
	sl_pair_update(&all->by_tuple, &s->pair, id);
}

struct sl_socket *sl_socket_due(struct sl_sockets *all, enum sl_socket_stage stage, uint64_t now_ns)
{
	struct sl_socket *s = TAILQ_FIRST(&all->stage[stage]);

	return s && s->deadline_ns <= now_ns ? s : NULL;
}

int sl_held_push(struct sl_socket *s, const struct sl_event *ev)
{
	struct sl_held *h = malloc(sizeof(*h));

	if (!h)
		return -ENOMEM;
	h->ev = *ev;
	STAILQ_INSERT_TAIL(&s->held, h, link);
	s->held_count++;
	return 0;
}

void sl_held_pop(struct sl_socket *s)
{
	struct sl_held *h = STAILQ_FIRST(&s->held);

	STAILQ_REMOVE_HEAD(&s->held, link);
	s->held_count--;
	free(h);
}
