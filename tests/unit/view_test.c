// SPDX-License-Identifier: GPL-2.0-or-later
/* What the views are made of: numbers and times for people, ends and events in words, rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../core/fact.h"
#include "../../userspace/cli/columns.h"
#include "../../userspace/cli/human.h"
#include "../../userspace/cli/stamp.h"
#include "../../userspace/cli/words.h"

static const struct term plain = { 0 };
static const struct term fancy = { .utf8 = true };

static void sizes_have_few_digits_and_a_unit(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0B" },          { 412, "412B" },     { 1023, "1023B" },      { 1024, "1.0K" },
		{ 1843, "1.7K" },     { 10239, "9.9K" },   { 10240, "10K" },       { 18231, "17K" },
		{ 1048575, "1023K" }, { 1048576, "1.0M" }, { 5ULL << 30, "5.0G" }, { UINT64_MAX, "15E" },
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		human_bytes(buf, sizeof(buf), cases[i].bytes);
		assert_string_equal(buf, cases[i].text);
	}
}

static void times_have_few_digits_and_a_unit(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "0ns" },
		{ 999, "999ns" },
		{ 1000, "1us" },
		{ 999999, "999us" },
		{ 1000000, "1.0ms" },
		{ 1999999, "1.9ms" },
		{ 84000000, "84ms" },
		{ 999999999, "999ms" },
		{ 1000000000, "1.0s" },
		{ 3100000000, "3.1s" },
		{ 59999999999, "59s" },
		{ 125000000000, "2m05s" },
		{ 3720000000000, "1h02m" },
		{ 273600000000000, "3d04h" },
		{ UINT64_MAX, "213503d23h" },
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		human_time(buf, sizeof(buf), cases[i].ns, false);
		assert_string_equal(buf, cases[i].text);
	}
	human_time(buf, sizeof(buf), 41000, true);
	assert_string_equal(buf, "41µs");
}

static void a_wall_time_is_rfc3339_with_all_nanoseconds(void **state)
{
	char buf[STAMP_SIZE];

	(void)state;
	stamp_rfc3339(buf, 1795352400123456789);
	assert_string_equal(buf, "2026-11-22T13:00:00.123456789Z");
	stamp_rfc3339(buf, 0);
	assert_string_equal(buf, "1970-01-01T00:00:00.000000000Z");
	stamp_rfc3339(buf, -1);
	assert_string_equal(buf, "1969-12-31T23:59:59.999999999Z");
}

static void relative_times_begin_at_the_first_and_may_go_back(void **state)
{
	struct stamp stamp = { .how = TIME_REL };
	char buf[STAMP_SIZE];

	(void)state;
	stamp_text(&stamp, buf, 5000000000);
	assert_string_equal(buf, "0.000");
	stamp_text(&stamp, buf, 5001234567);
	assert_string_equal(buf, "1.234");
	stamp_text(&stamp, buf, 4999999000);
	assert_string_equal(buf, "-0.001");
	stamp.how = TIME_DELTA;
	stamp_text(&stamp, buf, 5000000000);
	assert_string_equal(buf, "0.001");
	stamp.how = TIME_NONE;
	stamp_text(&stamp, buf, 5000000000);
	assert_string_equal(buf, "");
}

static void a_line_is_cut_at_its_end_and_not_overrun(void **state)
{
	struct text t;

	(void)state;
	text_init(&t);
	for (int i = 0; i < 1000; i++)
		text_add(&t, "%s", "abcdef");
	assert_int_equal(t.len, sizeof(t.s) - 1);
	assert_int_equal(strlen(t.s), sizeof(t.s) - 1);
	text_fill(&t, t.len, 10);
	assert_int_equal(strlen(t.s), sizeof(t.s) - 1);
}

static void a_foreign_name_cannot_steer_the_terminal(void **state)
{
	struct sl_ident id = { .known = SL_ID_OWNER, .pid = 7, .comm = "\033[2Jx\n\x9b\x7f" };
	struct text t;

	(void)state;
	text_init(&t);
	words_owner(&t, &id);
	assert_string_equal(t.s, "?[2Jx???[7]");
}

static void a_name_of_sixteen_bytes_needs_no_terminator(void **state)
{
	struct sl_ident id = { .known = SL_ID_OWNER, .pid = 1 };
	struct text t;

	(void)state;
	memset(id.comm, 'a', sizeof(id.comm));
	text_init(&t);
	words_owner(&t, &id);
	assert_string_equal(t.s, "aaaaaaaaaaaaaaaa[1]");
}

static void unknown_ends_and_owners_are_question_marks(void **state)
{
	struct sl_ident id = { .family = AF_INET };
	struct text t;

	(void)state;
	text_init(&t);
	words_owner(&t, &id);
	text_add(&t, " ");
	words_ends(&t, &plain, &id);
	assert_string_equal(t.s, "? ? -> ?");
}

static void addresses_of_version_six_have_brackets(void **state)
{
	struct sl_ident id = { .family = AF_INET6, .known = SL_ID_LOCAL | SL_ID_REMOTE, .lport = 80, .rport = 65535 };
	struct text t;

	(void)state;
	id.laddr[15] = 1;
	memset(id.raddr, 0xff, 16);
	text_init(&t);
	words_ends(&t, &fancy, &id);
	assert_string_equal(t.s, "[::1]:80 → [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

/* Which life ends in which words. */
static void is_end(const struct sl_life *life, const char *words)
{
	struct text t;

	text_init(&t);
	words_end(&t, life);
	assert_string_equal(t.s, words);
}

