/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of a command, as its view sees it: what was asked, what is watched, and at the end what came of it. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "columns.h"
#include "json.h"
#include "model.h"
#include "options.h"
#include "source.h"
#include "stamp.h"
#include "term.h"

struct run_host { /* empty strings: not known */
	char kernel[65];
	char name[65];
	char boot_id[40];
};

struct run {
	const struct settings *set;
	const char *filter;             /* as it was typed */
	const struct sl_filter *chosen; /* the same, parsed */
	const char *source;             /* its name */
	enum sl_level level;
	bool live; /* what comes happens now, on this host */
	struct run_host host;
	struct sl_source *input; /* where records come from; NULL before it is open */
	FILE *out;               /* where data goes; standard output, unless a file was opened for it */
	int failed;              /* -errno: the view cannot go on, and says why in: */
	struct sl_error why;     /* filled with it */
	struct term term;
	struct stamp stamp;
	struct sl_json json;
	struct columns columns;
	const struct sl_fact_status *facts; /* NULL: the source does not say */
	uint64_t watched;                   /* bitmap of facts */
	unsigned hooks;
	int code;    /* that the view asks for, if nothing else decides it */
	void *state; /* of the command's views: what session_kind gave */
};

struct run_end {
	struct sl_stats source;
	struct sl_model_stats model;
	uint64_t events; /* shown */
	uint64_t lives;  /* shown */
	uint64_t took_ns;
	const char *why; /* "signal", "count", "duration", "command", "end", "error" */
};

/* The source that was asked for; of itself the module's where it is loaded and lets this user in, else the BPF programs. */
const struct sl_source_ops *run_source(const struct settings *set);
void run_host_read(struct run_host *host); /* of this host */
/* From an open and started source. */
void run_watch(struct run *run, struct sl_source *source);
const char *run_level_name(enum sl_level level);
/* Facts that this level would watch, but this kernel or source cannot. */
unsigned run_missing(const struct run *run);
uint64_t run_lost(const struct run_end *end); /* records, of all types and for all reasons */

#endif
