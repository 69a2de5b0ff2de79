/* SPDX-License-Identifier: GPL-2.0-only */
/* A byte ring of one writer and one reader who do not trust each other; see ring.c. It knows nothing of what it carries. */
#ifndef SL_KMOD_RING_H
#define SL_KMOD_RING_H

#ifdef __KERNEL__
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
u32 sl_ring_fill(const struct sl_ring *ring);
void *sl_ring_reserve(struct sl_ring *ring, u32 len, u32 keep);
void sl_ring_commit(struct sl_ring *ring, u32 len);

#endif
