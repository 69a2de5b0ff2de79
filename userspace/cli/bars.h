/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Histograms as bars of characters, over a logarithmic scale: a cell covers the same factor wherever it stands. */
#ifndef CLI_BARS_H
#define CLI_BARS_H

#include "histogram.h"
#include "term.h"
#include "text.h"

/* A range of values in 64ths of an octave, inclusive; lo > hi: nothing yet. */
struct bars_scale {
	unsigned lo, hi;
};

void bars_scale_init(struct bars_scale *scale);
void bars_scale_include(struct bars_scale *scale, const struct sl_histogram *h);
/* The distribution in one line of `width` characters, the highest cell full. */
void bars_line(struct text *t, const struct term *term, const struct sl_histogram *h, const struct bars_scale *scale,
	       unsigned width);
/* One bar: part of whole as up to `width` characters; what is not zero is seen. */
void bars_bar(struct text *t, const struct term *term, uint64_t part, uint64_t whole, unsigned width);

#endif
