/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which processes hold which sockets now, by /proc/PID/fd, as ss -p finds it: a socket may be held by many. Processes that the
 * caller may not look into are counted, not guessed.
 */
#ifndef SL_OWNERS_H
#define SL_OWNERS_H

#include <stdint.h>

#include "model_table.h"

struct sl_owner_of {
	struct sl_table_node node; /* by the socket's inode number */
	uint32_t pid;
	uint32_t uid; /* of the process, effective */
	int fd;
	char comm[16]; /* not terminated if it is that long */
};

struct sl_owners {
	struct sl_table by_inode;
	struct sl_owner_of **all;
	uint32_t count;
	uint32_t hidden; /* processes that could not be looked into */
};

int sl_owners_init(struct sl_owners *owners); /* looks; 0 or -errno */
void sl_owners_exit(struct sl_owners *owners);
/* The first and the next holder of a socket; NULL: none (more). */
const struct sl_owner_of *sl_owners_first(const struct sl_owners *owners, uint32_t inode);
const struct sl_owner_of *sl_owners_next(const struct sl_owner_of *owner);

#endif
