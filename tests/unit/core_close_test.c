// SPDX-License-Identifier: GPL-2.0-or-later
/* The orderly close, whoever begins it: times, half-closed time and bytes, class. */
#include "core_walk.h"

/* shutdown(SHUT_WR) at once, its ACK 2 ms later. */
static void close_actively(struct walk *w)
{
	walk_to(w, SL_TCP_FIN_WAIT1);
	walk_wait(w, 2);
	walk_fin_acked(w);
	walk_to(w, SL_TCP_FIN_WAIT2);
}

/* The peer's FIN, which makes a TIME_WAIT socket take this one's place. */
static void meet_the_peers_fin(struct walk *w)
{
	walk_fin_comes(w);
	walk_to(w, SL_TCP_CLOSE);
}

static void the_end_whose_fin_is_first_closes_actively(void **state)
{
	struct walk w;
	const struct sl_close *c = &w.life.close;
	__u64 t;

	(void)state;
	walk_client(&w);
	t = walk_wait(&w, 100);
	close_actively(&w);
	assert_int_equal(c->class_, SL_CLOSE_ACTIVE);
	walk_wait(&w, 5);
	meet_the_peers_fin(&w);
	walk_end(&w);
	assert_int_equal(c->class_, SL_CLOSE_ACTIVE);
	assert_int_equal(c->fin_sent_ns, t);
	assert_int_equal(c->fin_acked_ns, t + 2 * MS);
	assert_int_equal(c->fin_received_ns, t + 7 * MS);
	assert_int_equal(c->fin_ack_sent_ns, t + 7 * MS);
	assert_int_equal(c->end_ns, t + 7 * MS);
	assert_int_equal(c->half_closed_ns, 7 * MS);
	assert_int_equal(c->half_closed_bytes, 0);
	assert_int_equal(c->last_state, SL_TCP_FIN_WAIT2);
	assert_int_equal(c->flags, SL_CLF_TIME_WAIT | SL_CLF_FIN_SENT | SL_CLF_FIN_RECEIVED | SL_CLF_FIN_IN_BYTES);
	assert_int_equal(c->err, 0);
}

static void the_end_whose_fin_is_second_closes_passively(void **state)
{
	struct walk w;
	const struct sl_close *c = &w.life.close;
	__u64 t;

	(void)state;
	walk_server(&w);
	t = walk_wait(&w, 100);
	walk_fin_comes(&w);
	walk_to(&w, SL_TCP_CLOSE_WAIT);
	assert_true(w.life.scratch.expect & SL_EXPECT_FIN_ACK);
	sl_close_fin_ack_sent(&w.life, t + 1);
	sl_close_fin_ack_sent(&w.life, t + 9);
	walk_wait(&w, 5);
	walk_to(&w, SL_TCP_LAST_ACK);
	walk_wait(&w, 2);
	walk_fin_acked(&w);
	walk_to(&w, SL_TCP_CLOSE);
	walk_end(&w);
	assert_int_equal(c->class_, SL_CLOSE_PASSIVE);
	assert_int_equal(c->fin_received_ns, t);
	assert_int_equal(c->fin_ack_sent_ns, t + 1);
	assert_int_equal(c->fin_sent_ns, t + 5 * MS);
	assert_int_equal(c->fin_acked_ns, t + 7 * MS);
	assert_int_equal(c->half_closed_ns, 5 * MS);
	assert_int_equal(c->half_closed_bytes, 0);
	assert_int_equal(c->flags, SL_CLF_FIN_SENT | SL_CLF_FIN_RECEIVED | SL_CLF_FIN_IN_BYTES);
	assert_int_equal(c->last_state, SL_TCP_LAST_ACK);
}

