// SPDX-License-Identifier: GPL-2.0-or-later
/* Identity: what is known once stays known. */
#include "core_walk.h"

static const __u8 here[16] = { 192, 0, 2, 1 };
static const __u8 there[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 9 };
static const __u8 wiped[16];

static void the_first_owner_stays(void **state)
{
	struct sl_owner curl = { .cgroup_id = 5, .pid = 100, .tid = 101, .uid = 1000, .comm = "curl" };
	struct sl_owner heir = { .cgroup_id = 6, .pid = 200, .tid = 200, .uid = 0, .comm = "heir" };
	struct sl_ident id = { 0 };

	(void)state;
	assert_int_equal(sl_ident_own(&id, &curl), 1);
	assert_int_equal(sl_ident_own(&id, &heir), 0);
	assert_int_equal(id.known, SL_ID_OWNER);
	assert_int_equal(id.pid, 100);
	assert_int_equal(id.tid, 101);
	assert_int_equal(id.uid, 1000);
	assert_int_equal(id.cgroup_id, 5);
	assert_string_equal(id.comm, "curl");
}

static void what_runs_outside_any_process_is_no_owner(void **state)
{
	struct sl_owner idle = { .uid = 0, .comm = "swapper/0" };
	struct sl_ident id = { 0 };

	(void)state;
	assert_int_equal(sl_ident_own(&id, &idle), 0);
	assert_int_equal(id.known, 0);
	assert_string_equal(id.comm, "");
}

static void a_name_of_sixteen_bytes_is_kept_whole(void **state)
{
	struct sl_owner owner = { .pid = 1 };
	struct sl_ident id = { 0 };

	(void)state;
	memset(owner.comm, 'x', sizeof(owner.comm));
	assert_int_equal(sl_ident_own(&id, &owner), 1);
	assert_memory_equal(id.comm, owner.comm, sizeof(id.comm));
}

static void an_address_is_news_once(void **state)
{
	struct sl_ident id = { 0 };

	(void)state;
	assert_int_equal(sl_ident_local(&id, here, 8080), 1);
	assert_int_equal(sl_ident_local(&id, here, 8080), 0);
	assert_int_equal(sl_ident_remote(&id, there, 443), 1);
	assert_int_equal(sl_ident_remote(&id, there, 443), 0);
	assert_int_equal(id.known, SL_ID_LOCAL | SL_ID_REMOTE);
	assert_int_equal(id.lport, 8080);
	assert_int_equal(id.rport, 443);
	assert_memory_equal(id.laddr, here, 16);
	assert_memory_equal(id.raddr, there, 16);
}

static void a_bound_wildcard_becomes_the_address_in_use(void **state)
{
	struct sl_ident id = { 0 };

	(void)state;
	assert_int_equal(sl_ident_local(&id, wiped, 8080), 1);
	assert_int_equal(sl_ident_local(&id, here, 8080), 1);
	assert_memory_equal(id.laddr, here, 16);
}

static void either_half_of_an_address_makes_a_difference(void **state)
{
	struct sl_ident id = { 0 };
	__u8 first[16] = { 0 }, last[16] = { 0 };

	(void)state;
	first[0] = 1;
	last[15] = 1;
	assert_int_equal(sl_ident_remote(&id, wiped, 1), 1);
	assert_int_equal(sl_ident_remote(&id, first, 1), 1);
	assert_int_equal(sl_ident_remote(&id, last, 1), 1);
	assert_int_equal(sl_ident_remote(&id, last, 2), 1);
	assert_int_equal(sl_ident_remote(&id, last, 2), 0);
}

static void a_socket_without_a_port_has_no_address(void **state)
{
	struct sl_ident id = { 0 };

	(void)state;
	assert_int_equal(sl_ident_local(&id, here, 0), 0);
	assert_int_equal(sl_ident_remote(&id, there, 0), 0);
	assert_int_equal(id.known, 0);
	assert_memory_equal(id.laddr, wiped, 16);
	assert_memory_equal(id.raddr, wiped, 16);
}

