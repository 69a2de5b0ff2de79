// SPDX-License-Identifier: GPL-2.0-or-later
/* Bad filters: each is refused with words that name the thing, the place for the caret, and what may have been meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/lib/filter.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))

struct bad {
	const char *text;
	const char *what; /* whole, behind "filter: " */
	int column, width;
	const char *hint; /* part of fix or why; NULL: none is asked for */
};

static const struct bad words[] = {
	{ "foo", "unknown word \"foo\"", 0, 3, "words are tcp udp" },
	{ "prot 80", "unknown word \"prot\"", 0, 4, "did you mean \"port\"?" },
	{ "tcp and hsot 10.0.0.1", "unknown word \"hsot\"", 8, 4, "did you mean \"host\"?" },
	{ "rt > 20ms", "unknown word \"rt\"", 0, 2, "did you mean \"rtt\"?" },
	{ "retarns > 0", "unknown word \"retarns\"", 0, 7, "did you mean \"retrans\"?" },
	{ "handshak > 1s", "unknown word \"handshak\"", 0, 8, "did you mean \"handshake\"?" },
	{ "accept-wait > 1s", "unknown word \"accept-wait\"", 0, 11, "did you mean \"accept_wait\"?" },
	{ "sport 80", "unknown word \"sport\"", 0, 5, "did you mean \"src port\"?" },
	{ "dport = 80", "unknown word \"dport\"", 0, 5, "did you mean \"dst port\"?" },
	{ "ipv6", "unknown word \"ipv6\"", 0, 4, "did you mean \"ip6\"?" },
	{ "process nginx", "unknown word \"process\"", 0, 7, "did you mean \"comm\"?" },
	{ "10.0.0.1", "unknown word \"10.0.0.1\"", 0, 8, "did you mean \"host 10.0.0.1\"?" },
	{ "tcp ::1", "unknown word \"::1\"", 4, 3, "did you mean \"host ::1\"?" },
	{ "10.0.0.0/8", "unknown word \"10.0.0.0/8\"", 0, 10, "did you mean \"net 10.0.0.0/8\"?" },
	{ "tcp 443", "unknown word \"443\"", 4, 3, "did you mean \"port 443\"?" },
	{ "established", "unknown word \"established\"", 0, 11, "did you mean \"state established\"?" },
	{ "tcp listening", "unknown word \"listening\"", 4, 9, "did you mean \"state listening\"?" },
	{ "establshed", "unknown word \"establshed\"", 0, 10, "did you mean \"state ESTABLISHED\"?" },
	{ "connect", "unknown word \"connect\"", 0, 7, "did you mean \"event connect\"?" },
	{ "ECONNREFUSED", "unknown word \"ECONNREFUSED\"", 0, 12, "did you mean \"errno ECONNREFUSED\"?" },
	{ "EHOSTUNREACHE", "unknown word \"EHOSTUNREACHE\"", 0, 13, "did you mean \"errno EHOSTUNREACH\"?" },
	{ "client", "unknown word \"client\"", 0, 6, "did you mean \"role client\"?" },
	{ "\"tcp\"", "unknown word \"tcp\"", 0, 5, NULL },
	{ "tcp \001\033[31m", "unknown word \"??[31m\"", 4, 6, NULL },
};

