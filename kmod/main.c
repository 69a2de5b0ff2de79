// SPDX-License-Identifier: GPL-2.0-only
/* The module's beginning and end. */
#include <linux/module.h>

#include "chardev.h"

static int __init socklife_init(void)
{
	return sl_chardev_init();
}

static void __exit socklife_exit(void)
{
	sl_chardev_exit();
}

module_init(socklife_init);
module_exit(socklife_exit);
MODULE_DESCRIPTION("The life of sockets");
MODULE_LICENSE("GPL");
