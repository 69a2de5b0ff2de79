// SPDX-License-Identifier: GPL-2.0-or-later
/* The histogram against sorted data: quantiles within 1/64, least and greatest exact, nothing lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "histogram.h"

static const unsigned quantiles[] = { 1, 100, 2500, 5000, 9000, 9900, 9999, 10000 };

static uint64_t random64(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t exact(const uint64_t *sorted, size_t n, unsigned per_10k)
{
	size_t rank = (n * per_10k + 9999) / 10000;

	return sorted[rank - 1];
}

static void check_against_sorted(uint64_t *values, size_t n)
{
	struct sl_histogram h = { 0 };
	struct sl_histogram_bucket b;
	uint64_t total = 0, last = 0;
	unsigned at = 0;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(sl_histogram_add(&h, values[i]), 0);
	qsort(values, n, sizeof(*values), compare);
	assert_int_equal(h.count, n);
	assert_true(h.min == values[0] && h.max == values[n - 1]);
	for (size_t q = 0; q < sizeof(quantiles) / sizeof(quantiles[0]); q++) {
		uint64_t is = sl_histogram_quantile(&h, quantiles[q]), true_value = exact(values, n, quantiles[q]);

		assert_true(is >= true_value);
		assert_true(is - true_value <= true_value / 64);
	}
	while (sl_histogram_next(&h, &at, &b)) {
		size_t inside = 0;

		assert_true(b.least <= b.greatest && (!total || b.least > last));
		for (size_t i = 0; i < n; i++)
			inside += values[i] >= b.least && values[i] <= b.greatest;
		assert_int_equal(inside, b.count);
		last = b.greatest;
		total += b.count;
	}
	assert_int_equal(total, n);
	sl_histogram_exit(&h);
}

static void quantiles_agree_with_sorted_data_of_any_size_and_spread(void **state)
{
	uint64_t seed = 0x9e3779b97f4a7c15, values[2000];

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t n = 1 + random64(&seed) % (sizeof(values) / sizeof(values[0]));
		unsigned spread = (unsigned)(random64(&seed) % 64);

		for (size_t i = 0; i < n; i++)
			values[i] = random64(&seed) >> (round % 2 ? spread : random64(&seed) % 64);
		check_against_sorted(values, n);
	}
}

static void every_power_of_two_and_its_neighbours_are_kept_apart_or_within_1_64(void **state)
{
	uint64_t values[3];

	(void)state;
	for (unsigned bit = 0; bit < 64; bit++) {
		for (int d = 0; d < 3; d++)
			values[d] = (1ULL << bit) + (uint64_t)d - 1;
		check_against_sorted(values, 3);
	}
	values[0] = UINT64_MAX;
	values[1] = 0;
	check_against_sorted(values, 2);
}

static void values_under_128_are_exact(void **state)
{
	struct sl_histogram h = { 0 };

	(void)state;
	for (uint64_t v = 0; v < 128; v++) {
		assert_int_equal(sl_histogram_add(&h, v), 0);
		assert_int_equal(sl_histogram_quantile(&h, 10000), v);
	}
	assert_int_equal(sl_histogram_quantile(&h, 5000), 63);
	sl_histogram_exit(&h);
}

static void an_empty_one_has_nothing_and_a_cleared_one_is_empty(void **state)
{
	struct sl_histogram h = { 0 };
	struct sl_histogram_bucket b;
	unsigned at = 0;

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(sl_histogram_quantile(&h, 5000), 0);
		assert_false(sl_histogram_next(&h, &at, &b));
		assert_int_equal(sl_histogram_add(&h, 5000), 0);
		assert_int_equal(sl_histogram_quantile(&h, 1), 5000);
		sl_histogram_clear(&h);
		assert_int_equal(h.count, 0);
		at = 0;
	}
	sl_histogram_clear(&h);
	sl_histogram_exit(&h);
}

static void a_count_beyond_32_bits_does_not_overflow(void **state)
{
	struct sl_histogram h = { 0 };

	(void)state;
	assert_int_equal(sl_histogram_add(&h, 10), 0);
	assert_int_equal(sl_histogram_add(&h, 20), 0);
	h.bucket[10] = 99ULL << 50;
	h.bucket[20] = 1ULL << 50;
	h.count = 100ULL << 50;
	assert_int_equal(sl_histogram_quantile(&h, 9900), 10);
	assert_int_equal(sl_histogram_quantile(&h, 9901), 20);
	sl_histogram_exit(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_agree_with_sorted_data_of_any_size_and_spread),
		cmocka_unit_test(every_power_of_two_and_its_neighbours_are_kept_apart_or_within_1_64),
		cmocka_unit_test(values_under_128_are_exact),
		cmocka_unit_test(an_empty_one_has_nothing_and_a_cleared_one_is_empty),
		cmocka_unit_test(a_count_beyond_32_bits_does_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
