// SPDX-License-Identifier: GPL-2.0-or-later
/* See bars.h. */
#include "bars.h"

#include <string.h>

#define CELLS_MAX 64

void bars_scale_init(struct bars_scale *scale)
{
	scale->lo = ~0u;
	scale->hi = 0;
}

/* Where a value stands: 64ths of an octave above 1; 0 stands with 1. */
static unsigned position(uint64_t v)
{
	unsigned log = v ? 63 - (unsigned)__builtin_clzll(v) : 0;

	return log * 64 + (unsigned)(v ? v << (63 - log) << 1 >> 58 : 0);
}

/* 0 has no logarithm: it stands with the least value that has one, and does not stretch the scale. */
void bars_scale_include(struct bars_scale *scale, const struct sl_histogram *h)
{
	struct sl_histogram_bucket b = { 0 };
	unsigned at = 0;

	while (!b.least && sl_histogram_next(h, &at, &b))
		;
	if (!b.least)
		return;
	scale->lo = position(b.least) < scale->lo ? position(b.least) : scale->lo;
	scale->hi = position(h->max) > scale->hi ? position(h->max) : scale->hi;
}

static unsigned cell_of(const struct bars_scale *scale, uint64_t v, unsigned width)
{
	unsigned at = position(v);

	at = at < scale->lo ? scale->lo : at > scale->hi ? scale->hi : at;
	if (scale->lo > scale->hi) /* nothing but zeros */
		return 0;
	return (at - scale->lo) * width / (scale->hi - scale->lo + 1);
}

/* Eight heights; what is not zero has at least the first. */
static const char *glyph(const struct term *term, uint64_t part, uint64_t whole)
{
	static const char *const utf8[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { " ", ".", ":", "-", "=", "+", "*", "#", "@" };
	unsigned height = part ? 1 + (unsigned)((unsigned __int128)part * 7 / whole) : 0;

	return term->utf8 ? utf8[height] : ascii[height];
}

void bars_line(struct text *t, const struct term *term, const struct sl_histogram *h, const struct bars_scale *scale,
	       unsigned width)
{
	uint64_t cell[CELLS_MAX] = { 0 }, most = 1;
	struct sl_histogram_bucket b;
	unsigned at = 0;

	width = width < CELLS_MAX ? width : CELLS_MAX;
	while (sl_histogram_next(h, &at, &b)) {
		uint64_t *c = &cell[cell_of(scale, b.least > h->min ? b.least : h->min, width)];

		*c += b.count;
		most = *c > most ? *c : most;
	}
	for (unsigned i = 0; i < width; i++)
		text_add(t, "%s", glyph(term, cell[i], most));
}

void bars_bar(struct text *t, const struct term *term, uint64_t part, uint64_t whole, unsigned width)
{
	unsigned n = whole ? (unsigned)((unsigned __int128)part * width / whole) : 0;

	for (unsigned i = 0; i < n; i++)
		text_add(t, "%s", term->utf8 ? "█" : "#");
	if (!n && part)
		text_add(t, "%s", term->utf8 ? "▏" : ".");
}
