/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flight recorder: the last blocks of a recording that is not written, kept in memory up to a time and a size, and
 * written as a recording when there is a reason to.
 */
#ifndef SL_FLIGHT_H
#define SL_FLIGHT_H

#include "savefile.h"

struct sl_flight;

/* keep_ns: by the records' time; keep_bytes: of packed blocks. Returns 0 or -ENOMEM. */
int sl_flight_create(struct sl_flight **flight, uint64_t keep_ns, uint64_t keep_bytes);
void sl_flight_destroy(struct sl_flight *flight); /* accepts NULL */
/* Returns 0, -EINVAL (not a record) or -ENOMEM. */
int sl_flight_record(struct sl_flight *flight, const struct sl_rec *rec);
/* What is kept, as a recording; it stays kept. As sl_savefile_create() and sl_savefile_finish(). */
int sl_flight_write(struct sl_flight *flight, const char *path, const struct sl_config *config, uint64_t watched,
		    const struct sl_stats *stats, struct sl_error *err);
/* Bytes that the kept blocks have, and the time from the first record kept to the last. */
uint64_t sl_flight_bytes(const struct sl_flight *flight);
uint64_t sl_flight_span_ns(const struct sl_flight *flight);

#endif
