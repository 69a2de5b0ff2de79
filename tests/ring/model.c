// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A model check of kmod/ring.c itself: every execution of a writer and a reader at a small ring, under the rules of release
 * and acquire rather than of one machine. The two are coroutines that stop before each load of head or tail; a search in
 * depth tries whichever may go next, and lets each load return every value that it may: not only the newest, but any that is
 * not older than what the thread knows of. (So a store need not wait: who should not see it yet loads an older value.)
 * Happens-before is kept in vector clocks, so that two accesses to the same bytes
 * of data, one of them a write, with nothing that orders them, are found in every execution, whatever was read.
 *
 * Checked: no data race; records come whole, in order, none twice, none lost; nothing is written outside the memory; the
 * search ends, so the space was covered. MUTANT=1..4 breaks one thing each, and then the search must find a fault: 1 head is
 * stored without release, 2 tail is loaded without acquire, 3 head is loaded without acquire, 4 tail is stored before the data
 * is read. HOSTILE=1: the reader stores tails of every kind, and only the writer's own safety is checked.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif

#ifndef MUTANT
#define MUTANT 0
#endif
#ifndef HOSTILE
#define HOSTILE 0
#endif

#ifndef SIZE
#define SIZE 32u /* bytes; records of 8 and 16 meet its end at every place */
#endif
#ifndef RECORDS
#define RECORDS (HOSTILE ? 5 : 6) /* tried: those that find no room are not written */
#endif
#ifndef LOOKS
#define LOOKS (HOSTILE ? 3 : 4) /* of the reader */
#endif
#define STEPS_MAX 4096

enum { WRITER, READER, THREADS };
enum { HEAD, TAIL, LOCATIONS };

struct clock {
	u32 at[THREADS];
};

struct message { /* a value that a location once had, and what its store knew */
	u64 value;
	struct clock knows;
	u32 seen[LOCATIONS];
};

static struct location {
	struct message was[32];
	u32 count;
} location[LOCATIONS];

static struct thread {
	ucontext_t context;
	char stack[65536];
	struct clock clock;
	u32 seen[LOCATIONS]; /* the newest message of each location that it knows of */
	bool done;
} thread[THREADS];

static struct {
	u64 value;
	struct clock wrote, read;
} word[2 * SIZE / 8];

static ucontext_t scheduler;
static int running;

/* ---- the search: a path is a list of choices; the next path changes the last that has another --------------------- */

static struct {
	u32 taken, of;
} path[STEPS_MAX];
static u32 depth, known;
static u64 executions, races, torn, outside;

static u32 choose(u32 of)
{
	if (depth == STEPS_MAX) {
		fprintf(stderr, "an execution does not end\n");
		exit(1);
	}
	if (depth == known) {
		path[known].taken = 0;
		path[known++].of = of;
	}
	return path[depth++].taken;
}

static bool next_path(void)
{
	while (known && path[known - 1].taken + 1 == path[known - 1].of)
		known--;
	if (!known)
		return false;
	path[known - 1].taken++;
	return true;
}

/* ---- memory -------------------------------------------------------------------------------------------------------- */

static void learn(struct clock *c, const struct clock *from)
{
	int t;

	for (t = 0; t < THREADS; t++)
		c->at[t] = from->at[t] > c->at[t] ? from->at[t] : c->at[t];
}

static void stop_here(void)
{
	swapcontext(&thread[running].context, &scheduler);
}

static u64 load(int l, bool acquire)
{
	struct location *at = &location[l];
	struct thread *t;
	struct message *m;
	int i;

	stop_here();
	t = &thread[running];
	m = &at->was[t->seen[l] + choose(at->count - t->seen[l])];
	t->seen[l] = (u32)(m - at->was);
	if (acquire) {
		learn(&t->clock, &m->knows);
		for (i = 0; i < LOCATIONS; i++)
			t->seen[i] = m->seen[i] > t->seen[i] ? m->seen[i] : t->seen[i];
	}
	return m->value;
}

static void store(int l, u64 value, bool release)
{
	struct thread *t = &thread[running];
	struct location *at = &location[l];
	struct message *m = &at->was[at->count];

	if (at->count + 1 == sizeof(at->was) / sizeof(at->was[0]))
		abort();
	memset(m, 0, sizeof(*m));
	m->value = value;
	t->seen[l] = at->count++;
	if (release) {
		m->knows = t->clock;
		memcpy(m->seen, t->seen, sizeof(m->seen));
	}
	t->clock.at[running]++;
}

static bool before(const struct clock *a, const struct clock *b, int by)
{
	return a->at[by] <= b->at[by];
}

static u64 *word_of(u32 i)
{
	return &word[i % (SIZE / 8)].value;
}

