// SPDX-License-Identifier: GPL-2.0-or-later
/* No bug: what inserts this must succeed. */
#include <linux/module.h>

static int __init planted_init(void)
{
	return 0;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("no bug");
MODULE_LICENSE("GPL");