static const struct bad shapes[] = {
	{ "(", "\"(\" is never closed", 0, 1, "add a )" },
	{ "tcp and ((udp)", "\"(\" is never closed", 8, 1, "add a )" },
	{ ")", "\")\" closes nothing", 0, 1, NULL },
	{ "(tcp))", "\")\" closes nothing", 5, 1, NULL },
	{ "tcp ( )", "\"()\" has nothing inside", 4, 3, NULL },
	{ "and", "nothing stands before \"and\"", 0, 3, NULL },
	{ "(or tcp)", "nothing stands before \"or\"", 1, 2, NULL },
	{ "tcp and", "nothing follows \"and\"", 4, 3, NULL },
	{ "(tcp ||) udp", "nothing follows \"||\"", 5, 2, NULL },
	{ "tcp and or udp", "nothing follows \"and\"", 4, 3, NULL },
	{ "not", "nothing follows \"not\"", 0, 3, NULL },
	{ "tcp and !", "nothing follows \"!\"", 8, 1, NULL },
	{ "port", "\"port\" needs a value", 0, 4, "for example: port 443" },
	{ "port and tcp", "\"port\" needs a value", 0, 4, "for example: port 443" },
	{ "(state)", "\"state\" needs a value", 1, 5, "for example: state established" },
	{ "comm port )", "\")\" closes nothing", 10, 1, NULL },
	{ "rtt >", "\">\" needs a value on its right", 4, 1, NULL },
	{ "rtt > and tcp", "\">\" needs a value on its right", 4, 1, NULL },
	{ "rtt > > 5", "\">\" needs a value on its right", 4, 1, NULL },
	{ "> 5", "\">\" has no field on its left", 0, 1, NULL },
	{ "pid 5 > 3", "\">\" has no field on its left", 6, 1, NULL },
	{ "src", "\"src\" needs host, net, port or portrange", 0, 3, "src host 10.0.0.1" },
	{ "tcp dst 10.0.0.1", "\"dst\" needs host, net, port or portrange", 4, 3,
	  "did you mean \"dst host 10.0.0.1\"?" },
	{ "src 80", "\"src\" needs host, net, port or portrange", 0, 3, "did you mean \"src port 80\"?" },
	{ "src tcp", "\"src\" needs host, net, port or portrange", 0, 3, NULL },
	{ "src pid 5", "\"src\" and \"dst\" do not go with \"pid\"", 0, 3, "host, net, port and portrange" },
	{ "tcp & udp", "a single \"&\" means nothing", 4, 1, "write && or and" },
	{ "tcp | udp", "a single \"|\" means nothing", 4, 1, "write || or or" },
	{ "comm \"ngi", "a string is never closed: \"ngi", 5, 4, "add a closing" },
	{ "comm \"ngi\\\"", "a string is never closed: \"ngi\\\"", 5, 6, "add a closing" },
	{ "comm \"", "a string is never closed: \"", 5, 1, "add a closing" },
};

static const struct bad operators[] = {
	{ "rtt 20ms", "\"rtt\" needs a comparison", 0, 3, "for example: rtt > 20ms" },
	{ "comm > nginx", "\"comm\" does not take \">\"", 5, 1, "for example: comm nginx" },
	{ "pid ~ 5", "\"pid\" does not take \"~\"", 4, 1, NULL },
	{ "state >= listen", "\"state\" does not take \">=\"", 6, 2, NULL },
	{ "host < 10.0.0.1", "\"host\" does not take \"<\"", 5, 1, NULL },
	{ "comm !~ x", "\"comm\" needs a value", 0, 4, NULL },
};

