/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the views of whole connections (ladder, story) share: they gather, choose, count, and say so when there was
 * nothing to show.
 */
#ifndef CLI_CONNECTIONS_H
#define CLI_CONNECTIONS_H

#include "gather.h"
#include "view.h"

#define CONNECTIONS_NAMED 3

struct connections {
	struct gather gather;
	struct run *run;
	void (*show)(struct run *run, struct connection *c); /* counts what it has shown in shown */
	uint64_t shown;
	uint64_t quiet; /* matched, but had nothing to show */
	bool enough;    /* --count is reached, or there is no memory */
	unsigned named;
	char other[CONNECTIONS_NAMED][160]; /* some that did not match */
};

/* run.state points to a struct that begins with this one. */
void connections_init(struct connections *all, struct run *run, void (*show)(struct run *run, struct connection *c));
void connections_exit(struct connections *all);
/* The view's calls, as they are. */
void connections_event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer);
void connections_life(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer);
bool connections_tick(struct run *run, uint64_t now_ns);
/* Without a terminal: how wide the caller's shell says that its own is. 0: it does not say. */
unsigned connections_columns(void);
/* Shows what is left. */
void connections_finish(struct connections *all);
/* On standard error, where nothing was shown: why that is, and what was seen. Sets run.code for a recording. */
void connections_explain(struct connections *all);

#endif
