// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of output while it is put together: see text.h. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

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

/* One character by its first byte; a byte that begins none stands for itself. */
static size_t decode(const char *s, wchar_t *c)
{
	unsigned char lead = (unsigned char)s[0];
	size_t size = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;

	*c = size == 1 ? lead : lead & (0x7f >> size);
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return size;
}

size_t text_character(const char *s, unsigned *columns)
{
	wchar_t c;
	size_t size = decode(s, &c);
	int width = wcwidth(c);

	*columns = width < 0 ? 1 : (unsigned)width;
	return size;
}

unsigned text_width(const char *s)
{
	unsigned n = 0, columns;

	while (*s) {
		s += text_character(s, &columns);
		n += columns;
	}
	return n;
}

void text_add_cut(struct text *t, const char *s, unsigned columns, bool utf8)
{
	const char *dots = utf8 ? "…" : "..";
	unsigned room = text_width(dots), width;

	if (text_width(s) <= columns) {
		text_add(t, "%s", s);
		return;
	}
	while (*s) {
		size_t size = text_character(s, &width);

		if (width + room > columns)
			break;
		text_add(t, "%.*s", (int)size, s);
		columns -= width;
		s += size;
	}
	if (room <= columns)
		text_add(t, "%s", dots);
}

void text_copy(char *to, size_t size, const struct text *t)
{
	size_t len = t->len < size ? t->len : size - 1;

	while (len < t->len && len && (t->s[len] & 0xc0) == 0x80)
		len--;
	memcpy(to, t->s, len);
	to[len] = 0;
}

void text_fill(struct text *t, size_t from, unsigned width)
{
	unsigned is = text_width(t->s + from);

	if (is < width)
		text_add(t, "%*s", (int)(width - is), "");
}
