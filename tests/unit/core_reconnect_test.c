// SPDX-License-Identifier: GPL-2.0-or-later
#include "core_walk.h"

static void connect_again(struct walk *w)
{
	w->view.sk_err = 0;
	walk_wait(w, 10);
	walk_to(w, SL_TCP_SYN_SENT);
	walk_wait(w, 10);
	walk_to(w, SL_TCP_ESTABLISHED);
}

static void close_orderly(struct walk *w)
{
	walk_to(w, SL_TCP_FIN_WAIT1);
	walk_wait(w, 1);
	walk_to(w, SL_TCP_FIN_WAIT2);
	walk_fin_comes(w);
	walk_to(w, SL_TCP_CLOSE);
	walk_end(w);
}

/* Linux lets a program connect the same socket again after ECONNREFUSED. */
static void a_refusal_before_is_none_of_the_next_connections_close(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_close_reset_received(&w.life, w.view.now_ns);
	walk_fail(&w, ECONNREFUSED);
	connect_again(&w);
	close_orderly(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_ACTIVE);
	assert_int_equal(w.life.errors.resets_received, 1);
}

/* connect(AF_UNSPEC) between two connections. */
static void a_second_connection_has_a_close_of_its_own(void **state)
{
	struct walk w;
	__u64 t;

	(void)state;
	walk_client(&w);
	sl_close_reset_sent(&w.life, w.view.now_ns, 0, 0);
	walk_fail(&w, ECONNRESET);
	connect_again(&w);
	t = walk_wait(&w, 10);
	close_orderly(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_ACTIVE);
	assert_int_equal(w.life.close.err, 0);
	assert_int_equal(w.life.close.fin_sent_ns, t);
}

/* RFC 9293 3.5.1: a stale ACK in SYN_SENT is answered by a RST, and the SYN is sent again. */
static void a_reset_that_answers_a_stale_ack_is_no_close(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_close_reset_sent(&w.life, w.view.now_ns, 0, 0);
	walk_wait(&w, 1000);
	walk_to(&w, SL_TCP_ESTABLISHED);
	close_orderly(&w);
	assert_int_equal(w.life.close.class_, SL_CLOSE_ACTIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_before_is_none_of_the_next_connections_close),
		cmocka_unit_test(a_second_connection_has_a_close_of_its_own),
		cmocka_unit_test(a_reset_that_answers_a_stale_ack_is_no_close),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("reconnect", tests, NULL, NULL);
}
