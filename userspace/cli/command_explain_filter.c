// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife explain-filter FILTER: what it means, and what of it the kernel decides before anything is stored. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "filter.h"
#include "output.h"
#include "report.h"

#define WHERE_AT 56 /* column of who decides */

static void print_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), tab = strcspn(text, "\t\n");

		if (tab < len)
			printf("%-*.*s  %.*s\n", WHERE_AT, (int)tab, text, (int)(len - tab - 1), text + tab + 1);
		else
			printf("%.*s\n", (int)len, text);
		text += len + !!text[len];
	}
}

static void print_summary(const struct sl_filter *filter)
{
	struct sl_match match;
	bool whole;

	sl_filter_match(filter, &match, &whole);
	putchar('\n');
	if (whole)
		puts("The kernel decides all of it: what does not match is never stored, and costs next to nothing.");
	else if (!match.len || (match.len == 1 && match.insn[0].field == SL_FIELD_LATER))
		puts("The kernel cannot rule out anything: all sockets are followed, and the reader decides.");
	else
		puts("The kernel rules out what its terms allow it to; the reader decides the rest, when it is known.");
	if (sl_filter_is_identity(filter))
		puts("It looks at who a socket is, so it holds for a socket's events as for its life.");
}

/* The parts as text, owned by the caller; NULL: no memory. */
static char *text_of(const struct sl_filter *filter,
		     int (*print)(const struct sl_filter *filter, char *buf, size_t size))
{
	int len = print(filter, NULL, 0);
	char *text = malloc((size_t)len + 1);

	if (text)
		print(filter, text, (size_t)len + 1);
	return text;
}

int command_explain_filter(const struct settings *set, const char *words)
{
	struct sl_filter *filter;
	struct sl_error err;
	char *text, *lines;

	(void)set;
	if (sl_filter_parse(&filter, words, &err))
		return report(&err, words);
	text = text_of(filter, sl_filter_print);
	lines = text_of(filter, sl_filter_explain);
	if (text && !*text)
		puts("No filter: everything matches.");
	else if (text && lines) {
		printf("%s\n\n", text);
		print_lines(lines);
		print_summary(filter);
	}
	free(lines);
	free(text);
	sl_filter_destroy(filter);
	return output_finish();
}
