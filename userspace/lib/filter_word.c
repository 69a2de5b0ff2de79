// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of words, and what a word that is none of them may have been meant to be. See filter_word.h. */
#include "filter_word.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "names.h"
#include "number.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))

#define NAMED (SL_TAKES_VALUE | SL_TAKES_EQUAL)
#define NUMBER (NAMED | SL_TAKES_ORDER)
#define MEASURE (SL_TAKES_EQUAL | SL_TAKES_ORDER)

#define PROTO(word, key)                                                                                               \
	{                                                                                                              \
		word, SL_WORD_PROTO, SL_KEY_##key, 0, SL_UNIT_NONE, word                                               \
	}
#define KEY(word, key, takes, unit, example)                                                                           \
	{                                                                                                              \
		word, SL_WORD_KEY, SL_KEY_##key, takes, SL_UNIT_##unit, example                                        \
	}
#define GLUE(word, class)                                                                                              \
	{                                                                                                              \
		word, SL_WORD_##class, SL_KEY_NR, 0, SL_UNIT_NONE, word                                                \
	}

/* clang-format off */
const struct sl_filter_word sl_filter_words[] = {
	PROTO("tcp", TCP), PROTO("udp", UDP), PROTO("unix", UNIX), PROTO("ip", IP), PROTO("ip6", IP6),
	KEY("host", HOST, NAMED | SL_TAKES_END, NONE, "host 10.0.0.1"),
	KEY("net", NET, NAMED | SL_TAKES_END, NONE, "net 10.0.0.0/8"),
	KEY("port", PORT, NUMBER | SL_TAKES_END, COUNT, "port 443"),
	KEY("portrange", PORTRANGE, NAMED | SL_TAKES_END, NONE, "portrange 8000-8100"),
	KEY("lport", LPORT, NUMBER, COUNT, "lport > 1023"),
	KEY("rport", RPORT, NUMBER, COUNT, "rport = 443"),
	KEY("state", STATE, NAMED, NONE, "state established"),
	KEY("pid", PID, NUMBER, COUNT, "pid 4242"),
	KEY("comm", COMM, NAMED | SL_TAKES_REGEX, NONE, "comm nginx"),
	KEY("uid", UID, NUMBER, COUNT, "uid 1000"),
	KEY("cgroup", CGROUP, NAMED, NONE, "cgroup /system.slice"),
	KEY("netns", NETNS, NAMED, NONE, "netns /proc/1/ns/net"),
	KEY("role", ROLE, NAMED, NONE, "role client"),
	KEY("event", EVENT, NAMED, NONE, "event connect"),
	KEY("errno", ERRNO, NAMED, NONE, "errno ECONNREFUSED"),
	KEY("sock", SOCK, NAMED, NONE, "sock 407a5"),
	KEY("life", LIFE, MEASURE, NS, "life < 1s"),
	KEY("handshake", HANDSHAKE, MEASURE, NS, "handshake > 100ms"),
	KEY("accept_wait", ACCEPT_WAIT, MEASURE, NS, "accept_wait > 10ms"),
	KEY("rtt", RTT, MEASURE, NS, "rtt > 20ms"),
	KEY("bytes", BYTES, MEASURE, BYTES, "bytes > 1MiB"),
	KEY("bytes_out", BYTES_OUT, MEASURE, BYTES, "bytes_out > 1MiB"),
	KEY("bytes_in", BYTES_IN, MEASURE, BYTES, "bytes_in > 1MiB"),
	KEY("retrans", RETRANS, MEASURE, COUNT, "retrans > 0"),
	KEY("lost", LOST, MEASURE, COUNT, "lost > 0"),
	KEY("drops", DROPS, MEASURE, COUNT, "drops > 0"),
	KEY("blocked", BLOCKED, MEASURE, NS, "blocked > 10ms"),
	KEY("zero_window", ZERO_WINDOW, MEASURE, COUNT, "zero_window > 0"),
	GLUE("src", SRC), GLUE("dst", DST), GLUE("and", AND), GLUE("or", OR), GLUE("not", NOT),
};
/* clang-format on */
const size_t sl_filter_words_nr = NR(sl_filter_words);

