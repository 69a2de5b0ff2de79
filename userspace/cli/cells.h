/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A column's name, shape and content. */
#ifndef CLI_CELLS_H
#define CLI_CELLS_H

#include "columns.h"

struct cell {
	const char *name;
	const char *head; /* NULL: the two ends, with this terminal's arrow */
	unsigned width;   /* least; content is never cut */
	bool right;       /* aligned */
	bool shown;       /* by default */
	unsigned rank;    /* the highest are left out first on a narrow terminal; 0: never */
	const char *about;
	void (*fill)(struct text *t, const struct row *row);
	enum signal_class (*signal)(const struct row *row);
};

/* Of a snapshot: cells_snapshot.c. */
void cell_path(struct text *t, const struct row *row); /* of a UNIX socket */
void cell_state(struct text *t, const struct row *row);
void cell_recv_q(struct text *t, const struct row *row);
void cell_send_q(struct text *t, const struct row *row);
void cell_age(struct text *t, const struct row *row);
void cell_timer(struct text *t, const struct row *row);

extern const struct cell cell_table[];
extern const unsigned cell_count;

#endif
