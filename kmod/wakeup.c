// SPDX-License-Identifier: GPL-2.0-only
/*
 * When a reader wakes up. A write never wakes anybody: it looks at one byte, and only for a reader that sleeps may it queue
 * an interrupt to this CPU (irq_work), which does what is owed once the socket's path is left. r->sleeping:
 *
 *   SL_AWAKE    nothing is owed; the reader finds records by itself
 *   SL_ASLEEP   no tick is set: the first record sets one, latency from now
 *   SL_TIMED    a tick is set: only a ring that reaches the watermark is worth an interrupt
 *
 *      poll, nothing there          tick, nothing there              tick again, nothing there
 *   AWAKE ----------------> TIMED ---------------------> ASLEEP ------------------------------> (no tick)
 *     ^                       | watermark (kick),           | first record (kick): set the tick, TIMED
 *     +-----------------------+ or tick and records         v
 *
 * A write stores head and then loads r->sleeping with no barrier between: such a barrier would be a locked instruction for
 * each record. So a write that runs while TIMED becomes ASLEEP may still see TIMED and kick nobody, and its head may not be
 * seen by that tick. The second tick is there for it: by then, at least a jiffy later, its head has long been stored. Records
 * are late by one more latency then; none is forgotten.
 */
#include <linux/jiffies.h>

#include "reader.h"
#include "wakeup.h"

enum { SL_AWAKE, SL_ASLEEP, SL_TIMED };

static u64 ring_head(const struct sl_reader_cpu *c)
{
	return READ_ONCE(*c->ring.head_shared);
}

/* Bytes in a ring, as its reader says; a tail that cannot be is a full ring. Any CPU. */
u32 sl_wakeup_fill(const struct sl_reader_cpu *c)
{
	u64 n = ring_head(c) - READ_ONCE(*c->ring.tail_shared);

	return n > c->ring.size ? c->ring.size : (u32)n;
}

/* Has something waited long enough? */
static bool due(const struct sl_reader_cpu *c)
{
	return (s64)(READ_ONCE(c->due_head) - READ_ONCE(*c->ring.tail_shared)) > 0;
}

static bool any_waiting(struct sl_reader *r)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		if (sl_wakeup_fill(per_cpu_ptr(r->cpu, cpu)))
			return true;
	}
	return false;
}

/* What is in the rings now has waited long enough. */
static void wake(struct sl_reader *r)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct sl_reader_cpu *c = per_cpu_ptr(r->cpu, cpu);

		WRITE_ONCE(c->due_head, ring_head(c));
	}
	WRITE_ONCE(r->sleeping, SL_AWAKE);
	wake_up_interruptible_poll(&r->wait, EPOLLIN | EPOLLRDNORM);
}

/* The tick, process context. */
static void tick(struct work_struct *work)
{
	struct sl_reader *r = container_of(to_delayed_work(work), struct sl_reader, tick);
	u8 was = READ_ONCE(r->sleeping);

	if (was == SL_AWAKE)
		return;
	WRITE_ONCE(r->sleeping, SL_ASLEEP);
	if (any_waiting(r))
		wake(r);
	else if (was == SL_TIMED)
		mod_delayed_work(system_wq, &r->tick, r->latency);
}

/* The kick, on the CPU that wrote, in hard interrupt context (PREEMPT_RT: a thread). */
static void kick(struct irq_work *work)
{
	struct sl_reader_cpu *c = container_of(work, struct sl_reader_cpu, kick);
	struct sl_reader *r = c->reader;

	if (sl_wakeup_fill(c) >= r->watermark) {
		wake(r);
	} else if (READ_ONCE(r->sleeping) == SL_ASLEEP) {
		WRITE_ONCE(r->sleeping, SL_TIMED);
		mod_delayed_work(system_wq, &r->tick, r->latency);
	}
}

/* After a write, for a reader that sleeps: interrupts off, on the ring's CPU. */
void sl_wakeup_owed(struct sl_reader *r, struct sl_reader_cpu *c)
{
	if (READ_ONCE(r->sleeping) == SL_ASLEEP || sl_ring_fill(&c->ring) >= r->watermark)
		irq_work_queue(&c->kick);
}

void sl_wakeup_init(struct sl_reader *r)
{
	int cpu;

	init_waitqueue_head(&r->wait);
	INIT_DELAYED_WORK(&r->tick, tick);
	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu_ptr(r->cpu, cpu)->kick, kick);
}

/* Nobody writes any more, and nobody polls. */
void sl_wakeup_exit(struct sl_reader *r)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu_ptr(r->cpu, cpu)->kick);
	cancel_delayed_work_sync(&r->tick);
}

/* The reader is stopped: what is there is all there will be. Process context. */
void sl_wakeup_now(struct sl_reader *r)
{
	wake(r);
}

static bool ready(struct sl_reader *r)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct sl_reader_cpu *c = per_cpu_ptr(r->cpu, cpu);

		if (sl_wakeup_fill(c) >= r->watermark || due(c))
			return true;
	}
	return false;
}

/* May it read? If not, it is woken when that changes. Of a reader that is set up; process context. */
__poll_t sl_wakeup_poll(struct sl_reader *r, struct file *file, struct poll_table_struct *wait)
{
	__poll_t over = READ_ONCE(r->stopped) ? EPOLLHUP : 0;

	poll_wait(file, &r->wait, wait);
	if (ready(r))
		return EPOLLIN | EPOLLRDNORM | over;
	if (over)
		return over;
	WRITE_ONCE(r->sleeping, SL_TIMED);
	mod_delayed_work(system_wq, &r->tick, r->latency);
	return 0;
}
