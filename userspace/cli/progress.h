/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a longer job is: a line on standard error, if that is a terminal and data goes elsewhere; else nothing. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool on;
	bool shown;
	uint64_t began_ns;
	uint64_t last_ns;
};

void progress_init(struct progress *p, bool wanted);
/* done of total bytes (0: not known), and records so far. Draws a few times a second, from the first second on. */
void progress_show(struct progress *p, uint64_t done, uint64_t total, uint64_t records);
void progress_clear(struct progress *p); /* the line is gone from the screen */

#endif
