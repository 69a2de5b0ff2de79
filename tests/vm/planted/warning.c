// SPDX-License-Identifier: GPL-2.0-or-later
/* A warning. */
#include <linux/bug.h>
#include <linux/module.h>

static int __init planted_init(void)
{
	WARN(1, "planted\n");
	return 0;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("planted warning");
MODULE_LICENSE("GPL");
