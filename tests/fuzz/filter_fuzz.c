// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any text as a filter. What is refused says where; what is taken prints, the print parses to the same print, and the
 * kernel's program never contradicts the reader about a socket made of the text's own bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/lib/filter.h"

#define PRINT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void check_print(const struct sl_filter *filter)
{
	static char first[PRINT_MAX], second[PRINT_MAX];
	struct sl_filter *again;
	int len = sl_filter_print(filter, first, sizeof(first));

	require(len >= 0 && len < PRINT_MAX && strlen(first) == (size_t)len);
	if (len > 4096)
		return; /* longer than the parser takes: a normal form may be longer than its source */
	require(sl_filter_parse(&again, first, NULL) == 0);
	sl_filter_print(again, second, sizeof(second));
	require(!strcmp(first, second));
	sl_filter_destroy(again);
}

static void fill(void *out, size_t room, const uint8_t *data, size_t size)
{
	size_t k;

	for (k = 0; k < room; k++)
		((uint8_t *)out)[k] = size ? data[k * 7 % size] : 0;
}

static void check_verdicts(const struct sl_filter *filter, const uint8_t *data, size_t size)
{
	struct sl_life life;
	struct sl_event ev;
	struct sl_match match;
	bool whole;
	int early, end;

	fill(&life, sizeof(life), data, size);
	fill(&ev, sizeof(ev), data, size);
	life.id.family = size % 3 ? 2 : 10;
	sl_filter_match(filter, &match, &whole);
	require(match.len <= SL_MATCH_MAX);
	early = sl_match_ident(&match, &life.id, 0);
	end = sl_filter_eval(filter, &life.id, &life, NULL, true);
	require(end != SL_TRI_MAYBE);
	require(early == SL_TRI_MAYBE || early == end);
	require(!whole || sl_match_ident(&match, &life.id, 1) == end);
	sl_filter_eval(filter, &life.id, NULL, &ev, false);
	sl_filter_eval(filter, &life.id, &life, &ev, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_filter *filter;
	struct sl_error err;
	char *text = malloc(size + 1);
	int ret;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	ret = sl_filter_parse(&filter, text, &err);
	if (ret) {
		require(err.column >= 0 && err.width >= 1 && (size_t)err.column <= strlen(text) && err.what[0]);
	} else {
		check_print(filter);
		check_verdicts(filter, data, size);
		sl_filter_destroy(filter);
	}
	free(text);
	return 0;
}
