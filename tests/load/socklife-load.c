// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * socklife-load: socket workloads whose every count is known beforehand, for tests, the demo and benches. One static
 * program. At the end it prints its totals as a line of JSON; exit code 0, or 1 when a call did not do what the
 * workload says, or 2 for a wrong command line.
 */
#include "load.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct load_options options = { .family = AF_INET, .bytes_out = 64, .bytes_in = 64 };
struct load_totals *totals;

static const struct command {
	const char *name;
	void (*run)(void);
	const char *argument; /* NULL: optional count, 1 by default */
	const char *about;
} commands[] = {
	{ "crr", load_crr, "N", "N connections one after the other: connect, send, receive, close" },
	{ "hold", load_hold, "N", "N connections at once; prints \"held\", closes them at a line on stdin" },
	{ "rr", load_rr, "N", "N requests and answers on one connection" },
	{ "stream", load_stream, "BYTES", "BYTES from client to server on one connection" },
	{ "udp", load_udp, "N", "N datagrams, each answered" },
	{ "unix", load_crr, "N", "crr over UNIX stream sockets" },
	{ "linger0", load_crr, "N", "crr --close rst" },
	{ "halfclose", load_halfclose, "MS", "the client shuts down, the server sends MS ms later" },
	{ "simclose", load_simclose, "N", "both ends shut down at once (needs a slow loopback device)" },
	{ "refused", load_refused, "N", "N connects that are refused" },
	{ "timedout", load_timedout, NULL, "connects that nothing answers (see --syncnt)" },
	{ "nonblock-refused", load_nonblock_refused, NULL, "non-blocking connects that are refused" },
	{ "nonblock-cancel", load_nonblock_cancel, NULL, "non-blocking connects closed before their outcome" },
	{ "bench", load_bench, "PID", "run time of an operation of each load: its own, PID's (0: nobody's), all" },
};

static void usage(FILE *out)
{
	fputs("Usage: socklife-load COMMAND [ARGUMENT] [OPTION]...\n\nCommands:\n", out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(out, "  %-17s %-6s %s\n", commands[i].name, commands[i].argument ? commands[i].argument : "[N]",
			commands[i].about);
	fputs("\nOptions:\n"
	      "  -4, -6                   IPv4 (the default), IPv6\n"
	      "  -p, --port PORT          the listener's port; default: the kernel chooses\n"
	      "  -b, --out BYTES          from client to server each time (64; simclose: 1400)\n"
	      "  -B, --in BYTES           from server to client each time (64)\n"
	      "      --close fin|rst      how the first end closes (fin)\n"
	      "      --who client|server  which end closes first (client)\n"
	      "      --fork               the server is a process of its own\n"
	      "      --cookie             print each socket: \"cookie ROLE HEX\", as SO_COOKIE\n"
	      "      --to ADDRESS         refused, timedout, nonblock-*: connect there, to --port\n"
	      "      --syncnt N           TCP_SYNCNT: N retransmissions of the SYN\n"
	      "      --only LOAD,...      bench: rr, crr, crr_rst, refused, stream, sendfile, udp_rr, unix_rr, held, burst, second\n"
	      "  -h, --help               this text\n",
	      out);
}

static void __attribute__((format(printf, 1, 0), noreturn)) wrong(const char *format, const char *what)
{
	fputs("socklife-load: ", stderr);
	fprintf(stderr, format, what);
	fputs("\nTry: socklife-load --help\n", stderr);
	exit(2);
}

static uint64_t number(const char *text, uint64_t max)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || end == text || strchr(text, '-') || value > max)
		wrong("%s: not a number, or out of range", text);
	return value;
}

static bool one_of(const char *text, const char *no, const char *yes)
{
	if (strcmp(text, no) && strcmp(text, yes))
		wrong("%s: no such choice", text);
	return !strcmp(text, yes);
}

enum { OPT_CLOSE = 256, OPT_WHO, OPT_FORK, OPT_COOKIE, OPT_TO, OPT_SYNCNT, OPT_ONLY };

