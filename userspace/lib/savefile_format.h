/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a recording, for its writer and its readers. All numbers are little-endian, except the order mark and the
 * records, which are as the recording host had them.
 *
 *   header   0 magic[8]  8 order  12 length  16 format major.minor  20 ABI major.minor  24 start  32 clock offset
 *            40 facts  48 level  52 zero  56 kernel[64]  120 boot id[40]  160 host[64]  224 filter[248]
 *            the last 4 bytes: CRC-32 of all before
 *   frame    0 magic  4 payload bytes  8 records  12 CRC-32 of the 12 bytes before and the payload; the payload
 *            "SLPL": the plan of the blocks (pack.h), the first frame
 *            "SLBZ": a block: 0 first time  8 last time  16 identities  20 events  24 lives  28 sockets  32 as pack.h
 *            "SLIX": the index: of each block 0 offset  8 its first 32 bytes  40 words of its set of sockets, and these
 *            "SLFT": the counters, 8 bytes each
 *            "SLTR": 0 offset of the index; nothing comes after it
 *
 * Magic, order, length and versions keep their places for ever, and the CRC is always the header's last 4 bytes. A file
 * that was cut has all blocks that were written whole; an index is not needed to read, and can be made anew from the
 * blocks. Format 1 had its records unpacked in "SLBK" frames, no plan, no index, and a header of 168 bytes: it is read.
 */
#ifndef SL_SAVEFILE_FORMAT_H
#define SL_SAVEFILE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "source.h"

#define SL_SAVEFILE_MAJOR 2
#define SL_SAVEFILE_MINOR 0
#define SL_SAVEFILE_MAJOR_OLD 1 /* the oldest that is read */

#define SL_SAVEFILE_START 16         /* bytes of a header that tell its length */
#define SL_SAVEFILE_HEADER 512       /* bytes of this version's header */
#define SL_SAVEFILE_HEADER_MIN 168   /* of format 1 */
#define SL_SAVEFILE_HEADER_MAX 65536 /* of any version's */

#define SL_FRAME_HEAD 16
#define SL_FRAME_MAX (16u << 20) /* payload bytes */
#define SL_FRAME_PLAN 0x4c504c53u
#define SL_FRAME_BLOCK 0x4b424c53u
#define SL_FRAME_PACKED 0x5a424c53u
#define SL_FRAME_INDEX 0x58494c53u
#define SL_FRAME_FOOTER 0x54464c53u
#define SL_FRAME_TRAILER 0x52544c53u

struct sl_savefile_header {
	uint16_t major, minor;
	uint16_t abi_major, abi_minor;
	uint64_t start_ns;       /* CLOCK_MONOTONIC */
	int64_t clock_offset_ns; /* CLOCK_REALTIME - CLOCK_MONOTONIC, at the start */
	uint64_t watched;        /* bitmap of facts */
	uint32_t level;          /* enum sl_level */
	char kernel[64];         /* release */
	char boot_id[40];
	char host[64];
	char filter[248]; /* as it was typed; what the kernel cannot decide is recorded as well */
};

struct sl_frame {
	uint32_t magic;
	uint32_t bytes;
	uint32_t records;
	uint32_t crc;
};

/* What the front of a packed block says of it. */
#define SL_BLOCK_HEAD 32
struct sl_block_head {
	uint64_t first_ns, last_ns; /* of its records, whatever their order */
	uint32_t records[SL_REC_NR];
	uint32_t sockets;
};

void sl_block_head_encode(const struct sl_block_head *head, uint8_t bytes[SL_BLOCK_HEAD]);
void sl_block_head_decode(const uint8_t bytes[SL_BLOCK_HEAD], struct sl_block_head *head);

uint64_t sl_get64(const uint8_t *bytes);
uint32_t sl_get32(const uint8_t *bytes);
void sl_put64(uint8_t *bytes, uint64_t v);
void sl_put32(uint8_t *bytes, uint32_t v);

void sl_savefile_header_encode(const struct sl_savefile_header *header, uint8_t bytes[SL_SAVEFILE_HEADER]);

/* How long the header is that starts with these SL_SAVEFILE_START bytes. Returns 0, or -EBADMSG (not a recording) or
 * -ENOTSUP (another byte order) with @err filled. @name is the file's, for the message. */
int sl_savefile_header_length(const uint8_t *bytes, const char *name, size_t *length, struct sl_error *err);
/* The whole header. Returns 0, or -EBADMSG (damaged) or -ENOTSUP (another version) with @err filled. */
int sl_savefile_header_decode(const uint8_t *bytes, size_t length, const char *name, struct sl_savefile_header *header,
			      struct sl_error *err);

/* Fills the frame's first 16 bytes, in front of its payload, CRC included. */
void sl_frame_encode(uint8_t *bytes, uint32_t magic, uint32_t payload, uint32_t records);
void sl_frame_decode(const uint8_t bytes[SL_FRAME_HEAD], struct sl_frame *frame);
uint32_t sl_frame_crc(const uint8_t *bytes, uint32_t payload);

/* The counters as a footer's payload. Returns its length, at most SL_FOOTER_MAX. A payload from a newer version has more,
 * from an older one fewer counters. */
#define SL_FOOTER_MAX 512
size_t sl_footer_encode(const struct sl_stats *stats, uint8_t bytes[SL_FOOTER_MAX]);
void sl_footer_decode(const uint8_t *bytes, size_t length, struct sl_stats *stats);

#endif
