// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time-ordered merge: see merge.h. A binary heap of copies, ordered by (ts_ns, cpu, seq) and, where all three are
 * equal, by arrival. Copies live in slots of three sizes, cut from slabs and kept on free lists, so that a steady
 * stream allocates nothing; slabs are given back only at the end, so memory is that of the busiest moment. Not
 * thread-safe: the reader owns it.
 */
#include "merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLAB_BYTES 65536
#define CLASS_NR 3

/* An event, an identity, a life; what is larger (a newer version's) gets its own allocation. */
static const uint32_t class_bytes[CLASS_NR] = { 128, 256, 2048 };

struct slot {
	struct slot *next; /* on a free list */
	uint64_t rec[];
};

struct slab {
	struct slab *next;
	uint64_t mem[SLAB_BYTES / 8];
};

struct entry {
	uint64_t ts_ns;
	uint64_t seq;
	uint64_t arrival;
	struct slot *slot;
	uint16_t cpu;
};

struct sl_merge {
	uint64_t slack_ns;
	uint64_t last_ns; /* the latest delivered */
	uint64_t violations;
	uint64_t arrivals;
	struct entry *heap;
	size_t count;
	size_t room;
	struct slot *free[CLASS_NR];
	struct slab *slabs;
};

int sl_merge_create(struct sl_merge **merge, uint64_t slack_ns)
{
	struct sl_merge *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->slack_ns = slack_ns;
	*merge = m;
	return 0;
}

static int class_of(uint32_t len)
{
	int c = 0;

	while (c < CLASS_NR && sizeof(struct slot) + len > class_bytes[c])
		c++;
	return c;
}

static struct sl_rec *slot_rec(struct slot *slot)
{
	return (void *)slot->rec;
}

static void slot_put(struct sl_merge *m, struct slot *slot)
{
	int c = class_of(slot_rec(slot)->len);

	if (c == CLASS_NR) {
		free(slot);
		return;
	}
	slot->next = m->free[c];
	m->free[c] = slot;
}

static int slab_add(struct sl_merge *m, int c)
{
	struct slab *slab = malloc(sizeof(*slab));
	char *p;

	if (!slab)
		return -ENOMEM;
	slab->next = m->slabs;
	m->slabs = slab;
	p = (char *)slab->mem;
	for (size_t at = 0; at + class_bytes[c] <= SLAB_BYTES; at += class_bytes[c]) {
		struct slot *slot = (struct slot *)(void *)(p + at);

		slot->next = m->free[c];
		m->free[c] = slot;
	}
	return 0;
}

static struct slot *slot_get(struct sl_merge *m, uint32_t len)
{
	int c = class_of(len);
	struct slot *slot;

	if (c == CLASS_NR)
		return malloc(sizeof(*slot) + len);
	if (!m->free[c] && slab_add(m, c))
		return NULL;
	slot = m->free[c];
	m->free[c] = slot->next;
	return slot;
}

static int heap_reserve(struct sl_merge *m)
{
	size_t room = m->room ? 2 * m->room : 256;
	struct entry *heap;

	if (m->count < m->room)
		return 0;
	heap = reallocarray(m->heap, room, sizeof(*heap));
	if (!heap)
		return -ENOMEM;
	m->heap = heap;
	m->room = room;
	return 0;
}

static bool before(const struct entry *a, const struct entry *b)
{
	if (a->ts_ns != b->ts_ns)
		return a->ts_ns < b->ts_ns;
	if (a->cpu != b->cpu)
		return a->cpu < b->cpu;
	if (a->seq != b->seq)
		return a->seq < b->seq;
	return a->arrival < b->arrival;
}

static void heap_insert(struct sl_merge *m, const struct entry *e)
{
	size_t at = m->count++;

	while (at && before(e, &m->heap[(at - 1) / 2])) {
		m->heap[at] = m->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	m->heap[at] = *e;
}

static struct entry heap_take(struct sl_merge *m)
{
	struct entry top = m->heap[0], last = m->heap[--m->count];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < m->count) {
		if (child + 1 < m->count && before(&m->heap[child + 1], &m->heap[child]))
			child++;
		if (!before(&m->heap[child], &last))
			break;
		m->heap[at] = m->heap[child];
		at = child;
	}
	m->heap[at] = last;
	return top;
}

int sl_merge_push(struct sl_merge *m, const struct sl_rec *rec)
{
	struct entry e = { .ts_ns = rec->ts_ns, .seq = rec->seq, .arrival = m->arrivals, .cpu = rec->cpu };

	if (heap_reserve(m))
		return -ENOMEM;
	e.slot = slot_get(m, rec->len);
	if (!e.slot)
		return -ENOMEM;
	memcpy(slot_rec(e.slot), rec, rec->len);
	m->arrivals++;
	heap_insert(m, &e);
	return 0;
}

static bool ripe(const struct sl_merge *m, uint64_t looked_ns)
{
	if (!m->count)
		return false;
	if (looked_ns == UINT64_MAX)
		return true;
	return looked_ns >= m->slack_ns && m->heap[0].ts_ns <= looked_ns - m->slack_ns;
}

/* fn may push: the record that it sees is no longer in the heap, and its slot not yet free. */
static int deliver_first(struct sl_merge *m, sl_record_fn fn, void *ctx)
{
	struct entry e = heap_take(m);
	int ret;

	if (e.ts_ns < m->last_ns)
		m->violations++;
	else
		m->last_ns = e.ts_ns;
	/* The analyzer loses count of the heap and takes the entry for the one before. */
	ret = fn(ctx, slot_rec(e.slot)); /* NOLINT(clang-analyzer-unix.Malloc) */
	slot_put(m, e.slot);
	return ret;
}

int sl_merge_release(struct sl_merge *m, uint64_t looked_ns, sl_record_fn fn, void *ctx)
{
	int delivered = 0;

	while (ripe(m, looked_ns)) {
		int ret = deliver_first(m, fn, ctx);

		if (ret < 0)
			return ret;
		delivered++;
	}
	return delivered;
}

uint64_t sl_merge_violations(const struct sl_merge *m)
{
	return m->violations;
}

uint64_t sl_merge_held(const struct sl_merge *m)
{
	return m->count;
}

void sl_merge_destroy(struct sl_merge *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++)
		slot_put(m, m->heap[i].slot);
	while (m->slabs) {
		struct slab *next = m->slabs->next;

		free(m->slabs);
		m->slabs = next;
	}
	free(m->heap);
	free(m);
}
