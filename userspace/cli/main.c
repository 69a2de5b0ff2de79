// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife [COMMAND] [OPTIONS] [FILTER...] [-- PROGRAM...]: which command it is, and whether the rest fits it. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "completion.h"
#include "filter.h"
#include "man.h"
#include "output.h"
#include "report.h"
#include "suggest.h"

static int command_help(const struct settings *set, const char *topic);
static int command_completion(const struct settings *set, const char *shell);

static const struct command commands[] = {
	{ "life", "[OPTIONS] [FILTER...] [-- PROGRAM...]", "a line for each socket that ended or failed; the default",
	  CMD_LIFE, command_life },
	{ "trace", "[OPTIONS] [FILTER...] [-- PROGRAM...]", "what happens to sockets, event by event", CMD_TRACE,
	  command_trace },
	{ "stats", "[OPTIONS] [MEASURE] [FILTER...] [-- PROGRAM...]", "counters and histograms of sockets", CMD_STATS,
	  command_stats },
	{ "ladder", "[OPTIONS] [FILTER...|SOCK] [-- PROGRAM...]",
	  "each connection as a sequence diagram: calls, segments, states, queues", CMD_LADDER, command_ladder },
	{ "story", "[OPTIONS] [FILTER...|SOCK] [-- PROGRAM...]",
	  "each connection told: what the program asked, and what the kernel did", CMD_STORY, command_story },
	{ "record", "[-o FILE] [OPTIONS] [FILTER...] [-- PROGRAM...]",
	  "watch and keep, in a file or as a flight recorder", CMD_RECORD, command_record },
	{ "replay", "FILE [COMMAND...]", "any command on a recording, without privilege; alone: what it holds",
	  CMD_REPLAY, command_replay },
	{ "report", "FILE -o OUT.html [FILTER...]", "a recording as one page: figures, failures, connections",
	  CMD_REPORT, command_report },
	{ "diff", "BEFORE AFTER [FILTER...]", "two recordings compared", CMD_DIFF, command_diff },
	{ "export", "FILE --to FORMAT [-o OUT] [FILTER...]", "a recording in another tool's format", CMD_EXPORT,
	  command_export },
	{ "top", "[OPTIONS] [FILTER...]", "sockets, processes, listeners and errors on the whole screen, live", CMD_TOP,
	  command_top },
	{ "ls", "[OPTIONS] [FILTER...]", "the sockets that exist now, with their queues and figures", CMD_LS,
	  command_ls },
	{ "listen", "[OPTIONS] [FILTER...]", "listeners: accept queues, backlogs, what was dropped, waits for accept()",
	  CMD_LISTEN, command_listen },
	{ "show", "[OPTIONS] SOCK", "everything about one socket: SOCK is its cookie, as ss -e prints it", CMD_SHOW,
	  command_show },
	{ "check", "[OPTIONS]", "what can be watched on this kernel, by what, and what would enable the rest",
	  CMD_CHECK, command_check },
	{ "module", "load [FILE.ko] [NAME=VALUE...] | unload | status",
	  "the kernel module, which nothing needs but who wants its cost", CMD_MODULE, command_module },
	{ "fields", "", "the words of filters, statistics and columns", CMD_WORDS, command_fields },
	{ "events", "", "the events, and the facts that they rest on", CMD_WORDS, command_events },
	{ "explain-filter", "FILTER...", "what a filter means, and what of it the kernel decides", CMD_EXPLAIN_FILTER,
	  command_explain_filter },
	{ "completion", "bash|zsh", "completions for a shell", CMD_COMPLETION, command_completion },
	{ "schema", "", "the JSON Schema of what --json prints", CMD_SCHEMA, command_schema },
	{ "version", "[--json]", "versions of the tool, its interface and its JSON", CMD_VERSION, command_version },
	{ "help", "[COMMAND]", "this text, or that of a command", CMD_HELP, command_help },
	{ NULL, NULL, NULL, 0, NULL },
};

static const char *command_name(unsigned n)
{
	return commands[n].name;
}

static const struct command *find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
	}
	return NULL;
}

static int command_help(const struct settings *set, const char *topic)
{
	const struct command *of = find_command(topic);
	const char *near = suggest(topic, command_name);
	struct sl_error err;
	char fix[64];

	(void)set;
	if (of || !*topic)
		return help_print(commands, of);
	snprintf(fix, sizeof(fix), near ? "did you mean socklife help %s?" : "socklife help", near);
	sl_error_set(&err, -EINVAL, SL_ERR_USAGE, fix, "there is no such command", "help: unknown command '%.80s'",
		     topic);
	return report(&err, NULL);
}

static int command_completion(const struct settings *set, const char *shell)
{
	(void)set;
	if (!strncmp(shell, "man-", 4) && man_print(commands, shell + 4)) /* for the build */
		return output_finish();
	return completion_print(commands, shell);
}

