/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader's side of a ring of /dev/socklife (core/device.h): takes records, gives the room back. */
#ifndef SL_DEVICE_RING_H
#define SL_DEVICE_RING_H

#include "source.h"

struct sl_device_ring {
	uint64_t *tail;       /* mapped read/write */
	const uint64_t *head; /* mapped read-only */
	const uint8_t *data;  /* twice size bytes */
	uint32_t size;
};

/**
 * sl_device_ring_take() - all records that are there now
 * @fn: gets each record, in the ring's memory, valid until it returns; negative: stop
 *
 * One thread at a time. Returns how many, or fn's negative return, or -EBADMSG: a record's length cannot be, and what is in the ring
 * was given up.
 */
int sl_device_ring_take(struct sl_device_ring *ring, sl_record_fn fn, void *ctx);

#endif
