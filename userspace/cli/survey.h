/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole recording in figures, in bounded memory: for its report, and for comparing it with another. */
#ifndef CLI_SURVEY_H
#define CLI_SURVEY_H

#include "tally.h"

enum survey_group { SURVEY_COMM, SURVEY_REMOTE, SURVEY_SERVICE, SURVEY_ERRNO, SURVEY_GROUPS };

struct survey {
	struct sl_tally all;               /* with every measure */
	struct sl_tally by[SURVEY_GROUPS]; /* counters and handshakes only */
	uint64_t from_ns, to_ns;           /* of what was seen; 0: nothing */
	uint64_t not_counted;              /* lives, for want of memory */
};

int survey_init(struct survey *s); /* 0 or -ENOMEM */
void survey_exit(struct survey *s);
void survey_life(struct survey *s, const struct sl_life *life, uint64_t ts_ns);
/* It failed: no connection came of it, or it did not end by FINs. */
bool survey_failed(const struct sl_life *life);

#endif
