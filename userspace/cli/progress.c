// SPDX-License-Identifier: GPL-2.0-or-later
/* How far a longer job is: see progress.h. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"

#define SECOND 1000000000ULL
#define PATIENCE_NS SECOND /* what is done sooner needs no progress */
#define REDRAW_NS (SECOND / 5)
#define BAR 24

void progress_init(struct progress *p, bool wanted)
{
	*p = (struct progress){ .on = wanted && isatty(STDERR_FILENO), .began_ns = sl_clock_ns() };
}

static void draw_bar(uint64_t done, uint64_t total)
{
	unsigned full = (unsigned)((double)done / (double)total * BAR);

	fputs(" [", stderr);
	for (unsigned i = 0; i < BAR; i++)
		fputc(i < full ? '#' : '.', stderr);
	fprintf(stderr, "] %3u %%", (unsigned)((double)done / (double)total * 100));
}

static void draw_left(uint64_t gone_ns, uint64_t done, uint64_t total)
{
	double left = (double)gone_ns / (double)done * (double)(total - done) / SECOND;

	fprintf(stderr, "  %.0f s left", left);
}

void progress_show(struct progress *p, uint64_t done, uint64_t total, uint64_t records)
{
	uint64_t now = p->on ? sl_clock_ns() : 0, gone = now - p->began_ns;
	double rate = (double)records / ((double)gone / SECOND);

	if (!p->on || gone < PATIENCE_NS || now - p->last_ns < REDRAW_NS)
		return;
	p->last_ns = now;
	p->shown = true;
	fputc('\r', stderr);
	if (total && done <= total)
		draw_bar(done, total);
	fprintf(stderr, "  %" PRIu64 " records, %.0f k/s", records, rate / 1000);
	if (done && total >= done)
		draw_left(gone, done, total);
	fputs("\033[K", stderr);
	fflush(stderr);
}

void progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
