// SPDX-License-Identifier: GPL-2.0-or-later
/* Buffers: limits and peaks, waits, closed windows, what was dropped for want of room. */
#include "core_walk.h"

static void a_peak_is_the_most_that_was_seen_and_a_limit_the_last(void **state)
{
	struct sl_buffer_view v = { .rcvbuf = 1000, .sndbuf = 2000, .rmem = 10, .wmem = 90, .backlog = 3, .recvq = 4 };
	struct sl_buffers b = { 0 };

	(void)state;
	sl_buffer_look(&b, &v);
	v = (struct sl_buffer_view){ .rcvbuf = 1000, .sndbuf = 2000, .rmem = 50, .wmem = 20, .recvq = 2, .sendq = 8 };
	sl_buffer_look(&b, &v);
	assert_int_equal(b.rcvbuf, 1000);
	assert_int_equal(b.sndbuf, 2000);
	assert_int_equal(b.rmem_max_seen, 50);
	assert_int_equal(b.wmem_max_seen, 90);
	assert_int_equal(b.backlog_max_seen, 3);
	assert_int_equal(b.recvq_max_seen, 4);
	assert_int_equal(b.sendq_max_seen, 8);
	assert_int_equal(b.autotune_moves, 0);
}

static void a_limit_that_moves_by_itself_was_tuned(void **state)
{
	struct sl_buffer_view v = { .rcvbuf = 1000, .sndbuf = 2000 };
	struct sl_buffers b = { 0 };

	(void)state;
	sl_buffer_look(&b, &v);
	v.rcvbuf = 4000;
	sl_buffer_look(&b, &v);
	v.sndbuf = 8000;
	sl_buffer_look(&b, &v);
	sl_buffer_look(&b, &v);
	assert_int_equal(b.autotune_moves, 2);
}

static void a_limit_that_the_program_set_was_not_tuned(void **state)
{
	struct sl_buffer_view v = { .rcvbuf = 1000, .sndbuf = 2000 };
	struct sl_buffers b = { 0 };

	(void)state;
	sl_buffer_look(&b, &v);
	v.rcvbuf = 4000;
	v.locked = SL_BUF_RCV_LOCKED;
	sl_buffer_look(&b, &v);
	v.sndbuf = 4000;
	v.locked |= SL_BUF_SND_LOCKED;
	sl_buffer_look(&b, &v);
	assert_int_equal(b.autotune_moves, 0);
	assert_int_equal(b.flags, SL_BUF_LOOKED | SL_BUF_RCV_LOCKED | SL_BUF_SND_LOCKED);
}

static void waits_of_sends_and_receives_are_kept_apart(void **state)
{
	struct sl_buffers b = { 0 };

	(void)state;
	sl_buffer_blocked(&b, SL_CALL_SEND, 5);
	sl_buffer_blocked(&b, SL_CALL_RECV, 7);
	sl_buffer_blocked(&b, SL_CALL_RECV, 7);
	sl_buffer_blocked(&b, SL_CALL_CONNECT, 100);
	assert_int_equal(b.send_blocked, 1);
	assert_int_equal(b.send_blocked_ns, 5);
	assert_int_equal(b.recv_blocked, 2);
	assert_int_equal(b.recv_blocked_ns, 14);
}

static void a_window_is_closed_from_its_zero_to_the_next_that_is_none(void **state)
{
	struct walk w;
	const struct sl_buffers *b = &w.life.buffers;

	(void)state;
	walk_client(&w);
	assert_false(sl_buffer_window_sent(&w.life, 0, w.view.now_ns));
	assert_true(sl_buffer_window_sent(&w.life, 1, w.view.now_ns));
	assert_false(sl_buffer_window_sent(&w.life, 1, walk_wait(&w, 5)));
	assert_true(sl_buffer_window_sent(&w.life, 0, walk_wait(&w, 5)));
	assert_true(sl_buffer_window_received(&w.life, 1, walk_wait(&w, 5)));
	sl_buffer_probe(&w.life);
	sl_buffer_probe(&w.life);
	assert_int_equal(b->zero_window_sent, 1);
	assert_int_equal(b->zero_window_sent_ns, 10 * MS);
	assert_int_equal(b->zero_window_received, 1);
	assert_int_equal(b->zero_window_received_ns, 0);
	assert_int_equal(b->probes, 2);
}

static void a_window_that_never_opens_was_closed_to_the_end(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_buffer_window_received(&w.life, 1, w.view.now_ns);
	sl_buffer_window_sent(&w.life, 1, w.view.now_ns);
	walk_wait(&w, 300);
	walk_fail(&w, ETIMEDOUT);
	walk_wait(&w, 50);
	walk_end(&w);
	assert_int_equal(w.life.buffers.zero_window_received_ns, 300 * MS);
	assert_int_equal(w.life.buffers.zero_window_sent_ns, 300 * MS);
}

static void a_snapshot_counts_what_still_runs(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_buffer_window_sent(&w.life, 1, w.view.now_ns);
	walk_wait(&w, 30);
	sl_life_snapshot(&w.life, w.view.now_ns);
	assert_int_equal(w.life.buffers.zero_window_sent_ns, 30 * MS);
	assert_int_equal(w.life.flow.ca_ns[SL_CA_OPEN], 30 * MS);
}

static void each_kind_of_drop_has_a_count(void **state)
{
	struct sl_buffers b = { 0 };
	__u32 room, n;

	(void)state;
	for (room = SL_ROOM_NONE; room < SL_ROOM_NR; room++)
		for (n = 0; n < room; n++)
			sl_buffer_dropped(&b, room);
	sl_buffer_dropped(&b, SL_ROOM_NONE);
	sl_buffer_refused(&b);
	assert_int_equal(b.drop_rcvbuf, SL_ROOM_RCVBUF);
	assert_int_equal(b.drop_backlog, SL_ROOM_BACKLOG);
	assert_int_equal(b.drop_prune, SL_ROOM_PRUNE);
	assert_int_equal(b.drop_ofo, SL_ROOM_OFO);
	assert_int_equal(b.drop_memory, SL_ROOM_MEMORY);
	assert_int_equal(b.memory_refused, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_peak_is_the_most_that_was_seen_and_a_limit_the_last),
		cmocka_unit_test(a_limit_that_moves_by_itself_was_tuned),
		cmocka_unit_test(a_limit_that_the_program_set_was_not_tuned),
		cmocka_unit_test(waits_of_sends_and_receives_are_kept_apart),
		cmocka_unit_test(a_window_is_closed_from_its_zero_to_the_next_that_is_none),
		cmocka_unit_test(a_window_that_never_opens_was_closed_to_the_end),
		cmocka_unit_test(a_snapshot_counts_what_still_runs),
		cmocka_unit_test(each_kind_of_drop_has_a_count),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
