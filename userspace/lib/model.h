/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: records in, sockets out. It knows each socket's identity, holds back what the filter cannot decide yet,
 * completes a life with the tail that comes after it, and finds the two ends of a connection on one host. Views get
 * calls; they keep no state of their own about sockets.
 */
#ifndef SL_MODEL_H
#define SL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/abi.h"
#include "filter.h"

struct sl_model;

/* What a view is told. id is never NULL (an unknown socket has only its cookie); peer is the other end's cookie on this
 * host, 0: not known. */
struct sl_model_ops {
	void (*event)(void *ctx, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer);
	void (*life)(void *ctx, const struct sl_life *life, uint64_t ts_ns, uint64_t peer);
};

struct sl_model_config {
	const struct sl_filter *filter; /* NULL: everything; not owned */
	bool with_events;               /* else events only update the model */
	bool with_open;                 /* lives that are still open at the end are shown too */
	uint64_t tail_hold_ns; /* how long an ended life waits for its tail; 0: default 60 s, as TIME_WAIT lasts */
	uint32_t max_held;     /* undecided events held for one socket; the oldest is given up and counted; 0: 4096 */
};

struct sl_model_stats {
	uint64_t records, events;
	uint64_t lives;      /* that ended */
	uint64_t lives_open; /* that had not, when tracing stopped */
	uint64_t shown_events, shown_lives;
	uint64_t filtered;   /* lives and events that the filter ruled out here */
	uint64_t held_lost;  /* undecided events given up because too many were held */
	uint64_t unknown;    /* events of sockets whose identity never came */
	uint64_t incomplete; /* lives with SL_LIFE_LOST */
};

int sl_model_create(struct sl_model **model, const struct sl_model_config *config, const struct sl_model_ops *ops,
		    void *ctx);
void sl_model_destroy(struct sl_model *model); /* accepts NULL */
/* An sl_record_fn: ctx is the model. Returns 0 or -ENOMEM. */
int sl_model_record(void *model, const struct sl_rec *rec);
/* Time passes, in the records' clock: lives whose tail did not come are shown, sockets long gone are forgotten. Records
 * stamped before now_ns should have come, so call it when the source is idle. Each record's own stamp does so too: a
 * recording needs no ticks. */
void sl_model_tick(struct sl_model *model, uint64_t now_ns);
/* The end: all that is held is decided and shown. */
void sl_model_finish(struct sl_model *model);
void sl_model_stats(const struct sl_model *model, struct sl_model_stats *stats);

#endif
