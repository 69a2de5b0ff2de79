// SPDX-License-Identifier: GPL-2.0-or-later
/* A life's edges as JSON: how its connection began, how it closed. Times are us after the life's begin (created_ns). */
#include "json_record.h"

#include "../../core/fact.h"
#include "names.h"

static bool watched(const struct sl_life *life, uint64_t facts)
{
	return life->complete.watched & facts;
}

static void json_since(struct sl_json *json, const char *key, const struct sl_life *life, uint64_t ns)
{
	if (ns && life->id.created_ns)
		sl_json_micros(json, key, (int64_t)(ns - life->id.created_ns));
}

static void json_handshake_times(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_handshake *hs = &life->handshake;

	json_since(json, "syn_us", life, hs->syn_ns);
	json_since(json, "synack_us", life, hs->synack_ns);
	json_since(json, "ack_us", life, hs->ack_ns);
	json_since(json, "done_us", life, hs->done_ns);
	json_since(json, "accept_us", life, hs->accept_ns);
	json_between(json, "total_us", hs->begin_ns, hs->done_ns);
	json_between(json, "accept_wait_us", hs->done_ns, hs->accept_ns);
}

void json_handshake(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_handshake *hs = &life->handshake;
	bool server = life->id.role == SL_ROLE_SERVER;

	if (hs->outcome == SL_HS_NONE)
		return;
	sl_json_object(json, "handshake");
	json_word(json, "outcome", sl_name_outcome(hs->outcome), hs->outcome);
	json_errno(json, "errno", hs->err);
	json_handshake_times(json, life);
	json_some(json, "accept_queue", hs->accept_queue);
	json_some(json, "rtt_us", hs->rtt_us);
	if (!server && watched(life, SL_FACT_BIT(RETRANS)))
		sl_json_uint(json, "syn_retrans", hs->syn_retrans);
	if (server && watched(life, SL_FACT_BIT(SYNACK_RETRANS)))
		sl_json_uint(json, "synack_retrans", hs->synack_retrans);
	json_flag(json, "simultaneous", hs->flags & SL_HSF_SIMULTANEOUS);
	json_flag(json, "fastopen", hs->flags & SL_HSF_FASTOPEN);
	json_flag(json, "async", hs->flags & SL_HSF_ASYNC);
	json_flag(json, "cookie", hs->flags & SL_HSF_COOKIE);
	json_flag(json, "synack_from_rtt", hs->flags & SL_HSF_SYNACK_FROM_RTT);
	json_flag(json, "syn_from_state", hs->flags & SL_HSF_SYN_FROM_STATE);
	sl_json_end(json);
}

/* Who was first, also where the life has gone on to end in another way. */
static const char *first_fin(const struct sl_close *close)
{
	switch (close->class_) {
	case SL_CLOSE_ACTIVE: return "local";
	case SL_CLOSE_PASSIVE: return "remote";
	case SL_CLOSE_SIMULTANEOUS: return "both";
	}
	if (close->fin_sent_ns && close->fin_received_ns)
		return close->fin_sent_ns <= close->fin_received_ns ? "local" : "remote";
	return close->fin_sent_ns ? "local" : close->fin_received_ns ? "remote" : NULL;
}

static void json_fins(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_close *close = &life->close;

	sl_json_string(json, "first_fin", first_fin(close));
	json_since(json, "fin_sent_us", life, close->fin_sent_ns);
	json_since(json, "fin_acked_us", life, close->fin_acked_ns);
	json_since(json, "fin_received_us", life, close->fin_received_ns);
	json_since(json, "fin_ack_sent_us", life, close->fin_ack_sent_ns);
	if (close->half_closed_ns) {
		sl_json_micros(json, "half_closed_us", (int64_t)close->half_closed_ns);
		sl_json_uint(json, "half_closed_bytes", close->half_closed_bytes);
	}
}

void json_close(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_close *close = &life->close;

	if (close->class_ == SL_CLOSE_NONE && !close->fin_sent_ns && !close->fin_received_ns)
		return;
	sl_json_object(json, "close");
	json_word(json, "class", sl_name_close(close->class_), close->class_);
	json_errno(json, "errno", close->err);
	json_fins(json, life);
	json_since(json, "reset_us", life, close->reset_ns);
	if (close->flags & SL_CLF_RESET_REASON)
		json_name(json, "reset_reason", sl_name_reset_reason(close->reset_reason), close->reset_reason);
	json_some(json, "unread_bytes", close->unread_bytes);
	json_flag(json, "time_wait", close->flags & SL_CLF_TIME_WAIT);
	json_flag(json, "tail_pending", close->flags & SL_CLF_TAIL_PENDING);
	json_flag(json, "orphan", close->flags & SL_CLF_ORPHAN);
	json_flag(json, "linger", close->flags & SL_CLF_LINGER);
	json_flag(json, "netns_exit", close->flags & SL_CLF_NETNS_EXIT);
	sl_json_end(json);
}
