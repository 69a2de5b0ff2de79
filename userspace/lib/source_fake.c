// SPDX-License-Identifier: GPL-2.0-or-later
/* The source for tests: see source_fake.h. Needs no privilege and no kernel, and gives the same records each time. */
#include "source_fake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"

/* What the scene has no hook for. */
#define UNWATCHED (SL_FACT_BIT(UDP_END) | SL_FACT_BIT(UNIX) | SL_FACT_BIT(DENIED))

struct fake_source {
	struct sl_source source;
	union sl_any_rec *queue;
	size_t pushed, taken;
	bool played;
	struct sl_stats stats;
	struct sl_fact_status facts[SL_FACT_NR];
};

struct sink {
	struct fake_source *fake;
	bool open; /* the lives that are open, or all else */
	sl_record_fn fn;
	void *ctx;
	int delivered;
};

static int fake_open(struct sl_source **source, const struct sl_config *config, struct sl_error *err)
{
	struct fake_source *f = calloc(1, sizeof(*f));

	(void)config;
	if (!f)
		return sl_error_set(err, -ENOMEM, SL_ERR_RUNTIME, NULL, NULL, "no memory for the fake source");
	f->source.ops = &sl_source_fake;
	f->stats.watched = ((1ULL << SL_FACT_NR) - 1) & ~UNWATCHED;
	for (int i = 0; i < SL_FACT_NR; i++) {
		struct sl_fact_status *s = &f->facts[i];

		s->fact = (enum sl_fact)i;
		s->watched = f->stats.watched >> i & 1;
		strcpy(s->watched ? s->hook : s->why, s->watched ? "fake" : "the scene has none");
	}
	*source = &f->source;
	return 0;
}

static int fake_start(struct sl_source *source, struct sl_error *err)
{
	(void)source;
	(void)err;
	return 0;
}

int sl_source_fake_push(struct sl_source *source, const struct sl_rec *rec)
{
	struct fake_source *f = (struct fake_source *)source;
	union sl_any_rec *queue;

	if (rec->len > sizeof(*queue))
		return -EINVAL;
	queue = reallocarray(f->queue, f->pushed + 1, sizeof(*queue));
	if (!queue)
		return -ENOMEM;
	f->queue = queue;
	memcpy(&queue[f->pushed++], rec, rec->len);
	return 0;
}

static int deliver(void *ctx, const struct sl_rec *rec)
{
	const struct sl_life_rec *life = (const void *)rec;
	bool open = rec->type == SL_REC_LIFE && life->life.complete.flags & SL_LIFE_OPEN;
	struct sink *sink = ctx;
	struct sl_stats *stats = &sink->fake->stats;

	if (!sink->fake->pushed && open != sink->open)
		return 0;
	stats->sum.seen[rec->type % SL_REC_NR]++;
	stats->sum.delivered[rec->type % SL_REC_NR]++;
	stats->delivered_bytes += rec->len;
	sink->delivered++;
	return sink->fn(sink->ctx, rec);
}

static int fake_poll(struct sl_source *source, int timeout_ms, sl_record_fn fn, void *ctx)
{
	struct fake_source *f = (struct fake_source *)source;
	struct sink sink = { .fake = f, .fn = fn, .ctx = ctx };
	int ret = 0;

	(void)timeout_ms;
	f->stats.polls++;
	if (!f->pushed && !f->played)
		ret = sl_fake_scene(deliver, &sink);
	f->played = true;
	while (ret >= 0 && f->taken < f->pushed)
		ret = deliver(&sink, &f->queue[f->taken++].rec);
	if (ret < 0)
		return ret;
	return sink.delivered ? sink.delivered : -ENODATA;
}

static int fake_stop(struct sl_source *source, sl_record_fn fn, void *ctx)
{
	struct sink sink = { .fake = (struct fake_source *)source, .open = true, .fn = fn, .ctx = ctx };

	return sink.fake->pushed || !sink.fake->played ? 0 : sl_fake_scene(deliver, &sink);
}

static int fake_stats(struct sl_source *source, struct sl_stats *stats)
{
	*stats = ((struct fake_source *)source)->stats;
	return 0;
}

static const struct sl_fact_status *fake_facts(struct sl_source *source)
{
	return ((struct fake_source *)source)->facts;
}

static void fake_close(struct sl_source *source)
{
	struct fake_source *f = (struct fake_source *)source;

	if (f)
		free(f->queue);
	free(f);
}

const struct sl_source_ops sl_source_fake = {
	.name = "fake",
	.open = fake_open,
	.start = fake_start,
	.poll = fake_poll,
	.stop = fake_stop,
	.stats = fake_stats,
	.facts = fake_facts,
	.close = fake_close,
};
