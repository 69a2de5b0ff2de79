/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a recording says beyond its records. For sources made by sl_source_file only.
 */
#ifndef SL_SOURCE_FILE_H
#define SL_SOURCE_FILE_H

#include "savefile_format.h"
#include "source.h"

struct sl_recording {
	struct sl_savefile_header header;
	uint64_t blocks;  /* read so far, whole and undamaged */
	uint64_t records; /* delivered so far */
	uint64_t passed;  /* blocks that the index ruled out */
	uint64_t skipped; /* of types that this version does not know */
	uint64_t offset;  /* bytes of the file read so far */
	uint64_t size;    /* of the file; 0: a pipe, not known */
	bool complete;    /* the footer was read: nothing is missing */
};

/* Why the last poll failed. Returns the error's errno, negative, and fills @err; 0: no error. */
int sl_source_file_error(struct sl_source *source, struct sl_error *err);
/* Owned by the source; changes with each poll. */
const struct sl_recording *sl_source_file_recording(struct sl_source *source);

#endif
