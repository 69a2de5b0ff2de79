// SPDX-License-Identifier: GPL-2.0-or-later
/* Two locks are taken in both orders, one after the other: nothing hangs, but two CPUs could. */
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(first);
static DEFINE_SPINLOCK(second);

static void both(spinlock_t *outer, spinlock_t *inner)
{
	spin_lock(outer);
	spin_lock(inner);
	spin_unlock(inner);
	spin_unlock(outer);
}

static int __init planted_init(void)
{
	both(&first, &second);
	both(&second, &first);
	return 0;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("planted lock inversion");
MODULE_LICENSE("GPL");
