// SPDX-License-Identifier: GPL-2.0-or-later
/* The option table, its parser and its checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "../../userspace/cli/columns.h"
#include "../../userspace/cli/options.h"
#include "../../userspace/cli/options_table.h"
#include "../../userspace/cli/suggest.h"

#define ARGS_MAX 16

static char *arguments[ARGS_MAX];
static char line[512];
static struct settings set;
static struct sl_error err;

/* Splits at blanks, which no argument here has. */
static int parse(const char *text)
{
	int argc = 1;

	snprintf(line, sizeof(line), "socklife %s", text);
	arguments[0] = strtok(line, " ");
	while (argc < ARGS_MAX && (arguments[argc] = strtok(NULL, " ")))
		argc++;
	memset(&err, 0, sizeof(err));
	return options_parse(&set, argc, arguments, &err);
}

static void each_option_has_one_name_one_letter_and_a_place(void **state)
{
	(void)state;
	assert_true(option_count <= 64); /* bits of settings.given */
	for (unsigned i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];

		assert_true(o->offset < sizeof(struct settings));
		assert_true(o->commands && *o->about);
		assert_int_equal(o->kind == OPT_WORD, o->words != NULL);
		assert_int_equal(o->kind != OPT_FLAG && o->kind != OPT_COUNT, o->arg != NULL);
		assert_true(o->kind < OPT_NUMBER || o->kind > OPT_TIME || (o->min && o->min < o->max));
		for (unsigned j = 0; j < i; j++) {
			assert_string_not_equal(o->name, option_table[j].name);
			assert_int_not_equal(o->offset, option_table[j].offset);
			assert_false(o->letter && o->letter == option_table[j].letter &&
				     o->commands & option_table[j].commands);
		}
	}
}

static void options_stand_before_between_and_behind_words(void **state)
{
	(void)state;
	assert_int_equal(parse("--json trace -d 5 port --netns x 80 -q"), 0);
	assert_true(set.json);
	assert_int_equal(set.duration_ns, 5000000000);
	assert_string_equal(set.netns, "x");
	assert_int_equal(set.quiet, 1);
	assert_int_equal(set.word_count, 3);
	assert_string_equal(set.words[0], "trace");
	assert_string_equal(set.words[1], "port");
	assert_string_equal(set.words[2], "80");
	assert_null(set.command);
}

static void what_follows_two_dashes_is_the_command_untouched(void **state)
{
	(void)state;
	assert_int_equal(parse("trace tcp -- curl --json -d x"), 0);
	assert_false(set.json);
	assert_int_equal(set.word_count, 2);
	assert_string_equal(set.command[0], "curl");
	assert_string_equal(set.command[1], "--json");
	assert_string_equal(set.command[3], "x");
	assert_null(set.command[4]);
}

static void two_dashes_as_a_value_are_no_end(void **state)
{
	(void)state;
	assert_int_equal(parse("--save --"), 0);
	assert_string_equal(set.save, "--");
	assert_null(set.command);
}

static void nothing_after_two_dashes_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(parse("trace --"), -EINVAL);
	assert_int_equal(err.class, SL_ERR_USAGE);
}

static void no_options_leave_all_unset(void **state)
{
	struct settings none;

	(void)state;
	assert_int_equal(parse(""), 0);
	memset(&none, 0, sizeof(none));
	none.words = arguments;
	assert_memory_equal(&set, &none, sizeof(set));
}

static void words_of_an_option_count_from_one(void **state)
{
	(void)state;
	assert_int_equal(parse("--level calls --time none --color never --source fake"), 0);
	assert_int_equal(set.level, LEVEL_CALLS);
	assert_int_equal(set.time, TIME_NONE);
	assert_int_equal(set.colour, COLOUR_NEVER);
	assert_int_equal(set.source, SOURCE_FAKE);
}

