// SPDX-License-Identifier: GPL-2.0-or-later
/* The guesses: see pack_context.h. */
#include "pack_context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TCP_FIN 0x01u
#define TCP_SYN 0x02u

uint64_t sl_field_load(const uint8_t *at, unsigned width)
{
	uint64_t v64;
	uint32_t v32;
	uint16_t v16;

	switch (width) {
	case 8: memcpy(&v64, at, 8); return v64;
	case 4: memcpy(&v32, at, 4); return v32;
	case 2: memcpy(&v16, at, 2); return v16;
	default: return *at;
	}
}

void sl_field_store(uint8_t *at, unsigned width, uint64_t value)
{
	uint32_t v32 = (uint32_t)value;
	uint16_t v16 = (uint16_t)value;

	switch (width) {
	case 8: memcpy(at, &value, 8); break;
	case 4: memcpy(at, &v32, 4); break;
	case 2: memcpy(at, &v16, 2); break;
	default: *at = (uint8_t)value;
	}
}

static bool is_rest(const struct sl_column *col)
{
	return col->guess == SL_GUESS_LAST && col->width == 4 && !col->gate;
}

static unsigned find_rest(const struct sl_plan *plan, const struct sl_class *k)
{
	unsigned at = k->first + k->count;

	while (at > k->first && is_rest(&plan->column[at - 1]) &&
	       (k->ident == SL_NO_FIELD || plan->column[at - 1].offset >= k->ident + plan->ident_length))
		at--;
	return at;
}

int sl_context_init(struct sl_context *c, const struct sl_plan *plan)
{
	size_t size = 0;

	memset(c, 0, sizeof(*c));
	c->plan = plan;
	for (unsigned i = 0; i < plan->classes; i++) {
		const struct sl_class *k = &plan->class[i];

		c->last_at[i] = size;
		c->rest[i] = find_rest(plan, k);
		size += (size_t)k->length * (k->ident == SL_NO_FIELD ? 1 : SL_LAST_NR);
	}
	c->last = malloc(size + 1);
	c->again = calloc(plan->columns + 1, sizeof(*c->again));
	if (!c->last || !c->again) {
		sl_context_exit(c);
		return -ENOMEM;
	}
	sl_context_reset(c);
	return 0;
}

void sl_context_exit(struct sl_context *c)
{
	free(c->last);
	free(c->again);
	free(c->socket);
	memset(c, 0, sizeof(*c));
}

void sl_context_reset(struct sl_context *c)
{
	size_t size = 0;

	for (unsigned i = 0; i < c->plan->classes; i++)
		size += (size_t)c->plan->class[i].length * (c->plan->class[i].ident == SL_NO_FIELD ? 1 : SL_LAST_NR);
	memset(c->last, 0, size);
	memset(c->again, 0, c->plan->columns * sizeof(*c->again));
	memset(c->seq, 0, sizeof(c->seq));
	memset(c->next_class, 0, sizeof(c->next_class));
	memset(c->records, 0, sizeof(c->records));
	c->sockets = 0;
	c->last_socket = 0;
	c->last_cookie = c->last_ts = 0;
	c->last_cpu = 0;
}

struct sl_past *sl_context_socket(struct sl_context *c, uint64_t cookie)
{
	if (c->sockets == c->room) {
		unsigned room = c->room ? c->room * 2 : 256;
		struct sl_past *grown = reallocarray(c->socket, room, sizeof(*grown));

		if (!grown)
			return NULL;
		c->socket = grown;
		c->room = room;
	}
	memset(&c->socket[c->sockets], 0, sizeof(*c->socket));
	c->socket[c->sockets].cookie = cookie;
	c->socket[c->sockets].cpu = c->last_cpu;
	return &c->socket[c->sockets++];
}

uint8_t *sl_context_expect(struct sl_context *c, const struct sl_past *past)
{
	return &c->next_class[(past->history ^ past->history >> 8 ^ past->history >> 16) & 0xff];
}

void sl_context_subject(struct sl_context *c, struct sl_subject *s, const struct sl_class *class, struct sl_past *past,
			const uint8_t *rec)
{
	unsigned index = (unsigned)(class - c->plan->class);

	memset(s, 0, sizeof(*s));
	s->class = class;
	s->past = past;
	s->rec = rec;
	s->last = c->last + c->last_at[index];
	s->again = (past->history * 31 + index) * 2654435761u >> 26;
}

