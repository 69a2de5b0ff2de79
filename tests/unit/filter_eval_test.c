// SPDX-License-Identifier: GPL-2.0-or-later
/* The reader's verdict: what is unknown yet is MAYBE, what will never be known makes no term true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../core/fact.h"
#include "../../userspace/lib/filter.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))
#define MS 1000000ULL

enum { N = SL_TRI_NO, Y = SL_TRI_YES, M = SL_TRI_MAYBE };

static const char *const tri_names[] = { "NO", "YES", "MAYBE" };

static int eval(const char *text, const struct sl_ident *id, const struct sl_life *life, const struct sl_event *ev,
		bool final)
{
	struct sl_filter *filter;
	struct sl_error err = { 0 };
	int tri;

	if (sl_filter_parse(&filter, text, &err))
		fail_msg("\"%s\": %s", text, err.what);
	tri = sl_filter_eval(filter, id, life, ev, final);
	sl_filter_destroy(filter);
	return tri;
}

struct expect {
	const char *text;
	int verdict;
};

static void check(const struct expect *table, size_t nr, const struct sl_life *life, const struct sl_event *ev,
		  bool final)
{
	static const struct sl_ident nobody = { .family = 2 };
	size_t k;

	for (k = 0; k < nr; k++) {
		int tri = eval(table[k].text, life ? &life->id : &nobody, life, ev, final);

		if (tri != table[k].verdict)
			fail_msg("\"%s\": %s, not %s", table[k].text, tri_names[tri], tri_names[table[k].verdict]);
	}
}

/* A client's life: 3 s long, handshake 20 ms, 1000 bytes out, 5000 in, 2 retransmissions. */
static struct sl_life client(void)
{
	return (struct sl_life){
		.id = { .cookie = 0x407a5,
			.cgroup_id = 42,
			.netns = 7,
			.pid = 100,
			.uid = 1000,
			.created_ns = 1000 * MS,
			.known = SL_ID_OWNER | SL_ID_LOCAL | SL_ID_REMOTE | SL_ID_CREATED | SL_ID_TYPE,
			.family = 2,
			.type = 1,
			.protocol = 6,
			.lport = 40000,
			.rport = 443,
			.role = SL_ROLE_CLIENT,
			.laddr = { 10, 0, 0, 1 },
			.raddr = { 192, 0, 2, 1 },
			.comm = "curl" },
		.complete = { .watched = ~0ULL },
		.handshake = { .begin_ns = 1100 * MS, .done_ns = 1120 * MS, .outcome = SL_HS_ESTABLISHED },
		.close = { .end_ns = 4000 * MS, .last_state = 6, .class_ = SL_CLOSE_ACTIVE },
		.flow = { .bytes_sent = 1000, .bytes_received = 5000, .srtt_us = 25000 },
		.errors = { .retrans = 2 },
		.calls = { .call[SL_CALL_CONNECT] = { .count = 1, .errors = 1, .last_errno = EINPROGRESS },
			   .err = { { SL_CALL_RECV, EAGAIN, 3 } },
			   .options = 1,
			   .option = { { 6, 1, 1, 0, -ENOPROTOOPT, SL_OPT_ASKED | SL_OPT_RET } } },
	};
}

static void an_empty_filter_takes_everything(void **state)
{
	static const struct expect all[] = { { "", Y }, { "  ", Y } };

	(void)state;
	check(all, NR(all), NULL, NULL, false);
	check(all, NR(all), NULL, NULL, true);
}

static void identity_is_decided_as_soon_as_it_is_known(void **state)
{
	static const struct expect table[] = {
		{ "tcp", Y },
		{ "udp", N },
		{ "unix", N },
		{ "ip", Y },
		{ "ip6", N },
		{ "host 10.0.0.1", Y },
		{ "host 192.0.2.1", Y },
		{ "host 10.0.0.2", N },
		{ "src host 10.0.0.1", Y },
		{ "dst host 10.0.0.1", N },
		{ "net 192.0.2.0/24", Y },
		{ "src net 192.0.2.0/24", N },
		{ "host ::1", N },
		{ "port 443", Y },
		{ "port 40000", Y },
		{ "src port 443", N },
		{ "dst port 443", Y },
		{ "port 80", N },
		{ "port != 443", N },
		{ "port != 80", Y },
		{ "lport > 39999", Y },
		{ "rport > 1023", N },
		{ "port < 500", Y },
		{ "portrange 400-500", Y },
		{ "src portrange 400-500", N },
		{ "pid 100", Y },
		{ "pid != 100", N },
		{ "pid < 100", N },
		{ "uid >= 1000", Y },
		{ "cgroup 42", Y },
		{ "netns 7", Y },
		{ "netns 8", N },
		{ "role client", Y },
		{ "role server", N },
		{ "comm curl", Y },
		{ "comm cur", N },
		{ "comm != wget", Y },
		{ "comm ~ ^c", Y },
		{ "comm ~ \"rl$\"", Y },
		{ "comm ~ ^url", N },
		{ "sock 407a5", Y },
		{ "sock 1", N },
		{ "tcp and (port 80 or port 443) and not comm wget", Y },
	};
	struct sl_life life = client();

	(void)state;
	check(table, NR(table), &life, NULL, false);
	check(table, NR(table), &life, NULL, true);
}

