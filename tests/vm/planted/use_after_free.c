// SPDX-License-Identifier: GPL-2.0-or-later
/* A byte of freed memory is read. */
#include <linux/module.h>
#include <linux/slab.h>

static int __init planted_init(void)
{
	char *buffer = kzalloc(64, GFP_KERNEL);

	if (!buffer)
		return -ENOMEM;
	kfree(buffer);
	return READ_ONCE(buffer[8]) & 0;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("planted use after free");
MODULE_LICENSE("GPL");
