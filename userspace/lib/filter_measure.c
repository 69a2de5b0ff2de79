// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measures of a life: durations, bytes, retransmissions. A measure is known exactly, or known to be at least something
 * (a count that still grows, that nobody watched, or a life whose begin was not seen), or unknown. What cannot be told
 * yet is MAYBE; what can never be told is NO. "handshake" runs from the connect() or SYN to the outcome, failures too;
 * "accept_wait" is the time in the accept queue; "rtt" is the smoothed one at the end, else the handshake's sample;
 * bytes are TCP payload each byte once, and for other sockets what the calls moved.
 */
#include <string.h>

#include "../../core/fact.h"
#include "filter_node.h"

enum quality { UNKNOWN, AT_LEAST, EXACT };

struct measure {
	enum quality quality;
	uint64_t v;
};

static const struct measure unknown = { UNKNOWN, 0 };

static struct measure exact(uint64_t v)
{
	return (struct measure){ EXACT, v };
}

/* From @begin to @end, ns; unknown if one of them was not seen. Clocks of two CPUs may cross by a little. */
static struct measure span(uint64_t begin, uint64_t end)
{
	if (!begin || !end)
		return unknown;
	return exact(end > begin ? end - begin : 0);
}

/* A counter of a life: it only grows, and is exact once the life has ended and if it was watched from the begin. */
static struct measure counter(const struct sl_life *life, uint64_t v, unsigned fact, bool final)
{
	bool watched = life->complete.watched >> fact & 1;

	return (struct measure){ watched && final ? EXACT : AT_LEAST, v };
}

/* The kernel's own TCP counters began with the socket; counts of calls began when it was first followed. */
static struct measure call_counter(const struct sl_life *life, uint64_t v, unsigned fact, bool final)
{
	return counter(life, v, fact, final && !(life->complete.flags & SL_LIFE_SEEN_LATE));
}

static bool is_tcp(const struct sl_ident *id)
{
	return (id->family == 2 /* AF_INET */ || id->family == 10 /* AF_INET6 */) &&
	       id->protocol == 6 /* IPPROTO_TCP */;
}

static struct measure bytes_out(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	return is_tcp(id) ? counter(life, life->flow.bytes_sent, SL_FACT_BYTES, final)
			  : call_counter(life, life->calls.send_bytes, SL_FACT_SEND, final);
}

static struct measure bytes_in(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	return is_tcp(id) ? counter(life, life->flow.bytes_received, SL_FACT_BYTES, final)
			  : call_counter(life, life->calls.recv_bytes, SL_FACT_RECV, final);
}

static struct measure bytes_both(const struct sl_ident *id, const struct sl_life *life, bool final)
{
	struct measure out = bytes_out(id, life, final), in = bytes_in(id, life, final);
	struct measure both = { out.quality < in.quality ? out.quality : in.quality, 0 };

	if (__builtin_add_overflow(out.v, in.v, &both.v))
		both.v = UINT64_MAX;
	return both;
}

/* A failed connect() may be tried again, so only success settles it before the end. */
static struct measure handshake(const struct sl_life *life, bool final)
{
	const struct sl_handshake *h = &life->handshake;

	if (h->outcome == SL_HS_NONE || h->outcome == SL_HS_PENDING || (h->outcome != SL_HS_ESTABLISHED && !final))
		return unknown;
	return span(h->begin_ns ? h->begin_ns : h->syn_ns, h->done_ns);
}

static struct measure life_span(const struct sl_ident *id, const struct sl_life *life)
{
	struct measure m = life->complete.flags & SL_LIFE_OPEN ? unknown : span(id->created_ns, life->close.end_ns);

	if (m.quality == EXACT && !(id->known & SL_ID_CREATED))
		m.quality = AT_LEAST;
	return m;
}

static struct measure rtt(const struct sl_life *life, bool final)
{
	uint64_t us = life->flow.srtt_us ? life->flow.srtt_us : life->handshake.rtt_us;

	return final && us ? exact(us * 1000) : unknown;
}

static struct measure measure_of(enum sl_filter_key key, const struct sl_ident *id, const struct sl_life *life,
				 bool final)
{
	switch (key) {
	case SL_KEY_LIFE: return final ? life_span(id, life) : unknown;
	case SL_KEY_HANDSHAKE: return handshake(life, final);
	case SL_KEY_ACCEPT_WAIT: return span(life->handshake.done_ns, life->handshake.accept_ns);
	case SL_KEY_RTT: return rtt(life, final);
	case SL_KEY_BYTES: return bytes_both(id, life, final);
	case SL_KEY_BYTES_OUT: return bytes_out(id, life, final);
	case SL_KEY_BYTES_IN: return bytes_in(id, life, final);
	case SL_KEY_RETRANS: return counter(life, life->errors.retrans, SL_FACT_RETRANS, final);
	case SL_KEY_LOST: return counter(life, life->errors.lost, SL_FACT_BYTES, final);
	default: return unknown;
	}
}

/* Of a value that is at least v, can the comparison still change? If not: its verdict. */
static int compare_at_least(const struct sl_match_insn *i, uint64_t v)
{
	switch (i->cmp) {
	case SL_CMP_GT: return v > i->lo ? SL_TRI_YES : SL_TRI_MAYBE;
	case SL_CMP_GE: return v >= i->lo ? SL_TRI_YES : SL_TRI_MAYBE;
	case SL_CMP_LT: return v >= i->lo ? SL_TRI_NO : SL_TRI_MAYBE;
	case SL_CMP_LE: return v > i->lo ? SL_TRI_NO : SL_TRI_MAYBE;
	case SL_CMP_NE: return v > i->lo ? SL_TRI_YES : SL_TRI_MAYBE;
	default: return v > i->lo ? SL_TRI_NO : SL_TRI_MAYBE;
	}
}

int sl_filter_measure(const struct sl_filter_term *term, const struct sl_ident *id, const struct sl_life *life,
		      bool final)
{
	struct measure m = life ? measure_of(term->key, id, life, final) : unknown;
	int tri = SL_TRI_MAYBE;

	if (m.quality == EXACT)
		tri = sl_match_number(m.v, &term->insn);
	else if (m.quality == AT_LEAST)
		tri = compare_at_least(&term->insn, m.v);
	return tri == SL_TRI_MAYBE && final ? SL_TRI_NO : tri;
}
