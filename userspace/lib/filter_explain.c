// SPDX-License-Identifier: GPL-2.0-or-later
/* A filter in words, a line for each term and each "all of" or "any of", with who decides it: see filter.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "filter_node.h"

struct out {
	char *buf;
	size_t size, len; /* len: as if there were room */
};

static void put(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct out *o, const char *format, ...)
{
	size_t used = o->len < o->size ? o->len : o->size;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(o->size > used ? o->buf + used : NULL, o->size - used, format, args);
	va_end(args);
	o->len += n > 0 ? (size_t)n : 0;
}

/* What a key is of a socket: at either end, at its own, at the remote one. */
static const char *const subjects[SL_KEY_NR][3] = {
	[SL_KEY_HOST] = { "the address of one end", "the local address", "the remote address" },
	[SL_KEY_NET] = { "the address of one end", "the local address", "the remote address" },
	[SL_KEY_PORT] = { "the port of one end", "the local port", "the remote port" },
	[SL_KEY_PORTRANGE] = { "the port of one end", "the local port", "the remote port" },
	[SL_KEY_STATE] = { "the TCP state" },
	[SL_KEY_PID] = { "the owner's process id" },
	[SL_KEY_COMM] = { "the owner's name" },
	[SL_KEY_UID] = { "the owner's user id" },
	[SL_KEY_CGROUP] = { "the owner's cgroup" },
	[SL_KEY_NETNS] = { "the network namespace" },
	[SL_KEY_ROLE] = { "the role" },
	[SL_KEY_EVENT] = { "the event" },
	[SL_KEY_ERRNO] = { "an error that it met" },
	[SL_KEY_SOCK] = { "the socket's cookie" },
};

static void put_subject(struct out *o, const struct sl_filter_term *term)
{
	const struct sl_filter_word *word = sl_filter_word_of(term->key);
	int measure = sl_measure_find(word->word, strlen(word->word));

	if (subjects[term->key][term->end])
		put(o, "%s", subjects[term->key][term->end]);
	else if (measure >= 0)
		put(o, "%s (%s)", word->word, sl_measures[measure].about);
	else
		put(o, "%s", word->word);
}

static const char *relation(const struct sl_filter_term *term)
{
	static const char *const words[] = {
		"is", "is not", "is less than", "is at most", "is more than", "is at least"
	};

	if (term->regex)
		return "matches";
	if (term->insn.cmp == SL_CMP_RANGE || term->key == SL_KEY_NET)
		return term->insn.cmp == SL_CMP_NE ? "is not in" : "is in";
	return words[term->insn.cmp];
}

static void put_term(struct out *o, const struct sl_filter_term *term)
{
	const struct sl_filter_word *word = sl_filter_word_of(term->key);
	char value[SL_FILTER_SHOW_VALUE];

	if (word->class == SL_WORD_PROTO) {
		put(o, "it is %s", word->word);
		return;
	}
	sl_filter_print_value(term, value, sizeof(value));
	put_subject(o, term);
	put(o, " %s %s", relation(term), value);
}

/* The reader sees all; the kernel what a socket is, and never what will come of it. */
static const char *decided(const struct sl_filter_term *term)
{
	struct sl_match_insn insn[2];
	uint8_t join;

	if (sl_filter_term_insns(term, insn, &join))
		return "kernel";
	if (term->regex)
		return "reader";
	if (term->key == SL_KEY_EVENT || term->key == SL_KEY_STATE || term->key == SL_KEY_ERRNO)
		return "reader, at each event and at the end";
	return "reader, when it is known";
}

static void put_node(struct out *o, const struct sl_filter_node *node, unsigned depth);

/* A chain of one operator is one list. */
static void put_chain(struct out *o, const struct sl_filter_node *node, uint8_t op, unsigned depth)
{
	if (node->op != op) {
		put_node(o, node, depth);
		return;
	}
	put_chain(o, node->left, op, depth);
	put_chain(o, node->right, op, depth);
}

static void put_node(struct out *o, const struct sl_filter_node *node, unsigned depth)
{
	put(o, "%*s", (int)(2 * depth), "");
	switch (node->op) {
	case SL_OP_TERM:
		put_term(o, &node->term);
		put(o, "\t%s\n", decided(&node->term));
		break;
	case SL_OP_NOT:
		put(o, "not\n");
		put_node(o, node->left, depth + 1);
		break;
	default: put(o, node->op == SL_OP_AND ? "all of\n" : "any of\n"); put_chain(o, node, node->op, depth + 1);
	}
}

int sl_filter_explain(const struct sl_filter *filter, char *buf, size_t size)
{
	struct out o = { buf, size, 0 };

	if (size)
		buf[0] = 0;
	if (filter->root)
		put_node(&o, filter->root, 0);
	return (int)o.len;
}
