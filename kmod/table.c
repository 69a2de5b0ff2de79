// SPDX-License-Identifier: GPL-2.0-only
/* See table.h. Entries and lives come from slabs of their own, so that /proc/slabinfo shows what the module holds. */
#include "table.h"

#include <linux/log2.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "emit.h"
#include "hooks.h"
#include "probe.h"
#include "stat.h"

#define LOCKS 256
#define REFUSED 4096

static unsigned int max_sockets = 262144;
module_param(max_sockets, uint, 0444);
MODULE_PARM_DESC(max_sockets,
		 "Ceiling of sockets followed at once, 1024 to 16777216 (default 262144); more are refused and counted");

struct sl_table sl_table;
static struct kmem_cache *entries, *lives;
static raw_spinlock_t locks[LOCKS];
static atomic_t sockets;
/* Cookies of sockets that found no room: each is counted once, and not followed later in its life. */
static u64 refused[REFUSED];

static raw_spinlock_t *bucket_lock(u32 bucket)
{
	return &locks[bucket & (LOCKS - 1)];
}

static u64 *refused_slot(u64 cookie)
{
	return &refused[hash_64(cookie, ilog2(REFUSED))];
}

static void refuse(u64 cookie, u32 reason)
{
	struct sl_reader *r;

	WRITE_ONCE(*refused_slot(cookie), cookie);
	sl_stat_refused();
	preempt_disable();
	sl_reader_for_each(r)
		sl_reader_count_refused(r, reason);
	preempt_enable();
}

static void entry_free(struct rcu_head *rcu)
{
	struct sl_entry *e = container_of(rcu, struct sl_entry, rcu);

	kmem_cache_free(lives, e->life);
	kmem_cache_free(entries, e);
}

static struct sl_entry *entry_create(const struct sock *sk, u64 cookie)
{
	struct sl_entry *e;

	if (atomic_inc_return(&sockets) > max_sockets) {
		refuse(cookie, SL_LOST_TABLE_FULL);
		goto err_count;
	}
	e = kmem_cache_zalloc(entries, GFP_ATOMIC | __GFP_NOWARN);
	if (!e)
		goto err_refuse;
	e->life = kmem_cache_zalloc(lives, GFP_ATOMIC | __GFP_NOWARN);
	if (!e->life)
		goto err_entry;
	raw_spin_lock_init(&e->lock);
	e->sk = sk;
	e->cookie = cookie;
	return e;

err_entry:
	kmem_cache_free(entries, e);
err_refuse:
	refuse(cookie, SL_LOST_NO_MEMORY);
err_count:
	atomic_dec(&sockets);
	return NULL;
}

/* Everything that is known of the socket now. */
static void entry_fill(struct sl_entry *e, const struct sock *sk, u8 origin, bool owned, u64 now_ns)
{
	struct sl_life *life = e->life;
	struct sl_owner owner;

	sl_life_begin(life, e->cookie, sl_read_netns(sk), origin, now_ns, sl_hooks_watched());
	sl_read_ident(&life->id, sk);
	if ((origin == SL_ORIGIN_UNKNOWN || origin == SL_ORIGIN_SEEDED) && life->id.protocol == IPPROTO_TCP)
		sl_life_seed(life, sk->sk_state);
	if (owned) {
		sl_read_owner(&owner);
		sl_ident_own(&life->id, &owner);
	}
}

/*
 * Sockets of programs, and those of the kernel that hold their network namespace, so that its statistics are there as long as the
 * socket is.
 */
static bool in_scope(const struct sock *sk)
{
	if (!sk->sk_net_refcnt)
		return false;
	return sl_read_is_inet(sk) || (sk->sk_family == AF_UNIX && sl_hooks_watched() & SL_FACT_BIT(UNIX));
}

/**
 * sl_table_begin() - follow a socket from now on
 * @sk: a full socket that cannot go while this runs
 * @origin: SL_ORIGIN_*
 * @owned: the hook runs in the context of the process that the socket belongs to
 * @now_ns: when it was seen
 * @flags: for sl_table_release()
 *
 * Any context but NMI. Returns its entry, held, which may have begun before; NULL if there is no room, and then that is counted.
 */
struct sl_entry *sl_table_begin(const struct sock *sk, u8 origin, bool owned, u64 now_ns, unsigned long *flags)
{
	u32 bucket = hash_ptr(sk, sl_table.bits);
	struct sl_entry *e, *other;
	u64 cookie;

