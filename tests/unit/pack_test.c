// SPDX-License-Identifier: GPL-2.0-or-later
/* Packed records come back as they were, whatever they were; and whatever bytes come, the unpacker only says no. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <zstd.h>

#include "../../userspace/lib/decode.h"
#include "../../userspace/lib/pack.h"
#include "../../userspace/lib/source_fake.h"

#define KEPT 40000

static struct sl_plan plan;
static struct sl_packer *packer;
static struct sl_unpacker *unpacker;
static uint64_t kept[KEPT][sizeof(struct sl_life_rec) / 8];
static unsigned records;
static uint64_t seed;

static uint64_t dice(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static int make(void **state)
{
	(void)state;
	sl_plan_build(&plan);
	records = 0;
	seed = 0x2545f4914f6cdd1dULL;
	return sl_packer_create(&packer, &plan) || sl_unpacker_create(&unpacker, &plan);
}

static int unmake(void **state)
{
	(void)state;
	sl_packer_destroy(packer);
	sl_unpacker_destroy(unpacker);
	return 0;
}

static int add(void *ctx, const struct sl_rec *rec)
{
	(void)ctx;
	assert_true(records < KEPT);
	assert_int_equal(sl_packer_add(packer, rec), 0);
	memcpy(kept[records++], rec, rec->len);
	return 0;
}

/* Returns the packed size. */
static size_t check(void)
{
	const struct sl_rec *rec;
	const uint8_t *bytes;
	size_t size;

	assert_int_equal(sl_packer_finish(packer, &bytes, &size), 0);
	assert_int_equal(sl_unpacker_begin(unpacker, bytes, size), 0);
	for (unsigned i = 0; i < records; i++) {
		const struct sl_rec *was = (const void *)kept[i];

		assert_int_equal(sl_unpacker_next(unpacker, &rec), 0);
		assert_memory_equal(rec, was, was->len);
	}
	assert_int_equal(sl_unpacker_next(unpacker, &rec), -ENODATA);
	records = 0;
	return size;
}

static void the_scene_comes_back(void **state)
{
	(void)state;
	assert_int_equal(sl_fake_scene(add, NULL), 0);
	check();
	assert_int_equal(sl_fake_scene(add, NULL), 0); /* a second block begins anew */
	check();
}

static void a_block_without_records_is_one(void **state)
{
	(void)state;
	check();
}

/* Each record a random one of the scene with some of its bytes changed to anything. */
static int mutate(void *ctx, const struct sl_rec *rec)
{
	uint64_t copy[sizeof(struct sl_life_rec) / 8];
	struct sl_rec *mine = (void *)copy;

	(void)ctx;
	memcpy(copy, rec, rec->len);
	for (uint64_t n = dice() % 6; n; n--) {
		unsigned at = (unsigned)(8 + dice() % (rec->len - 8));

		((uint8_t *)copy)[at] = (uint8_t)(dice() % 3 ? dice() : 0xff);
	}
	if (dice() % 4 == 0) { /* a whole number at its limits */
		unsigned at = (unsigned)(4 + dice() % (rec->len / 8 - 4));

		copy[at] = dice() % 2 ? UINT64_MAX - dice() % 40 : dice();
	}
	mine->len = rec->len;
	return add(NULL, mine);
}

static void records_with_any_values_come_back(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 300; round++)
		assert_int_equal(sl_fake_scene(mutate, NULL), 0);
	check();
}

static void any_bytes_that_have_a_records_head_come_back(void **state)
{
	static const uint32_t lengths[] = { sizeof(struct sl_rec), 40, sizeof(struct sl_ident_rec),
					    sizeof(struct sl_event), sizeof(struct sl_life_rec) };

	(void)state;
	for (unsigned i = 0; i < 1500; i++) {
		uint64_t bytes[sizeof(struct sl_life_rec) / 8];
		struct sl_rec *rec = (void *)bytes;

		for (size_t w = 0; w < sizeof(bytes) / 8; w++)
			bytes[w] = dice();
		rec->len = lengths[dice() % 5];
		rec->type = (uint16_t)(dice() % 5);
		add(NULL, rec);
	}
	check();
}

