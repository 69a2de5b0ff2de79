/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of output while it is put together: bounded, cut at its end rather than overrun. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stddef.h>

struct text {
	size_t len;
	char s[1024];
};

void text_init(struct text *t);
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What another program chose, such as its name: bytes that could steer a terminal become '?'. */
void text_add_foreign(struct text *t, const char *s, size_t size);
/* Blanks up to a width, counted from byte `from` in characters on the screen. */
void text_fill(struct text *t, size_t from, unsigned width);
/* Characters on the screen, for UTF-8 text of single-width characters. */
unsigned text_width(const char *s);

#endif
