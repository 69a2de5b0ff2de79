/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The filter as the kernel runs it: a postfix program over a socket's identity, with three values, because early in a
 * life much is unknown. NO is final only for facts that no longer change, so a term whose fact is not known yet is
 * MAYBE, and so is every term that only the reader can decide (SL_FIELD_LATER). The reader decides the MAYBEs at the
 * end with the same evaluator and more facts. The stack is two bit words: no memory, no bound to prove.
 */
#ifndef SL_MATCH_H
#define SL_MATCH_H

#include "abi.h"

#define SL_MATCH_MAX 32 /* instructions */

/* instruction */
#define SL_OP_END 0
#define SL_OP_TERM 1
#define SL_OP_AND 2
#define SL_OP_OR 3
#define SL_OP_NOT 4

/* comparison of a field with the operand */
#define SL_CMP_EQ 0
#define SL_CMP_NE 1
#define SL_CMP_LT 2
#define SL_CMP_LE 3
#define SL_CMP_GT 4
#define SL_CMP_GE 5
#define SL_CMP_RANGE 6 /* lo <= field <= hi */

/* fields that the kernel can decide */
#define SL_FIELD_LATER 0    /* only the reader can: always MAYBE in the kernel */
#define SL_FIELD_FAMILY 1   /* AF_*; never changes */
#define SL_FIELD_PROTOCOL 2 /* IPPROTO_* */
#define SL_FIELD_LPORT 3
#define SL_FIELD_RPORT 4
#define SL_FIELD_LADDR 5 /* prefix of `bits` bits in addr; family in hi */
#define SL_FIELD_RADDR 6
#define SL_FIELD_PID 7
#define SL_FIELD_UID 8
#define SL_FIELD_NETNS 9
#define SL_FIELD_CGROUP 10
#define SL_FIELD_ROLE 11
#define SL_FIELD_COMM 12 /* equal to the 16 bytes in addr */
#define SL_FIELD_COOKIE 13

struct sl_match_insn {
	__u8 op;    /* SL_OP_* */
	__u8 field; /* SL_FIELD_* */
	__u8 cmp;   /* SL_CMP_* */
	__u8 bits;  /* prefix length of an address */
	__u32 pad;
	__u64 lo;
	__u64 hi;
	__u8 addr[16];
};

struct sl_match {
	__u32 len; /* 0: everything matches */
	__u32 pad;
	struct sl_match_insn insn[SL_MATCH_MAX];
};

/* verdicts */
#define SL_TRI_NO 0
#define SL_TRI_YES 1
#define SL_TRI_MAYBE 2

static __always_inline int sl_match_number(__u64 v, const struct sl_match_insn *i)
{
	switch (i->cmp) {
	case SL_CMP_EQ: return v == i->lo;
	case SL_CMP_NE: return v != i->lo;
	case SL_CMP_LT: return v < i->lo;
	case SL_CMP_LE: return v <= i->lo;
	case SL_CMP_GT: return v > i->lo;
	case SL_CMP_GE: return v >= i->lo;
	default: return i->lo <= v && v <= i->hi;
	}
}

/* Does addr of `family` lie in the instruction's prefix? An IPv4-mapped IPv6 address counts as IPv4. */
static __always_inline int sl_match_prefix(const __u8 *addr, __u16 family, const struct sl_match_insn *i)
{
	__u32 w[4], m[4], bits = i->bits;
	int k;

	__builtin_memcpy(w, addr, 16);
	__builtin_memcpy(m, i->addr, 16);
	if (family == 10 /* AF_INET6 */ && i->hi == 2 /* AF_INET */) {
		if (w[0] || w[1] || w[2] != __builtin_bswap32(0xffff))
			return 0;
		w[0] = w[3];
	} else if (family != i->hi) {
		return 0;
	}
	for (k = 0; k < 4; k++) {
		__u32 n = bits > 32 ? 32 : bits;
		__u32 mask = n ? __builtin_bswap32(~0u << (32 - n)) : 0;

		if ((w[k] ^ m[k]) & mask)
			return 0;
		bits -= n;
	}
	return 1;
}

