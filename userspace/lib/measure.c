// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of measures: see measure.h. "handshake" runs from the connect() or SYN to the outcome, failures too;
 * "accept_wait" is the time in the accept queue; "rtt" is the smoothed one at the end, else the handshake's sample; "close"
 * runs from the first FIN to the last ACK of a FIN; bytes are TCP payload each byte once, and for other sockets what the calls
 * moved.
 */
#include "measure.h"

#include <string.h>

#include "../../core/fact.h"

static const struct sl_value unknown = { SL_UNKNOWN, 0 };

static struct sl_value exact(uint64_t v)
{
	return (struct sl_value){ SL_EXACT, v };
}

/* From @begin to @end, ns; unknown if one of them was not seen. Clocks of two CPUs may cross by a little. */
static struct sl_value span(uint64_t begin, uint64_t end)
{
	if (!begin || !end)
		return unknown;
	return exact(end > begin ? end - begin : 0);
}

/* A counter of a life: it only grows, and is exact once the life has ended and if it was watched from the begin. */
static struct sl_value counter(const struct sl_life *life, uint64_t v, unsigned fact, bool final)
{
	bool watched = life->complete.watched >> fact & 1;

	return (struct sl_value){ watched && final ? SL_EXACT : SL_AT_LEAST, v };
}

/* The kernel's own TCP counters began with the socket; counts of calls began when it was first followed. */
static struct sl_value call_counter(const struct sl_life *life, uint64_t v, unsigned fact, bool final)
{
	return counter(life, v, fact, final && !(life->complete.flags & SL_LIFE_SEEN_LATE));
}

static bool is_tcp(const struct sl_ident *id)
{
	return (id->family == 2 /* AF_INET */ || id->family == 10 /* AF_INET6 */) &&
	       id->protocol == 6 /* IPPROTO_TCP */;
}

static struct sl_value bytes_out(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	return is_tcp(id) ? counter(life, life->flow.bytes_sent, SL_FACT_BYTES, final)
			  : call_counter(life, life->calls.send_bytes, SL_FACT_SEND, final);
}

static struct sl_value bytes_in(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	return is_tcp(id) ? counter(life, life->flow.bytes_received, SL_FACT_BYTES, final)
			  : call_counter(life, life->calls.recv_bytes, SL_FACT_RECV, final);
}

static struct sl_value bytes_both(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	struct sl_value out = bytes_out(id, life, final), in = bytes_in(id, life, final);
	struct sl_value both = { out.quality < in.quality ? out.quality : in.quality, 0 };

	if (__builtin_add_overflow(out.v, in.v, &both.v))
		both.v = UINT64_MAX;
	return both;
}

/* A failed connect() may be tried again, so only success settles it before the end. */
static struct sl_value handshake(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	const struct sl_handshake *h = &life->handshake;

	(void)id;
	if (h->outcome == SL_HS_NONE || h->outcome == SL_HS_PENDING || (h->outcome != SL_HS_ESTABLISHED && !final))
		return unknown;
	return span(h->begin_ns ? h->begin_ns : h->syn_ns, h->done_ns);
}

static struct sl_value life_span(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	bool over = final && !(life->complete.flags & SL_LIFE_OPEN);
	struct sl_value m = over ? span(id->created_ns, life->close.end_ns) : unknown;

	if (m.quality == SL_EXACT && !(id->known & SL_ID_CREATED))
		m.quality = SL_AT_LEAST;
	return m;
}

static struct sl_value rtt(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	uint64_t us = life->flow.srtt_us ? life->flow.srtt_us : life->handshake.rtt_us;

	(void)id;
	return final && us ? exact(us * 1000) : unknown;
}

static struct sl_value accept_wait(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	(void)id;
	(void) final;
	return span(life->handshake.done_ns, life->handshake.accept_ns);
}

/* Both FINs and both ACKs of them were seen, or there is nothing to tell. */
static struct sl_value close_span(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	const struct sl_close *c = &life->close;
	uint64_t begin = c->fin_sent_ns < c->fin_received_ns ? c->fin_sent_ns : c->fin_received_ns;
	uint64_t end = c->fin_acked_ns > c->fin_ack_sent_ns ? c->fin_acked_ns : c->fin_ack_sent_ns;

	(void)id;
	return final && c->fin_acked_ns && c->fin_ack_sent_ns ? span(begin, end) : unknown;
}

