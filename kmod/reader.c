// SPDX-License-Identifier: GPL-2.0-only
/*
 * See reader.h. What happens to a record here runs on the socket's path, in task, softirq or hardirq context; all else is
 * process context under the device's locks.
 *
 * A teardown, and who may still hold what:
 *   sl_emit_reader_stop()  retracts: off the list, then a grace period. After it no probe can reach the reader, so nothing
 *                          is written, counted or kicked any more.
 *   irq_work_sync()        a kick that was queued before has run. After it none is pending; it may have set the tick.
 *   cancel_delayed_work_sync()  after it the tick is not pending, not running, and nobody is left to set it.
 *   the file               release() comes after the last map and the last poll of this file: pages and wait queue are free.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "emit.h"
#include "follow.h"
#include "reader.h"
#include "wakeup.h"

#define DEFAULT_RING_BYTES (1u << 20)
#define DEFAULT_LATENCY_MS 10

LIST_HEAD(sl_readers);
DEFINE_STATIC_KEY_FALSE(sl_readers_any);

static DEFINE_MUTEX(readers_lock); /* slots, the list, start and stop */
static unsigned long slots;

/* ---- on the socket's path ---------------------------------------------------------------------------------------- */

/**
 * sl_reader_verdict() - does this reader want a socket with this identity?
 * @r: the reader
 * @id: who the socket is, as far as is known
 * @fixed: nothing more will become known of it
 *
 * Any context but NMI, under rcu_read_lock(). Returns SL_TRI_*; the netns and the processes followed decide before the filter.
 */
int sl_reader_verdict(const struct sl_reader *r, const struct sl_ident *id, int fixed)
{
	const struct sl_match *match = rcu_dereference_check(r->match, rcu_read_lock_any_held());

	if (r->netns && id->netns != r->netns)
		return SL_TRI_NO;
	if (r->follow && !sl_follow_wants(r->follow, id))
		return SL_TRI_NO;
	return sl_match_ident(match, id, fixed);
}

/* Most records are events: their copy is a few moves. */
static __always_inline void copy_body(void *to, const void *body, u32 len)
{
	const u32 event = sizeof(struct sl_event) - sizeof(struct sl_rec);

	if (likely(len == event))
		memcpy(to, body, event);
	else
		memcpy(to, body, len);
}

static noinline bool lost(struct sl_reader_cpu *c, unsigned int type, u32 len)
{
	bool room = (u64)sl_ring_fill(&c->ring) + len <= c->ring.size;

	c->counters.lost[type][room ? SL_LOST_RESERVE : SL_LOST_RING_FULL]++;
	return false;
}

/**
 * sl_reader_write() - one record into this CPU's ring
 * @r: the reader
 * @type: SL_REC_*
 * @cookie: the socket's
 * @ts_ns: CLOCK_MONOTONIC
 * @body: what follows struct sl_rec
 * @body_len: bytes, a multiple of 8, every one of them set
 *
 * Interrupts off, so that this CPU's ring and counters have one writer at a time; any context but NMI. The reader is on the
 * list, or its start or stop runs. Returns false if there is no room, and the loss is counted.
 */
bool sl_reader_write(struct sl_reader *r, u16 type, u64 cookie, u64 ts_ns, const void *body, u32 body_len)
{
	u32 len = sizeof(struct sl_rec) + body_len;
	struct sl_reader_cpu *c = this_cpu_ptr(r->cpu);
	unsigned int t = type & (SL_REC_NR - 1);
	struct sl_rec *rec;
	bool ok = true;
	u64 seq;

	lockdep_assert_irqs_disabled();
	c->counters.seen[t]++;
	seq = c->counters.seq++;
	rec = sl_ring_reserve(&c->ring, len, r->keep[t]);
	if (likely(rec)) {
		rec->len = len;
		rec->type = t;
		rec->cpu = smp_processor_id();
		rec->ts_ns = ts_ns;
		rec->seq = seq;
		rec->cookie = cookie;
		copy_body(rec + 1, body, body_len);
		sl_ring_commit(&c->ring, len);
		c->counters.delivered[t]++;
	} else {
		ok = lost(c, t, len);
	}
	if (unlikely(READ_ONCE(r->sleeping)))
		sl_wakeup_owed(r, c);
	return ok;
}

void sl_reader_count_refused(struct sl_reader *r, u32 reason)
{
	struct sl_reader_cpu *c;
	unsigned long flags;

	local_irq_save(flags);
	c = this_cpu_ptr(r->cpu);
	c->counters.seen[SL_REC_LIFE]++;
	c->counters.seq++;
	c->counters.lost[SL_REC_LIFE][reason & (SL_LOST_NR - 1)]++;
	local_irq_restore(flags);
}

/* ---- begin and end ----------------------------------------------------------------------------------------------- */

/**
 * sl_reader_create() - a reader that sees nothing yet
 * @reader: the result; sl_reader_destroy() is due
 *
 * The caller sets its scope (net) before anybody else sees it. Returns 0 or -errno.
 */
