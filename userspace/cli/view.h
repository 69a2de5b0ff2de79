/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A view: how a run is shown. The context of its model calls is the struct run. Data goes to standard output; text views
 * say what frames it (header, footer) on standard error, JSON has it in the stream.
 */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "run.h"

struct view {
	void (*begin)(struct run *run);
	void (*event)(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer);
	void (*life)(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer);
	/* Time passes, in the records' clock; true: the view has shown what was asked. NULL: it does not care. */
	bool (*tick)(struct run *run, uint64_t now_ns);
	/* No more comes, and messages may be printed now. NULL: the view does not care. */
	void (*leave)(struct run *run);
	void (*end)(struct run *run, const struct run_end *end);
};

extern const struct view view_life;
extern const struct view view_trace;
extern const struct view view_json;
extern const struct view view_ladder;
extern const struct view view_story;

/* The frame that both text views have. */
void view_text_begin(struct run *run);
void view_text_end(struct run *run, const struct run_end *end);
/* The frame of JSON Lines: header and footer. */
void view_json_begin(struct run *run);
void view_json_end(struct run *run, const struct run_end *end);

#endif
