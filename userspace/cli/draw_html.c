// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sequence diagrams as one HTML page: for each the picture, its sums, and its steps as a table for those who read with
 * ears or search with the browser. No script, nothing from elsewhere.
 */
#include "draw.h"

static const char page_style[] =
	"body{margin:2rem auto;max-width:64rem;padding:0 1rem;background:#fff;color:#1f2328;"
	"font:15px/1.5 system-ui,'DejaVu Sans',sans-serif}\n"
	"h2{font:bold 15px ui-monospace,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}section{margin:0 0 3rem}\n"
	"svg{max-width:100%;height:auto}table{border-collapse:collapse;font:12px ui-monospace,monospace}\n"
	"td,th{padding:.1rem .8rem .1rem 0;text-align:left;vertical-align:top}td:first-child{text-align:right}\n"
	".warn{color:#8a5a00}.bad{color:#c4162a}.dim{color:#656d76}summary{cursor:pointer}\n"
	"@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}.warn{color:#e3b341}.bad{color:#ff7b72}"
	".dim{color:#9198a1}}\n"
	"@media print{body{background:#fff;color:#000;max-width:none;margin:0}.warn{color:#8a5a00}.bad{color:#c4162a}"
	".dim{color:#444}section{break-after:page}section:last-of-type{break-after:auto}}\n";

static void begin(struct drawing *d)
{
	fprintf(d->out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		"<title>socklife ladder</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<main>\n<h1>socklife ladder</h1>\n",
		page_style, draw_svg_style);
}

static void step(FILE *out, const struct sequence *s, const struct sequence_row *row, const struct sequence_item *item)
{
	fputs("<tr><td>", out);
	draw_escaped(out, row->time);
	fputs("</td><td>", out);
	draw_escaped(out, s->lane[item->from].name);
	fputs("</td><td>", out);
	if (item->kind == ITEM_ARROW) {
		fputs("→ ", out);
		draw_escaped(out, s->lane[item->to].name);
	}
	fputs("</td><td>", out);
	draw_escaped(out, item->text);
	if (item->told)
		fputs(" (known from the calls)", out);
	else if (item->cut_at_end)
		fputs(item->other_row < 0 ? " leaves; its arrival was not seen" : " leaves", out);
	else if (item->cut_at_start)
		fputs(item->other_row < 0 ? " arrives; its departure was not seen" : " arrives", out);
	fputs("</td></tr>\n", out);
}

static void table(FILE *out, const struct sequence *s)
{
	fputs("<details><summary>Steps</summary>\n<table>\n"
	      "<thead><tr><th>ms</th><th>from</th><th>to</th><th>what</th></tr></thead>\n<tbody>\n",
	      out);
	for (unsigned i = 0; i < s->rows; i++) {
		const struct sequence_row *row = &s->row[i];

		if (row->kind != ROW_STEPS) {
			fputs("<tr><td></td><td colspan=\"3\" class=\"dim\">", out);
			draw_escaped(out, row->text);
			fputs("</td></tr>\n", out);
		}
		for (unsigned k = row->first; k < row->first + row->count; k++)
			step(out, s, row, &s->item[k]);
	}
	fputs("</tbody>\n</table>\n</details>\n", out);
}

static void sequence(struct drawing *d, const struct sequence *s)
{
	static const char *const classes[] = { "", "dim", "warn", "bad" };

	fputs("<section>\n<h2>", d->out);
	draw_escaped(d->out, s->title);
	fputs("</h2>\n", d->out);
	draw_svg_picture(d->out, s);
	fputs("<ul>\n", d->out);
	for (unsigned i = 0; i < s->lines; i++) {
		fprintf(d->out, "<li class=\"%s\">", classes[s->line[i].signal]);
		draw_escaped(d->out, s->line[i].text);
		fputs("</li>\n", d->out);
	}
	fputs("</ul>\n", d->out);
	table(d->out, s);
	fputs("</section>\n", d->out);
}

static void end(struct drawing *d)
{
	if (!d->drawn)
		fputs("<p>No connection was seen.</p>\n", d->out);
	fputs("</main>\n</body>\n</html>\n", d->out);
}

const struct renderer draw_html = { .begin = begin, .sequence = sequence, .end = end };