static void unknown_identity_is_maybe_and_in_the_end_no(void **state)
{
	static const struct expect open[] = {
		{ "tcp", M },
		{ "udp", M },
		{ "unix", N },
		{ "port 443", M },
		{ "host 10.0.0.1", M },
		{ "pid 100", M },
		{ "comm ~ c", M },
		{ "comm curl", M },
		{ "role client", M },
		{ "not pid 5", M },
		{ "unix and pid 1", N },
		{ "ip or pid 1", Y },
		{ "pid 1 or uid 1", M },
	};
	static const struct expect final[] = {
		{ "tcp", N },        { "port 443", N }, { "pid 100", N },     { "not pid 100", Y },
		{ "pid != 100", Y }, { "comm ~ c", N }, { "role client", N },
	};
	struct sl_life life = { .id = { .family = 2, .cookie = 1 } };

	(void)state;
	check(open, NR(open), &life, NULL, false);
	check(final, NR(final), &life, NULL, true);
}

static void netlink_is_never_tcp_whatever_its_protocol(void **state)
{
	static const struct expect table[] = { { "tcp", N }, { "not tcp", Y } };
	struct sl_life life = { .id = { .family = 16, .protocol = 6, .known = SL_ID_TYPE } };

	(void)state;
	check(table, NR(table), &life, NULL, true);
}

static const struct expect measures[] = {
	{ "life = 3s", Y },        { "life > 3s", N },           { "life >= 3s", Y },       { "life < 2999ms", N },
	{ "handshake = 20ms", Y }, { "handshake > 20ms", N },    { "rtt > 20ms", Y },       { "rtt = 25ms", Y },
	{ "bytes = 6000", Y },     { "bytes > 6000", N },        { "bytes_out = 1000", Y }, { "bytes_in < 5001", Y },
	{ "retrans = 2", Y },      { "retrans != 2", N },        { "lost = 0", Y },         { "accept_wait > 0", N },
	{ "accept_wait >= 0", N }, { "not accept_wait > 0", Y },
};

static void measures_are_compared_when_the_life_has_ended(void **state)
{
	struct sl_life life = client();

	(void)state;
	check(measures, NR(measures), &life, NULL, true);
	life.handshake.accept_ns = 1150 * MS;
	assert_int_equal(eval("accept_wait = 30ms", &life.id, &life, NULL, true), Y);
	life.flow.srtt_us = 0;
	assert_int_equal(eval("rtt >= 0", &life.id, &life, NULL, true), N);
	life.handshake.rtt_us = 300;
	assert_int_equal(eval("rtt = 300us", &life.id, &life, NULL, true), Y);
}

static void without_a_life_every_measure_is_maybe_and_in_the_end_no(void **state)
{
	size_t k;

	(void)state;
	for (k = 0; k < NR(measures); k++) {
		struct expect open = { measures[k].text, M }, final = { measures[k].text, N };

		check(&open, 1, NULL, NULL, false);
		if (strncmp(measures[k].text, "not", 3))
			check(&final, 1, NULL, NULL, true);
	}
}

