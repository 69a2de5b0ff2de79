// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls: counts, times, errnos, sizes, and the last few options. */
#include "core_walk.h"

static void a_call_that_succeeds_is_counted(void **state)
{
	struct sl_calls calls = { 0 };
	const struct sl_call *bind = &calls.call[SL_CALL_BIND];

	(void)state;
	sl_call_returned(&calls, SL_CALL_BIND, 0, 0);
	sl_call_returned(&calls, SL_CALL_BIND, 3, 0);
	assert_int_equal(bind->count, 2);
	assert_int_equal(bind->errors, 0);
	assert_int_equal(bind->last_errno, 0);
	assert_int_equal(bind->timed, 0);
	assert_int_equal(calls.err[0].count, 0);
}

static void time_is_summed_over_the_calls_whose_begin_was_seen(void **state)
{
	struct sl_calls calls = { 0 };
	const struct sl_call *recv = &calls.call[SL_CALL_RECV];

	(void)state;
	sl_call_returned(&calls, SL_CALL_RECV, 1, 300);
	sl_call_returned(&calls, SL_CALL_RECV, 1, 0);
	sl_call_returned(&calls, SL_CALL_RECV, -EAGAIN, 5000000000ULL);
	sl_call_returned(&calls, SL_CALL_RECV, 1, 200);
	assert_int_equal(recv->count, 4);
	assert_int_equal(recv->timed, 3);
	assert_int_equal(recv->total_ns, 5000000500ULL);
	assert_int_equal(recv->max_ns, 5000000000ULL);
}

static void a_call_that_fails_leaves_its_errno(void **state)
{
	struct sl_calls calls = { 0 };

	(void)state;
	sl_call_returned(&calls, SL_CALL_CONNECT, -EINPROGRESS, 0);
	sl_call_returned(&calls, SL_CALL_CONNECT, -ECONNREFUSED, 0);
	sl_call_returned(&calls, SL_CALL_CONNECT, 0, 0);
	assert_int_equal(calls.call[SL_CALL_CONNECT].errors, 2);
	assert_int_equal(calls.call[SL_CALL_CONNECT].last_errno, ECONNREFUSED);
}

static void the_same_failure_is_filed_once_and_counted(void **state)
{
	struct sl_calls calls = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		sl_call_returned(&calls, SL_CALL_RECV, -EAGAIN, 0);
	sl_call_returned(&calls, SL_CALL_SEND, -EAGAIN, 0);
	assert_int_equal(calls.err[0].call, SL_CALL_RECV);
	assert_int_equal(calls.err[0].err, EAGAIN);
	assert_int_equal(calls.err[0].count, 3);
	assert_int_equal(calls.err[1].call, SL_CALL_SEND);
	assert_int_equal(calls.err[1].err, EAGAIN);
	assert_int_equal(calls.err[1].count, 1);
	assert_int_equal(calls.err[2].count, 0);
}

static void failures_that_find_the_table_full_are_counted(void **state)
{
	struct sl_calls calls = { 0 };
	int err;

	(void)state;
	for (err = 1; err <= SL_ERRNO_NR + 2; err++)
		sl_call_returned(&calls, SL_CALL_SEND, -err, 0);
	sl_call_returned(&calls, SL_CALL_SEND, -SL_ERRNO_NR, 0);
	assert_int_equal(calls.errnos_dropped, 2);
	assert_int_equal(calls.call[SL_CALL_SEND].errors, SL_ERRNO_NR + 3);
	assert_int_equal(calls.err[SL_ERRNO_NR - 1].err, SL_ERRNO_NR);
	assert_int_equal(calls.err[SL_ERRNO_NR - 1].count, 2);
}

static void a_call_without_a_number_changes_nothing(void **state)
{
	static const __u32 unknown[] = { SL_CALL_NR, SL_CALL_NR + 1, ~0u };
	struct sl_calls calls, blank;
	size_t i;

	(void)state;
	memset(&calls, 0, sizeof(calls));
	memset(&blank, 0, sizeof(blank));
	for (i = 0; i < 3; i++)
		sl_call_returned(&calls, unknown[i], -EPERM, 7);
	assert_memory_equal(&calls, &blank, sizeof(calls));
}

