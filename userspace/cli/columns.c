// SPDX-License-Identifier: GPL-2.0-or-later
/* The choice and layout of columns: see columns.h. What stands in them: cells.c. */
#include "columns.h"

#include <errno.h>
#include <string.h>

#include "cells.h"
#include "suggest.h"

static const char *column_name(unsigned n)
{
	return n < cell_count ? cell_table[n].name : NULL;
}

static int find(const char *name)
{
	for (unsigned i = 0; i < cell_count; i++) {
		if (!strcmp(cell_table[i].name, name))
			return (int)i;
	}
	return -1;
}

static void append(struct columns *c, unsigned nth)
{
	for (unsigned i = 0; i < c->count; i++) {
		if (c->nth[i] == nth)
			return;
	}
	if (c->count < COLUMNS_MAX)
		c->nth[c->count++] = (uint8_t)nth;
}

static void append_default(struct columns *c, bool timed)
{
	for (unsigned i = 0; i < cell_count; i++) {
		if (cell_table[i].shown || (timed && !strcmp(cell_table[i].name, "time")))
			append(c, i);
	}
}

static int no_column(const char *name, struct sl_error *err)
{
	const char *near = suggest(name, column_name);
	char fix[96];

	if (near)
		snprintf(fix, sizeof(fix), "did you mean %s?", near);
	else
		snprintf(fix, sizeof(fix), "socklife -o help");
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, *name ? "there is no such column" : "a name is empty",
			    "--columns: unknown column '%s'", name);
}

static int append_list(struct columns *c, const char *list, struct sl_error *err)
{
	char name[32];
	size_t len;
	int nth;

	for (const char *p = list; p; p = p[len] ? p + len + 1 : NULL) {
		p += *p == '+';
		len = strcspn(p, ",");
		snprintf(name, sizeof(name), "%.*s", (int)(len < 31 ? len : 31), p);
		nth = find(name);
		if (nth < 0)
			return no_column(name, err);
		append(c, (unsigned)nth);
	}
	return 0;
}

int columns_parse(struct columns *c, const char *list, bool timed, struct sl_error *err)
{
	c->count = 0;
	if (!list || *list == '+')
		append_default(c, timed);
	return append_list(c, list, err);
}

int columns_choose(struct columns *c, const char *base, const char *list, struct sl_error *err)
{
	int ret = 0;

	c->count = 0;
	if (!list || *list == '+')
		ret = append_list(c, base, err);
	return ret ? ret : append_list(c, list, err);
}

void columns_help(FILE *out)
{
	for (unsigned i = 0; i < cell_count; i++)
		fprintf(out, "  %-12s %c %s\n", cell_table[i].name, cell_table[i].shown ? '*' : ' ',
			cell_table[i].about);
	fprintf(out, "* shown by default; -o +NAME adds one, -o NAME,NAME chooses\n");
}

static unsigned total_width(const struct columns *c)
{
	unsigned width = 0;

	for (unsigned i = 0; i < c->count; i++)
		width += cell_table[c->nth[i]].width + (i ? 2 : 1);
	return width;
}

void columns_fit(struct columns *c, unsigned width)
{
	while (width && c->count > 1 && total_width(c) > width) {
		unsigned least = 0;

		for (unsigned i = 1; i < c->count; i++) {
			if (cell_table[c->nth[i]].rank >= cell_table[c->nth[least]].rank)
				least = i;
		}
		if (!cell_table[c->nth[least]].rank)
			return;
		c->count--;
		memmove(&c->nth[least], &c->nth[least + 1], c->count - least);
	}
}

/* What stands in a column, from byte `from` on, gets its place. The last column has nothing after it to be aligned with. */
static void align(const struct columns *c, unsigned i, struct text *t, size_t from)
{
	const struct cell *cell = &cell_table[c->nth[i]];

	if (cell->right)
		text_indent(t, from, cell->width);
	else if (i + 1 < c->count)
		text_fill(t, from, cell->width);
}

void columns_head(const struct columns *c, const struct term *term, struct text *t)
{
	for (unsigned i = 0; i < c->count; i++) {
		const char *head = cell_table[c->nth[i]].head;
		size_t from;

		text_blank(t, i ? 2 : 1);
		from = t->len;
		if (head)
			text_string(t, head);
		else
			text_add(t, "LOCAL %s REMOTE", term_right(term));
		align(c, i, t, from);
	}
}

void columns_row(const struct columns *c, const struct row *row, struct text *t)
{
	for (unsigned i = 0; i < c->count; i++) {
		const struct cell *cell = &cell_table[c->nth[i]];
		enum signal_class signal = cell->signal ? cell->signal(row) : SIGNAL_NONE;
		size_t from;

		term_begin(row->term, t, signal);
		text_blank(t, i ? 2 : 1);
		from = t->len;
		cell->fill(t, row);
		align(c, i, t, from);
		term_end(row->term, t, signal);
	}
}
