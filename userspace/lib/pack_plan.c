// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan: see pack.h. Fields that can be guessed well are named here; whatever else a record has is taken in words of
 * four bytes and guessed to be as before, so that a record that has grown needs no change here to be kept whole.
 */
#include <string.h>

#include "pack.h"

#define ANY SL_NO_FIELD
#define BODY sizeof(struct sl_rec)

struct rule {
	uint16_t offset, size, arg;
	uint8_t guess;
	uint16_t gate;
};

#define SIZE(type, field) sizeof(((struct type *)0)->field)
#define IN(type, field, guess, arg, gate)                                                                              \
	{                                                                                                              \
		offsetof(struct type, field), SIZE(type, field), arg, SL_GUESS_##guess, gate                           \
	}

/* An identity, relative to its begin. What another field's guess needs stands before it. */
#define ID(field, guess, arg, gate) IN(sl_ident, field, guess, arg, gate)
#define ID_AT(field) offsetof(struct sl_ident, field)
static const struct rule ident_rules[] = {
	ID(known, AGAIN, 0, 0),
	ID(role, IDENT, SL_NO_FIELD, 0),
	ID(comm, IDENT, SL_NO_FIELD, SL_ID_OWNER),
	ID(parent, IDENT, SL_NO_FIELD, SL_ID_PARENT),
	ID(cgroup_id, IDENT, SL_NO_FIELD, SL_ID_OWNER),
	ID(created_ns, BORN, 0, 0),
	ID(pid, IDENT, SL_NO_FIELD, SL_ID_OWNER),
	ID(tid, IDENT, SL_NO_FIELD, SL_ID_OWNER),
	ID(uid, IDENT, SL_NO_FIELD, SL_ID_OWNER),
	ID(lport, IDENT, ID_AT(rport), SL_ID_LOCAL),
	ID(rport, IDENT, ID_AT(lport), SL_ID_REMOTE),
	ID(laddr, IDENT, ID_AT(raddr), SL_ID_LOCAL),
	ID(raddr, IDENT, ID_AT(laddr), SL_ID_REMOTE),
	ID(isn_local, ISN, ID_AT(isn_remote), SL_ID_ISN),
	ID(isn_remote, ISN, ID_AT(isn_local), SL_ID_ISN),
	ID(peer, IDENT, SL_NO_FIELD, SL_ID_PEER),
	ID(mptcp, IDENT, SL_NO_FIELD, SL_ID_MPTCP),
};

#define LIFE(field, guess, arg) IN(sl_life_rec, life.field, guess, arg, 0)
#define LIFE_AT(field) offsetof(struct sl_life_rec, life.field)
#define CALL(n)                                                                                                        \
	LIFE(calls.call[n].count, LAST, 0), LIFE(calls.call[n].total_ns, LAST, 0),                                     \
		LIFE(calls.call[n].max_ns, SAME, LIFE_AT(calls.call[n].total_ns)),                                     \
		LIFE(calls.call[n].timed, SAME, LIFE_AT(calls.call[n].count))