static void every_close_has_its_words(void **state)
{
	static const struct {
		unsigned how;
		const char *words;
	} cases[] = {
		{ SL_CLOSE_NONE, "?" },
		{ SL_CLOSE_ACTIVE, "closed (local FIN first)" },
		{ SL_CLOSE_PASSIVE, "closed (peer FIN first)" },
		{ SL_CLOSE_SIMULTANEOUS, "closed (both FINs at once)" },
		{ SL_CLOSE_RESET_SENT, "reset sent" },
		{ SL_CLOSE_RESET_RECEIVED, "reset by peer" },
		{ SL_CLOSE_TIMED_OUT, "ETIMEDOUT (no answer)" },
		{ SL_CLOSE_ERROR, "error (connection)" },
		{ SL_CLOSE_UNCONNECTED, "closed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sl_life life = { .close.class_ = (__u16)cases[i].how };

		is_end(&life, cases[i].words);
		life.handshake.outcome = SL_HS_ESTABLISHED;
		is_end(&life, cases[i].words);
	}
}

static void every_failed_handshake_has_its_words(void **state)
{
	static const struct {
		struct sl_handshake hs;
		const char *words;
	} cases[] = {
		{ { .outcome = SL_HS_REFUSED, .err = ECONNREFUSED }, "ECONNREFUSED (RST)" },
		{ { .outcome = SL_HS_TIMED_OUT, .err = ETIMEDOUT, .syn_retrans = 2 }, "ETIMEDOUT after 3 SYNs" },
		{ { .outcome = SL_HS_TIMED_OUT, .err = ETIMEDOUT }, "ETIMEDOUT after 1 SYN" },
		{ { .outcome = SL_HS_UNREACHABLE, .err = ENETUNREACH }, "ENETUNREACH (connect)" },
		{ { .outcome = SL_HS_LOCAL_ERROR, .err = EADDRNOTAVAIL }, "EADDRNOTAVAIL (connect)" },
		{ { .outcome = SL_HS_DENIED, .err = EPERM }, "EPERM (denied by policy)" },
		{ { .outcome = SL_HS_CANCELLED }, "cancelled" },
		{ { .outcome = SL_HS_ABORTED }, "handshake aborted" },
		{ { .outcome = SL_HS_OTHER }, "handshake failed (connect)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sl_life life = { .id.role = SL_ROLE_CLIENT, .handshake = cases[i].hs };

		life.close.class_ = SL_CLOSE_UNCONNECTED;
		is_end(&life, cases[i].words);
	}
}

static void a_failed_bind_is_the_end_of_a_socket_that_never_connected(void **state)
{
	struct sl_life life = { .close.class_ = SL_CLOSE_UNCONNECTED };

	(void)state;
	life.calls.call[SL_CALL_BIND] = (struct sl_call){ .count = 1, .errors = 1, .last_errno = EADDRINUSE };
	is_end(&life, "EADDRINUSE (bind)");
	life.calls.call[SL_CALL_BIND].count = 2; /* the second try went well */
	is_end(&life, "closed");
	life.id.role = SL_ROLE_LISTENER;
	is_end(&life, "listener closed");
}

static void what_is_missing_in_a_record_is_said(void **state)
{
	struct sl_life life = { .close.class_ = SL_CLOSE_ACTIVE };

	(void)state;
	life.complete.flags = SL_LIFE_LOST;
	life.complete.lost = 4;
	is_end(&life, "closed (local FIN first), incomplete: 4 records lost");
	life.complete.flags = SL_LIFE_END_GUESSED;
	is_end(&life, "closed (local FIN first), end not seen");
	life.complete.flags = 0;
	life.close.flags = SL_CLF_NETNS_EXIT;
	is_end(&life, "closed (local FIN first), its namespace went");
}

/* What is not known is never shown as 0, and what is 0 is shown as 0. */
static void unknown_none_and_zero_are_three_things(void **state)
{
	struct sl_life life = { .close.class_ = SL_CLOSE_ACTIVE };
	struct row row = { .term = &plain, .life = &life, .time = "" };
	struct columns c;
	struct text t;

	(void)state;
	assert_int_equal(columns_parse(&c, "out,rtx,drops,hsk,rtt,life", false, NULL), 0);
	text_init(&t);
	columns_row(&c, &row, &t);
	assert_string_equal(t.s, "     ?    ?      ?       -       -       ?");
	life.id.protocol = IPPROTO_TCP;
	life.complete.watched = SL_FACT_BIT(BYTES) | SL_FACT_BIT(RETRANS) | SL_FACT_BIT(DROP);
	life.id.known = SL_ID_CREATED;
	life.id.created_ns = 1000;
	life.close.end_ns = 1000;
	life.flow.srtt_us = 250;
	text_init(&t);
	columns_row(&c, &row, &t);
	assert_string_equal(t.s, "    0B    0      0       -   250us     0ns");
}

static void bytes_that_only_calls_would_show_are_unknown_without_them(void **state)
{
	struct sl_life life = { .id.protocol = IPPROTO_UDP,
				.complete.watched = SL_FACT_BIT(BYTES),
				.calls.send_bytes = 5 };
	struct row row = { .term = &plain, .life = &life, .time = "" };
	struct columns c;
	struct text t;

	(void)state;
	assert_int_equal(columns_parse(&c, "out,in", false, NULL), 0);
	text_init(&t);
	columns_row(&c, &row, &t);
	assert_string_equal(t.s, "     ?      ?");
	life.complete.watched = SL_FACT_BIT(SEND);
	text_init(&t);
	columns_row(&c, &row, &t);
	assert_string_equal(t.s, "    5B      ?");
	life.id.role = SL_ROLE_LISTENER;
	text_init(&t);
	columns_row(&c, &row, &t);
	assert_string_equal(t.s, "     -      -");
}

static void a_life_seen_late_has_lived_longer_than_was_seen(void **state)
{
	struct sl_life life = { .id.created_ns = 1000, .close.end_ns = 3000, .complete.flags = SL_LIFE_SEEN_LATE };
	struct row row = { .term = &plain, .life = &life, .time = "" };
	struct columns c;
	struct text t;

	(void)state;
	assert_int_equal(columns_parse(&c, "hsk,life", false, NULL), 0);
	text_init(&t);
	columns_row(&c, &row, &t);
	assert_string_equal(t.s, "      ?    >2us");
}

static void every_kind_of_event_has_its_words(void **state)
{
	static const struct {
		struct sl_event ev;
		const char *words;
	} cases[] = {
		{ { .kind = SL_EV_CALL, .ret = 3, .call.call = SL_CALL_SOCKET }, "socket(tcp) = 3" },
		{ { .kind = SL_EV_CALL, .ret = -EACCES, .call.call = SL_CALL_BIND }, "bind(127.0.0.1:80) = -1 EACCES" },
		{ { .kind = SL_EV_CALL, .call = { .call = SL_CALL_LISTEN, .arg = 5 } }, "listen(backlog 5) = 0" },
		{ { .kind = SL_EV_CALL,
		    .ret = -EINPROGRESS,
		    .call.call = SL_CALL_CONNECT,
		    .flags = SL_EVF_TIMED,
		    .dur_ns = 38000 },
		  "connect(?) = -1 EINPROGRESS <38us>" },
		{ { .kind = SL_EV_CALL,
		    .ret = 9,
		    .call = { .call = SL_CALL_ACCEPT, .cookie = 0x1002, .wait_ns = 280000 } },
		  "accept() from sock 1002, waited 280us" },
		{ { .kind = SL_EV_CALL, .ret = -EAGAIN, .call.call = SL_CALL_ACCEPT }, "accept() = -1 EAGAIN" },
		{ { .kind = SL_EV_CALL, .ret = 77, .io = { .call = SL_CALL_SEND, .bytes = 77 } }, "send 77 B = 77" },
		{ { .kind = SL_EV_CALL, .ret = -EPIPE, .io.call = SL_CALL_SEND }, "send = -1 EPIPE" },
		{ { .kind = SL_EV_CALL, .io.call = SL_CALL_RECV }, "recv 0 B = 0" },
		{ { .kind = SL_EV_CALL, .call = { .call = SL_CALL_SHUTDOWN, .arg = 1 } }, "shutdown(SHUT_WR) = 0" },
		{ { .kind = SL_EV_CALL, .call = { .call = SL_CALL_CLOSE, .arg = 4 } }, "close(4) = 0" },
		{ { .kind = SL_EV_OPTION,
		    .option.opt = { SOL_SOCKET, SO_REUSEADDR, 1, 0, -EPERM, SL_OPT_ASKED | SL_OPT_RET } },
		  "setsockopt(SOL_SOCKET, SO_REUSEADDR, 1) = -1 EPERM" },
		{ { .kind = SL_EV_STATE, .state = { 2, 1, { 0 } } }, "state SYN-SENT -> ESTABLISHED" },
		{ { .kind = SL_EV_SEGMENT, .flags = SL_EVF_OUT, .segment.flags = 0x02 }, "SYN ->" },
		{ { .kind = SL_EV_SEGMENT, .flags = SL_EVF_IN, .segment.flags = 0x12 }, "<- SYN-ACK" },
		{ { .kind = SL_EV_RETRANS, .segment = { .flags = 0x02, .count = 2 } }, "retransmit #2 SYN" },
		{ { .kind = SL_EV_RESET, .flags = SL_EVF_IN }, "<- RST" },
		{ { .kind = SL_EV_RESET, .flags = SL_EVF_OUT }, "RST ->" },
		{ { .kind = SL_EV_ERROR, .ret = -ECONNREFUSED }, "error ECONNREFUSED" },
		{ { .kind = SL_EV_OUTCOME,
		    .state.new_state = SL_HS_ESTABLISHED,
		    .flags = SL_EVF_TIMED,
		    .dur_ns = 41000 },
		  "handshake established in 41us" },
		{ { .kind = SL_EV_OUTCOME, .state.new_state = SL_HS_REFUSED, .ret = -ECONNREFUSED },
		  "handshake refused: ECONNREFUSED" },
		{ { .kind = 99 }, "event 99" },
	};
	struct sl_ident id = { .known = SL_ID_TYPE | SL_ID_LOCAL,
			       .family = AF_INET,
			       .type = SOCK_STREAM,
			       .protocol = IPPROTO_TCP,
			       .lport = 80 };
	struct text t;

	(void)state;
	memcpy(id.laddr, "\x7f\0\0\1", 4);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_init(&t);
		words_event(&t, &plain, &cases[i].ev, &id);
		assert_string_equal(t.s, cases[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_few_digits_and_a_unit),
		cmocka_unit_test(times_have_few_digits_and_a_unit),
		cmocka_unit_test(a_wall_time_is_rfc3339_with_all_nanoseconds),
		cmocka_unit_test(relative_times_begin_at_the_first_and_may_go_back),
		cmocka_unit_test(a_line_is_cut_at_its_end_and_not_overrun),
		cmocka_unit_test(a_foreign_name_cannot_steer_the_terminal),
		cmocka_unit_test(a_name_of_sixteen_bytes_needs_no_terminator),
		cmocka_unit_test(unknown_ends_and_owners_are_question_marks),
		cmocka_unit_test(addresses_of_version_six_have_brackets),
		cmocka_unit_test(every_close_has_its_words),
		cmocka_unit_test(every_failed_handshake_has_its_words),
		cmocka_unit_test(a_failed_bind_is_the_end_of_a_socket_that_never_connected),
		cmocka_unit_test(what_is_missing_in_a_record_is_said),
		cmocka_unit_test(unknown_none_and_zero_are_three_things),
		cmocka_unit_test(bytes_that_only_calls_would_show_are_unknown_without_them),
		cmocka_unit_test(a_life_seen_late_has_lived_longer_than_was_seen),
		cmocka_unit_test(every_kind_of_event_has_its_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
