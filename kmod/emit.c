// SPDX-License-Identifier: GPL-2.0-only
/* See emit.h. Probes call in here with interrupts off and RCU held; the two ends of a reader come in process context. */
#include "emit.h"

#include <linux/slab.h>

#include "hooks.h"
#include "probe.h"

/* 0 is what a slot without a reader leaves behind: a reader does not know of sockets that it did not meet. */
#define UNKNOWN 0
#define YES 1
#define NO 2
#define UNDECIDED 3

DEFINE_STATIC_KEY_FALSE(sl_emit_events_key);

static u32 verdict(const struct sl_entry *e, const struct sl_reader *r)
{
	return e->verdicts >> (2 * r->slot) & 3;
}

static void verdict_set(struct sl_entry *e, const struct sl_reader *r, u32 v)
{
	e->verdicts = (e->verdicts & ~(3u << (2 * r->slot))) | v << (2 * r->slot);
}

static bool wanted(const struct sl_entry *e, const struct sl_reader *r)
{
	return verdict(e, r) & 1;
}

static void rule_out(struct sl_entry *e, struct sl_reader *r)
{
	verdict_set(e, r, NO);
	sl_reader_count_filtered(r);
}

static void judge(struct sl_entry *e, struct sl_reader *r)
{
	int tri;

	if (verdict(e, r) != UNDECIDED)
		return;
	tri = sl_reader_verdict(r, &e->life->id, 0);
	if (tri == SL_TRI_NO)
		rule_out(e, r);
	else if (tri == SL_TRI_YES)
		verdict_set(e, r, YES);
}

/* An entry that is new to this reader. */
static void begun(struct sl_entry *e, struct sl_reader *r, const struct sock *sk)
{
	verdict_set(e, r, UNDECIDED);
	e->lost &= ~BIT(r->slot);
	sl_reader_count_begun(r);
	if (!sl_reader_sees(r, sk))
		rule_out(e, r);
}

/* A socket is followed from now on. */
void sl_emit_begun(struct sl_entry *e, const struct sock *sk)
{
	struct sl_reader *r;

	if (static_branch_unlikely(&sl_readers_any))
		sl_reader_for_each(r)
			begun(e, r, sk);
}

/* More has become known of the socket. */
void sl_emit_judge(struct sl_entry *e)
{
	struct sl_reader *r;

	if (static_branch_unlikely(&sl_readers_any))
		sl_reader_for_each(r)
			judge(e, r);
}

/* Which readers have not ruled it out: a bit for each slot. */
u16 sl_emit_wanted(const struct sl_entry *e)
{
	struct sl_reader *r;
	u16 readers = 0;

	sl_reader_for_each(r)
		if (wanted(e, r))
			readers |= BIT(r->slot);
	return readers;
}

static void lost(struct sl_entry *e, const struct sl_reader *r)
{
	e->lost |= BIT(r->slot);
	sl_life_lost(e->life);
}

/* Who the socket is: at its begin, and when that became better known. */
void sl_emit_ident(struct sl_entry *e, u64 ts_ns)
{
	struct sl_reader *r;

	if (!sl_emit_events())
		return;
	sl_reader_for_each(r) {
		if (r->level < SL_LEVEL_CALLS || !wanted(e, r))
			continue;
		if (!sl_reader_write(r, SL_REC_IDENT, e->cookie, ts_ns, &e->life->id, sizeof(e->life->id)))
			lost(e, r);
	}
}

static bool write_event(struct sl_reader *r, u64 cookie, const struct sl_event *ev, u64 ts_ns)
{
	return sl_reader_write(r, SL_REC_EVENT, cookie, ts_ns, &ev->kind, sizeof(*ev) - sizeof(ev->rec));
}

/* Something happened to the socket. */
void sl_emit_event(struct sl_entry *e, struct sl_event *ev, u64 ts_ns)
{
	struct sl_reader *r;
	bool told = false;

	sl_reader_for_each(r) {
		if (r->level < SL_LEVEL_CALLS || !wanted(e, r))
			continue;
		told = true;
		if (!write_event(r, e->cookie, ev, ts_ns))
			lost(e, r);
	}
	if (told)
		e->life->complete.events++;
}

