// SPDX-License-Identifier: GPL-2.0-only
/*
 * One CPU's ring of one reader. Positions count bytes since the beginning and never wrap (2^64 bytes are 500 years at
 * 1 GB/s); the place of a position is its low bits.
 *
 *      tail_shared           head_shared               data (size bytes)       the same pages again
 *      +-----------------+   +-----------------+   +------------------------+------------------------+
 *      | tail            |   | head            |   |..rec|rec|rec|......,,,,|..rec|rec|rec|......,,,,|
 *      +-----------------+   +-----------------+   +------------------------+------------------------+
 *      reader: writes        reader: reads               ^tail       ^head   ^ a record that begins here
 *      writer: reads,        writer: writes                                    runs on into the second map,
 *      believes nothing      (release)                                         for writer and reader alike
 *
 * One writer at a time: the caller keeps this CPU to itself (interrupts off) from reserve to commit, so neither softirq
 * nor hardirq can come in between, and no code that writes a ring runs in NMI. Two plain stores publish a record; no
 * locked instruction, no barrier instruction on x86.
 *
 * What pairs with what:
 *   commit's release of head_shared  -  the reader's acquire of it: the record's bytes are there before head is.
 *   the reader's release of tail     -  fill's acquire of it: the reader is done with bytes that are written again.
 *
 * The writer's own head is private. tail is loaded once; a value outside [head - size, head] is no position of an honest
 * reader and counts as a full ring. So a record is only ever written to data[0 .. 2*size), whatever tail holds.
 *
 * This file is compiled for the kernel and, after tests/ring/shim.h, for user space: unit tests, a race under
 * ThreadSanitizer, a model check of every interleaving, a micro-benchmark.
 */
#include "ring.h"

/**
 * sl_ring_init() - an empty ring over memory that the caller owns
 * @ring: what is filled in
 * @data: 2 * @size bytes of address space over @size bytes of memory
 * @size: bytes, a power of two
 * @head_shared: holds 0; the reader may read it
 * @tail_shared: holds 0; the reader may write it
 */
void sl_ring_init(struct sl_ring *ring, void *data, u32 size, u64 *head_shared, const u64 *tail_shared)
{
	ring->data = data;
	ring->head = 0;
	ring->size = size;
	ring->pad = 0;
	ring->head_shared = head_shared;
	ring->tail_shared = tail_shared;
}
