// SPDX-License-Identifier: GPL-2.0-or-later
/* "Did you mean ...": see suggest.h. */
#include "suggest.h"

#include <stddef.h>
#include <string.h>

#define LONGEST 31

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance, one row at a time. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[LONGEST + 1], before, diagonal;
	size_t n = strlen(b);

	if (strlen(a) > LONGEST || n > LONGEST)
		return LONGEST;
	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1]; i++) {
		diagonal = row[0];
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			before = row[j];
			row[j] = least(row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = before;
		}
	}
	return row[n];
}

const char *suggest(const char *word, const char *(*nth)(unsigned n))
{
	const char *best = NULL;
	size_t least_edits = 3;

	for (unsigned n = 0; nth(n); n++) {
		size_t edits = distance(word, nth(n));

		if (edits < least_edits && edits * 2 < strlen(nth(n))) {
			least_edits = edits;
			best = nth(n);
		}
	}
	return best;
}
