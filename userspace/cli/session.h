/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run from its set-up to its exit code: source to model to view. For the commands that show a stream. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "child.h"
#include "filter.h"
#include "progress.h"
#include "run.h"
#include "savefile.h"
#include "view.h"

/* What the commands differ in. */
struct session_kind {
	const struct view *text; /* the view without --json */
	const struct view *json; /* with it; NULL: events and lives as they come */
	void *state;             /* the views' own: run.state */
	const char *columns;     /* the text view's, without --columns; NULL: the table's default */
	bool open;               /* lives that are still open at the end are always shown */
	enum sl_level level;     /* without --level */
	enum time_word time;     /* without --time */
	bool events;             /* events are shown, and counted by --count; else lives */
	bool progress;           /* standard error may show how far it is */
	/* Each record as it comes, before the model; NULL: nobody wants it. Returns 0 or -errno with err filled. */
	int (*record)(void *state, const struct sl_rec *rec, struct sl_error *err);
	FILE *out;         /* where data goes; NULL: standard output */
	const char *watch; /* the view sees what this filter says; NULL: what the command's filter says */
	bool connections;  /* the view gets all that may belong to a connection, and chooses and counts itself */
};

struct session {
	const struct session_kind *kind;
	const struct view *view;
	struct run run;
	struct run_end end;
	struct sl_config config;
	struct sl_filter *filter;
	struct sl_filter *watch;         /* what the view sees; NULL: what filter says */
	const struct sl_source_ops *ops; /* of the source */
	struct sl_source *source;
	struct sl_model *model;
	struct sl_savefile *save;
	struct child child;
	struct progress progress;
	bool full;          /* --count is reached: nothing more is shown */
	bool stopping;      /* the rest is taken in whatever it is */
	uint64_t began_ns;  /* live: when it started; else the first record's time */
	uint64_t record_ns; /* time of the record shown last */
	uint64_t last_ns;   /* live: when the last record came; else its time */
	uint64_t child_ended_ns;
	struct sl_error error; /* what broke in the middle */
};

/* Returns the exit code. filter: the text, "" for everything. Prints all errors. */
int session_run(const struct settings *set, const struct session_kind *kind, const char *filter);

/* The middle: from the started source to the stopped one. Sets end.why. Returns 0 or -errno with session.error filled. */
int session_loop(struct session *s);

#endif
