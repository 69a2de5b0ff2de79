// SPDX-License-Identifier: GPL-2.0-or-later
/* The parser: see options.h. The table: options_table.c; the checks of options against each other: conflicts.c. */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "human.h"
#include "number.h"
#include "options_table.h"
#include "suggest.h"

/* getopt gives 1 for a word; a long option is LONG_BASE + its index. */
#define LONG_BASE 256

struct getopt_tables {
	char letters[3 + 2 * OPTION_MAX];
	struct option names[OPTION_MAX + 1];
};

static void tables_init(struct getopt_tables *t)
{
	char *p = t->letters;

	memset(t, 0, sizeof(*t));
	*p++ = '-'; /* words come in their place, as values of option 1 */
	*p++ = ':'; /* a missing value is told from an unknown option */
	for (unsigned i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];

		t->names[i] =
			(struct option){ o->name, o->arg ? required_argument : no_argument, NULL, LONG_BASE + (int)i };
		if (!o->letter || strchr(t->letters, o->letter))
			continue;
		*p++ = o->letter;
		if (o->arg)
			*p++ = ':';
	}
}

static const struct option_spec *option_of(int code)
{
	if (code >= LONG_BASE && code < LONG_BASE + (int)option_count)
		return &option_table[code - LONG_BASE];
	for (unsigned i = 0; i < option_count; i++) {
		if (option_table[i].letter && option_table[i].letter == code)
			return &option_table[i];
	}
	return NULL;
}

static const char *option_name(unsigned n)
{
	return n < option_count ? option_table[n].name : NULL;
}

static int unknown_option(const char *text, struct sl_error *err)
{
	char name[64], fix[160];
	const char *near;

	if (!strncmp(text, "--", 2) && strlen(text) > 2) {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(text + 2, "="), text + 2);
		near = suggest(name, option_name);
		if (near)
			snprintf(fix, sizeof(fix), "did you mean --%s?", near);
		else
			snprintf(fix, sizeof(fix), "socklife --help lists all options");
		for (unsigned i = 0; i < option_count; i++) {
			if (!strncmp(option_table[i].name, name, strlen(name)))
				return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, "more than one option begins so",
						    "option --%s is ambiguous", name);
		}
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, "there is no such option", "unknown option --%s",
				    name);
	}
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "socklife --help lists all options",
			    isdigit((unsigned char)text[1]) ? "it looks like a number, but none is negative here"
							    : "there is no such option",
			    "unknown option %.40s", text);
}

/* getopt said '?': a letter or name that is unknown, or a value for an option that takes none. */
static int bad_option(int code, const char *text, struct sl_error *err)
{
	const struct option_spec *o = option_of(code);
	char letter[] = { '-', (char)code, 0 }, fix[96];

	if (!o || code < LONG_BASE)
		return unknown_option(code > 0 && code < LONG_BASE ? letter : text, err);
	snprintf(fix, sizeof(fix), "--%s", o->name);
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, "this option is on or off", "option --%s takes no value",
			    o->name);
}

static int missing_value(int code, struct sl_error *err)
{
	const struct option_spec *o = option_of(code);
	char why[200], fix[96];

	snprintf(why, sizeof(why), "its %s is missing: %s", o->arg, o->about);
	snprintf(fix, sizeof(fix), "--%s %s", o->name, o->arg);
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, why, "option --%s needs a value", o->name);
}

/* The bounds of an option, in the units that its value may be given in. */
static void bounds(const struct option_spec *o, char *buf, size_t size)
{
	char lo[32], hi[32];

	if (o->kind == OPT_TIME) {
		human_time(lo, sizeof(lo), o->min, false);
		human_time(hi, sizeof(hi), o->max, false);
	} else if (o->kind == OPT_BYTES) {
		human_bytes(lo, sizeof(lo), o->min);
		human_bytes(hi, sizeof(hi), o->max);
	} else {
		snprintf(lo, sizeof(lo), "%llu", (unsigned long long)o->min);
		snprintf(hi, sizeof(hi), "%llu", (unsigned long long)o->max);
	}
	snprintf(buf, size, "allowed is %s to %s", lo, hi);
}

static int bad_number(const struct option_spec *o, const char *text, int ret, struct sl_error *err)
{
	static const struct {
		const char *is, *why, *example;
	} kinds[] = {
		[OPT_NUMBER] = { "a number", "digits are expected, without sign or unit", "100" },
		[OPT_BYTES] = { "a size", "a number of bytes is expected, with or without k, KiB, MiB, GiB", "1MiB" },
		[OPT_TIME] = { "a time", "a number is expected, with us, ms, s, m or h; without a unit: seconds",
			       "5s" },
	};
	char why[120], fix[96];

	snprintf(fix, sizeof(fix), "--%s %s", o->name, kinds[o->kind].example);
	if (ret == -ERANGE) {
		bounds(o, why, sizeof(why));
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, why, "--%s: %.80s is out of range", o->name, text);
	}
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, kinds[o->kind].why, "--%s: '%.80s' is not %s", o->name,
			    text, kinds[o->kind].is);
}

