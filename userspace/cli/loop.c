// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The main loop: records into the model (and into the recording) until something ends it: a signal, --count, --duration,
 * the command's end, the recording's end. After a command's end its sockets may still be closing: records are taken
 * until all are gone, or none has come for QUIET_NS, but no longer than DRAIN_NS.
 */
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "interrupt.h"
#include "output.h"
#include "source_file.h"

#define MS 1000000ULL
#define QUIET_NS (200 * MS)
#define DRAIN_NS (1000 * MS)
#define LATENCY_NS (100 * MS)
#define DRAIN_POLL_NS (20 * MS)

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Time as the run counts it: a recording has its own. */
static void note_time(struct session *s, const struct sl_rec *rec)
{
	if (s->run.live) {
		s->last_ns = now_ns();
		return;
	}
	if (!s->began_ns)
		s->began_ns = rec->ts_ns;
	if (rec->ts_ns > s->last_ns)
		s->last_ns = rec->ts_ns;
}

static bool past_duration(const struct session *s)
{
	uint64_t to_ns = s->run.live ? now_ns() : s->last_ns;

	return s->run.set->duration_ns && to_ns - s->began_ns >= s->run.set->duration_ns;
}

static void tick_view(struct session *s, uint64_t ns)
{
	if (s->view->tick && !s->full && !s->stopping && s->view->tick(&s->run, ns))
		s->full = true;
}

static int take_record(void *ctx, const struct sl_rec *rec)
{
	struct session *s = ctx;
	int ret = 0;

	if (s->full && !s->stopping)
		return -ECANCELED;
	note_time(s, rec);
	s->record_ns = rec->ts_ns;
	if (!s->run.live && !s->stopping && past_duration(s))
		return -ECANCELED;
	if (!s->run.live)
		tick_view(s, rec->ts_ns);
	if (s->save)
		ret = sl_savefile_record(s->save, rec, &s->error);
	if (!ret && s->kind->record)
		ret = s->kind->record(s->kind->state, rec, &s->error);
	if (!ret)
		ret = sl_model_record(s->model, rec);
	return ret;
}

static void pass_signal(struct session *s)
{
	static int passed;
	int number = interrupt_asked();

	if (!number || passed == number)
		return;
	passed = number;
	if (number != SIGINT || interrupt_is_ours())
		child_signal(&s->child, number);
}

/* The command has ended: is there something of it still to come? */
static bool drained(struct session *s, int delivered)
{
	uint64_t now = now_ns(), last;
	struct sl_stats stats;

	if (!s->child_ended_ns)
		s->child_ended_ns = now;
	last = s->last_ns > s->child_ended_ns ? s->last_ns : s->child_ended_ns;
	if (now - s->child_ended_ns >= DRAIN_NS || now - last >= QUIET_NS)
		return true;
	memset(&stats, 0, sizeof(stats));
	return !delivered && now - s->child_ended_ns >= DRAIN_POLL_NS && !s->source->ops->stats(s->source, &stats) &&
	       !stats.sockets;
}

/* Why the loop ends now; NULL: it goes on. With a command a signal is the command's to obey. */
static const char *reason(struct session *s, int delivered)
{
	if (s->full)
		return "count";
	if (past_duration(s))
		return "duration";
	if (s->child.pid) {
		pass_signal(s);
		if (child_poll(&s->child) && drained(s, delivered))
			return interrupt_asked() ? "signal" : "command";
	} else if (interrupt_asked()) {
		return "signal";
	}
	return NULL;
}

static int wait_ms(const struct session *s)
{
	uint64_t ns = s->run.set->latency_ns ? s->run.set->latency_ns : LATENCY_NS, gone;

	if (s->run.set->interval_ns && s->run.set->interval_ns < ns)
		ns = s->run.set->interval_ns;
	if (s->child.ended)
		ns = DRAIN_POLL_NS;
	if (s->run.live && s->run.set->duration_ns) {
		gone = now_ns() - s->began_ns;
		if (gone + ns > s->run.set->duration_ns)
			ns = gone < s->run.set->duration_ns ? s->run.set->duration_ns - gone : 0;
	}
	return (int)((ns + MS - 1) / MS);
}

static int broken(struct session *s, int ret)
{
	s->end.why = "error";
	if (s->error.class)
		return ret;
	if (s->source->ops == &sl_source_file && sl_source_file_error(s->source, &s->error))
		return ret;
	return sl_error_set(&s->error, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "cannot read records from %s",
			    s->run.source);
}

/* What is shown shall be seen now. */
static int flush(struct session *s)
{
	int ret = s->run.failed;

	if (ret)
		s->error = s->run.why;
	else
		ret = output_flush(s->run.out, &s->error);
	if (ret)
		s->end.why = "error";
	return ret;
}

static void show_progress(struct session *s)
{
	const struct sl_recording *r;

	if (s->source->ops != &sl_source_file)
		return;
	r = sl_source_file_recording(s->source);
	progress_show(&s->progress, r->offset, r->size, r->records);
}

static int run(struct session *s)
{
	int got, ret = 0;

	while (!ret && !s->end.why) {
		got = s->source->ops->poll(s->source, wait_ms(s), take_record, s);
		if (got == -ENODATA)
			s->end.why = "end";
		else if (got < 0 && got != -EINTR && got != -ECANCELED)
			return broken(s, got);
		if (s->run.live) /* a reader that was stopped has old records to show yet: its time is theirs */
			sl_model_tick(s->model, got > 0 ? s->record_ns : now_ns());
		if (s->run.live)
			tick_view(s, now_ns());
		if (s->save && s->run.live && sl_savefile_tick(s->save, now_ns(), &s->error))
			return broken(s, -EIO);
		ret = flush(s);
		show_progress(s);
		if (!s->end.why)
			s->end.why = reason(s, got > 0);
	}
	return ret;
}

int session_loop(struct session *s)
{
	int ret, stopped;

	s->began_ns = s->run.live ? now_ns() : 0;
	progress_init(&s->progress, s->kind->progress && !s->run.set->quiet);
	ret = run(s);
	progress_clear(&s->progress);
	s->stopping = true;
	stopped = s->source->ops->stop(s->source, take_record, s);
	s->end.took_ns = (s->run.live ? now_ns() : s->last_ns) - s->began_ns;
	if (!ret && stopped < 0)
		ret = broken(s, stopped);
	sl_model_finish(s->model);
	if (!ret)
		ret = flush(s);
	return ret;
}