void sl_emit_loose(u16 readers, u64 cookie, struct sl_event *ev, u64 ts_ns)
{
	struct sl_reader *r;
	unsigned long flags;

	local_irq_save(flags);
	sl_reader_for_each(r) {
		if (!(readers & BIT(r->slot)))
			continue;
		if (r->level == SL_LEVEL_CALLS || ev->kind == SL_EV_TAIL)
			write_event(r, cookie, ev, ts_ns);
	}
	local_irq_restore(flags);
}

/* What this reader lost of the life is said in it, and what others lost is not. */
static void write_life(struct sl_entry *e, struct sl_reader *r, u64 now_ns)
{
	struct sl_completeness *c = &e->life->complete;
	u32 n = c->lost, flags = c->flags;

	if (!wanted(e, r))
		return;
	if (verdict(e, r) == UNDECIDED && sl_reader_verdict(r, &e->life->id, 1) == SL_TRI_NO) {
		rule_out(e, r);
		return;
	}
	if (!(e->lost & BIT(r->slot))) {
		c->lost = 0;
		c->flags &= ~SL_LIFE_LOST;
	}
	sl_reader_write(r, SL_REC_LIFE, e->cookie, now_ns, e->life, sizeof(*e->life));
	c->lost = n;
	c->flags = flags;
	sl_reader_count_ended(r);
}

/* The whole life, at its end. */
void sl_emit_life(struct sl_entry *e, u64 now_ns)
{
	struct sl_reader *r;

	if (static_branch_unlikely(&sl_readers_any))
		sl_reader_for_each(r)
			write_life(e, r, now_ns);
}

/* A socket that was followed before this reader came. */
static void adopt(struct sl_entry *e, void *ctx)
{
	struct sl_reader *r = ctx;

	/* The table holds only sockets that are not freed: their memory is there while the entry is held. */
	if (verdict(e, r) == UNKNOWN)
		begun(e, r, e->sk);
	judge(e, r);
	if (r->level == SL_LEVEL_CALLS && wanted(e, r) &&
	    !sl_reader_write(r, SL_REC_IDENT, e->cookie, ktime_get_ns(), &e->life->id, sizeof(e->life->id)))
		lost(e, r);
}

/**
 * sl_emit_reader_start() - a reader shall get records from now on
 * @r: the reader, whole, and not on the list
 *
 * Process context, serialised by the device. Sockets that begin once it is on the list are judged for it as they begin; those
 * that were followed before are unknown to it until the walk comes to them.
 */
int sl_emit_reader_start(struct sl_reader *r)
{
	int ret = sl_hooks_want(r->level);

	if (ret)
		return ret;
	sl_reader_publish(r);
	if (r->level == SL_LEVEL_CALLS)
		static_branch_inc(&sl_emit_events_key);
	sl_table_walk(adopt, r, r);
	return 0;
}

struct open_ctx {
	struct sl_reader *r;
	struct sl_life copy;
};

/* A copy is told, as of now, since the life goes on for others. */
static void tell_open(struct sl_entry *e, void *ctx)
{
	struct open_ctx *open = ctx;
	struct sl_life *life = e->life;
	u64 now_ns = ktime_get_ns();

	if (wanted(e, open->r)) {
		sl_entry_refresh(e);
		open->copy = *life;
		open->copy.complete.flags |= SL_LIFE_OPEN;
		sl_life_snapshot(&open->copy, now_ns);
		e->life = &open->copy;
		write_life(e, open->r, now_ns);
		e->life = life;
	}
	verdict_set(e, open->r, UNKNOWN);
}

/**
 * sl_emit_reader_stop() - a reader shall get no more
 * @r: the reader, which the caller then owns alone
 *
 * Process context, serialised by the device. Once sl_reader_retract() has returned, no probe can see the reader on the list any
 * more, and this is the only one who writes to it: the lives that are open. Its slot is left as it was found, unknown to all.
 */
void sl_emit_reader_stop(struct sl_reader *r)
{
	struct open_ctx *open = kmalloc(sizeof(*open), GFP_KERNEL | __GFP_NOFAIL);

	open->r = r;
	if (r->level == SL_LEVEL_CALLS)
		static_branch_dec(&sl_emit_events_key);
	sl_reader_retract(r);
	sl_table_walk(tell_open, open, r);
	kfree(open);
	sl_hooks_unwant(r->level);
}
