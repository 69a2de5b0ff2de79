// SPDX-License-Identifier: GPL-2.0-or-later
/* The frame of the text views, on standard error: what is watched before, what came and what was lost after. */
#include <inttypes.h>

#include "names.h"
#include "view.h"

void view_text_begin(struct run *run)
{
	unsigned missing = run_missing(run);

	if (run->set->quiet)
		return;
	fprintf(stderr, "socklife %s  source=%s", SL_VERSION, run->source);
	if (run->hooks)
		fprintf(stderr, " (%u hooks)", run->hooks);
	if (*run->filter)
		fprintf(stderr, "  filter: %s", run->filter);
	fprintf(stderr, "  level: %s%s\n", run_level_name(run->level),
		run->live && !run->set->command ? "  Ctrl-C to stop" : "");
	if (!missing)
		return;
	fprintf(stderr, "%u fact%s not watched here", missing, missing == 1 ? " is" : "s are");
	if (run->live)
		fprintf(stderr, ": see socklife check --level %s", run_level_name(run->level));
	fputc('\n', stderr);
}

static void count(const char *name, uint64_t n)
{
	if (n)
		fprintf(stderr, "  %s: %" PRIu64 "\n", name, n);
}

static void losses(const struct sl_counters *sum)
{
	static const char *const types[SL_REC_NR] = { "", "identities", "events", "lives" };
	char name[64];

	for (unsigned type = SL_REC_IDENT; type < SL_REC_NR; type++) {
		for (unsigned reason = 0; reason < SL_LOST_NR; reason++) {
			snprintf(name, sizeof(name), "lost %s (%s)", types[type], sl_name_lost(reason));
			count(name, sum->lost[type][reason]);
		}
	}
}

void view_text_end(struct run *run, const struct run_end *end)
{
	uint64_t shown = run->set->verbose ? end->events + end->lives : 0;

	if (run->set->quiet)
		return;
	fprintf(stderr, "%" PRIu64 " sockets, %" PRIu64 " events, %" PRIu64 " lost, %" PRIu64 ".%" PRIu64 " s\n",
		end->model.lives + end->model.lives_open, end->model.events, run_lost(end), end->took_ns / 1000000000,
		end->took_ns / 100000000 % 10);
	losses(&end->source.sum);
	count("hook misses (the kernel skipped a hook that was running already)", end->source.hook_misses);
	count("records out of order", end->source.order_violations);
	count("events given up while the filter could not decide", end->model.held_lost);
	count("incomplete lives", end->model.incomplete);
	count("lines shown", shown);
}
