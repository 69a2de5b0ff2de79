// SPDX-License-Identifier: GPL-2.0-or-later
/* What connect() returned to the program, and what it adds to what the socket told. */
#include "core_walk.h"

#define RETURNED (WALK_T0 + 20 * MS)

static void returns(struct walk *w, __s32 ret)
{
	sl_handshake_connect_returned(&w->life.handshake, RETURNED, ret);
}

static void a_blocking_connect_that_succeeds_adds_nothing(void **state)
{
	struct walk w;
	struct sl_handshake before;

	(void)state;
	walk_client(&w);
	before = w.life.handshake;
	returns(&w, 0);
	assert_memory_equal(&w.life.handshake, &before, sizeof(before));
}

static void a_connect_that_does_not_wait_is_asynchronous(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	returns(&w, -EINPROGRESS);
	assert_int_equal(w.life.handshake.outcome, SL_HS_PENDING);
	walk_wait(&w, 30);
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ESTABLISHED);
	assert_true(w.life.handshake.flags & SL_HSF_ASYNC);
}

static void a_peer_may_answer_before_an_asynchronous_connect_returns(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	returns(&w, -EINPROGRESS);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ESTABLISHED);
	assert_int_equal(w.life.handshake.err, 0);
	assert_true(w.life.handshake.flags & SL_HSF_ASYNC);
}

static void an_asynchronous_connect_can_be_refused_later(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	returns(&w, -EINPROGRESS);
	walk_wait(&w, 30);
	walk_fail(&w, ECONNREFUSED);
	returns(&w, -ECONNREFUSED);
	assert_int_equal(w.life.handshake.outcome, SL_HS_REFUSED);
	assert_int_equal(w.life.handshake.err, ECONNREFUSED);
	assert_int_equal(w.life.handshake.done_ns, WALK_T0 + 31 * MS);
	assert_true(w.life.handshake.flags & SL_HSF_ASYNC);
}

static void what_the_socket_told_stands_against_what_connect_returns(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	walk_fail(&w, EHOSTUNREACH);
	returns(&w, -ETIMEDOUT);
	assert_int_equal(w.life.handshake.outcome, SL_HS_UNREACHABLE);
	assert_int_equal(w.life.handshake.err, EHOSTUNREACH);
	assert_int_equal(w.life.handshake.done_ns, WALK_T0 + 1 * MS);
}

/* inet_hash_connect() finds no port: the kernel goes back from SYN_SENT without an error on the socket. */
static void a_local_failure_gets_its_errno_when_connect_returns(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	walk_to(&w, SL_TCP_CLOSE);
	assert_int_equal(w.life.handshake.outcome, SL_HS_LOCAL_ERROR);
	assert_int_equal(w.life.handshake.err, 0);
	returns(&w, -EADDRNOTAVAIL);
	assert_int_equal(w.life.handshake.outcome, SL_HS_LOCAL_ERROR);
	assert_int_equal(w.life.handshake.err, EADDRNOTAVAIL);
	assert_int_equal(w.life.handshake.done_ns, RETURNED);
	returns(&w, -EADDRINUSE);
	assert_int_equal(w.life.handshake.err, EADDRNOTAVAIL);
}

/* The outcome of a connect that returned this before anything reached the socket's state. */
static __u16 refused_before_the_wire(__s32 ret)
{
	struct walk w;

	walk_begin(&w, SL_ORIGIN_CREATED, SL_TCP_CLOSE);
	returns(&w, ret);
	assert_int_equal(w.life.handshake.err, -ret);
	assert_int_equal(w.life.handshake.begin_ns, RETURNED);
	assert_int_equal(w.life.handshake.done_ns, RETURNED);
	walk_end(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
	return w.life.handshake.outcome;
}

static void a_connect_that_never_reached_the_wire_has_an_outcome(void **state)
{
	(void)state;
	assert_int_equal(refused_before_the_wire(-ENETUNREACH), SL_HS_UNREACHABLE);
	assert_int_equal(refused_before_the_wire(-EPERM), SL_HS_DENIED);
	assert_int_equal(refused_before_the_wire(-EACCES), SL_HS_DENIED);
	assert_int_equal(refused_before_the_wire(-EADDRNOTAVAIL), SL_HS_LOCAL_ERROR);
	assert_int_equal(refused_before_the_wire(-EAFNOSUPPORT), SL_HS_LOCAL_ERROR);
}

static void a_return_that_is_no_outcome_changes_nothing(void **state)
{
	static const __s32 says_nothing[] = { -EINTR, -EALREADY, -EISCONN, -512, -513, -514, -516, 0 };
	struct sl_handshake before;
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(says_nothing) / sizeof(*says_nothing); i++) {
		walk_begin(&w, SL_ORIGIN_CREATED, SL_TCP_CLOSE);
		returns(&w, says_nothing[i]);
		assert_int_equal(w.life.handshake.outcome, SL_HS_NONE);
		walk_connect(&w);
		before = w.life.handshake;
		returns(&w, says_nothing[i]);
		assert_memory_equal(&w.life.handshake, &before, sizeof(before));
	}
}

static void a_connect_interrupted_goes_on_to_its_outcome(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	returns(&w, -512);
	walk_wait(&w, 30);
	walk_to(&w, SL_TCP_ESTABLISHED);
	returns(&w, -EISCONN);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ESTABLISHED);
	assert_int_equal(w.life.handshake.err, 0);
	assert_int_equal(w.life.handshake.done_ns, WALK_T0 + 31 * MS);
}

static void a_connect_begun_that_never_got_to_syn_sent_has_failed_by_the_end(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w, SL_ORIGIN_CREATED, SL_TCP_CLOSE);
	w.life.scratch.connect_enter_ns = walk_wait(&w, 3);
	walk_wait(&w, 4);
	walk_end(&w);
	assert_int_equal(w.life.handshake.outcome, SL_HS_LOCAL_ERROR);
	assert_int_equal(w.life.handshake.begin_ns, WALK_T0 + 3 * MS);
	assert_int_equal(w.life.handshake.err, 0);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
	assert_int_equal(w.life.close.end_ns, WALK_T0 + 7 * MS);
}

static void the_end_leaves_an_outcome_that_is_known_alone(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	w.life.scratch.connect_enter_ns = WALK_T0;
	walk_fail(&w, ECONNREFUSED);
	walk_end(&w);
	assert_int_equal(w.life.handshake.outcome, SL_HS_REFUSED);
	assert_int_equal(w.life.handshake.begin_ns, WALK_T0 + 1 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blocking_connect_that_succeeds_adds_nothing),
		cmocka_unit_test(a_connect_that_does_not_wait_is_asynchronous),
		cmocka_unit_test(a_peer_may_answer_before_an_asynchronous_connect_returns),
		cmocka_unit_test(an_asynchronous_connect_can_be_refused_later),
		cmocka_unit_test(what_the_socket_told_stands_against_what_connect_returns),
		cmocka_unit_test(a_local_failure_gets_its_errno_when_connect_returns),
		cmocka_unit_test(a_connect_that_never_reached_the_wire_has_an_outcome),
		cmocka_unit_test(a_return_that_is_no_outcome_changes_nothing),
		cmocka_unit_test(a_connect_interrupted_goes_on_to_its_outcome),
		cmocka_unit_test(a_connect_begun_that_never_got_to_syn_sent_has_failed_by_the_end),
		cmocka_unit_test(the_end_leaves_an_outcome_that_is_known_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("connect", tests, NULL, NULL);
}
