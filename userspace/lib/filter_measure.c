// SPDX-License-Identifier: GPL-2.0-or-later
/* Terms about a life's measures. What cannot be told yet is MAYBE; what can never be told is NO. */
#include "filter_node.h"
#include "measure.h"

static struct sl_value value_of(enum sl_filter_key key, const struct sl_ident *id, const struct sl_life *life,
				bool final)
{
	static const enum sl_measure measure[SL_KEY_NR] = {
		[SL_KEY_LIFE] = SL_MEASURE_LIFE,
		[SL_KEY_HANDSHAKE] = SL_MEASURE_HANDSHAKE,
		[SL_KEY_ACCEPT_WAIT] = SL_MEASURE_ACCEPT_WAIT,
		[SL_KEY_RTT] = SL_MEASURE_RTT,
		[SL_KEY_BYTES] = SL_MEASURE_BYTES,
		[SL_KEY_BYTES_OUT] = SL_MEASURE_BYTES_OUT,
		[SL_KEY_BYTES_IN] = SL_MEASURE_BYTES_IN,
		[SL_KEY_RETRANS] = SL_MEASURE_RETRANS,
		[SL_KEY_LOST] = SL_MEASURE_LOST,
		[SL_KEY_DROPS] = SL_MEASURE_DROPS,
		[SL_KEY_BLOCKED] = SL_MEASURE_BLOCKED,
		[SL_KEY_ZERO_WINDOW] = SL_MEASURE_ZERO_WINDOW,
	};

	return sl_measures[measure[key]].of(id, life, final);
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
	struct sl_value m = { SL_UNKNOWN, 0 };
	int tri = SL_TRI_MAYBE;

	if (life)
		m = value_of(term->key, id, life, final);
	if (m.quality == SL_EXACT)
		tri = sl_match_number(m.v, &term->insn);
	else if (m.quality == SL_AT_LEAST)
		tri = compare_at_least(&term->insn, m.v);
	return tri == SL_TRI_MAYBE && final ? SL_TRI_NO : tri;
}
