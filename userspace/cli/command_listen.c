// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife listen [FILTER]: the listeners, how full their queues are, and what they could not take. */
#include <errno.h>
#include <string.h>

#include "command.h"
#include "report.h"
#include "view_listen.h"

int command_listen(const struct settings *set, const char *filter)
{
	struct listen_state state;
	struct snapshot_run s = { .view = set->json ? &view_listen_json : &view_listen,
				  .ctx = &state,
				  .snapshot.query = { .tcp = true, .states = 1u << 10 /* TCP_LISTEN */ } };
	struct sl_error err;
	int code;

	memset(&state, 0, sizeof(state));
	if (sl_listeners_init(&state.listeners)) {
		sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot set up");
		return report(&err, NULL);
	}
	code = snapshot_run(&s, set, filter, "listen");
	sl_listeners_exit(&state.listeners);
	return code;
}
