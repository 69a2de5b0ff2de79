// SPDX-License-Identifier: GPL-2.0-or-later
/* The index: see savefile_index.h. */
#include "savefile_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRY_BYTES (8 + SL_BLOCK_HEAD + 4)
#define WORDS_MAX 1024u /* of a set: 64 KiBit, enough for all sockets that a block may have */
#define HASHES 2

int sl_index_set_create(struct sl_index_entry *entry)
{
	uint32_t words = 1;

	while (words < WORDS_MAX && words * 24 < entry->head.sockets)
		words *= 2;
	entry->words = words;
	entry->set = calloc(words, sizeof(*entry->set));
	return entry->set ? 0 : -ENOMEM;
}

void sl_index_set_destroy(struct sl_index_entry *entry)
{
	free(entry->set);
	entry->set = NULL;
	entry->words = 0;
}

static uint32_t bit_of(const struct sl_index_entry *entry, uint64_t cookie, unsigned n)
{
	uint64_t h = (cookie + n) * 0x9e3779b97f4a7c15ULL;

	h = (h ^ h >> 32) * 0xd6e8feb86659fd93ULL;
	return (uint32_t)(h >> 32) & (entry->words * 64 - 1);
}

void sl_index_set_add(struct sl_index_entry *entry, uint64_t cookie)
{
	for (unsigned n = 0; n < HASHES; n++) {
		uint32_t bit = bit_of(entry, cookie, n << 20);

		entry->set[bit / 64] |= 1ULL << bit % 64;
	}
}

bool sl_index_may_have(const struct sl_index_entry *entry, uint64_t cookie)
{
	for (unsigned n = 0; entry->words && n < HASHES; n++) {
		uint32_t bit = bit_of(entry, cookie, n << 20);

		if (!(entry->set[bit / 64] >> bit % 64 & 1))
			return false;
	}
	return true;
}

int sl_index_add(struct sl_index *index, const struct sl_index_entry *entry)
{
	struct sl_index_entry *grown;

	if (index->entries == index->room) {
		index->room = index->room ? index->room * 2 : 64;
		grown = reallocarray(index->entry, index->room, sizeof(*grown));
		if (!grown) {
			free(entry->set);
			index->room = index->entries;
			return -ENOMEM;
		}
		index->entry = grown;
	}
	index->entry[index->entries] = *entry;
	if (index->set_bytes + entry->words * 8 > SL_INDEX_SETS)
		sl_index_set_destroy(&index->entry[index->entries]);
	index->set_bytes += index->entry[index->entries++].words * 8;
	return 0;
}

void sl_index_exit(struct sl_index *index)
{
	for (uint32_t i = 0; i < index->entries; i++)
		free(index->entry[i].set);
	free(index->entry);
	memset(index, 0, sizeof(*index));
}

uint8_t *sl_index_encode(const struct sl_index *index, uint32_t *from, size_t *size)
{
	uint32_t first = *from, to = first;
	size_t bytes = SL_FRAME_HEAD;
	uint8_t *frame, *p;

	while (to < index->entries && bytes < SL_FRAME_MAX / 2)
		bytes += ENTRY_BYTES + index->entry[to++].words * 8;
	frame = malloc(bytes);
	if (!frame)
		return NULL;
	p = frame + SL_FRAME_HEAD;
	for (uint32_t i = first; i < to; i++) {
		const struct sl_index_entry *e = &index->entry[i];

		sl_put64(p, e->offset);
		sl_block_head_encode(&e->head, p + 8);
		sl_put32(p + 8 + SL_BLOCK_HEAD, e->words);
		p += ENTRY_BYTES;
		for (uint32_t w = 0; w < e->words; w++, p += 8)
			sl_put64(p, e->set[w]);
	}
	sl_frame_encode(frame, SL_FRAME_INDEX, (uint32_t)(bytes - SL_FRAME_HEAD), to - first);
	*from = to;
	*size = bytes;
	return frame;
}

static int decode_entry(struct sl_index *index, const uint8_t **p, const uint8_t *end)
{
	struct sl_index_entry e = { 0 };

	if (end - *p < ENTRY_BYTES)
		return -EBADMSG;
	e.offset = sl_get64(*p);
	sl_block_head_decode(*p + 8, &e.head);
	e.words = sl_get32(*p + 8 + SL_BLOCK_HEAD);
	*p += ENTRY_BYTES;
	if (e.words > WORDS_MAX || e.words & (e.words - 1) || end - *p < (ptrdiff_t)e.words * 8)
		return -EBADMSG;
	if (e.words) {
		e.set = malloc(e.words * sizeof(*e.set));
		if (!e.set)
			return -ENOMEM;
	}
	for (uint32_t w = 0; w < e.words; w++, *p += 8)
		e.set[w] = sl_get64(*p);
	return sl_index_add(index, &e);
}

