// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sequence diagrams as one SVG picture, diagrams below each other. It needs nothing from elsewhere, follows the reader's
 * light or dark setting, and prints on white. A segment whose arrival is in another row is a slanted arrow.
 */
#include <string.h>

#include "draw.h"

#define ROW 26
#define HEAD 96 /* title and lane names */
#define LINE 18
#define FIRST_LANE 170
#define LANES_APART 200
#define MARGIN 100
#define CHARACTER 7.3 /* width of one, at the marks' size */

const char draw_svg_style[] =
	".sl{--bg:#fff;--fg:#1f2328;--dim:#656d76;--line:#0b5cad;--warn:#8a5a00;--bad:#c4162a;--box:#eef2f6;--edge:#c3ccd5;"
	"font:12px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}\n"
	"@media (prefers-color-scheme:dark){.sl{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#6cb6ff;--warn:#e3b341;"
	"--bad:#ff7b72;--box:#1c2430;--edge:#3d4753}}\n"
	"@media print{.sl{--bg:#fff;--fg:#000;--dim:#444;--line:#0b5cad;--warn:#8a5a00;--bad:#c4162a;--box:#f3f5f7;"
	"--edge:#999}}\n"
	".sl .bg{fill:var(--bg)}.sl text{fill:var(--fg)}.sl .h{font-weight:bold;font-size:14px}.sl .b{font-weight:bold}\n"
	".sl .life{stroke:var(--edge)}.sl .gap{stroke-dasharray:2 4}.sl .box{fill:var(--box);stroke:var(--edge)}\n"
	".sl .a{stroke:var(--line);stroke-width:1.5}.sl .p{fill:var(--line)}.sl .told{stroke-dasharray:3 3}\n"
	".sl .dim{fill:var(--dim)}.sl text.s1{fill:var(--dim)}.sl .a.s1{stroke:var(--dim)}.sl .p.s1{fill:var(--dim)}\n"
	".sl text.s2{fill:var(--warn)}.sl .a.s2{stroke:var(--warn)}.sl .p.s2{fill:var(--warn)}\n"
	".sl text.s3{fill:var(--bad)}.sl .a.s3{stroke:var(--bad)}.sl .p.s3{fill:var(--bad)}\n";

static unsigned lane_x(unsigned lane)
{
	return FIRST_LANE + lane * LANES_APART;
}

static unsigned row_y(unsigned top, int row)
{
	return top + HEAD + (unsigned)row * ROW + ROW / 2;
}

static unsigned lanes_width(const struct sequence *s)
{
	return lane_x(s->lanes ? s->lanes - 1 : 0) + MARGIN;
}

static void put_text(FILE *out, unsigned x, unsigned y, const char *anchor, const char *class, const char *text)
{
	fprintf(out, "<text x=\"%u\" y=\"%u\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, class);
	draw_escaped(out, text);
	fputs("</text>\n", out);
}

static unsigned half_width(const char *text)
{
	return (unsigned)(text_width(text) * CHARACTER / 2) + 6;
}

static void put_box(FILE *out, unsigned x, unsigned y, unsigned half, const char *text, const char *class)
{
	fprintf(out, "<rect class=\"box\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"20\" rx=\"4\"/>\n", x - half, y - 10,
		2 * half);
	put_text(out, x, y + 4, "middle", class, text);
}

/* One line for each run of rows that look the same. */
static void lifeline(FILE *out, const struct sequence *s, unsigned x, unsigned top)
{
	unsigned from = 0;

	for (unsigned row = 1; row <= s->rows; row++) {
		bool gap = s->row[from].kind != ROW_STEPS;

		if (row < s->rows && gap == (s->row[row].kind != ROW_STEPS))
			continue;
		fprintf(out, "<line class=\"life%s\" x1=\"%u\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>\n", gap ? " gap" : "", x,
			x, row_y(top, (int)from) - ROW / 2, row_y(top, (int)row) - ROW / 2);
		from = row;
	}
}

static void put_lanes(FILE *out, const struct sequence *s, unsigned top)
{
	for (unsigned i = 0; i < s->lanes; i++) {
		const struct sequence_lane *lane = &s->lane[i];

		lifeline(out, s, lane_x(i), top);
		put_box(out, lane_x(i), top + HEAD - 36, half_width(lane->name), lane->name, "b");
		put_text(out, lane_x(i), top + HEAD - 10, "middle", "dim", lane->detail);
	}
}

/* How far the mark of a lane in this row reaches from its middle. */
static int mark_half(const struct sequence *s, const struct sequence_row *row, unsigned lane)
{
	for (unsigned i = row->first; i < row->first + row->count; i++) {
		if (s->item[i].kind == ITEM_MARK && s->item[i].from == lane)
			return (int)half_width(s->item[i].text);
	}
	return 0;
}

static void put_head(FILE *out, int x, int y, bool right, unsigned signal)
{
	int back = right ? -9 : 9;

	fprintf(out, "<path class=\"p s%u\" d=\"M%d %dl%d -4.5v9z\"/>\n", signal, x, y, back);
}

static void put_arrow(FILE *out, const struct sequence *s, const struct sequence_row *row,
		      const struct sequence_item *item, unsigned top)
{
	bool right = item->to > item->from, slanted = item->cut_at_end && item->other_row >= 0;
	int sign = right ? 1 : -1, y1 = (int)row_y(top, (int)(row - s->row));
	int x1 = (int)lane_x(item->from) + sign * mark_half(s, row, item->from);
	int x2 = (int)lane_x(item->to) - sign * mark_half(s, row, item->to);
	int y2 = slanted ? (int)row_y(top, item->other_row) : y1;

	if (item->cut_at_start && item->other_row >= 0)
		return; /* drawn from its departure's row */
	if (slanted)
		x2 = (int)lane_x(item->to) - sign * mark_half(s, &s->row[item->other_row], item->to);
	if (item->cut_at_end && !slanted)
		x2 = (x1 + x2) / 2;
	if (item->cut_at_start)
		x1 = (x1 + x2) / 2;
	fprintf(out, "<line class=\"a s%u%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", item->signal,
		item->told ? " told" : "", x1, y1, x2, y2);
	if (item->cut_at_end && !slanted)
		put_text(out, (unsigned)x2, (unsigned)y2 + 4, "middle", "s2", "×");
	else
		put_head(out, x2, y2, right, item->signal);
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" class=\"s%u\">",
		slanted ? x1 + (x2 - x1) / 4 : (x1 + x2 - sign * 6) / 2, slanted ? y1 + (y2 - y1) / 4 - 5 : y1 - 4,
		item->signal);
	draw_escaped(out, item->text);
	fputs("</text>\n", out);
}

