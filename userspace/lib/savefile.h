/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording: a header (magic, ABI version, byte order, kernel, boot id, clock offset, facts), then records as they came
 * from the source, in blocks with a length and a CRC-32 each, then a footer with the losses. A reader that finds the file
 * cut or damaged says where and gives all blocks before that.
 */
#ifndef SL_SAVEFILE_H
#define SL_SAVEFILE_H

#include <stdint.h>

#include "error.h"
#include "source.h"

struct sl_savefile;

/* Creates @path (0600; refuses to overwrite: -EEXIST). Written to a temporary name beside it until finished. */
int sl_savefile_create(struct sl_savefile **file, const char *path, const struct sl_config *config, uint64_t watched,
		       struct sl_error *err);
int sl_savefile_record(struct sl_savefile *file, const struct sl_rec *rec, struct sl_error *err);
/* Writes the footer, renames, closes, frees. Returns 0 or -errno; the handle is gone either way. */
int sl_savefile_finish(struct sl_savefile *file, const struct sl_stats *stats, struct sl_error *err);

#endif
