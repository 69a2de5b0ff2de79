// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets that tracing found in mid-life, and whole lives from the first call to the last ACK. */
#include "core_walk.h"

static void a_seeded_listener_is_one(void **state)
{
	struct walk w;

	(void)state;
	walk_seeded(&w, SL_TCP_LISTEN);
	assert_int_equal(w.life.id.role, SL_ROLE_LISTENER);
	assert_int_equal(w.life.handshake.outcome, SL_HS_NONE);
	walk_to(&w, SL_TCP_CLOSE);
	walk_end(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
	assert_true(w.life.complete.flags & SL_LIFE_SEEN_LATE);
}

static void a_seeded_closed_socket_has_done_nothing(void **state)
{
	struct walk w;

	(void)state;
	walk_seeded(&w, SL_TCP_CLOSE);
	assert_int_equal(w.life.id.role, SL_ROLE_NONE);
	assert_int_equal(w.life.handshake.outcome, SL_HS_NONE);
	assert_int_equal(w.life.close.flags, 0);
	assert_int_equal(w.life.close.class_, SL_CLOSE_NONE);
}

static void a_seeded_connect_has_its_outcome_but_not_its_begin(void **state)
{
	struct walk w;

	(void)state;
	walk_seeded(&w, SL_TCP_SYN_SENT);
	assert_int_equal(w.life.id.role, SL_ROLE_CLIENT);
	assert_int_equal(w.life.handshake.outcome, SL_HS_PENDING);
	walk_wait(&w, 3);
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ESTABLISHED);
	assert_int_equal(w.life.handshake.begin_ns, 0);
	assert_int_equal(w.life.handshake.syn_ns, 0);
	assert_int_equal(w.life.handshake.done_ns, WALK_T0 + 3 * MS);
}

static void a_seeded_connect_can_fail(void **state)
{
	struct walk w;

	(void)state;
	walk_seeded(&w, SL_TCP_SYN_SENT);
	walk_fail(&w, ETIMEDOUT);
	walk_end(&w);
	assert_int_equal(w.life.handshake.outcome, SL_HS_TIMED_OUT);
	assert_int_equal(w.life.close.class_, SL_CLOSE_UNCONNECTED);
}

static void a_seeded_child_in_syn_recv_is_no_connection_yet(void **state)
{
	struct walk w;

	(void)state;
	walk_seeded(&w, SL_TCP_SYN_RECV);
	assert_int_equal(w.life.id.role, SL_ROLE_SERVER);
	assert_int_equal(w.life.handshake.outcome, SL_HS_PENDING);
	walk_wait(&w, 3);
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ESTABLISHED);
	assert_int_equal(w.life.handshake.synack_ns, 0);
	walk_seeded(&w, SL_TCP_SYN_RECV);
	walk_fail(&w, ECONNRESET);
	assert_int_equal(w.life.handshake.outcome, SL_HS_ABORTED);
}

/* Which FINs a state says have gone, and whose was first. */
static const struct seed {
	__u32 state;
	__u16 flags;
	__u16 class_;
} seeds[] = {
	{ SL_TCP_ESTABLISHED, 0, SL_CLOSE_NONE },
	{ SL_TCP_FIN_WAIT1, SL_CLF_FIN_SENT, SL_CLOSE_ACTIVE },
	{ SL_TCP_FIN_WAIT2, SL_CLF_FIN_SENT, SL_CLOSE_ACTIVE },
	{ SL_TCP_CLOSE_WAIT, SL_CLF_FIN_RECEIVED | SL_CLF_FIN_IN_BYTES, SL_CLOSE_PASSIVE },
	{ SL_TCP_LAST_ACK, SL_CLF_FIN_SENT | SL_CLF_FIN_RECEIVED | SL_CLF_FIN_IN_BYTES, SL_CLOSE_PASSIVE },
	{ SL_TCP_CLOSING, SL_CLF_FIN_SENT | SL_CLF_FIN_RECEIVED | SL_CLF_FIN_IN_BYTES, SL_CLOSE_SIMULTANEOUS },
};
#define SEED_NR (sizeof(seeds) / sizeof(*seeds))

static void a_seeded_connection_has_behind_it_what_its_state_says(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < SEED_NR; i++) {
		walk_seeded(&w, seeds[i].state);
		assert_int_equal(w.life.handshake.outcome, SL_HS_ESTABLISHED);
		assert_int_equal(w.life.handshake.done_ns, 0);
		assert_int_equal(w.life.close.flags, seeds[i].flags);
		assert_int_equal(w.life.close.class_, seeds[i].class_);
		assert_int_equal(w.life.close.fin_sent_ns, 0);
		assert_int_equal(w.life.close.fin_received_ns, 0);
	}
}