static void option(int opt)
{
	switch (opt) {
	case '4': options.family = AF_INET; break;
	case '6': options.family = AF_INET6; break;
	case 'p': options.port = (uint16_t)number(optarg, 65535); break;
	case 'b': options.bytes_out = number(optarg, UINT32_MAX); break;
	case 'B': options.bytes_in = number(optarg, UINT32_MAX); break;
	case OPT_CLOSE: options.reset = one_of(optarg, "fin", "rst"); break;
	case OPT_WHO: options.server_first = one_of(optarg, "client", "server"); break;
	case OPT_FORK: options.fork = true; break;
	case OPT_COOKIE: options.cookie = true; break;
	case OPT_TO: options.to = optarg; break;
	case OPT_SYNCNT: options.syn_count = (int)number(optarg, 127); break;
	case OPT_ONLY: options.only = optarg; break;
	case 'h': usage(stdout); exit(0);
	default: exit(2); /* getopt has said why */
	}
}

static void parse_options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "out", required_argument, NULL, 'b' },
		{ "in", required_argument, NULL, 'B' },
		{ "close", required_argument, NULL, OPT_CLOSE },
		{ "who", required_argument, NULL, OPT_WHO },
		{ "fork", no_argument, NULL, OPT_FORK },
		{ "cookie", no_argument, NULL, OPT_COOKIE },
		{ "to", required_argument, NULL, OPT_TO },
		{ "syncnt", required_argument, NULL, OPT_SYNCNT },
		{ "only", required_argument, NULL, OPT_ONLY },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "46p:b:B:h", longs, NULL)) != -1)
		option(opt);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	wrong("%s: no such command", name);
}

static const struct command *parse(int argc, char **argv)
{
	const struct command *command;

	parse_options(argc, argv);
	if (optind >= argc)
		wrong("%s", "which command?");
	command = find_command(argv[optind]);
	options.command = command->name;
	if (optind + 1 < argc)
		options.count = number(argv[optind + 1], UINT64_C(1) << 40);
	else if (command->argument)
		wrong("%s: its argument is missing", command->name);
	else
		options.count = 1;
	if (optind + 2 < argc)
		wrong("%s: one argument too many", argv[optind + 2]);
	if (command->run == load_simclose && options.bytes_out == 64)
		options.bytes_out = 1400; /* more than the token bucket has left */
	options.family = !strcmp(command->name, "unix") ? AF_UNIX : options.family;
	options.reset |= !strcmp(command->name, "linger0");
	return command;
}

static void print_side(const char *name, const struct load_side *side)
{
	printf(",\"%s\":{\"pid\":%d,\"bytes_sent\":%" PRIu64 ",\"bytes_received\":%" PRIu64 ",\"resets_sent\":%" PRIu64
	       ",\"resets_received\":%" PRIu64 "}",
	       name, side->pid, side->bytes_sent, side->bytes_received, side->resets_sent, side->resets_received);
}

static void print_totals(uint64_t elapsed_us)
{
	printf("{\"command\":\"%s\",\"count\":%" PRIu64 ",\"port\":%u,\"connects\":%" PRIu64 ",\"accepts\":%" PRIu64
	       ",\"refused\":%" PRIu64 ",\"timed_out\":%" PRIu64 ",\"cancelled\":%" PRIu64 ",\"simultaneous\":%" PRIu64,
	       options.command, options.count, totals->port, totals->client.connects, totals->server.accepts,
	       totals->refused, totals->timed_out, totals->cancelled, totals->simultaneous);
	print_side("client", &totals->client);
	print_side("server", &totals->server);
	printf(",\"elapsed_us\":%" PRIu64 "}\n", elapsed_us);
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	const struct command *command = parse(argc, argv);
	uint64_t begin = now_us();

	totals = mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (totals == MAP_FAILED)
		load_fail_errno("mmap");
	totals->client.pid = getpid();
	command->run();
	print_totals(now_us() - begin);
	if (fflush(stdout))
		load_fail_errno("stdout");
	return 0;
}
