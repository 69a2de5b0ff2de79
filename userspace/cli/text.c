// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of output while it is put together: see text.h. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

void text_init(struct text *t)
{
	t->len = 0;
	t->s[0] = 0;
}

void text_add(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->s + t->len, sizeof(t->s) - t->len, format, args);
	va_end(args);
	if (n > 0)
		t->len += (size_t)n;
	if (t->len >= sizeof(t->s))
		t->len = sizeof(t->s) - 1;
}

void text_add_foreign(struct text *t, const char *s, size_t size)
{
	for (size_t i = 0; i < size && s[i]; i++)
		text_add(t, "%c", s[i] < 0x20 || s[i] > 0x7e ? '?' : s[i]);
}

unsigned text_width(const char *s)
{
	unsigned n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

void text_fill(struct text *t, size_t from, unsigned width)
{
	unsigned is = text_width(t->s + from);

	if (is < width)
		text_add(t, "%*s", (int)(width - is), "");
}