	if (!in_scope(sk))
		return NULL;
	cookie = sl_read_new_cookie(sk);
	e = sl_table_hold(sk, flags);
	if (e || READ_ONCE(*refused_slot(cookie)) == cookie)
		return e;
	e = entry_create(sk, cookie);
	if (!e)
		return NULL;
	entry_fill(e, sk, origin, owned, now_ns);
	raw_spin_lock_irqsave(&e->lock, *flags);
	raw_spin_lock(bucket_lock(bucket));
	other = sl_table_find(sk);
	if (!other)
		hlist_add_head_rcu(&e->node, &sl_table.buckets[bucket]);
	raw_spin_unlock(bucket_lock(bucket));
	if (!other) {
		sl_emit_begun(e, sk);
		sl_stat_begun(sk, e->life);
		__release(&e->lock);
		return e;
	}
	/* Another CPU was first. Nobody has seen ours. */
	raw_spin_unlock_irqrestore(&e->lock, *flags);
	atomic_dec(&sockets);
	kmem_cache_free(lives, e->life);
	kmem_cache_free(entries, e);
	return sl_table_hold(sk, flags);
}

/* Off the table. The lock is held, so nobody changes the life any more; who found the entry before sees that it ended. */
static void entry_drop(struct sl_entry *e)
{
	u32 bucket = hash_ptr(e->sk, sl_table.bits);

	e->ended = true;
	raw_spin_lock(bucket_lock(bucket));
	hlist_del_rcu(&e->node);
	raw_spin_unlock(bucket_lock(bucket));
	atomic_dec(&sockets);
	call_rcu(&e->rcu, entry_free);
}

/* The end: the whole life goes to the readers. @e is held, and stays so until its release, after which it is gone. */
void sl_table_end(struct sl_entry *e, u64 now_ns)
{
	sl_life_end(e->life, now_ns);
	if (e->life->close.flags & SL_CLF_TAIL_PENDING)
		sl_tail_expect(e, now_ns);
	sl_emit_life(e, now_ns);
	entry_drop(e);
}

/* Each entry, held. Process context; sockets that begin or end meanwhile may be met or not. @r: who is told of them, and waited for
 * now and then; NULL: nobody. */
void sl_table_walk(void (*fn)(struct sl_entry *e, void *ctx), void *ctx, struct sl_reader *r)
{
	struct sl_entry *e;
	unsigned long flags;
	u32 i;

	for (i = 0; i < 1u << sl_table.bits; i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(e, &sl_table.buckets[i], node) {
			raw_spin_lock_irqsave(&e->lock, flags);
			if (!e->ended)
				fn(e, ctx);
			raw_spin_unlock_irqrestore(&e->lock, flags);
		}
		rcu_read_unlock();
		if (!(i & 255))
			cond_resched();
		if (r && !(i & 15))
			sl_reader_make_room(r);
	}
}

static void drop_one(struct sl_entry *e, void *ctx)
{
	entry_drop(e);
}

/* Forgets every life: the hooks are off, and what they would have told from now on is unknown. */
void sl_table_clear(void)
{
	sl_table_walk(drop_one, NULL, NULL);
}

u32 sl_table_sockets(void)
{
	return max(atomic_read(&sockets), 0);
}

int sl_table_init(void)
{
	u32 i;

	if (max_sockets < 1024 || max_sockets > 1u << 24) {
		pr_err("socklife: max_sockets=%u: 1024 to 16777216 are possible\n", max_sockets);
		return -EINVAL;
	}
	sl_table.bits = ilog2(roundup_pow_of_two(max_sockets)) - 1;
	for (i = 0; i < LOCKS; i++)
		raw_spin_lock_init(&locks[i]);
	entries = KMEM_CACHE(sl_entry, SLAB_HWCACHE_ALIGN);
	if (!entries)
		return -ENOMEM;
	lives = KMEM_CACHE(sl_life, 0);
	if (!lives)
		goto err_entries;
	sl_table.buckets = kvcalloc(1u << sl_table.bits, sizeof(*sl_table.buckets), GFP_KERNEL);
	if (!sl_table.buckets)
		goto err_lives;
	return 0;

err_lives:
	kmem_cache_destroy(lives);
err_entries:
	kmem_cache_destroy(entries);
	return -ENOMEM;
}

/* All hooks are off, and nobody walks: what is left is ours alone. The barrier waits for entry_free() of all. */
void sl_table_exit(void)
{
	sl_table_clear();
	rcu_barrier();
	kvfree(sl_table.buckets);
	kmem_cache_destroy(lives);
	kmem_cache_destroy(entries);
}