static void fins_that_cross_close_simultaneously(void **state)
{
	struct walk w;
	const struct sl_close *c = &w.life.close;
	__u64 t;

	(void)state;
	walk_client(&w);
	t = walk_wait(&w, 100);
	walk_to(&w, SL_TCP_FIN_WAIT1);
	walk_wait(&w, 3);
	walk_fin_comes(&w);
	walk_to(&w, SL_TCP_CLOSING);
	assert_true(w.life.scratch.expect & SL_EXPECT_FIN_ACK);
	walk_wait(&w, 4);
	walk_fin_acked(&w);
	walk_to(&w, SL_TCP_CLOSE);
	walk_end(&w);
	assert_int_equal(c->class_, SL_CLOSE_SIMULTANEOUS);
	assert_int_equal(c->fin_sent_ns, t);
	assert_int_equal(c->fin_received_ns, t + 3 * MS);
	assert_int_equal(c->fin_acked_ns, t + 7 * MS);
	assert_int_equal(c->half_closed_ns, 3 * MS);
	assert_int_equal(c->half_closed_bytes, 0);
	assert_true(c->flags & SL_CLF_TIME_WAIT);
	assert_int_equal(c->last_state, SL_TCP_CLOSING);
}

/* FIN_WAIT1 -> FIN_WAIT2 -> CLOSE in the same segment's processing. */
static void a_fin_that_acknowledges_ours_is_not_a_simultaneous_close(void **state)
{
	struct walk w;
	__u64 t;

	(void)state;
	walk_client(&w);
	walk_to(&w, SL_TCP_FIN_WAIT1);
	t = walk_wait(&w, 6);
	walk_fin_acked(&w);
	walk_to(&w, SL_TCP_FIN_WAIT2);
	meet_the_peers_fin(&w);
	walk_end(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_ACTIVE);
	assert_int_equal(w.life.close.fin_acked_ns, t);
	assert_int_equal(w.life.close.fin_received_ns, t);
	assert_int_equal(w.life.close.half_closed_ns, 6 * MS);
}

static void a_program_may_read_on_for_300_ms_after_its_fin(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	walk_send(&w, 500);
	walk_receive(&w, 200);
	walk_to(&w, SL_TCP_FIN_WAIT1);
	walk_fin_acked(&w);
	walk_to(&w, SL_TCP_FIN_WAIT2);
	walk_wait(&w, 300);
	walk_receive(&w, 1000);
	meet_the_peers_fin(&w);
	walk_end(&w);
	assert_int_equal(w.life.close.half_closed_ns, 300 * MS);
	assert_int_equal(w.life.close.half_closed_bytes, 1000);
	assert_int_equal(w.life.flow.bytes_received, 1200);
}

static void a_program_may_send_on_for_300_ms_after_the_peers_fin(void **state)
{
	struct walk w;

	(void)state;
	walk_server(&w);
	walk_receive(&w, 200);
	walk_fin_comes(&w);
	walk_to(&w, SL_TCP_CLOSE_WAIT);
	walk_wait(&w, 300);
	walk_send(&w, 1000);
	walk_to(&w, SL_TCP_LAST_ACK);
	walk_fin_acked(&w);
	walk_to(&w, SL_TCP_CLOSE);
	walk_end(&w);
	assert_int_equal(w.life.close.half_closed_ns, 300 * MS);
	assert_int_equal(w.life.close.half_closed_bytes, 1000);
	assert_int_equal(w.life.flow.bytes_received, 200);
}

static void an_orphan_that_goes_before_the_peers_fin_has_a_tail_to_come(void **state)
{
	struct walk w;
	const struct sl_close *c = &w.life.close;

	(void)state;
	walk_client(&w);
	walk_program_closes(&w);
	close_actively(&w);
	walk_to(&w, SL_TCP_CLOSE);
	walk_end(&w);
	assert_int_equal(c->class_, SL_CLOSE_ACTIVE);
	assert_int_equal(c->flags, SL_CLF_TIME_WAIT | SL_CLF_TAIL_PENDING | SL_CLF_ORPHAN | SL_CLF_FIN_SENT);
	assert_int_equal(c->fin_received_ns, 0);
	assert_int_equal(c->half_closed_ns, 0);
}

