// SPDX-License-Identifier: GPL-2.0-or-later
/* A run of the flight recorder: see flight_run.h. */
#include "flight_run.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "flight.h"
#include "human.h"
#include "interrupt.h"
#include "number.h"
#include "report.h"

#define SECOND 1000000000ULL
#define KEEP_NS (300 * SECOND)
#define KEEP_BYTES (100ULL << 20)
#define AFTER_NS SECOND        /* what follows the reason is kept too */
#define READ_NS (SECOND / 2)   /* a record is read by then, if it waits no longer than usual */
#define QUIET_NS (10 * SECOND) /* one reason in so much time, or a storm would fill the disk */

struct flight_run {
	struct sl_flight *flight;
	const char *path;
	uint64_t most;    /* files; 0: any number */
	uint64_t written; /* files */
	uint64_t wish_ns; /* when SIGUSR1 leads to a file: what had happened when it came must have been read; 0: none */
	uint64_t due_ns;  /* when the reason that was seen leads to a file; 0: none was */
	uint64_t quiet_ns; /* until then no reason counts */
	uint64_t passed;   /* reasons that did not count */
};

static int bad_keep(const char *text, struct sl_error *err)
{
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "--flight 5m,500MB",
			    "a time, a size or both are expected, such as 5m, 500MB or 90s,64MiB",
			    "--flight: '%.80s' is not what to keep", text);
}

int flight_parse(const char *text, uint64_t *keep_ns, uint64_t *keep_bytes, struct sl_error *err)
{
	const char *rest = text;

	*keep_ns = KEEP_NS;
	*keep_bytes = KEEP_BYTES;
	while (*rest) {
		size_t size = strcspn(rest, ",");
		char part[32];

		if (!size || size >= sizeof(part) || (rest[size] && !rest[size + 1]))
			return bad_keep(text, err);
		memcpy(part, rest, size);
		part[size] = 0;
		if (sl_number_ns(part, SECOND, 7 * 86400 * SECOND, keep_ns) &&
		    sl_number_bytes(part, 1 << 20, 64ULL << 30, keep_bytes))
			return bad_keep(text, err);
		rest += size + !!rest[size];
	}
	return 0;
}

static int take(void *state, const struct sl_rec *rec, struct sl_error *err)
{
	struct flight_run *f = state;
	int ret = sl_flight_record(f->flight, rec);

	return ret ? sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "cannot keep a record") : 0;
}

/* FILE, then FILE.2, FILE.3, ...: the first that is free. */
static void next_name(const struct flight_run *f, char *name, size_t size)
{
	unsigned n = 1;

	snprintf(name, size, "%s", f->path);
	while (!access(name, F_OK) && n < 10000)
		snprintf(name, size, "%s.%u", f->path, ++n);
}

static void tell(const struct run *run, const struct flight_run *f, const char *name, const char *why)
{
	char span[32], bytes[32];

	if (run->set->quiet)
		return;
	human_time(span, sizeof(span), sl_flight_span_ns(f->flight), false);
	human_bytes(bytes, sizeof(bytes), sl_flight_bytes(f->flight));
	fprintf(stderr, "%s: the last %s, %s (%s)\n", name, span, bytes, why);
}

static void write_file(struct run *run, const char *why)
{
	struct flight_run *f = run->state;
	struct sl_config config = { .level = run->level, .filter = run->filter };
	struct sl_stats stats = { .watched = 0 };
	char name[4096];

	if (run->failed)
		return;
	next_name(f, name, sizeof(name));
	run->input->ops->stats(run->input, &stats);
	run->failed = sl_flight_write(f->flight, name, &config, run->watched, &stats, &run->why);
	if (run->failed)
		return;
	f->written++;
	f->due_ns = 0;
	tell(run, f, name, why);
}

static void see(struct run *run, uint64_t ts_ns)
{
	struct flight_run *f = run->state;

	if (f->due_ns || ts_ns < f->quiet_ns) {
		f->passed += !f->due_ns;
		return;
	}
	f->due_ns = ts_ns + AFTER_NS;
	f->quiet_ns = ts_ns + QUIET_NS;
}

static void see_event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	(void)id;
	(void)peer;
	see(run, ev->rec.ts_ns);
}

static void see_life(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	(void)life;
	(void)peer;
	see(run, ts_ns);
}

static bool tick(struct run *run, uint64_t now_ns)
{
	struct flight_run *f = run->state;

	if (interrupt_wished() && !f->wish_ns)
		f->wish_ns = now_ns + READ_NS + run->set->latency_ns;
	if (f->wish_ns && now_ns >= f->wish_ns) {
		f->wish_ns = 0;
		write_file(run, "SIGUSR1");
	}
	if (f->due_ns && now_ns >= f->due_ns)
		write_file(run, "--on");
	return f->most && f->written >= f->most;
}

/* At the end: what was seen and not written yet; without --on, and by Ctrl-C, whatever is kept. */
static void end(struct run *run, const struct run_end *e)
{
	struct flight_run *f = run->state;

	if (f->due_ns)
		write_file(run, "--on");
	else if (strcmp(e->why, "count") && strcmp(e->why, "error") && (!run->set->on || !strcmp(e->why, "signal")))
		write_file(run, e->why);
	view_text_end(run, e);
	if (run->set->quiet)
		return;
	if (f->passed)
		fprintf(stderr, "  --on was true %" PRIu64 " more times, within 10 s of one that was written\n",
			f->passed);
	if (!f->written)
		fprintf(stderr, "nothing was written\n");
}

int flight_run(const struct settings *set, const struct session_kind *kind, const char *filter)
{
	static const struct view watching = {
		.begin = view_text_begin, .event = see_event, .life = see_life, .tick = tick, .end = end
	};
	static const struct view waiting = { .begin = view_text_begin, .tick = tick, .end = end };
	struct flight_run f = { .path = set->output, .most = set->count };
	struct session_kind mine = *kind;
	struct settings settings = *set;
	uint64_t keep_ns, keep_bytes;
	struct sl_error err;
	int code;

	if (flight_parse(set->flight, &keep_ns, &keep_bytes, &err))
		return report(&err, NULL);
	if (sl_flight_create(&f.flight, keep_ns, keep_bytes)) {
		sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot set up");
		return report(&err, NULL);
	}
	settings.count = 0; /* it counts files here */
	mine.text = set->on ? &watching : &waiting;
	mine.events = set->on;
	mine.watch = set->on;
	mine.record = take;
	mine.state = &f;
	interrupt_take_wishes();
	code = session_run(&settings, &mine, filter);
	sl_flight_destroy(f.flight);
	return code;
}
