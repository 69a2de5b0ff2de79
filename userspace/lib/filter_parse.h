/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What scanner, grammar and term builders share during one parse. No globals: two threads may parse at once. */
#ifndef SL_FILTER_PARSE_H
#define SL_FILTER_PARSE_H

#include <setjmp.h>
#include <stddef.h>

#include "filter_node.h"

struct sl_filter_span {
	int begin; /* byte offset in the text */
	int len;
};

/* Besides SL_CMP_*: */
#define SL_FILTER_CMP_NONE 254 /* no operator: "port 80" */
#define SL_FILTER_CMP_REGEX 255

struct sl_filter_token {
	int kind;
	struct sl_filter_span at;
	uint8_t cmp;                       /* of an operator */
	bool is_value;                     /* stands where a key's value does */
	const struct sl_filter_word *word; /* NULL: not a word of the language */
};

struct sl_filter_parse {
	const char *text;
	struct sl_error *err;
	int ret;
	struct sl_filter *filter;
	void *scanner;
	jmp_buf no_memory; /* the scanner must not exit() */
	int offset;
	int depth;
	struct sl_filter_span open[SL_FILTER_DEPTH_MAX];
	struct sl_filter_token token;    /* the parser's lookahead */
	struct sl_filter_token previous; /* the one before */
	char value[SL_FILTER_TEXT_MAX + 1];
};

/* A term as the grammar found it. */
struct sl_filter_phrase {
	const struct sl_filter_word *word;
	enum sl_filter_end end;
	struct sl_filter_span end_at; /* of src or dst */
	struct sl_filter_span word_at;
	uint8_t cmp;
	struct sl_filter_span cmp_at;
	struct sl_filter_span value_at;
};

/* Marks @at, with sl_error_set()'s arguments; the first error stays. Returns p->ret, -EINVAL. */
int sl_filter_fail(struct sl_filter_parse *p, struct sl_filter_span at, const char *fix, const char *why,
		   const char *what, ...) __attribute__((format(printf, 5, 6)));
int sl_filter_fail_depth(struct sl_filter_parse *p);
int sl_filter_no_memory(struct sl_filter_parse *p);

/* The lookahead does not fit: finds the words for it. */
void sl_filter_syntax_error(struct sl_filter_parse *p);

/* The value without quotes and escapes, in p->value until the next call. */
const char *sl_filter_value(struct sl_filter_parse *p, struct sl_filter_span at);

/* Printable and not too long, for messages; @buf of SL_FILTER_SHOW_MAX bytes. */
#define SL_FILTER_SHOW_MAX 72
const char *sl_filter_show(const char *text, size_t len, char *buf);

/* Nodes; each returns NULL with the error set. What they return belongs to p->filter. */
struct sl_filter_node *sl_filter_node_term(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase);
struct sl_filter_node *sl_filter_node_join(struct sl_filter_parse *p, uint8_t op, struct sl_filter_node *left,
					   struct sl_filter_node *right);
struct sl_filter_node *sl_filter_node_not(struct sl_filter_parse *p, struct sl_filter_node *of);

/* Fills @term from @phrase. Returns 0 or p->ret with the error set. */
int sl_filter_term_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, struct sl_filter_term *term);

/* Values that need more than a number; each as sl_filter_term_make(). @value is p->value. */
int sl_filter_address_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			   struct sl_match_insn *insn);
int sl_filter_cgroup_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			  struct sl_match_insn *insn);
int sl_filter_netns_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			 struct sl_match_insn *insn);
int sl_filter_service_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			   struct sl_match_insn *insn);
int sl_filter_user_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			struct sl_match_insn *insn);
int sl_filter_state_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			 struct sl_filter_term *term);
int sl_filter_role_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			struct sl_filter_term *term);
int sl_filter_event_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			 struct sl_filter_term *term);
int sl_filter_errno_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			 struct sl_filter_term *term);
int sl_filter_comm_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			struct sl_filter_term *term);

#endif