static void a_count_that_still_grows_decides_what_cannot_change(void **state)
{
	static const struct expect table[] = {
		{ "retrans > 1", Y },  { "retrans > 2", M },  { "retrans >= 2", Y }, { "retrans < 2", N },
		{ "retrans < 3", M },  { "retrans <= 1", N }, { "retrans <= 2", M }, { "retrans = 1", N },
		{ "retrans = 2", M },  { "retrans != 1", Y }, { "retrans != 2", M }, { "bytes > 5999", Y },
		{ "bytes > 6000", M }, { "life > 1s", M },    { "rtt > 1ms", M },    { "handshake = 20ms", Y },
	};
	struct sl_life life = client();

	(void)state;
	check(table, NR(table), &life, NULL, false);
	life.handshake.outcome = SL_HS_REFUSED;
	assert_int_equal(eval("handshake = 20ms", &life.id, &life, NULL, false), M);
	assert_int_equal(eval("handshake = 20ms", &life.id, &life, NULL, true), Y);
}

static void what_was_not_watched_is_not_zero(void **state)
{
	static const struct expect table[] = {
		{ "retrans = 2", N }, { "retrans > 1", Y },  { "retrans < 5", N }, { "lost = 0", N },
		{ "lost > 0", N },    { "bytes < 1MiB", N }, { "bytes > 5k", Y },
	};
	struct sl_life life = client();

	(void)state;
	life.complete.watched = SL_FACT_BIT(STATE);
	check(table, NR(table), &life, NULL, true);
}

static void a_life_seen_late_is_at_least_as_long_as_it_was_seen(void **state)
{
	static const struct expect table[] = {
		{ "life > 2s", Y }, { "life > 4s", N }, { "life < 3s", N }, { "life < 4s", N }
	};
	struct sl_life life = client();

	(void)state;
	life.id.known &= ~SL_ID_CREATED;
	check(table, NR(table), &life, NULL, true);
	life.complete.flags |= SL_LIFE_OPEN;
	assert_int_equal(eval("life > 2s", &life.id, &life, NULL, true), N);
}

static void bytes_of_a_udp_socket_are_those_of_its_calls(void **state)
{
	static const struct expect exact[] = { { "bytes_out = 30", Y }, { "bytes_in = 40", Y }, { "bytes = 70", Y } };
	static const struct expect late[] = { { "bytes_out = 30", N }, { "bytes >= 70", Y }, { "bytes < 100", N } };
	struct sl_life life = client();

	(void)state;
	life.id.protocol = 17;
	life.calls.send_bytes = 30;
	life.calls.recv_bytes = 40;
	check(exact, NR(exact), &life, NULL, true);
	life.complete.watched = ~SL_FACT_BIT(RECV);
	assert_int_equal(eval("bytes_out = 30", &life.id, &life, NULL, true), Y);
	assert_int_equal(eval("bytes = 70", &life.id, &life, NULL, true), N);
	life.complete.watched = ~SL_FACT_BIT(SEND);
	assert_int_equal(eval("bytes = 70", &life.id, &life, NULL, true), N);
	life.complete.watched = ~0ULL;
	life.complete.flags |= SL_LIFE_SEEN_LATE;
	check(late, NR(late), &life, NULL, true);
}

static void an_event_is_judged_by_what_it_is(void **state)
{
	static const struct expect send[] = {
		{ "event send", Y },        { "event call", Y },         { "event recv", N },
		{ "event state", N },       { "errno EPIPE", Y },        { "errno ECONNRESET", N },
		{ "state ESTABLISHED", N }, { "tcp and event send", M }, { "not event send", N },
	};
	static const struct expect state_change[] = {
		{ "state syn-sent", Y }, { "state closed", N }, { "event state", Y },       { "event call", N },
		{ "event socket", N },   { "errno EPIPE", N },  { "state != syn-sent", N },
	};
	static const struct expect retrans[] = { { "event retrans", Y },
						 { "state syn-sent", Y },
						 { "event segment", N } };
	static const struct expect option[] = { { "event option", Y },
						{ "event setsockopt", Y },
						{ "errno ENOPROTOOPT", Y } };
	struct sl_event call = { .kind = SL_EV_CALL, .ret = -EPIPE, .io = { .call = SL_CALL_SEND } };
	struct sl_event moved = { .kind = SL_EV_STATE, .state = { 7, 2, { 0, 0 } } };
	struct sl_event again = { .kind = SL_EV_RETRANS, .segment = { .tcp_state = 2 } };
	struct sl_event opt = { .kind = SL_EV_OPTION,
				.option = { .opt = { .ret = -ENOPROTOOPT, .known = SL_OPT_RET } } };

	(void)state;
	check(send, NR(send), NULL, &call, false);
	check(state_change, NR(state_change), NULL, &moved, false);
	check(state_change, NR(state_change), NULL, &moved, true);
	check(retrans, NR(retrans), NULL, &again, false);
	check(option, NR(option), NULL, &opt, false);
}

