// SPDX-License-Identifier: GPL-2.0-or-later
/* The filter as text again: one spelling for each meaning, every "and" and "or" in parentheses; it parses to itself. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "filter_node.h"
#include "names.h"

struct out {
	char *buf;
	size_t size;
	size_t len; /* as if there were room */
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

static bool is_plain(const char *text)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+,-";

	return *text && strspn(text, safe) == strlen(text) && !sl_filter_word_find(text, strlen(text));
}

static void put_text(struct out *o, const char *text)
{
	if (is_plain(text)) {
		put(o, "%s", text);
		return;
	}
	put(o, "\"");
	for (; *text; text++)
		put(o, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
	put(o, "\"");
}

struct unit {
	const char *name;
	uint64_t scale;
};

/* In the largest unit that needs no fraction. */
static void put_unit(struct out *o, uint64_t v, const struct unit *unit)
{
	while (unit->scale > 1 && (!v || v % unit->scale))
		unit++;
	put(o, "%" PRIu64 "%s", v / unit->scale, unit->name);
}

static void put_number(struct out *o, const struct sl_filter_word *word, uint64_t v)
{
	static const struct unit times[] = { { "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 } };
	static const struct unit sizes[] = {
		{ "TiB", 1ULL << 40 }, { "GiB", 1 << 30 }, { "MiB", 1 << 20 }, { "KiB", 1 << 10 }, { "", 1 }
	};

	switch (word->unit) {
	case SL_UNIT_NS: put_unit(o, v, times); break;
	case SL_UNIT_BYTES: put_unit(o, v, sizes); break;
	default: put(o, "%" PRIu64, v);
	}
}

static void put_address(struct out *o, const struct sl_filter_term *term)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop((int)term->insn.hi, term->insn.addr, text, sizeof(text));
	put(o, "%s", text);
	if (term->key == SL_KEY_NET)
		put(o, "/%u", term->insn.bits);
}

static void put_comm(struct out *o, const struct sl_filter_term *term)
{
	char comm[17] = "";

	memcpy(comm, term->insn.addr, 16);
	put_text(o, term->regex ? term->text : comm);
}

static void put_errno(struct out *o, uint64_t err)
{
	const char *name = sl_name_errno((int)err);

	if (name)
		put(o, "%s", name);
	else
		put(o, "%" PRIu64, err);
}

static void put_event(struct out *o, const struct sl_filter_term *term)
{
	unsigned number = (unsigned)term->insn.lo;

	put(o, "%s", term->any_call ? sl_name_call(number) : sl_name_event(number));
}

static void put_value(struct out *o, const struct sl_filter_term *term, const struct sl_filter_word *word)
{
	switch (term->key) {
	case SL_KEY_HOST:
	case SL_KEY_NET: put_address(o, term); break;
	case SL_KEY_PORTRANGE: put(o, "%" PRIu64 "-%" PRIu64, (uint64_t)term->insn.lo, (uint64_t)term->insn.hi); break;
	case SL_KEY_STATE: put(o, "%s", sl_name_state((unsigned)term->insn.lo)); break;
	case SL_KEY_COMM: put_comm(o, term); break;
	case SL_KEY_ROLE: put(o, "%s", sl_name_role((unsigned)term->insn.lo)); break;
	case SL_KEY_EVENT: put_event(o, term); break;
	case SL_KEY_ERRNO: put_errno(o, term->insn.lo); break;
	case SL_KEY_SOCK: put(o, "%" PRIx64, (uint64_t)term->insn.lo); break;
	default: put_number(o, word, term->insn.lo);
	}
}

void sl_filter_print_value(const struct sl_filter_term *term, char *buf, size_t size)
{
	struct out o = { buf, size, 0 };

	buf[0] = '\0';
	put_value(&o, term, sl_filter_word_of(term->key));
}

static void put_term(struct out *o, const struct sl_filter_term *term)
{
	static const char *const ends[] = { "", "src ", "dst " };
	static const char *const cmps[] = { " = ", " != ", " < ", " <= ", " > ", " >= " };
	const struct sl_filter_word *word = sl_filter_word_of(term->key);
	bool bare = word->takes & SL_TAKES_VALUE && (term->insn.cmp == SL_CMP_EQ || term->insn.cmp == SL_CMP_RANGE);

	put(o, "%s%s", ends[term->end], word->word);
	if (word->class == SL_WORD_PROTO)
		return;
	put(o, "%s", term->regex ? " ~ " : bare ? " " : cmps[term->insn.cmp]);
	put_value(o, term, word);
}

static void put_node(struct out *o, const struct sl_filter_node *node);

/* A chain of one operator stands in one pair of parentheses: it may be as long as a filter has terms. */
static void put_chain(struct out *o, const struct sl_filter_node *node, uint8_t op)
{
	if (node->op != op) {
		put_node(o, node);
		return;
	}
	put_chain(o, node->left, op);
	put(o, op == SL_OP_AND ? " and " : " or ");
	put_chain(o, node->right, op);
}

static void put_node(struct out *o, const struct sl_filter_node *node)
{
	switch (node->op) {
	case SL_OP_TERM: put_term(o, &node->term); break;
	case SL_OP_NOT:
		put(o, "not ");
		put_node(o, node->left);
		break;
	default:
		put(o, "(");
		put_chain(o, node, node->op);
		put(o, ")");
	}
}

int sl_filter_print(const struct sl_filter *filter, char *buf, size_t size)
{
	struct out o = { buf, size, 0 };

	if (size)
		buf[0] = '\0';
	if (filter->root)
		put_node(&o, filter->root);
	return (int)o.len;
}
