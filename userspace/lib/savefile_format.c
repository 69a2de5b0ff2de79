// SPDX-License-Identifier: GPL-2.0-or-later
/* A recording's bytes: see savefile_format.h. Nothing here reads or writes files. */
#include "savefile_format.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <zlib.h>

/* Its first byte is not text, and a transfer as text breaks its line ends. */
static const uint8_t magic[8] = { 0x89, 'S', 'L', 'R', '\r', '\n', 0x1a, '\n' };

#define ORDER 0x01020304u

enum { AT_ORDER = 8, AT_LENGTH = 12, AT_FORMAT = 16, AT_ABI = 20, AT_START = 24, AT_CLOCK = 32, AT_WATCHED = 40 };
enum { AT_LEVEL = 48, AT_KERNEL = 56, AT_BOOT_ID = 120, AT_HOST = 160, AT_FILTER = 224 };

static void put16(uint8_t *p, uint16_t v)
{
	v = htole16(v);
	memcpy(p, &v, sizeof(v));
}

void sl_put32(uint8_t *p, uint32_t v)
{
	v = htole32(v);
	memcpy(p, &v, sizeof(v));
}

void sl_put64(uint8_t *p, uint64_t v)
{
	v = htole64(v);
	memcpy(p, &v, sizeof(v));
}

static uint16_t get16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return le16toh(v);
}

uint32_t sl_get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

uint64_t sl_get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

void sl_savefile_header_encode(const struct sl_savefile_header *h, uint8_t bytes[SL_SAVEFILE_HEADER])
{
	const uint32_t order = ORDER;

	memset(bytes, 0, SL_SAVEFILE_HEADER);
	memcpy(bytes, magic, sizeof(magic));
	memcpy(bytes + AT_ORDER, &order, sizeof(order));
	sl_put32(bytes + AT_LENGTH, SL_SAVEFILE_HEADER);
	put16(bytes + AT_FORMAT, h->major);
	put16(bytes + AT_FORMAT + 2, h->minor);
	put16(bytes + AT_ABI, h->abi_major);
	put16(bytes + AT_ABI + 2, h->abi_minor);
	sl_put64(bytes + AT_START, h->start_ns);
	sl_put64(bytes + AT_CLOCK, (uint64_t)h->clock_offset_ns);
	sl_put64(bytes + AT_WATCHED, h->watched);
	sl_put32(bytes + AT_LEVEL, h->level);
	memcpy(bytes + AT_KERNEL, h->kernel, sizeof(h->kernel));
	memcpy(bytes + AT_BOOT_ID, h->boot_id, sizeof(h->boot_id));
	memcpy(bytes + AT_HOST, h->host, sizeof(h->host));
	memcpy(bytes + AT_FILTER, h->filter, sizeof(h->filter));
	sl_put32(bytes + SL_SAVEFILE_HEADER - 4, (uint32_t)crc32(0, bytes, SL_SAVEFILE_HEADER - 4));
}

static int foreign(const char *name, struct sl_error *err)
{
	return sl_error_set(err, -EBADMSG, SL_ERR_RUNTIME, "name a file that socklife recorded",
			    "its first bytes are not those of a recording", "%s: not a socklife recording", name);
}

static int damaged(const char *name, struct sl_error *err)
{
	return sl_error_set(err, -EBADMSG, SL_ERR_RUNTIME, "get the file again from where it was recorded",
			    "its header's length or checksum is wrong", "%s: damaged recording", name);
}

int sl_savefile_header_length(const uint8_t *bytes, const char *name, size_t *length, struct sl_error *err)
{
	uint32_t order;

	if (memcmp(bytes, magic, sizeof(magic)))
		return foreign(name, err);
	memcpy(&order, bytes + AT_ORDER, sizeof(order));
	if (order == __builtin_bswap32(ORDER))
		return sl_error_set(err, -ENOTSUP, SL_ERR_RUNTIME,
				    "read it on a machine of the byte order it came from",
				    "records are kept in the byte order of the machine that made them",
				    "%s: recorded on a machine of the other byte order", name);
	*length = sl_get32(bytes + AT_LENGTH);
	if (order != ORDER || *length < SL_SAVEFILE_HEADER_MIN || *length > SL_SAVEFILE_HEADER_MAX)
		return damaged(name, err);
	return 0;
}

static int check_versions(const struct sl_savefile_header *h, const char *name, struct sl_error *err)
{
	if (h->major >= SL_SAVEFILE_MAJOR_OLD && h->major <= SL_SAVEFILE_MAJOR && h->abi_major == SL_ABI_MAJOR)
		return 0;
	return sl_error_set(
		err, -ENOTSUP, SL_ERR_RUNTIME, "use the version of socklife that recorded it",
		"a new major version means that older programs cannot read it",
		"%s: recording of format %u.%u with records %u.%u, but this program reads up to %u.x with %u.x", name,
		h->major, h->minor, h->abi_major, h->abi_minor, SL_SAVEFILE_MAJOR, SL_ABI_MAJOR);
}

