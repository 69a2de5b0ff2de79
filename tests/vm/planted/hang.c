// SPDX-License-Identifier: GPL-2.0-or-later
/* Every CPU loops with interrupts off: the guest hangs. */
#include <linux/module.h>
#include <linux/smp.h>

static void loop(void *unused)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static int __init planted_init(void)
{
	on_each_cpu(loop, NULL, 0);
	return 0;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("planted hang");
MODULE_LICENSE("GPL");
