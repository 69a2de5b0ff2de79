// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON Lines: what `trace --json` prints. */
#include "export.h"

static void begin(struct run *run)
{
	view_json.begin(run);
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	view_json.event(run, ev, id, peer);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	view_json.life(run, l, ts_ns, peer);
}

static void end(struct run *run, const struct run_end *e)
{
	view_json.end(run, e);
}

const struct exporter export_jsonl = { "jsonl",  "JSON Lines, as --json: events and lives",
				       ".jsonl", OUTFILE_STREAM,
				       true,     { .begin = begin, .event = event, .life = life, .end = end } };
