// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Words for a token that does not fit. The grammar is small enough that the token and the one before it tell what is
 * missing: a value after a key, an operand beside an operator, a parenthesis, or a word that is not of the language.
 */
#include <stdio.h>
#include <string.h>

#include "filter.tab.h"
#include "filter_parse.h"

#define END_NEEDS "host, net, port or portrange"

static const char *show(const struct sl_filter_parse *p, const struct sl_filter_token *t, char *buf)
{
	return sl_filter_show(p->text + t->at.begin, (size_t)t->at.len, buf);
}

static bool is_operator(const struct sl_filter_token *t)
{
	return t->kind == SL_TOK_AND || t->kind == SL_TOK_OR || t->kind == SL_TOK_NOT;
}

int sl_filter_fail_depth(struct sl_filter_parse *p)
{
	return sl_filter_fail(p, p->token.at, NULL, NULL, "nested more than %d deep", SL_FILTER_DEPTH_MAX);
}

/* The token alone is wrong, wherever it stands. */
static bool bad_token(struct sl_filter_parse *p)
{
	char buf[SL_FILTER_SHOW_MAX];

	show(p, &p->token, buf);
	switch (p->token.kind) {
	case SL_TOK_UNTERMINATED:
		sl_filter_fail(p, p->token.at, "add a closing \"", NULL, "a string is never closed: %s", buf);
		return true;
	case SL_TOK_STRAY:
		sl_filter_fail(p, p->token.at, *buf == '&' ? "write && or and" : "write || or or", NULL,
			       "a single \"%s\" means nothing", buf);
		return true;
	case SL_TOK_TOO_DEEP: sl_filter_fail_depth(p); return true;
	default: return false;
	}
}

static void end_without_key(struct sl_filter_parse *p)
{
	const struct sl_filter_token *end = &p->previous;
	char buf[SL_FILTER_SHOW_MAX], word[SL_FILTER_SHOW_MAX], hint[128], fix[256];
	const char *quote;

	show(p, end, buf);
	snprintf(fix, sizeof(fix), "for example: %s host 10.0.0.1, %s port 443", buf, buf);
	if (p->token.kind == SL_TOK_WORD) {
		sl_filter_word_hint(show(p, &p->token, word), hint, sizeof(hint));
		quote = strchr(hint, '"');
		if (quote && (!strncmp(quote + 1, "host ", 5) || !strncmp(quote + 1, "net ", 4) ||
			      !strncmp(quote + 1, "port", 4)))
			snprintf(fix, sizeof(fix), "did you mean \"%s %s", buf, quote + 1);
	}
	sl_filter_fail(p, end->at, fix, NULL, "\"%s\" needs %s", buf, END_NEEDS);
}

/* Something had to follow the token before. */
static bool unfinished(struct sl_filter_parse *p)
{
	const struct sl_filter_token *before = &p->previous;
	char buf[SL_FILTER_SHOW_MAX], fix[96];

	if (before->is_value)
		return false;
	show(p, before, buf);
	switch (before->kind) {
	case SL_TOK_KEY:
		snprintf(fix, sizeof(fix), "for example: %s", before->word->example);
		sl_filter_fail(p, before->at, fix, NULL, "\"%s\" needs a value", buf);
		return true;
	case SL_TOK_OP:
		sl_filter_fail(p, before->at, NULL, NULL, "\"%s\" needs a value on its right", buf);
		return true;
	case SL_TOK_SRC:
	case SL_TOK_DST: end_without_key(p); return true;
	default: return false;
	}
}

static bool missing_operand(struct sl_filter_parse *p)
{
	const struct sl_filter_token *before = &p->previous, *now = &p->token;
	char a[SL_FILTER_SHOW_MAX], b[SL_FILTER_SHOW_MAX];
	bool ends = now->kind == SL_TOK_END || now->kind == SL_TOK_CLOSE;

	if (is_operator(before) && (ends || is_operator(now)))
		sl_filter_fail(p, before->at, NULL, NULL, "nothing follows \"%s\"", show(p, before, a));
	else if (is_operator(now))
		sl_filter_fail(p, now->at, NULL, NULL, "nothing stands before \"%s\"", show(p, now, b));
	else
		return false;
	return true;
}

static bool unbalanced(struct sl_filter_parse *p)
{
	const struct sl_filter_token *before = &p->previous, *now = &p->token;
	struct sl_filter_span both = { before->at.begin, now->at.begin + now->at.len - before->at.begin };

	if (now->kind == SL_TOK_END)
		sl_filter_fail(p, p->depth ? p->open[p->depth - 1] : now->at, "add a )", NULL, "\"(\" is never closed");
	else if (now->kind == SL_TOK_CLOSE && before->kind == SL_TOK_OPEN)
		sl_filter_fail(p, both, NULL, NULL, "\"()\" has nothing inside");
	else if (now->kind == SL_TOK_CLOSE)
		sl_filter_fail(p, now->at, NULL, NULL, "\")\" closes nothing");
	else
		return false;
	return true;
}

static void list_words(char *list, size_t size)
{
	size_t k, used = (size_t)snprintf(list, size, "words are");

	for (k = 0; k < sl_filter_words_nr && used < size; k++)
		used += (size_t)snprintf(list + used, size - used, " %s", sl_filter_words[k].word);
}

static void unknown_word(struct sl_filter_parse *p)
{
	char buf[SL_FILTER_SHOW_MAX], hint[384] = "";

	show(p, &p->token, buf);
	if (p->token.kind == SL_TOK_OP) {
		sl_filter_fail(p, p->token.at, "for example: rtt > 20ms", NULL, "\"%s\" has no field on its left", buf);
		return;
	}
	if (p->token.kind == SL_TOK_WORD)
		sl_filter_word_hint(buf, hint, sizeof(hint));
	if (!*hint)
		list_words(hint, sizeof(hint));
	sl_filter_fail(p, p->token.at, hint, NULL, "unknown word %s%s%s", p->token.kind == SL_TOK_WORD ? "\"" : "", buf,
		       p->token.kind == SL_TOK_WORD ? "\"" : "");
}

void sl_filter_syntax_error(struct sl_filter_parse *p)
{
	if (bad_token(p) || unfinished(p) || missing_operand(p) || unbalanced(p))
		return;
	unknown_word(p);
}