static const struct bad values[] = {
	{ "port 65536", "port 65536 is out of range", 5, 5, "ports are 0 to 65535" },
	{ "src port 99999999999999999999", "port 99999999999999999999 is out of range", 9, 20, "0 to 65535" },
	{ "port -1", "\"port\" needs a number, not \"-1\"", 5, 2, NULL },
	{ "port 80x", "\"port\" needs a number, not \"80x\"", 5, 3, NULL },
	{ "port no-such-service", "port \"no-such-service\" is neither a number nor a service", 5, 15,
	  "/etc/services" },
	{ "port \"\"", "the value of \"port\" is empty", 5, 2, NULL },
	{ "lport = 70000", "lport 70000 is out of range", 8, 5, "ports are 0 to 65535" },
	{ "portrange 80", "\"80\" is not a range of ports", 10, 2, "portrange 8000-8100" },
	{ "portrange 1-65536", "\"1-65536\" is not a range of ports", 10, 7, NULL },
	{ "portrange 90-80", "the range \"90-80\" is empty", 10, 5, "did you mean \"portrange 80-90\"?" },
	{ "portrange 00000000000000080-90", "\"00000000000000080-90\" is not a range of ports", 10, 20, NULL },
	{ "portrange 1-2-3", "\"1-2-3\" is not a range of ports", 10, 5, NULL },
	{ "host example.org", "\"example.org\" is not an address", 5, 11, "names are not looked up" },
	{ "host 10.0.0.256", "\"10.0.0.256\" is not an address", 5, 10, NULL },
	{ "host 10.0.0", "\"10.0.0\" is not an address", 5, 6, NULL },
	{ "host 10.0.0.0/8", "\"10.0.0.0/8\" is not one address", 5, 10, "did you mean \"net 10.0.0.0/8\"?" },
	{ "host fe80::1%eth0", "\"fe80::1%eth0\" is not an address", 5, 12, "leave out what follows the %" },
	{ "net 10.0.0.0", "\"10.0.0.0\" has no prefix length", 4, 8, "did you mean \"host 10.0.0.0\"?" },
	{ "net 10.0.0.0/33", "\"10.0.0.0/33\" has a bad prefix length", 4, 11, "0 to 32" },
	{ "net ::/129", "\"::/129\" has a bad prefix length", 4, 6, "0 to 128" },
	{ "net 10.0.0.0/", "\"10.0.0.0/\" has a bad prefix length", 4, 9, NULL },
	{ "net 10.1.2.3/8", "\"10.1.2.3/8\" has bits set behind its prefix", 4, 10,
	  "did you mean \"net 10.0.0.0/8\"?" },
	{ "net 10.192.0.0/9", "\"10.192.0.0/9\" has bits set behind its prefix", 4, 12, "\"net 10.128.0.0/9\"?" },
	{ "net ten/8", "\"ten/8\" is not an address", 4, 5, NULL },
	{ "state estblished", "unknown state \"estblished\"", 6, 10, "did you mean \"state ESTABLISHED\"?" },
	{ "state time-wiat", "unknown state \"time-wiat\"", 6, 9, "did you mean \"state TIME-WAIT\"?" },
	{ "state xyz", "unknown state \"xyz\"", 6, 3, "states are ESTABLISHED" },
	{ "role clinet", "unknown role \"clinet\"", 5, 6, "did you mean \"role client\"?" },
	{ "role none", "unknown role \"none\"", 5, 4, "roles are client, server, listener" },
	{ "event conect", "unknown event \"conect\"", 6, 6, "did you mean \"event connect\"?" },
	{ "event x", "unknown event \"x\"", 6, 1, "events are call" },
	{ "errno ECONREFUSED", "unknown errno \"ECONREFUSED\"", 6, 11, "did you mean \"errno ECONNREFUSED\"?" },
	{ "errno 0", "unknown errno \"0\"", 6, 1, "from 1 to 4095" },
	{ "errno 4096", "unknown errno \"4096\"", 6, 4, "from 1 to 4095" },
	{ "pid -5", "\"pid\" needs a number, not \"-5\"", 4, 2, NULL },
	{ "pid 4194305", "pid 4194305 is out of range", 4, 7, "0 to 4194304" },
	{ "pid nginx", "\"pid\" needs a number, not \"nginx\"", 4, 5, NULL },
	{ "uid no-such-user-here", "uid \"no-such-user-here\" is neither a number nor a user of this system", 4, 17,
	  NULL },
	{ "uid 4294967295", "uid 4294967295 is out of range", 4, 10, NULL },
	{ "comm sixteen-bytes-on", "comm \"sixteen-bytes-on\" is longer than 15 bytes", 5, 16,
	  "did you mean \"comm sixteen-bytes-o\"?" },
	{ "comm ~ \"(\"", "\"(\" is not a usable regular expression", 7, 3, NULL },
	{ "comm ~ \"a{1,2000}\"", "\"a{1,2000}\" is not a usable regular expression", 7, 11, "repeats too much" },
	{ "comm ~ \"a{2000}\"", "\"a{2000}\" is not a usable regular expression", 7, 9, "repeats too much" },
	{ "comm ~ \"(((a{9}){9}){9}){9}\"", "\"(((a{9}){9}){9}){9}\" is not a usable regular expression", 7, 21,
	  "repeats too much" },
	{ "comm ~ \"a+++++++++++\"", "\"a+++++++++++\" is not a usable regular expression", 7, 14, "repeats too much" },
	{ "comm ~ \"a{99999999999999999999}\"", "\"a{99999999999999999999}\" is not a usable regular expression", 7, 25,
	  "repeats too much" },
	{ "comm ~ \"(a)\\1\"", "\"(a)\\1\" is not a usable regular expression", 7, 7, "back-references" },
	{ "rtt > 20q", "\"rtt\" needs a time, not \"20q\"", 6, 3, "times are" },
	{ "rtt > -1ms", "\"rtt\" needs a time, not \"-1ms\"", 6, 4, "times are" },
	{ "life > 1000000d", "life 1000000d is out of range", 7, 8, NULL },
	{ "bytes > 1mb2", "\"bytes\" needs a size, not \"1mb2\"", 8, 4, "sizes are" },
	{ "retrans > few", "\"retrans\" needs a number, not \"few\"", 10, 3, NULL },
	{ "retrans > 1k", "\"retrans\" needs a number, not \"1k\"", 10, 2, NULL },
	{ "sock xyz", "\"xyz\" is not a socket cookie", 5, 3, "ss -e" },
	{ "sock 0", "\"0\" is not a socket cookie", 5, 1, NULL },
	{ "sock 10000000000000000", "\"10000000000000000\" is not a socket cookie", 5, 17, NULL },
	{ "netns /", "netns \"/\" is not a network namespace", 6, 1, "/proc/1/ns/net" },
	{ "netns /proc/self/ns/mnt", "netns \"/proc/self/ns/mnt\" is not a network namespace", 6, 17, NULL },
	{ "netns /proc/self/status", "netns \"/proc/self/status\" is not a network namespace", 6, 17, NULL },
	{ "netns no-such-name", "netns \"no-such-name\" cannot be found", 6, 12,
	  "/run/netns/no-such-name: No such file" },
	{ "netns 4294967296", "netns \"4294967296\" is out of range", 6, 10, NULL },
	{ "cgroup /no/such/cgroup", "cgroup \"/no/such/cgroup\" cannot be found", 7, 15, NULL },
	{ "cgroup ../../etc", "cgroup \"../../etc\" cannot be found", 7, 9, "has no \"..\"" },
};

