// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON writer: see json.h. Strings come from programs' names and from command lines, so any bytes may come: what is
 * not UTF-8 (RFC 3629) is replaced by U+FFFD, one for each byte, and control characters are escaped (RFC 8259 7).
 */
#include "json.h"

#include <assert.h>
#include <string.h>

void sl_json_init(struct sl_json *json, FILE *out)
{
	*json = (struct sl_json){ .out = out };
}

/* The length of the UTF-8 sequence at p, at most left bytes; 0: there is none. */
static size_t sequence(const unsigned char *p, size_t left)
{
	size_t size = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

	if (!size || size > left)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90))
		return 0; /* longer than needed */
	if ((p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0; /* a surrogate; past U+10FFFF */
	return size;
}

static void ascii(FILE *out, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\': fprintf(out, "\\%c", c); break;
	case '\n': fputs_unlocked("\\n", out); break;
	case '\t': fputs_unlocked("\\t", out); break;
	default:
		if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc_unlocked(c, out);
	}
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Most text is plain: that goes out in one piece. Returns its length. */
static size_t plain(FILE *out, const unsigned char *p, size_t size)
{
	size_t n = 0;

	while (n < size && is_plain(p[n]))
		n++;
	fwrite_unlocked(p, 1, n, out);
	return n;
}

/* One character of UTF-8, or one byte that is none. Returns the bytes taken. */
static size_t character(FILE *out, const unsigned char *p, size_t size)
{
	size_t n = sequence(p, size);

	if (n == 1)
		ascii(out, *p);
	else if (n)
		fwrite_unlocked(p, 1, n, out);
	else
		fputs_unlocked("\\ufffd", out);
	return n ? n : 1;
}

static void quoted(FILE *out, const char *text, size_t size)
{
	const unsigned char *p = (const unsigned char *)text, *end;

	size = strnlen(text, size);
	end = p + size;
	fputc_unlocked('"', out);
	for (p += plain(out, p, size); p < end; p += plain(out, p, (size_t)(end - p)))
		p += character(out, p, (size_t)(end - p));
	fputc_unlocked('"', out);
}

/* Digits by hand: a record has some hundred numbers, and printf would take most of its time. */
static void number(FILE *out, uint64_t value, unsigned base)
{
	char digits[24], *p = digits + sizeof(digits);

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	fwrite_unlocked(p, 1, (size_t)(digits + sizeof(digits) - p), out);
}

/* Returns the value's size. */
static uint64_t sign(FILE *out, int64_t value)
{
	if (value >= 0)
		return (uint64_t)value;
	fputc_unlocked('-', out);
	return -(uint64_t)value;
}

/* The fraction has as many digits as scale has zeros. */
static void fixed(FILE *out, uint64_t value, unsigned scale)
{
	number(out, value / scale, 10);
	fputc_unlocked('.', out);
	for (unsigned rest = (unsigned)(value % scale), at = scale / 10; at; rest %= at, at /= 10)
		fputc_unlocked('0' + (int)(rest / at), out);
}

/* What stands before every value: the comma of its level, then its key. */
static void lead(struct sl_json *json, const char *key)
{
	if (json->comma & 1u << json->depth)
		fputc_unlocked(',', json->out);
	json->comma |= 1u << json->depth;
	if (!key)
		return;
	quoted(json->out, key, SIZE_MAX);
	fputc_unlocked(':', json->out);
}

static void open_level(struct sl_json *json, const char *key, bool array)
{
	assert(json->depth < SL_JSON_DEPTH);
	lead(json, key);
	json->depth++;
	json->comma &= ~(1u << json->depth);
	json->array &= ~(1u << json->depth);
	json->array |= (uint32_t)array << json->depth;
	fputc_unlocked(array ? '[' : '{', json->out);
}

void sl_json_object(struct sl_json *json, const char *key)
{
	open_level(json, key, false);
}

void sl_json_array(struct sl_json *json, const char *key)
{
	open_level(json, key, true);
}

void sl_json_end(struct sl_json *json)
{
	assert(json->depth);
	fputc_unlocked(json->array & 1u << json->depth ? ']' : '}', json->out);
	json->depth--;
}

void sl_json_line(struct sl_json *json)
{
	while (json->depth)
		sl_json_end(json);
	json->comma = 0;
	fputc_unlocked('\n', json->out);
}

void sl_json_string(struct sl_json *json, const char *key, const char *text)
{
	if (text)
		sl_json_text(json, key, text, SIZE_MAX);
}

void sl_json_text(struct sl_json *json, const char *key, const char *text, size_t size)
{
	lead(json, key);
	quoted(json->out, text, size);
}

void sl_json_bool(struct sl_json *json, const char *key, bool value)
{
	lead(json, key);
	fputs_unlocked(value ? "true" : "false", json->out);
}

void sl_json_uint(struct sl_json *json, const char *key, uint64_t value)
{
	lead(json, key);
	number(json->out, value, 10);
}

void sl_json_int(struct sl_json *json, const char *key, int64_t value)
{
	lead(json, key);
	number(json->out, sign(json->out, value), 10);
}

void sl_json_hex(struct sl_json *json, const char *key, uint64_t value)
{
	lead(json, key);
	fputc_unlocked('"', json->out);
	number(json->out, value, 16);
	fputc_unlocked('"', json->out);
}

void sl_json_digits(struct sl_json *json, const char *key, int64_t value)
{
	lead(json, key);
	fputc_unlocked('"', json->out);
	number(json->out, sign(json->out, value), 10);
	fputc_unlocked('"', json->out);
}

void sl_json_micros(struct sl_json *json, const char *key, int64_t ns)
{
	lead(json, key);
	fixed(json->out, sign(json->out, ns), 1000);
}

void sl_json_seconds(struct sl_json *json, const char *key, uint64_t ns)
{
	lead(json, key);
	fixed(json->out, ns / 1000, 1000000);
}
