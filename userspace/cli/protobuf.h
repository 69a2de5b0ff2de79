/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocol buffers, written: fields into a bounded message, and messages into each other. */
#ifndef CLI_PROTOBUF_H
#define CLI_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct protobuf {
	size_t used;
	uint8_t at[2048]; /* what does not fit is left out whole */
};

static inline void protobuf_varint(struct protobuf *p, uint64_t v)
{
	while (v >= 0x80) {
		p->at[p->used++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	p->at[p->used++] = (uint8_t)v;
}

static inline void protobuf_uint(struct protobuf *p, unsigned field, uint64_t v)
{
	if (p->used + 20 > sizeof(p->at))
		return;
	protobuf_varint(p, (uint64_t)field << 3);
	protobuf_varint(p, v);
}

static inline void protobuf_bytes(struct protobuf *p, unsigned field, const void *bytes, size_t size)
{
	if (p->used + 20 + size > sizeof(p->at))
		return;
	protobuf_varint(p, (uint64_t)field << 3 | 2);
	protobuf_varint(p, size);
	memcpy(p->at + p->used, bytes, size);
	p->used += size;
}

static inline void protobuf_string(struct protobuf *p, unsigned field, const char *text)
{
	protobuf_bytes(p, field, text, strlen(text));
}

static inline void protobuf_message(struct protobuf *p, unsigned field, const struct protobuf *inner)
{
	protobuf_bytes(p, field, inner->at, inner->used);
}

#endif
