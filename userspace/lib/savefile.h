/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writer of a recording: a header (versions, byte order, kernel, host, clock offset, facts, filter), then records as
 * they came from the source, packed in blocks with a checksum each, then an index and the counters, with the losses. A
 * reader that finds the file cut or damaged says where and gives all blocks before that.
 */
#ifndef SL_SAVEFILE_H
#define SL_SAVEFILE_H

#include <stdint.h>

#include "error.h"
#include "savefile_index.h"
#include "source.h"

struct sl_savefile;

/* Creates @path (0600; refuses to overwrite: -EEXIST). Until it is finished it is @path.part, which is all that a killed
 * recorder leaves. */
int sl_savefile_create(struct sl_savefile **file, const char *path, const struct sl_config *config, uint64_t watched,
		       struct sl_error *err);
int sl_savefile_record(struct sl_savefile *file, const struct sl_rec *rec, struct sl_error *err);
/* To be called now and then, also when no record comes: what is nearly a second old is written. @now_ns: sl_clock_ns().
 * Returns 0 or -errno with @err filled. */
int sl_savefile_tick(struct sl_savefile *file, uint64_t now_ns, struct sl_error *err);
/* A block that was made elsewhere, by the plan of this version; takes the entry's set over. */
int sl_savefile_block(struct sl_savefile *file, const uint8_t *frame, size_t size, struct sl_index_entry *entry,
		      struct sl_error *err);
/* Writes index and footer, renames, closes, frees. Returns 0 or -errno; the handle is gone either way. */
int sl_savefile_finish(struct sl_savefile *file, const struct sl_stats *stats, struct sl_error *err);

#endif