static void a_finished_life_tells_what_happened_in_it(void **state)
{
	static const struct expect open[] = {
		{ "event connect", M },
		{ "errno EAGAIN", M },
		{ "state time-wait", M },
		{ "not event retrans", M },
	};
	static const struct expect final[] = {
		{ "event connect", Y },     { "event accept", N },     { "event call", Y },
		{ "event option", Y },      { "event setsockopt", Y }, { "event state", Y },
		{ "event segment", N },     { "event retrans", Y },    { "event reset", N },
		{ "event error", N },       { "event drop", N },       { "event outcome", Y },
		{ "event tail", N },        { "errno EAGAIN", Y },     { "errno EINPROGRESS", Y },
		{ "errno ENOPROTOOPT", Y }, { "errno EPIPE", N },      { "state time-wait", Y },
		{ "state established", N },
	};
	struct sl_life life = client();

	(void)state;
	check(open, NR(open), &life, NULL, false);
	check(final, NR(final), &life, NULL, true);
	life.close.fin_received_ns = life.close.end_ns;
	assert_int_equal(eval("event tail", &life.id, &life, NULL, true), N);
	life.close.fin_received_ns = life.close.end_ns + 1;
	life.errors.resets_received = life.errors.sock_errors = life.errors.drops = 1;
	assert_int_equal(
		eval("event tail event segment event reset event error event drop", &life.id, &life, NULL, true), Y);
}

static void each_place_of_an_errno_in_a_life_is_looked_at(void **state)
{
	struct sl_life life;
	unsigned k;

	(void)state;
	for (k = 0; k < 4; k++) {
		memset(&life, 0, sizeof(life));
		assert_int_equal(eval("errno ETIMEDOUT", &life.id, &life, NULL, true), N);
		if (k == 0)
			life.handshake.err = ETIMEDOUT;
		else if (k == 1)
			life.close.err = ETIMEDOUT;
		else if (k == 2)
			life.errors.last_sk_err = ETIMEDOUT;
		else
			life.security.last_err = ETIMEDOUT;
		assert_int_equal(eval("errno ETIMEDOUT", &life.id, &life, NULL, true), Y);
	}
}

static void and_or_not_follow_three_valued_logic(void **state)
{
	/* ip6 is NO, ip is YES, pid 1 is MAYBE */
	static const struct expect table[] = {
		{ "ip and ip", Y },
		{ "ip and ip6", N },
		{ "ip and pid 1", M },
		{ "ip6 and pid 1", N },
		{ "pid 1 and ip6", N },
		{ "pid 1 and ip", M },
		{ "pid 1 and pid 1", M },
		{ "ip or ip6", Y },
		{ "ip6 or ip6", N },
		{ "ip or pid 1", Y },
		{ "pid 1 or ip", Y },
		{ "ip6 or pid 1", M },
		{ "pid 1 or ip6", M },
		{ "not ip", N },
		{ "not ip6", Y },
		{ "not pid 1", M },
		{ "ip6 or ip and pid 1", M },
		{ "(ip6 or ip) and ip", Y },
	};
	struct sl_life life = { .id = { .family = 2 } };

	(void)state;
	check(table, NR(table), &life, NULL, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_filter_takes_everything),
		cmocka_unit_test(identity_is_decided_as_soon_as_it_is_known),
		cmocka_unit_test(unknown_identity_is_maybe_and_in_the_end_no),
		cmocka_unit_test(netlink_is_never_tcp_whatever_its_protocol),
		cmocka_unit_test(measures_are_compared_when_the_life_has_ended),
		cmocka_unit_test(without_a_life_every_measure_is_maybe_and_in_the_end_no),
		cmocka_unit_test(a_count_that_still_grows_decides_what_cannot_change),
		cmocka_unit_test(what_was_not_watched_is_not_zero),
		cmocka_unit_test(a_life_seen_late_is_at_least_as_long_as_it_was_seen),
		cmocka_unit_test(bytes_of_a_udp_socket_are_those_of_its_calls),
		cmocka_unit_test(an_event_is_judged_by_what_it_is),
		cmocka_unit_test(a_finished_life_tells_what_happened_in_it),
		cmocka_unit_test(each_place_of_an_errno_in_a_life_is_looked_at),
		cmocka_unit_test(and_or_not_follow_three_valued_logic),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("filter_eval", tests, NULL, NULL);
}
