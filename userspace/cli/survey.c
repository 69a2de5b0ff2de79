// SPDX-License-Identifier: GPL-2.0-or-later
/* A recording in figures: see survey.h. */
#include "survey.h"

#include <errno.h>
#include <string.h>

#define GROUPS_MAX 1000

static const char *const fields[SURVEY_GROUPS] = { "comm", "raddr", "service", "errno" };

int survey_init(struct survey *s)
{
	struct sl_tally_config config = { .measures = (1u << SL_MEASURE_NR) - 1, .max_groups = 1 };
	int ret;

	memset(s, 0, sizeof(*s));
	ret = sl_tally_init(&s->all, &config);
	config.measures = 0;
	config.max_groups = GROUPS_MAX;
	for (int i = 0; !ret && i < SURVEY_GROUPS; i++) {
		config.by = sl_field_find(fields[i]);
		ret = sl_tally_init(&s->by[i], &config);
	}
	return ret;
}

void survey_exit(struct survey *s)
{
	sl_tally_exit(&s->all);
	for (int i = 0; i < SURVEY_GROUPS; i++)
		sl_tally_exit(&s->by[i]);
}

void survey_life(struct survey *s, const struct sl_life *life, uint64_t ts_ns)
{
	uint64_t begin_ns = life->id.known & SL_ID_CREATED ? life->id.created_ns : ts_ns;
	int ret = sl_tally_life(&s->all, life);

	for (int i = 0; i < SURVEY_GROUPS; i++)
		ret = sl_tally_life(&s->by[i], life) ? -ENOMEM : ret;
	s->not_counted += !!ret;
	if (!s->from_ns || begin_ns < s->from_ns)
		s->from_ns = begin_ns;
	if (ts_ns > s->to_ns)
		s->to_ns = ts_ns;
}

bool survey_failed(const struct sl_life *life)
{
	unsigned outcome = life->handshake.outcome, how = life->close.class_;

	if (life->complete.flags & SL_LIFE_OPEN)
		return false;
	return (outcome > SL_HS_ESTABLISHED && outcome != SL_HS_CANCELLED) ||
	       (how >= SL_CLOSE_RESET_SENT && how <= SL_CLOSE_ERROR);
}
