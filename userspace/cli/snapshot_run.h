/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot on its way to a view: what exists now, with what is known of its past. Either at once, or at the end of a
 * session that watched for a while; or, with a recording, its sockets that were open at its end and nothing of now.
 */
#ifndef CLI_SNAPSHOT_RUN_H
#define CLI_SNAPSHOT_RUN_H

#include "session.h"
#include "snapshot.h"

struct snapshot_socket {
	const struct sl_life *life;
	const struct sl_diag *diag;        /* NULL: from a recording */
	const struct sl_owner_of *holders; /* the first, see sl_owners_next(); NULL: none is known */
	uint64_t peer;                     /* cookie of the other end on this host; 0: not known */
};

/* How a command shows one. Any may be NULL. */
struct snapshot_view {
	void (*begin)(struct run *run);
	void (*socket)(struct run *run, const struct snapshot_socket *socket);
	void (*life)(struct run *run, const struct sl_life *life); /* one that ended while it was watched */
	void (*end)(struct run *run);
	const char *columns; /* default list */
	bool whole;          /* the filter is of what is shown; all lives are seen */
};

struct snapshot_run {
	const struct snapshot_view *view;
	void *ctx; /* of the view */
	struct sl_snapshot snapshot;
	struct sl_pasts pasts;
	struct sl_owners owners;
	struct sl_filter *filter;
	uint64_t not_kept; /* pasts, for want of memory */
	uint64_t next_ns;  /* when it is shown again, with --interval */
	uint64_t taken;    /* how often it has been shown */
	bool live;         /* there is a now to be asked */
	int code;          /* exit code of what broke */
};

/* In a view's functions: run->state. */
static inline struct snapshot_run *snapshot_of(const struct run *run)
{
	return run->state;
}

/**
 * snapshot_run() - from the command line to the exit code
 * @s: view, ctx and snapshot.query filled, the rest zero
 * @set: settings: with a duration, a command or a source it watches first
 * @filter: text
 * @verb: the command, for messages
 */
int snapshot_run(struct snapshot_run *s, const struct settings *set, const char *filter, const char *verb);

#endif
