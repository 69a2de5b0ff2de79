/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Buffers: their limits and how full they were, calls that waited for room or for data, windows that were closed, and what
 * was dropped because there was no room. RFC 9293 3.8.6 has the windows and their probes.
 */
#ifndef SL_BUFFER_H
#define SL_BUFFER_H

#include "base.h"

/* What the kernel's socket says at one moment. Bytes. */
struct sl_buffer_view {
	__u32 rcvbuf;
	__u32 sndbuf;
	__u32 rmem; /* with the kernel's overhead */
	__u32 wmem;
	__u32 backlog;
	__u32 recvq; /* payload; 0 where the protocol has no such thing */
	__u32 sendq;
	__u32 locked; /* SL_BUF_RCV_LOCKED, SL_BUF_SND_LOCKED */
};

static __always_inline void sl_buffer_peak(__u32 *peak, __u32 v)
{
	if (v > *peak)
		*peak = v;
}

/**
 * sl_buffer_look() - the buffers as they are now
 *
 * A limit that moved since the last look was tuned by the kernel, unless the program has set it. Any context; two CPUs that
 * look at once may lose a peak to each other, never invent one.
 */
static __always_inline void sl_buffer_look(struct sl_buffers *b, const struct sl_buffer_view *v)
{
	if (b->flags & SL_BUF_LOOKED && ((v->rcvbuf != b->rcvbuf && !(v->locked & SL_BUF_RCV_LOCKED)) ||
					 (v->sndbuf != b->sndbuf && !(v->locked & SL_BUF_SND_LOCKED))))
		b->autotune_moves++;
	b->flags = SL_BUF_LOOKED | v->locked;
	b->rcvbuf = v->rcvbuf;
	b->sndbuf = v->sndbuf;
	sl_buffer_peak(&b->rmem_max_seen, v->rmem);
	sl_buffer_peak(&b->wmem_max_seen, v->wmem);
	sl_buffer_peak(&b->backlog_max_seen, v->backlog);
	sl_buffer_peak(&b->recvq_max_seen, v->recvq);
	sl_buffer_peak(&b->sendq_max_seen, v->sendq);
}

/* A send waited for room in the send buffer, or a receive for data. */
static __always_inline void sl_buffer_blocked(struct sl_buffers *b, __u32 call, __u64 ns)
{
	if (call == SL_CALL_SEND) {
		sl_count(&b->send_blocked);
		sl_add(&b->send_blocked_ns, ns);
	} else if (call == SL_CALL_RECV) {
		sl_count(&b->recv_blocked);
		sl_add(&b->recv_blocked_ns, ns);
	}
}

/* One step of a window: closed by what was announced now, or opened. Returns 1 if it was a change. */
static __always_inline int sl_buffer_window(__u64 *since_ns, __u32 *times, __u64 *total_ns, int closed, __u64 now_ns)
{
	if (closed == (*since_ns != 0))
		return 0;
	if (closed) {
		*since_ns = now_ns;
		(*times)++;
		return 1;
	}
	if (now_ns > *since_ns)
		*total_ns += now_ns - *since_ns;
	*since_ns = 0;
	return 1;
}

/* This end announced a window: closed, or not. Returns 1 if it was a change. */
static __always_inline int sl_buffer_window_sent(struct sl_life *l, int closed, __u64 now_ns)
{
	return sl_buffer_window(&l->scratch.zero_sent_since_ns, &l->buffers.zero_window_sent,
				&l->buffers.zero_window_sent_ns, closed, now_ns);
}

/* The peer announced one. */
static __always_inline int sl_buffer_window_received(struct sl_life *l, int closed, __u64 now_ns)
{
	return sl_buffer_window(&l->scratch.zero_received_since_ns, &l->buffers.zero_window_received,
				&l->buffers.zero_window_received_ns, closed, now_ns);
}

/* A probe of the peer's closed window left. */
static __always_inline void sl_buffer_probe(struct sl_life *l)
{
	sl_count(&l->buffers.probes);
}

/* What there was no room in, by the kernel's reason for the drop. */
#define SL_ROOM_NONE 0 /* dropped for another reason */
#define SL_ROOM_RCVBUF 1
#define SL_ROOM_BACKLOG 2
#define SL_ROOM_PRUNE 3
#define SL_ROOM_OFO 4
#define SL_ROOM_MEMORY 5
#define SL_ROOM_NR 6

static __always_inline void sl_buffer_dropped(struct sl_buffers *b, __u32 room)
{
	switch (room) {
	case SL_ROOM_RCVBUF: sl_count(&b->drop_rcvbuf); break;
	case SL_ROOM_BACKLOG: sl_count(&b->drop_backlog); break;
	case SL_ROOM_PRUNE: sl_count(&b->drop_prune); break;
	case SL_ROOM_OFO: sl_count(&b->drop_ofo); break;
	case SL_ROOM_MEMORY: sl_count(&b->drop_memory); break;
	}
}

/* The kernel refused the socket more memory. */
static __always_inline void sl_buffer_refused(struct sl_buffers *b)
{
	sl_count(&b->memory_refused);
}

/* The connection is over, or a snapshot is taken: windows that are still closed were closed until now. */
static __always_inline void sl_buffer_end(struct sl_life *l, __u64 now_ns)
{
	sl_buffer_window_sent(l, 0, now_ns);
	sl_buffer_window_received(l, 0, now_ns);
}

#endif
