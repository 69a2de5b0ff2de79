// SPDX-License-Identifier: GPL-2.0-or-later
/* Text to numbers: whole text or nothing, range checked, units taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "../../userspace/lib/number.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))

struct good {
	const char *text;
	uint64_t value;
};

typedef int (*parse_fn)(const char *text, uint64_t min, uint64_t max, uint64_t *value);

static void check_good(parse_fn parse, const struct good *good, size_t nr)
{
	uint64_t value;
	size_t k;

	for (k = 0; k < nr; k++) {
		value = 12345;
		if (parse(good[k].text, 0, UINT64_MAX, &value) || value != good[k].value)
			fail_msg("\"%s\" gave %llu", good[k].text, (unsigned long long)value);
	}
}

static void check_bad(parse_fn parse, const char *const *bad, size_t nr, int expect)
{
	uint64_t value;
	size_t k;
	int ret;

	for (k = 0; k < nr; k++) {
		ret = parse(bad[k], 0, UINT64_MAX, &value);
		if (ret != expect)
			fail_msg("\"%s\" returned %d, not %d", bad[k], ret, expect);
	}
}

static void plain_numbers_are_decimal_or_hexadecimal(void **state)
{
	static const struct good good[] = {
		{ "0", 0 },
		{ "7", 7 },
		{ "010", 10 },
		{ "65535", 65535 },
		{ "0x0", 0 },
		{ "0X1f", 31 },
		{ "0xFFFFFFFFFFFFFFFF", UINT64_MAX },
		{ "18446744073709551615", UINT64_MAX },
	};

	(void)state;
	check_good(sl_number_parse, good, NR(good));
}

static void a_number_is_the_whole_text_or_nothing(void **state)
{
	static const char *const bad[] = { "",    " ",   "+1",   "-1",   " 1",  "1 ",
					   "1x",  "0x",  "0x-1", "0xg",  "1.0", "1e3",
					   "0x ", "ten", "1\n",  "\xff", "--1", "99999999999999999999x" };

	(void)state;
	check_bad(sl_number_parse, bad, NR(bad), -EINVAL);
}

static void what_does_not_fit_is_out_of_range(void **state)
{
	static const char *const big[] = { "18446744073709551616", "0x10000000000000000",
					   "99999999999999999999999999" };
	static const char *const big_bytes[] = { "18446744073709551616", "18014398509481984k", "16777216TiB" };
	static const char *const big_time[] = { "18446744074", "213504d", "18446744073709551616ns" };

	(void)state;
	check_bad(sl_number_parse, big, NR(big), -ERANGE);
	check_bad(sl_number_bytes, big_bytes, NR(big_bytes), -ERANGE);
	check_bad(sl_number_ns, big_time, NR(big_time), -ERANGE);
}

static void both_ends_of_a_range_belong_to_it(void **state)
{
	uint64_t value = 5;

	(void)state;
	assert_int_equal(sl_number_parse("10", 10, 20, &value), 0);
	assert_int_equal(sl_number_parse("20", 10, 20, &value), 0);
	assert_int_equal(value, 20);
	assert_int_equal(sl_number_parse("9", 10, 20, &value), -ERANGE);
	assert_int_equal(sl_number_parse("21", 10, 20, &value), -ERANGE);
	assert_int_equal(sl_number_bytes("1k", 0, 1023, &value), -ERANGE);
	assert_int_equal(sl_number_bytes("1k", 0, 1024, &value), 0);
	assert_int_equal(sl_number_ns("1ms", 0, 999999, &value), -ERANGE);
	assert_int_equal(sl_number_ns("1ms", 1000000, 1000000, &value), 0);
}

static void a_refused_number_leaves_the_value_alone(void **state)
{
	uint64_t value = 42;

	(void)state;
	assert_int_equal(sl_number_parse("70000", 0, 65535, &value), -ERANGE);
	assert_int_equal(sl_number_bytes("1x", 0, 65535, &value), -EINVAL);
	assert_int_equal(sl_number_ns("1h", 0, 1, &value), -ERANGE);
	assert_int_equal(value, 42);
}

static void sizes_take_powers_of_two_and_of_ten(void **state)
{
	static const struct good good[] = {
		{ "512", 512 },
		{ "0", 0 },
		{ "4k", 4096 },
		{ "4K", 4096 },
		{ "1KiB", 1024 },
		{ "1kib", 1024 },
		{ "1kB", 1000 },
		{ "1KB", 1000 },
		{ "3m", 3 << 20 },
		{ "2MB", 2000000 },
		{ "1MiB", 1 << 20 },
		{ "1G", 1 << 30 },
		{ "1GiB", 1 << 30 },
		{ "1GB", 1000000000 },
		{ "1T", 1ULL << 40 },
		{ "1TB", 1000000000000 },
		{ "1.5KiB", 1536 },
		{ "0.5k", 512 },
		{ "7b", 7 },
		{ "1.000kB", 1000 },
		{ "1.25MiB", 1310720 },
		{ "16777215TiB", UINT64_MAX - (1ULL << 40) + 1 },
	};

	(void)state;
	check_good(sl_number_bytes, good, NR(good));
}

static void bad_sizes_are_refused(void **state)
{
	static const char *const bad[] = { "",      "k",    "KiB",  "1 k",   "1q",
					   "1kk",   "-1k",  "1.k",  ".5k",   "1.5",
					   "1.5b",  "0.3k", "1,5k", "0x10k", "1.1234567890123456789k",
					   "1..5k", "1k ",  "1kiBx" };

	(void)state;
	check_bad(sl_number_bytes, bad, NR(bad), -EINVAL);
}

static void times_come_out_as_nanoseconds(void **state)
{
	static const struct good good[] = {
		{ "20ms", 20000000 },
		{ "1.5s", 1500000000 },
		{ "300us", 300000 },
		{ "300\302\265s", 300000 },
		{ "2m", 120000000000 },
		{ "2min", 120000000000 },
		{ "1h", 3600000000000 },
		{ "1d", 86400000000000 },
		{ "3", 3000000000 },
		{ "0", 0 },
		{ "0.25", 250000000 },
		{ "17ns", 17 },
		{ "0.001us", 1 },
		{ "1.000000001s", 1000000001 },
		{ "18446744073709551615ns", UINT64_MAX },
	};

	(void)state;
	check_good(sl_number_ns, good, NR(good));
}

static void bad_times_are_refused(void **state)
{
	static const char *const bad[] = { "",    "ms",  "20 ms", "20MS", "20M",   "1.5ns", "0.0001us", "-1s",
					   "+1s", "1.s", ".5s",   "20q",  "1s1ms", "1:30",  "0x10s",    "s" };

	(void)state;
	check_bad(sl_number_ns, bad, NR(bad), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_numbers_are_decimal_or_hexadecimal),
		cmocka_unit_test(a_number_is_the_whole_text_or_nothing),
		cmocka_unit_test(what_does_not_fit_is_out_of_range),
		cmocka_unit_test(both_ends_of_a_range_belong_to_it),
		cmocka_unit_test(a_refused_number_leaves_the_value_alone),
		cmocka_unit_test(sizes_take_powers_of_two_and_of_ten),
		cmocka_unit_test(bad_sizes_are_refused),
		cmocka_unit_test(times_come_out_as_nanoseconds),
		cmocka_unit_test(bad_times_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
