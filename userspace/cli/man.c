// SPDX-License-Identifier: GPL-2.0-or-later
/* See man.h. What scdoc would take for markup is escaped. */
#include "man.h"

#include <string.h>

#include "options_table.h"

static void put(const char *text)
{
	for (; *text; text++) {
		if (strchr("*_\\<>#[]~", *text))
			putchar('\\');
		putchar(*text);
	}
}

static void print_commands(const struct command *commands)
{
	for (const struct command *c = commands; c->name; c++) {
		printf("*%s* ", c->name);
		put(c->usage);
		printf("\n\t");
		put(c->about);
		printf(".\n\n");
	}
}

/* Which commands take it: named if they are few. */
static void put_takers(const struct command *commands, const struct option_spec *o)
{
	unsigned takers = 0;

	for (const struct command *c = commands; c->name; c++)
		takers += !!(o->commands & c->bit);
	if (takers > 4)
		return;
	printf(" (");
	for (const struct command *c = commands; c->name; c++) {
		if (o->commands & c->bit)
			printf("%s%s", c->name, --takers ? ", " : "");
	}
	printf(")");
}

static void print_options(const struct command *commands)
{
	for (unsigned i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];

		if (o->letter)
			printf("*-%c*, ", o->letter);
		printf("*--%s*", o->name);
		if (o->arg)
			printf(" _%s_", o->arg);
		printf("\n\t");
		put(o->about);
		for (unsigned w = 0; o->words && o->words[w]; w++)
			printf("%s*%s*", w ? ", " : ": ", o->words[w]);
		put_takers(commands, o);
		printf(".\n\n");
	}
}

bool man_print(const struct command *commands, const char *part)
{
	if (!strcmp(part, "commands"))
		print_commands(commands);
	else if (!strcmp(part, "options"))
		print_options(commands);
	else
		return false;
	return true;
}
