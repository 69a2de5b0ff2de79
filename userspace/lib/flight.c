// SPDX-License-Identifier: GPL-2.0-or-later
/* The flight recorder: see flight.h. */
#include "flight.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "savefile_block.h"

struct kept {
	STAILQ_ENTRY(kept) link;
	struct sl_index_entry entry;
	size_t size;
	uint8_t frame[];
};

struct sl_flight {
	struct sl_blocks blocks;
	STAILQ_HEAD(, kept) kept;
	uint64_t keep_ns, keep_bytes;
	uint64_t bytes;
	uint64_t last_ns; /* of all records */
};

int sl_flight_create(struct sl_flight **flight, uint64_t keep_ns, uint64_t keep_bytes)
{
	struct sl_flight *f = calloc(1, sizeof(*f));

	if (!f || sl_blocks_init(&f->blocks)) {
		free(f);
		return -ENOMEM;
	}
	STAILQ_INIT(&f->kept);
	f->keep_ns = keep_ns;
	f->keep_bytes = keep_bytes;
	*flight = f;
	return 0;
}

static void drop_first(struct sl_flight *f)
{
	struct kept *k = STAILQ_FIRST(&f->kept);

	STAILQ_REMOVE_HEAD(&f->kept, link);
	f->bytes -= k->size;
	sl_index_set_destroy(&k->entry);
	free(k);
}

void sl_flight_destroy(struct sl_flight *f)
{
	if (!f)
		return;
	while (!STAILQ_EMPTY(&f->kept))
		drop_first(f);
	sl_blocks_exit(&f->blocks);
	free(f);
}

/* The newest block stays, however large it is. */
static void drop_old(struct sl_flight *f)
{
	struct kept *k;

	while ((k = STAILQ_FIRST(&f->kept)) && STAILQ_NEXT(k, link)) {
		bool old = f->last_ns > f->keep_ns && k->entry.head.last_ns < f->last_ns - f->keep_ns;

		if (!old && f->bytes <= f->keep_bytes)
			return;
		drop_first(f);
	}
}

static int keep_block(struct sl_flight *f)
{
	struct sl_index_entry entry;
	const uint8_t *frame;
	struct kept *k;
	size_t size;
	int ret = sl_blocks_take(&f->blocks, &frame, &size, &entry);

	if (ret)
		return ret;
	k = malloc(sizeof(*k) + size);
	if (!k) {
		sl_index_set_destroy(&entry);
		return -ENOMEM;
	}
	k->entry = entry;
	k->size = size;
	memcpy(k->frame, frame, size);
	STAILQ_INSERT_TAIL(&f->kept, k, link);
	f->bytes += size;
	if (entry.head.last_ns > f->last_ns)
		f->last_ns = entry.head.last_ns;
	drop_old(f);
	return 0;
}

int sl_flight_record(struct sl_flight *f, const struct sl_rec *rec)
{
	int ret = sl_blocks_due(&f->blocks, rec) ? keep_block(f) : 0;

	ret = ret ? ret : sl_blocks_add(&f->blocks, rec);
	if (ret != -ENOSPC)
		return ret;
	ret = keep_block(f);
	return ret ? ret : sl_blocks_add(&f->blocks, rec);
}

static int write_blocks(struct sl_flight *f, struct sl_savefile *file, struct sl_error *err)
{
	struct kept *k;
	int ret = 0;

	STAILQ_FOREACH(k, &f->kept, link)
	{
		struct sl_index_entry copy = k->entry;

		copy.set = malloc(copy.words * sizeof(*copy.set) + 1);
		if (copy.set)
			memcpy(copy.set, k->entry.set, copy.words * sizeof(*copy.set));
		else
			copy.words = 0; /* an index without its set says "it may" */
		ret = sl_savefile_block(file, k->frame, k->size, &copy, err);
		if (ret)
			break;
	}
	return ret;
}

int sl_flight_write(struct sl_flight *f, const char *path, const struct sl_config *config, uint64_t watched,
		    const struct sl_stats *stats, struct sl_error *err)
{
	struct sl_savefile *file;
	int ret = f->blocks.records ? keep_block(f) : 0, finished;

	if (ret)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "%s: cannot write", path);
	ret = sl_savefile_create(&file, path, config, watched, err);
	if (ret)
		return ret;
	ret = write_blocks(f, file, err);
	finished = sl_savefile_finish(file, stats, ret ? NULL : err);
	return ret ? ret : finished;
}

uint64_t sl_flight_bytes(const struct sl_flight *f)
{
	return f->bytes;
}

uint64_t sl_flight_span_ns(const struct sl_flight *f)
{
	struct kept *k = STAILQ_FIRST(&f->kept);

	return k && f->last_ns > k->entry.head.first_ns ? f->last_ns - k->entry.head.first_ns : 0;
}
