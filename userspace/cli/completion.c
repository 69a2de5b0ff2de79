// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See completion.h. Both shells get the same function, which finds the command and what stands before the cursor; they differ in
 * how a word list, files and directories are offered. It looks nothing up but files: no completion starts socklife.
 */
#include "completion.h"

#include <errno.h>
#include <string.h>

#include "cells.h"
#include "field.h"
#include "filter_word.h"
#include "measure.h"
#include "options_table.h"
#include "output.h"
#include "report.h"

struct shell {
	const char *name;
	const char *head;  /* up to the words: cur, prev and command are set */
	const char *words; /* a line that offers the words %s */
	const char *files, *dirs, *netns;
	const char *tail;
};

static const struct shell shells[] = {
	{
		.name = "bash",
		.head = "# bash completion for socklife; made by: socklife completion bash\n"
			"_socklife() {\n"
			"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i w\n"
			"\tCOMPREPLY=()\n"
			"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
			"\t\tw=${COMP_WORDS[i]}\n"
			"\t\tcase $w in\n"
			"\t\t--) return ;;\n",
		.words = "COMPREPLY=($(compgen -W '%s' -- \"$cur\"))",
		.files = "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\"))",
		.dirs = "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$cur\"))",
		.netns = "COMPREPLY=($(compgen -W \"$(ls /run/netns 2>/dev/null)\" -- \"$cur\"))",
		.tail = "}\ncomplete -F _socklife socklife\n",
	},
	{
		.name = "zsh",
		.head = "#compdef socklife\n"
			"# zsh completion for socklife; made by: socklife completion zsh\n"
			"_socklife() {\n"
			"\tlocal cur=${words[CURRENT]} prev=${words[CURRENT-1]} command= i w\n"
			"\tfor ((i = 2; i < CURRENT; i++)); do\n"
			"\t\tw=${words[i]}\n"
			"\t\tcase $w in\n"
			"\t\t--) _normal; return ;;\n",
		.words = "compadd -- ${=:-%s}",
		.files = "_files",
		.dirs = "_files -/",
		.netns = "compadd -- /run/netns/*(N:t)",
		.tail = "}\nif [ \"$funcstack[1]\" = _socklife ]; then _socklife \"$@\"; else compdef _socklife socklife; fi\n",
	},
};

/* A list under construction; it is cut rather than overrun, which a test would see. */
struct list {
	char s[4096];
	size_t len;
};

