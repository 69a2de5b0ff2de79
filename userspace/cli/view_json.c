// SPDX-License-Identifier: GPL-2.0-or-later
/* The view of --json: JSON Lines, framed by a header and a footer. schema.json says what each line may have. */
#include "view.h"

#include "json_record.h"
#include "names.h"

static void known(struct sl_json *json, const char *key, const char *text)
{
	if (*text)
		sl_json_string(json, key, text);
}

static void facts(struct run *run, const char *key, bool watched)
{
	sl_json_array(&run->json, key);
	for (unsigned fact = 0; fact < SL_FACT_NR; fact++) {
		if (!!(run->watched & 1ULL << fact) == watched)
			sl_json_string(&run->json, NULL, sl_name_fact(fact));
	}
	sl_json_end(&run->json);
}

void view_json_begin(struct run *run)
{
	struct sl_json *json = &run->json;

	sl_json_object(json, NULL);
	sl_json_string(json, "type", "header");
	sl_json_string(json, "schema", JSON_SCHEMA_VERSION);
	sl_json_string(json, "tool", SL_VERSION);
	sl_json_string(json, "abi", JSON_ABI_VERSION);
	known(json, "kernel", run->host.kernel);
	known(json, "host", run->host.name);
	known(json, "boot_id", run->host.boot_id);
	sl_json_string(json, "clock", "monotonic");
	sl_json_digits(json, "realtime_offset_ns", run->stamp.realtime_offset_ns);
	sl_json_string(json, "source", run->source);
	sl_json_string(json, "level", run_level_name(run->level));
	sl_json_string(json, "filter", run->filter);
	facts(run, "watched", true);
	facts(run, "not_watched", false);
	sl_json_line(json);
}

static const char *const types[SL_REC_NR] = { NULL, "ident", "event", "life" };

static void by_type(struct sl_json *json, const char *key, const __u64 counts[SL_REC_NR])
{
	sl_json_object(json, key);
	for (unsigned type = SL_REC_IDENT; type < SL_REC_NR; type++)
		sl_json_uint(json, types[type], counts[type]);
	sl_json_end(json);
}

static void losses(struct sl_json *json, const struct sl_counters *sum)
{
	static const char *const reasons[SL_LOST_NR] = { "ring_full", "reserve", "table_full", "no_memory" };

	sl_json_object(json, "lost");
	for (unsigned type = SL_REC_IDENT; type < SL_REC_NR; type++) {
		sl_json_object(json, types[type]);
		for (unsigned reason = 0; reason < SL_LOST_NR; reason++)
			sl_json_uint(json, reasons[reason], sum->lost[type][reason]);
		sl_json_end(json);
	}
	sl_json_end(json);
}

void view_json_end(struct run *run, const struct run_end *e)
{
	struct sl_json *json = &run->json;

	sl_json_object(json, NULL);
	sl_json_string(json, "type", "footer");
	sl_json_uint(json, "sockets", e->model.lives + e->model.lives_open);
	sl_json_uint(json, "events", e->events);
	sl_json_uint(json, "lives", e->lives);
	sl_json_uint(json, "lives_open", e->model.lives_open);
	sl_json_uint(json, "incomplete", e->model.incomplete);
	by_type(json, "seen", e->source.sum.seen);
	by_type(json, "delivered", e->source.sum.delivered);
	losses(json, &e->source.sum);
	sl_json_uint(json, "lost_total", run_lost(e));
	sl_json_uint(json, "held_lost", e->model.held_lost);
	sl_json_uint(json, "hook_misses", e->source.hook_misses);
	sl_json_uint(json, "order_violations", e->source.order_violations);
	sl_json_uint(json, "filtered", e->source.sum.filtered + e->model.filtered);
	sl_json_seconds(json, "duration_s", e->took_ns);
	sl_json_string(json, "exit", e->why);
	sl_json_line(json);
}

const struct view view_json = { .begin = view_json_begin, .event = json_event, .life = json_life, .end = view_json_end };
