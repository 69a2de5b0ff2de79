/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands: one file each, one table of them in main.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "options.h"

struct command {
	const char *name;
	const char *usage; /* behind the name */
	const char *about;
	unsigned bit; /* CMD_ */
	/* filter: the words behind the verb, joined by blanks, never NULL. Returns the exit code. */
	int (*run)(const struct settings *set, const char *filter);
};

int command_life(const struct settings *set, const char *filter);
int command_ls(const struct settings *set, const char *filter);
int command_listen(const struct settings *set, const char *filter);
int command_top(const struct settings *set, const char *filter);
int command_fields(const struct settings *set, const char *words);
int command_events(const struct settings *set, const char *words);
int command_explain_filter(const struct settings *set, const char *words);
int command_show(const struct settings *set, const char *sock);
int command_stats(const struct settings *set, const char *filter);
int command_trace(const struct settings *set, const char *filter);
int command_story(const struct settings *set, const char *filter);
int command_ladder(const struct settings *set, const char *filter);
int command_record(const struct settings *set, const char *filter);
int command_replay(const struct settings *set, const char *filter);
int command_report(const struct settings *set, const char *filter);
int command_diff(const struct settings *set, const char *filter);
int command_export(const struct settings *set, const char *filter);
int command_check(const struct settings *set, const char *filter);
int command_schema(const struct settings *set, const char *filter);
int command_module(const struct settings *set, const char *filter);
int command_version(const struct settings *set, const char *filter);

/* What --help prints: of one command, or of all (NULL). commands ends with a nameless one. Returns the exit code. */
int help_print(const struct command *commands, const struct command *of);

#endif
