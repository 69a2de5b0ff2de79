// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module's source: /dev/socklife (device.h) fills one ring a CPU, and they are emptied into time order (stream.h). One
 * thread, the caller's, but for START and STOP: the module tells sockets while they run, so the rings are read meanwhile.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"
#include "source.h"
#include "stream.h"

#define DEFAULT_RING_BYTES (4 * 1024 * 1024)
#define DEFAULT_LATENCY_MS 10

struct source_kmod {
	struct sl_source source;
	struct sl_config config;
	struct sl_device device;
	struct sl_stream stream;
	struct sl_fact_status facts[SL_FACT_NR];
	bool started;
};

static int push(void *ctx, const struct sl_rec *rec)
{
	struct source_kmod *s = ctx;

	return sl_merge_push(s->stream.merge, rec);
}

static int drain(void *ctx)
{
	struct source_kmod *s = ctx;

	return sl_device_take(&s->device, push, s);
}

static void kmod_close(struct sl_source *source)
{
	struct source_kmod *s = (struct source_kmod *)source;

	if (!s)
		return;
	sl_device_close(&s->device);
	sl_merge_destroy(s->stream.merge);
	free(s);
}

static int read_facts(struct source_kmod *s, struct sl_error *err)
{
	for (unsigned i = 0; i < SL_FACT_NR; i++) {
		int ret = sl_device_fact(&s->device, s->config.level, (enum sl_fact)i, &s->facts[i]);

		if (ret)
			return sl_error_set(err, ret, SL_ERR_RUNTIME, "socklife module status", strerror(-ret),
					    "the module does not say what it watches");
	}
	return 0;
}

static int open_all(struct source_kmod *s, const struct sl_config *config, struct sl_error *err)
{
	int ret = sl_device_open(&s->device, err);

	s->config = *config;
	if (!s->config.latency_ms)
		s->config.latency_ms = DEFAULT_LATENCY_MS;
	if (!s->config.ring_bytes)
		s->config.ring_bytes = DEFAULT_RING_BYTES;
	if (ret)
		return ret;
	ret = sl_merge_create(&s->stream.merge, (uint64_t)s->config.latency_ms * 1000000);
	if (ret)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, NULL, "out of memory");
	s->stream.drain = drain;
	s->stream.ctx = s;
	return read_facts(s, err);
}

static int kmod_open(struct sl_source **source, const struct sl_config *config, struct sl_error *err)
{
	struct source_kmod *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return sl_error_set(err, -ENOMEM, SL_ERR_RUNTIME, NULL, NULL, "out of memory");
	s->source.ops = &sl_source_kmod;
	ret = open_all(s, config, err);
	if (ret) {
		kmod_close(&s->source);
		return ret;
	}
	*source = &s->source;
	return 0;
}

/* ---- START and STOP, in a thread of their own, while this one reads ------------------------------------------------ */

struct order {
	int fd;
	unsigned long cmd;
	int ret;
	atomic_bool done;
};

static void *carry_out(void *ctx)
{
	struct order *o = ctx;

	o->ret = ioctl(o->fd, o->cmd) ? -errno : 0;
	atomic_store(&o->done, true);
	return NULL;
}

static int order(struct source_kmod *s, unsigned long cmd)
{
	struct order o = { .fd = s->device.fd, .cmd = cmd };
	sigset_t all, old;
	pthread_t thread;
	int ret = 0, err;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old); /* a signal is for the caller's thread */
	err = pthread_create(&thread, NULL, carry_out, &o);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		return -err;
	while (!atomic_load(&o.done)) {
		if (ret >= 0)
			ret = drain(s);
		usleep(500);
	}
	pthread_join(thread, NULL);
	return o.ret ? o.ret : ret < 0 ? ret : 0;
}

static int kmod_start(struct sl_source *source, struct sl_error *err)
{
	struct source_kmod *s = (struct source_kmod *)source;
	int ret = sl_device_setup(&s->device, &s->config, err);

	if (ret)
		return ret;
	ret = order(s, SL_DEVICE_START);
	s->started = !ret;
	return ret ? sl_error_set(err, ret, SL_ERR_RUNTIME, "socklife check --source kmod", strerror(-ret),
				  "the module's hooks cannot be attached")
		   : 0;
}

/* Records in the merge become ripe by time alone; without any, only the module knows when there is something to do. */
static int wait_for_records(struct source_kmod *s, uint64_t deadline)
{
	uint64_t now = sl_clock_ns(), left = deadline > now ? (deadline - now + 999999) / 1000000 : 0;
	struct pollfd fd = { .fd = s->device.fd, .events = POLLIN };
	int ret;

	if (sl_merge_held(s->stream.merge) && left > s->config.latency_ms)
		left = s->config.latency_ms;
	ret = poll(&fd, 1, (int)left);
	return ret < 0 ? -errno : 0;
}

static int kmod_poll(struct sl_source *source, int timeout_ms, sl_record_fn fn, void *ctx)
{
	struct source_kmod *s = (struct source_kmod *)source;
	uint64_t deadline = sl_clock_ns() + (uint64_t)(timeout_ms < 0 ? 0 : timeout_ms) * 1000000;
	int ret;

	for (;;) {
		ret = wait_for_records(s, deadline);
		if (!ret)
			ret = sl_stream_pass(&s->stream, sl_clock_ns(), fn, ctx);
		if (ret || sl_clock_ns() >= deadline)
			return ret;
	}
}

static int kmod_stop(struct sl_source *source, sl_record_fn fn, void *ctx)
{
	struct source_kmod *s = (struct source_kmod *)source;
	int ret;

	if (!s->started)
		return 0;
	ret = order(s, SL_DEVICE_STOP);
	s->started = false;
	return ret ? ret : sl_stream_pass(&s->stream, UINT64_MAX, fn, ctx);
}

static int kmod_stats(struct sl_source *source, struct sl_stats *stats)
{
	struct source_kmod *s = (struct source_kmod *)source;
	struct sl_device_counters c;
	uint64_t gone;
	int ret;

	memset(stats, 0, sizeof(*stats));
	ret = sl_device_counters(&s->device, &c);
	if (ret)
		return ret;
	stats->sum = c.counters;
	gone = stats->sum.lives_ended + stats->sum.filtered;
	stats->sockets = stats->sum.lives_begun > gone ? (uint32_t)(stats->sum.lives_begun - gone) : 0;
	stats->hook_misses = c.hook_misses;
	stats->hooks = c.hooks;
	stats->order_violations = sl_merge_violations(s->stream.merge);
	stats->delivered_bytes = s->stream.delivered_bytes;
	stats->polls = s->stream.polls;
	stats->watched = s->device.info.watched[s->config.level];
	return 0;
}

static const struct sl_fact_status *kmod_facts(struct sl_source *source)
{
	return ((struct source_kmod *)source)->facts;
}

const struct sl_source_ops sl_source_kmod = {
	.name = "kmod",
	.open = kmod_open,
	.start = kmod_start,
	.poll = kmod_poll,
	.stop = kmod_stop,
	.stats = kmod_stats,
	.facts = kmod_facts,
	.close = kmod_close,
};
