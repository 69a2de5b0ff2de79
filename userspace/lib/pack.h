/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packing: the records of one block as few bytes, without loss. A record is mostly what could have been guessed: zeros,
 * what the socket's last record said, what the last life of that program looked like, times that an event had already.
 * So each field is written as the difference to a guess, as a varint, into a stream of its own; streams of nothing but
 * zeros vanish, and zstd takes the rest. Packer and unpacker make the same guesses from the same past, which begins anew
 * with each block.
 *
 * The plan says for each class of records which fields it has and how each is guessed. It is stored in the recording, so
 * a reader needs not know the layout that the writer had.
 */
#ifndef SL_PACK_H
#define SL_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/abi.h"

#define SL_PACK_RECORDS 16384u   /* most in a block */
#define SL_PACK_BYTES (4u << 20) /* most bytes that a block's records have when unpacked */
#define SL_PACKED_MAX (8u << 20) /* bytes of its streams: far more than they ever need */

enum sl_guess {
	SL_GUESS_LAST, /* as in the reference: the class' last record, of lives the last one of that program and role */
	SL_GUESS_SAME, /* as field arg of this record, if it was so in the reference; else as LAST */
	SL_GUESS_EQUAL, /* as field arg of this record */
	SL_GUESS_AGAIN, /* as the last time that a socket with this recent past had such a record */
	SL_GUESS_TIME, /* a time of one of the socket's last records, or near field arg, or near the record's own time */
	SL_GUESS_SPAN,  /* between the times of a close: arg is the first, see pack_context.c */
	SL_GUESS_IDENT, /* as the socket's own identity says; else as the peer's, crosswise (arg), or a like socket's */
	SL_GUESS_ISN,   /* the same, or as the SYN had it */
	SL_GUESS_BORN,  /* as the socket's own identity says; else near the record's own time */
	SL_GUESS_PID,   /* 0 or the owner's (arg: where in the identity), whichever it was the last time, as AGAIN */
	SL_GUESS_SEQ,   /* what follows the last segment */
	SL_GUESS_ACK,
	SL_GUESS_RTT,  /* what the handshake's times say (arg: the first of them), in us */
	SL_GUESS_MORE, /* as much more than field arg as in the reference */
	SL_GUESS_HALF, /* half of field arg */
	SL_GUESS_PACE, /* as the kernel makes a pacing rate of RTT (arg), window and MSS */
	SL_GUESS_RATE, /* as the kernel makes a delivery rate of a few segments in about one RTT (arg) */
	SL_GUESS_ECHO, /* as TIME, near an RTT (the field that the gate says, in us) after field arg */
	SL_GUESS_NR,
};

#define SL_NO_FIELD 0xffffu

struct sl_column {
	uint16_t offset; /* in the record */
	uint16_t arg;
	uint8_t width; /* 1, 2, 4, 8 */
	uint8_t guess; /* enum sl_guess */
	uint16_t gate; /* ECHO: see there; else SL_ID_* of which one must be known, else 0 is guessed; 0: no gate */
};

struct sl_class {
	uint16_t type, length;
	uint16_t kind, call;   /* of an event; SL_NO_FIELD: any */
	uint16_t ident;        /* offset of the identity; SL_NO_FIELD: it has none */
	uint16_t segment;      /* offset of the segment */
	uint16_t first, count; /* its columns */
};

#define SL_CLASSES_MAX 32u
#define SL_COLUMNS_MAX 1024u
#define SL_IDENT_MAX 256u

/* Where in an identity the guesses look. */
enum {
	SL_AT_KNOWN,
	SL_AT_ROLE,
	SL_AT_COMM,
	SL_AT_LADDR,
	SL_AT_RADDR,
	SL_AT_LPORT,
	SL_AT_RPORT,
	SL_AT_ISN_LOCAL,
	SL_AT_ISN_REMOTE,
	SL_AT_NR
};

struct sl_plan {
	uint16_t ident_length;
	uint16_t at[SL_AT_NR];
	unsigned classes, columns;
	struct sl_class class[SL_CLASSES_MAX];
	struct sl_column column[SL_COLUMNS_MAX];
};

/* The plan for the records that this program knows. */
void sl_plan_build(struct sl_plan *plan);
/* As bytes. Returns how many, at most SL_PLAN_BYTES. */
#define SL_PLAN_BYTES 16384u
size_t sl_plan_encode(const struct sl_plan *plan, uint8_t bytes[SL_PLAN_BYTES]);
/* Any bytes in, a plan that is safe to work with out. Returns 0, -EBADMSG or -ENOTSUP (guesses of a newer version). */
int sl_plan_decode(struct sl_plan *plan, const uint8_t *bytes, size_t size);

struct sl_packer;
struct sl_unpacker;

int sl_packer_create(struct sl_packer **packer, const struct sl_plan *plan); /* 0 or -ENOMEM; plan is borrowed */
void sl_packer_destroy(struct sl_packer *packer);                            /* accepts NULL */
/* Returns 0, -ENOSPC (the block is full: finish it and come again), -EINVAL (not a record), -ENOMEM. */
int sl_packer_add(struct sl_packer *packer, const struct sl_rec *rec);
/* The sockets of the block so far, and their cookies; i below the number. */
uint32_t sl_packer_sockets(const struct sl_packer *packer);
uint64_t sl_packer_cookie(const struct sl_packer *packer, uint32_t i);
/* The block so far; begins a new one. Returns its bytes, which are the packer's until the next call. -errno: none. */
int sl_packer_finish(struct sl_packer *packer, const uint8_t **bytes, size_t *size);

int sl_unpacker_create(struct sl_unpacker **unpacker, const struct sl_plan *plan); /* as the packer's */
void sl_unpacker_destroy(struct sl_unpacker *unpacker);
/* Takes a block in; bytes are not needed afterwards. Returns 0, -EBADMSG or -ENOMEM. */
int sl_unpacker_begin(struct sl_unpacker *unpacker, const uint8_t *bytes, size_t size);
/* The next record, the unpacker's until the next call. Returns 0, -ENODATA (that was all) or -EBADMSG. */
int sl_unpacker_next(struct sl_unpacker *unpacker, const struct sl_rec **rec);

#endif
