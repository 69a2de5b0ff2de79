// SPDX-License-Identifier: GPL-2.0-or-later
/* See listeners.h. */
#include "listeners.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

int sl_listeners_init(struct sl_listeners *l)
{
	memset(l, 0, sizeof(*l));
	return sl_table_init(&l->by_cookie);
}

void sl_listeners_exit(struct sl_listeners *l)
{
	for (unsigned i = 0; i < l->count; i++) {
		sl_histogram_exit(&l->all[i]->handshake);
		sl_histogram_exit(&l->all[i]->accept_wait);
		free(l->all[i]);
	}
	free(l->all);
	sl_table_exit(&l->by_cookie);
	memset(l, 0, sizeof(*l));
}

static struct sl_listener *find(const struct sl_listeners *l, uint64_t cookie)
{
	struct sl_table_node *node = sl_table_first(&l->by_cookie, cookie);

	return node ? sl_table_entry(node, struct sl_listener, node) : NULL;
}

const struct sl_listener *sl_listeners_get(const struct sl_listeners *l, uint64_t cookie)
{
	return find(l, cookie);
}

static struct sl_listener *get(struct sl_listeners *l, uint64_t cookie)
{
	struct sl_listener *listener = find(l, cookie), **all = l->all;

	if (listener)
		return listener;
	if (!(l->count & (l->count + 1))) /* room for 1, 3, 7, 15, ... */
		all = realloc(l->all, (2 * (size_t)l->count + 2) * sizeof(*all));
	if (!all)
		return NULL;
	l->all = all;
	listener = calloc(1, sizeof(*listener));
	if (!listener)
		return NULL;
	l->all[l->count++] = listener;
	sl_table_insert(&l->by_cookie, &listener->node, cookie);
	return listener;
}

static int measure(struct sl_histogram *h, enum sl_measure measure, const struct sl_life *life)
{
	struct sl_value value = sl_measures[measure].of(&life->id, life, true);

	return value.quality == SL_EXACT ? sl_histogram_add(h, value.v) : 0;
}

static int add_child(struct sl_listener *p, const struct sl_life *life)
{
	const struct sl_handshake *hs = &life->handshake;
	int ret = 0;

	p->children++;
	p->accepted += !!(hs->flags & SL_HSF_ACCEPTED);
	p->failed += hs->outcome > SL_HS_ESTABLISHED;
	p->cookies += !!(hs->flags & SL_HSF_COOKIE);
	if (hs->accept_queue > p->queue_max)
		p->queue_max = hs->accept_queue;
	if (hs->outcome == SL_HS_ESTABLISHED)
		ret = measure(&p->handshake, SL_MEASURE_HANDSHAKE, life);
	return ret ? ret : measure(&p->accept_wait, SL_MEASURE_ACCEPT_WAIT, life);
}

int sl_listeners_life(struct sl_listeners *l, const struct sl_life *life)
{
	bool own = life->id.role == SL_ROLE_LISTENER;
	struct sl_listener *listener;

	if (!own && !(life->id.known & SL_ID_PARENT))
		return 0;
	listener = get(l, own ? life->id.cookie : life->id.parent);
	if (!listener)
		return -ENOMEM;
	if (!own)
		return add_child(listener, life);
	listener->known = true;
	listener->life = *life;
	return 0;
}
