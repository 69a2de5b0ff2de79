// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * comm: a process' name, exact or by regular expression. The kernel keeps 15 bytes of it, so an expression never needs
 * to be long, and is bounded: what regcomp() builds grows with the product of nested repetitions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_parse.h"

#define COMM_MAX 15   /* bytes, TASK_COMM_LEN less its end */
#define REGEX_MAX 128 /* bytes */
#define COPIES_MAX 256

static int make_name(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
		     struct sl_filter_term *term)
{
	char fix[64], show[SL_FILTER_SHOW_MAX];
	size_t len = strlen(value);

	snprintf(fix, sizeof(fix), "did you mean \"comm %.*s\"?", COMM_MAX, sl_filter_show(value, len, show));
	if (len > COMM_MAX)
		return sl_filter_fail(p, phrase->value_at, fix, "the kernel keeps 15 bytes of a process' name",
				      "comm \"%s\" is longer than %d bytes", show, COMM_MAX);
	memcpy(term->insn.addr, value, len);
	return 0;
}

/* How often the operator at @s has regcomp() copy what it stands behind: "+" twice, "{n,m}" n or m times. */
static unsigned long copies(const char *s)
{
	unsigned long n, m = 0;
	char *end;

	if (*s == '+')
		return 2;
	if (*s != '{')
		return 1;
	n = strtoul(s + 1, &end, 10);
	if (*end == ',')
		m = strtoul(end + 1, NULL, 10);
	if (n < m)
		n = m;
	return n < 2 ? 2 : n;
}

/* What is too much for a name of 15 bytes; NULL: nothing. Operators may stand inside each other, so they multiply. */
static const char *excess(const char *regex)
{
	unsigned long all = 1, n;
	const char *s;

	if (strlen(regex) > REGEX_MAX)
		return "an expression has at most 128 bytes";
	for (s = regex; *s; s++) {
		if (*s == '\\' && s[1] >= '1' && s[1] <= '9')
			return "back-references are not taken";
		n = copies(s);
		if (n > COPIES_MAX || (all *= n) > COPIES_MAX)
			return "it repeats too much for a name of 15 bytes";
		if (*s == '\\' && s[1])
			s++;
	}
	return NULL;
}

static int make_regex(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
		      struct sl_filter_term *term)
{
	const char *why = excess(value);
	char message[128], show[SL_FILTER_SHOW_MAX];
	regex_t *regex;
	int ret = 0;

	regex = why ? NULL : calloc(1, sizeof(*regex));
	if (regex) {
		ret = regcomp(regex, value, REG_EXTENDED | REG_NOSUB);
		if (!ret) {
			term->regex = regex;
			term->text = strdup(value);
			return term->text ? 0 : sl_filter_no_memory(p);
		}
		regerror(ret, regex, message, sizeof(message));
		why = message;
		free(regex);
	}
	if (!why || ret == REG_ESPACE)
		return sl_filter_no_memory(p);
	return sl_filter_fail(p, phrase->value_at, NULL, why, "\"%s\" is not a usable regular expression",
			      sl_filter_show(value, strlen(value), show));
}

int sl_filter_comm_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			struct sl_filter_term *term)
{
	if (phrase->cmp == SL_FILTER_CMP_REGEX)
		return make_regex(p, phrase, value, term);
	return make_name(p, phrase, value, term);
}
