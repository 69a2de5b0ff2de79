// SPDX-License-Identifier: GPL-2.0-or-later
/* The merge: whatever the order in, the order out is that of time; nothing is lost, doubled or kept too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "../../userspace/lib/decode.h"
#include "../../userspace/lib/merge.h"

#define MANY 20000

struct out {
	struct sl_rec rec[MANY];
	size_t count;
	int stop_after; /* 0: never */
};

static int collect(void *ctx, const struct sl_rec *rec)
{
	struct out *out = ctx;

	assert_true(out->count < MANY);
	out->rec[out->count++] = *rec;
	return out->stop_after && out->count == (size_t)out->stop_after ? -ECANCELED : 0;
}

static void push(struct sl_merge *m, uint64_t ts_ns, uint16_t cpu, uint64_t seq)
{
	struct sl_event ev = { .rec = { sizeof(ev), SL_REC_EVENT, cpu, ts_ns, seq, 0 } };

	assert_int_equal(sl_merge_push(m, &ev.rec), 0);
}

static int create(void **state)
{
	return sl_merge_create((struct sl_merge **)state, 100);
}

static int destroy(void **state)
{
	sl_merge_destroy(*state);
	return 0;
}

static struct out *out_new(void)
{
	return test_calloc(1, sizeof(struct out));
}

static uint32_t random_next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static int by_order(const void *a, const void *b)
{
	const struct sl_rec *x = a, *y = b;

	if (x->ts_ns != y->ts_ns)
		return x->ts_ns < y->ts_ns ? -1 : 1;
	if (x->cpu != y->cpu)
		return x->cpu < y->cpu ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void any_order_in_is_time_then_cpu_then_number_out(void **state)
{
	struct sl_rec *in = test_calloc(MANY, sizeof(*in));
	struct out *out = out_new();
	uint32_t seed = 2463534242u;

	for (size_t i = 0; i < MANY; i++) {
		in[i] = (struct sl_rec){ .ts_ns = random_next(&seed) % 5000, .cpu = random_next(&seed) % 4, .seq = i };
		push(*state, in[i].ts_ns, in[i].cpu, in[i].seq);
	}
	assert_int_equal(sl_merge_held(*state), MANY);
	assert_int_equal(sl_merge_release(*state, UINT64_MAX, collect, out), MANY);
	qsort(in, MANY, sizeof(*in), by_order);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(out->rec[i].ts_ns, in[i].ts_ns);
		assert_int_equal(out->rec[i].cpu, in[i].cpu);
		assert_int_equal(out->rec[i].seq, in[i].seq);
	}
	assert_int_equal(sl_merge_violations(*state), 0);
	assert_int_equal(sl_merge_held(*state), 0);
	test_free(in);
	test_free(out);
}

/* Four rings, each in order by itself, looked at in turn: what the reader of a live run does. */
static void a_stream_within_the_slack_comes_out_in_order(void **state)
{
	struct out *out = out_new();
	uint32_t seed = 88172645u;
	uint64_t pushed = 0;

	for (uint64_t now = 1000; now < 1000 + 4000 * 50; now += 50) {
		push(*state, now - random_next(&seed) % 100, (uint16_t)(now / 50 % 4), pushed++);
		assert_true(sl_merge_release(*state, now, collect, out) >= 0);
		assert_true(sl_merge_held(*state) < 8);
	}
	sl_merge_release(*state, UINT64_MAX, collect, out);
	assert_int_equal(out->count, pushed);
	for (size_t i = 1; i < out->count; i++)
		assert_true(out->rec[i - 1].ts_ns <= out->rec[i].ts_ns);
	assert_int_equal(sl_merge_violations(*state), 0);
	test_free(out);
}

static void equal_stamps_come_out_as_they_came(void **state)
{
	struct out *out = out_new();

	for (uint32_t i = 0; i < 100; i++) {
		struct sl_rec rec = { sizeof(rec), SL_REC_EVENT, 0, 5, 5, i };

		assert_int_equal(sl_merge_push(*state, &rec), 0);
	}
	assert_int_equal(sl_merge_release(*state, UINT64_MAX, collect, out), 100);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(out->rec[i].cookie, i);
	test_free(out);
}

