/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file or directory that is written whole or not at all: it has the name PATH.part until it is finished. What stood at
 * PATH before is replaced only then, and a directory never.
 */
#ifndef CLI_OUTFILE_H
#define CLI_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"

enum outfile_kind {
	OUTFILE_STREAM,    /* file is open for writing; "-" is standard output */
	OUTFILE_NAME,      /* only the name is reserved: a library writes it */
	OUTFILE_DIRECTORY, /* made */
};

struct outfile {
	enum outfile_kind kind;
	FILE *file; /* OUTFILE_STREAM */
	char *path;
	char *part; /* the name to write to; NULL: standard output */
};

/* Returns 0 or -errno with err filled. */
int outfile_open(struct outfile *o, const char *path, enum outfile_kind kind, struct sl_error *err);
/* Gives it its name. Returns 0 or -errno with err filled; then nothing is left of it. */
int outfile_finish(struct outfile *o, struct sl_error *err);
void outfile_discard(struct outfile *o); /* after either, or without finish: removes what was written */

#endif