static const struct rule life_rules[] = {
	LIFE(complete.watched, LAST, 0),
	LIFE(handshake.begin_ns, TIME, LIFE_AT(id.created_ns)),
	LIFE(handshake.syn_ns, TIME, LIFE_AT(handshake.begin_ns)),
	LIFE(handshake.synack_ns, TIME, LIFE_AT(handshake.syn_ns)),
	LIFE(handshake.done_ns, TIME, LIFE_AT(handshake.synack_ns)),
	LIFE(handshake.ack_ns, TIME, LIFE_AT(handshake.done_ns)),
	LIFE(handshake.accept_ns, TIME, LIFE_AT(handshake.done_ns)),
	LIFE(handshake.rtt_us, RTT, LIFE_AT(handshake.syn_ns)),
	LIFE(close.end_ns, TIME, 8),
	LIFE(close.fin_sent_ns, TIME, LIFE_AT(close.end_ns)),
	IN(sl_life_rec, life.close.fin_acked_ns, ECHO, LIFE_AT(close.fin_sent_ns), LIFE_AT(handshake.rtt_us)),
	LIFE(close.fin_received_ns, TIME, LIFE_AT(close.fin_acked_ns)),
	LIFE(close.fin_ack_sent_ns, TIME, LIFE_AT(close.fin_received_ns)),
	LIFE(close.reset_ns, TIME, LIFE_AT(close.end_ns)),
	LIFE(close.half_closed_ns, SPAN, LIFE_AT(close.fin_sent_ns)),
	LIFE(close.half_closed_bytes, LAST, 0),
	LIFE(scratch.half_closed_since_ns, TIME, LIFE_AT(close.fin_sent_ns)),
	LIFE(scratch.half_closed_bytes_at, LAST, 0),
	LIFE(scratch.connect_enter_ns, TIME, LIFE_AT(handshake.begin_ns)),
	LIFE(scratch.ca_since_ns, TIME, LIFE_AT(handshake.done_ns)),
	LIFE(scratch.zero_sent_since_ns, TIME, LIFE_AT(close.end_ns)),
	LIFE(scratch.zero_received_since_ns, TIME, LIFE_AT(close.end_ns)),
	LIFE(flow.bytes_sent, LAST, 0),
	LIFE(flow.bytes_retrans, LAST, 0),
	LIFE(flow.bytes_acked, SAME, LIFE_AT(flow.bytes_sent)),
	LIFE(flow.bytes_received, LAST, 0),
	LIFE(flow.min_rtt_us, SAME, LIFE_AT(handshake.rtt_us)),
	LIFE(flow.srtt_us, EQUAL, LIFE_AT(handshake.rtt_us)),
	LIFE(flow.rttvar_us, HALF, LIFE_AT(flow.srtt_us)),
	LIFE(flow.snd_cwnd, LAST, 0),
	LIFE(flow.mss, LAST, 0),
	LIFE(flow.pacing_rate, PACE, LIFE_AT(flow.srtt_us)),
	LIFE(flow.delivery_rate, RATE, LIFE_AT(flow.srtt_us)),
	LIFE(flow.busy_us, LAST, 0),
	LIFE(flow.data_segs_in, LAST, 0),
	LIFE(flow.data_segs_out, LAST, 0),
	LIFE(flow.segs_in, MORE, LIFE_AT(flow.data_segs_in)),
	LIFE(flow.segs_out, MORE, LIFE_AT(flow.segs_in)),
	LIFE(flow.rwnd_limited_us, LAST, 0),
	LIFE(flow.sndbuf_limited_us, LAST, 0),
	LIFE(calls.send_bytes, SAME, LIFE_AT(flow.bytes_sent)),
	LIFE(calls.recv_bytes, SAME, LIFE_AT(flow.bytes_received)),
	CALL(SL_CALL_SOCKET),
	CALL(SL_CALL_SETSOCKOPT),
	CALL(SL_CALL_BIND),
	CALL(SL_CALL_LISTEN),
	CALL(SL_CALL_CONNECT),
	CALL(SL_CALL_ACCEPT),
	CALL(SL_CALL_SEND),
	CALL(SL_CALL_RECV),
	CALL(SL_CALL_SHUTDOWN),
	CALL(SL_CALL_CLOSE),
};

#define EVENT(field, guess, arg) IN(sl_event, field, guess, arg, 0)
static const struct rule event_rules[] = {
	EVENT(kind, LAST, 0),        EVENT(flags, AGAIN, 0),      EVENT(ret, AGAIN, 0),
	EVENT(pid, PID, ID_AT(pid)), EVENT(tid, PID, ID_AT(tid)), EVENT(dur_ns, LAST, 0),
};
static const struct rule segment_rules[] = {
	EVENT(segment.flags, AGAIN, 0),     EVENT(segment.len, AGAIN, 0),    EVENT(segment.seq, SEQ, 0),
	EVENT(segment.ack, ACK, 0),         EVENT(segment.window, AGAIN, 0), EVENT(segment.count, AGAIN, 0),
	EVENT(segment.tcp_state, AGAIN, 0),
};
static const struct rule io_rules[] = {
	EVENT(io.call, LAST, 0),
	{ offsetof(struct sl_event, io.bytes), 4, offsetof(struct sl_event, ret), SL_GUESS_EQUAL, 0 },
};
static const struct rule call_rules[] = {
	EVENT(call.call, AGAIN, 0),
	EVENT(call.arg, AGAIN, 0),
	EVENT(call.cookie, AGAIN, 0),
	EVENT(call.wait_ns, AGAIN, 0),
};
static const struct rule state_rules[] = {
	EVENT(state.old_state, AGAIN, 0),
	EVENT(state.new_state, AGAIN, 0),
};

struct builder {
	struct sl_plan *plan;
	struct sl_class *class;
	uint8_t covered[sizeof(struct sl_life_rec)];
};

static void add_column(struct builder *b, unsigned offset, unsigned width, const struct rule *r, unsigned arg)
{
	b->plan->column[b->plan->columns++] = (struct sl_column){
		.offset = (uint16_t)offset,
		.arg = (uint16_t)arg,
		.width = (uint8_t)width,
		.guess = r->guess,
		.gate = r->gate,
	};
	b->class->count++;
	memset(b->covered + offset, 1, width);
}

