/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record -F: nothing is written until there is a reason: a signal, what --on says, the end. */
#ifndef CLI_FLIGHT_RUN_H
#define CLI_FLIGHT_RUN_H

#include "session.h"

/* kind: of record; its level is taken. Writes to set->output, then to that name with .2, .3, ... Returns the exit code. */
int flight_run(const struct settings *set, const struct session_kind *kind, const char *filter);

/* "5m,500MB", either alone, in any order, to ns and bytes. Returns 0 or -EINVAL with err filled. */
int flight_parse(const char *text, uint64_t *keep_ns, uint64_t *keep_bytes, struct sl_error *err);

#endif
