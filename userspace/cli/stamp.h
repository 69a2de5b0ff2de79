/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times of records as people read them, and the offset between the kernel's clock and the wall's. */
#ifndef CLI_STAMP_H
#define CLI_STAMP_H

#include <stddef.h>
#include <stdint.h>

#include "options.h"

struct stamp {
	enum time_word how;
	uint64_t first_ns;
	uint64_t last_ns;
	int64_t realtime_offset_ns; /* CLOCK_REALTIME - CLOCK_MONOTONIC */
};

#define STAMP_SIZE 40

int64_t stamp_offset(void); /* of this host, now */
/* RFC 3339 in UTC with nanoseconds, of ns since 1970. */
void stamp_rfc3339(char buf[STAMP_SIZE], int64_t realtime_ns);
/* A monotonic time as asked for; empty for TIME_NONE. Relative times begin at the first that is asked. */
void stamp_text(struct stamp *stamp, char buf[STAMP_SIZE], uint64_t ns);

#endif
