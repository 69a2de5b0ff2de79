/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network namespaces by the inode number that lives carry: found through a process that is in one, or a name under /run/netns. */
#ifndef SL_NETNS_H
#define SL_NETNS_H

#include <stdint.h>

uint32_t sl_netns_own(void); /* of the calling thread; 0: unknown */

/* Moves the calling thread into the namespace. *back is what sl_netns_leave() takes. Returns 0, -ENOENT (nobody is in it, and it
 * has no name) or -errno (-EPERM: needs CAP_SYS_ADMIN). */
int sl_netns_enter(uint32_t inode, int *back);
int sl_netns_leave(int back);

#endif
