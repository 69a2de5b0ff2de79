/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A histogram of 64-bit values in log-linear buckets: below 128 each value has its own, from there on each power of two has
 * 64 of the same width. So any value is known within 1/64 of itself, in 30 KiB, whatever the values are and however many. Least
 * and greatest are exact. The buckets are allocated with the first value. Not thread-safe.
 */
#ifndef SL_HISTOGRAM_H
#define SL_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#define SL_HISTOGRAM_NR 3776 /* buckets */

struct sl_histogram {
	uint64_t count;
	uint64_t min, max; /* of what was added; count 0: nothing */
	uint64_t *bucket;  /* SL_HISTOGRAM_NR of them, or NULL */
};

struct sl_histogram_bucket {
	uint64_t least, greatest; /* values that it counts, inclusive */
	uint64_t count;
};

/* A histogram of zeros is an empty one. */
void sl_histogram_exit(struct sl_histogram *h);
int sl_histogram_add(struct sl_histogram *h, uint64_t value); /* 0 or -ENOMEM */
/* Empty again; its memory is kept. */
void sl_histogram_clear(struct sl_histogram *h);

/**
 * sl_histogram_quantile() - the value below or at which a share of all values is
 * @h: histogram
 * @per_10k: the share, 1 to 10000: 9900 is the 99th percentile
 *
 * By nearest rank. Returns a value that is not under the true one and at most 1/64 over it; 0 if the histogram is empty.
 */
uint64_t sl_histogram_quantile(const struct sl_histogram *h, unsigned per_10k);

/* The next bucket that is not empty, from *at on, which it moves on; begin with 0. Returns false after the last. */
bool sl_histogram_next(const struct sl_histogram *h, unsigned *at, struct sl_histogram_bucket *bucket);

#endif
