// SPDX-License-Identifier: GPL-2.0-or-later
/* When a report of statistics is due: see stats.h. */
#include "stats.h"

void stats_life(struct stats *s, const struct sl_life *life, uint64_t ts_ns)
{
	if (!s->from_ns)
		s->from_ns = ts_ns;
	if (ts_ns > s->last_ns)
		s->last_ns = ts_ns;
	if (sl_tally_life(&s->tally, life))
		s->not_counted++;
}

static void report(struct run *run, uint64_t to_ns, void (*show)(struct run *run))
{
	struct stats *s = run->state;

	s->reports++;
	s->last_ns = to_ns;
	sl_tally_sort(&s->tally);
	show(run);
	sl_tally_clear(&s->tally);
	s->from_ns = to_ns;
}

/* A time without lives has its report too: nothing happened, and that is said. */
bool stats_tick(struct run *run, uint64_t now_ns, void (*show)(struct run *run))
{
	struct stats *s = run->state;

	if (!s->from_ns)
		s->from_ns = now_ns;
	while (s->interval_ns && now_ns - s->from_ns >= s->interval_ns && now_ns > s->from_ns) {
		report(run, s->from_ns + s->interval_ns, show);
		if (s->reports == s->reports_max)
			return true;
	}
	if (now_ns > s->last_ns)
		s->last_ns = now_ns;
	return false;
}

void stats_end(struct run *run, void (*show)(struct run *run))
{
	struct stats *s = run->state;

	if (s->reports_max && s->reports == s->reports_max)
		return;
	if (!s->reports || s->tally.all.sockets)
		report(run, s->last_ns, show);
}
