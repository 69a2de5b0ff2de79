/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's own trace events, at the edges of a connection: for perf, ftrace, LTTng and bpftrace. Off, each is a static key. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM socklife

#if !defined(SL_KMOD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SL_KMOD_TRACE_H

#include <linux/tracepoint.h>

#include "../core/life.h"

/* clang-format off */
DECLARE_EVENT_CLASS(socklife_connection,
	TP_PROTO(const struct sl_life *life),
	TP_ARGS(life),
	TP_STRUCT__entry(
		__field(u64, cookie)
		__field(u32, netns)
		__field(u32, pid)
		__field(u16, family)
		__field(u16, lport)
		__field(u16, rport)
		__field(u8, role)
		__field(u16, outcome)
		__field(u16, end)
		__field(int, err)
		__field(u64, handshake_ns)
		__field(u64, bytes_sent)
		__field(u64, bytes_received)
		__array(u8, laddr, 16)
		__array(u8, raddr, 16)
	),
	TP_fast_assign(
		__entry->cookie = life->id.cookie;
		__entry->netns = life->id.netns;
		__entry->pid = life->id.pid;
		__entry->family = life->id.family;
		__entry->lport = life->id.lport;
		__entry->rport = life->id.rport;
		__entry->role = life->id.role;
		__entry->outcome = life->handshake.outcome;
		__entry->end = life->close.class_;
		__entry->err = life->handshake.err ? life->handshake.err : life->close.err;
		__entry->handshake_ns = life->handshake.begin_ns && life->handshake.done_ns ?
						life->handshake.done_ns - life->handshake.begin_ns : 0;
		__entry->bytes_sent = life->flow.bytes_sent;
		__entry->bytes_received = life->flow.bytes_received;
		memcpy(__entry->laddr, life->id.laddr, 16);
		memcpy(__entry->raddr, life->id.raddr, 16);
	),
	TP_printk("cookie=%llx netns=%u pid=%u family=%u role=%u local=%pI6:%u remote=%pI6:%u outcome=%u end=%u err=%d handshake_ns=%llu sent=%llu received=%llu",
		  __entry->cookie, __entry->netns, __entry->pid, __entry->family, __entry->role,
		  __entry->laddr, __entry->lport, __entry->raddr, __entry->rport, __entry->outcome,
		  __entry->end, __entry->err, __entry->handshake_ns, __entry->bytes_sent, __entry->bytes_received)
);

DEFINE_EVENT(socklife_connection, socklife_established, TP_PROTO(const struct sl_life *life), TP_ARGS(life));
DEFINE_EVENT(socklife_connection, socklife_failed, TP_PROTO(const struct sl_life *life), TP_ARGS(life));
DEFINE_EVENT(socklife_connection, socklife_buffer_full, TP_PROTO(const struct sl_life *life), TP_ARGS(life));
DEFINE_EVENT(socklife_connection, socklife_closed, TP_PROTO(const struct sl_life *life), TP_ARGS(life));

TRACE_EVENT(socklife_reset,
	TP_PROTO(const struct sl_life *life, bool sent),
	TP_ARGS(life, sent),
	TP_STRUCT__entry(
		__field(u64, cookie)
		__field(u32, netns)
		__field(u16, lport)
		__field(u16, rport)
		__field(bool, sent)
	),
	TP_fast_assign(
		__entry->cookie = life->id.cookie;
		__entry->netns = life->id.netns;
		__entry->lport = life->id.lport;
		__entry->rport = life->id.rport;
		__entry->sent = sent;
	),
	TP_printk("cookie=%llx netns=%u lport=%u rport=%u %s", __entry->cookie, __entry->netns, __entry->lport,
		  __entry->rport, __entry->sent ? "sent" : "received")
);

/* clang-format on */

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
