// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sequence diagrams in Mermaid's language. One is a diagram file; several are Markdown with a block for each, since a
 * diagram file holds one. Mermaid has no slanted arrows: where a segment arrives later, a note tells that it left.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "draw.h"

static bool is_end(const char *start, const char *text)
{
	return !strncasecmp(text, "end", 3) && !isalnum((unsigned char)text[3]) &&
	       (text == start || !isalnum((unsigned char)text[-1]));
}

/* Everything that could mean something to Mermaid, as a character code; the word "end" ends a block even in a text. */
static void put(FILE *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c >= 0x80 || isalnum(c) || strchr(" .,:()/_+=-", c)) && !is_end(text, p))
			fputc(c, out);
		else
			fprintf(out, "#%u;", c < 0x20 || c == 0x7f ? '?' : c);
	}
}

static void put_note(FILE *out, unsigned from, unsigned to, const char *text, const char *more)
{
	if (from == to)
		fprintf(out, "    Note over P%u: ", from);
	else
		fprintf(out, "    Note over P%u,P%u: ", from, to);
	put(out, text);
	fprintf(out, "%s\n", more);
}

static void put_item(FILE *out, const struct sequence *s, const struct sequence_row *row,
		     const struct sequence_item *item)
{
	const char *arrow = item->told ? "--)" : "->>";

	if (item->kind == ITEM_MARK) {
		put_note(out, item->from, item->to, item->text, "");
		return;
	}
	if (item->cut_at_end && item->other_row >= 0) {
		put_note(out, item->from, item->from, item->text, " leaves");
		return;
	}
	if (item->cut_at_end)
		arrow = "-x";
	else if (s->lane[item->to].app)
		arrow = "-->>";
	fprintf(out, "    P%u%sP%u: ", item->from, arrow, item->to);
	put(out, row->time);
	fputs(*row->time ? " " : "", out);
	put(out, item->text);
	fputc('\n', out);
}

static void sequence(struct drawing *d, const struct sequence *s)
{
	FILE *out = draw_body(d);

	if (!out)
		return;
	if (d->drawn)
		fputs("```\n\n```mermaid\n", out);
	fputs("sequenceDiagram\n    title: ", out);
	put(out, s->title);
	fputc('\n', out);
	for (unsigned i = 0; i < s->lanes; i++) {
		fprintf(out, "    participant P%u as ", i);
		put(out, s->lane[i].name);
		fputs(*s->lane[i].detail ? "<br/>" : "", out);
		put(out, s->lane[i].detail);
		fputc('\n', out);
	}
	for (unsigned i = 0; i < s->rows; i++) {
		if (s->row[i].kind != ROW_STEPS)
			put_note(out, 0, s->lanes - 1, s->row[i].text, "");
		for (unsigned k = s->row[i].first; k < s->row[i].first + s->row[i].count; k++)
			put_item(out, s, &s->row[i], &s->item[k]);
	}
	for (unsigned i = 0; i < s->lines; i++)
		put_note(out, 0, s->lanes - 1, s->line[i].text, "");
}

static void begin(struct drawing *d)
{
	(void)d;
}

static void end(struct drawing *d)
{
	bool fenced = d->drawn > 1;

	if (d->drawn && draw_body_finish(d))
		fprintf(d->out, "%s%s%s", fenced ? "```mermaid\n" : "", d->body, fenced ? "```\n" : "");
	draw_body_free(d);
}

const struct renderer draw_mermaid = { .begin = begin, .sequence = sequence, .end = end };