/* A field that is longer than a number is taken in numbers. */
static void add_rules(struct builder *b, const struct rule *rules, size_t count, unsigned base)
{
	for (size_t i = 0; i < count; i++) {
		const struct rule *r = &rules[i];
		unsigned width = r->size > 8 ? 8 : r->size;

		for (unsigned at = 0; at < r->size; at += width)
			add_column(b, base + r->offset + at, width, r,
				   r->arg == SL_NO_FIELD ? SL_NO_FIELD : r->arg + at);
	}
}

static bool uncovered(const struct builder *b, unsigned at, unsigned width)
{
	for (unsigned i = 0; i < width; i++) {
		if (b->covered[at + i])
			return false;
	}
	return true;
}

static void add_rest(struct builder *b, unsigned from, unsigned to, const struct rule *r)
{
	for (unsigned width = 4; width; width /= 2) {
		for (unsigned at = from; at + width <= to; at += width) {
			if (uncovered(b, at, width))
				add_column(b, at, width, r, r->arg);
		}
	}
}

static void begin_class(struct builder *b, uint16_t type, size_t length, uint16_t kind, uint16_t call)
{
	memset(b->covered, 0, sizeof(b->covered));
	b->class = &b->plan->class[b->plan->classes++];
	*b->class = (struct sl_class){
		.type = type,
		.length = (uint16_t)length,
		.kind = kind,
		.call = call,
		.ident = SL_NO_FIELD,
		.segment = SL_NO_FIELD,
		.first = (uint16_t)b->plan->columns,
	};
}

static void add_ident(struct builder *b, unsigned base)
{
	static const struct rule cookie = { 0, 8, offsetof(struct sl_rec, cookie), SL_GUESS_EQUAL, 0 };
	static const struct rule rest = { 0, 0, SL_NO_FIELD, SL_GUESS_IDENT, 0 };

	b->class->ident = (uint16_t)base;
	add_column(b, base + ID_AT(cookie), 8, &cookie, cookie.arg);
	add_rules(b, ident_rules, sizeof(ident_rules) / sizeof(ident_rules[0]), base);
	add_rest(b, base, base + sizeof(struct sl_ident), &rest);
}

static const struct rule as_last = { 0, 0, 0, SL_GUESS_LAST, 0 };

static void add_life(struct builder *b)
{
	begin_class(b, SL_REC_LIFE, sizeof(struct sl_life_rec), ANY, ANY);
	add_ident(b, BODY);
	add_rules(b, life_rules, sizeof(life_rules) / sizeof(life_rules[0]), 0);
	add_rest(b, BODY, sizeof(struct sl_life_rec), &as_last);
}

#define ADD(b, rules) add_rules(b, rules, sizeof(rules) / sizeof((rules)[0]), 0)

static void add_event(struct builder *b, uint16_t kind, uint16_t call)
{
	bool io = call == SL_CALL_SEND || call == SL_CALL_RECV;

	begin_class(b, SL_REC_EVENT, sizeof(struct sl_event), kind, call);
	ADD(b, event_rules);
	switch (kind) {
	case SL_EV_SEGMENT:
	case SL_EV_RETRANS:
	case SL_EV_TAIL:
		b->class->segment = offsetof(struct sl_event, segment);
		ADD(b, segment_rules);
		break;
	case SL_EV_CALL:
		if (io)
			ADD(b, io_rules);
		else
			ADD(b, call_rules);
		break;
	case SL_EV_STATE:
	case SL_EV_OUTCOME: ADD(b, state_rules);
	}
	add_rest(b, BODY, sizeof(struct sl_event), &as_last);
}

void sl_plan_build(struct sl_plan *plan)
{
	static const uint16_t at[SL_AT_NR] = {
		[SL_AT_KNOWN] = ID_AT(known),
		[SL_AT_ROLE] = ID_AT(role),
		[SL_AT_COMM] = ID_AT(comm),
		[SL_AT_LADDR] = ID_AT(laddr),
		[SL_AT_RADDR] = ID_AT(raddr),
		[SL_AT_LPORT] = ID_AT(lport),
		[SL_AT_RPORT] = ID_AT(rport),
		[SL_AT_ISN_LOCAL] = ID_AT(isn_local),
		[SL_AT_ISN_REMOTE] = ID_AT(isn_remote),
	};
	struct builder b = { .plan = plan };

	memset(plan, 0, sizeof(*plan));
	plan->ident_length = sizeof(struct sl_ident);
	memcpy(plan->at, at, sizeof(at));
	begin_class(&b, SL_REC_IDENT, sizeof(struct sl_ident_rec), ANY, ANY);
	add_ident(&b, BODY);
	add_life(&b);
	add_event(&b, SL_EV_CALL, SL_CALL_SEND);
	add_event(&b, SL_EV_CALL, SL_CALL_RECV);
	for (uint16_t kind = SL_EV_CALL; kind < SL_EV_NR; kind++)
		add_event(&b, kind, ANY);
	add_event(&b, ANY, ANY);
}