static bool list_has(const struct list *l, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = strstr(l->s, word); p; p = strstr(p + 1, word)) {
		if ((p == l->s || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
	}
	return false;
}

static void list_add(struct list *l, const char *before, const char *word)
{
	int n;

	if (!*before && list_has(l, word))
		return;
	n = snprintf(l->s + l->len, sizeof(l->s) - l->len, "%s%s%s", l->len ? " " : "", before, word);

	if (n > 0 && (size_t)n < sizeof(l->s) - l->len)
		l->len += (size_t)n;
	else
		l->s[l->len] = 0;
}

static void offer(const struct shell *shell, const struct list *l)
{
	printf(shell->words, l->s);
	printf("; return ;;\n");
}

static void list_columns(struct list *l)
{
	for (unsigned i = 0; i < cell_count; i++)
		list_add(l, "", cell_table[i].name);
}

static void list_fields(struct list *l)
{
	for (unsigned i = 0; i < sl_field_count; i++)
		list_add(l, "", sl_fields[i].name);
}

static bool letter_is_shared(const struct option_spec *o)
{
	for (unsigned i = 0; i < option_count; i++) {
		if (&option_table[i] != o && option_table[i].letter == o->letter)
			return true;
	}
	return false;
}

/* COMMAND:OPTION as the shell matches it: a letter may be two options' of different commands. */
static void option_pattern(const struct command *commands, const struct option_spec *o)
{
	printf("\t*:--%s", o->name);
	if (o->letter && !letter_is_shared(o))
		printf(" | *:-%c", o->letter);
	for (const struct command *c = commands; c->name && o->letter && letter_is_shared(o); c++) {
		if (o->commands & c->bit)
			printf(" | %s:-%c", c->name, o->letter);
		if (o->commands & c->bit && c == commands) /* it is meant where none is named */
			printf(" | :-%c", o->letter);
	}
	printf(") ");
}

/* What may stand behind an option. */
static void option_value(const struct shell *shell, const struct command *commands, const struct option_spec *o)
{
	struct list l = { .len = 0 };

	option_pattern(commands, o);
	for (unsigned i = 0; o->words && o->words[i]; i++)
		list_add(&l, "", o->words[i]);
	if (!strcmp(o->arg, "LIST"))
		list_columns(&l);
	else if (!strcmp(o->arg, "FIELD"))
		list_fields(&l);
	if (!strcmp(o->arg, "FILE"))
		printf("%s; return ;;\n", shell->files);
	else if (!strcmp(o->arg, "PATH"))
		printf("%s; return ;;\n", shell->dirs);
	else if (!strcmp(o->arg, "NS"))
		printf("%s; return ;;\n", shell->netns);
	else if (l.len)
		offer(shell, &l);
	else
		printf("return ;;\n");
}

static void option_values(const struct shell *shell, const struct command *commands)
{
	printf("\tcase $command:$prev in\n");
	for (unsigned i = 0; i < option_count; i++) {
		if (option_table[i].arg)
			option_value(shell, commands, &option_table[i]);
	}
	printf("\tesac\n");
}

static void options_of(const struct shell *shell, const struct command *commands)
{
	printf("\tcase $cur in\n\t-*)\n\t\tcase $command in\n");
	for (const struct command *c = commands; c->name; c++) {
		struct list l = { .len = 0 };

		for (unsigned i = 0; i < option_count; i++) {
			if (option_table[i].commands & c->bit)
				list_add(&l, "--", option_table[i].name);
		}
		printf("\t\t%s%s) ", c->name, c == commands ? " | ''" : "");
		offer(shell, &l);
	}
	printf("\t\tesac\n\t\treturn ;;\n\tesac\n");
}

static void list_filter(struct list *l)
{
	for (size_t i = 0; i < sl_filter_words_nr; i++)
		list_add(l, "", sl_filter_words[i].word);
}

/* What is no option: a command first, then what it takes. */
static void words_of(const struct shell *shell, const struct command *commands)
{
	struct list all = { .len = 0 }, filter = { .len = 0 }, stats = { .len = 0 }, names = { .len = 0 };

	for (const struct command *c = commands; c->name; c++)
		list_add(&names, "", c->name);
	all = names;
	list_filter(&filter);
	list_filter(&all);
	for (int i = 0; i < SL_MEASURE_NR; i++)
		list_add(&stats, "", sl_measures[i].name);
	list_filter(&stats);
	printf("\tcase $command in\n\t'') ");
	offer(shell, &all);
	printf("\tstats) ");
	offer(shell, &stats);
	printf("\thelp) ");
	offer(shell, &names);
	printf("\tcompletion) ");
	offer(shell, &(struct list){ "bash zsh", 8 });
	for (const struct command *c = commands; c->name; c++) {
		if (!strncmp(c->usage, "FILE", 4))
			printf("\t%s) %s; return ;;\n", c->name, shell->files);
		else if (!strstr(c->usage, "FILTER") && strcmp(c->name, "help") && strcmp(c->name, "completion"))
			printf("\t%s) return ;;\n", c->name);
	}
	printf("\t*) ");
	offer(shell, &filter);
	printf("\tesac\n");
}

static void find_command(const struct command *commands)
{
	printf("\t\t");
	for (const struct command *c = commands; c->name; c++)
		printf("%s%s", c == commands ? "" : " | ", c->name);
	puts(") command=${command:-$w} ;;\n\t\tesac\n\tdone");
}

int completion_print(const struct command *commands, const char *name)
{
	struct sl_error err;

	for (unsigned i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		const struct shell *shell = &shells[i];

		if (strcmp(shell->name, name))
			continue;
		fputs(shell->head, stdout);
		find_command(commands);
		option_values(shell, commands);
		options_of(shell, commands);
		words_of(shell, commands);
		fputs(shell->tail, stdout);
		return output_finish();
	}
	sl_error_set(&err, -EINVAL, SL_ERR_USAGE, "socklife completion bash, or zsh",
		     *name ? "there are completions for bash and zsh" : "which shell?", "completion: no shell '%.40s'",
		     name);
	return report(&err, NULL);
}