static uint64_t ident_field(const struct sl_context *c, const uint8_t *ident, unsigned which, unsigned width)
{
	return sl_field_load(ident + c->plan->at[which], width);
}

void sl_context_identified(struct sl_context *c, struct sl_subject *s)
{
	const uint8_t *ident = s->rec + s->class->ident;
	uint64_t key = ident_field(c, ident, SL_AT_COMM, 8) * 0x9e3779b97f4a7c15ULL;

	key ^= ident_field(c, ident, SL_AT_ROLE, 1) * 0xff51afd7ed558ccdULL;
	s->last += (size_t)(key >> 58) * s->class->length;
}

static void note_segment(struct sl_subject *s)
{
	const uint8_t *segment = s->rec + s->class->segment;
	uint32_t seq = (uint32_t)sl_field_load(segment, 4);
	uint32_t length = (uint32_t)sl_field_load(segment + 8, 4);
	unsigned flags = (unsigned)sl_field_load(segment + 12, 2);
	bool in = sl_field_load(s->rec + offsetof(struct sl_event, flags), 2) & SL_EVF_IN;

	if (flags & TCP_SYN) {
		s->past->isn[in] = seq;
		s->past->isn_known[in] = true;
	}
	s->past->seq[in] = seq + length + !!(flags & (TCP_SYN | TCP_FIN));
	s->past->seq_known[in] = true;
}

void sl_context_note(struct sl_context *c, struct sl_subject *s)
{
	unsigned index = (unsigned)(s->class - c->plan->class);
	struct sl_past *past = s->past;

	past->time[past->times++ % SL_PAST_TIMES] = sl_field_load(s->rec + offsetof(struct sl_rec, ts_ns), 8);
	past->cpu = (uint16_t)sl_field_load(s->rec + offsetof(struct sl_rec, cpu), 2);
	past->history = (past->history << 8 ^ (past->history >> 24) * 7) + index + 1;
	if (s->class->ident != SL_NO_FIELD) {
		memcpy(past->ident, s->rec + s->class->ident, c->plan->ident_length);
		past->has_ident = true;
	}
	if (s->class->segment != SL_NO_FIELD)
		note_segment(s);
	memcpy((uint8_t *)s->last, s->rec, s->class->length);
	c->records[index]++;
}

static uint64_t own_time(const struct sl_subject *s)
{
	return sl_field_load(s->rec + offsetof(struct sl_rec, ts_ns), 8);
}

static bool own_ident(const struct sl_subject *s, const struct sl_column *col, uint64_t *value)
{
	*value = s->past->has_ident ? sl_field_load(s->past->ident + col->offset - s->class->ident, col->width) : 0;
	return *value;
}

static uint64_t guess_ident(const struct sl_subject *s, const struct sl_column *col)
{
	unsigned at = col->offset - s->class->ident;
	uint64_t value;

	if (own_ident(s, col, &value))
		return value;
	if (s->peer && col->arg != SL_NO_FIELD)
		return sl_field_load(s->peer->ident + col->arg, col->width);
	return s->alike ? sl_field_load(s->alike->ident + at, col->width) : 0;
}

static uint64_t guess_isn(const struct sl_context *c, const struct sl_subject *s, const struct sl_column *col)
{
	bool remote = col->offset - s->class->ident == c->plan->at[SL_AT_ISN_REMOTE];
	uint64_t value;

	if (own_ident(s, col, &value))
		return value;
	if (s->past->isn_known[remote])
		return s->past->isn[remote];
	if (!s->peer)
		return 0;
	if (s->peer->isn_known[!remote])
		return s->peer->isn[!remote];
	return sl_field_load(s->peer->ident + col->arg, col->width);
}

static uint64_t guess_seq(const struct sl_context *c, const struct sl_subject *s, bool ack)
{
	bool in = (sl_field_load(s->rec + offsetof(struct sl_event, flags), 2) & SL_EVF_IN) != 0;
	bool peers = in != ack;

	if (s->past->seq_known[peers])
		return s->past->seq[peers];
	if (!s->past->has_ident)
		return 0;
	return ident_field(c, s->past->ident, peers ? SL_AT_ISN_REMOTE : SL_AT_ISN_LOCAL, 4);
}

static uint64_t guess_pid(const struct sl_context *c, const struct sl_subject *s, unsigned column)
{
	const struct sl_column *col = &c->plan->column[column];

	if (!c->again[column][s->again] || !s->past->has_ident)
		return 0;
	return sl_field_load(s->past->ident + col->arg, col->width);
}

