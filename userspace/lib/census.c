// SPDX-License-Identifier: GPL-2.0-or-later
/* See census.h. */
#include "census.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "../../core/life.h"
#include "clock.h"
#include "netns.h"
#include "../../bpf/config.bpf.h"
#include "socklife.skel.h"

#define SWEEP_NS 30000000000ULL
#define KEPT_NS 50000000ULL
#define BATCH 512 /* entries; a bucket of the table holds a few */

void sl_census_init(struct sl_census *c, struct sl_programs *programs, struct sl_merge *merge, bool seed)
{
	*c = (struct sl_census){ .programs = programs, .merge = merge, .sweeps = !seed };
	c->next_ns = sl_clock_ns() + SWEEP_NS;
}

static bool is_swept(const struct sl_census *c, uint32_t netns)
{
	unsigned int i;

	for (i = 0; i < c->swept_count; i++) {
		if (c->swept[i] == netns)
			return true;
	}
	return false;
}

/* TCP sockets that no descriptor holds are found in their own network namespace only. One that cannot be entered stays unknown. */
static void sweep_tcp(struct sl_census *c, uint32_t netns)
{
	int back = -1, err;

	if (c->swept_count == SL_CENSUS_NETNS || is_swept(c, netns))
		return;
	if (netns != sl_netns_own() && sl_netns_enter(netns, &back))
		return;
	err = sl_programs_iterate(c->programs, "it_tcp");
	if (back >= 0 && sl_netns_leave(back))
		return;
	if (!err)
		c->swept[c->swept_count++] = netns;
}

int sl_census_sweep(struct sl_census *c)
{
	c->next_ns = sl_clock_ns() + SWEEP_NS;
	c->programs->skel->bss->seed_sweep = ++c->sweeps;
	c->swept_count = 0;
	sweep_tcp(c, sl_netns_own());
	return sl_programs_iterate(c->programs, "it_file");
}

/* A life that the table still holds, told as it is now. */
static int tell(struct sl_census *c, struct sl_life_rec *rec, uint32_t flag, uint64_t ts_ns)
{
	rec->life.complete.flags |= flag;
	if (flag)
		sl_life_snapshot(&rec->life, ts_ns);
	rec->rec.len = sizeof(*rec);
	rec->rec.type = SL_REC_LIFE;
	rec->rec.cpu = 0;
	rec->rec.ts_ns = ts_ns;
	rec->rec.seq = 0;
	rec->rec.cookie = rec->life.id.cookie;
	return sl_merge_push(c->merge, &rec->rec);
}

/*
 * Is the socket gone, although no hook has told its end? UDP and UNIX sockets on some rungs end so. TCP tells its end itself,
 * but a kernel under load may skip tracepoints (seen on 6.18: batches of 64 packets), so that is checked too.
 */
static bool is_gone(struct sl_census *c, const struct sl_life *life, uint64_t swept_ns)
{
	bool tcp = life->id.protocol == IPPROTO_TCP;

	if (!swept_ns || life->scratch.sweep >= c->sweeps || life->id.created_ns >= swept_ns ||
	    !(c->programs->ladder.watched & SL_FACT_BIT(SEED)))
		return false;
	if (!tcp)
		return true;
	return (life->handshake.outcome || life->scratch.state) && is_swept(c, life->id.netns);
}

static enum sl_fate fate_of(struct sl_census *c, const struct sl_life *life, uint64_t swept_ns)
{
	if (life->scratch.ended)
		return SL_FATE_KEPT;
	return is_gone(c, life, swept_ns) ? SL_FATE_GONE : SL_FATE_OPEN;
}

typedef int (*visit_fn)(struct sl_census *c, struct sl_life_rec *rec, uint64_t swept_ns, bool all);

/* Lives that have ended, or that the sweep begun at swept_ns found gone (0: no sweep), are told and forgotten; with @all the
 * open ones are told too. */
static int visit_tell(struct sl_census *c, struct sl_life_rec *rec, uint64_t swept_ns, bool all)
{
	static const uint32_t flag[] = { SL_LIFE_OPEN, SL_LIFE_END_GUESSED | SL_LIFE_LOST, 0 };
	enum sl_fate fate = fate_of(c, &rec->life, swept_ns);
	uint64_t key = rec->life.id.cookie;
	int err;

	if (fate == SL_FATE_OPEN && !all)
		return 0;
	err = tell(c, rec, flag[fate], sl_clock_ns());
	if (err)
		return err;
	c->told[fate]++;
	if (fate != SL_FATE_OPEN)
		bpf_map_delete_elem(bpf_map__fd(c->programs->skel->maps.lives), &key);
	return 0;
}

/* Sees that the sweep comes to the namespaces of the lives that it has not found yet. */
static int visit_netns(struct sl_census *c, struct sl_life_rec *rec, uint64_t swept_ns, bool all)
{
	(void)swept_ns;
	(void)all;
	if (rec->life.id.protocol == IPPROTO_TCP && !rec->life.scratch.ended && rec->life.scratch.sweep < c->sweeps)
		sweep_tcp(c, rec->life.id.netns);
	return 0;
}

/* Walks the table, in batches of whole buckets, since a walk by keys begins anew when its key goes. */
static int walk(struct sl_census *c, visit_fn visit, uint64_t swept_ns, bool all)
{
	int fd = bpf_map__fd(c->programs->skel->maps.lives), err = 0, done = 0;
	struct sl_life_rec *recs = malloc(BATCH * sizeof(*recs));
	__u64 *keys = malloc(BATCH * sizeof(*keys));
	__u32 n, i, at = 0;
	bool first = true;

	if (!recs || !keys)
		err = -ENOMEM;
	while (!err && !done) {
		n = BATCH;
		done = bpf_map_lookup_batch(fd, first ? NULL : &at, &at, keys, recs, &n, NULL);
		if (done && done != -ENOENT)
			err = done;
		for (i = 0; i < n && !err; i++)
			err = visit(c, &recs[i], swept_ns, all);
		first = false;
	}
	free(keys);
	free(recs);
	return err;
}

static int sweep_and_tell(struct sl_census *c, bool all)
{
	uint64_t swept_ns = sl_clock_ns();
	int err;

	sl_census_sweep(c);
	err = walk(c, visit_netns, 0, false);
	return err ? err : walk(c, visit_tell, swept_ns, all);
}

/* Lives that ended while a ring was full wait in the table: they are fetched as soon as there is time. */
static int fetch_kept(struct sl_census *c, uint64_t now)
{
	struct sl_counters sum = {};
	int err;

	if (now < c->next_kept_ns)
		return 0;
	c->next_kept_ns = now + KEPT_NS;
	err = sl_programs_counters(c->programs, &sum);
	if (err || sum.kept == c->kept)
		return err;
	c->kept = sum.kept;
	return walk(c, visit_tell, 0, false);
}

int sl_census_tick(struct sl_census *c, uint64_t now)
{
	int err = fetch_kept(c, now);

	return err || now < c->next_ns ? err : sweep_and_tell(c, false);
}

int sl_census_close(struct sl_census *c)
{
	return sweep_and_tell(c, true);
}
