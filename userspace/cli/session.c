// SPDX-License-Identifier: GPL-2.0-or-later
/* A run's set-up, its end and its exit code: see session.h. The middle: loop.c. */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "interrupt.h"
#include "netns.h"
#include "output.h"
#include "report.h"
#include "source_file.h"

/* One more is shown; true: it is still wanted. */
static bool count_one(struct session *s, const struct sl_ident *id, bool counts, uint64_t *shown)
{
	if (s->full || (s->config.netns && id->netns != s->config.netns))
		return false;
	++*shown;
	if (counts && !s->kind->connections && s->run.set->count && *shown >= s->run.set->count)
		s->full = true;
	return true;
}

static void on_event(void *ctx, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct session *s = ctx;

	if (count_one(s, id, s->kind->events, &s->end.events))
		s->view->event(&s->run, ev, id, peer);
}

static void on_life(void *ctx, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	struct session *s = ctx;

	if (count_one(s, &life->id, !s->kind->events, &s->end.lives) && s->view->life)
		s->view->life(&s->run, life, ts_ns, peer);
}

static int check_cgroup(const char *path, struct sl_error *err)
{
	struct stat st;
	int ret = stat(path, &st) ? errno : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;

	if (!ret || !strcmp(path, "none"))
		return 0;
	return sl_error_set(err, -ret, SL_ERR_USAGE, "name a directory below /sys/fs/cgroup", strerror(ret),
			    "--cgroup: no cgroup '%.120s'", path);
}

static int configure(struct session *s, const struct settings *set, struct sl_error *err)
{
	bool whole;
	int ret = 0;

	s->ops = run_source(set);

	s->config = (struct sl_config){
		.level = set->level ? (enum sl_level)(set->level - 1) : s->kind->level,
		.cgroup = set->cgroup,
		.ring_bytes = (uint32_t)set->ring_bytes,
		.max_sockets = (uint32_t)set->max_sockets,
		.latency_ms = (uint32_t)((set->latency_ns + 999999) / 1000000),
		.path = set->read,
		.filter = s->run.filter,
	};
	if (!s->kind->connections && !s->watch)
		s->config.sock = sl_filter_cookie(s->filter);
	if (!s->kind->connections || sl_filter_is_mutual(s->filter))
		sl_filter_match(s->filter, &s->config.match, &whole);
	if (set->netns)
		ret = netns_inode(set->netns, &s->config.netns, err);
	if (!ret && set->cgroup && s->ops != &sl_source_bpf &&
	    s->ops != &sl_source_kmod) /* which looks itself, also below the mount */
		ret = check_cgroup(set->cgroup, err);
	return ret;
}

/* The caret is for the command's own filter: this one's mistake is told without. */
static int parse_watch(struct session *s, struct sl_error *err)
{
	int ret = sl_filter_parse(&s->watch, s->kind->watch, err);
	char what[sizeof(err->what)];

	if (!ret)
		return 0;
	snprintf(what, sizeof(what), "--on '%.60s': %.180s", s->kind->watch, err->what);
	memcpy(err->what, what, sizeof(what));
	err->column = -1;
	return ret;
}

static int prepare(struct session *s, const struct settings *set, const char *filter, struct sl_error *err)
{
	struct run *run = &s->run;
	bool timed = set->time && set->time != TIME_NONE;
	int ret;

	run->filter = filter;
	ret = s->kind->columns ? columns_choose(&run->columns, s->kind->columns, set->columns, err)
			       : columns_parse(&run->columns, set->columns, timed, err);

	ret = ret ? ret : sl_filter_parse(&s->filter, filter, err);
	if (!ret && s->kind->watch)
		ret = parse_watch(s, err);
	ret = ret ? ret : configure(s, set, err);
	if (ret)
		return ret;
	run->set = set;
	run->chosen = s->filter;
	run->level = s->config.level;
	run->stamp.how = set->time ? set->time : s->kind->time;
	run->stamp.realtime_offset_ns = stamp_offset();
	run->out = s->kind->out ? s->kind->out : stdout;
	run->state = s->kind->state;
	term_init(&run->term, run->out, set->colour);
	sl_json_init(&run->json, run->out);
	s->view = !set->json ? s->kind->text : s->kind->json ? s->kind->json : &view_json;
	return 0;
}

