// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife report FILE -o OUT.html: the recording as one page. Reads it twice: see page.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "outfile.h"
#include "page.h"
#include "report.h"
#include "session.h"

#define HOLD_NS 1000000000ULL /* what comes of a connection after its lives */

struct reporting {
	struct page *page;
	struct gather gather;
	struct stamp stamp;
	FILE *ladders;
	const char *why; /* how the pass ended */
};

static void begin(struct run *run)
{
	struct reporting *r = run->state;
	struct page *p = r->page;

	p->host = run->host;
	p->realtime_offset_ns = run->stamp.realtime_offset_ns;
	p->level = run->level;
	p->filter = run->filter;
	r->stamp = run->stamp;
}

static void count_life(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	page_life(((struct reporting *)run->state)->page, life, ts_ns, peer);
}

static void end(struct run *run, const struct run_end *e)
{
	struct reporting *r = run->state;

	r->why = e->why;
	r->page->lost = run_lost(e);
	r->page->whole = strcmp(e->why, "error");
}

static void keep_event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct reporting *r = run->state;

	if (page_wants(r->page, id->cookie))
		gather_event(&r->gather, ev, id, peer);
}

static void keep_life(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	struct reporting *r = run->state;

	if (page_wants(r->page, life->id.cookie))
		gather_life(&r->gather, life, ts_ns, peer);
}

static bool tick(struct run *run, uint64_t now_ns)
{
	gather_tick(&((struct reporting *)run->state)->gather, now_ns);
	return false;
}

static void draw(void *ctx, struct connection *c, bool matches)
{
	struct reporting *r = ctx;

	(void)matches;
	if (r->page->drawn++ < PAGE_DRAWN)
		page_ladder(r->ladders, c, &r->stamp);
}

static int count(const struct settings *set, const char *filter, struct reporting *r)
{
	static const struct view view = { .begin = begin, .life = count_life, .end = end };
	struct session_kind kind = { .text = &view, .open = true, .progress = true, .state = r };

	return session_run(set, &kind, filter);
}

/* Both ends of a connection are wanted, whichever the filter says: it has chosen already. */
static int fetch(const struct settings *set, struct reporting *r)
{
	static const struct view view = {
		.begin = begin, .event = keep_event, .life = keep_life, .tick = tick, .end = end
	};
	struct session_kind kind = { .text = &view, .open = true, .progress = true, .events = true, .state = r };
	struct settings quiet = *set;
	int code;

	r->ladders = open_memstream(&r->page->ladders, &r->page->ladders_size);
	if (!r->ladders || gather_init(&r->gather, NULL, HOLD_NS, draw, r))
		return SL_ERR_RUNTIME;
	code = session_run(&quiet, &kind, "");
	gather_finish(&r->gather);
	gather_exit(&r->gather);
	if (fclose(r->ladders))
		code = SL_ERR_RUNTIME;
	return code;
}

static int write_page(struct page *page, struct outfile *out, int code)
{
	struct sl_error err;

	page_write(page, out->file);
	if (outfile_finish(out, &err))
		code = report(&err, NULL);
	return code;
}

static int no_memory(void)
{
	struct sl_error err;

	sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot make the report");
	return report(&err, NULL);
}

/* The parts of a damaged recording that could be read are reported, and its error is the exit code. */
static int run(const struct settings *set, const char *filter, struct outfile *out)
{
	struct page *page = malloc(sizeof(*page));
	struct reporting r = { .page = page };
	struct settings again = *set;
	int code;

	if (!page || page_init(page)) {
		free(page);
		return no_memory();
	}
	page->recording = set->read;
	code = count(set, filter, &r);
	if (r.why && strcmp(r.why, "signal")) {
		again.quiet = 1;
		if (fetch(&again, &r) && !code)
			code = no_memory();
		page->filter = filter;
		code = write_page(page, out, code);
	}
	page_exit(page);
	free(page);
	return code;
}

int command_report(const struct settings *set, const char *filter)
{
	struct settings mine = *set;
	struct outfile out;
	struct sl_error err;
	int code;

	if (!set->output)
		sl_error_set(&err, -EINVAL, SL_ERR_USAGE, "add -o FILE.html", "the page needs a name",
			     "report needs -o");
	else if (!strcmp(set->files[0], "-"))
		sl_error_set(&err, -EINVAL, SL_ERR_USAGE, "save it to a file first",
			     "a report reads its recording twice", "report cannot read standard input");
	if (!set->output || !strcmp(set->files[0], "-"))
		return report(&err, NULL);
	if (outfile_open(&out, set->output, OUTFILE_STREAM, &err))
		return report(&err, NULL);
	mine.read = set->files[0];
	code = run(&mine, filter, &out);
	outfile_discard(&out);
	return code;
}
