// SPDX-License-Identifier: GPL-2.0-or-later
/* Names: every number of the ABI has one, they come back, and numbers that have none give NULL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../core/abi.h"
#include "../../core/fact.h"
#include "../../userspace/lib/names.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))

typedef const char *(*name_fn)(unsigned number);

static void check_all_named(name_fn name, unsigned from, unsigned to)
{
	unsigned a, b;

	for (a = from; a < to; a++) {
		assert_non_null(name(a));
		for (b = from; b < a; b++)
			assert_string_not_equal(name(a), name(b));
	}
	assert_null(name(to));
	assert_null(name(UINT_MAX));
}

static void every_number_of_the_abi_has_its_own_name(void **state)
{
	(void)state;
	check_all_named(sl_name_call, 0, SL_CALL_NR);
	check_all_named(sl_name_event, SL_EV_CALL, SL_EV_NR);
	check_all_named(sl_name_role, 0, SL_ROLE_LISTENER + 1);
	check_all_named(sl_name_by, 0, SL_BY_NR);
	check_all_named(sl_name_origin, 0, SL_ORIGIN_SEEDED + 1);
	check_all_named(sl_name_outcome, 0, SL_HS_OTHER + 1);
	check_all_named(sl_name_close, 0, SL_CLOSE_UNCONNECTED + 1);
	check_all_named(sl_name_lost, 0, SL_LOST_NR);
	check_all_named(sl_name_fact, 0, SL_FACT_NR);
	check_all_named(sl_about_fact, 0, SL_FACT_NR);
	check_all_named(sl_name_state, 1, 13);
	assert_null(sl_name_state(0));
	assert_null(sl_name_event(0));
}

static void names_stand_at_their_numbers(void **state)
{
	(void)state;
	assert_string_equal(sl_name_call(SL_CALL_SETSOCKOPT), "setsockopt");
	assert_string_equal(sl_name_event(SL_EV_TAIL), "tail");
	assert_string_equal(sl_name_role(SL_ROLE_LISTENER), "listener");
	assert_string_equal(sl_name_origin(SL_ORIGIN_SEEDED), "seeded");
	assert_string_equal(sl_name_outcome(SL_HS_TIMED_OUT), "timed-out");
	assert_string_equal(sl_name_close(SL_CLOSE_RESET_RECEIVED), "reset-received");
	assert_string_equal(sl_name_lost(SL_LOST_RESERVE), "reserve");
	assert_string_equal(sl_name_fact(SL_FACT_SYNACK_RETRANS), "synack-retrans");
	assert_string_equal(sl_name_state(1), "ESTABLISHED");
	assert_string_equal(sl_name_state(4), "FIN-WAIT-1");
	assert_string_equal(sl_name_state(12), "NEW-SYN-RECV");
}

static void calls_and_events_come_back_in_any_case(void **state)
{
	unsigned k;

	(void)state;
	for (k = 0; k < SL_CALL_NR; k++)
		assert_int_equal(sl_number_call(sl_name_call(k)), k);
	for (k = SL_EV_CALL; k < SL_EV_NR; k++)
		assert_int_equal(sl_number_event(sl_name_event(k)), k);
	assert_int_equal(sl_number_call("CONNECT"), SL_CALL_CONNECT);
	assert_int_equal(sl_number_event("Retrans"), SL_EV_RETRANS);
	assert_int_equal(sl_number_call("conn"), -1);
	assert_int_equal(sl_number_event(""), -1);
}

static void states_come_back_however_they_are_spelt(void **state)
{
	static const struct {
		const char *name;
		int number;
	} spelt[] = {
		{ "established", 1 }, { "ESTAB", 1 },      { "syn-sent", 2 },   { "SYN_SENT", 2 },
		{ "synsent", 2 },     { "syn-recv", 3 },   { "fin-wait-1", 4 }, { "FIN_WAIT1", 4 },
		{ "FIN_WAIT2", 5 },   { "time-wait", 6 },  { "closed", 7 },     { "unconnected", 7 },
		{ "unconn", 7 },      { "CLOSE", 7 },      { "close-wait", 8 }, { "LAST_ACK", 9 },
		{ "listen", 10 },     { "listening", 10 }, { "closing", 11 },   { "new-syn-recv", 12 },
		{ "", -1 },           { "-", -1 },         { "establish", -1 }, { "fin-wait", -1 },
		{ "fin-wait-3", -1 },
	};
	unsigned k;

	(void)state;
	for (k = 0; k < NR(spelt); k++) {
		if (sl_number_state(spelt[k].name) != spelt[k].number)
			fail_msg("\"%s\" gave %d", spelt[k].name, sl_number_state(spelt[k].name));
	}
	for (k = 1; k < 13; k++)
		assert_int_equal(sl_number_state(sl_name_state(k)), k);
}

static void errnos_are_named_whatever_their_sign(void **state)
{
	int err;

	(void)state;
	assert_string_equal(sl_name_errno(ECONNREFUSED), "ECONNREFUSED");
	assert_string_equal(sl_name_errno(-ETIMEDOUT), "ETIMEDOUT");
	assert_null(sl_name_errno(0));
	assert_null(sl_name_errno(4000));
	assert_null(sl_name_errno(INT_MIN));
	assert_null(sl_name_errno(INT_MAX));
	for (err = 1; err < 134; err++) {
		if (sl_name_errno(err))
			assert_int_equal(sl_number_errno(sl_name_errno(err)), err);
	}
	assert_int_equal(sl_number_errno("econnreset"), ECONNRESET);
	assert_int_equal(sl_number_errno("EWOULDBLOCK"), EAGAIN);
	assert_int_equal(sl_number_errno("ENOTSUP"), EOPNOTSUPP);
	assert_int_equal(sl_number_errno("EFOO"), -1);
	assert_int_equal(sl_number_errno(""), -1);
}

static void families_and_protocols_have_the_filter_s_words(void **state)
{
	(void)state;
	assert_string_equal(sl_name_family(AF_INET), "ip");
	assert_string_equal(sl_name_family(AF_INET6), "ip6");
	assert_string_equal(sl_name_family(AF_UNIX), "unix");
	assert_string_equal(sl_name_family(AF_NETLINK), "netlink");
	assert_null(sl_name_family(0));
	assert_null(sl_name_family(65535));
	assert_string_equal(sl_name_protocol(AF_INET, SOCK_STREAM, 6), "tcp");
	assert_string_equal(sl_name_protocol(AF_INET6, SOCK_STREAM, 0), "tcp");
	assert_string_equal(sl_name_protocol(AF_INET6, SOCK_DGRAM, 17), "udp");
	assert_string_equal(sl_name_protocol(AF_INET, SOCK_RAW, 6), "raw");
	assert_string_equal(sl_name_protocol(AF_INET, SOCK_STREAM, 262), "mptcp");
	assert_string_equal(sl_name_protocol(AF_UNIX, SOCK_SEQPACKET, 0), "unix-seqpacket");
	assert_string_equal(sl_name_protocol(AF_UNIX, 77, 0), "unix");
	assert_string_equal(sl_name_protocol(AF_NETLINK, SOCK_RAW, 6), "netlink");
	assert_null(sl_name_protocol(AF_INET, SOCK_STREAM, 200));
	assert_null(sl_name_protocol(999, 1, 6));
}

static void options_are_named_within_their_level(void **state)
{
	(void)state;
	assert_string_equal(sl_name_sockopt(SOL_SOCKET, SO_REUSEADDR), "SO_REUSEADDR");
	assert_string_equal(sl_name_sockopt(SOL_SOCKET, SO_RCVTIMEO), "SO_RCVTIMEO");
	assert_string_equal(sl_name_sockopt(6, 1), "TCP_NODELAY");
	assert_string_equal(sl_name_sockopt(284, 1), "MPTCP_INFO");
	assert_string_equal(sl_name_sockopt(6, 18), "TCP_USER_TIMEOUT");
	assert_string_equal(sl_name_sockopt(0, 1), "IP_TOS");
	assert_string_equal(sl_name_sockopt(41, 26), "IPV6_V6ONLY");
	assert_string_equal(sl_name_sockopt(17, 103), "UDP_SEGMENT");
	assert_null(sl_name_sockopt(6, 9999));
	assert_null(sl_name_sockopt(9999, 1));
	assert_string_equal(sl_name_sockopt_level(SOL_SOCKET), "SOL_SOCKET");
	assert_string_equal(sl_name_sockopt_level(6), "IPPROTO_TCP");
	assert_null(sl_name_sockopt_level(9999));
}

static void check_segment(unsigned flags, const char *name)
{
	char buf[40];

	assert_string_equal(sl_name_segment(flags, buf, sizeof(buf)), name);
}

static void segments_are_named_by_their_flags(void **state)
{
	char buf[6] = "xxxxx";

	(void)state;
	check_segment(0x02, "SYN");
	check_segment(0x12, "SYN-ACK");
	check_segment(0x10, "ACK");
	check_segment(0x11, "FIN-ACK");
	check_segment(0x04, "RST");
	check_segment(0x14, "RST-ACK");
	check_segment(0x18, "PSH-ACK");
	check_segment(0xff, "SYN-FIN-RST-PSH-ACK-URG-ECE-CWR");
	check_segment(0, "none");
	check_segment(0x100, "none");
	assert_string_equal(sl_name_segment(0x12, buf, sizeof(buf)), "SYN-A");
	assert_ptr_equal(sl_name_segment(0x12, buf, 0), buf);
	assert_string_equal(buf, "SYN-A");
	memset(buf, 'x', sizeof(buf));
	assert_string_equal(sl_name_segment(0xff, buf, 4), "SYN");
	assert_memory_equal(buf + 4, "xx", 2);
}

static void *ask_reasons(void *found)
{
	uint32_t k;

	for (k = 0; k < 300; k++) {
		const char *name = sl_name_drop_reason(k);

		if (name && !strcmp(name, "NO_SOCKET"))
			*(uint32_t *)found = k;
	}
	return NULL;
}

static void drop_reasons_are_the_running_kernel_s(void **state)
{
	uint32_t found[4] = { 0 };
	pthread_t thread[4];
	unsigned k;

	(void)state;
	if (access("/sys/kernel/btf/vmlinux", R_OK) || !sl_name_drop_reason(2)) {
		print_message("# no BTF, or a kernel without drop reasons: only that all are unknown is checked\n");
		for (k = 0; k < 1000; k++)
			assert_null(sl_name_drop_reason(k));
		return;
	}
	for (k = 0; k < 4; k++)
		assert_int_equal(pthread_create(&thread[k], NULL, ask_reasons, &found[k]), 0);
	for (k = 0; k < 4; k++)
		assert_int_equal(pthread_join(thread[k], NULL), 0);
	for (k = 0; k < 4; k++) {
		assert_int_not_equal(found[k], 0);
		assert_int_equal(found[k], found[0]);
	}
	assert_null(sl_name_drop_reason(UINT32_MAX));
	assert_null(sl_name_drop_reason(0x10001));
	assert_null(sl_name_reset_reason(UINT32_MAX));
}

static void reasons_carry_no_prefix(void **state)
{
	uint32_t k;

	(void)state;
	for (k = 0; k < 2000; k++) {
		const char *drop = sl_name_drop_reason(k), *reset = sl_name_reset_reason(k);

		assert_true(!drop ||
			    (strncmp(drop, "SKB_DROP_", 9) && strcmp(drop, "MAX") && isupper((unsigned char)*drop)));
		assert_true(!reset ||
			    (strncmp(reset, "SK_RST_", 7) && strcmp(reset, "MAX") && isupper((unsigned char)*reset)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_of_the_abi_has_its_own_name),
		cmocka_unit_test(names_stand_at_their_numbers),
		cmocka_unit_test(calls_and_events_come_back_in_any_case),
		cmocka_unit_test(states_come_back_however_they_are_spelt),
		cmocka_unit_test(errnos_are_named_whatever_their_sign),
		cmocka_unit_test(families_and_protocols_have_the_filter_s_words),
		cmocka_unit_test(options_are_named_within_their_level),
		cmocka_unit_test(segments_are_named_by_their_flags),
		cmocka_unit_test(drop_reasons_are_the_running_kernel_s),
		cmocka_unit_test(reasons_carry_no_prefix),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
