// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife story: connections told in plain words. */
#include "command.h"
#include "lang.h"
#include "report.h"
#include "session.h"
#include "sock_word.h"

int command_story(const struct settings *set, const char *filter)
{
	static const struct session_kind kind = {
		.text = &view_story, .level = SL_LEVEL_CALLS, .open = true, .events = true, .connections = true
	};
	char sock[SOCK_WORD_SIZE];
	struct sl_error err;

	if (set->lang == LANG_KO && lang_set("ko", &err))
		return report(&err, NULL);
	if (!sock_word(filter, sock))
		return session_run(set, &kind, filter);
	return sock_word_check(set, filter, &err) ? report(&err, NULL) : session_run(set, &kind, sock);
}
