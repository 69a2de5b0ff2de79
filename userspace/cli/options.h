/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line. One table says what options there are; the parser, --help and every message come from it, so they
 * cannot drift apart. Names in the CLI carry no sl_ prefix: that one is the library's.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

/* Commands, as bits: which options each takes. */
#define CMD_LIFE (1u << 0)
#define CMD_TRACE (1u << 1)
#define CMD_CHECK (1u << 2)
#define CMD_SCHEMA (1u << 3)
#define CMD_VERSION (1u << 4)
#define CMD_HELP (1u << 5)
#define CMD_STATS (1u << 6)
#define CMD_LS (1u << 7)
#define CMD_SHOW (1u << 8)
#define CMD_LISTEN (1u << 9)
#define CMD_TOP (1u << 10)
#define CMD_EXPLAIN_FILTER (1u << 27)
#define CMD_WORDS (1u << 25)
#define CMD_COMPLETION (1u << 26)
#define CMD_LADDER (1u << 12)
#define CMD_STORY (1u << 13)
#define CMD_EVENTS (CMD_LIFE | CMD_TRACE)
#define CMD_CONNECTIONS (CMD_LADDER | CMD_STORY)
#define CMD_SNAPSHOT (CMD_LS | CMD_SHOW | CMD_LISTEN)
#define CMD_STREAM (CMD_EVENTS | CMD_STATS | CMD_CONNECTIONS | CMD_SNAPSHOT | CMD_TOP)
#define CMD_RECORD (1u << 16)
#define CMD_REPLAY (1u << 17)
#define CMD_REPORT (1u << 18)
#define CMD_EXPORT (1u << 19)
#define CMD_DIFF (1u << 20)
#define CMD_MODULE (1u << 24)
#define CMD_LIVE (CMD_STREAM | CMD_RECORD)                /* may watch the kernel, and run a command */
#define CMD_STORED (CMD_REPORT | CMD_EXPORT | CMD_DIFF)   /* read recordings only */
#define CMD_FILTERED (CMD_LIVE | CMD_STORED | CMD_REPLAY) /* take a filter */
#define CMD_ALL                                                                                                        \
	(CMD_FILTERED | CMD_CHECK | CMD_SCHEMA | CMD_VERSION | CMD_HELP | CMD_MODULE | CMD_EXPLAIN_FILTER |            \
	 CMD_WORDS | CMD_COMPLETION)

/* The words of an option that takes one of several: 0 is "not given", then in the table's order. */
enum time_word { TIME_UNSET, TIME_REL, TIME_ABS, TIME_DELTA, TIME_NONE };
enum colour_word { COLOUR_UNSET, COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
enum level_word { LEVEL_UNSET, LEVEL_LIFE, LEVEL_IO, LEVEL_CALLS };
enum lang_word { LANG_UNSET, LANG_EN, LANG_KO };
enum source_word { SOURCE_UNSET, SOURCE_AUTO, SOURCE_BPF, SOURCE_KMOD, SOURCE_FILE, SOURCE_FAKE };

/* What was asked. Numbers: 0 is "not given", no option allows it. All strings are argv's. */
struct settings {
	bool json;
	bool strict;
	bool help;
	bool version;
	bool ascii;
	bool svg;
	bool html;
	bool mermaid;
	bool teach;
	unsigned quiet;
	unsigned verbose;
	unsigned time;   /* enum time_word */
	unsigned colour; /* enum colour_word */
	unsigned level;  /* enum level_word */
	unsigned source; /* enum source_word */
	unsigned lang;   /* enum lang_word */
	uint64_t duration_ns;
	uint64_t count;
	uint64_t ring_bytes;
	uint64_t max_sockets;
	uint64_t latency_ns;
	uint64_t interval_ns;
	uint64_t groups;
	const char *columns;
	const char *by;
	const char *save;
	const char *read;
	const char *output;
	const char *to;
	const char *flight;
	const char *on;
	const char *files[2]; /* words that name recordings */
	const char *cgroup;
	const char *netns;
	char **words; /* what is no option: verb and filter; a NULL at the end, in place of argv's own elements */
	unsigned word_count;
	char **command;     /* after "--", NULL-terminated as argv is; NULL: none */
	uint64_t given;     /* bit n: option n of the table */
	uint64_t by_letter; /* of these, by its letter, which another command may use for something else */
};

/**
 * options_parse() - a command line to settings
 * @set: result; points into argv
 * @argc: as main's
 * @argv: as main's; the words that are no options are gathered at its front
 * @err: what, why and fix of what is wrong
 *
 * Only what holds for every command is checked here. Returns 0 or -EINVAL.
 */
int options_parse(struct settings *set, int argc, char **argv, struct sl_error *err);

/* As if --read FILE had been typed. */
void options_read(struct settings *set, const char *file);

/* What was given by a letter becomes the option that this letter is for the command (a CMD_ bit). */
void options_settle(struct settings *set, unsigned command);

/* Which options go with the command (a CMD_ bit) and with each other. Returns 0 or -EINVAL. */
int options_check(const struct settings *set, unsigned command, const char *verb, struct sl_error *err);

/* Prints the options of a command, one to a line. */
void options_help(FILE *out, unsigned command);

#endif
