// SPDX-License-Identifier: GPL-2.0-or-later
/* See device_ring.h. Pairs with kmod/ring.c: head is loaded before the records, tail stored after the last look at them. */
#include "device_ring.h"

#include <errno.h>

static void give_back(struct sl_device_ring *ring, uint64_t tail)
{
	__atomic_store_n(ring->tail, tail, __ATOMIC_RELEASE);
}

int sl_device_ring_take(struct sl_device_ring *ring, sl_record_fn fn, void *ctx)
{
	uint64_t head = __atomic_load_n(ring->head, __ATOMIC_ACQUIRE);
	uint64_t tail = *ring->tail, given = tail;
	int taken = 0, ret = 0;

	while (tail != head && ret >= 0) {
		const struct sl_rec *rec = (const void *)(ring->data + (tail & (ring->size - 1)));

		if (rec->len < sizeof(*rec) || rec->len % 8 || rec->len > head - tail) {
			give_back(ring, head);
			return -EBADMSG;
		}
		tail += rec->len;
		ret = fn(ctx, rec);
		taken++;
		if (tail - given >= ring->size / 8) { /* not for each: the writer looks at this word all the time */
			give_back(ring, tail);
			given = tail;
		}
	}
	give_back(ring, tail);
	return ret < 0 ? ret : taken;
}
