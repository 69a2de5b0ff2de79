// SPDX-License-Identifier: GPL-2.0-or-later
/* Formats for people's lines: see text.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

char *text_digits(char *at, const char *end, uint64_t n)
{
	char digits[20];
	size_t len = 0;

	if (n < 10 && at < end) {
		*at = (char)('0' + n);
		return at + 1;
	}
	do {
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	if (len > (size_t)(end - at))
		return NULL;
	while (len)
		*at++ = digits[--len];
	return at;
}

static char *put_string(char *at, const char *end, const char *s)
{
	size_t len = strlen(s);

	if (len > (size_t)(end - at))
		return NULL;
	memcpy(at, s, len);
	return at + len;
}

/* Blanks before a string, as "%*s" has them; no width to the left. */
static char *put_padded(char *at, const char *end, int width, const char *s)
{
	size_t len = strlen(s), blanks = width > 0 && (size_t)width > len ? (size_t)width - len : 0;

	if (width < 0 || blanks > (size_t)(end - at))
		return NULL;
	memset(at, ' ', blanks);
	return put_string(at + blanks, end, s);
}

/* What begins behind the '%', and *format moves behind it; NULL: not one of the plain ones, or no room. */
static char *put_one(char *at, const char *end, const char **format, va_list *args)
{
	const char *f = *format;

	*format += f[0] == '*' || f[0] == 'l' ? 2 : 1;
	if (f[0] == 's')
		return put_string(at, end, va_arg(*args, const char *));
	if (f[0] == 'u')
		return text_digits(at, end, va_arg(*args, unsigned));
	if (f[0] == 'l' && f[1] == 'u')
		return text_digits(at, end, va_arg(*args, unsigned long));
	if (f[0] == '*' && f[1] == 's') {
		int width = va_arg(*args, int);

		return put_padded(at, end, width, va_arg(*args, const char *));
	}
	return NULL;
}

/* Strings and whole numbers, most of what is printed: at a tenth of printf()'s instructions. Returns the length; -1: it
 * takes printf(). */
static int put_plain(char *buf, size_t size, const char *format, va_list *args)
{
	char *at = buf, *end = buf + size - 1;

	while (*format && at) {
		if (*format != '%') {
			at = at < end ? at : NULL;
			if (at)
				*at++ = *format++;
			continue;
		}
		format++;
		at = put_one(at, end, &format, args);
	}
	if (!at)
		return -1;
	*at = 0;
	return (int)(at - buf);
}

static int print(char *buf, size_t size, const char *format, va_list args)
{
	va_list again;
	int n;

	va_copy(again, args);
	n = size ? put_plain(buf, size, format, &again) : -1;
	va_end(again);
	return n < 0 ? vsnprintf(buf, size, format, args) : n;
}

void text_print(char *buf, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(buf, size, format, args);
	va_end(args);
}

void text_add(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = print(t->s + t->len, sizeof(t->s) - t->len, format, args);
	va_end(args);
	if (n > 0)
		t->len += (size_t)n;
	if (t->len >= sizeof(t->s))
		t->len = sizeof(t->s) - 1;
}
