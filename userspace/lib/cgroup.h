/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cgroup that the cgroup programs are attached to: one that exists, or one made for a command and removed after it. */
#ifndef SL_CGROUP_H
#define SL_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct sl_cgroup {
	int fd; /* of the directory; -1: none */
	uint64_t id;
	bool ours; /* made by us, to be removed */
	char path[512];
	char parent[512]; /* ours: where its processes go back to */
};

#define SL_CGROUP_NONE                                                                                                 \
	{                                                                                                              \
		.fd = -1                                                                                               \
	}

/* An existing cgroup, by path: absolute, or below the cgroup2 mount. NULL: the whole hierarchy. Returns 0 or -errno. */
int sl_cgroup_open(struct sl_cgroup *cgroup, const char *path, struct sl_error *err);
/* A new cgroup below that of process @pid, with @pid in it. Returns 0 or -errno. */
int sl_cgroup_make(struct sl_cgroup *cgroup, pid_t pid);
void sl_cgroup_close(struct sl_cgroup *cgroup); /* moves what is left in ours back, and removes it */

#endif