static void a_fin_that_leaves_behind_queued_data_tells_its_own_time_once(void **state)
{
	struct walk w;
	__u64 t;

	(void)state;
	walk_client(&w);
	t = walk_wait(&w, 1);
	walk_to(&w, SL_TCP_FIN_WAIT1);
	assert_true(w.life.scratch.expect & SL_EXPECT_FIN);
	sl_close_fin_wire(&w.life, t + 40);
	sl_close_fin_wire(&w.life, t + 200 * MS);
	assert_int_equal(w.life.close.fin_sent_ns, t + 40);
	assert_false(w.life.scratch.expect & SL_EXPECT_FIN);
}

static void a_fin_at_the_device_that_no_state_announced_is_ignored(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_close_fin_wire(&w.life, 77);
	assert_int_equal(w.life.close.fin_sent_ns, 0);
}

static void a_step_of_the_close_happens_once(void **state)
{
	struct walk w;
	struct sl_close before;

	(void)state;
	walk_client(&w);
	close_actively(&w);
	walk_fin_comes(&w);
	sl_close_fin_received(&w.life, w.view.now_ns, 0, 0);
	sl_close_fin_ack_sent(&w.life, w.view.now_ns);
	before = w.life.close;
	walk_wait(&w, 50);
	sl_close_fin_sent(&w.life, w.view.now_ns, 5000);
	sl_close_fin_acked(&w.life, w.view.now_ns);
	sl_close_fin_received(&w.life, w.view.now_ns, 5000, 1);
	sl_close_fin_ack_sent(&w.life, w.view.now_ns);
	assert_memory_equal(&w.life.close, &before, sizeof(before));
}

static void the_kernels_counters_may_seem_to_go_back_while_half_closed(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_close_fin_sent(&w.life, 1000, 10);
	sl_close_fin_received(&w.life, 3000, 9, 0);
	assert_int_equal(w.life.close.half_closed_ns, 2000);
	assert_int_equal(w.life.close.half_closed_bytes, 0);
}

static void a_listener_ends_unconnected(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w, SL_ORIGIN_CREATED, SL_TCP_CLOSE);
	walk_to(&w, SL_TCP_LISTEN);
	assert_int_equal(w.life.id.role, SL_ROLE_LISTENER);
	walk_wait(&w, 1000);
	walk_program_closes(&w);
	walk_to(&w, SL_TCP_CLOSE);
	walk_end(&w);
	assert_int_equal(w.life.handshake.outcome, SL_HS_NONE);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
	assert_int_equal(w.life.close.last_state, SL_TCP_LISTEN);
	assert_int_equal(w.life.close.end_ns, WALK_T0 + 1000 * MS);
}

static void a_socket_never_connected_ends_unconnected(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w, SL_ORIGIN_CREATED, SL_TCP_CLOSE);
	walk_wait(&w, 8);
	walk_end(&w);
	assert_int_equal(w.life.id.role, SL_ROLE_NONE);
	assert_int_equal(w.life.handshake.outcome, SL_HS_NONE);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
	assert_int_equal(w.life.close.last_state, 0);
	assert_int_equal(w.life.close.end_ns, WALK_T0 + 8 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_end_whose_fin_is_first_closes_actively),
		cmocka_unit_test(the_end_whose_fin_is_second_closes_passively),
		cmocka_unit_test(fins_that_cross_close_simultaneously),
		cmocka_unit_test(a_fin_that_acknowledges_ours_is_not_a_simultaneous_close),
		cmocka_unit_test(a_program_may_read_on_for_300_ms_after_its_fin),
		cmocka_unit_test(a_program_may_send_on_for_300_ms_after_the_peers_fin),
		cmocka_unit_test(an_orphan_that_goes_before_the_peers_fin_has_a_tail_to_come),
		cmocka_unit_test(a_fin_that_leaves_behind_queued_data_tells_its_own_time_once),
		cmocka_unit_test(a_fin_at_the_device_that_no_state_announced_is_ignored),
		cmocka_unit_test(a_step_of_the_close_happens_once),
		cmocka_unit_test(the_kernels_counters_may_seem_to_go_back_while_half_closed),
		cmocka_unit_test(a_listener_ends_unconnected),
		cmocka_unit_test(a_socket_never_connected_ends_unconnected),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("close", tests, NULL, NULL);
}
