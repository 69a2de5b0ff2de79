// SPDX-License-Identifier: GPL-2.0-only
/* See cache.h. */
#include "cache.h"

#include <linux/jhash.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define WAYS 4

struct slot {
	struct sl_flow_key key;
	u64 put_ns; /* 0: empty */
	union sl_cache_value value;
};

struct set {
	raw_spinlock_t lock;
	struct slot slot[WAYS];
};

struct sl_cache {
	u32 sets; /* a power of two */
	struct set set[];
};

static struct set *set_of(struct sl_cache *c, const struct sl_flow_key *k)
{
	BUILD_BUG_ON(sizeof(*k) % sizeof(u32));
	return &c->set[jhash2((const u32 *)k, sizeof(*k) / sizeof(u32), 0) & (c->sets - 1)];
}

static struct slot *slot_of(struct set *set, const struct sl_flow_key *k)
{
	int i;

	for (i = 0; i < WAYS; i++)
		if (set->slot[i].put_ns && !memcmp(&set->slot[i].key, k, sizeof(*k)))
			return &set->slot[i];
	return NULL;
}

static struct slot *slot_oldest(struct set *set)
{
	struct slot *oldest = &set->slot[0];
	int i;

	for (i = 1; i < WAYS; i++)
		if (set->slot[i].put_ns < oldest->put_ns)
			oldest = &set->slot[i];
	return oldest;
}

struct sl_cache *sl_cache_create(u32 sets)
{
	struct sl_cache *c = kvzalloc(struct_size(c, set, sets), GFP_KERNEL);
	u32 i;

	if (!c)
		return NULL;
	c->sets = sets;
	for (i = 0; i < sets; i++)
		raw_spin_lock_init(&c->set[i].lock);
	return c;
}

void sl_cache_destroy(struct sl_cache *c)
{
	kvfree(c);
}

/* In the place of what had this key. */
void sl_cache_put(struct sl_cache *c, const struct sl_flow_key *k, const union sl_cache_value *v, u64 now_ns)
{
	struct set *set = set_of(c, k);
	struct slot *slot;

	raw_spin_lock(&set->lock);
	slot = slot_of(set, k);
	if (!slot)
		slot = slot_oldest(set);
	slot->key = *k;
	slot->value = *v;
	slot->put_ns = now_ns;
	raw_spin_unlock(&set->lock);
}

bool sl_cache_get(struct sl_cache *c, const struct sl_flow_key *k, union sl_cache_value *v)
{
	struct set *set = set_of(c, k);
	struct slot *slot;

	raw_spin_lock(&set->lock);
	slot = slot_of(set, k);
	if (slot)
		*v = slot->value;
	raw_spin_unlock(&set->lock);
	return slot;
}

/* As sl_cache_get(), and it is gone then. */
bool sl_cache_take(struct sl_cache *c, const struct sl_flow_key *k, union sl_cache_value *v)
{
	struct set *set = set_of(c, k);
	struct slot *slot;

	raw_spin_lock(&set->lock);
	slot = slot_of(set, k);
	if (slot) {
		*v = slot->value;
		slot->put_ns = 0;
	}
	raw_spin_unlock(&set->lock);
	return slot;
}
