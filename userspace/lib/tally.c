// SPDX-License-Identifier: GPL-2.0-or-later
/* See tally.h. */
#include "tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sl_tally_init(struct sl_tally *t, const struct sl_tally_config *config)
{
	memset(t, 0, sizeof(*t));
	t->config = *config;
	if (!config->by)
		return 0;
	t->group = calloc(config->max_groups, sizeof(*t->group));
	if (!t->group)
		return -ENOMEM;
	return sl_table_init(&t->by_name);
}

static void group_exit(struct sl_tally_group *g)
{
	for (int i = 0; i < SL_MEASURE_NR; i++)
		sl_histogram_exit(&g->measure[i]);
}

static void group_clear(struct sl_tally_group *g)
{
	struct sl_histogram measure[SL_MEASURE_NR];

	for (int i = 0; i < SL_MEASURE_NR; i++)
		sl_histogram_clear(&g->measure[i]);
	memcpy(measure, g->measure, sizeof(measure));
	memset(g, 0, sizeof(*g));
	memcpy(g->measure, measure, sizeof(measure));
}

static void drop_groups(struct sl_tally *t)
{
	for (unsigned i = 0; i < t->groups; i++) {
		sl_table_remove(&t->by_name, &t->group[i]->node);
		group_exit(t->group[i]);
		free(t->group[i]);
	}
	t->groups = 0;
}

void sl_tally_exit(struct sl_tally *t)
{
	drop_groups(t);
	if (t->config.by)
		sl_table_exit(&t->by_name);
	free(t->group);
	group_exit(&t->all);
	group_exit(&t->other);
	memset(t, 0, sizeof(*t));
}

void sl_tally_clear(struct sl_tally *t)
{
	drop_groups(t);
	group_clear(&t->all);
	group_clear(&t->other);
}

/* FNV-1a. */
static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3;
	return h;
}

static struct sl_tally_group *group_create(struct sl_tally *t, const char *name, uint64_t key)
{
	struct sl_tally_group *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	strcpy(g->name, name);
	sl_table_insert(&t->by_name, &g->node, key);
	t->group[t->groups++] = g;
	return g;
}

/* NULL: no memory. */
static struct sl_tally_group *group_of(struct sl_tally *t, const struct sl_life *life)
{
	struct sl_table_node *node;
	char name[SL_FIELD_MAX];
	uint64_t key;

	sl_field_text(t->config.by, name, life);
	key = hash(name);
	for (node = sl_table_first(&t->by_name, key); node; node = sl_table_next(node)) {
		struct sl_tally_group *g = sl_table_entry(node, struct sl_tally_group, node);

		if (!strcmp(g->name, name))
			return g;
	}
	return t->groups < t->config.max_groups ? group_create(t, name, key) : &t->other;
}

static void add(uint64_t *sum, uint64_t v)
{
	if (__builtin_add_overflow(*sum, v, sum))
		*sum = UINT64_MAX;
}

static void count_bytes(struct sl_tally_group *g, const struct sl_life *life)
{
	struct sl_value out = sl_measures[SL_MEASURE_BYTES_OUT].of(&life->id, life, true);
	struct sl_value in = sl_measures[SL_MEASURE_BYTES_IN].of(&life->id, life, true);

	if (out.quality == SL_EXACT && in.quality == SL_EXACT) {
		add(&g->bytes_out, out.v);
		add(&g->bytes_in, in.v);
	} else {
		g->bytes_unknown++;
	}
}

static void count(struct sl_tally_group *g, const struct sl_life *life)
{
	uint32_t flags = life->complete.flags;
	bool open = flags & SL_LIFE_OPEN;

	g->sockets++;
	g->open += open;
	g->late += !!(flags & SL_LIFE_SEEN_LATE);
	g->incomplete += !!(flags & (SL_LIFE_LOST | SL_LIFE_END_GUESSED));
	if (!open && life->close.class_ < SL_TALLY_CLOSES)
		g->close[life->close.class_]++;
	if (life->id.role == SL_ROLE_LISTENER) {
		g->listeners++;
		return;
	}
	if (life->handshake.outcome < SL_TALLY_OUTCOMES)
		g->outcome[life->handshake.outcome]++;
	g->failed += life->handshake.outcome > SL_HS_ESTABLISHED;
	add(&g->retrans, life->errors.retrans);
	count_bytes(g, life);
}

/* A listener has no connection to measure; a handshake that failed is counted as such, and not among the times. */
static bool is_measured(const struct sl_life *life, int measure)
{
	if (life->id.role == SL_ROLE_LISTENER)
		return measure == SL_MEASURE_LIFE;
	return measure != SL_MEASURE_HANDSHAKE || life->handshake.outcome == SL_HS_ESTABLISHED;
}

static int measure(struct sl_tally_group *g, const struct sl_life *life, uint32_t measures)
{
	int ret = 0;

	for (int i = 0; i < SL_MEASURE_NR && !ret; i++) {
		struct sl_value value;

		if (!(measures & 1u << i) || !is_measured(life, i))
			continue;
		value = sl_measures[i].of(&life->id, life, true);
		if (value.quality == SL_EXACT)
			ret = sl_histogram_add(&g->measure[i], value.v);
	}
	return ret;
}

int sl_tally_life(struct sl_tally *t, const struct sl_life *life)
{
	struct sl_tally_group *g = NULL;
	int ret;

	if (t->config.by) {
		g = group_of(t, life);
		if (!g)
			return -ENOMEM;
		count(g, life);
	}
	count(&t->all, life);
	ret = measure(&t->all, life, t->config.measures);
	return ret || !g ? ret : measure(g, life, t->config.measures);
}

static int larger_first(const void *a, const void *b)
{
	const struct sl_tally_group *x = *(struct sl_tally_group *const *)a, *y = *(struct sl_tally_group *const *)b;

	if (x->sockets != y->sockets)
		return x->sockets > y->sockets ? -1 : 1;
	return strcmp(x->name, y->name);
}

void sl_tally_sort(struct sl_tally *t)
{
	if (t->groups)
		qsort(t->group, t->groups, sizeof(t->group[0]), larger_first);
}
