/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of one connection, both ends' in one order: that of time, and at one moment that of cause (a segment leaves
 * before it arrives). What ladder draws and story tells; no words here.
 */
#ifndef CLI_STEPS_H
#define CLI_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "gather.h"

enum step_kind {
	STEP_CALL,   /* the program asks: at the call's begin, where that is known */
	STEP_RETURN, /* the kernel answers: at the call's return */
	STEP_STATE,
	STEP_LEAVE,  /* a segment */
	STEP_ARRIVE, /* a segment */
	STEP_NOTE,   /* an error, a drop, an outcome */
};

struct step {
	uint64_t ns;
	const struct sl_event *ev;
	const struct sl_event *why; /* a reset's own event, beside its segment's; else NULL */
	enum step_kind kind;
	uint8_t side;    /* index of connection.end */
	bool whole;      /* call and return in one step */
	bool again;      /* a segment that was sent before */
	bool hidden;     /* says nothing that others do not say */
	bool queued;     /* unread is set */
	bool lingers;    /* CLOSED, and in its place TIME-WAIT */
	int mate;        /* the segment's other half; -1: none is known */
	uint64_t unread; /* bytes sent to the other end (send), or to this one (recv), that it has not taken yet */
};

struct steps {
	struct step *step;
	unsigned count;
	struct sl_event *told[2]; /* made from the life's record, where there are no events */
	bool from_life;
};

/* Returns 0 or -ENOMEM. They point into the connection's events. */
int steps_create(struct steps *steps, const struct connection *c);
void steps_destroy(struct steps *steps);

/* A step that moves data: a send or a receive that worked. */
bool step_is_io(const struct step *step);
bool step_is_segment(const struct step *step);
/* TCP flags of a segment's step. */
unsigned step_tcp_flags(const struct step *step);

#endif
