// SPDX-License-Identifier: GPL-2.0-or-later
/* Listeners' queues and cookies, and what policies refused. */
#include "core_walk.h"

static void a_queue_has_a_depth_and_a_peak(void **state)
{
	struct sl_listen li = { 0 };

	(void)state;
	sl_listen_queue(&li, 1);
	sl_listen_queue(&li, 9);
	sl_listen_queue(&li, 4);
	assert_int_equal(li.queue, 4);
	assert_int_equal(li.queue_max, 9);
}

static void the_kernels_count_of_drops_never_falls(void **state)
{
	struct sl_listen li = { 0 };

	(void)state;
	sl_listen_drops(&li, 3);
	sl_listen_drops(&li, 0); /* read after the kernel wiped it */
	sl_listen_overflowed(&li);
	assert_int_equal(li.drops, 3);
	assert_int_equal(li.overflows, 1);
}

static void cookies_are_counted_by_their_fate(void **state)
{
	struct sl_listen li = { 0 };

	(void)state;
	sl_listen_cookie(&li, SL_COOKIE_SENT);
	sl_listen_cookie(&li, SL_COOKIE_SENT);
	sl_listen_cookie(&li, SL_COOKIE_SENT);
	sl_listen_cookie(&li, SL_COOKIE_ACCEPTED);
	sl_listen_cookie(&li, SL_COOKIE_ACCEPTED);
	sl_listen_cookie(&li, SL_COOKIE_FAILED);
	sl_listen_cookie(&li, 99);
	assert_int_equal(li.cookies_sent, 3);
	assert_int_equal(li.cookies_accepted, 2);
	assert_int_equal(li.cookies_failed, 1);
}

static void a_connection_keeps_the_first_depth_that_it_met(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w, SL_ORIGIN_ACCEPTED, SL_TCP_LISTEN);
	walk_to(&w, SL_TCP_SYN_RECV);
	sl_handshake_queued(&w.life.handshake, 5);
	w.view.accept_queue = 6;
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(w.life.handshake.accept_queue, 5);
}

static void only_two_errnos_are_refusals(void **state)
{
	(void)state;
	assert_true(sl_security_is_refusal(-EPERM));
	assert_true(sl_security_is_refusal(-EACCES));
	assert_false(sl_security_is_refusal(-ECONNREFUSED));
	assert_false(sl_security_is_refusal(0));
	assert_false(sl_security_is_refusal(EPERM));
}

static void each_refusal_counts_for_what_refused_it(void **state)
{
	struct sl_security s = { 0 };
	__u32 by, n;

	(void)state;
	for (by = SL_BY_UNKNOWN; by < SL_BY_NR; by++)
		for (n = 0; n <= by; n++)
			sl_security_denied(&s, SL_CALL_BIND, EACCES, by, 11);
	assert_int_equal(s.denied_unknown, 1 + SL_BY_UNKNOWN);
	assert_int_equal(s.denied_lsm, 1 + SL_BY_LSM);
	assert_int_equal(s.denied_cgroup, 1 + SL_BY_CGROUP);
	assert_int_equal(s.denied_netfilter, 1 + SL_BY_NETFILTER);
	assert_int_equal(s.denied_privilege, 1 + SL_BY_PRIVILEGE);
	assert_int_equal(s.last_call, SL_CALL_BIND);
	assert_int_equal(s.last_err, EACCES);
	assert_int_equal(s.last_by, SL_BY_PRIVILEGE);
	assert_int_equal(s.last_detail, 11);
}

static void a_call_that_netfilter_made_fail_is_counted_once(void **state)
{
	struct sl_security s = { 0 };

	(void)state;
	sl_security_denied(&s, SL_CALL_SEND, 0, SL_BY_NETFILTER, 0);
	assert_false(sl_security_explains(&s, SL_CALL_CONNECT, EPERM));
	assert_true(sl_security_explains(&s, SL_CALL_SEND, EPERM));
	assert_false(sl_security_explains(&s, SL_CALL_SEND, EPERM));
	assert_int_equal(s.denied_netfilter, 1);
	assert_int_equal(s.last_err, EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_has_a_depth_and_a_peak),
		cmocka_unit_test(the_kernels_count_of_drops_never_falls),
		cmocka_unit_test(cookies_are_counted_by_their_fate),
		cmocka_unit_test(a_connection_keeps_the_first_depth_that_it_met),
		cmocka_unit_test(only_two_errnos_are_refusals),
		cmocka_unit_test(a_call_that_netfilter_made_fail_is_counted_once),
		cmocka_unit_test(each_refusal_counts_for_what_refused_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("listen", tests, NULL, NULL);
}
