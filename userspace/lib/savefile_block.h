/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records to blocks, each a whole frame of a recording with what the index says of it: for the writer of recordings, and
 * for the flight recorder, which keeps blocks before it is known whether they are ever written.
 */
#ifndef SL_SAVEFILE_BLOCK_H
#define SL_SAVEFILE_BLOCK_H

#include "pack.h"
#include "savefile_format.h"
#include "savefile_index.h"

struct sl_blocks { /* starts zeroed, or by sl_blocks_init() */
	struct sl_plan plan;
	struct sl_packer *packer;
	struct sl_block_head head;
	uint32_t records;  /* in the block */
	uint64_t begun_ns; /* when its first record came: sl_clock_ns() */
	uint8_t *frame;
	size_t room;
};

int sl_blocks_init(struct sl_blocks *b); /* 0 or -ENOMEM */
void sl_blocks_exit(struct sl_blocks *b);

/* True: the block should be taken before this record is added. */
bool sl_blocks_due(const struct sl_blocks *b, const struct sl_rec *rec);
/* True: it should be taken now, so that a crash costs no more than a second. */
bool sl_blocks_late(const struct sl_blocks *b, uint64_t now_ns);
/* Returns 0, -ENOSPC (take the block, then come again), -EINVAL (not a record) or -ENOMEM. */
int sl_blocks_add(struct sl_blocks *b, const struct sl_rec *rec);
/* The block as a frame, which is b's until the next call, and its line of the index, but for the offset; entry->set is
 * the caller's. Begins a new one. Returns 0 or -ENOMEM. */
int sl_blocks_take(struct sl_blocks *b, const uint8_t **frame, size_t *size, struct sl_index_entry *entry);

#endif
