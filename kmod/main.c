// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's beginning and end, in mirrored order. With stats=1 sockets are followed from here on, for /proc/net/socklife; with
 * stats=0 nothing is attached until a reader comes.
 */
#include <linux/module.h>

#include "chardev.h"
#include "hooks.h"
#include "probe.h"
#include "stat.h"

static bool stats = true;
module_param(stats, bool, 0444);
MODULE_PARM_DESC(stats, "Follow all sockets for /proc/net/socklife (default Y); N: only while a reader is there");

static char *level = "io";
module_param(level, charp, 0444);
MODULE_PARM_DESC(level,
		 "What stats watches: life (no hook on the data path), io (default; sends and receives too) or calls");

static int stats_level;

static int level_parse(void)
{
	static const char *const names[] = { "life", "io", "calls" };
	int i = match_string(names, ARRAY_SIZE(names), level);

	if (i < 0)
		pr_err("socklife: level=%s: there are life, io and calls\n", level);
	return i;
}

static int __init socklife_init(void)
{
	int err;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		/* Probes take memory with preemption off, and there that may sleep. */
		pr_err("socklife: this kernel is PREEMPT_RT, for which the module is not made; use --source bpf\n");
		return -EOPNOTSUPP;
	}
	stats_level = level_parse();
	if (stats_level < 0)
		return -EINVAL;
	err = sl_table_init();
	if (err)
		return err;
	err = sl_segment_init();
	if (err)
		goto err_table;
	err = sl_fault_init();
	if (err)
		goto err_segment;
	err = sl_stat_init();
	if (err)
		goto err_fault;
	err = sl_hooks_init();
	if (err)
		goto err_stat;
	err = stats ? sl_hooks_want(stats_level) : 0;
	if (err)
		goto err_hooks;
	err = sl_chardev_init();
	if (err)
		goto err_unwant;
	return 0;

err_unwant:
	if (stats)
		sl_hooks_unwant(stats_level);
err_hooks:
	sl_hooks_exit();
err_stat:
	sl_stat_exit();
err_fault:
	sl_fault_exit();
err_segment:
	sl_segment_exit();
err_table:
	sl_table_exit();
	return err;
}

/*
 * No reader is there, since an open file holds the module. Once the hooks are off, no context is within the module but readers of
 * /proc, and RCU callbacks that free entries: sl_stat_exit() waits for the first, sl_table_exit() for the others.
 */
static void __exit socklife_exit(void)
{
	sl_chardev_exit();
	if (stats)
		sl_hooks_unwant(stats_level);
	sl_hooks_exit();
	sl_stat_exit();
	sl_fault_exit();
	sl_segment_exit();
	sl_table_exit();
}

module_init(socklife_init);
module_exit(socklife_exit);
MODULE_DESCRIPTION("The life of sockets, from socket() to the last ACK");
MODULE_AUTHOR("The socklife authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