/* The times of SYN, SYN-ACK and ACK stand behind each other; a client waits for the second, a server for the third. */
static uint64_t guess_rtt(const struct sl_context *c, const struct sl_subject *s, const struct sl_column *col)
{
	bool client = ident_field(c, s->rec + s->class->ident, SL_AT_ROLE, 1) == SL_ROLE_CLIENT;
	const uint8_t *at = s->rec + col->arg + (client ? 0 : 8);
	uint64_t from = sl_field_load(at, 8), to = sl_field_load(at + 8, 8);

	return from && to > from ? (to - from) / 1000 : 0;
}

/* tcp_update_pacing_rate() in slow start: twice what fits into a round trip. The window is 12 bytes behind, the MSS 24. */
static uint64_t guess_pace(const struct sl_subject *s, const struct sl_column *col)
{
	const uint8_t *at = s->rec + col->arg;
	uint64_t srtt_us = sl_field_load(at, 4), last = sl_field_load(s->last + col->offset, col->width);

	if (!srtt_us || last == UINT64_MAX)
		return last;
	return sl_field_load(at + 24, 4) * sl_field_load(at + 12, 4) * 2000000 / srtt_us;
}

static uint64_t guess(const struct sl_context *c, const struct sl_subject *s, unsigned column)
{
	const struct sl_column *col = &c->plan->column[column];
	uint64_t last;

	if (col->gate && !(ident_field(c, s->rec + s->class->ident, SL_AT_KNOWN, 4) & col->gate))
		return 0;
	switch (col->guess) {
	case SL_GUESS_EQUAL: return sl_field_load(s->rec + col->arg, col->width);
	case SL_GUESS_AGAIN: return c->again[column][s->again];
	case SL_GUESS_IDENT: return guess_ident(s, col);
	case SL_GUESS_ISN: return guess_isn(c, s, col);
	case SL_GUESS_BORN: return own_ident(s, col, &last) ? last : own_time(s);
	case SL_GUESS_PID: return guess_pid(c, s, column);
	case SL_GUESS_SEQ: return guess_seq(c, s, false);
	case SL_GUESS_ACK: return guess_seq(c, s, true);
	case SL_GUESS_RTT: return guess_rtt(c, s, col);
	case SL_GUESS_MORE:
		last = sl_field_load(s->last + col->offset, col->width) - sl_field_load(s->last + col->arg, col->width);
		return last + sl_field_load(s->rec + col->arg, col->width);
	case SL_GUESS_HALF: return sl_field_load(s->rec + col->arg, col->width) / 2;
	case SL_GUESS_PACE: return guess_pace(s, col);
	case SL_GUESS_SAME:
		last = sl_field_load(s->last + col->offset, col->width);
		if (last == sl_field_load(s->last + col->arg, col->width))
			return sl_field_load(s->rec + col->arg, col->width);
		return last;
	default: return sl_field_load(s->last + col->offset, col->width);
	}
}

static uint64_t time_base(const struct sl_subject *s, const struct sl_column *col)
{
	uint64_t base = sl_field_load(s->rec + col->arg, 8);

	if (base && col->guess == SL_GUESS_ECHO)
		base += sl_field_load(s->rec + col->gate, 4) * 1000;
	return base ? base : own_time(s);
}

/* 0: no time; then the socket's last times, the newest first; then the distance to the base. */
static uint64_t code_time(const struct sl_subject *s, const struct sl_column *col, uint64_t value)
{
	uint32_t times = s->past->times < SL_PAST_TIMES ? s->past->times : SL_PAST_TIMES;
	uint64_t distance;

	if (!value)
		return 0;
	for (uint32_t i = 0; i < times; i++) {
		if (s->past->time[(s->past->times - 1 - i) % SL_PAST_TIMES] == value)
			return 1 + i;
	}
	distance = sl_zigzag(value - time_base(s, col));
	return distance > UINT64_MAX - SL_CODE_FAR ? SL_CODE_ESCAPE : SL_CODE_FAR + distance;
}

static uint64_t value_time(const struct sl_subject *s, const struct sl_column *col, uint64_t code)
{
	if (!code)
		return 0;
	if (code <= SL_PAST_TIMES)
		return s->past->time[(s->past->times - (uint32_t)code) % SL_PAST_TIMES];
	return time_base(s, col) + sl_unzigzag(code - SL_CODE_FAR);
}