/* What other tools call it. */
static const char *const aliases[][2] = {
	{ "sport", "src port" },   { "dport", "dst port" },  { "ipv4", "ip" },         { "ip4", "ip" },
	{ "ipv6", "ip6" },         { "inet", "ip" },         { "inet6", "ip6" },       { "process", "comm" },
	{ "proc", "comm" },        { "cmd", "comm" },        { "name", "comm" },       { "user", "uid" },
	{ "container", "cgroup" }, { "addr", "host" },       { "address", "host" },    { "saddr", "src host" },
	{ "daddr", "dst host" },   { "laddr", "src host" },  { "raddr", "dst host" },  { "local", "src" },
	{ "remote", "dst" },       { "subnet", "net" },      { "ports", "portrange" }, { "duration", "life" },
	{ "age", "life" },         { "cookie", "sock" },     { "error", "errno" },     { "retransmits", "retrans" },
	{ "loss", "lost" },        { "namespace", "netns" }, { "ns", "netns" },        { "tid", "pid" },
};

const struct sl_filter_word *sl_filter_word_find(const char *text, size_t len)
{
	size_t k;

	for (k = 0; k < NR(sl_filter_words); k++) {
		const char *word = sl_filter_words[k].word;

		if (strlen(word) == len && !strncasecmp(word, text, len))
			return &sl_filter_words[k];
	}
	return NULL;
}

const struct sl_filter_word *sl_filter_word_of(enum sl_filter_key key)
{
	size_t k;

	for (k = 0; k < NR(sl_filter_words); k++) {
		if (sl_filter_words[k].key == key)
			return &sl_filter_words[k];
	}
	return NULL;
}

static const char *alias_of(const char *word)
{
	size_t k;

	for (k = 0; k < NR(aliases); k++) {
		if (!strcasecmp(aliases[k][0], word))
			return aliases[k][1];
	}
	return NULL;
}

/* Which key would take this word as its value? */
static const char *key_for_value(const char *word)
{
	const char *slash = strchr(word, '/');
	unsigned char addr[16];
	uint64_t number;

	if (inet_pton(AF_INET, word, addr) == 1 || inet_pton(AF_INET6, word, addr) == 1)
		return "host";
	if (!sl_number_parse(word, 0, 65535, &number))
		return "port";
	if (slash && slash != word && strspn(slash + 1, "0123456789") == strlen(slash + 1))
		return "net";
	if (!strcasecmp(word, "client") || !strcasecmp(word, "server") || !strcasecmp(word, "listener"))
		return "role";
	if (sl_number_call(word) >= 0 || sl_number_event(word) >= 0)
		return "event";
	if (sl_number_state(word) >= 0)
		return "state";
	return sl_number_errno(word) >= 0 ? "errno" : NULL;
}

static const char *nearest_value(const char *word, const char **key)
{
	struct sl_filter_near near = { .word = word };
	unsigned k;

	*key = "state";
	for (k = 0; k < 16; k++)
		sl_filter_near_try(&near, sl_name_state(k));
	if (near.best)
		return near.best;
	*key = "event";
	for (k = 0; k < 16; k++) {
		sl_filter_near_try(&near, sl_name_event(k));
		sl_filter_near_try(&near, sl_name_call(k));
	}
	if (near.best)
		return near.best;
	*key = "errno";
	for (k = 1; k < 256; k++)
		sl_filter_near_try(&near, sl_name_errno((int)k));
	return near.best;
}

void sl_filter_word_hint(const char *word, char *hint, size_t size)
{
	struct sl_filter_near near = { .word = word };
	const char *meant = alias_of(word), *key = meant ? NULL : key_for_value(word);
	size_t k;

	*hint = '\0';
	for (k = 0; !meant && !key && k < NR(sl_filter_words); k++)
		sl_filter_near_try(&near, sl_filter_words[k].word);
	if (near.best)
		meant = near.best;
	if (key)
		snprintf(hint, size, "did you mean \"%s %.60s\"?", key, word);
	else if (meant || (meant = nearest_value(word, &key)))
		snprintf(hint, size, "did you mean \"%s%s%s\"?", key ? key : "", key ? " " : "", meant);
}
