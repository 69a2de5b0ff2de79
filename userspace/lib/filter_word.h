/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filter language's words: one table says what each takes, so that grammar, terms, print and hints agree. */
#ifndef SL_FILTER_WORD_H
#define SL_FILTER_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure.h"

enum sl_filter_key {
	SL_KEY_TCP,
	SL_KEY_UDP,
	SL_KEY_UNIX,
	SL_KEY_IP,
	SL_KEY_IP6,
	SL_KEY_HOST,
	SL_KEY_NET,
	SL_KEY_PORT,
	SL_KEY_PORTRANGE,
	SL_KEY_LPORT,
	SL_KEY_RPORT,
	SL_KEY_STATE,
	SL_KEY_PID,
	SL_KEY_COMM,
	SL_KEY_UID,
	SL_KEY_CGROUP,
	SL_KEY_NETNS,
	SL_KEY_ROLE,
	SL_KEY_EVENT,
	SL_KEY_ERRNO,
	SL_KEY_SOCK,
	SL_KEY_LIFE,
	SL_KEY_HANDSHAKE,
	SL_KEY_ACCEPT_WAIT,
	SL_KEY_RTT,
	SL_KEY_BYTES,
	SL_KEY_BYTES_OUT,
	SL_KEY_BYTES_IN,
	SL_KEY_RETRANS,
	SL_KEY_LOST,
	SL_KEY_DROPS,
	SL_KEY_BLOCKED,
	SL_KEY_ZERO_WINDOW,
	SL_KEY_NR,
};

enum sl_filter_class { SL_WORD_PROTO, SL_WORD_KEY, SL_WORD_SRC, SL_WORD_DST, SL_WORD_AND, SL_WORD_OR, SL_WORD_NOT };

#define SL_TAKES_VALUE (1u << 0) /* "port 80" */
#define SL_TAKES_EQUAL (1u << 1) /* = == != */
#define SL_TAKES_ORDER (1u << 2) /* < <= > >= */
#define SL_TAKES_REGEX (1u << 3) /* ~ */
#define SL_TAKES_END (1u << 4)   /* src, dst */

struct sl_filter_word {
	const char *word;
	enum sl_filter_class class;
	enum sl_filter_key key; /* PROTO and KEY */
	unsigned takes;         /* SL_TAKES_* */
	enum sl_unit unit;      /* how its value is read */
	const char *example;
};

extern const struct sl_filter_word sl_filter_words[];
extern const size_t sl_filter_words_nr;

/* @len bytes at @text; case does not matter. NULL: not a word of the language. */
const struct sl_filter_word *sl_filter_word_find(const char *text, size_t len);
const struct sl_filter_word *sl_filter_word_of(enum sl_filter_key key);

/* What a word that is not one of the language was probably meant to be: text for sl_error.fix, or "". */
void sl_filter_word_hint(const char *word, char *hint, size_t size);

/* Candidates for did-you-mean: the nearest of those tried so far, if near enough. */
struct sl_filter_near {
	const char *word;
	const char *best;
	unsigned distance;
};

/* Start with near->word set, the rest zero; try each candidate (NULL is skipped); best is then the answer or NULL. */
void sl_filter_near_try(struct sl_filter_near *near, const char *candidate);

#endif