static void letters_bundle_and_repeat(void **state)
{
	(void)state;
	assert_int_equal(parse("-vvc7 -d20ms"), 0);
	assert_int_equal(set.verbose, 2);
	assert_int_equal(set.count, 7);
	assert_int_equal(set.duration_ns, 20000000);
}

/* For each option that takes a number: its bounds are taken, one beyond is not, and the message names the option. */
static void numbers_are_taken_just_within_their_bounds(void **state)
{
	char text[96];

	(void)state;
	for (unsigned i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];
		const char *unit = o->kind == OPT_TIME ? "ns" : "";

		if (o->kind < OPT_NUMBER || o->kind > OPT_TIME)
			continue;
		snprintf(text, sizeof(text), "--%s %llu%s", o->name, (unsigned long long)o->min, unit);
		assert_int_equal(parse(text), 0);
		snprintf(text, sizeof(text), "--%s %llu%s", o->name, (unsigned long long)o->max, unit);
		assert_int_equal(parse(text), 0);
		snprintf(text, sizeof(text), "--%s %llu%s", o->name, (unsigned long long)o->max + 1, unit);
		assert_int_equal(parse(text), -EINVAL);
		assert_non_null(strstr(err.what, o->name));
		assert_non_null(strstr(err.what, "out of range"));
		snprintf(text, sizeof(text), "--%s %llu%s", o->name, (unsigned long long)o->min - 1, unit);
		assert_int_equal(parse(text), -EINVAL);
	}
}

static void every_option_with_a_value_says_when_it_is_missing(void **state)
{
	char text[64];

	(void)state;
	for (unsigned i = 0; i < option_count; i++) {
		if (!option_table[i].arg)
			continue;
		snprintf(text, sizeof(text), "--%s", option_table[i].name);
		assert_int_equal(parse(text), -EINVAL);
		assert_non_null(strstr(err.what, option_table[i].name));
		assert_non_null(strstr(err.what, "needs a value"));
	}
}

static void every_flag_refuses_a_value(void **state)
{
	char text[64];

	(void)state;
	for (unsigned i = 0; i < option_count; i++) {
		if (option_table[i].arg)
			continue;
		snprintf(text, sizeof(text), "--%s=x", option_table[i].name);
		assert_int_equal(parse(text), -EINVAL);
		assert_non_null(strstr(err.what, "takes no value"));
	}
}

static void help_lists_every_option_of_a_command_and_no_other(void **state)
{
	char *text, name[64];
	size_t size;

	(void)state;
	for (unsigned command = CMD_LIFE; command <= CMD_DIFF; command <<= 1) {
		FILE *out = open_memstream(&text, &size);

		options_help(out, command);
		fclose(out);
		for (unsigned i = 0; i < option_count; i++) {
			snprintf(name, sizeof(name), " --%s ", option_table[i].name);
			assert_int_equal(!!strstr(text, name), !!(option_table[i].commands & command));
		}
		free(text);
	}
}

static void an_option_of_another_command_is_refused(void **state)
{
	(void)state;
	assert_int_equal(parse("--columns proc"), 0);
	assert_int_equal(options_check(&set, CMD_LIFE, "life", &err), 0);
	assert_int_equal(options_check(&set, CMD_TRACE, "trace", &err), -EINVAL);
	assert_non_null(strstr(err.what, "--columns"));
	assert_non_null(strstr(err.what, "trace"));
}

static void options_that_exclude_each_other_are_both_named(void **state)
{
	(void)state;
	assert_int_equal(parse("--read a --save b"), 0);
	assert_int_equal(options_check(&set, CMD_LIFE, "life", &err), -EINVAL);
	assert_non_null(strstr(err.what, "--read"));
	assert_non_null(strstr(err.what, "--save"));
}

static void a_ring_is_a_power_of_two_and_the_nearest_are_named(void **state)
{
	(void)state;
	assert_int_equal(parse("--ring 3MiB"), 0);
	assert_int_equal(options_check(&set, CMD_LIFE, "life", &err), -EINVAL);
	assert_string_equal(err.fix, "--ring 2097152 or --ring 4194304");
	assert_int_equal(parse("--ring 4MiB"), 0);
	assert_int_equal(options_check(&set, CMD_LIFE, "life", &err), 0);
}

