/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of output while it is put together: bounded, cut at its end rather than overrun. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	size_t len;
	char s[2048];
};

void text_init(struct text *t);
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_string(struct text *t, const char *s);
void text_number(struct text *t, uint64_t n);
void text_blank(struct text *t, unsigned count);
/* The digits of a number, from `at` on; returns their end, or NULL if they do not fit before `end`. */
char *text_digits(char *at, const char *end, uint64_t n);
/* snprintf(), and as text_add() fast where there are only %s, %u, %lu and %*s. */
void text_print(char *buf, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What another program chose, such as its name: bytes that could steer a terminal become '?'. */
void text_add_foreign(struct text *t, const char *s, size_t size);
/* Into a field of fixed size, cut between characters. */
void text_copy(char *to, size_t size, const struct text *t);
/* Blanks up to a width, counted from byte `from` in characters on the screen. */
void text_fill(struct text *t, size_t from, unsigned width);
/* The same, before what stands there. */
void text_indent(struct text *t, size_t from, unsigned width);
/* Columns on the screen of UTF-8 text. */
unsigned text_width(const char *s);
/* The bytes of the first character, never 0, and its columns: 0 to 2; 1 if the locale does not know it. */
size_t text_character(const char *s, unsigned *columns);
/* At most so many columns of it, with an ellipsis in place of what is cut. */
void text_add_cut(struct text *t, const char *s, unsigned columns, bool utf8);

#endif
