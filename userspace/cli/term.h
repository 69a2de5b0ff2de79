/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the output can show: its width, its characters, its colours. */
#ifndef CLI_TERM_H
#define CLI_TERM_H

#include <stdbool.h>
#include <stdio.h>

#include "options.h"
#include "text.h"

struct term {
	unsigned width; /* columns; 0: no terminal, lines may be as long as they need */
	bool utf8;
	bool colour;
};

/* Colour is only for signals, and none of them is said by colour alone. */
enum signal_class { SIGNAL_NONE, SIGNAL_DIM, SIGNAL_WARN, SIGNAL_BAD };

/* Of `out`, by what was asked (enum colour_word), NO_COLOR, CLICOLOR_FORCE, TERM and the locale. */
void term_init(struct term *term, FILE *out, unsigned colour);

const char *term_right(const struct term *term);   /* arrow */
const char *term_left(const struct term *term);    /* arrow */
const char *term_none(const struct term *term);    /* there is no such thing here; unknown is "?" */
const char *term_between(const struct term *term); /* separates parts of a sentence */

void term_begin(const struct term *term, struct text *t, enum signal_class signal);
void term_end(const struct term *term, struct text *t, enum signal_class signal);

#endif
