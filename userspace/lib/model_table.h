/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash table of nodes that live inside what they find. Own, and not uthash, because one code serves both of the
 * model's indexes (the pair index has equal keys, which uthash cannot), and because an insertion must not fail: when
 * memory for growth is short, chains get longer, and that is all. Nodes are the caller's; the newest comes first.
 */
#ifndef SL_MODEL_TABLE_H
#define SL_MODEL_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct sl_table_node {
	struct sl_table_node *next;
	uint64_t key;
};

struct sl_table {
	struct sl_table_node **bucket;
	uint32_t bits; /* 2^bits buckets */
	uint32_t count;
};

#define sl_table_entry(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

int sl_table_init(struct sl_table *table);  /* 0 or -ENOMEM */
void sl_table_exit(struct sl_table *table); /* forgets the nodes */
void sl_table_insert(struct sl_table *table, struct sl_table_node *node, uint64_t key);
void sl_table_remove(struct sl_table *table, struct sl_table_node *node); /* one that is not there is left alone */
/* The newest node with this key, and the next older one; NULL: none. */
struct sl_table_node *sl_table_first(const struct sl_table *table, uint64_t key);
struct sl_table_node *sl_table_next(const struct sl_table_node *node);

#endif
