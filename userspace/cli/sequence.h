/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sequence diagram, laid out and not drawn: lanes from left to right, rows from top to bottom, in each row arrows
 * between neighbouring lanes and marks on lanes. All renderers draw from this, so that they show the same. Texts are
 * UTF-8 or ASCII as the terminal is, and not escaped for any format.
 */
#ifndef CLI_SEQUENCE_H
#define CLI_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "gather.h"
#include "stamp.h"
#include "steps.h"
#include "term.h"

#define SEQUENCE_LANES 4
#define SEQUENCE_TEXT 64

struct sequence_lane {
	char name[SEQUENCE_TEXT];
	char detail[SEQUENCE_TEXT]; /* process id, port */
	bool app;                   /* an application; else a socket, or the host that it talks to */
};

enum sequence_item_kind { ITEM_ARROW, ITEM_MARK };

struct sequence_item {
	enum sequence_item_kind kind;
	uint8_t from, to;  /* lanes; a mark: both the same */
	bool cut_at_start; /* an arrow whose departure is another row, or not known */
	bool cut_at_end;   /* an arrow whose arrival is another row, or not known */
	bool told;         /* known from calls, not seen as a segment */
	enum signal_class signal;
	int other_row; /* of the arrow's other half; -1: none */
	char text[SEQUENCE_TEXT];
};

enum sequence_row_kind { ROW_STEPS, ROW_GAP, ROW_FOLD };

struct sequence_row {
	enum sequence_row_kind kind;
	uint64_t ns;
	char time[STAMP_SIZE];
	char text[SEQUENCE_TEXT]; /* of a gap or a fold */
	unsigned first, count;    /* items */
};

struct sequence_line { /* below the diagram */
	enum signal_class signal;
	char text[256];
};

struct sequence {
	char title[256];
	struct sequence_lane lane[SEQUENCE_LANES];
	unsigned lanes;
	struct sequence_row *row;
	unsigned rows, row_room;
	struct sequence_item *item;
	unsigned items, item_room;
	struct sequence_line line[12];
	unsigned lines;
	/* while it is laid out */
	uint8_t app_lane[2], socket_lane[2]; /* of each end; a remote one's is in socket_lane too */
	bool far;                            /* end 1 is not on this host, but has a lane */
};

struct sequence_style {
	const struct term *term;
	const struct stamp *stamp; /* how times are written; each sequence begins its own */
	bool verbose;              /* a row for each step, and nothing folded */
};

/* Returns 0 or -ENOMEM; then all of it may be destroyed. */
int sequence_create(struct sequence *s, const struct connection *c, const struct sequence_style *style);
void sequence_destroy(struct sequence *s);

/* One line: protocol, both ends with their owners. */
void sequence_title(struct text *t, const struct connection *c, const struct term *term);

/* For the parts of the layout: NULL without memory. */
struct sequence_row *sequence_add_row(struct sequence *s, enum sequence_row_kind kind, uint64_t ns);
struct sequence_item *sequence_add_item(struct sequence *s, enum sequence_item_kind kind, unsigned from, unsigned to);
struct sequence_line *sequence_add_line(struct sequence *s);

/* The parts: title and lanes; rows; what is summed below. */
void sequence_head(struct sequence *s, const struct connection *c, const struct term *term);
int sequence_body(struct sequence *s, const struct connection *c, const struct steps *steps,
		  const struct sequence_style *style);
void sequence_foot(struct sequence *s, const struct connection *c, const struct steps *steps, const struct term *term);

#endif
