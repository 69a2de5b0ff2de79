// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * race N: a writer and a reader, each a thread, at one ring, until N records went through it. Every word of every record is
 * checked, and so is the account: what was written was read, in order. Built with ThreadSanitizer (`make ring-race`).
 */
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include "shim.h"
#include "../../kmod/ring.h"
#include "../../kmod/ring.c"
#include "device_ring.h"

#define SIZE 16384u

static struct {
	u64 head __attribute__((aligned(64)));
	u64 tail __attribute__((aligned(64)));
} shared;

static u64 wanted, full, taken, bytes;
static struct sl_ring ring;

/* Sizes of events, identities and small lives, of no pattern that the ring's size knows. */
static u32 length_of(u64 seq)
{
	return 32 + 8 * (u32)(seq * 2654435761u >> 13 & 15);
}

static void *writer(void *unused)
{
	u64 seq = 0;

	while (seq < wanted) {
		u32 len = length_of(seq), i;
		struct sl_rec *rec = sl_ring_reserve(&ring, len, 0);

		if (!rec) {
			full++;
			sched_yield();
			continue;
		}
		*rec = (struct sl_rec){ .len = len, .seq = seq };
		for (i = sizeof(*rec); i < len; i += 8)
			*(u64 *)(void *)((u8 *)rec + i) = seq ^ i;
		sl_ring_commit(&ring, len);
		seq++;
	}
	return unused;
}

static int check(void *ctx, const struct sl_rec *rec)
{
	u32 i;

	(void)ctx;
	if (rec->seq != taken || rec->len != length_of(taken)) {
		fprintf(stderr, "record %llu came as %llu, %u bytes\n", (unsigned long long)taken,
			(unsigned long long)rec->seq, rec->len);
		exit(1);
	}
	for (i = sizeof(*rec); i < rec->len; i += 8) {
		if (*(const u64 *)(const void *)((const u8 *)rec + i) != (taken ^ i)) {
			fprintf(stderr, "record %llu is torn at byte %u\n", (unsigned long long)taken, i);
			exit(1);
		}
	}
	taken++;
	bytes += rec->len;
	return 0;
}

int main(int argc, char **argv)
{
	struct sl_device_ring reader = { .tail = &shared.tail, .head = &shared.head, .size = SIZE };
	struct timespec a, b;
	pthread_t thread;
	double s;

	wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	reader.data = shim_map(SIZE);
	sl_ring_init(&ring, (void *)reader.data, SIZE, &shared.head, &shared.tail);
	clock_gettime(CLOCK_MONOTONIC, &a);
	if (pthread_create(&thread, NULL, writer, NULL))
		return 1;
	while (taken < wanted) {
		int n = sl_device_ring_take(&reader, check, NULL);

		if (n < 0)
			return fprintf(stderr, "the reader gave up: %d\n", n), 1;
		if (!n)
			sched_yield();
	}
	pthread_join(thread, NULL);
	clock_gettime(CLOCK_MONOTONIC, &b);
	s = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
	printf("%llu records, %llu bytes, whole and in order; the ring was found full %llu times; %.1f ns a record\n",
	       (unsigned long long)taken, (unsigned long long)bytes, (unsigned long long)full, s * 1e9 / (double)taken);
	return 0;
}