/* The rest of an orderly close, from any state of it. */
static void walk_home(struct walk *w)
{
	walk_wait(w, 10);
	switch (w->state) {
	case SL_TCP_ESTABLISHED: walk_to(w, SL_TCP_FIN_WAIT1); __attribute__((fallthrough));
	case SL_TCP_FIN_WAIT1: walk_to(w, SL_TCP_FIN_WAIT2); __attribute__((fallthrough));
	case SL_TCP_FIN_WAIT2: w->view.fin_received = 1; break;
	case SL_TCP_CLOSE_WAIT: walk_to(w, SL_TCP_LAST_ACK); break;
	}
	walk_to(w, SL_TCP_CLOSE);
	walk_end(w);
}

static void a_seeded_connection_closes_in_its_class(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < SEED_NR; i++) {
		walk_seeded(&w, seeds[i].state);
		walk_home(&w);
		assert_int_equal(w.life.close.class_, seeds[i].class_ ? seeds[i].class_ : SL_CLOSE_ACTIVE);
		assert_true(w.life.close.flags & SL_CLF_FIN_SENT);
		assert_true(w.life.close.flags & SL_CLF_FIN_RECEIVED);
		assert_int_equal(w.life.close.half_closed_ns, 0);
	}
}

static void a_seeded_connection_can_be_reset(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < SEED_NR; i++) {
		walk_seeded(&w, seeds[i].state);
		sl_close_reset_received(&w.life, w.view.now_ns);
		walk_fail(&w, ECONNRESET);
		walk_end(&w);
		assert_int_equal(w.life.close.class_, SL_CLOSE_RESET_RECEIVED);
		assert_int_equal(w.life.close.last_state, seeds[i].state);
	}
}

static void a_socket_seen_late_closes_like_any_other(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w, SL_ORIGIN_UNKNOWN, SL_TCP_ESTABLISHED);
	sl_life_seed(&w.life, SL_TCP_ESTABLISHED);
	walk_wait(&w, 7);
	walk_to(&w, SL_TCP_CLOSE_WAIT);
	walk_wait(&w, 5);
	walk_to(&w, SL_TCP_LAST_ACK);
	walk_to(&w, SL_TCP_CLOSE);
	walk_end(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_PASSIVE);
	assert_int_equal(w.life.close.half_closed_ns, 5 * MS);
	assert_true(w.life.complete.flags & SL_LIFE_SEEN_LATE);
	assert_int_equal(w.life.id.role, SL_ROLE_NONE);
}

static void a_program_that_closes_leaves_an_orphan_to_tcp(void **state)
{
	struct walk active, passive;

	(void)state;
	walk_client(&active);
	walk_program_closes(&active);
	walk_to(&active, SL_TCP_FIN_WAIT1);
	assert_true(active.life.close.flags & SL_CLF_ORPHAN);
	walk_server(&passive);
	walk_to(&passive, SL_TCP_CLOSE_WAIT);
	assert_false(passive.life.close.flags & SL_CLF_ORPHAN);
	walk_program_closes(&passive);
	walk_to(&passive, SL_TCP_LAST_ACK);
	assert_true(passive.life.close.flags & SL_CLF_ORPHAN);
}

static void a_handshake_leaves_no_orphan(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w, SL_ORIGIN_ACCEPTED, SL_TCP_LISTEN);
	walk_program_closes(&w);
	walk_to(&w, SL_TCP_SYN_RECV);
	walk_to(&w, SL_TCP_ESTABLISHED);
	assert_int_equal(w.life.close.flags, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seeded_listener_is_one),
		cmocka_unit_test(a_seeded_closed_socket_has_done_nothing),
		cmocka_unit_test(a_seeded_connect_has_its_outcome_but_not_its_begin),
		cmocka_unit_test(a_seeded_connect_can_fail),
		cmocka_unit_test(a_seeded_child_in_syn_recv_is_no_connection_yet),
		cmocka_unit_test(a_seeded_connection_has_behind_it_what_its_state_says),
		cmocka_unit_test(a_seeded_connection_closes_in_its_class),
		cmocka_unit_test(a_seeded_connection_can_be_reset),
		cmocka_unit_test(a_socket_seen_late_closes_like_any_other),
		cmocka_unit_test(a_program_that_closes_leaves_an_orphan_to_tcp),
		cmocka_unit_test(a_handshake_leaves_no_orphan),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
