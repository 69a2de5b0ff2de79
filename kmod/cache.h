/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small things that wait for a moment under a flow's key: bounded memory, sets of four, and the oldest of a set makes room. What
 * was pushed out is only a better time that is not known then. Any context but NMI, interrupts off.
 */
#ifndef SL_KMOD_CACHE_H
#define SL_KMOD_CACHE_H

#include <linux/types.h>

#include "read.h"

/* A segment as the device saw it. */
struct sl_mark {
	u64 ts_ns; /* 0: not seen */
	u32 seq;
	u32 ack;
	u16 flags;
	u16 window;
	u32 len;
};

/* A handshake whose child is not born: the SYN and the first SYN-ACK. */
struct sl_request {
	struct sl_mark syn;
	struct sl_mark synack;
};

union sl_cache_value {
	struct sl_mark mark;
	struct sl_request request;
	u16 readers;
};

struct sl_cache;

struct sl_cache *sl_cache_create(u32 sets);
void sl_cache_destroy(struct sl_cache *c);
void sl_cache_put(struct sl_cache *c, const struct sl_flow_key *k, const union sl_cache_value *v, u64 now_ns);
bool sl_cache_get(struct sl_cache *c, const struct sl_flow_key *k, union sl_cache_value *v);
bool sl_cache_take(struct sl_cache *c, const struct sl_flow_key *k, union sl_cache_value *v);

#endif
