// SPDX-License-Identifier: GPL-2.0-or-later
/* Listeners: what their connections tell of them, in whatever order the records come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "listeners.h"

static struct sl_life child_of(uint64_t listener, uint64_t cookie, uint64_t wait_ns)
{
	struct sl_life life = {
		.id = { .cookie = cookie, .parent = listener, .known = SL_ID_PARENT, .role = SL_ROLE_SERVER }
	};

	life.handshake.outcome = SL_HS_ESTABLISHED;
	life.handshake.begin_ns = 1000;
	life.handshake.done_ns = 2000;
	if (wait_ns) {
		life.handshake.accept_ns = 2000 + wait_ns;
		life.handshake.flags = SL_HSF_ACCEPTED;
	}
	life.handshake.accept_queue = (uint32_t)cookie % 7;
	return life;
}

static void connections_are_their_listeners_whether_it_is_known_yet_or_not(void **state)
{
	struct sl_life listener = { .id = { .cookie = 9, .role = SL_ROLE_LISTENER } },
		       orphan = { .id = { .cookie = 5 } };
	const struct sl_listener *l;
	struct sl_listeners all;

	(void)state;
	assert_int_equal(sl_listeners_init(&all), 0);
	for (uint64_t i = 0; i < 100; i++) {
		struct sl_life life = child_of(i % 2 ? 9 : 10, 100 + i, i < 50 ? 300 : 0);

		if (i == 70)
			assert_int_equal(sl_listeners_life(&all, &listener), 0);
		assert_int_equal(sl_listeners_life(&all, &life), 0);
	}
	assert_int_equal(sl_listeners_life(&all, &orphan), 0);
	assert_int_equal(all.count, 2);
	l = sl_listeners_get(&all, 9);
	assert_true(l->known);
	assert_int_equal(l->children, 50);
	assert_int_equal(l->accepted, 25);
	assert_int_equal(l->accept_wait.count, 25);
	assert_int_equal(l->accept_wait.max, 300);
	assert_int_equal(l->handshake.count, 50);
	assert_int_equal(l->queue_max, 6);
	assert_false(sl_listeners_get(&all, 10)->known);
	assert_null(sl_listeners_get(&all, 5));
	sl_listeners_exit(&all);
}

static void a_handshake_that_failed_is_counted_and_not_measured(void **state)
{
	struct sl_life life = child_of(9, 1, 0);
	struct sl_listeners all;

	(void)state;
	assert_int_equal(sl_listeners_init(&all), 0);
	life.handshake.outcome = SL_HS_ABORTED;
	life.handshake.flags = SL_HSF_COOKIE;
	assert_int_equal(sl_listeners_life(&all, &life), 0);
	assert_int_equal(sl_listeners_get(&all, 9)->failed, 1);
	assert_int_equal(sl_listeners_get(&all, 9)->cookies, 1);
	assert_int_equal(sl_listeners_get(&all, 9)->handshake.count, 0);
	sl_listeners_exit(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_are_their_listeners_whether_it_is_known_yet_or_not),
		cmocka_unit_test(a_handshake_that_failed_is_counted_and_not_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
