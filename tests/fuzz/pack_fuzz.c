// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packing, both ways. The first byte says which: bytes as records come back as they were; bytes as the streams of a block,
 * behind the zstd that would keep a fuzzer out, or as a plan and a block of it, are read without harm.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "../../userspace/lib/pack.h"

#define CHECK(cond)                                                                                                    \
	do {                                                                                                           \
		if (!(cond))                                                                                           \
			abort();                                                                                       \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sl_plan plan;

/* As many records as the bytes give, each of a class' length and type, or of any. */
static void there_and_back(const uint8_t *data, size_t size)
{
	uint64_t record[sizeof(struct sl_life_rec) / 8];
	struct sl_rec *rec = (void *)record;
	const struct sl_rec *back;
	struct sl_unpacker *unpacker;
	struct sl_packer *packer;
	const uint8_t *packed;
	size_t bytes, used;

	CHECK(!sl_packer_create(&packer, &plan) && !sl_unpacker_create(&unpacker, &plan));
	for (used = 0; used + 2 < size;) {
		const struct sl_class *k = &plan.class[data[used] % plan.classes];
		size_t take = size - used - 1 < k->length ? size - used - 1 : k->length;

		memset(record, 0, sizeof(record));
		memcpy(record, data + used + 1, take);
		rec->len = data[used] & 0x80 ? 32 + data[used + 1] % 20 * 8 : k->length;
		rec->type = k->type;
		CHECK(!sl_packer_add(packer, rec));
		used += 1 + take;
	}
	CHECK(!sl_packer_finish(packer, &packed, &bytes) && !sl_unpacker_begin(unpacker, packed, bytes));
	for (used = 0; used + 2 < size;) {
		const struct sl_class *k = &plan.class[data[used] % plan.classes];
		size_t take = size - used - 1 < k->length ? size - used - 1 : k->length;

		memset(record, 0, sizeof(record));
		memcpy(record, data + used + 1, take);
		rec->len = data[used] & 0x80 ? 32 + data[used + 1] % 20 * 8 : k->length;
		rec->type = k->type;
		CHECK(!sl_unpacker_next(unpacker, &back) && !memcmp(back, rec, rec->len));
		used += 1 + take;
	}
	CHECK(sl_unpacker_next(unpacker, &back) == -ENODATA);
	sl_packer_destroy(packer);
	sl_unpacker_destroy(unpacker);
}

static void read_streams(const struct sl_plan *by, const uint8_t *data, size_t size)
{
	size_t room = ZSTD_compressBound(size);
	uint8_t *zipped = malloc(room);
	struct sl_unpacker *unpacker;
	const struct sl_rec *rec;
	int ret;

	CHECK(zipped && !sl_unpacker_create(&unpacker, by));
	ret = sl_unpacker_begin(unpacker, zipped, ZSTD_compress(zipped, room, data, size, 1));
	while (!ret) {
		ret = sl_unpacker_next(unpacker, &rec);
		CHECK(ret || (rec->len >= sizeof(*rec) && rec->len <= 65536));
	}
	CHECK(ret == -ENODATA || ret == -EBADMSG);
	sl_unpacker_destroy(unpacker);
	free(zipped);
}

static void read_plan(const uint8_t *data, size_t size)
{
	static struct sl_plan other;
	size_t half = size / 2, room = ZSTD_compressBound(half);
	uint8_t *zipped = malloc(room);

	CHECK(zipped);
	if (!sl_plan_decode(&other, zipped, ZSTD_compress(zipped, room, data, half, 1)))
		read_streams(&other, data + half, size - half);
	free(zipped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!plan.classes)
		sl_plan_build(&plan);
	if (!size || size > 1 << 16)
		return 0;
	switch (data[0] % 3) {
	case 0: there_and_back(data + 1, size - 1); break;
	case 1: read_streams(&plan, data + 1, size - 1); break;
	default: read_plan(data + 1, size - 1);
	}
	return 0;
}
