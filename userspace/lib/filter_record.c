// SPDX-License-Identifier: GPL-2.0-or-later
/* What a finished life's record shows of the events that made it: asked by "event X" and "errno E". */
#include "filter_node.h"

static bool had_call(const struct sl_life *life)
{
	unsigned k;

	for (k = 0; k < SL_CALL_NR; k++) {
		if (life->calls.call[k].count)
			return true;
	}
	return false;
}

static bool had_segment(const struct sl_life *life)
{
	return life->handshake.syn_ns || life->handshake.synack_ns || life->handshake.ack_ns ||
	       life->close.fin_sent_ns || life->close.fin_received_ns || life->close.reset_ns;
}

bool sl_filter_life_event(const struct sl_filter_term *term, const struct sl_life *life)
{
	const struct sl_close *c = &life->close;

	if (term->any_call && term->insn.lo == SL_CALL_SETSOCKOPT && life->calls.options)
		return true;
	if (term->any_call)
		return life->calls.call[term->insn.lo].count;
	switch (term->insn.lo) {
	case SL_EV_CALL: return had_call(life);
	case SL_EV_OPTION: return life->calls.options;
	case SL_EV_STATE: return c->last_state || life->handshake.outcome != SL_HS_NONE;
	case SL_EV_SEGMENT: return had_segment(life);
	case SL_EV_RETRANS: return life->errors.retrans;
	case SL_EV_RESET: return life->errors.resets_sent || life->errors.resets_received;
	case SL_EV_ERROR: return life->errors.sock_errors;
	case SL_EV_DROP: return life->errors.drops;
	case SL_EV_OUTCOME: return life->handshake.outcome > SL_HS_PENDING;
	case SL_EV_TAIL: return c->end_ns && c->fin_received_ns > c->end_ns;
	default: return false;
	}
}

bool sl_filter_life_errno(const struct sl_life *life, int err)
{
	unsigned k;

	if (life->handshake.err == err || life->close.err == err || life->errors.last_sk_err == err ||
	    life->security.last_err == err)
		return true;
	for (k = 0; k < SL_ERRNO_NR; k++) {
		if (life->calls.err[k].count && life->calls.err[k].err == err)
			return true;
	}
	for (k = 0; k < SL_CALL_NR; k++) {
		if (life->calls.call[k].last_errno == err)
			return true;
	}
	for (k = 0; k < SL_OPTION_NR; k++) {
		if (life->calls.option[k].known & SL_OPT_RET && life->calls.option[k].ret == -err)
			return true;
	}
	return false;
}
