/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/socklife: core/device.h as file operations. */
#ifndef SL_KMOD_CHARDEV_H
#define SL_KMOD_CHARDEV_H

int sl_chardev_init(void);
void sl_chardev_exit(void);

#endif