static void check(const struct bad *bad)
{
	struct sl_filter *filter = (void *)1;
	struct sl_error err = { .column = -7 };
	int ret = sl_filter_parse(&filter, bad->text, &err);

	assert_int_equal(sl_filter_parse(&filter, bad->text, NULL), ret);
	if (ret != -EINVAL || filter || err.class != SL_ERR_USAGE)
		fail_msg("\"%s\": %d, class %d", bad->text, ret, err.class);
	if (strncmp(err.what, "filter: ", 8) || strcmp(err.what + 8, bad->what))
		fail_msg("\"%s\": what is \"%s\"", bad->text, err.what);
	if (err.column != bad->column || err.width != bad->width)
		fail_msg("\"%s\": marks %d at %d, not %d at %d", bad->text, err.width, err.column, bad->width,
			 bad->column);
	if (bad->hint && !strstr(err.fix, bad->hint) && !strstr(err.why, bad->hint))
		fail_msg("\"%s\": fix is \"%s\", why \"%s\"", bad->text, err.fix, err.why);
}

static void check_all(const struct bad *bad, size_t nr)
{
	size_t k;

	for (k = 0; k < nr; k++)
		check(&bad[k]);
}

static void a_word_that_is_none_is_named_and_a_near_one_is_offered(void **state)
{
	(void)state;
	check_all(words, NR(words));
}

static void a_broken_shape_is_marked_where_something_is_missing(void **state)
{
	(void)state;
	check_all(shapes, NR(shapes));
}

static void an_operator_that_does_not_fit_is_marked(void **state)
{
	(void)state;
	check_all(operators, NR(operators));
}

static void a_bad_value_is_marked_with_what_would_be_good(void **state)
{
	(void)state;
	check_all(values, NR(values));
}

static void a_long_word_is_cut_in_the_message_but_marked_whole(void **state)
{
	struct sl_filter *filter;
	struct sl_error err;
	char text[4097];

	(void)state;
	memset(text, 'a', 4096);
	text[4096] = '\0';
	assert_int_equal(sl_filter_parse(&filter, text, &err), -EINVAL);
	assert_int_equal(err.width, 4096);
	assert_true(strlen(err.what) < 120);
	assert_non_null(strstr(err.what, "aaa...\""));
}

/* Every prefix of a good filter is either good or refused with a place inside the text. */
static void any_cut_of_a_filter_is_taken_or_refused_with_a_place(void **state)
{
	static const char whole[] =
		"tcp and (src net 10.0.0.0/8 or not port != 443) && comm ~ \"^n\\\"x\" rtt >= 1.5ms || errno EPIPE";
	struct sl_filter *filter;
	struct sl_error err;
	char text[sizeof(whole)];
	size_t n, refused = 0;

	(void)state;
	for (n = 0; n < sizeof(whole); n++) {
		memcpy(text, whole, n);
		text[n] = '\0';
		if (!sl_filter_parse(&filter, text, &err)) {
			sl_filter_destroy(filter);
			continue;
		}
		refused++;
		assert_true(err.column >= 0 && (size_t)err.column <= n && err.width >= 1);
		assert_true((size_t)err.column + (size_t)err.width <= n + 1);
	}
	assert_true(refused > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_that_is_none_is_named_and_a_near_one_is_offered),
		cmocka_unit_test(a_broken_shape_is_marked_where_something_is_missing),
		cmocka_unit_test(an_operator_that_does_not_fit_is_marked),
		cmocka_unit_test(a_bad_value_is_marked_with_what_would_be_good),
		cmocka_unit_test(a_long_word_is_cut_in_the_message_but_marked_whole),
		cmocka_unit_test(any_cut_of_a_filter_is_taken_or_refused_with_a_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("filter_bad", tests, NULL, NULL);
}