static const char *fruit(unsigned n)
{
	static const char *const names[] = { "apple", "pear", "plum", NULL };

	return names[n];
}

static void the_nearest_word_is_suggested_and_a_far_one_is_not(void **state)
{
	(void)state;
	assert_string_equal(suggest("aple", fruit), "apple");
	assert_string_equal(suggest("plun", fruit), "plum");
	assert_string_equal(suggest("pear", fruit), "pear");
	assert_null(suggest("kiwi", fruit));
	assert_null(suggest("", fruit));
	assert_null(suggest("an apple that is longer than any word that is known here", fruit));
}

static void columns_are_chosen_and_added_in_order_and_once(void **state)
{
	struct term term = { 0 };
	struct columns c;
	struct text t;

	(void)state;
	assert_int_equal(columns_parse(&c, "end,out,end,in", false, &err), 0);
	text_init(&t);
	columns_head(&c, &term, &t);
	assert_string_equal(t.s, " END                        OUT     IN");
	assert_int_equal(columns_parse(&c, NULL, false, &err), 0);
	assert_int_equal(columns_parse(&c, "+sock,+end", false, &err), 0);
	assert_int_equal(c.count, 11);
}

static void a_column_that_does_not_exist_is_named(void **state)
{
	struct columns c;

	(void)state;
	assert_int_equal(columns_parse(&c, "proc,rtz", false, &err), -EINVAL);
	assert_non_null(strstr(err.what, "'rtz'"));
	assert_non_null(strstr(err.fix, "rt"));
	assert_int_equal(columns_parse(&c, "proc,", false, &err), -EINVAL);
	assert_int_equal(columns_parse(&c, ",", false, &err), -EINVAL);
}

static void a_narrow_terminal_leaves_out_columns_but_never_the_ends_and_the_end(void **state)
{
	struct term term = { 0 };
	struct columns c;
	struct text t;

	(void)state;
	for (unsigned width = 200; width; width -= 10) {
		assert_int_equal(columns_parse(&c, NULL, false, &err), 0);
		columns_fit(&c, width);
		text_init(&t);
		columns_head(&c, &term, &t);
		assert_non_null(strstr(t.s, "LOCAL -> REMOTE"));
		assert_non_null(strstr(t.s, "END"));
		assert_true(text_width(t.s) <= width || c.count == 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_option_has_one_name_one_letter_and_a_place),
		cmocka_unit_test(options_stand_before_between_and_behind_words),
		cmocka_unit_test(what_follows_two_dashes_is_the_command_untouched),
		cmocka_unit_test(two_dashes_as_a_value_are_no_end),
		cmocka_unit_test(nothing_after_two_dashes_is_an_error),
		cmocka_unit_test(no_options_leave_all_unset),
		cmocka_unit_test(words_of_an_option_count_from_one),
		cmocka_unit_test(letters_bundle_and_repeat),
		cmocka_unit_test(numbers_are_taken_just_within_their_bounds),
		cmocka_unit_test(every_option_with_a_value_says_when_it_is_missing),
		cmocka_unit_test(every_flag_refuses_a_value),
		cmocka_unit_test(help_lists_every_option_of_a_command_and_no_other),
		cmocka_unit_test(an_option_of_another_command_is_refused),
		cmocka_unit_test(options_that_exclude_each_other_are_both_named),
		cmocka_unit_test(a_ring_is_a_power_of_two_and_the_nearest_are_named),
		cmocka_unit_test(the_nearest_word_is_suggested_and_a_far_one_is_not),
		cmocka_unit_test(columns_are_chosen_and_added_in_order_and_once),
		cmocka_unit_test(a_column_that_does_not_exist_is_named),
		cmocka_unit_test(a_narrow_terminal_leaves_out_columns_but_never_the_ends_and_the_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
