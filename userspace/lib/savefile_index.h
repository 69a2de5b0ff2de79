/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index of a recording: where each block is, its times, what it has, and a set of its sockets that may say yes in
 * error (a Bloom filter of three to five bits a socket), never no. Written at a recording's end, in as many frames as it needs; of
 * one that was cut it is made anew from the blocks' heads, without the sets. Sets stop at SL_INDEX_SETS bytes in all.
 */
#ifndef SL_SAVEFILE_INDEX_H
#define SL_SAVEFILE_INDEX_H

#include <stdbool.h>

#include "savefile_format.h"

#define SL_INDEX_SETS (16u << 20)

struct sl_index_entry {
	uint64_t offset; /* of the frame in the file */
	struct sl_block_head head;
	uint32_t words; /* of the set, a power of two; 0: not known which sockets it has */
	uint64_t *set;
};

struct sl_index {
	struct sl_index_entry *entry;
	uint32_t entries, room;
	size_t set_bytes;
	bool rebuilt; /* the file has none: it was cut */
};

int sl_index_set_create(struct sl_index_entry *entry); /* for head.sockets sockets; 0 or -ENOMEM */
void sl_index_set_destroy(struct sl_index_entry *entry);
void sl_index_set_add(struct sl_index_entry *entry, uint64_t cookie);
bool sl_index_may_have(const struct sl_index_entry *entry, uint64_t cookie);

/* Takes the entry over. Returns 0 or -ENOMEM; then the entry's set is gone. */
int sl_index_add(struct sl_index *index, const struct sl_index_entry *entry);
void sl_index_exit(struct sl_index *index);

/* The index from entry *from on as a frame, head included, to be freed by the caller; *from is where the next frame
 * begins, index->entries when it was the last. NULL: no memory. */
uint8_t *sl_index_encode(const struct sl_index *index, uint32_t *from, size_t *size);
/* Of a file that can be read anywhere. Returns 0, -EBADMSG (not a recording of this format), -ESPIPE or -errno. */
int sl_index_read(struct sl_index *index, int fd);

#endif
