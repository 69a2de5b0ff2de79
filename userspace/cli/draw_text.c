// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sequence diagram on a terminal, in UTF-8 or ASCII. Lanes stand at columns that the terminal's width gives; each row
 * is a line. 80 columns are enough; a narrower terminal wraps.
 */
#include <string.h>

#include "draw.h"
#include "grid.h"

#define WIDTH_WITHOUT_TERMINAL 100
#define WIDTH_MIN 80
#define WIDTH_MAX 132
#define LANES_APART_MAX 34
#define MARK_MAX 17

struct glyphs {
	const char *lane, *faint_lane, *line, *told, *cut, *right, *left, *told_right, *told_left, *out, *in;
};

static const struct glyphs utf8_glyphs = { "│", "┆", "─", "╌", "╌", "▶", "◀", "▷", "◁", "├", "┤" };
static const struct glyphs ascii_glyphs = { "|", ":", "-", ".", ".", ">", "<", ">", "<", "+", "+" };

struct page {
	const struct sequence *s;
	const struct term *term;
	const struct glyphs *glyphs;
	unsigned width, time_width;
	int column[SEQUENCE_LANES];
};

static void place_lanes(struct page *p)
{
	unsigned lanes = p->s->lanes, first = p->time_width + 1, apart;

	apart = lanes > 1 ? (p->width - 1 - first) / (lanes - 1) : 0;
	if (apart > LANES_APART_MAX)
		apart = LANES_APART_MAX;
	for (unsigned i = 0; i < lanes; i++)
		p->column[i] = (int)(first + i * apart);
	p->width = first + (lanes - 1) * apart + 1;
	if (p->width < WIDTH_MIN)
		p->width = WIDTH_MIN;
}

static void page_init(struct page *p, const struct sequence *s, const struct term *term)
{
	unsigned width = term->width ? term->width : WIDTH_WITHOUT_TERMINAL;

	*p = (struct page){ .s = s, .term = term, .glyphs = term->utf8 ? &utf8_glyphs : &ascii_glyphs };
	p->width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
	p->time_width = 9;
	for (unsigned i = 0; i < s->rows; i++) {
		unsigned used = text_width(s->row[i].time);

		if (used > p->time_width)
			p->time_width = used;
	}
	place_lanes(p);
}

static void print(const struct page *p, const struct grid *g, FILE *out)
{
	struct text t;

	text_init(&t);
	grid_text(g, p->term, &t);
	fprintf(out, "%s\n", t.s);
}

/* Text around a column, moved inside the page, cut to a width. */
static int place_around(const struct page *p, int column, struct text *t, const char *text, unsigned most)
{
	int from, width;

	text_init(t);
	text_add_cut(t, text, most, p->term->utf8);
	width = (int)text_width(t->s);
	from = column - width / 2;
	if (from + width > (int)p->width)
		from = (int)p->width - width;
	return from < (int)p->time_width + 1 ? (int)p->time_width + 1 : from;
}

/* The outer lanes' names may reach to the page's edges, the inner ones' half way to their neighbours. */
static void put_names(const struct page *p, struct grid *g, bool detail)
{
	unsigned last = p->s->lanes - 1;
	struct text t;

	for (unsigned i = 0; i <= last; i++) {
		const char *name = detail ? p->s->lane[i].detail : p->s->lane[i].name;
		int at = place_around(p, p->column[i], &t, name,
				      last ? (unsigned)p->column[1] - (unsigned)p->column[0] - 6 : 60);

		if (i == last && last > 1) /* its middle would be beyond the page */
			at = p->column[i] + 1 - (int)text_width(t.s);
		grid_put(g, i ? at : p->column[0], t.s, SIGNAL_NONE);
	}
}

static void head(const struct page *p, FILE *out)
{
	struct grid g;

	fprintf(out, "%s\n", p->s->title);
	for (int detail = 0; detail < 2; detail++) {
		grid_init(&g, p->width);
		put_names(p, &g, detail);
		print(p, &g, out);
	}
}

static void lifelines(const struct page *p, struct grid *g, const char *character)
{
	for (unsigned i = 0; i < p->s->lanes; i++)
		grid_fill(g, p->column[i], p->column[i] + 1, character, SIGNAL_DIM);
}

/* How far each lane's own text reaches to the left and the right. */
struct reach {
	int from[SEQUENCE_LANES], to[SEQUENCE_LANES]; /* to: the first free column */
	bool marked[SEQUENCE_LANES];
};

