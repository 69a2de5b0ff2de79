// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of recordings on any bytes. Checksums would keep all but a few inputs out, so those of inputs with an even
 * last byte, as a footer has, are put right first; others are read as they are.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "../../userspace/lib/decode.h"
#include "../../userspace/lib/source_file.h"

#define CHECK(cond)                                                                                                    \
	do {                                                                                                           \
		if (!(cond))                                                                                           \
			abort();                                                                                       \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_right(uint8_t *bytes, size_t size)
{
	size_t at = size >= SL_SAVEFILE_START ? get32(bytes + 12) : 0;
	uint32_t crc;

	if (at < SL_SAVEFILE_HEADER_MIN || at > size)
		return;
	crc = (uint32_t)crc32(0, bytes, (uInt)at - 4);
	memcpy(bytes + at - 4, &crc, 4);
	while (size - at >= SL_FRAME_HEAD) {
		struct sl_frame frame;

		sl_frame_decode(bytes + at, &frame);
		if (frame.bytes > size - at - SL_FRAME_HEAD)
			return;
		sl_frame_encode(bytes + at, frame.magic, frame.bytes, frame.records);
		at += SL_FRAME_HEAD + frame.bytes;
	}
}

static int take(void *ctx, const struct sl_rec *rec)
{
	union sl_any_rec any;
	size_t used;

	CHECK(!sl_decode(rec, rec->len, &any, &used) && used == rec->len);
	++*(uint64_t *)ctx;
	return 0;
}

static void read_all(struct sl_source *source)
{
	const struct sl_source_ops *ops = source->ops;
	uint64_t records = 0, polls = 0;
	struct sl_stats stats;
	struct sl_error err;
	int ret;

	CHECK(!ops->start(source, &err));
	do {
		ret = ops->poll(source, 0, take, &records);
		CHECK(++polls < 1 << 20);
	} while (ret >= 0);
	CHECK(ret == -ENODATA || ret == -EBADMSG);
	CHECK(sl_source_file_error(source, &err) == (ret == -ENODATA ? 0 : ret));
	CHECK(sl_source_file_recording(source)->complete == (ret == -ENODATA));
	CHECK(sl_source_file_recording(source)->records == records);
	CHECK(!ops->stats(source, &stats));
	ops->close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_config config = { 0 };
	struct sl_source *source;
	struct sl_error err = { 0 };
	int fd = memfd_create("recording", MFD_CLOEXEC);
	uint8_t *bytes = malloc(size + 1);
	char path[32];

	CHECK(fd >= 0 && bytes);
	memcpy(bytes, data, size);
	if (size && data[size - 1] % 2 == 0)
		put_right(bytes, size);
	CHECK(write(fd, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	config.path = path;
	if (sl_source_file.open(&source, &config, &err))
		CHECK(err.what[0] && err.class == SL_ERR_RUNTIME);
	else
		read_all(source);
	close(fd);
	free(bytes);
	return 0;
}
