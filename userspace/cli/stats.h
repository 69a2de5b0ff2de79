/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run of socklife stats keeps, for its two views. */
#ifndef CLI_STATS_H
#define CLI_STATS_H

#include "tally.h"
#include "view.h"

struct stats {
	struct sl_tally tally;
	int measure;          /* the only one that was asked for; -1: all */
	uint64_t interval_ns; /* 0: one report, at the end */
	uint64_t reports_max; /* 0: until something else ends it */
	uint64_t reports;
	uint64_t from_ns; /* where the report at hand begins; 0: no time has come yet */
	uint64_t last_ns;
	uint64_t not_counted; /* lives, for want of memory */
};

/* What both views do in between: each report is shown by `show` and then forgotten. */
void stats_life(struct stats *stats, const struct sl_life *life, uint64_t ts_ns);
bool stats_tick(struct run *run, uint64_t now_ns, void (*show)(struct run *run));
/* The last report, unless all that were asked for have been shown. */
void stats_end(struct run *run, void (*show)(struct run *run));

extern const struct view view_stats;
extern const struct view view_stats_json;

#endif
