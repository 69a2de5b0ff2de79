// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife trace: events as they happen. */
#include "command.h"
#include "session.h"

int command_trace(const struct settings *set, const char *filter)
{
	static const struct session_kind kind = {
		.text = &view_trace, .level = SL_LEVEL_CALLS, .time = TIME_REL, .events = true
	};

	return session_run(set, &kind, filter);
}
