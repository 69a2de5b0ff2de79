// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From filter to kernel program: whatever the kernel says early, with less known, the reader never contradicts at the
 * end. Seeded random filters, identities and lives; and by hand, what is kept of a filter that is too long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../../userspace/lib/filter.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))
#define ROUNDS 20000

static uint64_t seed;

static unsigned random_below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

/* Few values each, so that random sockets often match. */
static const char *const terms[] = {
	"tcp",
	"udp",
	"unix",
	"ip",
	"ip6",
	"host 10.0.0.1",
	"src host 10.0.0.2",
	"dst net 10.0.0.0/31",
	"host ::1",
	"net ::/0",
	"net 0.0.0.0/0",
	"port 1",
	"src port 2",
	"dst port > 1",
	"port <= 1",
	"portrange 1-2",
	"dst portrange 2-3",
	"port != 1",
	"pid 1",
	"pid > 1",
	"pid != 2",
	"uid 1",
	"uid < 2",
	"cgroup 1",
	"netns 1",
	"netns != 2",
	"role client",
	"role != server",
	"comm a",
	"comm != b",
	"comm ~ [ab]",
	"sock 1",
	"sock != 2",
	"retrans > 1",
	"bytes < 2",
	"life > 1ns",
	"handshake >= 1ns",
	"rtt > 1us",
	"event connect",
	"event retrans",
	"errno EPERM",
	"state established",
};

static void random_text(char *text, size_t size, unsigned depth)
{
	char left[8192], right[8192];

	if (!depth || !random_below(5)) {
		snprintf(text, size, "%s%s", random_below(4) ? "" : "not ", terms[random_below(NR(terms))]);
		return;
	}
	random_text(left, sizeof(left), depth - 1);
	random_text(right, sizeof(right), depth - 1);
	snprintf(text, size, "%s(%.2000s %s %.2000s)", random_below(4) ? "" : "not ", left,
		 random_below(3) ? "and" : "or", right);
}

/* Values stand in fields that are not known too: nobody may look at them. */
static struct sl_ident random_ident(void)
{
	static const uint16_t families[] = { 1, 2, 2, 2, 10, 16 };
	static const uint16_t protocols[] = { 0, 6, 6, 17 };
	struct sl_ident id = {
		.cookie = 1 + random_below(2),
		.cgroup_id = random_below(3),
		.netns = random_below(3),
		.pid = random_below(3),
		.uid = random_below(3),
		.family = families[random_below(NR(families))],
		.protocol = protocols[random_below(NR(protocols))],
		.lport = (uint16_t)random_below(4),
		.rport = (uint16_t)random_below(4),
		.role = (uint8_t)random_below(4),
		.created_ns = random_below(3),
		.known = random_below(128),
		.laddr = { 10, 0, 0, (uint8_t)random_below(3) },
		.raddr = { 10, 0, 0, (uint8_t)random_below(3) },
	};

	id.comm[0] = (char)('a' + random_below(3));
	return id;
}

static struct sl_life random_life(const struct sl_ident *id)
{
	struct sl_life life = { .id = *id };

	life.complete.watched = random_below(2) ? ~0ULL : 0;
	life.errors.retrans = random_below(4);
	life.flow.bytes_sent = random_below(3);
	life.flow.srtt_us = random_below(3);
	life.handshake.outcome = (uint16_t)random_below(4);
	life.handshake.begin_ns = random_below(3);
	life.handshake.done_ns = random_below(4);
	life.handshake.err = (int)random_below(2);
	life.close.end_ns = random_below(5);
	life.close.last_state = (uint16_t)random_below(3);
	life.calls.call[SL_CALL_CONNECT].count = random_below(2);
	return life;
}

static struct sl_event random_event(void)
{
	struct sl_event ev = { .kind = (uint16_t)(1 + random_below(SL_EV_NR - 1)), .ret = -(int)random_below(3) };

	ev.call.call = random_below(SL_CALL_NR);
	return ev;
}

