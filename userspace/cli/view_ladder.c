// SPDX-License-Identifier: GPL-2.0-or-later
/* The view of ladder: each connection as a sequence diagram, when it is over. */
#include "connections.h"
#include "draw.h"

struct ladder {
	struct connections all; /* first, as connections.h asks */
	struct drawing drawing;
	const struct renderer *renderer;
	struct term term;
};

static const struct renderer *choose(const struct settings *set)
{
	if (set->svg)
		return &draw_svg;
	if (set->html)
		return &draw_html;
	return set->mermaid ? &draw_mermaid : &draw_text;
}

static void show(struct run *run, struct connection *c)
{
	struct ladder *ladder = run->state;
	struct sequence_style style = { .term = &ladder->term, .stamp = &run->stamp, .verbose = run->set->verbose };
	struct sequence s;

	if (sequence_create(&s, c, &style)) {
		ladder->all.gather.no_memory = true;
	} else {
		ladder->renderer->sequence(&ladder->drawing, &s);
		ladder->drawing.drawn++;
		ladder->all.shown++;
	}
	sequence_destroy(&s);
}

static void begin(struct run *run)
{
	static struct ladder ladder;

	view_text_begin(run);
	run->state = &ladder;
	connections_init(&ladder.all, run, show);
	ladder.renderer = choose(run->set);
	ladder.term = run->term;
	if (ladder.renderer != &draw_text)
		ladder.term.utf8 = true;
	else if (run->set->ascii)
		ladder.term.utf8 = false;
	if (!ladder.term.width)
		ladder.term.width = connections_columns();
	ladder.drawing = (struct drawing){ .out = run->out, .term = &ladder.term };
	ladder.renderer->begin(&ladder.drawing);
}

static void end(struct run *run, const struct run_end *e)
{
	struct ladder *ladder = run->state;

	connections_finish(&ladder->all);
	ladder->renderer->end(&ladder->drawing);
	view_text_end(run, e);
	connections_explain(&ladder->all);
	connections_exit(&ladder->all);
}

const struct view view_ladder = {
	.begin = begin, .event = connections_event, .life = connections_life, .tick = connections_tick, .end = end
};
