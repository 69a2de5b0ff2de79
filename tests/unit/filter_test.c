// SPDX-License-Identifier: GPL-2.0-or-later
/* The filter language: what parses, what it means (printed, fully parenthesised), and that the print parses to itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../userspace/lib/filter.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))

static struct sl_filter *parse(const char *text)
{
	struct sl_filter *filter = NULL;
	struct sl_error err = { 0 };

	if (sl_filter_parse(&filter, text, &err))
		fail_msg("\"%s\": %s", text, err.what);
	return filter;
}

static void check_print(const char *text, const char *expect)
{
	struct sl_filter *filter = parse(text), *again;
	char first[8192], second[8192];
	int len = sl_filter_print(filter, first, sizeof(first));

	assert_int_equal(len, strlen(first));
	again = parse(first);
	sl_filter_print(again, second, sizeof(second));
	if (expect && strcmp(first, expect))
		fail_msg("\"%s\" printed as \"%s\", not \"%s\"", text, first, expect);
	assert_string_equal(first, second);
	sl_filter_destroy(filter);
	sl_filter_destroy(again);
}

static void every_form_prints_in_one_spelling(void **state)
{
	static const char *const forms[][2] = {
		{ "", "" },
		{ " \t\n", "" },
		{ "tcp", "tcp" },
		{ "TCP Port 80", "(tcp and port 80)" },
		{ "tcp port 80", "(tcp and port 80)" },
		{ "tcp and port 80", "(tcp and port 80)" },
		{ "tcp&&port 80", "(tcp and port 80)" },
		{ "tcp||udp", "(tcp or udp)" },
		{ "tcp or udp and ip6", "(tcp or (udp and ip6))" },
		{ "tcp or udp ip6", "(tcp or (udp and ip6))" },
		{ "(tcp or udp) ip6", "((tcp or udp) and ip6)" },
		{ "not tcp and udp", "(not tcp and udp)" },
		{ "not tcp port 80", "(not tcp and port 80)" },
		{ "!(tcp or udp)", "not (tcp or udp)" },
		{ "!!tcp", "tcp" },
		{ "not not not unix", "not unix" },
		{ "tcp udp ip ip6", "(tcp and udp and ip and ip6)" },
		{ "((((tcp))))", "tcp" },
		{ "host 10.0.0.1", "host 10.0.0.1" },
		{ "src host 10.0.0.1", "src host 10.0.0.1" },
		{ "dst host 2001:DB8::1", "dst host 2001:db8::1" },
		{ "host = ::1", "host ::1" },
		{ "host != ::1", "not host ::1" },
		{ "host ::ffff:10.0.0.1", "host 10.0.0.1" },
		{ "net 10.0.0.0/8", "net 10.0.0.0/8" },
		{ "src net 2001:db8::/33", "src net 2001:db8::/33" },
		{ "net 0.0.0.0/0", "net 0.0.0.0/0" },
		{ "net ::ffff:10.0.0.0/104", "net 10.0.0.0/8" },
		{ "net ::ffff:0:0/96", "net 0.0.0.0/0" },
		{ "net ::fffe:0:0/95", "net ::fffe:0:0/95" },
		{ "net 10.128.0.0/9", "net 10.128.0.0/9" },
		{ "port 0", "port 0" },
		{ "port 65535", "port 65535" },
		{ "port 0x50", "port 80" },
		{ "dst port 443", "dst port 443" },
		{ "src port > 1023", "src port > 1023" },
		{ "port != 80", "not port 80" },
		{ "lport = 80", "src port 80" },
		{ "rport 80", "dst port 80" },
		{ "rport<=80", "dst port <= 80" },
		{ "portrange 8000-8100", "portrange 8000-8100" },
		{ "src portrange 80-80", "src portrange 80-80" },
		{ "portrange != 1-2", "not portrange 1-2" },
		{ "state established", "state ESTABLISHED" },
		{ "state estab", "state ESTABLISHED" },
		{ "state fin_wait1", "state FIN-WAIT-1" },
		{ "state != listening", "not state LISTEN" },
		{ "pid 1", "pid 1" },
		{ "pid >= 1000", "pid >= 1000" },
		{ "comm nginx", "comm nginx" },
		{ "comm = \"nginx\"", "comm nginx" },
		{ "comm == tcp", "comm \"tcp\"" },
		{ "comm \"a b\"", "comm \"a b\"" },
		{ "comm \"a\\\"b\\\\\"", "comm \"a\\\"b\\\\\"" },
		{ "comm != x", "not comm x" },
		{ "comm ~ ^ngi", "comm ~ \"^ngi\"" },
		{ "comm ~ \"^(ngi|post)\\.\"", "comm ~ \"^(ngi|post)\\\\.\"" },
		{ "comm ~ \"^a+b+\\+{1,15}$\"", "comm ~ \"^a+b+\\\\+{1,15}$\"" },
		{ "uid 0", "uid 0" },
		{ "uid root", "uid 0" },
		{ "uid > 999", "uid > 999" },
		{ "cgroup 4242", "cgroup 4242" },
		{ "netns 4026531840", "netns 4026531840" },
		{ "role client", "role client" },
		{ "role LISTENER", "role listener" },
		{ "event connect", "event connect" },
		{ "event RETRANS", "event retrans" },
		{ "errno ECONNREFUSED", "errno ECONNREFUSED" },
		{ "errno 111", "errno ECONNREFUSED" },
		{ "errno 4000", "errno 4000" },
		{ "errno != epipe", "not errno EPIPE" },
		{ "sock 407a5", "sock 407a5" },
		{ "sock 0x407A5", "sock 407a5" },
		{ "sock sk:407a5", "sock 407a5" },
		{ "sock ffffffffffffffff", "sock ffffffffffffffff" },
		{ "life < 1", "life < 1s" },
		{ "handshake>0.1s", "handshake > 100ms" },
		{ "accept_wait >= 1500us", "accept_wait >= 1500us" },
		{ "rtt > 20ms", "rtt > 20ms" },
		{ "rtt = 0", "rtt = 0ns" },
		{ "rtt != 3ns", "rtt != 3ns" },
		{ "life > 2m", "life > 120s" },
		{ "bytes > 1MiB", "bytes > 1MiB" },
		{ "bytes_out <= 2MB", "bytes_out <= 2000000" },
		{ "bytes_in == 1.5k", "bytes_in = 1536" },
		{ "retrans > 0", "retrans > 0" },
		{ "lost != 0", "lost != 0" },
		{ "tcp and (port 80 or port 443) and not host 127.0.0.1",
		  "(tcp and (port 80 or port 443) and not host 127.0.0.1)" },
		{ "tcp or (udp or unix)", "(tcp or udp or unix)" },
	};
	size_t k;

	(void)state;
	for (k = 0; k < NR(forms); k++)
		check_print(forms[k][0], forms[k][1]);
}

static void a_service_s_name_is_its_port(void **state)
{
	(void)state;
	if (access("/etc/services", R_OK))
		skip();
	check_print("port domain", "port 53");
	check_print("dst port = ssh", "dst port 22");
}

static void a_namespace_may_be_a_path(void **state)
{
	struct stat st;
	char expect[64];

	(void)state;
	assert_int_equal(stat("/proc/self/ns/net", &st), 0);
	snprintf(expect, sizeof(expect), "netns %lu", (unsigned long)st.st_ino);
	check_print("netns /proc/self/ns/net", expect);
	check_print("netns = \"/proc/self/ns/net\"", expect);
}

/* The first cgroup2 mount point, without its end; empty: there is none. */
static void find_cgroup2(char *mount, size_t size)
{
	char line[4096], dir[1024], type[64];
	FILE *f = fopen("/proc/self/mounts", "r");

	*mount = '\0';
	while (f && !*mount && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*s %1023s %63s", dir, type) == 2 && !strcmp(type, "cgroup2"))
			snprintf(mount, size, "%s", dir);
	}
	if (f)
		fclose(f);
}

