/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A parsed filter: a tree of terms. Internal to the filter's files; no locks, since nothing changes after the parse.
 * Depth: at most SL_FILTER_TERMS_MAX (a chain of "and" leans left), so walking it by recursion is bounded.
 */
#ifndef SL_FILTER_NODE_H
#define SL_FILTER_NODE_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#include "filter.h"
#include "filter_word.h"

#define SL_FILTER_TEXT_MAX 4096 /* bytes */
#define SL_FILTER_DEPTH_MAX 64  /* parentheses inside each other */
#define SL_FILTER_TERMS_MAX 256

/* Which end of the connection an address or port is asked of. */
enum sl_filter_end { SL_FILTER_EITHER, SL_FILTER_LOCAL, SL_FILTER_REMOTE };

/* insn holds the comparison and the operand; its field is SL_FIELD_LATER where only the reader can decide. */
struct sl_filter_term {
	enum sl_filter_key key;
	enum sl_filter_end end;
	bool any_call; /* event: insn.lo is a call, not a kind */
	struct sl_match_insn insn;
	regex_t *regex; /* comm ~ */
	char *text;     /* its source */
};

struct sl_filter_node {
	uint8_t op;                  /* SL_OP_TERM, SL_OP_AND, SL_OP_OR, SL_OP_NOT */
	uint8_t depth;               /* parentheses inside each other when printed */
	struct sl_filter_node *left; /* NOT: its only operand */
	struct sl_filter_node *right;
	struct sl_filter_node *next; /* all nodes of a filter, for destroy */
	struct sl_filter_term term;
};

struct sl_filter {
	struct sl_filter_node *root; /* NULL: everything matches */
	struct sl_filter_node *all;
	unsigned terms;
};

/* The up to two instructions that a term of identity becomes, joined by *join. Returns how many; 0: not for the kernel. */
unsigned sl_filter_term_insns(const struct sl_filter_term *term, struct sl_match_insn insn[2], uint8_t *join);

#define SL_FILTER_SHOW_VALUE 320
/* A term's value alone, as sl_filter_print() spells it. */
void sl_filter_print_value(const struct sl_filter_term *term, char *buf, size_t size);

/* The reader's verdict on a term about a life's measure (handshake, bytes, ...), SL_TRI_*. */
int sl_filter_measure(const struct sl_filter_term *term, const struct sl_ident *id, const struct sl_life *life,
		      bool final);

/* Does the life's record show such an event, or such an errno? */
bool sl_filter_life_event(const struct sl_filter_term *term, const struct sl_life *life);
bool sl_filter_life_errno(const struct sl_life *life, int err);

#endif
