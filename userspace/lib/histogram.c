// SPDX-License-Identifier: GPL-2.0-or-later
/* See histogram.h. A bucket's number is its shift times 64 plus the value's top seven bits, so buckets are in order. */
#include "histogram.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SUB_BITS 6
#define SUB (1u << SUB_BITS)

static unsigned shift_of(uint64_t value)
{
	unsigned bits = value ? 64 - (unsigned)__builtin_clzll(value) : 0;

	return bits > SUB_BITS + 1 ? bits - SUB_BITS - 1 : 0;
}

static unsigned index_of(uint64_t value)
{
	unsigned shift = shift_of(value);

	return shift * SUB + (unsigned)(value >> shift);
}

static void bounds(unsigned index, struct sl_histogram_bucket *b)
{
	unsigned shift = index < 2 * SUB ? 0 : index / SUB - 1;

	b->least = (uint64_t)(index - shift * SUB) << shift;
	b->greatest = b->least + ((1ULL << shift) - 1);
}

void sl_histogram_exit(struct sl_histogram *h)
{
	free(h->bucket);
	*h = (struct sl_histogram){ 0 };
}

int sl_histogram_add(struct sl_histogram *h, uint64_t value)
{
	if (!h->bucket)
		h->bucket = calloc(SL_HISTOGRAM_NR, sizeof(*h->bucket));
	if (!h->bucket)
		return -ENOMEM;
	h->min = !h->count || value < h->min ? value : h->min;
	h->max = value > h->max ? value : h->max;
	h->count++;
	h->bucket[index_of(value)]++;
	return 0;
}

void sl_histogram_clear(struct sl_histogram *h)
{
	uint64_t *bucket = h->bucket;

	if (h->count)
		memset(bucket, 0, SL_HISTOGRAM_NR * sizeof(*bucket));
	*h = (struct sl_histogram){ .bucket = bucket };
}

uint64_t sl_histogram_quantile(const struct sl_histogram *h, unsigned per_10k)
{
	uint64_t rank = (uint64_t)(((unsigned __int128)h->count * per_10k + 9999) / 10000), seen = 0;
	struct sl_histogram_bucket b = { 0 };

	for (unsigned at = 0; seen < rank && sl_histogram_next(h, &at, &b);)
		seen += b.count;
	return b.greatest < h->max ? b.greatest : h->max;
}

bool sl_histogram_next(const struct sl_histogram *h, unsigned *at, struct sl_histogram_bucket *b)
{
	unsigned i = *at;

	while (h->bucket && i < SL_HISTOGRAM_NR && !h->bucket[i])
		i++;
	*at = i + 1;
	if (!h->bucket || i >= SL_HISTOGRAM_NR)
		return false;
	bounds(i, b);
	b->count = h->bucket[i];
	return true;
}
