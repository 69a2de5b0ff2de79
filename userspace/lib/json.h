/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A JSON writer for streams: each call writes at once, nothing is allocated and nothing is kept but the nesting. The
 * caller opens what it closes; a key is NULL inside an array and at the top. Errors stay in the FILE (ferror), which no
 * other thread may use meanwhile.
 */
#ifndef SL_JSON_H
#define SL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SL_JSON_DEPTH 31 /* deepest nesting; what would be deeper is a bug of the caller */

struct sl_json {
	FILE *out;
	uint32_t comma; /* bit n: level n already has an element */
	uint32_t array; /* bit n: level n is an array */
	unsigned depth;
};

void sl_json_init(struct sl_json *json, FILE *out); /* out is borrowed */

void sl_json_object(struct sl_json *json, const char *key);
void sl_json_array(struct sl_json *json, const char *key);
void sl_json_end(struct sl_json *json);  /* closes the innermost object or array */
void sl_json_line(struct sl_json *json); /* closes all that is open and ends the line: one record of JSON Lines */

void sl_json_string(struct sl_json *json, const char *key, const char *text); /* NULL: writes nothing */
/* At most size bytes, up to the first NUL: for fixed arrays such as a comm. */
void sl_json_text(struct sl_json *json, const char *key, const char *text, size_t size);
void sl_json_bool(struct sl_json *json, const char *key, bool value);
void sl_json_uint(struct sl_json *json, const char *key, uint64_t value);
void sl_json_int(struct sl_json *json, const char *key, int64_t value);
void sl_json_hex(struct sl_json *json, const char *key, uint64_t value); /* a string, as ss -e prints cookies */
/* Digits in a string: nanoseconds since 1970 exceed what readers that use doubles can hold. */
void sl_json_digits(struct sl_json *json, const char *key, int64_t value);
void sl_json_micros(struct sl_json *json, const char *key, int64_t ns);   /* a number of us with three decimals */
void sl_json_seconds(struct sl_json *json, const char *key, uint64_t ns); /* a number of s with six decimals */

#endif