static void what_is_no_record_is_refused_and_a_full_block_says_so(void **state)
{
	struct sl_rec rec = { .len = 33, .type = SL_REC_EVENT };

	(void)state;
	assert_int_equal(sl_packer_add(packer, &rec), -EINVAL);
	rec.len = 24;
	assert_int_equal(sl_packer_add(packer, &rec), -EINVAL);
	rec.len = sizeof(rec);
	for (unsigned i = 0; i < SL_PACK_RECORDS; i++)
		add(NULL, &rec);
	assert_int_equal(sl_packer_add(packer, &rec), -ENOSPC);
	check();
	add(NULL, &rec);
	check();
}

/* What the file has of it: a life that is like the ones before costs next to nothing. */
static void lives_that_are_alike_cost_a_few_bytes(void **state)
{
	struct sl_life_rec rec = { .rec = { sizeof(rec), SL_REC_LIFE, 0, 1000, 0, 1 } };

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		rec.rec.ts_ns += 1000;
		rec.rec.seq++;
		rec.rec.cookie++;
		rec.life.id.cookie = rec.rec.cookie;
		rec.life.id.created_ns = rec.rec.ts_ns - 500;
		memcpy(rec.life.id.comm, "curl", 4);
		rec.life.close.end_ns = rec.rec.ts_ns;
		add(NULL, &rec.rec);
	}
	assert_true(check() < 2000);
}

static void a_plan_comes_back_and_a_wrong_one_is_refused(void **state)
{
	static struct sl_plan other;
	static uint8_t bytes[SL_PLAN_BYTES];
	size_t size = sl_plan_encode(&plan, bytes);

	(void)state;
	assert_true(size && size < 2000);
	assert_int_equal(sl_plan_decode(&other, bytes, size), 0);
	assert_memory_equal(&other, &plan, sizeof(plan));
	assert_int_equal(sl_plan_decode(&other, bytes, size - 1), -EBADMSG);
	assert_int_equal(sl_plan_decode(&other, bytes, 0), -EBADMSG);
	other = plan;
	other.column[7].guess = SL_GUESS_NR;
	assert_int_equal(sl_plan_decode(&other, bytes, sl_plan_encode(&other, bytes)), -ENOTSUP);
	other = plan;
	other.column[7].offset = other.class[0].length - 1;
	other.column[7].width = 4;
	assert_int_equal(sl_plan_decode(&other, bytes, sl_plan_encode(&other, bytes)), -EBADMSG);
	other = plan;
	other.ident_length = SL_IDENT_MAX + 1;
	assert_int_equal(sl_plan_decode(&other, bytes, sl_plan_encode(&other, bytes)), -EBADMSG);
}

/* Behind zstd, where a checksum would not help: each byte of the streams changed. */
static void streams_with_any_bytes_do_no_harm(void **state)
{
	static uint8_t plain[1 << 16], wrong[1 << 16], zipped[1 << 17];
	const uint8_t *bytes;
	size_t size, used;

	(void)state;
	assert_int_equal(sl_fake_scene(add, NULL), 0);
	assert_int_equal(sl_packer_finish(packer, &bytes, &size), 0);
	size = ZSTD_decompress(plain, sizeof(plain), bytes, size);
	assert_false(ZSTD_isError(size));
	for (size_t i = 0; i < 20 * size; i++) {
		const struct sl_rec *rec;
		int ret;

		memcpy(wrong, plain, size);
		wrong[i % size] = (uint8_t)dice();
		used = ZSTD_compress(zipped, sizeof(zipped), wrong, size, 1);
		ret = sl_unpacker_begin(unpacker, zipped, used);
		while (!ret)
			ret = sl_unpacker_next(unpacker, &rec);
		assert_true(ret == -EBADMSG || ret == -ENODATA);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_scene_comes_back),
		TEST(a_block_without_records_is_one),
		TEST(records_with_any_values_come_back),
		TEST(any_bytes_that_have_a_records_head_come_back),
		TEST(what_is_no_record_is_refused_and_a_full_block_says_so),
		TEST(lives_that_are_alike_cost_a_few_bytes),
		TEST(a_plan_comes_back_and_a_wrong_one_is_refused),
		TEST(streams_with_any_bytes_do_no_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
