/* SPDX-License-Identifier: GPL-2.0-only */
/* Following a command: its processes, their sockets, and the peers of those on this host. See follow.c. */
#ifndef SL_KMOD_FOLLOW_H
#define SL_KMOD_FOLLOW_H

#include "../core/base.h"

struct sl_follow;

int sl_follow_create(struct sl_follow **follow, u32 pid);
void sl_follow_destroy(struct sl_follow *follow);
bool sl_follow_wants(struct sl_follow *f, const struct sl_ident *id);
void sl_follow_peer(const struct sl_ident *id);

#endif
