// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ring: what a record costs in the module's ring, natively, with the same C file: nanoseconds, the best of a few rounds. The
 * reader is one that has always taken everything, so that the ring is never full and no other CPU is waited for.
 */
#include <string.h>
#include <time.h>

#include "../ring/shim.h"
#include "../../core/abi.h"
#include "../../kmod/ring.h"
#include "../../kmod/ring.c"

#define SIZE (1u << 20)
#define COUNT 4000000
#define ROUNDS 9

static u64 head, tail;

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* As sl_reader_write() does it, without interrupts and counters. */
static __attribute__((noinline)) void put(struct sl_ring *ring, u64 seq, const void *body, u32 body_len)
{
	u32 len = (u32)sizeof(struct sl_rec) + body_len;
	struct sl_rec *rec = sl_ring_reserve(ring, len, SIZE / 4);

	if (!rec)
		abort();
	*rec = (struct sl_rec){ .len = len, .type = SL_REC_EVENT, .ts_ns = seq, .seq = seq, .cookie = 1 };
	memcpy(rec + 1, body, body_len);
	sl_ring_commit(ring, len);
}

static double round_ns(struct sl_ring *ring, u32 body_len)
{
	static const char body[2048];
	double from = now_ns();
	u64 i;

	for (i = 0; i < COUNT; i++) {
		put(ring, i, body, body_len);
		tail = head;
	}
	return (now_ns() - from) / COUNT;
}

static void measure(struct sl_ring *ring, u32 record_bytes)
{
	double best = 1e9;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		double ns = round_ns(ring, record_bytes - (u32)sizeof(struct sl_rec));

		best = ns < best ? ns : best;
	}
	printf("ring record %u bytes: %.1f ns\n", record_bytes, best);
}

int main(void)
{
	struct sl_ring ring;

	sl_ring_init(&ring, shim_map(SIZE), SIZE, &head, &tail);
	measure(&ring, 64);
	measure(&ring, sizeof(struct sl_event));
	measure(&ring, sizeof(struct sl_life_rec));
	return 0;
}
