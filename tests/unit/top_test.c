// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of top: sums by process, order, the last errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../userspace/cli/top.h"

static struct top_row a_row(uint64_t cookie, uint32_t pid, unsigned state, uint32_t recv_q, uint64_t bytes)
{
	struct top_row row = { .snapshot = true };
	struct sl_life *life = &row.diag.life;

	life->id.cookie = cookie;
	life->id.known = pid ? SL_ID_OWNER : 0;
	life->id.pid = pid;
	life->id.role = state == 10 ? SL_ROLE_LISTENER : SL_ROLE_NONE;
	life->close.last_state = (uint16_t)state;
	life->flow.bytes_sent = bytes;
	row.diag.recv_q = recv_q;
	snprintf(life->id.comm, sizeof(life->id.comm), "p%u", pid);
	return row;
}

static void put(struct top_rows *rows, struct top_row row)
{
	assert_int_equal(top_rows_socket(rows, &row), 0);
}

static void sockets_are_summed_up_by_process(void **state)
{
	struct top_rows rows = { 0 };

	(void)state;
	put(&rows, a_row(1, 7, 10, 3, 0));
	put(&rows, a_row(2, 7, 1, 5, 100));
	put(&rows, a_row(3, 8, 1, 0, 10));
	put(&rows, a_row(4, 7, 8, 1, 1));
	put(&rows, a_row(5, 0, 6, 0, 0));
	put(&rows, a_row(6, 0, 6, 0, 0));
	top_rows_settle(&rows, TOP_BY_STATE, false);
	assert_int_equal(rows.processes, 3);
	assert_int_equal(rows.listeners, 1);
	assert_int_equal(rows.process[0].pid, 7);
	assert_int_equal(rows.process[0].sockets, 3);
	assert_int_equal(rows.process[0].listening, 1);
	assert_int_equal(rows.process[0].established, 1);
	assert_int_equal(rows.process[0].closing, 1);
	assert_int_equal(rows.process[0].queued, 6); /* a listener's queue is of connections */
	assert_int_equal(rows.process[0].bytes_out, 101);
	assert_int_equal(rows.process[1].pid, 0);
	top_rows_exit(&rows);
}

static void each_sort_has_its_order_and_equal_ones_keep_theirs(void **state)
{
	struct top_rows rows = { 0 };

	(void)state;
	put(&rows, a_row(3, 1, 1, 5, 10));
	put(&rows, a_row(1, 2, 10, 0, 0));
	put(&rows, a_row(2, 3, 1, 9, 10));
	top_rows_settle(&rows, TOP_BY_STATE, false);
	assert_int_equal(rows.socket[0]->diag.life.id.cookie, 1);
	top_rows_settle(&rows, TOP_BY_RECV_Q, false);
	assert_int_equal(rows.socket[0]->diag.life.id.cookie, 2);
	top_rows_settle(&rows, TOP_BY_RECV_Q, true);
	assert_int_equal(rows.socket[2]->diag.life.id.cookie, 2);
	for (int i = 0; i < 2; i++) {
		top_rows_settle(&rows, TOP_BY_BYTES, i);
		assert_true(rows.socket[i]->diag.life.id.cookie == 2 && rows.socket[i + 1]->diag.life.id.cookie == 3);
	}
	top_rows_settle(&rows, TOP_BY_OWNER, false);
	assert_int_equal(rows.socket[0]->diag.life.id.pid, 1);
	top_rows_exit(&rows);
}

static void the_last_errors_are_kept_the_latest_first(void **state)
{
	struct top_rows rows = { 0 };
	struct sl_life life = { 0 };

	(void)state;
	for (unsigned i = 1; i <= TOP_ERRORS_MAX + 10; i++) {
		life.id.cookie = i;
		assert_int_equal(top_rows_error(&rows, &life, i), 0);
	}
	assert_int_equal(rows.errors, TOP_ERRORS_MAX);
	assert_int_equal(rows.errors_seen, TOP_ERRORS_MAX + 10);
	assert_int_equal(rows.error[0]->diag.life.id.cookie, TOP_ERRORS_MAX + 10);
	assert_int_equal(rows.error[TOP_ERRORS_MAX - 1]->diag.life.id.cookie, 11);
	top_rows_exit(&rows);
}

static void sockets_beyond_the_bound_are_counted(void **state)
{
	struct top_rows rows = { 0 };

	(void)state;
	for (unsigned i = 0; i < TOP_ROWS_MAX + 3; i++)
		put(&rows, a_row(i + 1, 1, 1, 0, 0));
	assert_int_equal(rows.sockets, TOP_ROWS_MAX);
	assert_int_equal(rows.more, 3);
	top_rows_exit(&rows);
}

static void what_is_an_error(void **state)
{
	struct sl_life life = { 0 };

	(void)state;
	life.close.class_ = SL_CLOSE_ACTIVE;
	assert_false(top_is_error(&life));
	life.close.class_ = SL_CLOSE_RESET_RECEIVED;
	assert_true(top_is_error(&life));
	life.close.class_ = SL_CLOSE_UNCONNECTED;
	life.handshake.outcome = SL_HS_REFUSED;
	assert_true(top_is_error(&life));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_are_summed_up_by_process),
		cmocka_unit_test(each_sort_has_its_order_and_equal_ones_keep_theirs),
		cmocka_unit_test(the_last_errors_are_kept_the_latest_first),
		cmocka_unit_test(sockets_beyond_the_bound_are_counted),
		cmocka_unit_test(what_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
