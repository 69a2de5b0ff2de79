/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gathers what the model tells of each socket until its connection is over, and then hands out the connection as a
 * whole: both ends where both are on this host. For views that show connections and not sockets.
 */
#ifndef CLI_GATHER_H
#define CLI_GATHER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "../../core/abi.h"
#include "filter.h"
#include "model_table.h"

TAILQ_HEAD(gather_list, gather_end);

/* One socket. */
struct gather_end {
	struct sl_table_node node; /* by cookie */
	TAILQ_ENTRY(gather_end) link;
	struct gather_list *list; /* that it is on */
	uint64_t cookie;
	uint64_t peer; /* the other end's cookie; 0: not on this host, or there is none */
	struct sl_ident id;
	struct sl_event *events; /* in order of time */
	unsigned count, room;
	unsigned left_out; /* events that found no room */
	bool ended;        /* life is set */
	struct sl_life life;
	uint64_t life_ns; /* stamp of the life's record */
};

/* What is handed out: the client first, if it is known who that is. */
struct connection {
	struct gather_end *end[2]; /* [1]: NULL if the peer is elsewhere or there is none */
	bool server_only;          /* end[0] is a server whose client is elsewhere */
};

/* There is nothing to draw: a listener, or a socket that was opened and closed and did nothing. */
bool connection_is_quiet(const struct connection *c);

typedef void (*gather_fn)(void *ctx, struct connection *connection, bool matches);

struct gather {
	const struct sl_filter *filter;
	uint64_t hold_ns;
	gather_fn ready;
	void *ctx;
	struct sl_table by_cookie;
	struct gather_list open;    /* no life yet */
	struct gather_list over;    /* its life has come, a moment ago */
	struct gather_list waiting; /* for the life of its peer */
	uint64_t events;            /* kept now */
	uint64_t sockets;           /* whose lives came */
	uint64_t matched;           /* connections */
	bool no_memory;             /* something is missing */
};

/* filter: not owned; NULL: everything. A connection matches if one of its ends does. hold_ns: how long after a life more
 * may come of it. Returns 0 or -ENOMEM. */
int gather_init(struct gather *g, const struct sl_filter *filter, uint64_t hold_ns, gather_fn ready, void *ctx);
void gather_exit(struct gather *g);
void gather_event(struct gather *g, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer);
void gather_life(struct gather *g, const struct sl_life *life, uint64_t ts_ns, uint64_t peer);
/* Time passes, in the records' clock: connections that are over are handed out. */
void gather_tick(struct gather *g, uint64_t now_ns);
/* The end: all that is left is handed out, open or not. */
void gather_finish(struct gather *g);

#endif
