// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of cells: see grid.h. */
#include "grid.h"

#include <string.h>

void grid_init(struct grid *g, unsigned width)
{
	g->width = width < GRID_MAX ? width : GRID_MAX;
	for (unsigned i = 0; i < g->width; i++) {
		strcpy(g->cell[i].s, " ");
		g->cell[i].signal = SIGNAL_NONE;
	}
}

static void set(struct grid *g, int column, const char *s, size_t size, enum signal_class signal)
{
	struct grid_cell *cell;

	if (column < 0 || (unsigned)column >= g->width || size >= sizeof(cell->s))
		return;
	cell = &g->cell[column];
	memcpy(cell->s, s, size);
	cell->s[size] = 0;
	cell->signal = (unsigned char)signal;
}

void grid_put(struct grid *g, int column, const char *text, enum signal_class signal)
{
	while (*text) {
		unsigned columns;
		size_t size = text_character(text, &columns);

		if (columns == 2 && column + 1 == (int)g->width)
			return;
		if (columns) {
			set(g, column, text, size, signal);
			if (columns == 2)
				set(g, column + 1, "", 0, signal);
			column += (int)columns;
		}
		text += size;
	}
}

void grid_fill(struct grid *g, int from, int to, const char *character, enum signal_class signal)
{
	for (int column = from; column < to; column++)
		set(g, column, character, strlen(character), signal);
}

static unsigned used(const struct grid *g)
{
	unsigned width = g->width;

	while (width && !strcmp(g->cell[width - 1].s, " "))
		width--;
	return width;
}

void grid_text(const struct grid *g, const struct term *term, struct text *t)
{
	unsigned width = used(g), signal = SIGNAL_NONE;

	for (unsigned i = 0; i < width; i++) {
		if (g->cell[i].signal != signal) {
			term_end(term, t, (enum signal_class)signal);
			signal = g->cell[i].signal;
			term_begin(term, t, (enum signal_class)signal);
		}
		text_add(t, "%s", g->cell[i].s);
	}
	term_end(term, t, (enum signal_class)signal);
}
