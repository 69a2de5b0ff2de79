// SPDX-License-Identifier: GPL-2.0-or-later
/* How a life ended, in words: see words.h. A handshake that failed is the end's cause, else the close is. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "names.h"
#include "words.h"

static void end_errno(struct text *t, int err, const char *otherwise, const char *by)
{
	char number[16];

	if (err > 0)
		text_add(t, "%s (%s)", words_or_number(sl_name_errno(err), (uint32_t)err, number), by);
	else
		text_add(t, "%s (%s)", otherwise, by);
}

static const char *end_denied_by(const struct sl_life *life)
{
	static const char *const by[SL_BY_NR] = {
		[SL_BY_UNKNOWN] = "denied by policy",
		[SL_BY_LSM] = "denied by a security module",
		[SL_BY_CGROUP] = "denied by a cgroup's program",
		[SL_BY_NETFILTER] = "denied by netfilter",
		[SL_BY_PRIVILEGE] = "no privilege",
	};

	return by[life->security.last_by < SL_BY_NR ? life->security.last_by : SL_BY_UNKNOWN];
}

static void end_handshake(struct text *t, const struct sl_life *life)
{
	const struct sl_handshake *hs = &life->handshake;
	bool server = life->id.role == SL_ROLE_SERVER;

	switch (hs->outcome) {
	case SL_HS_REFUSED: end_errno(t, hs->err, "ECONNREFUSED", "RST"); break;
	case SL_HS_TIMED_OUT:
		text_add(t, "ETIMEDOUT after %u %s%s", (server ? hs->synack_retrans : hs->syn_retrans) + 1u,
			 server ? "SYN-ACK" : "SYN", (server ? hs->synack_retrans : hs->syn_retrans) ? "s" : "");
		break;
	case SL_HS_UNREACHABLE: end_errno(t, hs->err, "unreachable", life->errors.icmp ? "ICMP" : "connect"); break;
	case SL_HS_DENIED: end_errno(t, hs->err, "denied", end_denied_by(life)); break;
	case SL_HS_CANCELLED: text_string(t, "cancelled"); break;
	case SL_HS_ABORTED: text_string(t, "handshake aborted"); break;
	case SL_HS_LOCAL_ERROR: end_errno(t, hs->err, "local error", "connect"); break;
	default: end_errno(t, hs->err, "handshake failed", "connect");
	}
}

static void end_reset_sent(struct text *t, const struct sl_close *close)
{
	char number[16];

	text_string(t, "reset sent");
	if (close->flags & SL_CLF_RESET_REASON)
		text_add(t, ": %s",
			 words_or_number(sl_name_reset_reason(close->reset_reason), close->reset_reason, number));
	if (close->unread_bytes)
		text_add(t, ", %u B unread", close->unread_bytes);
	if (close->flags & SL_CLF_LINGER)
		text_string(t, ", SO_LINGER 0");
}

/* Closed without a connection: what kept it from having one, if a call failed. */
static void end_unconnected(struct text *t, const struct sl_life *life)
{
	char number[16];

	if (life->id.role == SL_ROLE_LISTENER) {
		text_string(t, "listener closed");
		return;
	}
	for (unsigned call = SL_CALL_BIND; call <= SL_CALL_CONNECT; call++) {
		const struct sl_call *c = &life->calls.call[call];

		if (c->last_errno > 0 && c->errors == c->count) {
			text_add(t, "%s (%s)",
				 words_or_number(sl_name_errno(c->last_errno), (uint32_t)c->last_errno, number),
				 sl_name_call(call));
			if (call == SL_CALL_BIND && life->bind.holder)
				text_add(t, ", port %u is sock %" PRIx64 "'s", life->bind.port,
					 (uint64_t)life->bind.holder);
			return;
		}
	}
	text_string(t, "closed");
}

static void end_close(struct text *t, const struct sl_life *life)
{
	const struct sl_close *close = &life->close;

	switch (close->class_) {
	case SL_CLOSE_ACTIVE: text_string(t, "closed (local FIN first)"); break;
	case SL_CLOSE_PASSIVE: text_string(t, "closed (peer FIN first)"); break;
	case SL_CLOSE_SIMULTANEOUS: text_string(t, "closed (both FINs at once)"); break;
	case SL_CLOSE_RESET_SENT: end_reset_sent(t, close); break;
	case SL_CLOSE_RESET_RECEIVED: text_string(t, "reset by peer"); break;
	case SL_CLOSE_TIMED_OUT: end_errno(t, close->err, "ETIMEDOUT", "no answer"); break;
	case SL_CLOSE_ERROR: end_errno(t, close->err, "error", "connection"); break;
	case SL_CLOSE_UNCONNECTED: end_unconnected(t, life); break;
	default: text_string(t, "?");
	}
}

static bool handshake_failed(const struct sl_life *life)
{
	return life->handshake.outcome > SL_HS_ESTABLISHED;
}

static void end_marks(struct text *t, const struct sl_life *life)
{
	if (life->close.flags & SL_CLF_NETNS_EXIT)
		text_string(t, ", its namespace went");
	if (life->close.flags & SL_CLF_TAIL_PENDING && !life->close.fin_received_ns)
		text_string(t, ", no FIN from the peer");
	if (life->complete.flags & SL_LIFE_END_GUESSED)
		text_string(t, ", end not seen");
	if (life->complete.flags & SL_LIFE_LOST)
		text_add(t, ", incomplete: %u records lost", life->complete.lost);
}

void words_end(struct text *t, const struct sl_life *life)
{
	char number[16];

	if (life->complete.flags & SL_LIFE_OPEN)
		text_add(t, "open (%s)",
			 words_or_number(sl_name_state(life->close.last_state), life->close.last_state, number));
	else if (handshake_failed(life))
		end_handshake(t, life);
	else
		end_close(t, life);
	end_marks(t, life);
}

enum signal_class words_end_signal(const struct sl_life *life)
{
	unsigned how = life->close.class_;

	if (life->complete.flags & SL_LIFE_OPEN)
		return SIGNAL_DIM;
	if (handshake_failed(life))
		return life->handshake.outcome == SL_HS_CANCELLED ? SIGNAL_WARN : SIGNAL_BAD;
	if (how >= SL_CLOSE_RESET_SENT && how <= SL_CLOSE_ERROR)
		return SIGNAL_BAD;
	return life->complete.flags & (SL_LIFE_LOST | SL_LIFE_END_GUESSED) ? SIGNAL_WARN : SIGNAL_NONE;
}
