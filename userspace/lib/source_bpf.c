// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The eBPF source: programs (programs.h) fill one ring a CPU, the rings are emptied into time order (rings.h, stream.h), and
 * a census (census.h) tells what was there before and what is open at the end. One thread, the caller's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "census.h"
#include "clock.h"
#include "programs.h"
#include "rings.h"
#include "source.h"
#include "stream.h"
#include "../../bpf/config.bpf.h"
#include "socklife.skel.h"

#define DEFAULT_RING_BYTES                                                                                             \
	(4 * 1024 * 1024) /* 3,000 lives: 20,000 sockets closed at once, and the reader late by 10 ms */
#define MIN_RING_BYTES (16 * 1024)
#define DEFAULT_LATENCY_MS 10

struct source_bpf {
	struct sl_source source;
	struct sl_config config;
	struct sl_programs programs;
	struct sl_census census;
	struct sl_stream stream;
	struct sl_rings *rings;
};

static void default_config(struct source_bpf *s, const struct sl_config *config)
{
	s->config = *config;
	if (!s->config.ring_bytes)
		s->config.ring_bytes = DEFAULT_RING_BYTES;
	if (!s->config.latency_ms)
		s->config.latency_ms = DEFAULT_LATENCY_MS;
}

static int check_config(const struct sl_config *config, struct sl_error *err)
{
	uint32_t b = config->ring_bytes;

	if (b >= MIN_RING_BYTES && !(b & (b - 1)) && b % getpagesize() == 0)
		return 0;
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "--ring 64KiB, or another power of two from 16KiB on",
			    "a ring is a power of two and at least 16 KiB", "a ring of %u bytes is not possible", b);
}

static void bpf_source_close(struct sl_source *source);

static int bpf_source_open(struct sl_source **source, const struct sl_config *config, struct sl_error *err)
{
	struct source_bpf *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return sl_error_set(err, -ENOMEM, SL_ERR_RUNTIME, NULL, NULL, "out of memory");
	s->source.ops = &sl_source_bpf;
	s->programs.cgroup.fd = -1;
	default_config(s, config);
	ret = check_config(&s->config, err);
	if (!ret)
		ret = sl_programs_init(&s->programs, &s->config, err);
	if (ret) {
		bpf_source_close(&s->source);
		return ret;
	}
	*source = &s->source;
	return 0;
}

/* Sockets that cannot be seeded are met at their next change: worth saying, not worth failing. */
static int seed(struct source_bpf *s)
{
	struct sl_ladder *ladder = &s->programs.ladder;
	int err = sl_census_sweep(&s->census);

	if (err)
		sl_ladder_refuse(ladder, sl_ladder_find(ladder, "it_file"), -err, "while seeding");
	sl_ladder_settle(ladder);
	return 0;
}

static int drain(void *ctx)
{
	struct source_bpf *s = ctx;

	return sl_rings_consume(s->rings);
}

static int bpf_source_start(struct sl_source *source, struct sl_error *err)
{
	struct source_bpf *s = (struct source_bpf *)source;
	int ret = sl_merge_create(&s->stream.merge, (uint64_t)s->config.latency_ms * 1000000);

	if (!ret)
		ret = sl_rings_create(&s->rings, s->programs.skel->maps.rings, s->config.ring_bytes, s->stream.merge);
	if (ret)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, "--ring 64KiB", strerror(-ret),
				    "the rings cannot be made");
	s->stream.drain = drain;
	s->stream.ctx = s;
	ret = sl_programs_attach(&s->programs, err);
	if (ret)
		return ret;
	sl_census_init(&s->census, &s->programs, s->stream.merge, !s->config.follow_pid);
	return s->config.follow_pid ? 0 : seed(s);
}

static int bpf_source_poll(struct sl_source *source, int timeout_ms, sl_record_fn fn, void *ctx)
{
	struct source_bpf *s = (struct source_bpf *)source;
	uint64_t deadline = sl_clock_ns() + (uint64_t)(timeout_ms < 0 ? 0 : timeout_ms) * 1000000;
	int err, released;

	for (;;) {
		int wait = timeout_ms < (int)s->config.latency_ms ? timeout_ms : (int)s->config.latency_ms;
		uint64_t looked;

		err = sl_rings_wait(s->rings, wait);
		if (err < 0)
			return err;
		looked = sl_clock_ns();
		err = sl_census_tick(&s->census, looked);
		if (err < 0)
			return err;
		released = sl_stream_pass(&s->stream, looked, fn, ctx);
		if (released || sl_clock_ns() >= deadline)
			return released;
	}
}

static int bpf_source_stop(struct sl_source *source, sl_record_fn fn, void *ctx)
{
	struct source_bpf *s = (struct source_bpf *)source;
	int err;

	if (!s->rings)
		return 0;
	sl_programs_detach(&s->programs);
	err = sl_rings_consume(s->rings);
	if (err >= 0)
		err = sl_census_close(&s->census);
	if (err < 0)
		return err;
	return sl_stream_pass(&s->stream, UINT64_MAX, fn, ctx);
}

static int bpf_source_stats(struct sl_source *source, struct sl_stats *stats)
{
	struct source_bpf *s = (struct source_bpf *)source;
	const struct sl_census *c = &s->census;
	uint64_t found, gone;
	int err;

	memset(stats, 0, sizeof(*stats));
	err = sl_programs_counters(&s->programs, &stats->sum);
	if (err)
		return err;
	stats->hook_misses = sl_programs_misses(&s->programs);
	stats->hooks = sl_programs_hooks(&s->programs);
	found = c->told[SL_FATE_OPEN] + c->told[SL_FATE_GONE];
	stats->sum.seen[SL_REC_LIFE] += found;
	stats->sum.delivered[SL_REC_LIFE] += found + c->told[SL_FATE_KEPT];
	stats->sum.lives_ended += c->told[SL_FATE_GONE];
	gone = stats->sum.lives_ended + stats->sum.filtered;
	stats->sockets = stats->sum.lives_begun > gone ? stats->sum.lives_begun - gone : 0;
	stats->order_violations = s->stream.merge ? sl_merge_violations(s->stream.merge) : 0;
	stats->delivered_bytes = s->stream.delivered_bytes;
	stats->polls = s->stream.polls;
	stats->watched = s->programs.ladder.watched;
	return 0;
}

static const struct sl_fact_status *bpf_source_facts(struct sl_source *source)
{
	return ((struct source_bpf *)source)->programs.ladder.facts;
}

static void bpf_source_close(struct sl_source *source)
{
	struct source_bpf *s = (struct source_bpf *)source;

	if (!s)
		return;
	sl_programs_exit(&s->programs);
	sl_rings_destroy(s->rings);
	sl_merge_destroy(s->stream.merge);
	free(s);
}

const struct sl_source_ops sl_source_bpf = {
	.name = "bpf",
	.open = bpf_source_open,
	.start = bpf_source_start,
	.poll = bpf_source_poll,
	.stop = bpf_source_stop,
	.stats = bpf_source_stats,
	.facts = bpf_source_facts,
	.close = bpf_source_close,
};
