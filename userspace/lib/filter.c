// SPDX-License-Identifier: GPL-2.0-or-later
/* A filter's birth and death: the parse from text, its nodes, its errors. See filter.h and filter_parse.h. */
#include "filter.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.tab.h"
#include "filter.yy.h"
#include "filter_parse.h"

int sl_filter_fail(struct sl_filter_parse *p, struct sl_filter_span at, const char *fix, const char *why,
		   const char *what, ...)
{
	char text[256];
	va_list args;

	if (p->ret)
		return p->ret;
	va_start(args, what);
	vsnprintf(text, sizeof(text), what, args);
	va_end(args);
	p->ret = sl_error_set(p->err, -EINVAL, SL_ERR_USAGE, fix, why, "filter: %s", text);
	if (p->err) {
		p->err->column = at.begin;
		p->err->width = at.len ? at.len : 1;
	}
	return p->ret;
}

int sl_filter_no_memory(struct sl_filter_parse *p)
{
	if (!p->ret)
		p->ret = sl_error_set(p->err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM),
				      "filter: cannot be parsed");
	return p->ret;
}

const char *sl_filter_show(const char *text, size_t len, char *buf)
{
	const size_t room = SL_FILTER_SHOW_MAX - 4;
	size_t k, n = len > room ? room : len;

	for (k = 0; k < n; k++)
		buf[k] = (unsigned char)text[k] < ' ' || text[k] == 0x7f ? '?' : text[k];
	strcpy(buf + n, len > room ? "..." : "");
	return buf;
}

/* In quotes a backslash protects a quote or a backslash; before all else it stands for itself, as regexes want it. */
const char *sl_filter_value(struct sl_filter_parse *p, struct sl_filter_span at)
{
	const char *s = p->text + at.begin, *end = s + at.len;
	char *out = p->value;

	if (*s == '"') {
		for (s++, end--; s < end; s++) {
			if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
				s++;
			*out++ = *s;
		}
	} else {
		memcpy(out, s, (size_t)at.len);
		out += at.len;
	}
	*out = '\0';
	return p->value;
}

static struct sl_filter_node *node_create(struct sl_filter_parse *p, uint8_t op)
{
	struct sl_filter_node *node = calloc(1, sizeof(*node));

	if (!node) {
		sl_filter_no_memory(p);
		return NULL;
	}
	node->op = op;
	node->next = p->filter->all;
	p->filter->all = node;
	return node;
}

/* A chain of one operator is printed in one pair of parentheses. */
static unsigned depth_in(uint8_t op, const struct sl_filter_node *operand)
{
	return operand->op == op ? operand->depth : operand->depth + 1u;
}

/* Precedence nests too; bounding that here keeps the printed filter within what the parser takes. */
struct sl_filter_node *sl_filter_node_join(struct sl_filter_parse *p, uint8_t op, struct sl_filter_node *left,
					   struct sl_filter_node *right)
{
	unsigned l = depth_in(op, left), r = depth_in(op, right);
	struct sl_filter_node *node;

	if (l > SL_FILTER_DEPTH_MAX || r > SL_FILTER_DEPTH_MAX) {
		sl_filter_fail_depth(p);
		return NULL;
	}
	node = node_create(p, op);
	if (node) {
		node->left = left;
		node->right = right;
		node->depth = (uint8_t)(l > r ? l : r);
	}
	return node;
}

struct sl_filter_node *sl_filter_node_not(struct sl_filter_parse *p, struct sl_filter_node *of)
{
	struct sl_filter_node *node;

	if (of->op == SL_OP_NOT)
		return of->left; /* two cancel out, in three values too */
	node = node_create(p, SL_OP_NOT);
	if (node) {
		node->left = of;
		node->depth = of->depth;
	}
	return node;
}

/* "X != v" of an identity is "not X v", so that the two never differ where X is unknown. */
struct sl_filter_node *sl_filter_node_term(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase)
{
	struct sl_filter_node *node;

	if (++p->filter->terms > SL_FILTER_TERMS_MAX) {
		sl_filter_fail(p, phrase->word_at, NULL, NULL, "more than %d terms", SL_FILTER_TERMS_MAX);
		return NULL;
	}
	node = node_create(p, SL_OP_TERM);
	if (!node || sl_filter_term_make(p, phrase, &node->term))
		return NULL;
	if (node->term.insn.cmp != SL_CMP_NE || !(phrase->word->takes & SL_TAKES_VALUE))
		return node;
	node->term.insn.cmp = SL_CMP_EQ;
	return sl_filter_node_not(p, node);
}

/* Apart from what follows, so that nothing here is changed between setjmp() and longjmp(). */
static bool scan_text(struct sl_filter_parse *p, size_t len)
{
	return !setjmp(p->no_memory) && sl_filter_yy_scan_bytes(p->text, (int)len, p->scanner);
}

static int scan_and_parse(struct sl_filter_parse *p, size_t len)
{
	int ret = 0;

	if (sl_filter_yylex_init_extra(p, &p->scanner))
		return sl_filter_no_memory(p);
	/* The scanner allocates here only: its buffer holds the whole text and never grows. */
	if (!scan_text(p, len))
		ret = sl_filter_no_memory(p);
	else if (sl_filter_yyparse(p))
		ret = p->ret ? p->ret : sl_filter_no_memory(p);
	sl_filter_yylex_destroy(p->scanner);
	return ret;
}

static int parse(struct sl_filter_parse *p)
{
	size_t len = strnlen(p->text, SL_FILTER_TEXT_MAX + 1);
	struct sl_filter_span end = { SL_FILTER_TEXT_MAX, 1 };

	if (len > SL_FILTER_TEXT_MAX)
		return sl_filter_fail(p, end, NULL, NULL, "longer than %d bytes", SL_FILTER_TEXT_MAX);
	return scan_and_parse(p, len);
}

int sl_filter_parse(struct sl_filter **filter, const char *text, struct sl_error *err)
{
	struct sl_filter_parse *p = calloc(1, sizeof(*p));
	struct sl_filter *f = calloc(1, sizeof(*f));
	int ret = -ENOMEM;

	*filter = NULL;
	if (p && f) {
		p->text = text;
		p->err = err;
		p->filter = f;
		ret = parse(p);
	} else {
		sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "filter: cannot be parsed");
	}
	if (!ret)
		*filter = f;
	else
		sl_filter_destroy(f);
	free(p);
	return ret;
}

void sl_filter_destroy(struct sl_filter *filter)
{
	struct sl_filter_node *node, *next;

	for (node = filter ? filter->all : NULL; node; node = next) {
		next = node->next;
		if (node->term.regex)
			regfree(node->term.regex);
		free(node->term.regex);
		free(node->term.text);
		free(node);
	}
	free(filter);
}
