// SPDX-License-Identifier: GPL-2.0-or-later
/* The JSON writer: what it writes is compared as text, and read back by jansson, which has its own opinion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "json.h"

struct page {
	struct sl_json json;
	char *text;
	size_t size;
};

static void page_open(struct page *p)
{
	sl_json_init(&p->json, open_memstream(&p->text, &p->size));
	assert_non_null(p->json.out);
}

/* Ends the line and compares all of it. */
static void page_is(struct page *p, const char *expected)
{
	sl_json_line(&p->json);
	fclose(p->json.out);
	assert_string_equal(p->text, expected);
	free(p->text);
}

static void commas_and_nesting(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	sl_json_object(&p.json, NULL);
	sl_json_uint(&p.json, "a", 1);
	sl_json_array(&p.json, "b");
	sl_json_uint(&p.json, NULL, 2);
	sl_json_object(&p.json, NULL);
	sl_json_end(&p.json);
	sl_json_object(&p.json, NULL);
	sl_json_bool(&p.json, "c", true);
	sl_json_bool(&p.json, "d", false);
	sl_json_end(&p.json);
	sl_json_end(&p.json);
	sl_json_string(&p.json, "e", "x");
	page_is(&p, "{\"a\":1,\"b\":[2,{},{\"c\":true,\"d\":false}],\"e\":\"x\"}\n");
}

static void a_line_closes_all_and_the_next_begins_afresh(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	sl_json_object(&p.json, NULL);
	sl_json_array(&p.json, "a");
	sl_json_object(&p.json, NULL);
	sl_json_line(&p.json);
	assert_int_equal(p.json.depth, 0);
	sl_json_object(&p.json, NULL);
	sl_json_int(&p.json, "b", -1);
	page_is(&p, "{\"a\":[{}]}\n{\"b\":-1}\n");
}

static void numbers_at_their_limits(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	sl_json_object(&p.json, NULL);
	sl_json_uint(&p.json, "u", UINT64_MAX);
	sl_json_int(&p.json, "i", INT64_MIN);
	sl_json_hex(&p.json, "h", UINT64_MAX);
	sl_json_digits(&p.json, "d", 1795352400123456789);
	page_is(&p, "{\"u\":18446744073709551615,\"i\":-9223372036854775808,\"h\":\"ffffffffffffffff\","
		    "\"d\":\"1795352400123456789\"}\n");
}

static void microseconds_keep_their_nanoseconds(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	sl_json_array(&p.json, NULL);
	sl_json_micros(&p.json, NULL, 0);
	sl_json_micros(&p.json, NULL, 1);
	sl_json_micros(&p.json, NULL, 1001);
	sl_json_micros(&p.json, NULL, -19500);
	sl_json_micros(&p.json, NULL, INT64_MIN);
	sl_json_seconds(&p.json, NULL, 1500000999);
	page_is(&p, "[0.000,0.001,1.001,-19.500,-9223372036854775.808,1.500000]\n");
}

static void quotes_and_controls_are_escaped(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	sl_json_string(&p.json, NULL, "a\"b\\c\n\t\x01\x1f\x7f/");
	page_is(&p, "\"a\\\"b\\\\c\\n\\t\\u0001\\u001f\\u007f/\"\n");
}

static void a_key_is_escaped_too(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	sl_json_object(&p.json, NULL);
	sl_json_uint(&p.json, "a\"\n", 1);
	page_is(&p, "{\"a\\\"\\n\":1}\n");
}

static void what_is_not_utf8_is_replaced_byte_by_byte(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" }, /* two bytes */
		{ "\xe2\x86\x92", "\xe2\x86\x92" },             /* three */
		{ "\xf0\x9f\x90\x9f", "\xf0\x9f\x90\x9f" },     /* four */
		{ "a\xff"
		  "b",
		  "a\\ufffdb" },                                        /* never a byte of UTF-8 */
		{ "\x80", "\\ufffd" },                                  /* a continuation alone */
		{ "\xc0\xaf", "\\ufffd\\ufffd" },                       /* longer than needed */
		{ "\xe0\x80\xaf", "\\ufffd\\ufffd\\ufffd" },            /* the same in three */
		{ "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd" },            /* a surrogate */
		{ "\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd" }, /* past U+10FFFF */
		{ "x\xe2\x86", "x\\ufffd\\ufffd" },                     /* cut off by the end */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char expected[128];
		struct page p;

		page_open(&p);
		sl_json_string(&p.json, NULL, cases[i].in);
		snprintf(expected, sizeof(expected), "\"%s\"\n", cases[i].out);
		page_is(&p, expected);
	}
}

static void a_fixed_array_needs_no_terminator(void **state)
{
	const char full[4] = { 'a', 'b', 'c', 'd' }, split[4] = { 'a', '\xe2', '\x86', '\x92' };
	struct page p;

	(void)state;
	page_open(&p);
	sl_json_array(&p.json, NULL);
	sl_json_text(&p.json, NULL, full, sizeof(full));
	sl_json_text(&p.json, NULL, "ab\0cd", 5);
	sl_json_text(&p.json, NULL, split, 3); /* the array ends within a character */
	page_is(&p, "[\"abcd\",\"ab\",\"a\\ufffd\\ufffd\"]\n");
}

static void a_null_string_is_absent(void **state)
{
	struct page p;

	(void)state;
	page_open(&p);
	sl_json_object(&p.json, NULL);
	sl_json_string(&p.json, "a", NULL);
	sl_json_string(&p.json, "b", "");
	page_is(&p, "{\"b\":\"\"}\n");
}

static void every_byte_pair_gives_json_that_a_parser_takes(void **state)
{
	(void)state;
	for (unsigned pair = 0; pair < 65536; pair++) {
		const char bytes[2] = { (char)(pair >> 8), (char)pair };
		struct page p;
		json_t *read;

		page_open(&p);
		sl_json_object(&p.json, NULL);
		sl_json_text(&p.json, "k", bytes, sizeof(bytes));
		sl_json_line(&p.json);
		fclose(p.json.out);
		read = json_loads(p.text, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(read);
		json_decref(read);
		free(p.text);
	}
}

static void the_deepest_nesting_is_closed(void **state)
{
	struct page p;
	json_t *read;

	(void)state;
	page_open(&p);
	for (int i = 0; i < SL_JSON_DEPTH; i++)
		sl_json_array(&p.json, NULL);
	sl_json_line(&p.json);
	fclose(p.json.out);
	read = json_loads(p.text, 0, NULL);
	assert_non_null(read);
	json_decref(read);
	free(p.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_and_nesting),
		cmocka_unit_test(a_line_closes_all_and_the_next_begins_afresh),
		cmocka_unit_test(numbers_at_their_limits),
		cmocka_unit_test(microseconds_keep_their_nanoseconds),
		cmocka_unit_test(quotes_and_controls_are_escaped),
		cmocka_unit_test(a_key_is_escaped_too),
		cmocka_unit_test(what_is_not_utf8_is_replaced_byte_by_byte),
		cmocka_unit_test(a_fixed_array_needs_no_terminator),
		cmocka_unit_test(a_null_string_is_absent),
		cmocka_unit_test(every_byte_pair_gives_json_that_a_parser_takes),
		cmocka_unit_test(the_deepest_nesting_is_closed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