int sl_reader_create(struct sl_reader **reader)
{
	struct sl_reader *r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);
	int cpu;

	if (!r)
		return -ENOMEM;
	r->cpu = alloc_percpu_gfp(struct sl_reader_cpu, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!r->cpu) {
		kfree(r);
		return -ENOMEM;
	}
	INIT_LIST_HEAD(&r->node);
	mutex_init(&r->lock);
	for_each_possible_cpu(cpu)
		per_cpu_ptr(r->cpu, cpu)->reader = r;
	sl_wakeup_init(r);
	*reader = r;
	return 0;
}

static void put_slot(struct sl_reader *r)
{
	mutex_lock(&readers_lock);
	if (r->has_slot)
		__clear_bit(r->slot, &slots);
	r->has_slot = false;
	mutex_unlock(&readers_lock);
}

static void free_rings(struct sl_reader *r)
{
	int cpu;

	for_each_possible_cpu(cpu)
		sl_pages_exit(&per_cpu_ptr(r->cpu, cpu)->pages);
}

/* The file's end: see the head comment. Accepts a reader in any state. */
void sl_reader_destroy(struct sl_reader *r)
{
	r->deaf = true;
	sl_reader_stop(r);
	put_slot(r);
	sl_wakeup_exit(r);
	free_rings(r);
	sl_follow_destroy(r->follow);
	kfree(rcu_dereference_protected(r->match, true));
	if (r->cgroup)
		cgroup_put(r->cgroup);
	free_percpu(r->cpu);
	kfree(r);
}

static int get_slot(struct sl_reader *r)
{
	int ret = -EBUSY;

	mutex_lock(&readers_lock);
	r->slot = find_first_zero_bit(&slots, SL_READERS_MAX);
	if (r->slot < SL_READERS_MAX) {
		__set_bit(r->slot, &slots);
		r->has_slot = true;
		ret = 0;
	}
	mutex_unlock(&readers_lock);
	return ret;
}

/* For all CPU numbers that can be: one that comes up later finds its ring. */
static int make_rings(struct sl_reader *r, u32 bytes)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct sl_reader_cpu *c = per_cpu_ptr(r->cpu, cpu);
		struct sl_pages *pages = &c->pages;

		if (fatal_signal_pending(current))
			return -EINTR;
		if (sl_pages_init(pages, bytes, cpu_to_node(cpu)))
			return -ENOMEM;
		sl_ring_init(&c->ring, sl_pages_data(pages), bytes, sl_pages_head(pages), sl_pages_tail(pages));
	}
	return 0;
}

u32 sl_reader_max_bytes(const struct sl_reader *r)
{
	return r->net ? SL_RING_NETNS_MAX_BYTES : SL_RING_MAX_BYTES;
}

static int check_match(const struct sl_match *match)
{
	return match->len > SL_MATCH_MAX || match->pad ? -EINVAL : 0;
}

static int check_setup(const struct sl_reader *r, const struct sl_device_setup *s)
{
	u32 bytes = s->ring_bytes;

	if (s->level >= SL_LEVEL_NR || s->flags || s->latency_ms > SL_LATENCY_MAX_MS || check_match(&s->match))
		return -EINVAL;
	if (bytes < SL_RING_MIN_BYTES || bytes > sl_reader_max_bytes(r) || bytes & (bytes - 1) || bytes & ~PAGE_MASK)
		return -EINVAL;
	if (s->watermark_bytes > bytes)
		return -EINVAL;
	if (r->netns && s->netns && s->netns != r->netns)
		return -EPERM;
	return 0;
}

static void fill_setup(struct sl_reader *r, const struct sl_device_setup *s)
{
	u32 reserve = s->ring_bytes / 4;

	r->level = s->level;
	r->netns = s->netns ?: r->netns;
	r->watermark = s->watermark_bytes ?: s->ring_bytes / 4;
	r->latency = msecs_to_jiffies(s->latency_ms ?: DEFAULT_LATENCY_MS) ?: 1;
	r->keep[SL_REC_EVENT] = reserve;
	r->keep[SL_REC_IDENT] = reserve / 2;
	r->ring_bytes = s->ring_bytes;
}

/**
 * sl_reader_setup() - what is watched, and the rings for it; once in a reader's life
 * @r: the reader
 * @setup: as the caller asks, not checked yet
 *
 * Under r->lock. Returns 0; -EALREADY, -EINVAL; -EPERM: another namespace; -EBUSY: SL_READERS_MAX are there; -ENOMEM; -EBADF: the
 * cgroup; -EINTR. After an error it may be called again.
 */
