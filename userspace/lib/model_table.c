// SPDX-License-Identifier: GPL-2.0-or-later
/* A hash table with chains: see model_table.h. Fibonacci hashing spreads the cookies, which count upwards. */
#include "model_table.h"

#include <errno.h>
#include <stdlib.h>

#define BITS_MIN 8
#define BITS_MAX 28

static struct sl_table_node **slot_of(const struct sl_table *t, uint64_t key)
{
	return &t->bucket[key * 0x9e3779b97f4a7c15ULL >> (64 - t->bits)];
}

int sl_table_init(struct sl_table *t)
{
	t->bits = BITS_MIN;
	t->count = 0;
	t->bucket = calloc((size_t)1 << t->bits, sizeof(struct sl_table_node *));
	return t->bucket ? 0 : -ENOMEM;
}

void sl_table_exit(struct sl_table *t)
{
	free(t->bucket);
	t->bucket = NULL;
	t->count = 0;
}

static void link_last(struct sl_table *t, struct sl_table_node *node)
{
	struct sl_table_node **p = slot_of(t, node->key);

	while (*p)
		p = &(*p)->next;
	node->next = NULL;
	*p = node;
}

/* Old chains are walked from their heads, so equal keys keep their order: newest first. */
static void grow(struct sl_table *t)
{
	struct sl_table old = *t;
	struct sl_table_node **bucket = calloc((size_t)2 << t->bits, sizeof(struct sl_table_node *));

	if (!bucket)
		return;
	t->bucket = bucket;
	t->bits++;
	for (size_t i = 0; i < (size_t)1 << old.bits; i++) {
		struct sl_table_node *node, *next;

		for (node = old.bucket[i]; node; node = next) {
			next = node->next;
			link_last(t, node);
		}
	}
	free(old.bucket);
}

void sl_table_insert(struct sl_table *t, struct sl_table_node *node, uint64_t key)
{
	struct sl_table_node **p;

	if (t->count >= 1u << t->bits && t->bits < BITS_MAX)
		grow(t);
	p = slot_of(t, key);
	node->key = key;
	node->next = *p;
	*p = node;
	t->count++;
}

void sl_table_remove(struct sl_table *t, struct sl_table_node *node)
{
	struct sl_table_node **p = slot_of(t, node->key);

	while (*p && *p != node)
		p = &(*p)->next;
	if (!*p)
		return;
	*p = node->next;
	t->count--;
}

struct sl_table_node *sl_table_first(const struct sl_table *t, uint64_t key)
{
	struct sl_table_node *node = *slot_of(t, key);

	while (node && node->key != key)
		node = node->next;
	return node;
}

struct sl_table_node *sl_table_next(const struct sl_table_node *node)
{
	uint64_t key = node->key;

	do
		node = node->next;
	while (node && node->key != key);
	return (struct sl_table_node *)node;
}
