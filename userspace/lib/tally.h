/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tally: what many lives have in common, as counters and histograms; all together, or grouped by a field. Its memory is
 * bounded by the number of groups: lives of a group that finds no place any more are counted in one for all others, so
 * every group that is shown is whole, and the sum is that of all lives.
 */
#ifndef SL_TALLY_H
#define SL_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/abi.h"
#include "field.h"
#include "histogram.h"
#include "measure.h"
#include "model_table.h"

#define SL_TALLY_OUTCOMES 11 /* SL_HS_* */
#define SL_TALLY_CLOSES 9    /* SL_CLOSE_* */

struct sl_tally_config {
	const struct sl_field *by; /* NULL: one group of all */
	uint32_t measures;         /* bit n: histogram of measure n */
	unsigned max_groups;
};

struct sl_tally_group {
	struct sl_table_node node;
	char name[SL_FIELD_MAX];
	uint64_t sockets;    /* all of this group: ended and open */
	uint64_t open;       /* not ended yet when it was asked */
	uint64_t listeners;  /* among them; of these only the life is measured */
	uint64_t late;       /* existed before they were followed: what came before is not known */
	uint64_t incomplete; /* records were lost, or the end was not seen */
	uint64_t failed;     /* handshakes that ended in anything but a connection */
	uint64_t outcome[SL_TALLY_OUTCOMES];
	uint64_t close[SL_TALLY_CLOSES]; /* of those that have ended */
	uint64_t bytes_out, bytes_in;    /* of those that are known; sums stay at their greatest value */
	uint64_t bytes_unknown;          /* sockets whose bytes are not known */
	uint64_t retrans;
	struct sl_histogram measure[SL_MEASURE_NR];
};

struct sl_tally {
	struct sl_tally_config config;
	struct sl_tally_group all;
	struct sl_tally_group other; /* of groups beyond max_groups */
	struct sl_table by_name;
	struct sl_tally_group **group; /* in order of first sight */
	unsigned groups;
};

int sl_tally_init(struct sl_tally *tally, const struct sl_tally_config *config); /* 0 or -ENOMEM */
void sl_tally_exit(struct sl_tally *tally);
int sl_tally_life(struct sl_tally *tally, const struct sl_life *life); /* 0 or -ENOMEM */
/* From nothing again, with the same configuration. */
void sl_tally_clear(struct sl_tally *tally);
/* The largest group first; equal ones by name. */
void sl_tally_sort(struct sl_tally *tally);

#endif
