// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife ladder: connections as sequence diagrams. */
#include "command.h"
#include "report.h"
#include "session.h"
#include "sock_word.h"

int command_ladder(const struct settings *set, const char *filter)
{
	static const struct session_kind kind = {
		.text = &view_ladder, .level = SL_LEVEL_CALLS, .open = true, .events = true, .connections = true
	};
	char sock[SOCK_WORD_SIZE];
	struct sl_error err;

	if (!sock_word(filter, sock))
		return session_run(set, &kind, filter);
	return sock_word_check(set, filter, &err) ? report(&err, NULL) : session_run(set, &kind, sock);
}
