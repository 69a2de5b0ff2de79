// SPDX-License-Identifier: GPL-2.0-or-later
/* One term out of its words: checks that key, operator and value go together, and reads the value. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "filter_parse.h"
#include "number.h"

/* What a number may be, and how to say so. */
struct range {
	enum sl_filter_key key;
	uint64_t min, max;
	const char *why;
};

static const struct range ranges[] = {
	{ SL_KEY_PORT, 0, 65535, "ports are 0 to 65535" },
	{ SL_KEY_PID, 0, 4194304, "process ids are 0 to 4194304" },
	{ SL_KEY_UID, 0, 4294967294, "user ids are 0 to 4294967294" },
};
static const struct range any_range = { SL_KEY_NR, 0, INT64_MAX, "the largest value is 2^63-1" };

static const char *cmp_text(uint8_t cmp)
{
	static const char *const text[] = { "=", "!=", "<", "<=", ">", ">=" };

	return cmp == SL_FILTER_CMP_REGEX ? "~" : text[cmp];
}

static int check_operator(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase)
{
	const struct sl_filter_word *w = phrase->word;
	char fix[96];
	unsigned need = phrase->cmp == SL_FILTER_CMP_NONE    ? SL_TAKES_VALUE
			: phrase->cmp == SL_FILTER_CMP_REGEX ? SL_TAKES_REGEX
			: phrase->cmp <= SL_CMP_NE           ? SL_TAKES_EQUAL
							     : SL_TAKES_ORDER;

	snprintf(fix, sizeof(fix), "for example: %s", w->example);
	if (phrase->end != SL_FILTER_EITHER && !(w->takes & SL_TAKES_END))
		return sl_filter_fail(p, phrase->end_at, "they go with host, net, port and portrange", NULL,
				      "\"src\" and \"dst\" do not go with \"%s\"", w->word);
	if (w->takes & need || w->class == SL_WORD_PROTO)
		return 0;
	if (phrase->cmp == SL_FILTER_CMP_NONE)
		return sl_filter_fail(p, phrase->word_at, fix, NULL, "\"%s\" needs a comparison", w->word);
	return sl_filter_fail(p, phrase->cmp_at, fix, NULL, "\"%s\" does not take \"%s\"", w->word,
			      cmp_text(phrase->cmp));
}

static int fail_number(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value, int ret,
		       const char *why)
{
	static const char *const needs[] = { "", "a number", "a time", "a size" };
	static const char *const fixes[] = { "", "", "times are 300us, 20ms, 1.5s, 2m, 1h",
					     "sizes are 512, 4k, 1MiB, 2GB" };
	char show[SL_FILTER_SHOW_MAX];

	sl_filter_show(value, strlen(value), show);
	if (ret == -ERANGE)
		return sl_filter_fail(p, phrase->value_at, NULL, why, "%s %s is out of range", phrase->word->word,
				      show);
	return sl_filter_fail(p, phrase->value_at, fixes[phrase->word->unit], NULL, "\"%s\" needs %s, not \"%s\"",
			      phrase->word->word, needs[phrase->word->unit], show);
}

static const struct range *range_of(enum sl_filter_key key)
{
	size_t k;

	for (k = 0; k < sizeof(ranges) / sizeof(ranges[0]); k++) {
		if (ranges[k].key == key)
			return &ranges[k];
	}
	return &any_range;
}

static int make_number(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
		       struct sl_filter_term *term)
{
	const struct range *r = range_of(term->key);
	bool word = *value && *value != '-' && *value != '+' && (*value < '0' || *value > '9');
	uint64_t number = 0;
	int ret;

	if (word && term->key == SL_KEY_PORT)
		return sl_filter_service_make(p, phrase, value, &term->insn);
	if (word && term->key == SL_KEY_UID)
		return sl_filter_user_make(p, phrase, value, &term->insn);
	if (phrase->word->unit == SL_UNIT_NS)
		ret = sl_number_ns(value, r->min, r->max, &number);
	else if (phrase->word->unit == SL_UNIT_BYTES)
		ret = sl_number_bytes(value, r->min, r->max, &number);
	else
		ret = sl_number_parse(value, r->min, r->max, &number);
	term->insn.lo = number;
	return ret ? fail_number(p, phrase, value, ret, r->why) : 0;
}

