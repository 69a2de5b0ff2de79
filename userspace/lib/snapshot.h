/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot: the sockets that exist now (diag.h), each with the processes that hold it (owners.h), and joined by its cookie
 * with its past, as far as a source has seen it.
 */
#ifndef SL_SNAPSHOT_H
#define SL_SNAPSHOT_H

#include "diag.h"
#include "filter.h"
#include "owners.h"

/* Lives by cookie: what a source told of sockets that are open. */
struct sl_pasts {
	struct sl_table by_cookie;
	uint32_t count;
};

struct sl_snapshot {
	struct sl_diag_query query;
	const struct sl_filter *filter; /* NULL: all */
	const struct sl_pasts *pasts;   /* NULL: none is known */
	const struct sl_owners *owners; /* NULL: nobody looked */
	uint32_t shown;
	uint32_t nameless; /* shown sockets that a process holds, and no process that may be looked into */
};

/* holders: the first process, see sl_owners_next(); NULL: none is known. A negative return ends it. */
typedef int (*sl_snapshot_fn)(void *ctx, const struct sl_diag *diag, const struct sl_owner_of *holders);

int sl_pasts_init(struct sl_pasts *pasts); /* 0 or -ENOMEM */
void sl_pasts_exit(struct sl_pasts *pasts);
int sl_pasts_put(struct sl_pasts *pasts, const struct sl_life *life); /* in place of an earlier one; 0 or -ENOMEM */
const struct sl_life *sl_pasts_get(const struct sl_pasts *pasts, uint64_t cookie); /* NULL: none */

/* Shows each socket that the filter lets pass, listeners first. Returns 0 or -errno with @err filled. */
int sl_snapshot_take(struct sl_snapshot *snapshot, sl_snapshot_fn fn, void *ctx, struct sl_error *err);

/* What the past knows of the socket, with the state and the counters of now. */
void sl_snapshot_join(struct sl_life *now, const struct sl_life *past);

#endif
