// SPDX-License-Identifier: GPL-2.0-or-later
/* See snapshot_run.h. */
#include "snapshot_run.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "netns.h"
#include "output.h"
#include "report.h"

static int show(void *ctx, const struct sl_diag *diag, const struct sl_owner_of *holders)
{
	struct run *run = ctx;
	struct snapshot_socket socket = { .life = &diag->life, .diag = diag, .holders = holders };

	snapshot_of(run)->view->socket(run, &socket);
	return ferror(stdout) ? -EPIPE : 0;
}

static int take(struct run *run, struct sl_error *err)
{
	struct snapshot_run *s = snapshot_of(run);
	int ret;

	sl_owners_exit(&s->owners);
	ret = sl_owners_init(&s->owners);
	s->taken++;
	if (ret)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "cannot look at the processes");
	s->snapshot.owners = &s->owners;
	s->snapshot.pasts = &s->pasts;
	s->snapshot.filter = s->filter;
	return sl_snapshot_take(&s->snapshot, show, run, err);
}

/* What this caller could not be shown. */
static void tell_hidden(const struct run *run)
{
	const struct snapshot_run *s = run->state;

	if (s->not_kept)
		fprintf(stderr, "the past of %" PRIu64 " sockets was not kept: no memory\n", s->not_kept);
	if (run->set->quiet || !s->snapshot.nameless || !s->owners.hidden)
		return;
	fprintf(stderr, "%u socket%s without an owner shown: %u process%s may not be looked into; root sees all\n",
		s->snapshot.nameless, s->snapshot.nameless == 1 ? "" : "s", s->owners.hidden,
		s->owners.hidden == 1 ? "" : "es");
}

static void begin(struct run *run)
{
	struct snapshot_run *s = snapshot_of(run);

	s->live = run->live;
	if (run->set->json)
		view_json_begin(run);
	else if (run->set->verbose || run->live)
		view_text_begin(run);
	if (s->view->begin)
		s->view->begin(run);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	struct snapshot_run *s = snapshot_of(run);
	struct snapshot_socket socket = { .life = l, .peer = peer };

	(void)ts_ns;
	if (s->view->life)
		s->view->life(run, l);
	if (!(l->complete.flags & SL_LIFE_OPEN))
		return;
	if (!s->live)
		s->view->socket(run, &socket);
	else if (sl_pasts_put(&s->pasts, l))
		s->not_kept++;
}

static void end(struct run *run, const struct run_end *e)
{
	struct snapshot_run *s = snapshot_of(run);
	struct sl_error err = { .column = -1 };
	bool enough = run->set->count && s->taken >= run->set->count;
	int ret = s->live && !enough && !s->code ? take(run, &err) : 0;

	if (ret && ret != -EPIPE)
		s->code = report(&err, NULL);
	if (s->view->end)
		s->view->end(run);
	tell_hidden(run);
	if (run->set->json)
		view_json_end(run, e);
	else if (run->set->verbose)
		view_text_end(run, e);
}

/* With an interval it is shown again and again: what the listeners' own records tell comes at the end. */
static bool tick(struct run *run, uint64_t now_ns)
{
	struct snapshot_run *s = snapshot_of(run);
	const struct settings *set = run->set;
	struct sl_error err = { .column = -1 };
	int ret;

	if (!set->interval_ns || !s->live)
		return false;
	if (!s->next_ns)
		s->next_ns = now_ns + set->interval_ns;
	if (now_ns < s->next_ns)
		return false;
	s->next_ns += set->interval_ns;
	ret = take(run, &err);
	if (ret && ret != -EPIPE)
		s->code = report(&err, NULL);
	return ret || (set->count && s->taken >= set->count);
}

static const struct view view_snapshot = { .begin = begin, .life = life, .tick = tick, .end = end };

/* Without a source: the snapshot alone. */
static int take_now(struct snapshot_run *s, const struct settings *set, const char *filter)
{
	struct run run = { .set = set, .filter = filter, .source = "diag", .state = s, .out = stdout };
	struct run_end e = { .why = "end" };
	struct sl_error err;
	int ret = 0;

	if (s->view->columns)
		ret = columns_choose(&run.columns, s->view->columns, set->columns, &err);
	if (ret)
		return report(&err, NULL);
	run_host_read(&run.host);
	run.stamp.realtime_offset_ns = stamp_offset();
	run.watched = SL_FACT_BIT(STATE) | SL_FACT_BIT(BYTES) | SL_FACT_BIT(SEED);
	term_init(&run.term, stdout, set->colour);
	sl_json_init(&run.json, stdout);
	begin(&run);
	s->live = true;
	end(&run, &e);
	return s->code ? s->code : output_finish();
}

static bool watches(const struct settings *set)
{
	return set->duration_ns || set->interval_ns || set->command || set->read || set->source;
}

/* What only tracing can do is not left out in silence. */
static int check(const struct settings *set, const char *verb, struct sl_error *err)
{
	const char *name = set->cgroup        ? "cgroup"
			   : set->level       ? "level"
			   : set->ring_bytes  ? "ring"
			   : set->max_sockets ? "max-sockets"
			   : set->latency_ns  ? "latency"
			   : set->strict      ? "strict"
					      : NULL;
	char fix[64];

	if (!name || watches(set))
		return 0;
	snprintf(fix, sizeof(fix), "socklife %s -d 5s --%s ...", verb, name);
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, "without --duration nothing is traced",
			    "--%s is for tracing", name);
}

static int prepare(struct snapshot_run *s, const struct settings *set, const char *filter, const char *verb,
		   struct sl_error *err)
{
	int ret = check(set, verb, err);

	if (!ret)
		ret = sl_filter_parse(&s->filter, filter, err);
	if (!ret && set->netns)
		ret = netns_inode(set->netns, &s->snapshot.query.netns, err);
	if (!ret && sl_pasts_init(&s->pasts))
		ret = sl_error_set(err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot set up");
	return ret;
}

int snapshot_run(struct snapshot_run *s, const struct settings *set, const char *filter, const char *verb)
{
	struct session_kind kind = { .text = &view_snapshot,
				     .json = &view_snapshot,
				     .state = s,
				     .columns = s->view->columns,
				     .level = SL_LEVEL_LIFE,
				     .time = TIME_NONE,
				     .events = true, /* --count is not of lives */
				     .open = true };
	struct sl_error err = { .column = -1 };
	int code;

	if (prepare(s, set, filter, verb, &err))
		code = report(&err, filter);
	else if (watches(set))
		code = session_run(set, &kind, s->view->whole ? "" : filter);
	else
		code = take_now(s, set, filter);
	sl_owners_exit(&s->owners);
	sl_pasts_exit(&s->pasts);
	sl_filter_destroy(s->filter);
	return code ? code : s->code;
}