/* The words of the filter as one text, owned by the caller. */
static char *join(char **words, unsigned count)
{
	size_t size = 1;
	char *text, *end;

	for (unsigned i = 0; i < count; i++)
		size += strlen(words[i]) + 1;
	text = malloc(size);
	if (!text)
		return NULL;
	end = text;
	*end = 0;
	for (unsigned i = 0; i < count; i++) {
		if (i)
			*end++ = ' ';
		end = stpcpy(end, words[i]);
	}
	return text;
}

static int takes_no_words(const struct command *c, const char *first, struct sl_error *err)
{
	char fix[64];

	snprintf(fix, sizeof(fix), "socklife help %s", c->name);
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, "this command takes no filter",
			    "'%s' does not take '%.80s'", c->name, first);
}

/* A first word that is no command begins a filter. If it is nearly a command and no filter, that was meant. */
static int check_verb(const char *first, const char *filter, struct sl_error *err)
{
	const char *near = suggest(first, command_name);
	struct sl_filter *parsed = NULL;
	size_t used;
	int ret;

	if (!near)
		return 0;
	ret = sl_filter_parse(&parsed, filter, err);
	sl_filter_destroy(parsed);
	if (ret != -EINVAL || err->column >= (int)strlen(first))
		return 0;
	used = strstr(err->fix, "did you mean") ? strlen(err->fix) : 0;
	snprintf(err->fix + used, sizeof(err->fix) - used, "%sthe command is spelled: socklife %s", used ? "; or " : "",
		 near);
	return ret;
}

static int check_words(const struct settings *set, const struct command *c, bool named, const char *filter,
		       struct sl_error *err)
{
	bool takes = c->bit & (CMD_FILTERED | CMD_HELP | CMD_MODULE | CMD_EXPLAIN_FILTER | CMD_COMPLETION);

	if (!takes && *filter)
		return takes_no_words(c, set->words[1], err);
	return named || !set->word_count ? 0 : check_verb(set->words[0], filter, err);
}

/* How many words behind the verb name recordings. */
static unsigned file_words(const struct command *c)
{
	return c->bit == CMD_DIFF ? 2 : c->bit & (CMD_REPLAY | CMD_STORED) ? 1 : 0;
}

/* The words that name recordings come before the filter; -r FILE does as well. */
static int take_files(struct settings *set, const struct command *c, unsigned *used, struct sl_error *err)
{
	unsigned files = file_words(c);
	char fix[160];

	for (unsigned n = 0; n < files; n++) {
		if (!n && set->read)
			set->files[0] = set->read;
		else if (*used < set->word_count)
			set->files[n] = set->words[(*used)++];
	}
	if (!files || set->help || set->files[files - 1])
		return 0;
	snprintf(fix, sizeof(fix), "socklife %s %s", c->name, c->usage);
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, "the recording must be named", "'%s' needs %s", c->name,
			    files > 1 ? "two recordings" : "a recording");
}

/* replay FILE COMMAND... is COMMAND -r FILE...: returns the command meant. */
static const struct command *unwrap_replay(struct settings *set, const struct command *c)
{
	if (!c || c->bit != CMD_REPLAY || set->word_count < 3 || set->help)
		return c;
	options_read(set, set->words[1]);
	set->words += 2;
	set->word_count -= 2;
	return find_command(set->words[0]);
}

static int dispatch(const struct settings *set, const struct command *c, bool named, const char *filter)
{
	struct sl_error err;
	int ret;

	if (set->help)
		return help_print(commands, named ? c : NULL);
	if (set->version)
		return command_version(set, "");
	ret = options_check(set, c->bit, c->name, &err);
	ret = ret ? ret : check_words(set, c, named, filter, &err);
	return ret ? report(&err, filter) : c->run(set, filter);
}

int main(int argc, char **argv)
{
	const struct command *c = NULL;
	struct settings set;
	struct sl_error err;
	unsigned used;
	char *filter;
	bool named;
	int code;

	setlocale(LC_CTYPE, "");
	if (argc < 1 || options_parse(&set, argc, argv, &err))
		return argc < 1 ? SL_ERR_USAGE : report(&err, NULL);
	if (set.word_count)
		c = unwrap_replay(&set, find_command(set.words[0]));
	named = c;
	used = named;
	options_settle(&set, named ? c->bit : commands[0].bit);
	if (named && take_files(&set, c, &used, &err))
		return report(&err, NULL);
	filter = join(set.words + used, set.word_count - used);
	if (!filter) {
		sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot start");
		return report(&err, NULL);
	}
	code = dispatch(&set, named ? c : &commands[0], named, filter);
	free(filter);
	return code;
}