static void a_record_waits_until_the_slack_has_passed(void **state)
{
	struct out *out = out_new();

	push(*state, 1000, 0, 0);
	assert_int_equal(sl_merge_release(*state, 1099, collect, out), 0);
	assert_int_equal(sl_merge_release(*state, 1100, collect, out), 1);
	test_free(out);
}

static void extreme_stamps_neither_wrap_nor_stick(void **state)
{
	struct out *out = out_new();

	push(*state, UINT64_MAX, 0, 1);
	push(*state, 0, 0, 0);
	assert_int_equal(sl_merge_release(*state, 99, collect, out), 0);
	assert_int_equal(sl_merge_release(*state, UINT64_MAX - 1, collect, out), 1);
	assert_int_equal(sl_merge_release(*state, UINT64_MAX, collect, out), 1);
	assert_true(out->rec[1].ts_ns == UINT64_MAX);
	test_free(out);
}

static void what_comes_too_late_is_delivered_and_counted(void **state)
{
	struct out *out = out_new();

	push(*state, 1000, 0, 0);
	sl_merge_release(*state, UINT64_MAX, collect, out);
	push(*state, 900, 1, 0);
	push(*state, 950, 1, 1);
	push(*state, 1000, 1, 2);
	assert_int_equal(sl_merge_release(*state, UINT64_MAX, collect, out), 3);
	assert_int_equal(sl_merge_violations(*state), 2);
	test_free(out);
}

static void a_callback_can_stop_and_the_rest_stays(void **state)
{
	struct out *out = out_new();

	for (uint64_t i = 0; i < 5; i++)
		push(*state, i, 0, i);
	out->stop_after = 2;
	assert_int_equal(sl_merge_release(*state, UINT64_MAX, collect, out), -ECANCELED);
	assert_int_equal(sl_merge_held(*state), 3);
	out->stop_after = 0;
	assert_int_equal(sl_merge_release(*state, UINT64_MAX, collect, out), 3);
	assert_int_equal(out->rec[2].ts_ns, 2);
	test_free(out);
}

static int check_bytes(void *ctx, const struct sl_rec *rec)
{
	const unsigned char *bytes = (const void *)rec;

	for (uint32_t i = sizeof(*rec); i < rec->len; i++)
		assert_int_equal(bytes[i], (unsigned char)rec->seq);
	++*(unsigned *)ctx;
	return 0;
}

static void records_of_every_size_are_copied_whole(void **state)
{
	static uint64_t bytes[8192];
	struct sl_rec *rec = (struct sl_rec *)bytes;
	unsigned seen = 0, pushed = 0;

	for (int round = 0; round < 3; round++) {
		for (uint32_t len = 32; len <= 65536; len += len < 2200 ? 8 : 4088) {
			memset(bytes, (int)pushed & 0xff, sizeof(bytes));
			*rec = (struct sl_rec){ len, SL_REC_EVENT, 0, 100000 - len, pushed & 0xff, 0 };
			assert_int_equal(sl_merge_push(*state, rec), 0);
			pushed++;
		}
		if (round)
			sl_merge_release(*state, UINT64_MAX, check_bytes, &seen);
	}
	assert_int_equal(seen, pushed);
}

static void what_is_left_is_freed(void **state)
{
	struct sl_merge *m;

	(void)state;
	assert_int_equal(sl_merge_create(&m, 0), 0);
	for (uint64_t i = 0; i < 1000; i++)
		push(m, i, 0, i);
	sl_merge_destroy(m);
	sl_merge_destroy(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create, destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_order_in_is_time_then_cpu_then_number_out),
		TEST(a_stream_within_the_slack_comes_out_in_order),
		TEST(equal_stamps_come_out_as_they_came),
		TEST(a_record_waits_until_the_slack_has_passed),
		TEST(extreme_stamps_neither_wrap_nor_stick),
		TEST(what_comes_too_late_is_delivered_and_counted),
		TEST(a_callback_can_stop_and_the_rest_stays),
		TEST(records_of_every_size_are_copied_whole),
		cmocka_unit_test(what_is_left_is_freed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