/* What was known less of it before: the same socket, earlier. */
static struct sl_ident earlier(const struct sl_ident *id)
{
	struct sl_ident before = *id;

	before.known &= random_below(128);
	if (random_below(2))
		before.role = SL_ROLE_NONE;
	if (!(before.known & SL_ID_OWNER))
		before.pid = before.uid = random_below(3);
	return before;
}

struct seen {
	unsigned no, yes, maybe, whole, part, wide;
};

static void check_never_contradicted(const char *text, const char *who, int kernel, int reader)
{
	if ((kernel == SL_TRI_NO && reader != SL_TRI_NO) || (kernel == SL_TRI_YES && reader != SL_TRI_YES))
		fail_msg("\"%s\": the kernel says %d, %s %d", text, kernel, who, reader);
}

static void check_socket(const char *text, const struct sl_filter *filter, const struct sl_match *match, bool whole,
			 struct seen *seen)
{
	struct sl_ident after = random_ident(), before = earlier(&after);
	struct sl_life life = random_life(&after);
	struct sl_event ev = random_event();
	int early = sl_match_ident(match, &before, 0), late = sl_match_ident(match, &after, 1);
	int end = sl_filter_eval(filter, &after, &life, NULL, true);

	check_never_contradicted(text, "the reader at the end", early, end);
	check_never_contradicted(text, "the reader at the end", late, end);
	check_never_contradicted(text, "of an event", early, sl_filter_eval(filter, &after, &life, &ev, true));
	check_never_contradicted(text, "early", early, sl_filter_eval(filter, &before, NULL, NULL, false));
	check_never_contradicted(text, "its own early word", sl_filter_eval(filter, &before, NULL, &ev, false),
				 sl_filter_eval(filter, &after, &life, &ev, true));
	assert_int_not_equal(end, SL_TRI_MAYBE);
	if (whole) {
		assert_int_equal(late, end);
		assert_int_equal(early, sl_filter_eval(filter, &before, NULL, NULL, false));
	}
	seen->no += early == SL_TRI_NO;
	seen->yes += early == SL_TRI_YES;
	seen->maybe += early == SL_TRI_MAYBE;
}

static void the_kernel_s_no_and_yes_are_never_contradicted(void **state)
{
	struct seen seen = { 0 };
	struct sl_filter *filter;
	struct sl_match match;
	char text[8192];
	unsigned k, n;
	bool whole;

	(void)state;
	seed = 0x5eed5eed5eedULL;
	for (k = 0; k < ROUNDS; k++) {
		random_text(text, sizeof(text), 1 + random_below(5));
		if (strlen(text) > 4096)
			continue;
		assert_int_equal(sl_filter_parse(&filter, text, NULL), 0);
		sl_filter_match(filter, &match, &whole);
		assert_true(match.len >= 1 && match.len <= SL_MATCH_MAX);
		seen.whole += whole;
		seen.part += !whole;
		seen.wide += match.len > 8;
		for (n = 0; n < 8; n++)
			check_socket(text, filter, &match, whole, &seen);
		sl_filter_destroy(filter);
	}
	print_message(
		"# early: %u NO, %u YES, %u MAYBE; programs: %u whole, %u in part, %u of more than 8 instructions\n",
		seen.no, seen.yes, seen.maybe, seen.whole, seen.part, seen.wide);
	assert_true(seen.no > ROUNDS / 4 && seen.yes > ROUNDS / 4 && seen.maybe > ROUNDS / 4);
	assert_true(seen.whole > ROUNDS / 20 && seen.part > ROUNDS / 20 && seen.wide > ROUNDS / 20);
}

static struct sl_match lower(const char *text, bool *whole)
{
	struct sl_filter *filter;
	struct sl_match match;
	struct sl_error err = { 0 };

	if (sl_filter_parse(&filter, text, &err))
		fail_msg("\"%s\": %s", text, err.what);
	sl_filter_match(filter, &match, whole);
	sl_filter_destroy(filter);
	return match;
}

