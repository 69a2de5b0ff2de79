// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON writer: see json.h. Strings come from programs' names and from command lines, so any bytes may come: what is
 * not UTF-8 (RFC 3629) is replaced by U+FFFD, one for each byte, and control characters are escaped (RFC 8259 7).
 */
#include "json.h"

#include <assert.h>
#include <inttypes.h>
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
	case '\n': fputs("\\n", out); break;
	case '\t': fputs("\\t", out); break;
	default:
		if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
}

static void quoted(FILE *out, const char *text, size_t size)
{
	const unsigned char *p = (const unsigned char *)text;

	fputc('"', out);
	while (size && *p) {
		size_t n = sequence(p, size);

		if (n == 1)
			ascii(out, *p);
		else if (n)
			fwrite(p, 1, n, out);
		else
			fputs("\\ufffd", out);
		p += n ? n : 1;
		size -= n ? n : 1;
	}
	fputc('"', out);
}

/* What stands before every value: the comma of its level, then its key. */
static void lead(struct sl_json *json, const char *key)
{
	if (json->comma & 1u << json->depth)
		fputc(',', json->out);
	json->comma |= 1u << json->depth;
	if (!key)
		return;
	quoted(json->out, key, SIZE_MAX);
	fputc(':', json->out);
}

static void open_level(struct sl_json *json, const char *key, bool array)
{
	assert(json->depth < SL_JSON_DEPTH);
	lead(json, key);
	json->depth++;
	json->comma &= ~(1u << json->depth);
	json->array &= ~(1u << json->depth);
	json->array |= (uint32_t)array << json->depth;
	fputc(array ? '[' : '{', json->out);
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
	fputc(json->array & 1u << json->depth ? ']' : '}', json->out);
	json->depth--;
}

void sl_json_line(struct sl_json *json)
{
	while (json->depth)
		sl_json_end(json);
	json->comma = 0;
	fputc('\n', json->out);
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
	fputs(value ? "true" : "false", json->out);
}

void sl_json_uint(struct sl_json *json, const char *key, uint64_t value)
{
	lead(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void sl_json_int(struct sl_json *json, const char *key, int64_t value)
{
	lead(json, key);
	fprintf(json->out, "%" PRId64, value);
}

void sl_json_hex(struct sl_json *json, const char *key, uint64_t value)
{
	lead(json, key);
	fprintf(json->out, "\"%" PRIx64 "\"", value);
}

void sl_json_digits(struct sl_json *json, const char *key, int64_t value)
{
	lead(json, key);
	fprintf(json->out, "\"%" PRId64 "\"", value);
}

void sl_json_micros(struct sl_json *json, const char *key, int64_t ns)
{
	uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

	lead(json, key);
	fprintf(json->out, "%s%" PRIu64 ".%03u", ns < 0 ? "-" : "", size / 1000, (unsigned)(size % 1000));
}

void sl_json_seconds(struct sl_json *json, const char *key, uint64_t ns)
{
	lead(json, key);
	fprintf(json->out, "%" PRIu64 ".%06u", ns / 1000000000, (unsigned)(ns % 1000000000 / 1000));
}