static int take_number(void *at, const struct option_spec *o, const char *text, struct sl_error *err)
{
	uint64_t value = 0;
	int ret;

	if (o->kind == OPT_TIME)
		ret = sl_number_ns(text, o->min, o->max, &value);
	else if (o->kind == OPT_BYTES)
		ret = sl_number_bytes(text, o->min, o->max, &value);
	else
		ret = sl_number_parse(text, o->min, o->max, &value);
	if (ret)
		return bad_number(o, text, ret, err);
	memcpy(at, &value, sizeof(value));
	return 0;
}

static int take_word(unsigned *at, const struct option_spec *o, const char *text, struct sl_error *err)
{
	char list[128] = "", fix[96];
	size_t len = 0;

	for (unsigned i = 0; o->words[i]; i++) {
		if (!strcmp(text, o->words[i])) {
			*at = i + 1;
			return 0;
		}
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i ? ", " : "one of ", o->words[i]);
	}
	snprintf(fix, sizeof(fix), "--%s %s", o->name, o->words[0]);
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, list, "--%s: unknown word '%.80s'", o->name, text);
}

static int take_text(const char **at, const struct option_spec *o, const char *text, struct sl_error *err)
{
	char fix[96];

	if (*text) {
		*at = text;
		return 0;
	}
	snprintf(fix, sizeof(fix), "--%s %s", o->name, o->arg);
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, "its value is empty", "--%s: an empty %s", o->name,
			    o->arg);
}

static int take(struct settings *set, int code, const char *text, struct sl_error *err)
{
	const struct option_spec *o = option_of(code);
	void *at = (char *)set + o->offset;

	set->given |= 1ULL << (o - option_table);
	if (code < LONG_BASE)
		set->by_letter |= 1ULL << (o - option_table);
	switch (o->kind) {
	case OPT_FLAG: *(bool *)at = true; return 0;
	case OPT_COUNT: ++*(unsigned *)at; return 0;
	case OPT_TEXT: return take_text(at, o, text, err);
	case OPT_WORD: return take_word(at, o, text, err);
	default: return take_number(at, o, text, err);
	}
}

void options_read(struct settings *set, const char *file)
{
	set->read = file;
	for (unsigned i = 0; i < option_count; i++)
		set->given |= (uint64_t)!strcmp(option_table[i].name, "read") << i;
}

void options_settle(struct settings *set, unsigned command)
{
	for (unsigned i = 0; i < option_count; i++) {
		const struct option_spec *was = &option_table[i];
		const char **from = (void *)((char *)set + was->offset);

		if (!(set->by_letter & 1ULL << i) || was->commands & command)
			continue;
		for (unsigned j = 0; j < option_count; j++) {
			const struct option_spec *is = &option_table[j];

			if (is->letter != was->letter || is->kind != OPT_TEXT || !(is->commands & command))
				continue;
			*(const char **)((char *)set + is->offset) = *from;
			*from = NULL;
			set->given = (set->given & ~(1ULL << i)) | 1ULL << j;
			break;
		}
	}
}

static int take_command(struct settings *set, char **command, struct sl_error *err)
{
	if (*command && **command) {
		set->command = command;
		return 0;
	}
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "socklife trace -- curl http://127.0.0.1/",
			    "a command must follow", "nothing after --");
}

int options_parse(struct settings *set, int argc, char **argv, struct sl_error *err)
{
	struct getopt_tables tables;
	int code, ret = 0, before = 1;

	memset(set, 0, sizeof(*set));
	set->words = argv;
	tables_init(&tables);
	opterr = 0;
	optind = 0; /* glibc: begin anew */
	while (!ret && (code = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		if (code == 1)
			argv[set->word_count++] = optarg; /* never past what was read already */
		else if (code == '?')
			ret = bad_option(optopt, argv[optind - 1], err);
		else if (code == ':')
			ret = missing_value(optopt, err);
		else
			ret = take(set, code, optarg, err);
		before = optind;
	}
	if (!ret && optind == before + 1 && !strcmp(argv[before], "--"))
		ret = take_command(set, argv + optind, err);
	return ret;
}

static void help_option(FILE *out, const struct option_spec *o)
{
	char left[64];
	int len;

	len = snprintf(left, sizeof(left), o->letter ? "-%c, " : "    ", o->letter);
	snprintf(left + len, sizeof(left) - (size_t)len, "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
	fprintf(out, "  %-22s  %s", left, o->about);
	for (unsigned i = 0; o->words && o->words[i]; i++)
		fprintf(out, "%s%s", i ? "|" : ": ", o->words[i]);
	fputc('\n', out);
}

void options_help(FILE *out, unsigned command)
{
	for (unsigned i = 0; i < option_count; i++) {
		if (option_table[i].commands & command)
			help_option(out, &option_table[i]);
	}
}