static void a_cgroup_may_be_a_path_below_the_mount_point_or_with_it(void **state)
{
	char mount[1024], text[1100], expect[64];
	struct stat st;

	(void)state;
	find_cgroup2(mount, sizeof(mount));
	if (!*mount || stat(mount, &st))
		skip();
	snprintf(expect, sizeof(expect), "cgroup %lu", (unsigned long)st.st_ino);
	snprintf(text, sizeof(text), "cgroup %s", mount);
	check_print("cgroup /", expect);
	check_print(text, expect);
}

/* "(" x n, "tcp", ")" x n; or one operand joined n times. */
static char *repeat(const char *before, const char *middle, const char *after, unsigned n)
{
	char *all = malloc(n * (strlen(before) + strlen(after)) + 64);
	unsigned k;

	*all = '\0';
	for (k = 0; k < n; k++)
		strcat(all, before);
	strcat(all, middle);
	for (k = 0; k < n; k++)
		strcat(all, after);
	return all;
}

static int parse_only(char *text, struct sl_error *err)
{
	struct sl_filter *filter;
	int ret = sl_filter_parse(&filter, text, err);

	if (!ret)
		sl_filter_destroy(filter);
	free(text);
	return ret;
}

static void up_to_64_parentheses_may_be_inside_each_other(void **state)
{
	struct sl_error err;

	(void)state;
	assert_int_equal(parse_only(repeat("(", "tcp", ")", 64), NULL), 0);
	assert_int_equal(parse_only(repeat("(", "tcp", ")", 65), &err), -EINVAL);
	assert_non_null(strstr(err.what, "more than 64"));
	assert_int_equal(err.column, 64);
	/* "and" inside "or" nests too, even where precedence saves the parentheses */
	assert_int_equal(parse_only(repeat("tcp or udp and (", "ip", ")", 31), NULL), 0);
	assert_int_equal(parse_only(repeat("tcp or udp and (", "ip", ")", 33), &err), -EINVAL);
	assert_non_null(strstr(err.what, "more than 64"));
}

