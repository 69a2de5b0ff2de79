/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pairs: two sockets of one host that are the ends of one connection. Their addresses, ports and protocol are crosswise
 * equal (IPv4 in IPv6 clothes counts as IPv4), and so are their initial sequence numbers where both are known: that
 * holds across network namespaces, and tells a connection from an earlier one with the same ports. Without sequence
 * numbers, both must be in one namespace and not be paired yet.
 */
#ifndef SL_PAIR_H
#define SL_PAIR_H

#include <stdbool.h>

#include "../../core/abi.h"
#include "model_table.h"

#define SL_PAIR_ADDR 18 /* 16 bytes of address, 2 of port */

struct sl_pair_key {
	uint8_t local[SL_PAIR_ADDR];
	uint8_t remote[SL_PAIR_ADDR];
	uint16_t protocol;
	bool usable; /* both ends are known */
	bool has_isn;
	uint32_t netns;
	uint32_t isn_local;
	uint32_t isn_remote;
};
_Static_assert(sizeof(struct sl_pair_key) == 52, "keys are compared as bytes: no padding");

/* Part of whatever is paired; starts zeroed, with its cookie set. */
struct sl_pair_end {
	struct sl_table_node node;
	struct sl_pair_key key;
	uint64_t cookie;
	uint64_t peer;             /* the other end's cookie; 0: not known; stays when the other end is removed */
	struct sl_pair_end *other; /* the other end, as long as it is here */
};

/* What is known of this end has changed: indexes it anew and looks for its other end. */
void sl_pair_update(struct sl_table *index, struct sl_pair_end *end, const struct sl_ident *id);
/* This end goes away. */
void sl_pair_remove(struct sl_table *index, struct sl_pair_end *end);

#endif