static struct sl_value half_closed(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	(void)id;
	return final && life->close.half_closed_ns ? exact(life->close.half_closed_ns) : unknown;
}

static struct sl_value retrans(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	(void)id;
	return counter(life, life->errors.retrans, SL_FACT_RETRANS, final);
}

static struct sl_value lost(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	(void)id;
	return counter(life, life->errors.lost, SL_FACT_BYTES, final);
}

static struct sl_value drops(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	(void)id;
	return counter(life, life->errors.drops, SL_FACT_DROP, final);
}

static struct sl_value blocked(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	const struct sl_buffers *b = &life->buffers;

	(void)id;
	return call_counter(life, b->send_blocked_ns + b->recv_blocked_ns, SL_FACT_BLOCKED, final);
}

static struct sl_value zero_window(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	const struct sl_buffers *b = &life->buffers;
	struct sl_value v =
		call_counter(life, b->zero_window_sent + b->zero_window_received, SL_FACT_ZERO_WINDOW_SENT, final);

	(void)id;
	if (!(life->complete.watched & SL_FACT_BIT(ZERO_WINDOW_RECEIVED)))
		v.quality = SL_AT_LEAST;
	return v;
}

#define LIFE(unit, facts) SL_UNIT_##unit, SL_LEVEL_LIFE, (facts)
#define CALLS(unit, facts) SL_UNIT_##unit, SL_LEVEL_CALLS, (facts)
#define STATES SL_FACT_BIT(STATE)
#define TCP_BYTES SL_FACT_BIT(BYTES)

/* clang-format off */
const struct sl_measure_kind sl_measures[SL_MEASURE_NR] = {
	[SL_MEASURE_HANDSHAKE] = { "handshake", LIFE(NS, STATES), "from connect() or the SYN to the outcome", handshake },
	[SL_MEASURE_ACCEPT_WAIT] = { "accept_wait", LIFE(NS, STATES | SL_FACT_BIT(ACCEPT)), "time in the accept queue", accept_wait },
	[SL_MEASURE_RTT] = { "rtt", LIFE(NS, TCP_BYTES), "smoothed round-trip time at the end, else the handshake's sample", rtt },
	[SL_MEASURE_LIFE] = { "life", LIFE(NS, SL_FACT_BIT(END)), "from the socket's begin to its end", life_span },
	[SL_MEASURE_CLOSE] = { "close", LIFE(NS, STATES), "from the first FIN to the last ACK of a FIN", close_span },
	[SL_MEASURE_HALF_CLOSED] = { "half_closed", LIFE(NS, STATES), "time with one direction closed", half_closed },
	[SL_MEASURE_BYTES] = { "bytes", LIFE(BYTES, TCP_BYTES), "payload, both directions", bytes_both },
	[SL_MEASURE_BYTES_OUT] = { "bytes_out", LIFE(BYTES, TCP_BYTES), "payload sent", bytes_out },
	[SL_MEASURE_BYTES_IN] = { "bytes_in", LIFE(BYTES, TCP_BYTES), "payload received", bytes_in },
	[SL_MEASURE_RETRANS] = { "retrans", LIFE(COUNT, SL_FACT_BIT(RETRANS)), "segments sent again", retrans },
	[SL_MEASURE_LOST] = { "lost", LIFE(COUNT, TCP_BYTES), "segments that TCP took for lost", lost },
	[SL_MEASURE_DROPS] = { "drops", LIFE(COUNT, SL_FACT_BIT(DROP)), "packets dropped with the socket", drops },
	[SL_MEASURE_BLOCKED] = { "blocked", CALLS(NS, SL_FACT_BIT(BLOCKED)), "time that sends waited for room, and receives for data", blocked },
	[SL_MEASURE_ZERO_WINDOW] = { "zero_window", CALLS(COUNT, SL_FACT_BIT(ZERO_WINDOW_SENT) | SL_FACT_BIT(ZERO_WINDOW_RECEIVED)), "times that a window was closed, either end's", zero_window },
};
/* clang-format on */

int sl_measure_find(const char *name, size_t len)
{
	for (int i = 0; i < SL_MEASURE_NR; i++) {
		if (strlen(sl_measures[i].name) == len && !strncmp(sl_measures[i].name, name, len))
			return i;
	}
	return -1;
}
