/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter language: pcap's words, ss' states, and comparisons. Parsed once; what the kernel can decide becomes a
 * struct sl_match, and the whole is evaluated by the reader over lives and events. "not" binds tighter than "and",
 * "and" tighter than "or"; terms side by side are joined by "and". "src" is this socket's own end, "dst" the remote one,
 * and without either it may be any of the two. "ip" and "ip6" are the socket's family; host and net take an IPv4-mapped
 * address as IPv4. "X != v" of an identity is "not X v". A fact that will never be known makes no term true.
 */
#ifndef SL_FILTER_H
#define SL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/abi.h"
#include "../../core/match.h"
#include "error.h"

struct sl_filter;

/**
 * sl_filter_parse() - text to filter
 * @filter: result, owned by the caller, sl_filter_destroy()
 * @text: an empty text or only blanks: everything matches
 * @err: filled on error: what, why, fix (did you mean), and column and width for the caret
 *
 * Returns 0, -EINVAL (bad text) or -ENOMEM.
 */
int sl_filter_parse(struct sl_filter **filter, const char *text, struct sl_error *err);
void sl_filter_destroy(struct sl_filter *filter);

/* What the kernel may decide. A filter that needs more than SL_MATCH_MAX instructions gives a program that rules out
 * less (never more), and *whole becomes false, as it does when a term is the reader's. */
void sl_filter_match(const struct sl_filter *filter, struct sl_match *match, bool *whole);

/* True if the filter looks only at one socket's identity, so that its verdict holds for each of its events. */
bool sl_filter_is_identity(const struct sl_filter *filter);

/* The socket that whatever matches must be; 0: it may be any. */
uint64_t sl_filter_cookie(const struct sl_filter *filter);

/* True if what sl_filter_match() gives, asked of one end of a connection, holds for the other end too. */
bool sl_filter_is_mutual(const struct sl_filter *filter);

/* The reader's verdict, SL_TRI_*. life may be NULL (unknown yet); ev is the event at hand or NULL; final: the life has
 * ended, so nothing more will become known. Terms about events are MAYBE when ev is NULL and life is not final. */
int sl_filter_eval(const struct sl_filter *filter, const struct sl_ident *id, const struct sl_life *life,
		   const struct sl_event *ev, bool final);

/* The parsed filter, normalised, fully parenthesised; for `explain-filter` and tests. Returns the length as snprintf. */
int sl_filter_print(const struct sl_filter *filter, char *buf, size_t size);

/* The same in words, for people: a line for each term, "meaning<TAB>who decides it", indented below "all of", "any of" and
 * "not". Returns the length as snprintf. */
int sl_filter_explain(const struct sl_filter *filter, char *buf, size_t size);

#endif
