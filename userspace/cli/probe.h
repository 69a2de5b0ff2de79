/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this system and this user have that tracing needs: read, never guessed. */
#ifndef CLI_PROBE_H
#define CLI_PROBE_H

#include <stdbool.h>
#include <stdint.h>

struct probe {
	char kernel[65];
	bool btf;
	const char *lockdown; /* its mode, in a word */
	unsigned uid;
	uint32_t caps; /* bit n: capability n of the table is effective */
};

void probe_read(struct probe *probe);
/* The capabilities that matter here, by index; NULL past the last. */
const char *probe_cap_name(unsigned n);

#endif
