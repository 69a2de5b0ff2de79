// SPDX-License-Identifier: GPL-2.0-or-later
/* The module's ring, the same C file as in the kernel, with the library's reader at its other end. One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <errno.h>

#include <cmocka.h>

#include "../ring/shim.h"
#include "../../kmod/ring.h"
#include "../../kmod/ring.c"
#include "device_ring.h"

#define SIZE 4096u

struct twin {
	u64 head, tail;
	struct sl_ring ring;
	struct sl_device_ring reader;
	u64 next; /* seq of the record that must come */
	u32 last_len;
};

static void twin_init(struct twin *t)
{
	static void *data;

	if (!data)
		data = shim_map(SIZE);
	memset(t, 0, sizeof(*t));
	sl_ring_init(&t->ring, data, SIZE, &t->head, &t->tail);
	t->reader = (struct sl_device_ring){ .tail = &t->tail, .head = &t->head, .data = data, .size = SIZE };
}

static bool put(struct twin *t, u64 seq, u32 len, u32 keep)
{
	struct sl_rec *rec = sl_ring_reserve(&t->ring, len, keep);

	if (!rec)
		return false;
	memset(rec, (int)(seq & 0xff), len);
	rec->len = len;
	rec->seq = seq;
	sl_ring_commit(&t->ring, len);
	return true;
}

static int check_next(void *ctx, const struct sl_rec *rec)
{
	const u8 *bytes = (const u8 *)rec;
	struct twin *t = ctx;
	u32 i;

	assert_int_equal(rec->seq, t->next);
	for (i = sizeof(*rec); i < rec->len; i++)
		assert_int_equal(bytes[i], t->next & 0xff);
	t->next++;
	t->last_len = rec->len;
	return 0;
}

static void whole_ring_can_be_filled_and_no_more(void **state)
{
	struct twin t;

	(void)state;
	twin_init(&t);
	assert_int_equal(sl_ring_fill(&t.ring), 0);
	assert_false(put(&t, 0, SIZE + 8, 0));
	assert_true(put(&t, 0, SIZE, 0));
	assert_int_equal(sl_ring_fill(&t.ring), SIZE);
	assert_false(put(&t, 1, 32, 0));
	assert_int_equal(sl_device_ring_take(&t.reader, check_next, &t), 1);
	assert_int_equal(t.last_len, SIZE);
	assert_int_equal(sl_ring_fill(&t.ring), 0);
	assert_true(put(&t, 1, 32, 0));
}

static void room_that_is_kept_stays_free(void **state)
{
	struct twin t;
	u64 n = 0;

	(void)state;
	twin_init(&t);
	while (put(&t, n, 64, SIZE / 4))
		n++;
	assert_int_equal(n, SIZE / 64 * 3 / 4);
	while (put(&t, n, 64, 0))
		n++;
	assert_int_equal(n, SIZE / 64);
	assert_int_equal(sl_device_ring_take(&t.reader, check_next, &t), n);
}

static void lengths_that_cannot_be_are_refused(void **state)
{
	static const u32 bad[] = { 1, 4, 36, 63, SIZE - 4, SIZE + 8, 1u << 31, ~0u, ~7u };
	struct twin t;
	size_t i;

	(void)state;
	twin_init(&t);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(sl_ring_reserve(&t.ring, bad[i], 0));
	assert_null(sl_ring_reserve(&t.ring, 64, ~0u));
	assert_int_equal(t.head, 0);
}

static void reserve_without_commit_is_not_seen(void **state)
{
	struct twin t;

	(void)state;
	twin_init(&t);
	assert_non_null(sl_ring_reserve(&t.ring, 64, 0));
	assert_int_equal(sl_device_ring_take(&t.reader, check_next, &t), 0);
	assert_true(put(&t, 0, 32, 0));
	assert_int_equal(sl_device_ring_take(&t.reader, check_next, &t), 1);
	assert_int_equal(t.last_len, 32);
}

/* Sizes of every residue, so that records begin at, end at and cross the end of the memory. */
static void every_record_is_whole_and_in_order(void **state)
{
	u64 seq = 0, refused = 0;
	struct twin t;
	int round;

	(void)state;
	twin_init(&t);
	srand(7);
	for (round = 0; round < 20000; round++) {
		int burst = rand() % 40;

		while (burst--) {
			if (put(&t, seq, 32 + 8 * (rand() % 60), 0))
				seq++;
			else
				refused++;
		}
		assert_true(sl_device_ring_take(&t.reader, check_next, &t) >= 0);
		assert_int_equal(t.next, seq);
	}
	assert_true(seq > 100000 && refused > 1000);
}