static void data_write(u32 i, u64 value)
{
	u32 w = i % (SIZE / 8);
	const struct clock *now = &thread[running].clock;
	int t;

	for (t = 0; t < THREADS; t++)
		races += t != running && (!before(&word[w].wrote, now, t) || !before(&word[w].read, now, t));
	word[w].wrote.at[running] = now->at[running];
	*word_of(i) = value;
}

static u64 data_read(u32 i)
{
	u32 w = i % (SIZE / 8);
	const struct clock *now = &thread[running].clock;
	int t;

	for (t = 0; t < THREADS; t++)
		races += t != running && !before(&word[w].wrote, now, t);
	word[w].read.at[running] = now->at[running];
	return *word_of(i);
}

/* ---- the file under test ------------------------------------------------------------------------------------------- */

static u64 head_cell, tail_cell; /* only their addresses are used */
static u8 memory[2 * SIZE];

#define smp_load_acquire(p) load((const void *)(p) == &tail_cell ? TAIL : HEAD, MUTANT != 2)
#define smp_store_release(p, v) store((const void *)(p) == &head_cell ? HEAD : TAIL, (v), MUTANT != 1)
#include "../../kmod/ring.h"
#include "../../kmod/ring.c"

static u64 accepted[16];
static u32 accepted_count;

static void writer(void)
{
	struct sl_ring ring;
	u64 n;

	sl_ring_init(&ring, memory, SIZE, &head_cell, &tail_cell);
	for (n = 0; n < RECORDS; n++) {
		u32 len = n % 3 == 1 ? 16 : 8;
		u8 *at = sl_ring_reserve(&ring, len, 0);
		u32 i = (u32)(at - memory) / 8;

		if (!at)
			continue;
		if (at < memory || at + len > memory + 2 * SIZE) {
			outside++;
			continue;
		}
		data_write(i, n << 8 | len);
		if (len == 16)
			data_write(i + 1, ~n);
		accepted[accepted_count++] = n;
		sl_ring_commit(&ring, len);
	}
	thread[WRITER].done = true;
}

/* As userspace/lib/device_ring.c, in words. */
static void reader(void)
{
	u64 tail = 0;
	u32 got = 0, look;

	for (look = 0; look < LOOKS; look++) {
		u64 head = load(HEAD, MUTANT != 3);

		if (MUTANT == 4)
			store(TAIL, head, true);
		while (tail != head) {
			u32 i = (u32)(tail % SIZE) / 8;
			u64 first = data_read(i), n = first >> 8;
			u32 len = first & 0xff;

			if (got >= accepted_count || n != accepted[got] || len != (n % 3 == 1 ? 16u : 8u) ||
			    (len == 16 && data_read(i + 1) != ~n)) {
				torn++;
				break;
			}
			got++;
			tail += len;
		}
		if (MUTANT != 4)
			store(TAIL, tail, true);
	}
	thread[READER].done = true;
}

static void hostile_reader(void)
{
	static const u64 tails[] = { 0, 8, 24, 32, 40, 1ull << 32, ~0ull, ~0ull - 31, 1ull << 63 };
	u32 look;

	for (look = 0; look < LOOKS; look++)
		store(TAIL, tails[choose(sizeof(tails) / sizeof(tails[0]))], true);
	thread[READER].done = true;
}

static void begin(int t, void (*body)(void))
{
	struct thread *th = &thread[t];

	memset(&th->clock, 0, sizeof(th->clock));
	memset(th->seen, 0, sizeof(th->seen));
	th->done = false;
	th->clock.at[t] = 1;
	getcontext(&th->context);
	th->context.uc_stack.ss_sp = th->stack;
	th->context.uc_stack.ss_size = sizeof(th->stack);
	th->context.uc_link = &scheduler;
	makecontext(&th->context, body, 0);
}

static void execute(void)
{
	int l;

	memset(word, 0, sizeof(word));
	for (l = 0; l < LOCATIONS; l++) {
		memset(&location[l].was[0], 0, sizeof(location[l].was[0]));
		location[l].count = 1;
	}
	accepted_count = 0;
	depth = 0;
	begin(WRITER, writer);
	begin(READER, HOSTILE ? hostile_reader : reader);
	while (!thread[WRITER].done || !thread[READER].done) {
		if (!thread[WRITER].done && !thread[READER].done)
			running = (int)choose(2);
		else
			running = thread[WRITER].done ? READER : WRITER;
		swapcontext(&scheduler, &thread[running].context);
	}
	executions++;
}

int main(void)
{
	bool fault;

	do {
		execute();
		fault = HOSTILE ? outside : races || torn || outside;
	} while (!fault && next_path());
	printf("%llu executions%s: %llu races, %llu records torn or out of order, %llu writes outside\n",
	       (unsigned long long)executions, fault ? ", then a fault" : ", all there are", (unsigned long long)races,
	       (unsigned long long)torn, (unsigned long long)outside);
	return fault;
}
