// SPDX-License-Identifier: GPL-2.0-or-later
/* --help and socklife help. The options come from their table, the commands from theirs. */
#include "command.h"
#include "output.h"

static const char filter_help[] =
	"Filter: what is left of the line, as for tcpdump and ss; and, or, not, ( ) combine.\n"
	"  tcp udp ip ip6 unix, host ADDR, net ADDR/BITS, port N, portrange N-M, src and dst before these\n"
	"  state WORD, role client|server|listener, event WORD, errno NAME, pid N, comm NAME, uid N, cgroup ID, netns N\n"
	"  life > 1s, handshake > 10ms, bytes > 1MiB, retrans > 0, ...\n";

static const char code_help[] =
	"Exit: 0 done (also by Ctrl-C), 1 trouble, 2 command line or filter, 3 privileges, 4 the kernel cannot,\n"
	"  5 something was lost (with --strict); with -- COMMAND its own code, 126 or 127 if it could not start.\n";

static void help_commands(const struct command *commands)
{
	printf("The life of sockets: calls, handshakes, data, close, errors.\n\n"
	       "Usage: socklife [COMMAND] [OPTIONS] [FILTER...] [-- PROGRAM...]\n\nCommands:\n");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-14s %s\n", c->name, c->about);
	printf("\nOptions of life, trace and stats:\n");
	options_help(stdout, CMD_STREAM);
}

static void help_command(const struct command *c)
{
	printf("%s\n\nUsage: socklife %s%s%s\n\nOptions:\n", c->about, c->name, *c->usage ? " " : "", c->usage);
	options_help(stdout, c->bit);
}

int help_print(const struct command *commands, const struct command *of)
{
	if (of)
		help_command(of);
	else
		help_commands(commands);
	if (!of || of->bit & CMD_FILTERED)
		printf("\n%s", filter_help);
	printf("\n%s", code_help);
	return output_finish();
}
