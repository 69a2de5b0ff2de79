/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exporters: a recording in another tool's format. One file each, one table of them (command_export.c). An exporter is a
 * view whose output is a file: its calls get the run, whose state is the struct export.
 */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "outfile.h"
#include "view.h"

struct exporter {
	const char *name; /* of --to */
	const char *about;
	const char *suffix; /* of the default output's name */
	enum outfile_kind kind;
	bool text; /* may go to standard output by itself */
	struct view view;
};

struct export
{
	const struct exporter *exporter;
	struct outfile out;
	const char *recording; /* its name as it was given */
	void *state;           /* the exporter's own */
	uint64_t left_out;     /* records that the format cannot show */
	const char *why;       /* how the run ended */
};

static inline struct export *export_of(const struct run *run)
{
	return run->state;
}

/* The exporter cannot go on. what: subject first; errno's text is the cause, or why if it is not NULL. */
void export_fail(struct run *run, int ret, const char *what, const char *why);

extern const struct exporter export_jsonl, export_csv, export_csv_events, export_pcapng, export_ctf, export_perfetto,
	export_sqlite;

#endif
