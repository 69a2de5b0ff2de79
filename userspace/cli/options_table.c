// SPDX-License-Identifier: GPL-2.0-or-later
/* The options: all that parser, --help, messages and checks know of them. */
#include "options_table.h"

#include "options.h"

#define KIB (1ULL << 10)
#define GIB (1ULL << 30)
#define MS 1000000ULL
#define DAY (86400000 * MS)
#define AT(field) offsetof(struct settings, field)

static const char *const time_words[] = { "rel", "abs", "delta", "none", NULL };
static const char *const colour_words[] = { "auto", "always", "never", NULL };
static const char *const level_words[] = { "life", "io", "calls", NULL };
#define CMD_VERBOSE (CMD_FILTERED | CMD_CHECK)

static const char *const lang_words[] = { "en", "ko", NULL };
static const char *const source_words[] = { "auto", "bpf", "kmod", "file", "fake", NULL };

const struct option_spec option_table[] = {
	{ 0, "json", NULL, OPT_FLAG, AT(json),
	  CMD_EVENTS | CMD_STATS | CMD_SNAPSHOT | CMD_REPLAY | CMD_DIFF | CMD_CHECK | CMD_VERSION,
	  "JSON instead of text; a stream is JSON Lines", 0, 0, NULL },
	{ 'd', "duration", "DUR", OPT_TIME, AT(duration_ns), CMD_LIVE | CMD_STORED,
	  "stop after this time: 20ms, 5s, 2m; bare: seconds", MS, 365 * DAY, NULL },
	{ 'c', "count", "N", OPT_NUMBER, AT(count), CMD_LIVE & ~(CMD_LS | CMD_SHOW | CMD_TOP),
	  "stop after N lives (trace: events; ladder: connections; with -i: reports; record -F: dumps)", 1, 1ULL << 53,
	  NULL },
	{ 'i', "interval", "DUR", OPT_TIME, AT(interval_ns), CMD_STATS | CMD_LISTEN,
	  "report each time so much has passed", MS, DAY, NULL },
	{ 0, "by", "FIELD", OPT_TEXT, AT(by), CMD_STATS, "a line for each value of a field: comm, raddr, service, ...",
	  0, 0, NULL },
	{ 0, "groups", "N", OPT_NUMBER, AT(groups), CMD_STATS, "groups kept apart; the rest is counted as other", 1,
	  10000, NULL },
	{ 'o', "columns", "LIST", OPT_TEXT, AT(columns), CMD_LIFE | CMD_LS,
	  "columns: a comma list, +NAME adds one, help lists them", 0, 0, NULL },
	{ 0, "ascii", NULL, OPT_FLAG, AT(ascii), CMD_LADDER, "plain characters only", 0, 0, NULL },
	{ 0, "svg", NULL, OPT_FLAG, AT(svg), CMD_LADDER, "one SVG picture on standard output", 0, 0, NULL },
	{ 0, "html", NULL, OPT_FLAG, AT(html), CMD_LADDER, "one HTML page on standard output", 0, 0, NULL },
	{ 0, "mermaid", NULL, OPT_FLAG, AT(mermaid), CMD_LADDER, "Mermaid's sequenceDiagram on standard output", 0, 0,
	  NULL },
	{ 0, "teach", NULL, OPT_FLAG, AT(teach), CMD_STORY, "with the man page or RFC section behind each step", 0, 0,
	  NULL },
	{ 0, "lang", "WORD", OPT_WORD, AT(lang), CMD_STORY, "language", 0, 0, lang_words },
	{ 0, "time", "WORD", OPT_WORD, AT(time), CMD_EVENTS | CMD_CONNECTIONS, "times as", 0, 0, time_words },
	{ 0, "level", "WORD", OPT_WORD, AT(level), CMD_LIVE | CMD_CHECK, "how much is watched, and paid for", 0, 0,
	  level_words },
	{ 0, "cgroup", "PATH", OPT_TEXT, AT(cgroup), CMD_LIVE, "only sockets of this cgroup2 directory and those below",
	  0, 0, NULL },
	{ 0, "netns", "NS", OPT_TEXT, AT(netns), CMD_LIVE | CMD_STORED,
	  "only this network namespace: name, path or inode number", 0, 0, NULL },
	{ 'o', "output", "FILE", OPT_TEXT, AT(output), CMD_RECORD | CMD_REPORT | CMD_EXPORT, "what to write", 0, 0,
	  NULL },
	{ 0, "to", "FORMAT", OPT_TEXT, AT(to), CMD_EXPORT, "the format; help lists them", 0, 0, NULL },
	{ 'F', "flight", "DUR,SIZE", OPT_TEXT, AT(flight), CMD_RECORD,
	  "flight recorder: keep the last DUR, at most SIZE; write it on SIGUSR1, --on, or at the end", 0, 0, NULL },
	{ 0, "on", "FILTER", OPT_TEXT, AT(on), CMD_RECORD, "flight recorder: write it when this is seen", 0, 0, NULL },
	{ 0, "save", "FILE", OPT_TEXT, AT(save), CMD_STREAM & ~(CMD_SNAPSHOT | CMD_TOP), "write a recording as well", 0,
	  0, NULL },
	{ 'r', "read", "FILE", OPT_TEXT, AT(read), CMD_STREAM | CMD_REPORT | CMD_EXPORT,
	  "read a recording instead of the kernel", 0, 0, NULL },
	{ 0, "source", "WORD", OPT_WORD, AT(source), CMD_LIVE | CMD_CHECK, "where records come from", 0, 0,
	  source_words },
	{ 0, "ring", "SIZE", OPT_BYTES, AT(ring_bytes), CMD_LIVE, "ring of each CPU, a power of two: 256KiB, 4MiB",
	  4 * KIB, GIB, NULL },
	{ 0, "max-sockets", "N", OPT_NUMBER, AT(max_sockets), CMD_LIVE,
	  "sockets followed at once; more are counted as lost", 1, 1 << 24, NULL },
	{ 0, "latency", "DUR", OPT_TIME, AT(latency_ns), CMD_LIVE, "longest time that a record waits for its reader",
	  MS, 10000 * MS, NULL },
	{ 0, "strict", NULL, OPT_FLAG, AT(strict), CMD_LIVE | CMD_STORED, "exit 5 if anything was lost", 0, 0, NULL },
	{ 0, "color", "WHEN", OPT_WORD, AT(colour), CMD_STREAM | CMD_CHECK, "colour", 0, 0, colour_words },
	{ 'q', "quiet", NULL, OPT_COUNT, AT(quiet), CMD_LIVE | CMD_STORED, "no header and no footer on standard error",
	  0, 0, NULL },
	{ 'v', "verbose", NULL, OPT_COUNT, AT(verbose), CMD_VERBOSE, "more detail", 0, 0, NULL },
	{ 'h', "help", NULL, OPT_FLAG, AT(help), CMD_ALL, "this text, or that of the command before it", 0, 0, NULL },
	{ 0, "version", NULL, OPT_FLAG, AT(version), CMD_ALL, "the version", 0, 0, NULL },
};
const unsigned option_count = sizeof(option_table) / sizeof(option_table[0]);
_Static_assert(sizeof(option_table) / sizeof(option_table[0]) <= OPTION_MAX, "settings.given has a bit for each");
