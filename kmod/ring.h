/* SPDX-License-Identifier: GPL-2.0-only */
/* A byte ring of one writer and one reader who do not trust each other; see ring.c. It knows nothing of what it carries. What runs for
 * each record is here, so that it is part of its caller. */
#ifndef SL_KMOD_RING_H
#define SL_KMOD_RING_H

#ifdef __KERNEL__
#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/types.h>
#endif

struct sl_ring {
	u8 *data; /* size bytes, mapped twice in a row */
	u64 head; /* where the next record goes; the reader sees only its copy */
	u32 size; /* a power of two */
	u32 pad;
	u64 *head_shared;       /* the reader may read it */
	const u64 *tail_shared; /* the reader may write it: anything may be there */
};

void sl_ring_init(struct sl_ring *ring, void *data, u32 size, u64 *head_shared, const u64 *tail_shared);

/* Bytes that the reader has not taken: 0 to size, of which size also means a tail that cannot be. On the ring's CPU. */
static __always_inline u32 sl_ring_fill(const struct sl_ring *ring)
{
	u64 fill = ring->head - smp_load_acquire(ring->tail_shared);

	return fill > ring->size ? ring->size : (u32)fill;
}

/**
 * sl_ring_reserve() - room for one record
 * @ring: the ring
 * @len: bytes, a multiple of 8, not 0
 * @keep: bytes that must stay free behind it
 *
 * On the ring's CPU, interrupts off until sl_ring_commit() of the same @len. Nothing happens if that is never called.
 * Returns @len bytes in one piece, or NULL: no room.
 */
static __always_inline void *sl_ring_reserve(struct sl_ring *ring, u32 len, u32 keep)
{
	u64 want = (u64)sl_ring_fill(ring) + len + keep;

	if (want > ring->size || len & 7)
		return NULL;
	return ring->data + (ring->head & (ring->size - 1));
}

/* The record in the room that was reserved is whole: the reader may see it. */
static __always_inline void sl_ring_commit(struct sl_ring *ring, u32 len)
{
	ring->head += len;
	smp_store_release(ring->head_shared, ring->head);
}

#endif
