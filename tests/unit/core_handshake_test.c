// SPDX-License-Identifier: GPL-2.0-or-later
/* The handshake at either end, and all the ways in which it fails. */
#include "core_walk.h"

static void a_client_is_established(void **state)
{
	struct walk w;
	const struct sl_handshake *h = &w.life.handshake;

	(void)state;
	walk_client(&w);
	assert_int_equal(w.life.id.role, SL_ROLE_CLIENT);
	assert_int_equal(h->outcome, SL_HS_ESTABLISHED);
	assert_int_equal(h->begin_ns, WALK_T0 + 1 * MS);
	assert_int_equal(h->syn_ns, WALK_T0 + 1 * MS);
	assert_int_equal(h->synack_ns, WALK_T0 + 11 * MS);
	assert_int_equal(h->done_ns, WALK_T0 + 11 * MS);
	assert_int_equal(h->ack_ns, 0);
	assert_int_equal(h->rtt_us, 10000);
	assert_int_equal(h->err, 0);
	assert_int_equal(h->flags, SL_HSF_SYN_FROM_STATE);
	assert_int_equal(w.life.scratch.expect, SL_EXPECT_HANDSHAKE_ACK);
}

static void a_handshake_under_way_is_pending(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	assert_int_equal(w.life.handshake.outcome, SL_HS_PENDING);
	assert_int_equal(w.life.handshake.done_ns, 0);
}

static void the_first_syn_at_the_device_tells_its_own_time(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_handshake_syn_sent(&w.life.handshake, WALK_T0 + 2 * MS);
	sl_handshake_syn_sent(&w.life.handshake, WALK_T0 + 1002 * MS);
	assert_int_equal(w.life.handshake.begin_ns, WALK_T0 + 1 * MS);
	assert_int_equal(w.life.handshake.syn_ns, WALK_T0 + 2 * MS);
	assert_int_equal(w.life.handshake.flags, 0);
}

static void the_first_third_segment_and_the_first_answer_count(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_handshake_synack_received(&w.life.handshake, WALK_T0 + 5 * MS);
	walk_wait(&w, 10);
	walk_to(&w, SL_TCP_ESTABLISHED);
	sl_handshake_ack_sent(&w.life.handshake, WALK_T0 + 12 * MS);
	sl_handshake_ack_sent(&w.life.handshake, WALK_T0 + 13 * MS);
	assert_int_equal(w.life.handshake.synack_ns, WALK_T0 + 5 * MS);
	assert_int_equal(w.life.handshake.ack_ns, WALK_T0 + 12 * MS);
}

static void a_server_has_its_syn_ack_from_the_rtt_sample(void **state)
{
	struct walk w;
	const struct sl_handshake *h = &w.life.handshake;

	(void)state;
	walk_server(&w);
	assert_int_equal(w.life.id.role, SL_ROLE_SERVER);
	assert_int_equal(h->outcome, SL_HS_ESTABLISHED);
	assert_int_equal(h->ack_ns, WALK_T0);
	assert_int_equal(h->done_ns, WALK_T0);
	assert_int_equal(h->synack_ns, WALK_T0 - 10 * MS);
	assert_int_equal(h->begin_ns, WALK_T0 - 10 * MS);
	assert_int_equal(h->syn_ns, 0);
	assert_int_equal(h->flags, SL_HSF_SYNACK_FROM_RTT);
	assert_int_equal(w.life.scratch.expect, 0);
}

static void a_syn_ack_that_was_seen_beats_the_sample(void **state)
{
	struct walk w;

	(void)state;
	walk_server(&w);
	sl_handshake_synack_sent(&w.life.handshake, WALK_T0 - 9 * MS);
	assert_int_equal(w.life.handshake.synack_ns, WALK_T0 - 9 * MS);
	assert_int_equal(w.life.handshake.flags, 0);
}

/* A server's child with this sample and so many SYN-ACKs sent again. */
static void establish_child(struct walk *w, __u32 rtt_us, __u32 retrans)
{
	walk_begin(w, SL_ORIGIN_ACCEPTED, SL_TCP_LISTEN);
	walk_to(w, SL_TCP_SYN_RECV);
	w->view.rtt_us = rtt_us;
	w->view.total_retrans = retrans;
	walk_to(w, SL_TCP_ESTABLISHED);
}

static void a_syn_ack_sent_again_makes_the_sample_ambiguous(void **state)
{
	struct walk w;

	(void)state;
	establish_child(&w, 10000, 2);
	assert_int_equal(w.life.handshake.synack_retrans, 2);
	assert_int_equal(w.life.handshake.synack_ns, 0);
	assert_int_equal(w.life.handshake.begin_ns, WALK_T0);
	assert_int_equal(w.life.handshake.flags, 0);
}