static void programs_are_as_long_as_they_need_to_be(void **state)
{
	static const struct {
		const char *text;
		unsigned len;
		bool whole;
	} table[] = {
		{ "", 0, true },
		{ "ip", 1, true },
		{ "tcp", 3, true },
		{ "pid 1", 1, true },
		{ "not pid 1", 2, true },
		{ "host ::1", 3, true },
		{ "src host ::1", 1, true },
		{ "tcp port 80", 7, true },
		{ "rtt > 1ms", 1, false },
		{ "comm ~ x", 1, false },
		{ "not errno EPERM", 1, false },
		{ "rtt > 1ms and bytes > 1 or event send", 1, false },
		{ "pid 1 and rtt > 1ms", 3, false },
	};
	struct sl_match match;
	bool whole;
	size_t k;

	(void)state;
	for (k = 0; k < NR(table); k++) {
		match = lower(table[k].text, &whole);
		if (match.len != table[k].len || whole != table[k].whole)
			fail_msg("\"%s\": %u instructions, %s", table[k].text, match.len,
				 whole ? "whole" : "not whole");
	}
}

/* "(... or port 10 or port 11 ...)": 4 instructions each */
static void many_ports(char *text, const char *before, unsigned n)
{
	unsigned k;

	strcpy(text, before);
	for (k = 0; k < n; k++)
		sprintf(text + strlen(text), "%sport %u", k ? " or " : "", 10 + k);
	strcat(text, ")");
}

static void of_a_filter_that_is_too_long_what_fits_still_rules_out(void **state)
{
	struct sl_ident tcp = { .family = 2, .protocol = 6, .pid = 7, .rport = 11, .known = 127 }, udp = tcp,
			other = tcp;
	struct sl_match match;
	char text[1024];
	bool whole;

	(void)state;
	udp.protocol = 17;
	other.pid = 8;
	many_ports(text, "tcp and pid 7 and (", 20);
	match = lower(text, &whole);
	assert_false(whole);
	assert_true(match.len > 1 && match.len <= SL_MATCH_MAX);
	assert_int_equal(sl_match_ident(&match, &tcp, 0), SL_TRI_MAYBE);
	assert_int_equal(sl_match_ident(&match, &udp, 0), SL_TRI_NO);
	assert_int_equal(sl_match_ident(&match, &other, 0), SL_TRI_NO);
	tcp.rport = 99; /* in none of the terms, kept or not */
	many_ports(text, "not (udp or pid 8 or ", 20);
	match = lower(text, &whole);
	assert_false(whole);
	assert_int_equal(sl_match_ident(&match, &tcp, 0), SL_TRI_MAYBE);
	assert_int_equal(sl_match_ident(&match, &udp, 0), SL_TRI_NO);
	assert_int_equal(sl_match_ident(&match, &other, 0), SL_TRI_NO);
}

static void a_choice_that_is_too_long_rules_out_nothing(void **state)
{
	struct sl_ident udp = { .family = 2, .protocol = 17, .known = 127 };
	struct sl_match match;
	char text[1024];
	bool whole;

	(void)state;
	many_ports(text, "(tcp or ", 8);
	match = lower(text, &whole);
	assert_int_equal(match.len, 1);
	assert_false(whole);
	assert_int_equal(sl_match_ident(&match, &udp, 1), SL_TRI_MAYBE);
	many_ports(text, "(", 8);
	match = lower(text, &whole);
	assert_int_equal(match.len, 31);
	assert_true(whole);
	assert_int_equal(sl_match_ident(&match, &udp, 1), SL_TRI_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_are_as_long_as_they_need_to_be),
		cmocka_unit_test(of_a_filter_that_is_too_long_what_fits_still_rules_out),
		cmocka_unit_test(a_choice_that_is_too_long_rules_out_nothing),
		cmocka_unit_test(the_kernel_s_no_and_yes_are_never_contradicted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("filter_lower", tests, NULL, NULL);
}
