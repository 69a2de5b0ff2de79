// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that nothing points to any more. */
#include <linux/module.h>
#include <linux/slab.h>

static int __init planted_init(void)
{
	int i;

	for (i = 0; i < 8; i++) /* one of them may seem referenced by what is left on a stack */
		if (!kzalloc(512, GFP_KERNEL))
			return -ENOMEM;
	return 0;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("planted leak");
MODULE_LICENSE("GPL");
