// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife stats [WHAT] [FILTER]: counters and histograms of the sockets that ended, and of those open at the end. */
#include <errno.h>
#include <string.h>

#include "command.h"
#include "report.h"
#include "session.h"
#include "stats.h"
#include "suggest.h"

#define DEFAULT_GROUPS 100

/* A measure's name alone is what is asked for; before a comparison the same word begins a filter. */
static int take_measure(const char **filter)
{
	size_t len = strcspn(*filter, " \t"), blanks = strspn(*filter + len, " \t");
	const char *next = *filter + len + blanks;
	int measure = sl_measure_find(*filter, len);

	if (measure < 0 || (*next && strchr("<>=!", *next)))
		return -1;
	*filter = next;
	return measure;
}

static const char *field_name(unsigned n)
{
	return n < sl_field_count ? sl_fields[n].name : NULL;
}

static int no_field(const char *name)
{
	const char *near = suggest(name, field_name);
	char fix[192] = "one of";
	struct sl_error err;

	if (near)
		snprintf(fix, sizeof(fix), "did you mean %s?", near);
	for (unsigned i = 0; !near && i < sl_field_count; i++)
		snprintf(fix + strlen(fix), sizeof(fix) - strlen(fix), " %s", sl_fields[i].name);
	sl_error_set(&err, -EINVAL, SL_ERR_USAGE, fix, "there is no such field", "--by: unknown field '%.40s'", name);
	return report(&err, NULL);
}

static enum sl_level level_for(uint32_t measures)
{
	enum sl_level level = SL_LEVEL_LIFE;

	for (int i = 0; i < SL_MEASURE_NR; i++) {
		if (measures & 1u << i && sl_measures[i].level > level)
			level = sl_measures[i].level;
	}
	return level;
}

static int run(const struct settings *set, struct stats *stats, const char *filter)
{
	struct session_kind kind = { .text = &view_stats,
				     .json = &view_stats_json,
				     .level = level_for(stats->tally.config.measures),
				     .time = TIME_NONE,
				     .open = true,
				     .state = stats,
				     .events = set->interval_ns }; /* then --count is not of lives */

	return session_run(set, &kind, filter);
}

int command_stats(const struct settings *set, const char *filter)
{
	struct stats stats = { .measure = take_measure(&filter), .interval_ns = set->interval_ns };
	struct sl_tally_config config = {
		.measures = (1u << SL_MEASURE_NR) - 1,
		.max_groups = set->groups ? (unsigned)set->groups : DEFAULT_GROUPS,
	};
	struct sl_error err;
	int code;

	if (set->by && !(config.by = sl_field_find(set->by)))
		return no_field(set->by);
	if (config.by && stats.measure < 0)
		stats.measure = SL_MEASURE_HANDSHAKE;
	if (stats.measure >= 0)
		config.measures = 1u << stats.measure;
	stats.reports_max = set->interval_ns ? set->count : 0;
	if (sl_tally_init(&stats.tally, &config)) {
		sl_tally_exit(&stats.tally);
		sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot set up");
		return report(&err, NULL);
	}
	code = run(set, &stats, filter);
	sl_tally_exit(&stats.tally);
	return code;
}