static void put_row(FILE *out, const struct sequence *s, unsigned n, unsigned top)
{
	const struct sequence_row *row = &s->row[n];
	unsigned y = row_y(top, (int)n);
	char class[8];

	if (row->kind != ROW_STEPS)
		put_text(out, (lane_x(0) + lane_x(s->lanes - 1)) / 2, y + 4, "middle", "dim", row->text);
	if (*row->time)
		put_text(out, 88, y + 4, "end", "dim", row->time);
	for (unsigned i = row->first; i < row->first + row->count; i++) {
		const struct sequence_item *item = &s->item[i];

		snprintf(class, sizeof(class), "s%u", item->signal);
		if (item->kind == ITEM_MARK)
			put_box(out, lane_x(item->from), y, half_width(item->text), item->text, class);
		else
			put_arrow(out, s, row, item, top);
	}
}

static unsigned put_diagram(FILE *out, const struct sequence *s, unsigned top)
{
	put_lanes(out, s, top);
	for (unsigned i = 0; i < s->rows; i++)
		put_row(out, s, i, top);
	return HEAD + s->rows * ROW;
}

static unsigned put_all(FILE *out, const struct sequence *s, unsigned top)
{
	unsigned y = top + put_diagram(out, s, top) + LINE;
	char class[8];

	put_text(out, 12, top + 26, "start", "h", s->title);
	for (unsigned i = 0; i < s->lines; i++, y += LINE) {
		snprintf(class, sizeof(class), "s%u", s->line[i].signal);
		put_text(out, 12, y, "start", class, s->line[i].text);
	}
	return y + LINE - top;
}

void draw_svg_picture(FILE *out, const struct sequence *s)
{
	unsigned width = lanes_width(s), height = HEAD + s->rows * ROW;

	fprintf(out, "<svg class=\"sl\" role=\"img\" aria-label=\"");
	draw_escaped(out, s->title);
	fprintf(out, "\" width=\"%u\" height=\"%u\" viewBox=\"0 40 %u %u\">\n", width, height - 40, width, height - 40);
	put_diagram(out, s, 0);
	fputs("</svg>\n", out);
}

static void begin(struct drawing *d)
{
	(void)d;
}

/* The lines below may be wider than the lanes. */
static unsigned needed_width(const struct sequence *s)
{
	unsigned width = lanes_width(s), most = (unsigned)(text_width(s->title) * CHARACTER * 14 / 12) + 24;

	for (unsigned i = 0; i < s->lines; i++) {
		unsigned line = (unsigned)(text_width(s->line[i].text) * CHARACTER) + 24;

		most = line > most ? line : most;
	}
	return most > width ? most : width;
}

static void sequence(struct drawing *d, const struct sequence *s)
{
	FILE *body = draw_body(d);
	unsigned width = needed_width(s);

	if (!body)
		return;
	d->height += put_all(body, s, d->height);
	if (width > d->width)
		d->width = width;
}

static void end(struct drawing *d)
{
	if (d->drawn && draw_body_finish(d)) {
		fprintf(d->out,
			"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sl\" width=\"%u\" height=\"%u\" "
			"viewBox=\"0 0 %u %u\">\n<style>\n%s</style>\n<rect class=\"bg\" width=\"100%%\" "
			"height=\"100%%\"/>\n",
			d->width, d->height, d->width, d->height, draw_svg_style);
		fwrite(d->body, 1, d->body_size, d->out);
		fputs("</svg>\n", d->out);
	}
	draw_body_free(d);
}

const struct renderer draw_svg = { .begin = begin, .sequence = sequence, .end = end };
