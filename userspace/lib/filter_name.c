// SPDX-License-Identifier: GPL-2.0-or-later
/* Values that are one of a set of names: states, roles, events, errnos; with the nearest of the set when it is none. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "filter_parse.h"
#include "names.h"
#include "number.h"

/* A value that is one of a set of names: @number is negative if it is none, @near the best of the set. */
static int make_name(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value, int number,
		     const char *near, const char *all, struct sl_filter_term *term)
{
	char fix[384], show[SL_FILTER_SHOW_MAX];

	if (number >= 0) {
		term->insn.lo = (uint64_t)number;
		return 0;
	}
	if (near)
		snprintf(fix, sizeof(fix), "did you mean \"%s %s\"?", phrase->word->word, near);
	else
		snprintf(fix, sizeof(fix), "%s", all);
	return sl_filter_fail(p, phrase->value_at, fix, NULL, "unknown %s \"%s\"", phrase->word->word,
			      sl_filter_show(value, strlen(value), show));
}

int sl_filter_state_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			 struct sl_filter_term *term)
{
	struct sl_filter_near near = { .word = value };
	unsigned k;

	for (k = 0; k < 16; k++)
		sl_filter_near_try(&near, sl_name_state(k));
	sl_filter_near_try(&near, "LISTENING");
	sl_filter_near_try(&near, "UNCONNECTED");
	return make_name(p, phrase, value, sl_number_state(value), near.best,
			 "states are ESTABLISHED SYN-SENT SYN-RECV FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED CLOSE-WAIT "
			 "LAST-ACK LISTEN CLOSING NEW-SYN-RECV",
			 term);
}

int sl_filter_role_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			struct sl_filter_term *term)
{
	struct sl_filter_near near = { .word = value };
	int k, role = -1;

	for (k = SL_ROLE_CLIENT; k <= SL_ROLE_LISTENER; k++) {
		sl_filter_near_try(&near, sl_name_role((unsigned)k));
		if (!strcasecmp(value, sl_name_role((unsigned)k)))
			role = k;
	}
	return make_name(p, phrase, value, role, near.best, "roles are client, server, listener", term);
}

int sl_filter_event_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			 struct sl_filter_term *term)
{
	struct sl_filter_near near = { .word = value };
	int number = sl_number_event(value);
	unsigned k;

	for (k = 0; k < 16; k++) {
		sl_filter_near_try(&near, sl_name_event(k));
		sl_filter_near_try(&near, sl_name_call(k));
	}
	if (number < 0) {
		number = sl_number_call(value);
		term->any_call = true;
	}
	return make_name(
		p, phrase, value, number, near.best,
		"events are call option state segment retrans reset error drop outcome tail, and the calls socket "
		"setsockopt bind listen connect accept send recv shutdown close",
		term);
}

int sl_filter_errno_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			 struct sl_filter_term *term)
{
	struct sl_filter_near near = { .word = value };
	uint64_t number;
	int k;

	if (!sl_number_parse(value, 1, 4095, &number)) {
		term->insn.lo = number;
		return 0;
	}
	for (k = 1; k < 256; k++)
		sl_filter_near_try(&near, sl_name_errno(k));
	return make_name(p, phrase, value, sl_number_errno(value), near.best,
			 "a name such as ECONNREFUSED, or a number from 1 to 4095", term);
}