static void sizes_fall_into_buckets_of_powers_of_four(void **state)
{
	__u64 from = 1;
	__u32 b;

	(void)state;
	assert_int_equal(sl_call_bucket(0), 0);
	assert_int_equal(sl_call_bucket(1), 0);
	assert_int_equal(sl_call_bucket(3), 0);
	assert_int_equal(sl_call_bucket(4), 1);
	assert_int_equal(sl_call_bucket(15), 1);
	assert_int_equal(sl_call_bucket(16), 2);
	assert_int_equal(sl_call_bucket(1ULL << 31), 15);
	for (b = 0; b < SL_HIST_NR; b++, from *= 4) {
		assert_int_equal(sl_call_bucket(from), b);
		assert_int_equal(sl_call_bucket(4 * from - 1), b);
	}
}

static void the_last_bucket_takes_all_that_is_larger(void **state)
{
	(void)state;
	assert_int_equal(sl_call_bucket(1ULL << 32), SL_HIST_NR - 1);
	assert_int_equal(sl_call_bucket(~0ULL), SL_HIST_NR - 1);
}

static void sends_and_receives_count_bytes_apart(void **state)
{
	struct sl_calls calls = { 0 };

	(void)state;
	sl_call_io(&calls, SL_CALL_SEND, 100, 0);
	sl_call_io(&calls, SL_CALL_SEND, 0x7fffffff, 0);
	sl_call_io(&calls, SL_CALL_RECV, 0, 9);
	sl_call_io(&calls, SL_CALL_RECV, 17, 0);
	assert_int_equal(calls.send_bytes, 0x7fffffffULL + 100);
	assert_int_equal(calls.recv_bytes, 17);
	assert_int_equal(calls.send_hist[3], 1);
	assert_int_equal(calls.send_hist[15], 1);
	assert_int_equal(calls.recv_hist[0], 1);
	assert_int_equal(calls.recv_hist[2], 1);
	assert_int_equal(calls.call[SL_CALL_SEND].count, 2);
	assert_int_equal(calls.call[SL_CALL_RECV].count, 2);
	assert_int_equal(calls.call[SL_CALL_RECV].total_ns, 9);
}

static void a_send_that_fails_moves_no_bytes(void **state)
{
	struct sl_calls calls = { 0 };
	int i;

	(void)state;
	sl_call_io(&calls, SL_CALL_SEND, -EPIPE, 0);
	sl_call_io(&calls, SL_CALL_RECV, -EAGAIN, 0);
	assert_int_equal(calls.send_bytes, 0);
	assert_int_equal(calls.recv_bytes, 0);
	for (i = 0; i < SL_HIST_NR; i++)
		assert_int_equal(calls.send_hist[i] + calls.recv_hist[i], 0);
	assert_int_equal(calls.call[SL_CALL_SEND].last_errno, EPIPE);
	assert_int_equal(calls.call[SL_CALL_RECV].last_errno, EAGAIN);
}

/* Two more than the table holds, from a counter that may be about to wrap. */
static void check_options_from(__u32 first)
{
	struct sl_calls calls = { .options = first };
	int i, seen[SL_OPTION_NR + 2] = { 0 };

	for (i = 0; i < SL_OPTION_NR + 2; i++) {
		struct sl_option opt = { .level = 1, .name = i, .asked = -i, .known = SL_OPT_ASKED };

		sl_call_option(&calls, &opt);
	}
	assert_int_equal(calls.options, first + SL_OPTION_NR + 2);
	for (i = 0; i < SL_OPTION_NR; i++) {
		assert_in_range(calls.option[i].name, 2, SL_OPTION_NR + 1);
		assert_int_equal(calls.option[i].asked, -calls.option[i].name);
		seen[calls.option[i].name]++;
	}
	for (i = 2; i < SL_OPTION_NR + 2; i++)
		assert_int_equal(seen[i], 1);
}

static void the_last_few_options_are_kept(void **state)
{
	(void)state;
	check_options_from(0);
}

static void the_table_of_options_stands_a_counter_that_wraps(void **state)
{
	(void)state;
	check_options_from(~0u - 3);
}