static void no_sample_or_one_longer_than_all_time_gives_no_time(void **state)
{
	struct walk w;

	(void)state;
	establish_child(&w, 0, 0);
	assert_int_equal(w.life.handshake.synack_ns, 0);
	establish_child(&w, WALK_T0 / 1000, 0);
	assert_int_equal(w.life.handshake.synack_ns, 0);
	establish_child(&w, ~0u, 0);
	assert_int_equal(w.life.handshake.synack_ns, 0);
}

static void a_server_that_saw_syn_and_syn_ack_keeps_their_times(void **state)
{
	struct walk w;
	const struct sl_handshake *h = &w.life.handshake;

	(void)state;
	walk_begin(&w, SL_ORIGIN_ACCEPTED, SL_TCP_LISTEN);
	sl_handshake_syn_received(&w.life.handshake, WALK_T0 - 13 * MS);
	sl_handshake_synack_sent(&w.life.handshake, WALK_T0 - 12 * MS);
	walk_to(&w, SL_TCP_SYN_RECV);
	w.view.rtt_us = 10000;
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(h->begin_ns, WALK_T0 - 13 * MS);
	assert_int_equal(h->syn_ns, WALK_T0 - 13 * MS);
	assert_int_equal(h->synack_ns, WALK_T0 - 12 * MS);
	assert_int_equal(h->ack_ns, WALK_T0);
	assert_int_equal(h->flags, 0);
}

static void the_accept_queue_that_a_child_met_is_kept(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w, SL_ORIGIN_ACCEPTED, SL_TCP_LISTEN);
	walk_to(&w, SL_TCP_SYN_RECV);
	assert_int_equal(w.life.handshake.outcome, SL_HS_PENDING);
	w.view.accept_queue = 17;
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(w.life.handshake.accept_queue, 17);
}

static void accept_tells_the_wait_in_the_queue_once(void **state)
{
	struct walk w;

	(void)state;
	walk_server(&w);
	assert_int_equal(sl_handshake_accepted(&w.life.handshake, WALK_T0 + 30 * MS), 30 * MS);
	assert_int_equal(sl_handshake_accepted(&w.life.handshake, WALK_T0 + 50 * MS), 0);
	assert_int_equal(w.life.handshake.accept_ns, WALK_T0 + 30 * MS);
	assert_true(w.life.handshake.flags & SL_HSF_ACCEPTED);
}

static void the_wait_is_unknown_without_the_time_it_began(void **state)
{
	struct sl_handshake seeded = { .outcome = SL_HS_ESTABLISHED }, same = { .done_ns = 70 };

	(void)state;
	assert_int_equal(sl_handshake_accepted(&seeded, 70), 0);
	assert_int_equal(seeded.accept_ns, 70);
	assert_int_equal(sl_handshake_accepted(&same, 70), 0);
}

static void a_child_that_a_reset_kills_was_aborted(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w, SL_ORIGIN_ACCEPTED, SL_TCP_LISTEN);
	walk_to(&w, SL_TCP_SYN_RECV);
	walk_wait(&w, 3);
	walk_fail(&w, ECONNRESET);
	walk_end(&w);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ABORTED);
	assert_int_equal(w.life.handshake.err, ECONNRESET);
	assert_int_equal(w.life.handshake.done_ns, WALK_T0 + 3 * MS);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
}

static void ends_that_connect_to_each_other_open_simultaneously(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	walk_wait(&w, 5);
	walk_to(&w, SL_TCP_SYN_RECV);
	assert_int_equal(w.life.handshake.outcome, SL_HS_PENDING);
	walk_wait(&w, 5);
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(w.life.id.role, SL_ROLE_CLIENT);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ESTABLISHED);
	assert_true(w.life.handshake.flags & SL_HSF_SIMULTANEOUS);
	assert_int_equal(w.life.handshake.begin_ns, WALK_T0 + 1 * MS);
	assert_int_equal(w.life.handshake.done_ns, WALK_T0 + 11 * MS);
}

static void a_simultaneous_open_can_still_be_refused(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	walk_to(&w, SL_TCP_SYN_RECV);
	walk_fail(&w, ECONNREFUSED);
	assert_int_equal(w.life.handshake.outcome, SL_HS_REFUSED);
}

/* The outcome of a connect to which the kernel gives this errno 4 ms later. */
static __u16 connect_ends_with(struct walk *w, __s32 err)
{
	walk_connect(w);
	walk_wait(w, 4);
	walk_fail(w, err);
	assert_int_equal(w->life.handshake.err, err);
	assert_int_equal(w->life.handshake.done_ns, WALK_T0 + 5 * MS);
	assert_int_equal(w->life.close.last_state, SL_TCP_SYN_SENT);
	return w->life.handshake.outcome;
}

