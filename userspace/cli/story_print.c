// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The story on a page: time, which end, the application's column, the kernel's. What the kernel does right after it was
 * asked stands beside the question. Sentences are broken between words, by the columns that they take on the screen.
 */
#include <errno.h>
#include <string.h>

#include "lang.h"
#include "sequence.h"
#include "story.h"

#define WIDTH 100
#define WIDTH_MIN 80
#define WIDTH_MAX 120
#define LINES_MAX 8 /* of one cell */
#define END_WIDTH 10

struct cell_lines {
	unsigned count;
	char line[LINES_MAX][256];
};

struct page {
	const struct story_style *style;
	struct stamp stamp;
	unsigned app, kernel; /* widths of the columns */
	bool app_waits;       /* left is filled and not printed yet */
	uint8_t side;
	char time[STAMP_SIZE];
	const char *end;
	struct cell_lines left;
};

static size_t word_length(const char *s)
{
	return strcspn(s, " ");
}

static void add_line(struct cell_lines *lines, struct text *line)
{
	if (line->len && lines->count < LINES_MAX)
		text_copy(lines->line[lines->count++], sizeof(lines->line[0]), line);
	text_init(line);
}

static void wrap(struct cell_lines *lines, const char *s, unsigned width)
{
	struct text line, word;

	text_init(&line);
	while (*s) {
		size_t len = word_length(s);

		text_init(&word);
		text_add(&word, "%.*s", (int)len, s);
		if (line.len && text_width(line.s) + 1 + text_width(word.s) > width)
			add_line(lines, &line);
		text_add(&line, "%s%s", line.len ? " " : "", word.s);
		s += len + (s[len] == ' ');
	}
	add_line(lines, &line);
}

static void cell(struct cell_lines *lines, const struct page *p, const struct sentence *sentence, unsigned width)
{
	struct text ref;

	lines->count = 0;
	if (!sentence)
		return;
	wrap(lines, sentence->text.s, width);
	if (!p->style->teach || !sentence->ref)
		return;
	text_init(&ref);
	text_add(&ref, "[%s]", sentence->ref);
	wrap(lines, ref.s, width);
}

static void put_cell(const struct page *p, struct text *t, const struct cell_lines *lines, unsigned n, unsigned width)
{
	const char *line = n < lines->count ? lines->line[n] : "";
	bool ref = *line == '[';
	size_t from = t->len;

	if (ref)
		term_begin(p->style->term, t, SIGNAL_DIM);
	text_add(t, "%s", line);
	if (ref)
		term_end(p->style->term, t, SIGNAL_DIM);
	if (text_width(line) < width)
		text_add(t, "%*s", (int)(width - text_width(line)), "");
	(void)from;
}

static void print_row(struct page *p, const struct cell_lines *right)
{
	static const struct cell_lines none;
	const struct cell_lines *left = p->app_waits ? &p->left : &none;
	unsigned rows = left->count > right->count ? left->count : right->count;
	struct text t;

	for (unsigned n = 0; n < rows; n++) {
		size_t from;

		text_init(&t);
		text_add(&t, "%9s  ", n ? "" : p->time);
		from = t.len;
		text_add(&t, "%s", n ? "" : p->end);
		text_fill(&t, from, END_WIDTH);
		text_add(&t, "  ");
		put_cell(p, &t, left, n, p->app);
		text_add(&t, "  ");
		put_cell(p, &t, right, n, 0);
		while (t.len && t.s[t.len - 1] == ' ')
			t.s[--t.len] = 0;
		fprintf(p->style->out, "%s\n", t.s);
	}
	p->app_waits = false;
}

static void flush(struct page *p)
{
	static const struct cell_lines none;

	if (p->app_waits)
		print_row(p, &none);
}

static void at(struct page *p, const struct story *story, const struct step *step)
{
	stamp_text(&p->stamp, p->time, step->ns);
	p->end = story_end_name(&story->c->end[step->side]->id);
	p->side = step->side;
}

static void put_sentence(struct page *p, const struct story *story, const struct step *step, const struct sentence *s)
{
	struct cell_lines right;

	if (!s->kernel) {
		flush(p);
		at(p, story, step);
		cell(&p->left, p, s, p->app);
		p->app_waits = true;
		return;
	}
	if (!p->app_waits || p->side != step->side) {
		flush(p);
		at(p, story, step);
	}
	cell(&right, p, s, p->kernel);
	print_row(p, &right);
}

static void put_heads(struct page *p)
{
	struct sentence app = { .kernel = false };
	struct cell_lines right;

	text_init(&app.text);
	text_add(&app.text, "%s", _("application"));
	cell(&p->left, p, &app, p->app);
	p->app_waits = true;
	snprintf(p->time, sizeof(p->time), "%s", "ms");
	p->end = "";
	text_init(&app.text);
	text_add(&app.text, "%s", _("kernel"));
	cell(&right, p, &app, p->kernel);
	print_row(p, &right);
}

static void page_init(struct page *p, const struct story_style *style)
{
	unsigned width = style->term->width ? style->term->width : WIDTH;

	memset(p, 0, sizeof(*p));
	p->style = style;
	p->stamp = *style->stamp;
	p->stamp.first_ns = 0;
	if (p->stamp.how == TIME_UNSET)
		p->stamp.how = TIME_REL;
	width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
	width -= 11 + END_WIDTH + 2 + 2;
	p->app = width * 2 / 5;
	p->kernel = width - p->app;
}

int story_print(const struct connection *c, const struct story_style *style)
{
	struct story story = { .c = c };
	struct sentence sentence[2];
	struct steps steps;
	struct text title;
	struct page page;

	if (steps_create(&steps, c))
		return -ENOMEM;
	page_init(&page, style);
	text_init(&title);
	sequence_title(&title, c, style->term);
	fprintf(style->out, "%s\n", title.s);
	put_heads(&page);
	for (unsigned i = 0; i < steps.count; i++) {
		unsigned count = steps.step[i].hidden ? 0 : story_tell(&story, &steps.step[i], sentence);

		for (unsigned k = 0; k < count; k++)
			put_sentence(&page, &story, &steps.step[i], &sentence[k]);
	}
	flush(&page);
	if (steps.from_life)
		fprintf(style->out, "  %s\n",
			_("told from the life's record alone: at level life no steps are watched"));
	steps_destroy(&steps);
	return 0;
}
