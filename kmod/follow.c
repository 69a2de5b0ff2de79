// SPDX-License-Identifier: GPL-2.0-only
/*
 * See follow.h. As the BPF programs do it: a process is followed from its fork on, a socket because its owner is, because its
 * listener is, or because it is the other end of one that is. Each set is a table of fixed size without chains: what is
 * newer takes the place of what is older, so a set never grows, and a command with tens of thousands of sockets at once may
 * lose sight of the peers of some.
 *
 * Read and written in any context but NMI; a word or a flow is changed with the follower's lock held. The hook on fork is
 * attached while at least one reader follows.
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/tracepoint.h>

#include "follow.h"

#define SET_BITS 14

struct flow {
	u8 local[16];
	u8 remote[16];
	u16 lport;
	u16 rport;
	u32 used;
};

struct sl_follow {
	struct list_head node; /* of followers; RCU */
	raw_spinlock_t lock;
	u64 pid[1 << SET_BITS];
	u64 socket[1 << SET_BITS]; /* cookies of sockets that a followed process owns: listeners are among them */
	struct flow flow[1 << SET_BITS];
};

static LIST_HEAD(followers);
static DEFINE_MUTEX(followers_lock);
static struct tracepoint *fork_hook;

static bool has(const u64 *set, u64 key)
{
	return key && READ_ONCE(set[hash_64(key, SET_BITS)]) == key;
}

static void put(u64 *set, u64 key)
{
	WRITE_ONCE(set[hash_64(key, SET_BITS)], key);
}

static struct flow *place_of(struct sl_follow *f, const struct flow *flow)
{
	return &f->flow[jhash(flow, sizeof(*flow), 0) >> (32 - SET_BITS)];
}

/* As this end sees it, or as its peer does. */
static struct flow flow_of(const struct sl_ident *id, bool as_peer)
{
	struct flow flow = {
		.lport = as_peer ? id->rport : id->lport,
		.rport = as_peer ? id->lport : id->rport,
		.used = 1,
	};

	memcpy(flow.local, as_peer ? id->raddr : id->laddr, 16);
	memcpy(flow.remote, as_peer ? id->laddr : id->raddr, 16);
	return flow;
}

static bool has_flow(struct sl_follow *f, const struct sl_ident *id)
{
	struct flow flow = flow_of(id, false);
	unsigned long flags;
	bool found;

	raw_spin_lock_irqsave(&f->lock, flags);
	found = !memcmp(place_of(f, &flow), &flow, sizeof(flow));
	raw_spin_unlock_irqrestore(&f->lock, flags);
	return found;
}

/* Because of itself, not as somebody's peer. */
static bool is_own(struct sl_follow *f, const struct sl_ident *id)
{
	return (id->known & SL_ID_OWNER && has(f->pid, id->pid)) ||
	       (id->known & SL_ID_PARENT && has(f->socket, id->parent));
}

/* Is this socket followed, as far as is known of it? Any context but NMI. */
bool sl_follow_wants(struct sl_follow *f, const struct sl_ident *id)
{
	if (is_own(f, id)) {
		put(f->socket, id->cookie);
		return true;
	}
	return id->known & SL_ID_REMOTE && has_flow(f, id);
}

/* Both ends of a socket are known: whoever follows it follows its peer as well. RCU or preemption off; any context but NMI. */
void sl_follow_peer(const struct sl_ident *id)
{
	const u32 both = SL_ID_LOCAL | SL_ID_REMOTE;
	struct sl_follow *f;

	if ((id->known & both) != both)
		return;
	list_for_each_entry_rcu(f, &followers, node, rcu_read_lock_any_held()) {
		struct flow flow = flow_of(id, true);
		unsigned long flags;

		if (!is_own(f, id))
			continue;
		raw_spin_lock_irqsave(&f->lock, flags);
		*place_of(f, &flow) = flow;
		raw_spin_unlock_irqrestore(&f->lock, flags);
	}
}

/* sched_process_fork, in the parent's context. */
static void forked(void *unused, struct task_struct *parent, struct task_struct *child)
{
	struct sl_follow *f;

	if (parent->tgid == child->tgid)
		return;
	rcu_read_lock();
	list_for_each_entry_rcu(f, &followers, node) {
		if (has(f->pid, parent->tgid))
			put(f->pid, child->tgid);
	}
	rcu_read_unlock();
}

static void find_fork(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "sched_process_fork"))
		fork_hook = tp;
}

static int attach(void)
{
	if (!fork_hook)
		for_each_kernel_tracepoint(find_fork, NULL);
	return fork_hook ? tracepoint_probe_register(fork_hook, forked, NULL) : -EOPNOTSUPP;
}

/* What sockets' owners are called by: the number in the initial pid namespace. 0: no such process. */
static u32 tgid_of(u32 pid)
{
	struct task_struct *task;
	u32 tgid;

	rcu_read_lock();
	task = pid_task(find_vpid(pid), PIDTYPE_PID);
	tgid = task ? task->tgid : 0;
	rcu_read_unlock();
	return tgid;
}

/**
 * sl_follow_create() - follow a process and all that it forks from now on
 * @follow: the result
 * @pid: as the caller's pid namespace numbers it
 *
 * Process context. Returns 0; -ESRCH: there is no such process; -ENOMEM; or why fork cannot be watched.
 */
int sl_follow_create(struct sl_follow **follow, u32 pid)
{
	struct sl_follow *f;
	u32 tgid = tgid_of(pid);
	int ret = 0;

	if (!tgid)
		return -ESRCH;
	f = kvzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);
	if (!f)
		return -ENOMEM;
	raw_spin_lock_init(&f->lock);
	put(f->pid, tgid);
	mutex_lock(&followers_lock);
	if (list_empty(&followers))
		ret = attach();
	if (!ret)
		list_add_rcu(&f->node, &followers);
	mutex_unlock(&followers_lock);
	if (ret) {
		kvfree(f);
		return ret;
	}
	*follow = f;
	return 0;
}

/* The reader is off its list, so no verdict asks. Accepts NULL. */
void sl_follow_destroy(struct sl_follow *f)
{
	if (!f)
		return;
	mutex_lock(&followers_lock);
	list_del_rcu(&f->node);
	if (list_empty(&followers)) {
		tracepoint_probe_unregister(fork_hook, forked, NULL);
		tracepoint_synchronize_unregister(); /* forked() has returned everywhere, and is not called again */
	}
	mutex_unlock(&followers_lock);
	synchronize_rcu(); /* nobody walks the list across it: other followers' hooks and peers */
	kvfree(f);
}
