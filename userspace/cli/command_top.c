// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * socklife top [FILTER]: what exists, a snapshot each second, and what fails meanwhile. With privilege a session brings the
 * events; without, the snapshots are all there is, and it says so. A recording is shown as it was at its end.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "interrupt.h"
#include "kernel.h"
#include "netns.h"
#include "report.h"
#include "top.h"

#define REFRESH_NS 1000000000ULL
#define HOLD_NS 2000000000ULL /* how long after a life more may come of it */

struct top_state {
	struct snapshot_run snapshot; /* first: run.state is a struct snapshot_run */
	struct top top;
};

static volatile sig_atomic_t hung_up;

static void on_signal(int number)
{
	hung_up = number;
}

/* SIGINT and SIGTERM end the session by themselves. */
static void catch_others(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
}

static struct top *top_of(struct run *run)
{
	return &((struct top_state *)run->state)->top;
}

/* A connection is over: its events are let go, but for the ladder of an error. */
static void over(void *ctx, struct connection *connection, bool matches)
{
	(void)matches;
	if (!connection_is_quiet(connection))
		top_ladder_keep(ctx, connection);
}

static void begin(struct run *run)
{
	struct top *top = top_of(run);

	top->run = run;
	top->live = run->live;
	top->gathers = !gather_init(&top->gather, NULL, HOLD_NS, over, top);
	catch_others();
	if (top_screen_open(top))
		top->quit = true;
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct top *top = top_of(run);

	if (top->gathers)
		gather_event(&top->gather, ev, id, peer);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	struct top *top = top_of(run);
	struct top_row row = { .diag.life = *l, .ts_ns = ts_ns };
	bool open = l->complete.flags & SL_LIFE_OPEN, shown;

	if (top->gathers)
		gather_life(&top->gather, l, ts_ns, peer);
	shown = sl_filter_eval(top->filter, &l->id, l, NULL, true) == SL_TRI_YES;
	if (shown && !open && top_is_error(l) && top_rows_error(&top->rows, l, ts_ns))
		top->rows.no_memory = true;
	if (shown && !top->live && top_rows_socket(&top->rows, &row))
		top->rows.no_memory = true;
}

static bool tick(struct run *run, uint64_t now_ns)
{
	struct top *top = top_of(run);

	if (top->quit || hung_up)
		return true;
	if (top->live && top->gathers)
		gather_tick(&top->gather, now_ns);
	if (top->live && !top->paused && !top->typing && now_ns >= top->next_ns) {
		top->next_ns = now_ns + REFRESH_NS;
		top->drawn = 0;
		top_refresh(top);
	}
	if (top->live) {
		top_screen_keys(top, 0);
		top_screen_draw(top);
	}
	return top->quit;
}

/* A recording has been read: it is looked at until that is enough. */
static void stay(struct top *top)
{
	top_rows_settle(&top->rows, top->sort, top->reverse);
	while (!top->quit && !hung_up && !interrupt_asked()) {
		top_screen_draw(top);
		top_screen_keys(top, 200);
	}
}

static void leave(struct run *run)
{
	struct top *top = top_of(run);

	if (!top->live)
		stay(top);
	top_screen_close();
}

static void end(struct run *run, const struct run_end *e)
{
	leave(run);
	if (e && run->set->verbose)
		view_text_end(run, e);
}

static const struct view view_top = {
	.begin = begin, .event = event, .life = life, .tick = tick, .leave = leave, .end = end
};

/* Snapshots alone. */
static int run_without_events(struct top_state *s, const struct settings *set)
{
	struct run run = { .set = set,
			   .filter = "",
			   .source = "diag (no events: no privilege)",
			   .state = s,
			   .live = true,
			   .out = stdout };

	interrupt_init();
	run.stamp.realtime_offset_ns = stamp_offset();
	term_init(&run.term, stdout, set->colour);
	begin(&run);
	while (!tick(&run, sl_clock_ns()) && !interrupt_asked())
		top_screen_keys(&s->top, 100);
	end(&run, NULL);
	return 0;
}

static int no_terminal(const char *why, const char *fix)
{
	struct sl_error err;

	sl_error_set(&err, -ENOTTY, SL_ERR_USAGE, fix, why, "top: no terminal to draw on");
	return report(&err, NULL);
}

static int check_terminal(void)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return no_terminal("standard input or output is none", "socklife ls, or socklife stats -i 1s");
	if (!top_terminal_is_known())
		return no_terminal("TERM names a terminal that is not known here",
				   "TERM=xterm socklife top, or TERM=vt100");
	return 0;
}

static int prepare(struct top_state *s, const struct settings *set, const char *filter)
{
	struct sl_error err = { .column = -1 };
	int ret = sl_filter_parse(&s->top.filter, filter, &err);

	if (!ret && set->netns)
		ret = netns_inode(set->netns, &s->snapshot.snapshot.query.netns, &err);
	snprintf(s->top.filter_text, sizeof(s->top.filter_text), "%s", filter);
	return ret ? report(&err, filter) : 0;
}

static int run(struct top_state *s, const struct settings *set)
{
	struct session_kind kind = { .text = &view_top,
				     .state = s,
				     .level = SL_LEVEL_CALLS,
				     /* or there are no ladders */ .time = TIME_REL,
				     .events = true,
				     .open = true };
	bool kernel = !set->read && set->source <= SOURCE_BPF;
	char missing[64] = "";

	if (kernel)
		sl_kernel_missing_caps(missing, sizeof(missing));
	s->top.events = !*missing;
	return *missing && !set->source ? run_without_events(s, set) : session_run(set, &kind, "");
}

int command_top(const struct settings *set, const char *filter)
{
	struct top_state *s = calloc(1, sizeof(*s));
	struct sl_error err;
	int code;

	if (!s) {
		sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot set up");
		return report(&err, NULL);
	}
	s->snapshot.snapshot.query.tcp = s->snapshot.snapshot.query.udp = true;
	code = check_terminal();
	code = code ? code : prepare(s, set, filter);
	code = code ? code : run(s, set);
	sl_owners_exit(&s->snapshot.owners);
	top_rows_exit(&s->top.rows);
	if (s->top.gathers)
		gather_exit(&s->top.gather);
	free(s->top.page);
	sl_filter_destroy(s->top.filter);
	free(s);
	return code;
}
