/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reader: one open file of /dev/socklife, with its own rings, scope, filter and account. chardev.c makes and ends it;
 * emit.c hands it records. The list of readers is walked under RCU; what a reader owns goes only after it was taken off
 * the list and every probe that could have seen it there has returned.
 */
#ifndef SL_KMOD_READER_H
#define SL_KMOD_READER_H

#include <linux/cgroup.h>
#include <linux/irq_work.h>
#include <linux/jump_label.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "../core/base.h"
#include "../core/device.h"
#include "pages.h"
#include "ring.h"

struct net;
struct sl_follow;

/* A reader's own on one CPU. Written there with interrupts off, or by this_cpu operations. */
struct sl_reader_cpu {
	struct sl_ring ring;
	struct sl_counters counters;
	u64 due_head; /* poll: everything before this position has waited long enough */
	struct sl_reader *reader;
	struct irq_work kick;
	struct sl_pages pages;
};

struct sl_reader {
	struct list_head node; /* of sl_readers; RCU */
	u8 slot;       /* 0 .. SL_READERS_MAX - 1; index of the verdict that a table entry keeps for each reader */
	u8 level;      /* SL_LEVEL_* */
	u8 sleeping;   /* SL_AWAKE ...: what a writer owes a reader that waits in poll() */
	u32 watermark; /* bytes of a ring */
	u32 keep[SL_REC_NR]; /* bytes that a record of this type must leave free */
	struct sl_reader_cpu __percpu *cpu;

	u32 netns;             /* inode number; 0: all */
	struct cgroup *cgroup; /* NULL: all */
	struct sl_follow *follow;
	struct sl_match __rcu *match;

	/* for chardev.c only */
	struct mutex lock; /* order of ioctls and mmap */
	u32 flags;         /* SL_DEVICE_* */
	u32 ring_bytes;
	unsigned int latency; /* jiffies */
	bool has_slot, stopped;
	bool deaf;       /* it takes nothing any more: a walk does not wait for it */
	struct net *net; /* the only one that it may see; NULL: the host */
	wait_queue_head_t wait;
	struct delayed_work tick;
};

extern struct list_head sl_readers;
DECLARE_STATIC_KEY_FALSE(sl_readers_any); /* at least one reader is on the list */

/* Under rcu_read_lock(), or in a section with preemption off. */
#define sl_reader_for_each(r) list_for_each_entry_rcu(r, &sl_readers, node, rcu_read_lock_any_held())

/* Is this socket in the reader's cgroup? Full sockets only; never changes in a life. Any context. */
static inline bool sl_reader_sees(const struct sl_reader *r, const struct sock *sk)
{
	return !r->cgroup ||
	       cgroup_is_descendant(sock_cgroup_ptr((struct sock_cgroup_data *)&sk->sk_cgrp_data), r->cgroup);
}

int sl_reader_verdict(const struct sl_reader *r, const struct sl_ident *id, int fixed);
bool sl_reader_write(struct sl_reader *r, u16 type, u64 cookie, u64 ts_ns, const void *body, u32 body_len);

/* Sockets whose life begins, ends, or is ruled out for this reader. Any context but NMI. */
static inline void sl_reader_count_begun(struct sl_reader *r)
{
	this_cpu_inc(r->cpu->counters.lives_begun);
}

static inline void sl_reader_count_ended(struct sl_reader *r)
{
	this_cpu_inc(r->cpu->counters.lives_ended);
}

static inline void sl_reader_count_filtered(struct sl_reader *r)
{
	this_cpu_inc(r->cpu->counters.filtered);
}

/* A socket that cannot be followed: reason is SL_LOST_TABLE_FULL or SL_LOST_NO_MEMORY. Any context but NMI. */
void sl_reader_count_refused(struct sl_reader *r, u32 reason);

/* On and off the list. Called by sl_emit_reader_start() once the verdicts of r->slot are cleared, and by
 * sl_emit_reader_stop() when the open lives are told; process context, serialised by the device. */
void sl_reader_publish(struct sl_reader *r);
void sl_reader_retract(struct sl_reader *r);

/* Between the records of a walk through all sockets: waits for the reader. Process context, no locks of sockets. */
void sl_reader_make_room(struct sl_reader *r);

/* ---- for chardev.c ---- */
int sl_reader_create(struct sl_reader **reader);
void sl_reader_destroy(struct sl_reader *r);
int sl_reader_setup(struct sl_reader *r, const struct sl_device_setup *setup);
int sl_reader_start(struct sl_reader *r);
int sl_reader_stop(struct sl_reader *r);
int sl_reader_set_match(struct sl_reader *r, const struct sl_match *match);
void sl_reader_counters(struct sl_reader *r, u32 cpu, struct sl_counters *sum);
u32 sl_reader_max_bytes(const struct sl_reader *r);
u32 sl_readers_count(void);

#endif