static void an_option_gets_its_result_and_the_result_its_value(void **state)
{
	struct sl_option set = { .level = 1, .name = 8, .asked = 4096, .known = SL_OPT_ASKED };
	struct sl_option result = { .level = 1, .name = 8, .ret = -EPERM };
	struct sl_calls calls = { 0 };

	(void)state;
	sl_call_option(&calls, &set);
	assert_int_equal(sl_call_option_pending(&calls, &result), 1);
	assert_int_equal(result.asked, 4096);
	assert_int_equal(result.ret, -EPERM);
	assert_int_equal(result.known, SL_OPT_ASKED | SL_OPT_RET);
	assert_memory_equal(&calls.option[0], &result, sizeof(result));
	assert_int_equal(calls.options, 1);
}

static void a_result_may_bring_the_value_in_force(void **state)
{
	struct sl_option set = { .level = 1, .name = 8, .asked = 4096, .known = SL_OPT_ASKED };
	struct sl_option result = { .level = 1, .name = 8, .in_force = 8192, .known = SL_OPT_RET | SL_OPT_IN_FORCE };
	struct sl_calls calls = { 0 };

	(void)state;
	sl_call_option(&calls, &set);
	assert_int_equal(sl_call_option_pending(&calls, &result), 1);
	assert_int_equal(calls.option[0].in_force, 8192);
	assert_int_equal(calls.option[0].known, SL_OPT_ASKED | SL_OPT_RET | SL_OPT_IN_FORCE);
}

static void a_result_finds_its_option_at_every_place_of_the_table(void **state)
{
	struct sl_calls calls = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 3 * SL_OPTION_NR; i++) {
		struct sl_option set = { .level = 6, .name = i, .asked = i, .known = SL_OPT_ASKED };
		struct sl_option result = { .level = 6, .name = i, .ret = 0 };

		sl_call_option(&calls, &set);
		assert_int_equal(sl_call_option_pending(&calls, &result), 1);
		assert_int_equal(result.asked, i);
	}
}

static void a_result_without_its_option_changes_nothing(void **state)
{
	struct sl_option set = { .level = 1, .name = 8, .known = SL_OPT_ASKED }, first, second;
	struct sl_option other_name = { .level = 1, .name = 7 }, other_level = { .level = 6, .name = 8 };
	struct sl_option nothing = { 0 };
	struct sl_calls calls = { 0 };

	(void)state;
	assert_int_equal(sl_call_option_pending(&calls, &nothing), 0);
	first = second = (struct sl_option){ .level = 1, .name = 8, .ret = -EINVAL };
	assert_int_equal(sl_call_option_pending(&calls, &first), 0);
	sl_call_option(&calls, &set);
	assert_int_equal(sl_call_option_pending(&calls, &other_name), 0);
	assert_int_equal(sl_call_option_pending(&calls, &other_level), 0);
	assert_int_equal(calls.option[0].known, SL_OPT_ASKED);
	assert_int_equal(sl_call_option_pending(&calls, &first), 1);
	assert_int_equal(sl_call_option_pending(&calls, &second), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_that_succeeds_is_counted),
		cmocka_unit_test(time_is_summed_over_the_calls_whose_begin_was_seen),
		cmocka_unit_test(a_call_that_fails_leaves_its_errno),
		cmocka_unit_test(the_same_failure_is_filed_once_and_counted),
		cmocka_unit_test(failures_that_find_the_table_full_are_counted),
		cmocka_unit_test(a_call_without_a_number_changes_nothing),
		cmocka_unit_test(sizes_fall_into_buckets_of_powers_of_four),
		cmocka_unit_test(the_last_bucket_takes_all_that_is_larger),
		cmocka_unit_test(sends_and_receives_count_bytes_apart),
		cmocka_unit_test(a_send_that_fails_moves_no_bytes),
		cmocka_unit_test(the_last_few_options_are_kept),
		cmocka_unit_test(the_table_of_options_stands_a_counter_that_wraps),
		cmocka_unit_test(an_option_gets_its_result_and_the_result_its_value),
		cmocka_unit_test(a_result_may_bring_the_value_in_force),
		cmocka_unit_test(a_result_finds_its_option_at_every_place_of_the_table),
		cmocka_unit_test(a_result_without_its_option_changes_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
