/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures of a life: durations, bytes, counts. The filter compares them, statistics count them. A measure is known exactly,
 * or known to be at least something (a count that still grows, that nobody watched, or a life whose begin was not seen),
 * or not known. Units are those of number.h: ns, bytes, or a plain count.
 */
#ifndef SL_MEASURE_H
#define SL_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/abi.h"
#include "source.h"

enum sl_quality { SL_UNKNOWN, SL_AT_LEAST, SL_EXACT };

struct sl_value {
	enum sl_quality quality;
	uint64_t v;
};

enum sl_unit { SL_UNIT_NONE, SL_UNIT_COUNT, SL_UNIT_NS, SL_UNIT_BYTES };

enum sl_measure {
	SL_MEASURE_HANDSHAKE,
	SL_MEASURE_ACCEPT_WAIT,
	SL_MEASURE_RTT,
	SL_MEASURE_LIFE,
	SL_MEASURE_CLOSE,
	SL_MEASURE_HALF_CLOSED,
	SL_MEASURE_BYTES,
	SL_MEASURE_BYTES_OUT,
	SL_MEASURE_BYTES_IN,
	SL_MEASURE_RETRANS,
	SL_MEASURE_LOST,
	SL_MEASURE_DROPS,
	SL_MEASURE_BLOCKED,
	SL_MEASURE_ZERO_WINDOW,
	SL_MEASURE_NR,
};

struct sl_measure_kind {
	const char *name;
	enum sl_unit unit;
	enum sl_level level; /* the lowest that can show it */
	uint64_t facts;      /* that it needs */
	const char *about;
	/* id: what is known of the socket by now; final: the life has ended, or nothing more will be known of it. */
	struct sl_value (*of)(const struct sl_ident *id, const struct sl_life *life, bool final);
};

extern const struct sl_measure_kind sl_measures[SL_MEASURE_NR];

/* A measure by its name, of @len bytes; -1: there is none. */
int sl_measure_find(const char *name, size_t len);

#endif
