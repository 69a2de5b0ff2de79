/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One option, as the table in options.c has them; for the parser, the checks and the tests. */
#ifndef CLI_OPTIONS_TABLE_H
#define CLI_OPTIONS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define OPTION_MAX 64

enum option_kind {
	OPT_FLAG,   /* bool */
	OPT_COUNT,  /* unsigned: how often it was given */
	OPT_TEXT,   /* const char *, not empty */
	OPT_NUMBER, /* uint64_t */
	OPT_BYTES,  /* uint64_t */
	OPT_TIME,   /* uint64_t, ns */
	OPT_WORD,   /* unsigned: 1 + index in words */
};

struct option_spec {
	char letter; /* 0: none */
	const char *name;
	const char *arg; /* its value's name in --help; NULL: takes none */
	enum option_kind kind;
	size_t offset;     /* in struct settings */
	unsigned commands; /* CMD_ bits */
	const char *about;
	uint64_t min, max; /* numbers: inclusive */
	const char *const *words;
};

extern const struct option_spec option_table[];
extern const unsigned option_count;

#endif
