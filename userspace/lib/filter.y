/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of the filter language. Both generated files live under build/ only and are compiled with
 * -Iuserspace/lib -Ibuild/gen, without the house warnings:
 *
 *   bison -Wall -Werror --defines=build/gen/filter.tab.h -o build/gen/filter.tab.c userspace/lib/filter.y
 *   flex --header-file=build/gen/filter.yy.h -o build/gen/filter.yy.c userspace/lib/filter.l
 *
 * A key always takes a value, and any word of the language may be one ("comm tcp"), so juxtaposition as "and" leaves no
 * choice open. The messages are made in filter_syntax.c from the tokens around the error.
 */
%code requires {
#include "filter_parse.h"
}

%code {
#include <errno.h>

int sl_filter_scan(struct sl_filter_token *token, void *scanner);

static int sl_filter_yylex(SL_FILTER_YYSTYPE *value, struct sl_filter_span *at, struct sl_filter_parse *p);
static void sl_filter_yyerror(const struct sl_filter_span *at, struct sl_filter_parse *p, const char *what);

#define YYLLOC_DEFAULT(current, rhs, n)                                                                                \
	do {                                                                                                           \
		(current) = YYRHSLOC(rhs, (n) ? 1 : 0);                                                                \
	} while (0)
#define CHECK(node)                                                                                                    \
	do {                                                                                                           \
		if (!(node))                                                                                           \
			YYABORT;                                                                                       \
	} while (0)
}

%define api.pure full
%define api.prefix {sl_filter_yy}
%define api.token.prefix {SL_TOK_}
%define api.location.type {struct sl_filter_span}
%define parse.error custom
%param {struct sl_filter_parse *p}
%locations

%union {
	struct sl_filter_node *node;
	const struct sl_filter_word *word;
	uint8_t cmp;
	enum sl_filter_end end;
}

%token END 0
%token OPEN CLOSE AND OR NOT STRING WORD SRC DST
%token UNTERMINATED STRAY TOO_DEEP /* fit nowhere: errors */
%token <word> PROTO KEY
%token <cmp> OP

%type <node> expr conjunction unary primary
%type <end> end
%type <cmp> compare

%%

filter:
	  %empty			{ p->filter->root = NULL; }
	| expr				{ p->filter->root = $expr; }
	;

expr:
	  conjunction
	| expr[l] OR conjunction[r]	{ CHECK($$ = sl_filter_node_join(p, SL_OP_OR, $l, $r)); }
	;

conjunction:
	  unary
	| conjunction[l] AND unary[r]	{ CHECK($$ = sl_filter_node_join(p, SL_OP_AND, $l, $r)); }
	| conjunction[l] unary[r]	{ CHECK($$ = sl_filter_node_join(p, SL_OP_AND, $l, $r)); }
	;

unary:
	  primary
	| NOT unary[of]			{ CHECK($$ = sl_filter_node_not(p, $of)); }
	;

primary:
	  OPEN expr CLOSE		{ $$ = $expr; }
	| PROTO				{
		struct sl_filter_phrase phrase = { .word = $PROTO, .word_at = @PROTO, .cmp = SL_FILTER_CMP_NONE };

		CHECK($$ = sl_filter_node_term(p, &phrase));
	}
	| end KEY compare value		{
		struct sl_filter_phrase phrase = { .word = $KEY, .word_at = @KEY, .end = $end, .end_at = @end,
						   .cmp = $compare, .cmp_at = @compare, .value_at = @value };

		CHECK($$ = sl_filter_node_term(p, &phrase));
	}
	;

end:
	  %empty			{ $$ = SL_FILTER_EITHER; }
	| SRC				{ $$ = SL_FILTER_LOCAL; }
	| DST				{ $$ = SL_FILTER_REMOTE; }
	;

compare:
	  %empty			{ $$ = SL_FILTER_CMP_NONE; }
	| OP
	;

value: WORD | STRING | PROTO | KEY | SRC | DST ;

%%

/* The language's own words get their kinds here; a word inside quotes never does. */
static int classify(struct sl_filter_parse *p, struct sl_filter_token *t)
{
	static const int kinds[] = {
		[SL_WORD_PROTO] = SL_TOK_PROTO, [SL_WORD_KEY] = SL_TOK_KEY, [SL_WORD_SRC] = SL_TOK_SRC,
		[SL_WORD_DST] = SL_TOK_DST,	[SL_WORD_AND] = SL_TOK_AND, [SL_WORD_OR] = SL_TOK_OR,
		[SL_WORD_NOT] = SL_TOK_NOT,
	};

	t->word = sl_filter_word_find(p->text + t->at.begin, (size_t)t->at.len);
	return t->word ? kinds[t->word->class] : SL_TOK_WORD;
}

/* Keeps the open parentheses, for the bound and for the message that one is never closed. */
static int nest(struct sl_filter_parse *p, const struct sl_filter_token *t)
{
	if (t->kind == SL_TOK_CLOSE && p->depth)
		p->depth--;
	if (t->kind != SL_TOK_OPEN)
		return t->kind;
	if (p->depth == SL_FILTER_DEPTH_MAX)
		return SL_TOK_TOO_DEEP;
	p->open[p->depth++] = t->at;
	return t->kind;
}

static int sl_filter_yylex(SL_FILTER_YYSTYPE *value, struct sl_filter_span *at, struct sl_filter_parse *p)
{
	struct sl_filter_token *t = &p->token;
	bool value_next;

	p->previous = *t;
	value_next = (t->kind == SL_TOK_KEY && !t->is_value) || t->kind == SL_TOK_OP;
	t->word = NULL;
	t->at = (struct sl_filter_span){ p->offset, 0 };
	t->kind = sl_filter_scan(t, p->scanner);
	if (t->kind == SL_TOK_END)
		t->at = (struct sl_filter_span){ p->offset, 0 };
	if (t->kind == SL_TOK_WORD)
		t->kind = classify(p, t);
	t->kind = nest(p, t);
	t->is_value = value_next && t->kind != SL_TOK_OP;
	if (t->kind == SL_TOK_OP)
		value->cmp = t->cmp;
	else
		value->word = t->word;
	*at = t->at;
	return t->kind;
}

static int yyreport_syntax_error(const yypcontext_t *context, struct sl_filter_parse *p)
{
	(void)context;
	sl_filter_syntax_error(p);
	return 0;
}

/* Only a full parser stack comes here; errors in the text go through yyreport_syntax_error(). */
static void sl_filter_yyerror(const struct sl_filter_span *at, struct sl_filter_parse *p, const char *what)
{
	(void)at;
	(void)what;
	sl_filter_no_memory(p);
}