static void the_errno_of_the_socket_names_the_outcome(void **state)
{
	struct walk w;

	(void)state;
	assert_int_equal(connect_ends_with(&w, ECONNREFUSED), SL_HS_REFUSED);
	assert_int_equal(connect_ends_with(&w, ENETUNREACH), SL_HS_UNREACHABLE);
	assert_int_equal(connect_ends_with(&w, EHOSTUNREACH), SL_HS_UNREACHABLE);
	assert_int_equal(connect_ends_with(&w, EPERM), SL_HS_DENIED);
	assert_int_equal(connect_ends_with(&w, EACCES), SL_HS_DENIED);
	assert_int_equal(connect_ends_with(&w, ETIMEDOUT), SL_HS_TIMED_OUT);
	assert_int_equal(connect_ends_with(&w, ENOPROTOOPT), SL_HS_OTHER);
}

static void a_connect_times_out_after_so_many_syns(void **state)
{
	struct walk w;
	int i;

	(void)state;
	walk_connect(&w);
	for (i = 0; i < 6; i++) {
		walk_wait(&w, 1000u << i);
		sl_fault_retrans(&w.life, SL_TCP_SYN_SENT, SL_CA_LOSS, w.life.errors.retrans + 1);
	}
	walk_wait(&w, 64000);
	walk_fail(&w, ETIMEDOUT);
	walk_end(&w);
	assert_int_equal(w.life.handshake.outcome, SL_HS_TIMED_OUT);
	assert_int_equal(w.life.handshake.syn_retrans, 6);
	assert_int_equal(w.life.handshake.done_ns - w.life.handshake.begin_ns, 127000 * MS);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
}

static void a_program_that_closes_first_cancels_its_connect(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	walk_wait(&w, 9);
	walk_program_closes(&w);
	walk_to(&w, SL_TCP_CLOSE);
	walk_end(&w);
	assert_int_equal(w.life.handshake.outcome, SL_HS_CANCELLED);
	assert_int_equal(w.life.handshake.err, 0);
	assert_int_equal(w.life.handshake.done_ns, WALK_T0 + 10 * MS);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
}

static void a_second_connect_starts_afresh(void **state)
{
	struct walk w;
	const struct sl_handshake *h = &w.life.handshake;

	(void)state;
	walk_connect(&w);
	sl_handshake_connect_returned(&w.life.handshake, w.view.now_ns, -EINPROGRESS);
	sl_fault_retrans(&w.life, SL_TCP_SYN_SENT, SL_CA_LOSS, w.life.errors.retrans + 1);
	walk_wait(&w, 4);
	walk_fail(&w, ECONNREFUSED);
	w.view.sk_err = 0;
	walk_wait(&w, 5);
	walk_to(&w, SL_TCP_SYN_SENT);
	assert_int_equal(h->outcome, SL_HS_PENDING);
	assert_int_equal(h->begin_ns, WALK_T0 + 10 * MS);
	assert_int_equal(h->done_ns, 0);
	assert_int_equal(h->err, 0);
	assert_int_equal(h->syn_retrans, 0);
	assert_int_equal(h->flags, SL_HSF_SYN_FROM_STATE);
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(h->outcome, SL_HS_ESTABLISHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_is_established),
		cmocka_unit_test(a_handshake_under_way_is_pending),
		cmocka_unit_test(the_first_syn_at_the_device_tells_its_own_time),
		cmocka_unit_test(the_first_third_segment_and_the_first_answer_count),
		cmocka_unit_test(a_server_has_its_syn_ack_from_the_rtt_sample),
		cmocka_unit_test(a_syn_ack_that_was_seen_beats_the_sample),
		cmocka_unit_test(a_syn_ack_sent_again_makes_the_sample_ambiguous),
		cmocka_unit_test(no_sample_or_one_longer_than_all_time_gives_no_time),
		cmocka_unit_test(a_server_that_saw_syn_and_syn_ack_keeps_their_times),
		cmocka_unit_test(the_accept_queue_that_a_child_met_is_kept),
		cmocka_unit_test(accept_tells_the_wait_in_the_queue_once),
		cmocka_unit_test(the_wait_is_unknown_without_the_time_it_began),
		cmocka_unit_test(a_child_that_a_reset_kills_was_aborted),
		cmocka_unit_test(ends_that_connect_to_each_other_open_simultaneously),
		cmocka_unit_test(a_simultaneous_open_can_still_be_refused),
		cmocka_unit_test(the_errno_of_the_socket_names_the_outcome),
		cmocka_unit_test(a_connect_times_out_after_so_many_syns),
		cmocka_unit_test(a_program_that_closes_first_cancels_its_connect),
		cmocka_unit_test(a_second_connect_starts_afresh),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("handshake", tests, NULL, NULL);
}
