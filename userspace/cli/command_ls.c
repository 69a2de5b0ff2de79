// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife ls [FILTER]: the sockets that exist now. */
#include <string.h>

#include "command.h"
#include "output.h"
#include "view_ls.h"

int command_ls(const struct settings *set, const char *filter)
{
	struct snapshot_run s = { .view = set->json ? &view_ls_json : &view_ls,
				  .snapshot.query = { .tcp = true, .udp = true, .unix_ = true } };

	if (set->columns && !strcmp(set->columns, "help")) {
		columns_help(stdout);
		return output_finish();
	}
	return snapshot_run(&s, set, filter, "ls");
}
