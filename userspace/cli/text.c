// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of output while it is put together: see text.h. */
#include "text.h"

#include <string.h>
#include <wchar.h>

void text_init(struct text *t)
{
	t->len = 0;
	t->s[0] = 0;
}

void text_add_foreign(struct text *t, const char *s, size_t size)
{
	for (size_t i = 0; i < size && s[i] && t->len + 1 < sizeof(t->s); i++)
		t->s[t->len++] = (char)(s[i] < 0x20 || s[i] > 0x7e ? '?' : s[i]);
	t->s[t->len] = 0;
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

/* Eight bytes at once, where all are ASCII. */
static unsigned width_of(const char *s, size_t len)
{
	const char *end = s + len;
	unsigned n = 0, columns;
	uint64_t bytes;

	while (s < end) {
		if (end - s >= (ptrdiff_t)sizeof(bytes)) {
			memcpy(&bytes, s, sizeof(bytes));
			if (!(bytes & 0x8080808080808080)) {
				s += sizeof(bytes);
				n += sizeof(bytes);
				continue;
			}
		}
		columns = 1;
		s += *s > 0 ? 1 : text_character(s, &columns);
		n += columns;
	}
	return n;
}

unsigned text_width(const char *s)
{
	return width_of(s, strlen(s));
}

static size_t room(const struct text *t, size_t len)
{
	size_t left = sizeof(t->s) - 1 - t->len;

	return len < left ? len : left;
}

void text_string(struct text *t, const char *s)
{
	size_t len = room(t, strlen(s));

	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = 0;
}

void text_number(struct text *t, uint64_t n)
{
	char *end = text_digits(t->s + t->len, t->s + sizeof(t->s) - 1, n);

	if (end)
		t->len = (size_t)(end - t->s);
	t->s[t->len] = 0;
}

void text_blank(struct text *t, unsigned count)
{
	size_t len = room(t, count);

	memset(t->s + t->len, ' ', len);
	t->len += len;
	t->s[t->len] = 0;
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
	unsigned is = width_of(t->s + from, t->len - from);

	if (is < width)
		text_blank(t, width - is);
}

void text_indent(struct text *t, size_t from, unsigned width)
{
	size_t len = t->len - from;
	unsigned is = width_of(t->s + from, len), pad = is < width ? width - is : 0;

	if (!pad || room(t, pad) < pad)
		return;
	memmove(t->s + from + pad, t->s + from, len + 1);
	memset(t->s + from, ' ', pad);
	t->len += pad;
}
