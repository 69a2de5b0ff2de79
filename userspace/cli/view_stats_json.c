// SPDX-License-Identifier: GPL-2.0-or-later
/* Statistics as JSON Lines: a "stats" record for all sockets of a report, then one for each group. */
#include "json_measure.h"
#include "json_record.h"
#include "names.h"
#include "stats.h"

static void put_words(struct sl_json *json, const char *key, const uint64_t *count, unsigned from, unsigned nr,
		      const char *(*name)(unsigned))
{
	sl_json_object(json, key);
	for (unsigned i = from; i < nr; i++) {
		if (count[i])
			sl_json_uint(json, name(i), count[i]);
	}
	sl_json_end(json);
}

static void put_counters(struct sl_json *json, const struct sl_tally_group *g)
{
	sl_json_uint(json, "sockets", g->sockets);
	sl_json_uint(json, "open", g->open);
	sl_json_uint(json, "listeners", g->listeners);
	sl_json_uint(json, "failed", g->failed);
	sl_json_uint(json, "seen_late", g->late);
	sl_json_uint(json, "incomplete", g->incomplete);
	sl_json_uint(json, "bytes_out", g->bytes_out);
	sl_json_uint(json, "bytes_in", g->bytes_in);
	sl_json_uint(json, "bytes_unknown", g->bytes_unknown);
	sl_json_uint(json, "retrans", g->retrans);
	put_words(json, "outcomes", g->outcome, SL_HS_PENDING, SL_TALLY_OUTCOMES, sl_name_outcome);
	put_words(json, "closes", g->close, SL_CLOSE_ACTIVE, SL_TALLY_CLOSES, sl_name_close);
}

/* group: its name; NULL: all sockets; other: those of no group of their own. */
static void show_group(struct run *run, const struct sl_tally_group *g, const char *group, bool other)
{
	const struct stats *s = run->state;
	const struct sl_tally_config *config = &s->tally.config;
	struct sl_json *json = &run->json;

	json_begin(run, "stats", s->last_ns);
	sl_json_uint(json, "report", s->reports);
	sl_json_seconds(json, "duration_s", s->last_ns - s->from_ns);
	if (config->by && (group || other))
		sl_json_string(json, "by", config->by->name);
	sl_json_string(json, "group", group);
	json_flag(json, "other", other);
	put_counters(json, g);
	if (!group && !other && s->not_counted)
		sl_json_uint(json, "not_counted", s->not_counted);
	sl_json_object(json, "measures");
	for (int i = 0; i < SL_MEASURE_NR; i++) {
		if (config->measures & 1u << i)
			json_measure(json, sl_measures[i].name, sl_measures[i].unit, &g->measure[i]);
	}
	sl_json_line(json);
}

static void show(struct run *run)
{
	const struct stats *s = run->state;

	show_group(run, &s->tally.all, NULL, false);
	for (unsigned i = 0; i < s->tally.groups; i++)
		show_group(run, s->tally.group[i], s->tally.group[i]->name, false);
	if (s->tally.other.sockets)
		show_group(run, &s->tally.other, NULL, true);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	(void)peer;
	stats_life(run->state, l, ts_ns);
}

static bool tick(struct run *run, uint64_t now_ns)
{
	return stats_tick(run, now_ns, show);
}

static void end(struct run *run, const struct run_end *e)
{
	stats_end(run, show);
	view_json_end(run, e);
}

const struct view view_stats_json = { .begin = view_json_begin, .life = life, .tick = tick, .end = end };
