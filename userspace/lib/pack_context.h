/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What packer and unpacker know of a block's past, and the guesses they make from it. Both go through the records in the
 * same order and call the same functions with the same values, so they always know the same. Of a record only what has
 * been taken already may be looked at: its header, and the columns before the one at hand.
 */
#ifndef SL_PACK_CONTEXT_H
#define SL_PACK_CONTEXT_H

#include "pack.h"

#define SL_PAST_TIMES 16u
#define SL_AGAIN_NR 64u /* pasts kept apart */
#define SL_LAST_NR 64u  /* references kept apart */
#define SL_CPUS 256u

struct sl_past { /* of a socket */
	uint64_t cookie;
	uint64_t time[SL_PAST_TIMES]; /* a ring, the newest at times - 1 */
	uint32_t times;
	uint32_t history; /* hash of its last classes */
	uint16_t cpu;
	bool has_ident;
	bool seq_known[2]; /* [0]: of this end's segments, [1]: of the peer's */
	bool isn_known[2];
	uint32_t seq[2]; /* what comes next */
	uint32_t isn[2];
	uint8_t ident[SL_IDENT_MAX];
};

struct sl_context {
	const struct sl_plan *plan;
	struct sl_past *socket;
	unsigned sockets, room;
	uint32_t last_socket;
	uint64_t last_cookie; /* of the newest socket */
	uint64_t last_ts;
	uint16_t last_cpu;
	uint64_t seq[SL_CPUS];
	uint8_t next_class[256];
	uint64_t (*again)[SL_AGAIN_NR]; /* by column */
	uint8_t *last; /* by class, SL_LAST_NR records each; only the first of a class without identity */
	size_t last_at[SL_CLASSES_MAX];
	unsigned rest[SL_CLASSES_MAX]; /* by class: from this column on, all are words that are guessed to be as LAST */
	unsigned records[SL_CLASSES_MAX]; /* by class, so far */
};

/* The record at hand. */
struct sl_subject {
	const struct sl_class *class;
	struct sl_past *past;
	const struct sl_past *alike; /* NULL: none */
	const struct sl_past *peer;  /* NULL: none */
	const uint8_t *rec;
	const uint8_t *last;
	unsigned again; /* index of its past */
};

int sl_context_init(struct sl_context *c, const struct sl_plan *plan); /* 0 or -ENOMEM */
void sl_context_exit(struct sl_context *c);
void sl_context_reset(struct sl_context *c); /* a new block */

/* A new socket; NULL: no memory. */
struct sl_past *sl_context_socket(struct sl_context *c, uint64_t cookie);
uint8_t *sl_context_expect(struct sl_context *c,
			   const struct sl_past *past); /* the class that its next record may have */
/* Of a record whose class and socket are known; alike and peer stay NULL. */
void sl_context_subject(struct sl_context *c, struct sl_subject *s, const struct sl_class *class, struct sl_past *past,
			const uint8_t *rec);
/* Once its identity is taken: what it is compared with from here on. */
void sl_context_identified(struct sl_context *c, struct sl_subject *s);
/* The record is whole. */
void sl_context_note(struct sl_context *c, struct sl_subject *s);

/* Codes of TIME, SPAN and RATE: 0 is the value 0, the next are its special values, then differences begin. */
#define SL_CODE_ESCAPE (1 + SL_PAST_TIMES) /* the value itself is in the stream for that */
#define SL_CODE_FAR (2 + SL_PAST_TIMES)

static inline bool sl_code_escapes(const struct sl_column *col, uint64_t code)
{
	return code == SL_CODE_ESCAPE &&
	       (col->guess == SL_GUESS_TIME || col->guess == SL_GUESS_SPAN || col->guess == SL_GUESS_RATE);
}

/* A value as a difference to its guess, and back. Both remember the value for the next guess. */
uint64_t sl_context_code(struct sl_context *c, const struct sl_subject *s, unsigned column, uint64_t value);
uint64_t sl_context_value(struct sl_context *c, const struct sl_subject *s, unsigned column, uint64_t code);

static inline uint64_t sl_zigzag(uint64_t v)
{
	return v << 1 ^ (uint64_t)((int64_t)v >> 63);
}

static inline uint64_t sl_unzigzag(uint64_t v)
{
	return v >> 1 ^ -(v & 1);
}

/* The streams of a block: these, then one for each column of the plan. The bytes of a number go to a plane each, the last
 * plane takes all further ones: what is alike stands together. */
#define SL_PLANES 5u
enum {
	SL_STREAM_SOCKET,
	SL_STREAM_COOKIE,
	SL_STREAM_CLASS,
	SL_STREAM_CPU,
	SL_STREAM_TS,
	SL_STREAM_SEQ,
	SL_STREAM_ALIKE,
	SL_STREAM_PEER,
	SL_STREAM_ESCAPE,
	SL_STREAM_VERBATIM,
	SL_STREAM_COLUMNS
};

/* Little-endian hosts only read what they wrote: a recording has one byte order, checked when it is opened. */
uint64_t sl_field_load(const uint8_t *at, unsigned width);
void sl_field_store(uint8_t *at, unsigned width, uint64_t value);

#endif
