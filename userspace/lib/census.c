// SPDX-License-Identifier: GPL-2.0-or-later
/* See census.h. */
#include "census.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <netinet/in.h>

#include "clock.h"
#include "../../bpf/config.bpf.h"
#include "socklife.skel.h"

#define SWEEP_NS 30000000000ULL

void sl_census_init(struct sl_census *c, struct sl_programs *programs, struct sl_merge *merge, bool seed)
{
	*c = (struct sl_census){ .programs = programs, .merge = merge, .sweeps = !seed };
	c->next_ns = sl_clock_ns() + SWEEP_NS;
}

int sl_census_sweep(struct sl_census *c)
{
	int err;

	c->next_ns = sl_clock_ns() + SWEEP_NS;
	c->programs->skel->bss->seed_sweep = ++c->sweeps;
	err = sl_programs_iterate(c->programs, "it_tcp");
	return sl_programs_iterate(c->programs, "it_file") ?: err;
}

/* A life that the table still holds, told as it is now. */
static int tell(struct sl_census *c, struct sl_life_rec *rec, uint32_t flag, uint64_t ts_ns)
{
	rec->life.complete.flags |= flag;
	rec->rec.len = sizeof(*rec);
	rec->rec.type = SL_REC_LIFE;
	rec->rec.cpu = 0;
	rec->rec.ts_ns = ts_ns;
	rec->rec.seq = 0;
	rec->rec.cookie = rec->life.id.cookie;
	return sl_merge_push(c->merge, &rec->rec);
}

/* Did the last sweep, begun at swept_ns, miss a socket that only a sweep can find gone? TCP tells its end itself. */
static bool is_gone(const struct sl_census *c, const struct sl_life *life, uint64_t swept_ns)
{
	return life->id.protocol != IPPROTO_TCP && c->programs->ladder.watched & SL_FACT_BIT(SEED) &&
	       life->scratch.sweep < c->sweeps && life->id.created_ns < swept_ns;
}

/* Walks the table after a sweep: lives that are gone are told and forgotten; with @all the open ones are told too. */
static int tell_table(struct sl_census *c, uint64_t swept_ns, bool all)
{
	int fd = bpf_map__fd(c->programs->skel->maps.lives), err = 0;
	__u64 key, next, ts_ns = sl_clock_ns();
	static struct sl_life_rec rec;
	bool more, gone;

	more = !bpf_map_get_next_key(fd, NULL, &next);
	while (more && !err) {
		key = next;
		more = !bpf_map_get_next_key(fd, &key, &next);
		if (bpf_map_lookup_elem(fd, &key, &rec))
			continue;
		gone = is_gone(c, &rec.life, swept_ns);
		if (!gone && !all)
			continue;
		err = tell(c, &rec, gone ? SL_LIFE_END_GUESSED : SL_LIFE_OPEN, ts_ns);
		c->told_open += !gone;
		c->told_gone += gone;
		if (gone)
			bpf_map_delete_elem(fd, &key);
	}
	return err;
}

int sl_census_tick(struct sl_census *c, uint64_t now)
{
	if (now < c->next_ns || sl_ladder_wants(&c->programs->ladder, "fn_free"))
		return 0;
	sl_census_sweep(c);
	return tell_table(c, now, false);
}

int sl_census_close(struct sl_census *c)
{
	uint64_t swept_ns = sl_clock_ns();

	sl_census_sweep(c);
	return tell_table(c, swept_ns, true);
}
