// SPDX-License-Identifier: GPL-2.0-or-later
/* See stream.h. */
#include "stream.h"

#define MAX_HELD 500000 /* records in the merge; beyond, the rings fill, and count what they lose */
#define DRAIN_EVERY 128 /* records delivered between two looks at the rings */

struct delivery {
	struct sl_stream *stream;
	sl_record_fn fn;
	void *ctx;
	uint64_t count;
};

/* What is done with a record takes longer than to take it: the rings are emptied in between, so that they do not fill. */
static int deliver(void *ctx, const struct sl_rec *rec)
{
	struct delivery *d = ctx;
	struct sl_stream *s = d->stream;

	s->delivered_bytes += rec->len;
	if (++d->count % DRAIN_EVERY == 0 && sl_merge_held(s->merge) < MAX_HELD) {
		int err = s->drain(s->ctx);

		if (err < 0)
			return err;
	}
	return d->fn(d->ctx, rec);
}

int sl_stream_pass(struct sl_stream *stream, uint64_t looked_ns, sl_record_fn fn, void *ctx)
{
	struct delivery d = { .stream = stream, .fn = fn, .ctx = ctx };
	int err = stream->drain(stream->ctx);

	stream->polls++;
	return err < 0 ? err : sl_merge_release(stream->merge, looked_ns, deliver, &d);
}