/* A tail outside [head - size, head] is a full ring; a right one heals it. */
static void wrong_tail_makes_the_ring_full(void **state)
{
	struct twin t;
	u64 head;
	int i;

	(void)state;
	twin_init(&t);
	for (i = 0; i < 200; i++) {
		assert_true(put(&t, i, 64, 0));
		t.tail = t.head;
	}
	head = t.head;
	const u64 wrong[] = {
		head + 1, head + 8, head + SIZE, head - SIZE - 1, 0, ~0ull, 1ull << 63, head ^ 1ull << 32
	};
	for (i = 0; i < (int)(sizeof(wrong) / sizeof(wrong[0])); i++) {
		t.tail = wrong[i];
		assert_int_equal(sl_ring_fill(&t.ring), SIZE);
		assert_null(sl_ring_reserve(&t.ring, 32, 0));
	}
	t.tail = head - SIZE;
	assert_int_equal(sl_ring_fill(&t.ring), SIZE);
	t.tail = head - SIZE + 32;
	assert_non_null(sl_ring_reserve(&t.ring, 32, 0));
	assert_null(sl_ring_reserve(&t.ring, 40, 0));
	t.tail = head;
	assert_non_null(sl_ring_reserve(&t.ring, SIZE, 0));
}

/* Whatever tail holds, what is reserved is in the memory: the guard pages before and behind it would stop the test. */
static void hostile_tail_cannot_lead_out_of_the_memory(void **state)
{
	u64 head = 0, written = 0;
	struct twin t;
	int i;

	(void)state;
	twin_init(&t);
	srand(11);
	for (i = 0; i < 2000000; i++) {
		u32 len = 8u * (1 + (u32)rand() % (SIZE / 8));
		void *at;

		switch (rand() % 4) {
		case 0: t.tail = t.head - (u64)rand() % (2 * SIZE); break;
		case 1: t.tail = t.head + (u64)rand() % SIZE; break;
		case 2: t.tail = (u64)rand() << 33 ^ (u64)rand(); break;
		default: t.tail = t.head;
		}
		at = sl_ring_reserve(&t.ring, len, 0);
		if (!at)
			continue;
		memset(at, i & 0xff, len);
		sl_ring_commit(&t.ring, len);
		written++;
		head += len;
		assert_int_equal(t.head, head); /* it goes on from its own head, not from what it was told */
	}
	assert_true(written > 100000);
}

static void positions_go_on_past_two_to_the_64(void **state)
{
	struct twin t;
	u64 n;

	(void)state;
	twin_init(&t);
	t.ring.head = t.head = t.tail = -(u64)(SIZE / 2);
	for (n = 0; n < 1000; n++) {
		assert_true(put(&t, n, 72, 0));
		assert_int_equal(sl_device_ring_take(&t.reader, check_next, &t), 1);
	}
	assert_true(t.head < 1000 * 72);
}

static int stop_at_third(void *ctx, const struct sl_rec *rec)
{
	(void)ctx;
	return rec->seq == 2 ? -EPIPE : 0;
}

static void reader_stops_where_it_was_told(void **state)
{
	struct twin t;
	u64 n;

	(void)state;
	twin_init(&t);
	for (n = 0; n < 5; n++)
		assert_true(put(&t, n, 64, 0));
	assert_int_equal(sl_device_ring_take(&t.reader, stop_at_third, NULL), -EPIPE);
	t.next = 3;
	assert_int_equal(sl_device_ring_take(&t.reader, check_next, &t), 2);
}

static void reader_gives_up_on_a_length_that_cannot_be(void **state)
{
	static const u32 bad[] = { 0, 8, 31, 33, 36, 104, ~0u };
	struct twin t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		twin_init(&t);
		assert_true(put(&t, 0, 96, 0));
		((struct sl_rec *)(void *)t.ring.data)->len = bad[i];
		assert_int_equal(sl_device_ring_take(&t.reader, check_next, &t), -EBADMSG);
		assert_int_equal(t.tail, t.head);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_ring_can_be_filled_and_no_more),
		cmocka_unit_test(room_that_is_kept_stays_free),
		cmocka_unit_test(lengths_that_cannot_be_are_refused),
		cmocka_unit_test(reserve_without_commit_is_not_seen),
		cmocka_unit_test(every_record_is_whole_and_in_order),
		cmocka_unit_test(wrong_tail_makes_the_ring_full),
		cmocka_unit_test(hostile_tail_cannot_lead_out_of_the_memory),
		cmocka_unit_test(positions_go_on_past_two_to_the_64),
		cmocka_unit_test(reader_stops_where_it_was_told),
		cmocka_unit_test(reader_gives_up_on_a_length_that_cannot_be),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
