/* SPDX-License-Identifier: GPL-2.0-only */
/* /proc/net/socklife: what can be read with cat alone, for each network namespace its own. */
#ifndef SL_KMOD_PROCFS_H
#define SL_KMOD_PROCFS_H

struct sl_stat;

int sl_procfs_create(struct sl_stat *s);
void sl_procfs_destroy(struct sl_stat *s);

#endif
