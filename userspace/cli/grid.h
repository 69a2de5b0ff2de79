/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of the screen as cells, so that things can be put at columns, whatever bytes they are made of. */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include "term.h"

#define GRID_MAX 200

struct grid {
	unsigned width;
	struct grid_cell {
		char s[8]; /* one character with what combines with it; empty: the second half of a wide one */
		unsigned char signal;
	} cell[GRID_MAX];
};

void grid_init(struct grid *g, unsigned width);
/* Puts text at a column; what is beyond the width is left out. */
void grid_put(struct grid *g, int column, const char *text, enum signal_class signal);
/* The same character from one column up to, not including, another. */
void grid_fill(struct grid *g, int from, int to, const char *character, enum signal_class signal);
/* The line, without blanks at its end, in colour as the terminal has it. */
void grid_text(const struct grid *g, const struct term *term, struct text *t);

#endif
