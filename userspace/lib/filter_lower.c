// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the tree to the program that the kernel runs. A term that only the reader decides, and whatever finds no room,
 * becomes SL_FIELD_LATER, which is always MAYBE: so neither the program's NO nor its YES is ever wrong.
 */
#include <string.h>

#include "filter_node.h"

static void insn_of(struct sl_match_insn *insn, const struct sl_filter_term *term, uint8_t field)
{
	*insn = term->insn;
	insn->op = SL_OP_TERM;
	insn->field = field;
}

static void insn_number(struct sl_match_insn *insn, uint8_t field, uint8_t cmp, uint64_t lo, uint64_t hi)
{
	memset(insn, 0, sizeof(*insn));
	insn->op = SL_OP_TERM;
	insn->field = field;
	insn->cmp = cmp;
	insn->lo = lo;
	insn->hi = hi;
}

/* No family between AF_INET and AF_INET6 that can be opened today has protocols 6 and 17; netlink and packet do. */
static unsigned inet_insns(struct sl_match_insn insn[2], uint8_t *join, unsigned protocol)
{
	insn_number(&insn[0], SL_FIELD_FAMILY, SL_CMP_RANGE, 2 /* AF_INET */, 10 /* AF_INET6 */);
	insn_number(&insn[1], SL_FIELD_PROTOCOL, SL_CMP_EQ, protocol, 0);
	*join = SL_OP_AND;
	return 2;
}

static unsigned family_insn(struct sl_match_insn insn[2], unsigned family)
{
	insn_number(&insn[0], SL_FIELD_FAMILY, SL_CMP_EQ, family, 0);
	return 1;
}

static unsigned end_insns(const struct sl_filter_term *term, struct sl_match_insn insn[2], uint8_t *join, uint8_t local,
			  uint8_t remote)
{
	insn_of(&insn[0], term, term->end == SL_FILTER_REMOTE ? remote : local);
	insn_of(&insn[1], term, remote);
	*join = SL_OP_OR;
	return term->end == SL_FILTER_EITHER ? 2 : 1;
}

static unsigned field_insn(const struct sl_filter_term *term, struct sl_match_insn insn[2], uint8_t field)
{
	insn_of(&insn[0], term, field);
	return term->regex ? 0 : 1;
}

unsigned sl_filter_term_insns(const struct sl_filter_term *term, struct sl_match_insn insn[2], uint8_t *join)
{
	*join = SL_OP_END;
	switch (term->key) {
	case SL_KEY_TCP: return inet_insns(insn, join, 6 /* IPPROTO_TCP */);
	case SL_KEY_UDP: return inet_insns(insn, join, 17 /* IPPROTO_UDP */);
	case SL_KEY_UNIX: return family_insn(insn, 1 /* AF_UNIX */);
	case SL_KEY_IP: return family_insn(insn, 2 /* AF_INET */);
	case SL_KEY_IP6: return family_insn(insn, 10 /* AF_INET6 */);
	case SL_KEY_HOST:
	case SL_KEY_NET: return end_insns(term, insn, join, SL_FIELD_LADDR, SL_FIELD_RADDR);
	case SL_KEY_PORT:
	case SL_KEY_PORTRANGE: return end_insns(term, insn, join, SL_FIELD_LPORT, SL_FIELD_RPORT);
	case SL_KEY_PID: return field_insn(term, insn, SL_FIELD_PID);
	case SL_KEY_UID: return field_insn(term, insn, SL_FIELD_UID);
	case SL_KEY_COMM: return field_insn(term, insn, SL_FIELD_COMM);
	case SL_KEY_CGROUP: return field_insn(term, insn, SL_FIELD_CGROUP);
	case SL_KEY_NETNS: return field_insn(term, insn, SL_FIELD_NETNS);
	case SL_KEY_ROLE: return field_insn(term, insn, SL_FIELD_ROLE);
	case SL_KEY_SOCK: return field_insn(term, insn, SL_FIELD_COOKIE);
	default: return 0;
	}
}

struct lower {
	struct sl_match *match;
	bool whole;
};

static void put(struct lower *l, const struct sl_match_insn *insn)
{
	l->match->insn[l->match->len++] = *insn;
}

static void put_op(struct lower *l, uint8_t op)
{
	struct sl_match_insn insn = { .op = op };

	put(l, &insn);
}

static void put_later(struct lower *l)
{
	struct sl_match_insn insn = { .op = SL_OP_TERM, .field = SL_FIELD_LATER };

	l->whole = false;
	put(l, &insn);
}

static unsigned term_size(const struct sl_filter_term *term, bool *later)
{
	struct sl_match_insn insn[2];
	uint8_t join;
	unsigned n = sl_filter_term_insns(term, insn, &join);

	*later = !n;
	return n == 2 ? 3 : 1;
}

