// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader's verdict. Terms of identity go through match.h's own rule, so reader and kernel cannot differ. Terms about
 * an event look at the event at hand; without one, at what a finished life's record shows. A fact that will never be
 * known makes no term true. "state X" is the state that an event leads to (a state change) or was seen in (a segment),
 * and for a finished life the last state before its end.
 */
#include <errno.h>
#include <string.h>

#include "filter_node.h"

struct facts {
	const struct sl_ident *id;
	const struct sl_life *life;
	const struct sl_event *ev;
	bool final;
};

static int yes_if(bool yes)
{
	return yes ? SL_TRI_YES : SL_TRI_NO;
}

static int eval_identity(const struct sl_filter_term *term, const struct facts *f)
{
	struct sl_match_insn insn[2];
	uint8_t join;
	unsigned n = sl_filter_term_insns(term, insn, &join);
	int a = sl_match_term(f->id, &insn[0], f->final), b;

	if (n == 1)
		return a;
	b = sl_match_term(f->id, &insn[1], f->final);
	return join == SL_OP_AND ? sl_tri_and(a, b) : sl_tri_or(a, b);
}

static int eval_regex(const struct sl_filter_term *term, const struct facts *f)
{
	char comm[sizeof(f->id->comm) + 1] = "";

	if (!(f->id->known & SL_ID_OWNER))
		return f->final ? SL_TRI_NO : SL_TRI_MAYBE;
	memcpy(comm, f->id->comm, sizeof(f->id->comm));
	return yes_if(!regexec(term->regex, comm, 0, NULL, 0));
}

static unsigned state_of_event(const struct sl_event *ev)
{
	switch (ev->kind) {
	case SL_EV_STATE: return ev->state.new_state;
	case SL_EV_SEGMENT:
	case SL_EV_RETRANS:
	case SL_EV_TAIL: return ev->segment.tcp_state;
	default: return 0;
	}
}

static int eval_state(const struct sl_filter_term *term, const struct facts *f)
{
	if (f->ev)
		return yes_if(state_of_event(f->ev) == term->insn.lo);
	if (!f->final)
		return SL_TRI_MAYBE;
	return yes_if(f->life && f->life->close.last_state == term->insn.lo);
}

static bool is_event(const struct sl_filter_term *term, const struct sl_event *ev)
{
	if (!term->any_call)
		return ev->kind == term->insn.lo;
	if (ev->kind == SL_EV_OPTION)
		return term->insn.lo == SL_CALL_SETSOCKOPT;
	return ev->kind == SL_EV_CALL && ev->call.call == term->insn.lo;
}

static int eval_event(const struct sl_filter_term *term, const struct facts *f)
{
	if (f->ev)
		return yes_if(is_event(term, f->ev));
	if (!f->final)
		return SL_TRI_MAYBE;
	return yes_if(f->life && sl_filter_life_event(term, f->life));
}

static bool is_errno(const struct sl_event *ev, int err)
{
	return ev->ret == -err ||
	       (ev->kind == SL_EV_OPTION && ev->option.opt.known & SL_OPT_RET && ev->option.opt.ret == -err);
}

static int eval_errno(const struct sl_filter_term *term, const struct facts *f)
{
	int err = (int)term->insn.lo;

	if (f->ev)
		return yes_if(is_errno(f->ev, err));
	if (!f->final)
		return SL_TRI_MAYBE;
	return yes_if(f->life && sl_filter_life_errno(f->life, err));
}

static int eval_term(const struct sl_filter_term *term, const struct facts *f)
{
	if (term->regex)
		return eval_regex(term, f);
	switch (term->key) {
	case SL_KEY_STATE: return eval_state(term, f);
	case SL_KEY_EVENT: return eval_event(term, f);
	case SL_KEY_ERRNO: return eval_errno(term, f);
	case SL_KEY_LIFE:
	case SL_KEY_HANDSHAKE:
	case SL_KEY_ACCEPT_WAIT:
	case SL_KEY_RTT:
	case SL_KEY_BYTES:
	case SL_KEY_BYTES_OUT:
	case SL_KEY_BYTES_IN:
	case SL_KEY_RETRANS:
	case SL_KEY_LOST:
	case SL_KEY_DROPS:
	case SL_KEY_BLOCKED:
	case SL_KEY_ZERO_WINDOW: return sl_filter_measure(term, f->id, f->life, f->final);
	default: return eval_identity(term, f);
	}
}

static int eval_node(const struct sl_filter_node *node, const struct facts *f)
{
	int left;

	if (node->op == SL_OP_TERM)
		return eval_term(&node->term, f);
	left = eval_node(node->left, f);
	if (node->op == SL_OP_NOT)
		return sl_tri_not(left);
	if (left == (node->op == SL_OP_AND ? SL_TRI_NO : SL_TRI_YES))
		return left;
	return node->op == SL_OP_AND ? sl_tri_and(left, eval_node(node->right, f))
				     : sl_tri_or(left, eval_node(node->right, f));
}

int sl_filter_eval(const struct sl_filter *filter, const struct sl_ident *id, const struct sl_life *life,
		   const struct sl_event *ev, bool final)
{
	struct facts f = { id, life, ev, final };

	return filter->root ? eval_node(filter->root, &f) : SL_TRI_YES;
}
