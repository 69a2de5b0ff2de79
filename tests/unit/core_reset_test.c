// SPDX-License-Identifier: GPL-2.0-or-later
/* The close that is not orderly: resets, told before or after the state change that they cause, and time-outs. */
#include "core_walk.h"

/* A connection in this state, reached by the usual walk. */
static void reach(struct walk *w, __u32 state)
{
	walk_client(w);
	if (state == SL_TCP_CLOSE_WAIT || state == SL_TCP_LAST_ACK) {
		walk_fin_comes(w);
		walk_to(w, SL_TCP_CLOSE_WAIT);
	} else if (state != SL_TCP_ESTABLISHED) {
		walk_to(w, SL_TCP_FIN_WAIT1);
	}
	if (state == SL_TCP_CLOSING)
		walk_fin_comes(w);
	if (state == SL_TCP_FIN_WAIT2)
		walk_fin_acked(w);
	if (state != w->state)
		walk_to(w, state);
	walk_wait(w, 5);
}

static const __u32 connected[] = { SL_TCP_ESTABLISHED, SL_TCP_FIN_WAIT1, SL_TCP_FIN_WAIT2,
				   SL_TCP_CLOSE_WAIT,  SL_TCP_LAST_ACK,  SL_TCP_CLOSING };
#define CONNECTED_NR (sizeof(connected) / sizeof(*connected))

static void a_reset_received_in_any_state_is_the_close(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < CONNECTED_NR; i++) {
		__s32 err = connected[i] == SL_TCP_CLOSE_WAIT ? EPIPE : ECONNRESET;

		reach(&w, connected[i]);
		sl_close_reset_received(&w.life, w.view.now_ns);
		walk_fail(&w, err);
		walk_end(&w);
		assert_int_equal(w.life.close.class_, SL_CLOSE_RESET_RECEIVED);
		assert_int_equal(w.life.close.err, err);
		assert_int_equal(w.life.close.reset_ns, w.view.now_ns);
		assert_int_equal(w.life.close.last_state, connected[i]);
		assert_false(w.life.close.flags & (SL_CLF_TIME_WAIT | SL_CLF_TAIL_PENDING));
		assert_int_equal(w.life.errors.resets_received, 1);
	}
}

static void a_reset_sent_before_the_state_change_is_the_close(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < CONNECTED_NR; i++) {
		reach(&w, connected[i]);
		sl_close_reset_sent(&w.life, w.view.now_ns, 0, 0);
		walk_to(&w, SL_TCP_CLOSE);
		walk_end(&w);
		assert_int_equal(w.life.close.class_, SL_CLOSE_RESET_SENT);
		assert_int_equal(w.life.close.last_state, connected[i]);
		assert_int_equal(w.life.close.err, 0);
		assert_false(w.life.close.flags & (SL_CLF_TIME_WAIT | SL_CLF_TAIL_PENDING | SL_CLF_RESET_REASON));
		assert_int_equal(w.life.errors.resets_sent, 1);
	}
}

/* __tcp_close() with unread data and tcp_disconnect() enter CLOSE first and send the RST then. */
static void a_reset_sent_after_the_state_change_is_the_close(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < CONNECTED_NR; i++) {
		reach(&w, connected[i]);
		walk_program_closes(&w);
		walk_to(&w, SL_TCP_CLOSE);
		sl_close_reset_sent(&w.life, w.view.now_ns, 0, 0);
		walk_end(&w);
		assert_int_equal(w.life.close.class_, SL_CLOSE_RESET_SENT);
		assert_false(w.life.close.flags & (SL_CLF_TIME_WAIT | SL_CLF_TAIL_PENDING));
	}
}

static void a_reset_in_last_ack_means_that_the_fin_was_not_acknowledged(void **state)
{
	struct walk w;

	(void)state;
	reach(&w, SL_TCP_LAST_ACK);
	sl_close_reset_received(&w.life, w.view.now_ns);
	walk_fail(&w, ECONNRESET);
	walk_end(&w);
	assert_int_equal(w.life.close.fin_acked_ns, 0);
	assert_int_equal(w.life.close.class_, SL_CLOSE_RESET_RECEIVED);
	assert_int_equal(w.life.close.half_closed_ns, 0);
}

static void a_close_that_resets_because_of_linger_0_says_so(void **state)
{
	struct walk w, patient;

	(void)state;
	walk_client(&w);
	walk_program_closes(&w);
	w.view.linger = 1;
	walk_to(&w, SL_TCP_CLOSE);
	assert_true(w.life.close.flags & SL_CLF_LINGER);
	walk_client(&patient);
	patient.view.linger = 1;
	walk_to(&patient, SL_TCP_CLOSE); /* the peer's doing: the program has not closed */
	assert_false(patient.life.close.flags & SL_CLF_LINGER);
}

static void data_after_close_is_answered_by_a_reset_of_this_end(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	walk_program_closes(&w);
	walk_to(&w, SL_TCP_FIN_WAIT1);
	sl_close_reset_received(&w.life, w.view.now_ns); /* the kernel's tcp_reset() of itself */
	sl_close_reset_sent(&w.life, w.view.now_ns, 0, 0);
	walk_to(&w, SL_TCP_CLOSE);
	sl_life_end(&w.life, w.view.now_ns);
	assert_int_equal(w.life.close.class_, SL_CLOSE_RESET_SENT);
	assert_int_equal(w.life.errors.resets_received, 0);
	assert_int_equal(w.life.errors.resets_sent, 1);
}

