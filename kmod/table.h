/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sockets to lives: found by pointer, checked by cookie, since the kernel uses a socket's memory again at once. An entry goes
 * within __sk_free(), before that memory can become another socket's, so a stale one is never met; the cookie guards
 * against a hook that was missed.
 *
 * Lookups run under RCU (preemption or interrupts off). A life is changed with its entry's lock held and interrupts off, but
 * for what sends and receives count, which are atomic additions. Locks: entry, then bucket; never two entries.
 */
#ifndef SL_KMOD_TABLE_H
#define SL_KMOD_TABLE_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>
#include <net/sock.h>

#include "../core/life.h"
#include "read.h"

struct sl_reader;

struct sl_entry {
	struct hlist_node node; /* of a bucket; RCU */
	const struct sock *sk;  /* the key, never followed */
	u64 cookie;
	struct sl_life *life;
	raw_spinlock_t lock;
	u32 verdicts; /* two bits for each reader: emit.h */
	u32 snd_mark; /* write_seq and copied_seq of the socket, as far as sends and receives are counted */
	u32 rcv_mark;
	u16 lost; /* bit for each reader: records about this life were lost to it */
	bool ended;
	bool marked;  /* snd_mark and rcv_mark are set */
	bool settled; /* and final */
	struct rcu_head rcu;
};

struct sl_table {
	struct hlist_head *buckets;
	u32 bits;
};

extern struct sl_table sl_table;

/* The entry of a socket, or NULL. Preemption off. A hit costs some twenty instructions. */
static __always_inline struct sl_entry *sl_table_find(const struct sock *sk)
{
	struct hlist_head *head = &sl_table.buckets[hash_ptr(sk, sl_table.bits)];
	struct sl_entry *e;

	hlist_for_each_entry_rcu_notrace(e, head, node)
	{
		if (e->sk == sk)
			return likely(e->cookie == sl_read_cookie(sk)) ? e : NULL;
	}
	return NULL;
}

/*
 * The same, held: its lock is taken, interrupts are off until sl_table_release(). NULL: not followed, and nothing is held.
 * Who holds it is told by the pointer and not by the function that returned it, which sparse cannot follow: it is told so.
 */
static __always_inline struct sl_entry *sl_table_hold(const struct sock *sk, unsigned long *flags)
{
	struct sl_entry *e;

	local_irq_save(*flags);
	e = sl_table_find(sk);
	if (e) {
		raw_spin_lock(&e->lock);
		if (likely(!e->ended)) {
			__release(&e->lock);
			return e;
		}
		raw_spin_unlock(&e->lock);
	}
	local_irq_restore(*flags);
	return NULL;
}

static __always_inline void sl_table_release(struct sl_entry *e, unsigned long flags)
{
	__acquire(&e->lock);
	raw_spin_unlock_irqrestore(&e->lock, flags);
}

int sl_table_init(void);
void sl_table_exit(void);
struct sl_entry *sl_table_begin(const struct sock *sk, u8 origin, bool owned, u64 now_ns, unsigned long *flags);
void sl_table_end(struct sl_entry *e, u64 now_ns);
void sl_table_walk(void (*fn)(struct sl_entry *e, void *ctx), void *ctx, struct sl_reader *r);
void sl_table_clear(void);
u32 sl_table_sockets(void);

#endif