/* A recording was made in another run, perhaps on another host. */
static void know_run(struct session *s)
{
	const struct sl_savefile_header *header;
	struct run *run = &s->run;

	run->source = s->source->ops->name;
	run->input = s->source;
	run->live = s->source->ops == &sl_source_bpf || s->source->ops == &sl_source_kmod;
	if (s->source->ops != &sl_source_file) {
		run_host_read(&run->host);
		return;
	}
	header = &sl_source_file_recording(s->source)->header;
	snprintf(run->host.kernel, sizeof(run->host.kernel), "%.63s", header->kernel);
	snprintf(run->host.name, sizeof(run->host.name), "%.63s", header->host);
	snprintf(run->host.boot_id, sizeof(run->host.boot_id), "%.39s", header->boot_id);
	run->stamp.realtime_offset_ns = header->clock_offset_ns;
	run->level = header->level <= SL_LEVEL_CALLS ? (enum sl_level)header->level : SL_LEVEL_LIFE;
}

static int open_model(struct session *s, struct sl_error *err)
{
	struct sl_model_config config = {
		.filter = s->kind->connections ? NULL
			  : s->watch           ? s->watch
					       : s->filter,
		.with_events = s->view->event && s->kind->events,
		.with_open = s->kind->open || s->run.set->json || s->run.set->verbose,
	};
	static const struct sl_model_ops ops = { .event = on_event, .life = on_life };
	int ret = sl_model_create(&s->model, &config, &ops, s);

	return ret ? sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "cannot set up") : 0;
}

static int open_all(struct session *s, struct sl_error *err)
{
	const struct settings *set = s->run.set;
	int ret = open_model(s, err);

	if (!ret && set->command)
		ret = child_create(&s->child, set->command, err);
	if (ret)
		return ret;
	s->config.follow_pid = (uint32_t)s->child.pid;
	ret = s->ops->open(&s->source, &s->config, err);
	if (ret)
		return ret;
	know_run(s);
	ret = s->source->ops->start(s->source, err);
	if (ret)
		return ret;
	run_watch(&s->run, s->source);
	return set->save ? sl_savefile_create(&s->save, set->save, &s->config, s->run.watched, err) : 0;
}

static void close_all(struct session *s)
{
	child_destroy(&s->child);
	if (s->source)
		s->source->ops->close(s->source);
	sl_model_destroy(s->model);
	sl_filter_destroy(s->filter);
	sl_filter_destroy(s->watch);
}

/* The counters, the recording's last block, and the footer if output still works. Returns as output_flush(). */
static int conclude(struct session *s, bool footer)
{
	int ret = 0, flushed;

	s->source->ops->stats(s->source, &s->end.source);
	sl_model_stats(s->model, &s->end.model);
	if (s->save)
		ret = sl_savefile_finish(s->save, &s->end.source, &s->error);
	if (!footer)
		return ret;
	s->view->end(&s->run, &s->end);
	flushed = s->run.failed;
	if (flushed && !ret)
		s->error = s->run.why;
	if (!flushed)
		flushed = output_flush(s->run.out, ret ? NULL : &s->error);
	return ret ? ret : flushed;
}

static bool lost_any(const struct session *s)
{
	return run_lost(&s->end) || s->end.source.hook_misses || s->end.model.held_lost || s->end.model.incomplete;
}

static int exit_code(struct session *s)
{
	if (s->run.set->strict && lost_any(s))
		return EXIT_LOSS;
	if (!s->child.pid)
		return s->run.code;
	child_wait(&s->child);
	return child_code(&s->child);
}

static int trace(struct session *s)
{
	int ret, concluded;

	s->view->begin(&s->run);
	if (interrupt_asked())
		child_destroy(&s->child); /* it never runs: the signal was for it too */
	else if (s->child.pid && child_release(&s->child, s->run.set->command[0], &s->error)) {
		report(&s->error, NULL);
		s->error.class = 0;
	}
	ret = session_loop(s);
	if (s->view->leave)
		s->view->leave(&s->run);
	if (ret && ret != -EPIPE)
		report(&s->error, NULL);
	concluded = conclude(s, !ferror(s->run.out) && !s->run.failed);
	if (concluded && concluded != -EPIPE && ret != concluded)
		report(&s->error, NULL);
	if ((ret && ret != -EPIPE) || (concluded && concluded != -EPIPE))
		return SL_ERR_RUNTIME;
	return ret == -EPIPE ? 0 : exit_code(s);
}

int session_run(const struct settings *set, const struct session_kind *kind, const char *filter)
{
	struct session *s = calloc(1, sizeof(*s));
	struct sl_error err = { .column = -1 };
	int code;

	if (!s) {
		sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot set up");
		return report(&err, NULL);
	}
	s->kind = kind;
	interrupt_init();
	if (prepare(s, set, filter, &err) || open_all(s, &err))
		code = report(&err, filter);
	else
		code = trace(s);
	close_all(s);
	free(s);
	return code;
}