static void what_was_not_read_when_the_program_closed_is_told(void **state)
{
	struct walk w;

	(void)state;
	walk_server(&w);
	walk_receive(&w, 4000);
	w.view.unread_bytes = 1234;
	walk_program_closes(&w);
	walk_to(&w, SL_TCP_CLOSE);
	sl_close_reset_sent(&w.life, walk_wait(&w, 1), 9, 1);
	walk_end(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_RESET_SENT);
	assert_int_equal(w.life.close.unread_bytes, 1234);
	assert_int_equal(w.life.close.reset_reason, 9);
	assert_true(w.life.close.flags & SL_CLF_RESET_REASON);
	assert_true(w.life.close.flags & SL_CLF_ORPHAN);
	assert_int_equal(w.life.close.last_state, SL_TCP_ESTABLISHED);
}

static void of_several_resets_the_first_has_the_time(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_close_reset_sent(&w.life, WALK_T0 + 50 * MS, 0, 0);
	sl_close_reset_sent(&w.life, WALK_T0 + 60 * MS, 4, 1);
	sl_close_reset_received(&w.life, WALK_T0 + 70 * MS);
	assert_int_equal(w.life.close.reset_ns, WALK_T0 + 50 * MS);
	assert_int_equal(w.life.close.reset_reason, 4);
	assert_int_equal(w.life.errors.resets_sent, 2);
	assert_int_equal(w.life.errors.resets_received, 1);
}

static void a_connection_whose_peer_is_silent_times_out(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_fault_error(&w.life, ETIMEDOUT);
	walk_wait(&w, 900000);
	walk_fail(&w, ETIMEDOUT);
	walk_end(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_TIMED_OUT);
	assert_int_equal(w.life.close.err, ETIMEDOUT);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ESTABLISHED);
}

/* tcp_keepalive_timer(): tcp_send_active_reset(), then tcp_write_err(). */
static void a_keepalive_that_gives_up_sends_a_reset_and_has_timed_out(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	walk_wait(&w, 7200000);
	sl_close_reset_sent(&w.life, w.view.now_ns, 0, 0);
	sl_fault_error(&w.life, ETIMEDOUT);
	walk_fail(&w, ETIMEDOUT);
	walk_end(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_TIMED_OUT);
	assert_int_equal(w.life.close.reset_ns, w.view.now_ns);
	assert_int_equal(w.life.errors.resets_sent, 1);
}

static void another_error_is_the_close_with_its_errno(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < CONNECTED_NR; i++) {
		reach(&w, connected[i]);
		walk_fail(&w, EHOSTUNREACH);
		walk_end(&w);
		assert_int_equal(w.life.close.class_, SL_CLOSE_ERROR);
		assert_int_equal(w.life.close.err, EHOSTUNREACH);
		assert_false(w.life.close.flags & SL_CLF_TIME_WAIT);
	}
}

static void the_first_error_of_a_connection_is_its_cause(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_fault_error(&w.life, ECONNABORTED);
	walk_fail(&w, ETIMEDOUT);
	walk_end(&w);
	assert_int_equal(w.life.close.err, ECONNABORTED);
	assert_int_equal(w.life.close.class_, SL_CLOSE_ERROR);
}

static void a_connection_that_vanishes_without_a_word_ends_in_error(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	walk_end(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_ERROR);
	assert_int_equal(w.life.close.err, 0);
	assert_int_equal(w.life.close.last_state, 0);
}

static void a_refusal_is_a_reset_but_no_close(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_close_reset_received(&w.life, w.view.now_ns);
	walk_fail(&w, ECONNREFUSED);
	walk_end(&w);
	assert_int_equal(w.life.errors.resets_received, 1);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
	assert_int_equal(w.life.close.err, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reset_received_in_any_state_is_the_close),
		cmocka_unit_test(a_reset_sent_before_the_state_change_is_the_close),
		cmocka_unit_test(a_reset_sent_after_the_state_change_is_the_close),
		cmocka_unit_test(a_reset_in_last_ack_means_that_the_fin_was_not_acknowledged),
		cmocka_unit_test(a_close_that_resets_because_of_linger_0_says_so),
		cmocka_unit_test(data_after_close_is_answered_by_a_reset_of_this_end),
		cmocka_unit_test(what_was_not_read_when_the_program_closed_is_told),
		cmocka_unit_test(of_several_resets_the_first_has_the_time),
		cmocka_unit_test(a_connection_whose_peer_is_silent_times_out),
		cmocka_unit_test(a_keepalive_that_gives_up_sends_a_reset_and_has_timed_out),
		cmocka_unit_test(another_error_is_the_close_with_its_errno),
		cmocka_unit_test(the_first_error_of_a_connection_is_its_cause),
		cmocka_unit_test(a_connection_that_vanishes_without_a_word_ends_in_error),
		cmocka_unit_test(a_refusal_is_a_reset_but_no_close),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("reset", tests, NULL, NULL);
}