static void put_marks(const struct page *p, const struct sequence_row *row, struct grid *g, struct reach *reach)
{
	struct text t;

	for (unsigned i = 0; i < p->s->lanes; i++) {
		reach->from[i] = p->column[i];
		reach->to[i] = p->column[i] + 1;
		reach->marked[i] = false;
	}
	for (unsigned i = row->first; i < row->first + row->count; i++) {
		const struct sequence_item *item = &p->s->item[i];
		int at;

		if (item->kind != ITEM_MARK)
			continue;
		at = place_around(p, p->column[item->from], &t, item->text, MARK_MAX);
		grid_put(g, at - 1, " ", item->signal);
		grid_put(g, at, t.s, item->signal);
		reach->from[item->from] = at - 1;
		reach->to[item->from] = at + (int)text_width(t.s) + 1;
		grid_put(g, reach->to[item->from] - 1, " ", item->signal);
		reach->marked[item->from] = true;
	}
}

static void put_label(const struct page *p, struct grid *g, const struct sequence_item *item, int from, int to)
{
	int room = to - from, width;
	struct text t;

	text_init(&t);
	if (!*item->text || room < 1)
		return;
	text_add_cut(&t, item->text, (unsigned)room, p->term->utf8);
	width = (int)text_width(t.s);
	if (room - width >= 2) {
		from += (room - width) / 2;
		grid_put(g, from - 1, " ", item->signal);
		grid_put(g, from + width, " ", item->signal);
	} else {
		from += room - width;
	}
	grid_put(g, from, t.s, item->signal);
}

static void put_arrow(const struct page *p, const struct sequence_item *item, struct grid *g, const struct reach *reach)
{
	const struct glyphs *gl = p->glyphs;
	bool right = item->to > item->from;
	unsigned low = right ? item->from : item->to, high = right ? item->to : item->from;
	int from = reach->to[low], to = reach->from[high], middle = (from + to) / 2;
	bool cut_low = right ? item->cut_at_start : item->cut_at_end;
	bool cut_high = right ? item->cut_at_end : item->cut_at_start;
	const char *line = item->told ? gl->told : gl->line;

	grid_fill(g, from, middle, cut_low ? gl->cut : line, item->signal);
	grid_fill(g, middle, to, cut_high ? gl->cut : line, item->signal);
	if (!reach->marked[item->from] && !item->cut_at_start && !item->told)
		grid_put(g, p->column[item->from], right ? gl->out : gl->in, SIGNAL_DIM);
	put_label(p, g, item, right ? from : from + 1, right ? to - 1 : to);
	if (item->cut_at_end)
		return;
	if (right)
		grid_put(g, to - 1, item->told ? gl->told_right : gl->right, item->signal);
	else
		grid_put(g, from, item->told ? gl->told_left : gl->left, item->signal);
}

static void draw_row(const struct page *p, const struct sequence_row *row, FILE *out)
{
	struct reach reach;
	struct grid g;
	struct text t;

	grid_init(&g, p->width);
	grid_put(&g, (int)(p->time_width - text_width(row->time)), row->time, SIGNAL_NONE);
	if (row->kind != ROW_STEPS) {
		int middle = (p->column[0] + p->column[p->s->lanes - 1]) / 2;

		lifelines(p, &g, p->glyphs->faint_lane);
		grid_put(&g, place_around(p, middle, &t, row->text, 60), t.s, SIGNAL_DIM);
		print(p, &g, out);
		return;
	}
	lifelines(p, &g, p->glyphs->lane);
	put_marks(p, row, &g, &reach);
	for (unsigned i = row->first; i < row->first + row->count; i++) {
		if (p->s->item[i].kind == ITEM_ARROW)
			put_arrow(p, &p->s->item[i], &g, &reach);
	}
	print(p, &g, out);
}

static void foot(const struct page *p, FILE *out)
{
	for (unsigned i = 0; i < p->s->lines; i++) {
		const struct sequence_line *line = &p->s->line[i];
		struct text t;

		text_init(&t);
		term_begin(p->term, &t, line->signal);
		text_add(&t, "%s", line->text);
		term_end(p->term, &t, line->signal);
		fprintf(out, "  %s\n", t.s);
	}
}

static void sequence(struct drawing *d, const struct sequence *s)
{
	struct page p;

	page_init(&p, s, d->term);
	if (d->drawn)
		fputc('\n', d->out);
	head(&p, d->out);
	for (unsigned i = 0; i < s->rows; i++)
		draw_row(&p, &s->row[i], d->out);
	foot(&p, d->out);
}

static void nothing(struct drawing *d)
{
	(void)d;
}

const struct renderer draw_text = { .begin = nothing, .sequence = sequence, .end = nothing };
