/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records into the CPU's ring, and the account of every record that was not. Any context in which BPF runs. Counters are
 * moved atomically: a softirq may interrupt the same program's process context. The reader is woken when the fill crosses
 * the watermark and not otherwise; its timer does the rest.
 */
#ifndef SL_EMIT_BPF_H
#define SL_EMIT_BPF_H

static __always_inline struct sl_counters *emit_counters(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&counters, &zero);
}

/* The header of a record, and its place in the account. */
static __always_inline void emit_header(struct sl_rec *rec, struct sl_counters *c, __u16 type, __u32 len, __u64 ts_ns,
					__u64 cookie)
{
	rec->len = len;
	rec->type = type;
	rec->cpu = bpf_get_smp_processor_id();
	rec->ts_ns = ts_ns;
	rec->seq = __sync_fetch_and_add(&c->seq, 1);
	rec->cookie = cookie;
}

static __always_inline __u64 emit_wake(__u64 fill, __u32 len)
{
	return fill < cfg.watermark && fill + len >= cfg.watermark ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

struct sl_emit_slot {
	struct sl_event *ev;
	__u64 wake;
};

/* Counts a lost record and marks the life that it belonged to. */
static __always_inline void emit_lost(struct sl_counters *c, struct sl_life *life, __u32 type, __u32 reason)
{
	sl_count(&c->lost[type & (SL_REC_NR - 1)][reason & (SL_LOST_NR - 1)]);
	sl_count(&c->seq);
	if (life)
		sl_life_lost(life);
}

/**
 * emit_event_begin() - room for an event, zeroed
 * @life: whose event it is; NULL: a socket that has no life (yet)
 *
 * Returns the slot; ev is NULL when there is no room, and then the loss is counted. Otherwise emit_event_end() must follow.
 */
static __always_inline struct sl_emit_slot emit_event_begin(struct sl_life *life, __u64 cookie, __u16 kind, __u64 ts_ns)
{
	struct sl_emit_slot slot = { NULL, 0 };
	struct sl_counters *c = emit_counters();
	__u32 cpu = bpf_get_smp_processor_id();
	void *ring = bpf_map_lookup_elem(&rings, &cpu);
	struct sl_event *ev;
	__u64 fill;

	if (!ring || !c)
		return slot;
	sl_count(&c->seen[SL_REC_EVENT]);
	if (life)
		sl_count(&life->complete.events);
	fill = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
	if (fill + cfg.reserve_bytes > cfg.ring_bytes) {
		emit_lost(c, life, SL_REC_EVENT, SL_LOST_RESERVE);
		return slot;
	}
	ev = bpf_ringbuf_reserve(ring, sizeof(*ev), 0);
	if (!ev) {
		emit_lost(c, life, SL_REC_EVENT, SL_LOST_RING_FULL);
		return slot;
	}
	__builtin_memset(ev, 0, sizeof(*ev));
	emit_header(&ev->rec, c, SL_REC_EVENT, sizeof(*ev), ts_ns, cookie);
	ev->kind = kind;
	sl_count(&c->delivered[SL_REC_EVENT]);
	slot.ev = ev;
	slot.wake = emit_wake(fill, sizeof(*ev));
	return slot;
}

static __always_inline void emit_event_end(const struct sl_emit_slot *slot)
{
	bpf_ringbuf_submit(slot->ev, slot->wake);
}

/* The calling thread; only for hooks that run in a process' own context. */
static __always_inline void emit_event_caller(struct sl_event *ev)
{
	__u64 id = bpf_get_current_pid_tgid();

	ev->pid = id >> 32;
	ev->tid = (__u32)id;
}

/* Copies a whole record into the ring. An identity may use half of the room that events leave, a life all of it, and a life that
 * finds none is not lost: it stays in the table. Returns true if the record went. */
static __always_inline bool emit_record_of(struct sl_rec *rec, __u64 cookie, __u16 type, __u32 len, __u64 ts_ns)
{
	struct sl_counters *c = emit_counters();
	__u32 cpu = bpf_get_smp_processor_id();
	void *ring = bpf_map_lookup_elem(&rings, &cpu);
	__u64 fill;

	if (!ring || !c)
		return false;
	sl_count(&c->seen[type]);
	fill = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
	if (type == SL_REC_IDENT && fill + cfg.reserve_bytes / 2 > cfg.ring_bytes) {
		sl_count(&c->lost[type][SL_LOST_RESERVE]);
		sl_count(&c->seq);
		return false;
	}
	emit_header(rec, c, type, len, ts_ns, cookie);
	if (bpf_ringbuf_output(ring, rec, len, emit_wake(fill, len))) {
		sl_count(type == SL_REC_LIFE ? &c->kept : &c->lost[type][SL_LOST_RING_FULL]);
		return false;
	}
	sl_count(&c->delivered[type]);
	return true;
}

/* The same for a socket that has a life: a loss marks it. */
static __always_inline bool emit_record(struct sl_rec *rec, struct sl_life *life, __u16 type, __u32 len, __u64 ts_ns)
{
	if (emit_record_of(rec, life->id.cookie, type, len, ts_ns))
		return true;
	if (type != SL_REC_LIFE)
		sl_life_lost(life);
	return false;
}

/* Who the socket is: sent at its begin and when that became better known, stamped not later than the event that made it so. */
static __noinline int emit_ident(struct sl_life *life, __u64 ts_ns)
{
	struct sl_ident_rec rec;

	if (!life || !cfg.events)
		return 0;
	rec.id = life->id;
	emit_record(&rec.rec, life, SL_REC_IDENT, sizeof(rec), ts_ns);
	return 0;
}

#endif
