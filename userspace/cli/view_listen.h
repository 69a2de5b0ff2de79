/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listeners, a line for each. */
#ifndef CLI_VIEW_LISTEN_H
#define CLI_VIEW_LISTEN_H

#include "listeners.h"
#include "snapshot_run.h"

/* The views' state: snapshot_run.ctx. */
struct listen_state {
	struct sl_listeners listeners;
	uint64_t not_counted; /* lives, for want of memory */
};

extern const struct snapshot_view view_listen;
extern const struct snapshot_view view_listen_json;

#endif