static void up_to_256_terms_make_a_filter(void **state)
{
	struct sl_error err;

	(void)state;
	assert_int_equal(parse_only(repeat("tcp ", "", "", 256), NULL), 0);
	assert_int_equal(parse_only(repeat("tcp ", "", "", 257), &err), -EINVAL);
	assert_non_null(strstr(err.what, "more than 256 terms"));
	assert_int_equal(err.column, 256 * 4);
	assert_int_equal(parse_only(repeat("!", "tcp", "", 3000), NULL), 0);
}

static void up_to_4096_bytes_make_a_filter(void **state)
{
	struct sl_error err;

	(void)state;
	assert_int_equal(parse_only(repeat(" ", "tcp", "", 4093), NULL), 0);
	assert_int_equal(parse_only(repeat(" ", "tcp", "", 4094), &err), -EINVAL);
	assert_non_null(strstr(err.what, "longer than 4096 bytes"));
}

static void a_long_chain_prints_flat_and_parses_again(void **state)
{
	char *text = repeat("tcp ", "udp", "", 200);

	(void)state;
	check_print(text, NULL);
	free(text);
	text = repeat("tcp or (udp ", "ip", ")", 31);
	check_print(text, NULL);
	free(text);
}

static void a_small_buffer_gets_what_fits_and_the_whole_length(void **state)
{
	struct sl_filter *filter = parse("tcp port 80");
	char buf[8] = "xxxxxxx";

	(void)state;
	assert_int_equal(sl_filter_print(filter, NULL, 0), 17);
	assert_int_equal(sl_filter_print(filter, buf, 1), 17);
	assert_string_equal(buf, "");
	assert_int_equal(sl_filter_print(filter, buf, sizeof(buf)), 17);
	assert_string_equal(buf, "(tcp an");
	sl_filter_destroy(filter);
}

static void identity_filters_are_told_from_those_about_events_and_lives(void **state)
{
	static const struct {
		const char *text;
		bool identity;
	} table[] = {
		{ "", true },
		{ "tcp port 80 and pid 5", true },
		{ "comm ~ x or role client", true },
		{ "event send", false },
		{ "not errno EPIPE", false },
		{ "tcp or rtt > 1ms", false },
		{ "state listen", false },
		{ "tcp and retrans > 0", false },
		{ "sock 1 cgroup 2 netns 3", true },
	};
	struct sl_filter *filter;
	size_t k;

	(void)state;
	for (k = 0; k < NR(table); k++) {
		filter = parse(table[k].text);
		if (sl_filter_is_identity(filter) != table[k].identity)
			fail_msg("\"%s\"", table[k].text);
		sl_filter_destroy(filter);
	}
}

static void the_socket_that_must_be_is_known(void **state)
{
	static const struct {
		const char *text;
		uint64_t cookie;
	} table[] = {
		{ "sock 407a5", 0x407a5 },
		{ "tcp and sock sk:12", 0x12 },
		{ "sock 12 and port 80 and rtt > 1s", 0x12 },
		{ "sock 12 or sock 13", 0 },
		{ "not sock 12", 0 },
		{ "sock != 12", 0 },
		{ "tcp", 0 },
		{ "", 0 },
	};
	struct sl_filter *filter;
	struct sl_error error;

	(void)state;
	for (size_t k = 0; k < sizeof(table) / sizeof(table[0]); k++) {
		assert_int_equal(sl_filter_parse(&filter, table[k].text, &error), 0);
		assert_int_equal(sl_filter_cookie(filter), table[k].cookie);
		sl_filter_destroy(filter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_prints_in_one_spelling),
		cmocka_unit_test(a_service_s_name_is_its_port),
		cmocka_unit_test(a_namespace_may_be_a_path),
		cmocka_unit_test(a_cgroup_may_be_a_path_below_the_mount_point_or_with_it),
		cmocka_unit_test(up_to_64_parentheses_may_be_inside_each_other),
		cmocka_unit_test(up_to_256_terms_make_a_filter),
		cmocka_unit_test(up_to_4096_bytes_make_a_filter),
		cmocka_unit_test(a_long_chain_prints_flat_and_parses_again),
		cmocka_unit_test(a_small_buffer_gets_what_fits_and_the_whole_length),
		cmocka_unit_test(identity_filters_are_told_from_those_about_events_and_lives),
		cmocka_unit_test(the_socket_that_must_be_is_known),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
