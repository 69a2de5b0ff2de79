// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's charts: SVG that takes its colours from the page, with the figures in titles and in text beside it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "page.h"

#define WIDTH 960
#define HEIGHT 120
#define OCTAVES 64

void page_value(char *buf, size_t size, enum sl_unit unit, uint64_t value)
{
	if (unit == SL_UNIT_NS)
		human_time(buf, size, value, true);
	else if (unit == SL_UNIT_BYTES)
		human_bytes(buf, size, value);
	else
		snprintf(buf, size, "%" PRIu64, value);
}

static void bar(FILE *out, const char *class, double x, double width, double y, double height, const char *title)
{
	fprintf(out,
		"<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>\n",
		class, x, y, width, height, title);
}

void page_timeline(const struct page *p, FILE *out)
{
	uint64_t span = p->begin_ns ? p->survey.to_ns - p->begin_ns : 0, most = 1;
	unsigned used = (unsigned)(span / p->width_ns) + 1;
	char title[160], at[32], width[32];

	used = used > PAGE_BUCKETS ? PAGE_BUCKETS : used;
	for (unsigned i = 0; i < used; i++)
		most = p->bucket[i].ended > most ? p->bucket[i].ended : most;
	human_time(width, sizeof(width), p->width_ns, true);
	fprintf(out,
		"<figure><svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Sockets that ended, over"
		" time, and how many of them failed\">\n",
		WIDTH, HEIGHT + 20);
	for (unsigned i = 0; i < used; i++) {
		const struct page_bucket *b = &p->bucket[i];
		double x = (double)WIDTH / used * i, w = (double)WIDTH / used - 1;
		double all = (double)b->ended / (double)most * HEIGHT, bad = (double)b->failed / (double)most * HEIGHT;

		human_time(at, sizeof(at), i * p->width_ns, true);
		snprintf(title, sizeof(title), "from %s: %" PRIu64 " ended, %" PRIu64 " of them failed", at, b->ended,
			 b->failed);
		if (b->ended)
			bar(out, "good", x, w, HEIGHT - all, all, title);
		if (b->failed)
			bar(out, "bad", x, w, HEIGHT - (bad < 2 ? 2 : bad), bad < 2 ? 2 : bad, title);
	}
	human_time(at, sizeof(at), span, true);
	fprintf(out,
		"<text x=\"0\" y=\"%d\">0</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text></svg>\n"
		"<figcaption>Sockets that ended, each bar %s, the highest %" PRIu64
		"; <span class=\"key bad\">failed</span></figcaption></figure>\n",
		HEIGHT + 16, WIDTH, HEIGHT + 16, at, width, most);
}

struct octaves {
	uint64_t count[OCTAVES];
	unsigned first, last;
	uint64_t most;
};

static void count_octaves(const struct sl_histogram *h, struct octaves *o)
{
	struct sl_histogram_bucket b;
	unsigned at = 0;

	memset(o, 0, sizeof(*o));
	o->first = OCTAVES;
	while (sl_histogram_next(h, &at, &b)) {
		unsigned octave = b.least ? 63 - (unsigned)__builtin_clzll(b.least) : 0;

		o->count[octave] += b.count;
		if (octave < o->first)
			o->first = octave;
		o->last = octave;
		if (o->count[octave] > o->most)
			o->most = o->count[octave];
	}
}

void page_histogram(const struct sl_histogram *h, enum sl_unit unit, FILE *out)
{
	char title[160], from[32], to[32];
	struct octaves o;
	unsigned bars;

	count_octaves(h, &o);
	bars = o.last - o.first + 1;
	fprintf(out, "<svg class=\"hist\" viewBox=\"0 0 %u 60\" role=\"img\" aria-label=\"Distribution\">\n",
		bars * 24);
	for (unsigned i = o.first; i <= o.last; i++) {
		double height = (double)o.count[i] / (double)o.most * 44;
		unsigned x = (i - o.first) * 24;

		page_value(from, sizeof(from), unit, i ? 1ULL << i : 0);
		page_value(to, sizeof(to), unit, i < 63 ? (2ULL << i) - 1 : UINT64_MAX);
		snprintf(title, sizeof(title), "%s to %s: %" PRIu64, from, to, o.count[i]);
		if (o.count[i])
			bar(out, "good", x + 1, 22, 46 - (height < 1 ? 1 : height), height < 1 ? 1 : height, title);
		if ((i - o.first) % 3 == 0)
			fprintf(out, "<text x=\"%u\" y=\"58\">%s</text>\n", x, from);
	}
	fputs("</svg>\n", out);
}
