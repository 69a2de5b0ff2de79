// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife [life]: a line for each socket that ended or failed. */
#include <string.h>

#include "columns.h"
#include "command.h"
#include "output.h"
#include "session.h"

int command_life(const struct settings *set, const char *filter)
{
	static const struct session_kind kind = { .text = &view_life, .level = SL_LEVEL_LIFE, .time = TIME_NONE };

	if (set->columns && !strcmp(set->columns, "help")) {
		columns_help(stdout);
		return output_finish();
	}
	return session_run(set, &kind, filter);
}
