// SPDX-License-Identifier: GPL-2.0-or-later
/* A life's buffers as JSON. Counts whose fact was watched are there also when they are 0. */
#include "json_record.h"

#include <netinet/in.h>

#include "../../core/fact.h"

static void json_limits(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_buffers *b = &life->buffers;

	if (!(b->flags & SL_BUF_LOOKED))
		return;
	sl_json_uint(json, "rcvbuf", b->rcvbuf);
	sl_json_uint(json, "sndbuf", b->sndbuf);
	json_flag(json, "rcvbuf_locked", b->flags & SL_BUF_RCV_LOCKED);
	json_flag(json, "sndbuf_locked", b->flags & SL_BUF_SND_LOCKED);
	json_some(json, "autotune_moves", b->autotune_moves);
	sl_json_uint(json, "rmem_max", b->rmem_max_seen);
	sl_json_uint(json, "wmem_max", b->wmem_max_seen);
	json_some(json, "backlog_max", b->backlog_max_seen);
	if (life->id.protocol != IPPROTO_TCP)
		return;
	sl_json_uint(json, "recvq_max", b->recvq_max_seen);
	sl_json_uint(json, "sendq_max", b->sendq_max_seen);
}

static void json_times(struct sl_json *json, const char *count_key, uint32_t count, const char *time_key, uint64_t ns)
{
	sl_json_uint(json, count_key, count);
	if (count)
		sl_json_micros(json, time_key, (int64_t)ns);
}

static void json_waits(struct sl_json *json, const struct sl_buffers *b, uint64_t watched)
{
	if (watched & SL_FACT_BIT(BLOCKED)) {
		json_times(json, "send_blocked", b->send_blocked, "send_blocked_us", b->send_blocked_ns);
		json_times(json, "recv_blocked", b->recv_blocked, "recv_blocked_us", b->recv_blocked_ns);
	}
	if (watched & SL_FACT_BIT(ZERO_WINDOW_SENT))
		json_times(json, "zero_window_sent", b->zero_window_sent, "zero_window_sent_us",
			   b->zero_window_sent_ns);
	if (watched & SL_FACT_BIT(ZERO_WINDOW_RECEIVED))
		json_times(json, "zero_window_received", b->zero_window_received, "zero_window_received_us",
			   b->zero_window_received_ns);
	if (watched & SL_FACT_BIT(PROBE))
		sl_json_uint(json, "probes", b->probes);
}

void json_buffers(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_buffers *b = &life->buffers;

	if (life->id.role == SL_ROLE_LISTENER)
		return;
	sl_json_object(json, "buffers");
	json_limits(json, life);
	json_waits(json, b, life->complete.watched);
	json_some(json, "dropped_rcvbuf", b->drop_rcvbuf);
	json_some(json, "dropped_backlog", b->drop_backlog);
	json_some(json, "dropped_prune", b->drop_prune);
	json_some(json, "dropped_ofo", b->drop_ofo);
	json_some(json, "dropped_memory", b->drop_memory);
	json_some(json, "memory_refused", b->memory_refused);
	sl_json_end(json);
}
