/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lives tell of listeners: their own record, and the connections that came out of them, which each name their listener.
 * A listener whose own record has not come yet is kept for its children's sake.
 */
#ifndef SL_LISTENERS_H
#define SL_LISTENERS_H

#include <stdbool.h>

#include "../../core/abi.h"
#include "histogram.h"
#include "model_table.h"

struct sl_listener {
	struct sl_table_node node; /* by cookie */
	bool known;                /* life is its record, the last that came */
	struct sl_life life;
	uint64_t children;  /* connections, and handshakes that made none */
	uint64_t accepted;  /* of them, those that accept() has returned */
	uint64_t failed;    /* handshakes that made no connection */
	uint64_t cookies;   /* children that began with a SYN cookie */
	uint32_t queue_max; /* the longest queue that one of them met, itself included; 0: none was seen */
	struct sl_histogram handshake, accept_wait;
};

struct sl_listeners {
	struct sl_table by_cookie;
	struct sl_listener **all; /* in order of first sight */
	unsigned count;
};

int sl_listeners_init(struct sl_listeners *listeners); /* 0 or -ENOMEM */
void sl_listeners_exit(struct sl_listeners *listeners);
/* A life that ended or is open: of a listener, of a connection, or of neither. Each is told once. Returns 0 or -ENOMEM. */
int sl_listeners_life(struct sl_listeners *listeners, const struct sl_life *life);
const struct sl_listener *sl_listeners_get(const struct sl_listeners *listeners,
					   uint64_t cookie); /* NULL: unheard of */

#endif