static int read_at(int fd, void *bytes, size_t size, uint64_t offset)
{
	ssize_t n = pread(fd, bytes, size, (off_t)offset);

	return n == (ssize_t)size ? 0 : n < 0 ? -errno : -EBADMSG;
}

/* A whole frame with the right checksum, head included, to be freed. */
static int read_frame(int fd, uint64_t offset, uint32_t magic, struct sl_frame *frame, uint8_t **bytes)
{
	uint8_t head[SL_FRAME_HEAD];
	int ret = read_at(fd, head, sizeof(head), offset);

	*bytes = NULL;
	if (ret)
		return ret;
	sl_frame_decode(head, frame);
	if (frame->magic != magic || frame->bytes > SL_FRAME_MAX)
		return -EBADMSG;
	*bytes = malloc(SL_FRAME_HEAD + (size_t)frame->bytes);
	if (!*bytes)
		return -ENOMEM;
	ret = read_at(fd, *bytes, SL_FRAME_HEAD + frame->bytes, offset);
	return !ret && sl_frame_crc(*bytes, frame->bytes) != frame->crc ? -EBADMSG : ret;
}

static int read_trailer(int fd, uint64_t size, uint64_t *offset)
{
	const uint64_t trailer = SL_FRAME_HEAD + 8;
	struct sl_frame frame;
	uint8_t *bytes = NULL;
	int ret = size < trailer ? -EBADMSG : read_frame(fd, size - trailer, SL_FRAME_TRAILER, &frame, &bytes);

	if (!ret && frame.bytes != 8)
		ret = -EBADMSG;
	if (!ret)
		*offset = sl_get64(bytes + SL_FRAME_HEAD);
	free(bytes);
	return ret;
}

/* One frame of the index after the other, up to what is none. */
static int read_stored(struct sl_index *index, int fd, uint64_t size)
{
	uint64_t offset = 0;
	int ret = read_trailer(fd, size, &offset), last = ret;

	while (!ret && !last) {
		struct sl_frame frame;
		const uint8_t *p;
		uint8_t *bytes;

		last = read_frame(fd, offset, SL_FRAME_INDEX, &frame, &bytes);
		p = last ? NULL : bytes + SL_FRAME_HEAD;
		for (uint32_t i = 0; !ret && !last && i < frame.records; i++)
			ret = decode_entry(index, &p, bytes + SL_FRAME_HEAD + frame.bytes);
		offset += SL_FRAME_HEAD + (uint64_t)frame.bytes;
		free(bytes);
	}
	return ret;
}

/* From frame to frame: only the blocks' heads are looked at. */
static int rebuild(struct sl_index *index, int fd, uint64_t size)
{
	uint8_t head[SL_FRAME_HEAD + SL_BLOCK_HEAD], start[SL_SAVEFILE_START];
	uint64_t at = 0;
	size_t length = 0;
	int ret = read_at(fd, start, sizeof(start), 0);

	if (!ret)
		ret = sl_savefile_header_length(start, "", &length, NULL);
	for (at = length; !ret && at + sizeof(head) <= size;) {
		struct sl_index_entry e = { .offset = at };
		struct sl_frame frame;

		ret = read_at(fd, head, sizeof(head), at);
		sl_frame_decode(head, &frame);
		if (ret || frame.bytes > SL_FRAME_MAX || at + SL_FRAME_HEAD + frame.bytes > size)
			break;
		sl_block_head_decode(head + SL_FRAME_HEAD, &e.head);
		if (frame.magic == SL_FRAME_PACKED)
			ret = sl_index_add(index, &e);
		else if (frame.magic != SL_FRAME_PLAN)
			break;
		at += SL_FRAME_HEAD + frame.bytes;
	}
	index->rebuilt = true;
	return ret;
}

int sl_index_read(struct sl_index *index, int fd)
{
	struct stat st;
	int ret;

	memset(index, 0, sizeof(*index));
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ESPIPE;
	ret = read_stored(index, fd, (uint64_t)st.st_size);
	if (ret == -EBADMSG) {
		sl_index_exit(index);
		ret = rebuild(index, fd, (uint64_t)st.st_size);
	}
	if (ret)
		sl_index_exit(index);
	return ret;
}