static int make_portrange(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			  struct sl_filter_term *term)
{
	char show[SL_FILTER_SHOW_MAX], fix[64], low[16], *dash = strchr(value, '-');
	uint64_t lo, hi;

	sl_filter_show(value, strlen(value), show);
	if (dash)
		snprintf(low, sizeof(low), "%.*s", (int)(dash - value), value);
	if (!dash || (size_t)(dash - value) >= sizeof(low) || sl_number_parse(low, 0, 65535, &lo) ||
	    sl_number_parse(dash + 1, 0, 65535, &hi))
		return sl_filter_fail(p, phrase->value_at, "for example: portrange 8000-8100", "ports are 0 to 65535",
				      "\"%s\" is not a range of ports", show);
	snprintf(fix, sizeof(fix), "did you mean \"portrange %" PRIu64 "-%" PRIu64 "\"?", hi, lo);
	if (lo > hi)
		return sl_filter_fail(p, phrase->value_at, fix, NULL, "the range \"%s\" is empty", show);
	term->insn.lo = lo;
	term->insn.hi = hi;
	if (term->insn.cmp == SL_CMP_EQ)
		term->insn.cmp = SL_CMP_RANGE;
	return 0;
}

/* As ss -e prints it behind "sk:": hexadecimal. */
static int make_sock(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
		     struct sl_filter_term *term)
{
	char hex[32], show[SL_FILTER_SHOW_MAX];
	uint64_t cookie;
	const char *digits = value + (!strncasecmp(value, "sk:", 3) ? 3 : 0);

	digits += !strncasecmp(digits, "0x", 2) ? 2 : 0;
	snprintf(hex, sizeof(hex), "0x%s", digits);
	if (strlen(digits) <= 16 && !sl_number_parse(hex, 1, UINT64_MAX, &cookie)) {
		term->insn.lo = cookie;
		return 0;
	}
	return sl_filter_fail(p, phrase->value_at, "as ss -e prints it behind \"sk:\", for example: sock 407a5", NULL,
			      "\"%s\" is not a socket cookie", sl_filter_show(value, strlen(value), show));
}

static int make_value(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
		      struct sl_filter_term *term)
{
	switch (term->key) {
	case SL_KEY_HOST:
	case SL_KEY_NET: return sl_filter_address_make(p, phrase, value, &term->insn);
	case SL_KEY_PORTRANGE: return make_portrange(p, phrase, value, term);
	case SL_KEY_STATE: return sl_filter_state_make(p, phrase, value, term);
	case SL_KEY_COMM: return sl_filter_comm_make(p, phrase, value, term);
	case SL_KEY_CGROUP: return sl_filter_cgroup_make(p, phrase, value, &term->insn);
	case SL_KEY_NETNS: return sl_filter_netns_make(p, phrase, value, &term->insn);
	case SL_KEY_ROLE: return sl_filter_role_make(p, phrase, value, term);
	case SL_KEY_EVENT: return sl_filter_event_make(p, phrase, value, term);
	case SL_KEY_ERRNO: return sl_filter_errno_make(p, phrase, value, term);
	case SL_KEY_SOCK: return make_sock(p, phrase, value, term);
	default: return make_number(p, phrase, value, term);
	}
}

int sl_filter_term_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, struct sl_filter_term *term)
{
	const char *value;
	char fix[96];

	if (check_operator(p, phrase))
		return p->ret;
	term->key = phrase->word->key;
	term->end = phrase->end;
	term->insn.op = SL_OP_TERM;
	term->insn.cmp = phrase->cmp <= SL_CMP_GE ? phrase->cmp : SL_CMP_EQ;
	if (phrase->word->class == SL_WORD_PROTO)
		return 0;
	if (term->key == SL_KEY_LPORT || term->key == SL_KEY_RPORT) {
		term->end = term->key == SL_KEY_LPORT ? SL_FILTER_LOCAL : SL_FILTER_REMOTE;
		term->key = SL_KEY_PORT;
	}
	value = sl_filter_value(p, phrase->value_at);
	snprintf(fix, sizeof(fix), "for example: %s", phrase->word->example);
	if (!*value)
		return sl_filter_fail(p, phrase->value_at, fix, NULL, "the value of \"%s\" is empty",
				      phrase->word->word);
	return make_value(p, phrase, value, term);
}
