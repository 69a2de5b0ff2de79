// SPDX-License-Identifier: GPL-2.0-or-later
/* The view of story: each connection in plain words, when it is over. */
#include "connections.h"
#include "story.h"

struct story_view {
	struct connections all; /* first, as connections.h asks */
	struct term term;
};

static void show(struct run *run, struct connection *c)
{
	struct story_view *view = run->state;
	struct story_style style = {
		.out = run->out, .term = &view->term, .stamp = &run->stamp, .teach = run->set->teach
	};

	if (view->all.shown)
		fputc('\n', run->out);
	if (story_print(c, &style))
		view->all.gather.no_memory = true;
	else
		view->all.shown++;
}

static void begin(struct run *run)
{
	static struct story_view view;

	view_text_begin(run);
	run->state = &view;
	connections_init(&view.all, run, show);
	view.term = run->term;
	if (!view.term.width)
		view.term.width = connections_columns();
}

static void end(struct run *run, const struct run_end *e)
{
	struct story_view *view = run->state;

	connections_finish(&view->all);
	view_text_end(run, e);
	connections_explain(&view->all);
	connections_exit(&view->all);
}

const struct view view_story = {
	.begin = begin, .event = connections_event, .life = connections_life, .tick = connections_tick, .end = end
};
