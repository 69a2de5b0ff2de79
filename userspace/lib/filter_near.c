// SPDX-License-Identifier: GPL-2.0-or-later
/* Did you mean: the edit distance between what was typed and what could have been. */
#include <string.h>

#include "filter_word.h"

#define WORD_MAX 32 /* longer words are not near anything */

static unsigned lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A' + 'a') : c == '_' ? '-' : (unsigned char)c;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters inserted, deleted, replaced, or swapped with their neighbour; case does not count, nor does - against _. */
static unsigned distance_of(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned d[WORD_MAX + 1][WORD_MAX + 1];
	size_t i, j;

	for (i = 0; i <= na; i++)
		d[i][0] = (unsigned)i;
	for (j = 0; j <= nb; j++)
		d[0][j] = (unsigned)j;
	for (i = 1; i <= na; i++) {
		for (j = 1; j <= nb; j++) {
			unsigned differ = lower(a[i - 1]) != lower(b[j - 1]);

			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + differ);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[na][nb];
}

void sl_filter_near_try(struct sl_filter_near *near, const char *candidate)
{
	size_t len = strlen(near->word), other = candidate ? strlen(candidate) : 0;
	unsigned distance, limit = len <= 4 ? 1 : 2; /* of a short word, two edits leave nothing */

	if (!candidate || len < 2 || len > WORD_MAX || other > WORD_MAX)
		return;
	distance = distance_of(near->word, len, candidate, other);
	if (distance > limit || (near->best && distance >= near->distance))
		return;
	near->best = candidate;
	near->distance = distance;
}