int sl_reader_setup(struct sl_reader *r, const struct sl_device_setup *setup)
{
	struct sl_device_setup s = *setup;
	struct cgroup *cgroup = NULL;
	struct sl_match *match;
	int ret;

	if (r->flags & SL_DEVICE_READY)
		return -EALREADY;
	s.ring_bytes = s.ring_bytes ?: DEFAULT_RING_BYTES;
	ret = check_setup(r, &s);
	if (ret)
		return ret;
	match = kmemdup(&s.match, sizeof(s.match), GFP_KERNEL_ACCOUNT);
	if (!match)
		return -ENOMEM;
	if (s.cgroup_fd >= 0)
		cgroup = cgroup_get_from_fd(s.cgroup_fd);
	ret = PTR_ERR_OR_ZERO(cgroup);
	if (ret)
		goto err_match;
	ret = get_slot(r);
	if (ret)
		goto err_cgroup;
	ret = make_rings(r, s.ring_bytes);
	if (!ret && s.follow_pid)
		ret = sl_follow_create(&r->follow, s.follow_pid);
	if (ret)
		goto err_rings;
	fill_setup(r, &s);
	r->cgroup = cgroup;
	RCU_INIT_POINTER(r->match, match);
	smp_store_release(&r->flags, r->flags | SL_DEVICE_READY); /* the rings before it, for mmap and poll */
	return 0;

err_rings:
	free_rings(r);
	put_slot(r);
err_cgroup:
	if (cgroup)
		cgroup_put(cgroup);
err_match:
	kfree(match);
	return ret;
}

/* ---- start and stop ---------------------------------------------------------------------------------------------- */

void sl_reader_publish(struct sl_reader *r)
{
	list_add_tail_rcu(&r->node, &sl_readers);
	static_branch_inc(&sl_readers_any);
}

/* After it no probe holds the reader: they see the list with preemption off or under rcu_read_lock(). */
void sl_reader_retract(struct sl_reader *r)
{
	static_branch_dec(&sl_readers_any);
	list_del_rcu(&r->node);
	synchronize_rcu();
}

#define PATIENCE_MS 100      /* with a reader that takes nothing */
#define PATIENCE_ALL_MS 5000 /* with one that takes too little */

static u64 taken(struct sl_reader *r)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(r->cpu, cpu)->ring.tail_shared);
	return sum;
}

/* Each ring has room for some lives, and what events and identities may not use. */
static bool has_room(struct sl_reader *r)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct sl_reader_cpu *c = per_cpu_ptr(r->cpu, cpu);

		if (sl_wakeup_fill(c) > c->ring.size / 4)
			return false;
	}
	return true;
}

/**
 * sl_reader_make_room() - a walk through all sockets has told some, and will tell more
 * @r: the reader
 *
 * Process context, may sleep: waits while a ring is more than a quarter full. A reader that takes nothing meanwhile, or not
 * enough, is not waited for again, and what it has no room for is counted as lost.
 */
void sl_reader_make_room(struct sl_reader *r)
{
	int idle = 0, all = 0;
	u64 last = taken(r);

	while (!r->deaf && !has_room(r)) {
		sl_wakeup_now(r);
		msleep(1);
		idle = taken(r) == last ? idle + 1 : 0;
		last = taken(r);
		r->deaf = idle >= PATIENCE_MS || ++all >= PATIENCE_ALL_MS || fatal_signal_pending(current);
	}
}

/* Under r->lock. Returns 0; -ENXIO: no setup; -EALREADY: it was started before; what the hooks say. */
int sl_reader_start(struct sl_reader *r)
{
	int ret;

	if (!(r->flags & SL_DEVICE_READY))
		return -ENXIO;
	if (r->flags & SL_DEVICE_STARTED || r->stopped)
		return -EALREADY;
	mutex_lock(&readers_lock);
	ret = sl_emit_reader_start(r);
	mutex_unlock(&readers_lock);
	if (!ret)
		r->flags |= SL_DEVICE_STARTED;
	return ret;
}

/* Under r->lock, or nobody else has the reader. Returns 0; -ENXIO: it does not run. */
int sl_reader_stop(struct sl_reader *r)
{
	if (!(r->flags & SL_DEVICE_STARTED))
		return -ENXIO;
	mutex_lock(&readers_lock);
	sl_emit_reader_stop(r);
	mutex_unlock(&readers_lock);
	r->flags &= ~SL_DEVICE_STARTED;
	r->stopped = true;
	sl_wakeup_now(r);
	return 0;
}

/* Another filter. Under r->lock. The old one goes when no probe reads it any more. */
int sl_reader_set_match(struct sl_reader *r, const struct sl_match *match)
{
	struct sl_match *old, *copy;

	if (!(r->flags & SL_DEVICE_READY))
		return -ENXIO;
	if (check_match(match))
		return -EINVAL;
	copy = kmemdup(match, sizeof(*match), GFP_KERNEL_ACCOUNT);
	if (!copy)
		return -ENOMEM;
	old = rcu_replace_pointer(r->match, copy, lockdep_is_held(&r->lock));
	synchronize_rcu();
	kfree(old);
	return 0;
}

u32 sl_readers_count(void)
{
	return hweight_long(READ_ONCE(slots));
}

/* Of one CPU, or of all (~0). A CPU's own are not stopped for it: they are exact once the reader is stopped. */
void sl_reader_counters(struct sl_reader *r, u32 cpu, struct sl_counters *sum)
{
	u64 *to = (u64 *)sum;
	unsigned int i;
	int n;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(n) {
		const u64 *from = (const u64 *)&per_cpu_ptr(r->cpu, n)->counters;

		if (cpu != ~0u && cpu != n)
			continue;
		for (i = 0; i < sizeof(*sum) / sizeof(u64); i++)
			to[i] += READ_ONCE(from[i]);
	}
}