/* One term over an identity. fixed: no more will become known of it (the life's end), so MAYBE of an unknown is NO. */
static __always_inline int sl_match_term(const struct sl_ident *id, const struct sl_match_insn *i, int fixed)
{
	int unknown = fixed ? SL_TRI_NO : SL_TRI_MAYBE;
	__u64 a[2], b[2];

	switch (i->field) {
	case SL_FIELD_FAMILY: return sl_match_number(id->family, i);
	case SL_FIELD_PROTOCOL: return id->known & SL_ID_TYPE ? sl_match_number(id->protocol, i) : unknown;
	case SL_FIELD_LPORT: return id->known & SL_ID_LOCAL ? sl_match_number(id->lport, i) : unknown;
	case SL_FIELD_RPORT: return id->known & SL_ID_REMOTE ? sl_match_number(id->rport, i) : unknown;
	case SL_FIELD_LADDR: return id->known & SL_ID_LOCAL ? sl_match_prefix(id->laddr, id->family, i) : unknown;
	case SL_FIELD_RADDR: return id->known & SL_ID_REMOTE ? sl_match_prefix(id->raddr, id->family, i) : unknown;
	case SL_FIELD_PID: return id->known & SL_ID_OWNER ? sl_match_number(id->pid, i) : unknown;
	case SL_FIELD_UID: return id->known & SL_ID_OWNER ? sl_match_number(id->uid, i) : unknown;
	case SL_FIELD_NETNS: return sl_match_number(id->netns, i);
	case SL_FIELD_CGROUP: return id->known & SL_ID_OWNER ? sl_match_number(id->cgroup_id, i) : unknown;
	case SL_FIELD_ROLE: return id->role ? sl_match_number(id->role, i) : unknown;
	case SL_FIELD_COOKIE: return sl_match_number(id->cookie, i);
	case SL_FIELD_COMM:
		if (!(id->known & SL_ID_OWNER))
			return unknown;
		__builtin_memcpy(a, id->comm, 16);
		__builtin_memcpy(b, i->addr, 16);
		return (a[0] == b[0] && a[1] == b[1]) == (i->cmp == SL_CMP_EQ);
	default: return SL_TRI_MAYBE;
	}
}

/* The stack: bit 0 of each word is its top. */
struct sl_match_stack {
	__u32 yes;
	__u32 maybe; /* wins over yes */
};

static __always_inline void sl_match_push(struct sl_match_stack *s, int tri)
{
	s->yes = s->yes << 1 | (tri == SL_TRI_YES);
	s->maybe = s->maybe << 1 | (tri == SL_TRI_MAYBE);
}

static __always_inline int sl_match_pop(struct sl_match_stack *s)
{
	int tri = s->maybe & 1 ? SL_TRI_MAYBE : (int)(s->yes & 1);

	s->yes >>= 1;
	s->maybe >>= 1;
	return tri;
}

static __always_inline int sl_tri_and(int a, int b)
{
	if (a == SL_TRI_NO || b == SL_TRI_NO)
		return SL_TRI_NO;
	return a == SL_TRI_MAYBE || b == SL_TRI_MAYBE ? SL_TRI_MAYBE : SL_TRI_YES;
}

static __always_inline int sl_tri_or(int a, int b)
{
	if (a == SL_TRI_YES || b == SL_TRI_YES)
		return SL_TRI_YES;
	return a == SL_TRI_MAYBE || b == SL_TRI_MAYBE ? SL_TRI_MAYBE : SL_TRI_NO;
}

static __always_inline int sl_tri_not(int a)
{
	return a == SL_TRI_MAYBE ? SL_TRI_MAYBE : !a;
}

/* One instruction, with the term's verdict already found; the evaluators below and the reader's share it. */
static __always_inline void sl_match_step(struct sl_match_stack *s, __u8 op, int term)
{
	int a, b;

	switch (op) {
	case SL_OP_TERM: sl_match_push(s, term); break;
	case SL_OP_NOT: sl_match_push(s, sl_tri_not(sl_match_pop(s))); break;
	case SL_OP_AND:
	case SL_OP_OR:
		b = sl_match_pop(s);
		a = sl_match_pop(s);
		sl_match_push(s, op == SL_OP_AND ? sl_tri_and(a, b) : sl_tri_or(a, b));
		break;
	}
}

/**
 * sl_match_ident() - what the filter says of a socket as far as it is known
 * @m: the program
 * @id: the identity
 * @fixed: nothing more will become known
 *
 * Any context, no locks. Returns SL_TRI_NO, SL_TRI_YES or SL_TRI_MAYBE.
 */
static __always_inline int sl_match_ident(const struct sl_match *m, const struct sl_ident *id, int fixed)
{
	struct sl_match_stack s = { 0, 0 };
	__u32 k;

	if (!m->len)
		return SL_TRI_YES;
	for (k = 0; k < SL_MATCH_MAX; k++) {
		const struct sl_match_insn *i = &m->insn[k];

		if (k >= m->len)
			break;
		sl_match_step(&s, i->op, i->op == SL_OP_TERM ? sl_match_term(id, i, fixed) : 0);
	}
	return sl_match_pop(&s);
}

#endif
