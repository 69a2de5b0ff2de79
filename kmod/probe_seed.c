// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets that were there before: those that processes have open, with the process as their owner. Orphans, and connections that
 * wait for accept(), are met at their next change. Process context, once, after the hooks are on.
 */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/net.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "probe.h"

static int seed_file(const void *ctx, struct file *file, unsigned int fd)
{
	struct task_struct *task = (struct task_struct *)ctx;
	struct socket *socket = sock_from_file(file);
	struct sock *sk = socket ? READ_ONCE(socket->sk) : NULL;
	struct sl_owner owner;
	struct sl_entry *e;
	unsigned long flags;

	if (!sk)
		return 0;
	e = sl_table_begin(sk, SL_ORIGIN_SEEDED, false, ktime_get_ns(), &flags);
	if (!e)
		return 0;
	if (e->life->id.role == SL_ROLE_LISTENER)
		e->life->calls.backlog_in_force = sk->sk_max_ack_backlog;
	sl_read_task(&owner, task);
	sl_ident_own(&e->life->id, &owner);
	sl_entry_refresh(e);
	sl_emit_judge(e);
	sl_table_release(e, flags);
	return 0;
}

/*
 * A task's files stay while its alloc_lock is held, each file while the table's own lock is, which iterate_fd() takes, and a
 * file's socket until its release, which needs the file. So nothing here is met half gone.
 */
void sl_seed(void)
{
	struct task_struct *task;

	rcu_read_lock();
	for_each_process(task)
	{
		task_lock(task);
		if (task->files)
			iterate_fd(task->files, 0, seed_file, task);
		task_unlock(task);
	}
	rcu_read_unlock();
}
