/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The view of check. */
#ifndef CLI_VIEW_CHECK_H
#define CLI_VIEW_CHECK_H

#include "options.h"
#include "probe.h"
#include "source.h"

struct check {
	struct probe probe;
	const char *source;
	enum sl_level level;
	const struct sl_fact_status *facts; /* NULL: the source could not be opened */
	uint64_t watched;
	const struct sl_error *error; /* NULL: none */
};

void check_text(const struct check *check, const struct settings *set);
void check_json(const struct check *check);

#endif
