// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults: retransmissions by cause, errors told to the socket, drops by reason. */
#include "core_walk.h"

#define CA_OPEN 0
#define CA_DISORDER 1
#define CA_CWR 2

static void a_syn_sent_again_is_a_timer_and_counts_for_the_handshake(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_fault_retrans(&w.life, SL_TCP_SYN_SENT, CA_OPEN, w.life.errors.retrans + 1);
	sl_fault_retrans(&w.life, SL_TCP_SYN_SENT, SL_CA_LOSS, w.life.errors.retrans + 1);
	assert_int_equal(w.life.handshake.syn_retrans, 2);
	assert_int_equal(w.life.errors.retrans_rto, 2);
	assert_int_equal(w.life.errors.retrans_fast + w.life.errors.retrans_tlp, 0);
}

static void congestion_control_tells_why_a_segment_was_sent_again(void **state)
{
	static const __u32 neither[] = { CA_OPEN, CA_DISORDER, CA_CWR };
	struct walk w;
	size_t i;

	(void)state;
	walk_client(&w);
	sl_fault_retrans(&w.life, SL_TCP_ESTABLISHED, SL_CA_LOSS, w.life.errors.retrans + 1);
	sl_fault_retrans(&w.life, SL_TCP_FIN_WAIT1, SL_CA_LOSS, w.life.errors.retrans + 1);
	sl_fault_retrans(&w.life, SL_TCP_ESTABLISHED, SL_CA_RECOVERY, w.life.errors.retrans + 1);
	for (i = 0; i < 3; i++)
		sl_fault_retrans(&w.life, SL_TCP_ESTABLISHED, neither[i], w.life.errors.retrans + 1);
	assert_int_equal(w.life.errors.retrans_rto, 2);
	assert_int_equal(w.life.errors.retrans_fast, 1);
	assert_int_equal(w.life.errors.retrans_tlp, 3);
	assert_int_equal(w.life.handshake.syn_retrans, 0);
}

static void segments_that_go_in_one_piece_count_each(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_fault_retrans(&w.life, SL_TCP_ESTABLISHED, SL_CA_RECOVERY, 9);
	sl_fault_retrans(&w.life, SL_TCP_ESTABLISHED, SL_CA_LOSS, 10);
	assert_int_equal(w.life.errors.retrans_fast, 9);
	assert_int_equal(w.life.errors.retrans_rto, 1);
	assert_int_equal(w.life.errors.retrans, 10);
}

static void a_slow_down_taken_back_was_spurious(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_fault_undone(&w.life);
	sl_fault_undone(&w.life);
	assert_int_equal(w.life.errors.spurious, 2);
}

static void an_error_before_the_connection_is_none_of_its_close(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_fault_error(&w.life, ECONNREFUSED);
	assert_int_equal(w.life.errors.sock_errors, 1);
	assert_int_equal(w.life.errors.last_sk_err, ECONNREFUSED);
	assert_int_equal(w.life.close.err, 0);
}

static void the_last_error_is_kept_and_the_first_is_the_closes(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_fault_error(&w.life, ECONNRESET);
	sl_fault_error(&w.life, EPIPE);
	assert_int_equal(w.life.errors.sock_errors, 2);
	assert_int_equal(w.life.errors.last_sk_err, EPIPE);
	assert_int_equal(w.life.close.err, ECONNRESET);
}

static void an_icmp_message_is_counted_once_until_another_comes(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_fault_soft(&w.life, EHOSTUNREACH);
	sl_fault_soft(&w.life, EHOSTUNREACH);
	sl_fault_soft(&w.life, ENETUNREACH);
	assert_int_equal(w.life.errors.icmp, 2);
	assert_int_equal(w.life.errors.sock_errors, 0);
}

static void errors_that_only_icmp_brings_are_counted_as_such(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_fault_error(&w.life, EHOSTUNREACH);
	sl_fault_error(&w.life, ENETUNREACH);
	sl_fault_error(&w.life, ETIMEDOUT);
	assert_int_equal(w.life.errors.icmp, 2);
	assert_int_equal(w.life.errors.sock_errors, 3);
}

static void a_handshake_that_fails_silently_has_its_cause_from_icmp(void **state)
{
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_fault_soft(&w.life, EHOSTUNREACH);
	walk_to(&w, SL_TCP_CLOSE);
	assert_int_equal(w.life.handshake.outcome, SL_HS_UNREACHABLE);
	assert_int_equal(w.life.handshake.err, EHOSTUNREACH);
	walk_connect(&w);
	sl_fault_soft(&w.life, EHOSTUNREACH);
	walk_fail(&w, ETIMEDOUT);
	assert_int_equal(w.life.handshake.outcome, SL_HS_TIMED_OUT);
}

static void drops_are_counted_by_reason(void **state)
{
	struct walk w;
	const struct sl_errors *e = &w.life.errors;

	(void)state;
	walk_client(&w);
	sl_fault_drop(&w.life, 5);
	sl_fault_drop(&w.life, 9);
	sl_fault_drop(&w.life, 5);
	assert_int_equal(e->drops, 3);
	assert_int_equal(e->drop[0].reason, 5);
	assert_int_equal(e->drop[0].count, 2);
	assert_int_equal(e->drop[1].reason, 9);
	assert_int_equal(e->drop[1].count, 1);
	assert_int_equal(e->drop[2].count, 0);
}

static void drops_beyond_the_table_of_reasons_are_in_the_total(void **state)
{
	struct walk w;
	__u32 reason, kept = 0;

	(void)state;
	walk_client(&w);
	for (reason = 10; reason < 10 + SL_DROP_NR + 4; reason++)
		sl_fault_drop(&w.life, reason);
	sl_fault_drop(&w.life, 10);
	for (reason = 0; reason < SL_DROP_NR; reason++) {
		assert_int_equal(w.life.errors.drop[reason].reason, 10 + reason);
		kept += w.life.errors.drop[reason].count;
	}
	assert_int_equal(kept, SL_DROP_NR + 1);
	assert_int_equal(w.life.errors.drops, SL_DROP_NR + 5);
}

static void a_drop_without_a_reason_has_its_place(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_fault_drop(&w.life, 0);
	sl_fault_drop(&w.life, 0);
	assert_int_equal(w.life.errors.drop[0].reason, 0);
	assert_int_equal(w.life.errors.drop[0].count, 2);
	assert_int_equal(w.life.errors.drop[1].count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_sent_again_is_a_timer_and_counts_for_the_handshake),
		cmocka_unit_test(congestion_control_tells_why_a_segment_was_sent_again),
		cmocka_unit_test(segments_that_go_in_one_piece_count_each),
		cmocka_unit_test(a_slow_down_taken_back_was_spurious),
		cmocka_unit_test(an_error_before_the_connection_is_none_of_its_close),
		cmocka_unit_test(the_last_error_is_kept_and_the_first_is_the_closes),
		cmocka_unit_test(an_icmp_message_is_counted_once_until_another_comes),
		cmocka_unit_test(errors_that_only_icmp_brings_are_counted_as_such),
		cmocka_unit_test(a_handshake_that_fails_silently_has_its_cause_from_icmp),
		cmocka_unit_test(drops_are_counted_by_reason),
		cmocka_unit_test(drops_beyond_the_table_of_reasons_are_in_the_total),
		cmocka_unit_test(a_drop_without_a_reason_has_its_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
