/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --netns: a namespace's name, path or number to its inode number. */
#ifndef CLI_NETNS_H
#define CLI_NETNS_H

#include <stdint.h>

#include "error.h"

/* Returns 0, -EINVAL or the errno of the look-up, negative, with err filled. */
int netns_inode(const char *text, uint32_t *inode, struct sl_error *err);

#endif