/* Instructions that a tree needs. A tree of nothing but the reader's terms is one LATER, however large. */
static unsigned size_of(const struct sl_filter_node *node, bool *later)
{
	bool left_later, right_later = true;
	unsigned n;

	if (node->op == SL_OP_TERM)
		return term_size(&node->term, later);
	n = 1 + size_of(node->left, &left_later);
	if (node->right)
		n += size_of(node->right, &right_later);
	*later = left_later && right_later;
	return *later ? 1 : n;
}

static void put_term(struct lower *l, const struct sl_filter_term *term)
{
	struct sl_match_insn insn[2];
	uint8_t join;
	unsigned n = sl_filter_term_insns(term, insn, &join);

	if (!n)
		put_later(l);
	if (n)
		put(l, &insn[0]);
	if (n == 2) {
		put(l, &insn[1]);
		put_op(l, join);
	}
}

static void put_tree(struct lower *l, const struct sl_filter_node *node)
{
	bool later;

	size_of(node, &later);
	if (later) {
		put_later(l);
	} else if (node->op == SL_OP_TERM) {
		put_term(l, &node->term);
	} else {
		put_tree(l, node->left);
		if (node->right)
			put_tree(l, node->right);
		put_op(l, node->op);
	}
}

/* What is kept of a chain of "and"s (under a "not": of "or"s) that is too long, within `room` instructions. */
struct keep {
	struct lower *l;
	uint8_t chain; /* SL_OP_AND, or SL_OP_OR with negated */
	bool negated;
	unsigned room;
	unsigned kept;
};

static void keep_link(struct keep *k, const struct sl_filter_node *node)
{
	bool later;
	unsigned need;

	if (node->op == k->chain) {
		keep_link(k, node->left);
		keep_link(k, node->right);
		return;
	}
	need = size_of(node, &later) + k->negated + (k->kept ? 1 : 0);
	if (later || need > k->room)
		return;
	k->room -= need;
	put_tree(k->l, node);
	if (k->negated)
		put_op(k->l, SL_OP_NOT);
	if (k->kept++)
		put_op(k->l, SL_OP_AND);
}

/* Too long as it is: some of its conjuncts, and MAYBE for the rest. */
static void put_weakened(struct lower *l, const struct sl_filter_node *node)
{
	struct keep keep = { .l = l, .chain = SL_OP_AND, .room = SL_MATCH_MAX - 2 };

	if (node->op == SL_OP_NOT) {
		keep.negated = true;
		keep.chain = SL_OP_OR;
		node = node->left;
	}
	if (node->op == keep.chain)
		keep_link(&keep, node);
	put_later(l);
	if (keep.kept)
		put_op(l, SL_OP_AND);
}

void sl_filter_match(const struct sl_filter *filter, struct sl_match *match, bool *whole)
{
	struct lower l = { .match = match, .whole = true };
	bool later;

	memset(match, 0, sizeof(*match));
	if (filter->root && size_of(filter->root, &later) <= SL_MATCH_MAX)
		put_tree(&l, filter->root);
	else if (filter->root)
		put_weakened(&l, filter->root);
	*whole = l.whole;
}

static bool is_identity(const struct sl_filter_node *node)
{
	struct sl_match_insn insn[2];
	uint8_t join;

	if (!node)
		return true;
	if (node->op != SL_OP_TERM)
		return is_identity(node->left) && is_identity(node->right);
	return node->term.regex || sl_filter_term_insns(&node->term, insn, &join);
}

bool sl_filter_is_identity(const struct sl_filter *filter)
{
	return is_identity(filter->root);
}

/* What is the same seen from both ends, of what the kernel decides. Not the family: a peer may be in IPv6 clothes. */
static bool is_mutual(const struct sl_filter_node *node)
{
	struct sl_match_insn insn[2];
	uint8_t join;

	if (!node)
		return true;
	if (node->op != SL_OP_TERM)
		return is_mutual(node->left) && is_mutual(node->right);
	switch (node->term.key) {
	case SL_KEY_TCP:
	case SL_KEY_UDP:
	case SL_KEY_UNIX: return true;
	case SL_KEY_HOST:
	case SL_KEY_NET:
	case SL_KEY_PORT:
	case SL_KEY_PORTRANGE: return node->term.end == SL_FILTER_EITHER;
	default: return !sl_filter_term_insns(&node->term, insn, &join);
	}
}

bool sl_filter_is_mutual(const struct sl_filter *filter)
{
	return is_mutual(filter->root);
}

static uint64_t cookie_of(const struct sl_filter_node *n)
{
	uint64_t cookie;

	if (n->op == SL_OP_TERM)
		return n->term.key == SL_KEY_SOCK && n->term.insn.cmp == SL_CMP_EQ ? n->term.insn.lo : 0;
	if (n->op != SL_OP_AND)
		return 0;
	cookie = cookie_of(n->left);
	return cookie ? cookie : cookie_of(n->right);
}

uint64_t sl_filter_cookie(const struct sl_filter *filter)
{
	return filter->root ? cookie_of(filter->root) : 0;
}
