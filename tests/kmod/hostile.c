// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hostile N: a reader that writes N times garbage into each word that it may write, while sockets come and go, and two honest
 * readers beside it. What the two get must be the same and their accounts exact; the hostile one only loses its own records, and
 * gets them again when it is honest. The kernel's log is judged by whoever runs this.
 */
#include "decode.h"
#include "reader.h"

#define RING (16u << 20)

struct honest {
	struct reader reader;
	uint64_t sum, summed, invalid; /* of hashes, so that the order of CPUs does not matter */
};

static struct reader hostile;
static atomic_ulong writes;

static uint64_t hash(const void *data, size_t size, uint64_t h)
{
	const uint8_t *p = data;

	while (size--)
		h = (h ^ *p++) * 0x100000001b3u;
	return h;
}

static int take(void *ctx, const struct sl_rec *rec)
{
	const struct sl_life_rec *life = (const void *)rec;
	struct honest *h = ctx;
	union sl_any_rec out;
	size_t used;

	h->invalid += sl_decode(rec, rec->len, &out, &used) != 0;
	/* Identities are told when a reader begins, and open lives when it ends: that is not at the same time for both. */
	if (rec->type == SL_REC_EVENT || (rec->type == SL_REC_LIFE && !(life->life.complete.flags & SL_LIFE_OPEN))) {
		uint64_t x = hash(&rec->ts_ns, sizeof(rec->ts_ns), rec->type);

		h->sum += hash(rec + 1, rec->len - sizeof(*rec), hash(&rec->cookie, sizeof(rec->cookie), x));
		h->summed++;
	}
	return reader_record(&h->reader, rec);
}

static void honest_stop(struct honest *h)
{
	if (ioctl(h->reader.device.fd, SL_DEVICE_STOP))
		die("STOP");
	sl_device_take(&h->reader.device, take, h);
}

static uint64_t garbage(uint64_t *state, uint64_t head)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	switch (*state % 8) {
	case 0: return head;
	case 1: return head + 8;
	case 2: return head - hostile.device.info.ring_bytes;
	case 3: return head - hostile.device.info.ring_bytes - 8;
	case 4: return head - 1 - *state % 65536;
	case 5: return 0;
	case 6: return ~0ull;
	default: return *state;
	}
}

static void *scribble(void *arg)
{
	uint64_t n = *(uint64_t *)arg, state = 88172645463325252u, i;
	unsigned cpu;

	for (i = 0; i < n; i++) {
		for (cpu = 0; cpu < hostile.device.info.cpus; cpu++) {
			struct sl_device_ring *ring = &hostile.device.ring[cpu];

			if (ring->head)
				__atomic_store_n(ring->tail,
						 garbage(&state, __atomic_load_n(ring->head, __ATOMIC_RELAXED)),
						 __ATOMIC_RELAXED);
		}
		atomic_fetch_add(&writes, 1);
		if (i % 4096 == 0) {
			struct pollfd p = { .fd = hostile.device.fd, .events = POLLIN };

			poll(&p, 1, 0);
			sched_yield();
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	struct honest a = { 0 }, b = { 0 };
	struct sl_device_counters before, after;
	pthread_t scribbler, maker;
	unsigned cpu;

	reader_open(&hostile, SL_LEVEL_CALLS, 65536);
	reader_open(&a.reader, SL_LEVEL_CALLS, RING);
	reader_open(&b.reader, SL_LEVEL_CALLS, RING);
	reader_start(&a.reader);
	reader_start(&b.reader);
	reader_start(&hostile);
	pthread_create(&maker, NULL, traffic, NULL);
	pthread_create(&scribbler, NULL, scribble, &n);
	while (pthread_tryjoin_np(scribbler, NULL)) {
		sl_device_take(&a.reader.device, take, &a);
		sl_device_take(&b.reader.device, take, &b);
		usleep(1000);
	}
	atomic_store(&traffic_over, true);
	pthread_join(maker, NULL);
	honest_stop(&a);
	honest_stop(&b);
	printf("# %llu writes to each word, %lu connections\n", (unsigned long long)atomic_load(&writes),
	       (unsigned long)atomic_load(&traffic_connections));
	tap(reader_balanced(&a.reader, "first") && reader_balanced(&b.reader, "second"),
	    "the accounts of the honest are exact");
	tap(!a.reader.gaps && !b.reader.gaps, "they lost nothing");
	tap(a.summed > 100 && a.summed == b.summed && a.sum == b.sum, "and both got the same %llu events and lives",
	    (unsigned long long)a.summed);
	tap(!a.invalid && !b.invalid, "every record of theirs is valid");
	for (cpu = 0; cpu < hostile.device.info.cpus; cpu++)
		if (hostile.device.ring[cpu].head)
			*hostile.device.ring[cpu].tail = *hostile.device.ring[cpu].head;
	sl_device_counters(&hostile.device, &before);
	connections(3);
	sl_device_counters(&hostile.device, &after);
	tap(reader_take(&hostile) > 30 &&
		    after.counters.seen[SL_REC_EVENT] - before.counters.seen[SL_REC_EVENT] ==
			    after.counters.delivered[SL_REC_EVENT] - before.counters.delivered[SL_REC_EVENT],
	    "once it is honest the hostile reader gets its records again");
	sl_device_close(&hostile.device);
	sl_device_close(&a.reader.device);
	sl_device_close(&b.reader.device);
	return tap_finish();
}