static void addresses_stay_when_the_kernel_wipes_them_at_the_end(void **state)
{
	struct sl_ident id = { 0 };

	(void)state;
	sl_ident_local(&id, here, 40000);
	sl_ident_remote(&id, there, 443);
	assert_int_equal(sl_ident_local(&id, wiped, 0), 0);
	assert_int_equal(sl_ident_remote(&id, wiped, 0), 0);
	assert_int_equal(id.known, SL_ID_LOCAL | SL_ID_REMOTE);
	assert_int_equal(id.lport, 40000);
	assert_int_equal(id.rport, 443);
	assert_memory_equal(id.laddr, here, 16);
	assert_memory_equal(id.raddr, there, 16);
}

static void initial_sequence_numbers_are_taken_once(void **state)
{
	struct sl_ident id = { 0 };

	(void)state;
	sl_ident_isn(&id, 7, 0xffffffff);
	sl_ident_isn(&id, 1, 2);
	assert_int_equal(id.known, SL_ID_ISN);
	assert_int_equal(id.isn_local, 7);
	assert_int_equal(id.isn_remote, 0xffffffff);
}

static void a_socket_that_was_made_has_its_birth_time(void **state)
{
	struct sl_life made = { 0 }, child = { 0 };

	(void)state;
	sl_life_begin(&made, 42, 4026531840u, SL_ORIGIN_CREATED, 5000, 3);
	sl_life_begin(&child, 43, 4026531840u, SL_ORIGIN_ACCEPTED, 6000, 3);
	assert_int_equal(made.id.cookie, 42);
	assert_int_equal(made.id.netns, 4026531840u);
	assert_int_equal(made.id.origin, SL_ORIGIN_CREATED);
	assert_int_equal(made.id.created_ns, 5000);
	assert_int_equal(made.complete.watched, 3);
	assert_true(made.id.known & SL_ID_CREATED);
	assert_true(child.id.known & SL_ID_CREATED);
	assert_int_equal(made.complete.flags, 0);
	assert_int_equal(child.complete.flags, 0);
}

static void a_socket_that_was_found_is_marked_as_seen_late(void **state)
{
	struct sl_life seeded = { 0 }, unknown = { 0 };

	(void)state;
	sl_life_begin(&seeded, 1, 1, SL_ORIGIN_SEEDED, 5000, 0);
	sl_life_begin(&unknown, 2, 1, SL_ORIGIN_UNKNOWN, 5000, 0);
	assert_int_equal(seeded.complete.flags, SL_LIFE_SEEN_LATE);
	assert_int_equal(unknown.complete.flags, SL_LIFE_SEEN_LATE);
	assert_false(seeded.id.known & SL_ID_CREATED);
	assert_false(unknown.id.known & SL_ID_CREATED);
}

static void each_lost_record_is_counted_and_marks_the_life(void **state)
{
	struct sl_life life = { 0 };

	(void)state;
	sl_life_lost(&life);
	sl_life_lost(&life);
	assert_int_equal(life.complete.lost, 2);
	assert_int_equal(life.complete.flags, SL_LIFE_LOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_owner_stays),
		cmocka_unit_test(what_runs_outside_any_process_is_no_owner),
		cmocka_unit_test(a_name_of_sixteen_bytes_is_kept_whole),
		cmocka_unit_test(an_address_is_news_once),
		cmocka_unit_test(a_bound_wildcard_becomes_the_address_in_use),
		cmocka_unit_test(either_half_of_an_address_makes_a_difference),
		cmocka_unit_test(a_socket_without_a_port_has_no_address),
		cmocka_unit_test(addresses_stay_when_the_kernel_wipes_them_at_the_end),
		cmocka_unit_test(initial_sequence_numbers_are_taken_once),
		cmocka_unit_test(a_socket_that_was_made_has_its_birth_time),
		cmocka_unit_test(a_socket_that_was_found_is_marked_as_seen_late),
		cmocka_unit_test(each_lost_record_is_counted_and_marks_the_life),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ident", tests, NULL, NULL);
}