/* The spans between a close's times: FIN sent at arg, FIN received 16 bytes behind it, the end 40. */
static uint64_t span(const struct sl_subject *s, const struct sl_column *col, unsigned which)
{
	uint64_t sent = sl_field_load(s->rec + col->arg, 8), received = sl_field_load(s->rec + col->arg + 16, 8);
	uint64_t end = sl_field_load(s->rec + col->arg + 40, 8);

	switch (which) {
	case 1: return received - sent;
	case 2: return sent - received;
	case 3: return end - sent;
	default: return end - received;
	}
}

static uint64_t code_span(const struct sl_subject *s, const struct sl_column *col, uint64_t value)
{
	for (unsigned which = 1; value && which <= 4; which++) {
		if (span(s, col, which) == value)
			return which;
	}
	if (value > UINT64_MAX - SL_CODE_FAR)
		return SL_CODE_ESCAPE;
	return value ? SL_CODE_FAR + value : 0;
}

static uint64_t value_span(const struct sl_subject *s, const struct sl_column *col, uint64_t code)
{
	return !code ? 0 : code < SL_CODE_ESCAPE ? span(s, col, (unsigned)code) : code - SL_CODE_FAR;
}

/* tcp_compute_delivery_rate(): so many segments of the MSS (24 bytes behind the RTT) in so many microseconds. */
#define RATE_SEGMENTS 8u

static uint64_t rate_of(const struct sl_subject *s, const struct sl_column *col, uint64_t segments, uint64_t us)
{
	return us ? segments * sl_field_load(s->rec + col->arg + 24, 4) * 1000000 / us : 0;
}

static uint64_t code_rate(const struct sl_subject *s, const struct sl_column *col, uint64_t value)
{
	uint64_t rtt_us = sl_field_load(s->rec + col->arg, 4);

	for (uint64_t n = 0; value && n < RATE_SEGMENTS; n++) {
		uint64_t us = rate_of(s, col, n + 1, value);

		if (us < UINT32_MAX && rate_of(s, col, n + 1, us) == value)
			return SL_CODE_FAR + sl_zigzag(us - rtt_us) * RATE_SEGMENTS + n;
	}
	return value ? SL_CODE_ESCAPE : 0;
}

static uint64_t value_rate(const struct sl_subject *s, const struct sl_column *col, uint64_t code)
{
	uint64_t rtt_us = sl_field_load(s->rec + col->arg, 4), n = (code - SL_CODE_FAR) % RATE_SEGMENTS;

	if (!code)
		return 0;
	return rate_of(s, col, n + 1, rtt_us + sl_unzigzag((code - SL_CODE_FAR) / RATE_SEGMENTS));
}

/* A difference is taken in the field's own width, so that it is small whichever way it wraps. */
static uint64_t narrow(uint64_t v, unsigned width)
{
	unsigned unused = 64 - width * 8;

	return (uint64_t)((int64_t)(v << unused) >> unused);
}

static void remember(struct sl_context *c, const struct sl_subject *s, unsigned column, uint64_t value)
{
	unsigned how = c->plan->column[column].guess;

	if (how == SL_GUESS_AGAIN || how == SL_GUESS_PID)
		c->again[column][s->again] = value;
}

uint64_t sl_context_code(struct sl_context *c, const struct sl_subject *s, unsigned column, uint64_t value)
{
	const struct sl_column *col = &c->plan->column[column];
	uint64_t code;

	if (col->guess == SL_GUESS_TIME || col->guess == SL_GUESS_ECHO)
		return code_time(s, col, value);
	if (col->guess == SL_GUESS_SPAN)
		return code_span(s, col, value);
	if (col->guess == SL_GUESS_RATE)
		return code_rate(s, col, value);
	code = sl_zigzag(narrow(value - guess(c, s, column), col->width));
	remember(c, s, column, value);
	return code;
}

uint64_t sl_context_value(struct sl_context *c, const struct sl_subject *s, unsigned column, uint64_t code)
{
	const struct sl_column *col = &c->plan->column[column];
	unsigned unused = 64 - col->width * 8u;
	uint64_t value;

	if (col->guess == SL_GUESS_TIME || col->guess == SL_GUESS_ECHO)
		return value_time(s, col, code);
	if (col->guess == SL_GUESS_SPAN)
		return value_span(s, col, code);
	if (col->guess == SL_GUESS_RATE)
		return value_rate(s, col, code);
	value = (guess(c, s, column) + sl_unzigzag(code)) << unused >> unused;
	remember(c, s, column, value);
	return value;
}