int sl_savefile_header_decode(const uint8_t *bytes, size_t length, const char *name, struct sl_savefile_header *h,
			      struct sl_error *err)
{
	if (length < SL_SAVEFILE_HEADER_MIN || sl_get32(bytes + length - 4) != crc32(0, bytes, (uInt)length - 4))
		return damaged(name, err);
	h->major = get16(bytes + AT_FORMAT);
	h->minor = get16(bytes + AT_FORMAT + 2);
	h->abi_major = get16(bytes + AT_ABI);
	h->abi_minor = get16(bytes + AT_ABI + 2);
	h->start_ns = sl_get64(bytes + AT_START);
	h->clock_offset_ns = (int64_t)sl_get64(bytes + AT_CLOCK);
	h->watched = sl_get64(bytes + AT_WATCHED);
	h->level = sl_get32(bytes + AT_LEVEL);
	memset(h->host, 0, sizeof(h->host));
	memset(h->filter, 0, sizeof(h->filter));
	if (h->major > SL_SAVEFILE_MAJOR_OLD && length >= SL_SAVEFILE_HEADER) {
		memcpy(h->host, bytes + AT_HOST, sizeof(h->host) - 1);
		memcpy(h->filter, bytes + AT_FILTER, sizeof(h->filter) - 1);
	}
	memcpy(h->kernel, bytes + AT_KERNEL, sizeof(h->kernel));
	h->kernel[sizeof(h->kernel) - 1] = '\0';
	memcpy(h->boot_id, bytes + AT_BOOT_ID, sizeof(h->boot_id));
	h->boot_id[sizeof(h->boot_id) - 1] = '\0';
	return check_versions(h, name, err);
}

uint32_t sl_frame_crc(const uint8_t *bytes, uint32_t payload)
{
	uLong crc = crc32(0, bytes, SL_FRAME_HEAD - 4);

	return (uint32_t)crc32(crc, bytes + SL_FRAME_HEAD, payload);
}

void sl_frame_encode(uint8_t *bytes, uint32_t frame_magic, uint32_t payload, uint32_t records)
{
	sl_put32(bytes, frame_magic);
	sl_put32(bytes + 4, payload);
	sl_put32(bytes + 8, records);
	sl_put32(bytes + 12, sl_frame_crc(bytes, payload));
}

void sl_frame_decode(const uint8_t bytes[SL_FRAME_HEAD], struct sl_frame *frame)
{
	frame->magic = sl_get32(bytes);
	frame->bytes = sl_get32(bytes + 4);
	frame->records = sl_get32(bytes + 8);
	frame->crc = sl_get32(bytes + 12);
}

void sl_block_head_encode(const struct sl_block_head *h, uint8_t bytes[SL_BLOCK_HEAD])
{
	sl_put64(bytes, h->first_ns);
	sl_put64(bytes + 8, h->last_ns);
	for (unsigned type = SL_REC_IDENT; type < SL_REC_NR; type++)
		sl_put32(bytes + 12 + type * 4, h->records[type]);
	sl_put32(bytes + 28, h->sockets);
}

void sl_block_head_decode(const uint8_t bytes[SL_BLOCK_HEAD], struct sl_block_head *h)
{
	h->first_ns = sl_get64(bytes);
	h->last_ns = sl_get64(bytes + 8);
	h->records[0] = 0;
	for (unsigned type = SL_REC_IDENT; type < SL_REC_NR; type++)
		h->records[type] = sl_get32(bytes + 12 + type * 4);
	h->sockets = sl_get32(bytes + 28);
}

/* The counters in the order of the footer, which only grows at its end. Each takes 8 bytes there. */
#define COUNTER(field)                                                                                                 \
	{                                                                                                              \
		offsetof(struct sl_stats, field), sizeof(((struct sl_stats *)0)->field), 8                             \
	}
#define COUNTER32(field)                                                                                               \
	{                                                                                                              \
		offsetof(struct sl_stats, field), 4, 4                                                                 \
	}
static const struct {
	size_t offset, bytes, width;
} counters[] = {
	COUNTER(sum.seen),         COUNTER(sum.delivered),   COUNTER(sum.lost), COUNTER(sum.lives_begun),
	COUNTER(sum.lives_ended),  COUNTER(sum.filtered),    COUNTER(sum.seq),  COUNTER(hook_misses),
	COUNTER(order_violations), COUNTER(delivered_bytes), COUNTER(polls),    COUNTER32(sockets),
	COUNTER32(hooks),          COUNTER(watched),
};
_Static_assert(SL_REC_NR == 4 && SL_LOST_NR == 4, "the tables of counters changed: that is a new format");

#define COUNTER_NR (sizeof(counters) / sizeof(counters[0]))

size_t sl_footer_encode(const struct sl_stats *stats, uint8_t bytes[SL_FOOTER_MAX])
{
	size_t length = 0;

	for (size_t i = 0; i < COUNTER_NR; i++) {
		const char *field = (const char *)stats + counters[i].offset;

		for (size_t at = 0; at < counters[i].bytes; at += counters[i].width) {
			uint64_t v64 = 0;
			uint32_t v32 = 0;

			if (counters[i].width == 8)
				memcpy(&v64, field + at, 8);
			else
				memcpy(&v32, field + at, 4);
			sl_put64(bytes + length, v64 | v32);
			length += 8;
		}
	}
	return length;
}

void sl_footer_decode(const uint8_t *bytes, size_t length, struct sl_stats *stats)
{
	size_t from = 0;

	for (size_t i = 0; i < COUNTER_NR; i++) {
		char *field = (char *)stats + counters[i].offset;

		for (size_t at = 0; at < counters[i].bytes && from + 8 <= length; at += counters[i].width) {
			uint64_t v64 = sl_get64(bytes + from);
			uint32_t v32 = (uint32_t)v64;

			memcpy(field + at, counters[i].width == 8 ? (void *)&v64 : (void *)&v32, counters[i].width);
			from += 8;
		}
	}
}
