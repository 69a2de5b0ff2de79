/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The middle of a live source: rings that are emptied into the merge, and the merge into the caller, without the rings filling
 * up meanwhile. */
#ifndef SL_STREAM_H
#define SL_STREAM_H

#include "merge.h"

struct sl_stream {
	struct sl_merge *merge;
	int (*drain)(void *ctx); /* empties all rings into the merge; -errno */
	void *ctx;
	uint64_t polls, delivered_bytes;
};

/* Takes what is in the rings and delivers what is ripe; @looked_ns: before the rings are looked at; UINT64_MAX: all. Returns how
 * many were delivered, or -errno. */
int sl_stream_pass(struct sl_stream *stream, uint64_t looked_ns, sl_record_fn fn, void *ctx);

#endif
