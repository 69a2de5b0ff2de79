/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The life view's columns: one table of what there is, and the choice of a run. */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <stdint.h>
#include <stdio.h>

#include "../../core/abi.h"
#include "diag.h"
#include "error.h"
#include "term.h"

#define COLUMNS_MAX 32

struct columns {
	uint8_t nth[COLUMNS_MAX]; /* indices into the table, in order of show */
	unsigned count;
};

/* What one row is made of. */
struct row {
	const struct term *term;
	const struct sl_life *life;
	const char *time;
	uint64_t peer;
	const struct sl_diag *diag; /* what a snapshot tells of it; NULL: it is of none */
	unsigned holders;           /* processes that hold it, as far as a snapshot tells; 0: nobody looked, or may */
};

/**
 * columns_parse() - a list to a choice
 * @c: result
 * @list: comma-separated names; "+name" adds to the default; NULL: the default, with time if @timed
 * @err: names the column that does not exist
 *
 * Returns 0 or -EINVAL.
 */
int columns_parse(struct columns *c, const char *list, bool timed, struct sl_error *err);
/* The same for a view whose default is the list @base. */
int columns_choose(struct columns *c, const char *base, const char *list, struct sl_error *err);
void columns_help(FILE *out);
/* Leaves out the least important ones until the row fits in width; 0: nothing is left out. */
void columns_fit(struct columns *c, unsigned width);
void columns_head(const struct columns *c, const struct term *term, struct text *t);
void columns_row(const struct columns *c, const struct row *row, struct text *t);

#endif
