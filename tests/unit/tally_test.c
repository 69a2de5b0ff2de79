// SPDX-License-Identifier: GPL-2.0-or-later
/* The tally: what is counted of a life, what is not, and that groups beyond the bound lose nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../core/fact.h"
#include "tally.h"

#define MS 1000000ULL

static struct sl_life a_life(const char *comm, uint64_t handshake_ns, uint64_t bytes)
{
	struct sl_life life = { .id = { .family = AF_INET,
					.protocol = IPPROTO_TCP,
					.role = SL_ROLE_CLIENT,
					.known = SL_ID_OWNER | SL_ID_CREATED,
					.created_ns = 1000 * MS } };

	snprintf(life.id.comm, sizeof(life.id.comm), "%s", comm);
	life.complete.watched = SL_FACT_BIT(BYTES) | SL_FACT_BIT(RETRANS);
	life.handshake.begin_ns = 1000 * MS;
	life.handshake.done_ns = 1000 * MS + handshake_ns;
	life.handshake.outcome = SL_HS_ESTABLISHED;
	life.close.class_ = SL_CLOSE_ACTIVE;
	life.close.end_ns = 2000 * MS;
	life.flow.bytes_sent = bytes;
	return life;
}

static void begin(struct sl_tally *t, const char *by, unsigned max_groups)
{
	struct sl_tally_config config = { .measures = (1u << SL_MEASURE_NR) - 1, .max_groups = max_groups };

	config.by = by ? sl_field_find(by) : NULL;
	assert_int_equal(sl_tally_init(t, &config), 0);
}

static void put(struct sl_tally *t, const struct sl_life *life)
{
	assert_int_equal(sl_tally_life(t, life), 0);
}

static void a_failed_handshake_is_counted_and_not_measured(void **state)
{
	struct sl_life good = a_life("curl", 3 * MS, 10), bad = a_life("curl", 900 * MS, 0);
	struct sl_tally t;

	(void)state;
	begin(&t, NULL, 0);
	bad.handshake.outcome = SL_HS_TIMED_OUT;
	put(&t, &good);
	put(&t, &bad);
	assert_int_equal(t.all.sockets, 2);
	assert_int_equal(t.all.failed, 1);
	assert_int_equal(t.all.outcome[SL_HS_TIMED_OUT], 1);
	assert_int_equal(t.all.measure[SL_MEASURE_HANDSHAKE].count, 1);
	assert_int_equal(t.all.measure[SL_MEASURE_HANDSHAKE].max, 3 * MS);
	sl_tally_exit(&t);
}

static void what_is_not_known_is_in_no_histogram_and_no_sum(void **state)
{
	struct sl_life late = a_life("curl", 0, 77);
	struct sl_tally t;

	(void)state;
	begin(&t, NULL, 0);
	late.handshake.begin_ns = 0;
	late.id.known &= ~SL_ID_CREATED;
	late.complete.flags = SL_LIFE_SEEN_LATE | SL_LIFE_OPEN;
	late.complete.watched = 0;
	put(&t, &late);
	assert_int_equal(t.all.late, 1);
	assert_int_equal(t.all.open, 1);
	assert_int_equal(t.all.close[SL_CLOSE_ACTIVE], 0);
	assert_int_equal(t.all.bytes_out, 0);
	assert_int_equal(t.all.bytes_unknown, 1);
	for (int i = 0; i < SL_MEASURE_NR; i++)
		assert_int_equal(t.all.measure[i].count, 0);
	sl_tally_exit(&t);
}

static void of_a_listener_only_the_life_is_measured(void **state)
{
	struct sl_life listener = a_life("nginx", MS, 0);
	struct sl_tally t;

	(void)state;
	begin(&t, NULL, 0);
	listener.id.role = SL_ROLE_LISTENER;
	listener.handshake.outcome = SL_HS_NONE;
	put(&t, &listener);
	assert_int_equal(t.all.listeners, 1);
	for (int i = 0; i < SL_MEASURE_NR; i++)
		assert_int_equal(t.all.measure[i].count, i == SL_MEASURE_LIFE);
	sl_tally_exit(&t);
}

static void groups_beyond_the_bound_are_one_and_the_sum_is_that_of_all(void **state)
{
	uint64_t sockets = 0, bytes = 0;
	struct sl_tally t;
	char comm[16];

	(void)state;
	begin(&t, "comm", 10);
	for (unsigned i = 0; i < 1000; i++) {
		struct sl_life life;

		snprintf(comm, sizeof(comm), "p%u", i % 40);
		life = a_life(comm, MS, i);
		put(&t, &life);
	}
	assert_int_equal(t.groups, 10);
	for (unsigned i = 0; i < t.groups; i++) {
		assert_int_equal(t.group[i]->sockets, 25);
		sockets += t.group[i]->sockets;
		bytes += t.group[i]->bytes_out;
	}
	assert_int_equal(t.other.sockets, 750);
	assert_int_equal(t.other.measure[SL_MEASURE_HANDSHAKE].count, 750);
	assert_int_equal(sockets + t.other.sockets, t.all.sockets);
	assert_int_equal(bytes + t.other.bytes_out, t.all.bytes_out);
	assert_int_equal(t.all.bytes_out, 999 * 1000 / 2);
	sl_tally_exit(&t);
}

static void a_cleared_tally_counts_from_nothing(void **state)
{
	struct sl_life life = a_life("curl", MS, 5);
	struct sl_tally t;

	(void)state;
	begin(&t, "comm", 2);
	for (int i = 0; i < 3; i++) {
		put(&t, &life);
		assert_int_equal(t.groups, 1);
		assert_int_equal(t.group[0]->sockets, 1);
		assert_int_equal(t.all.measure[SL_MEASURE_BYTES_OUT].max, 5);
		sl_tally_clear(&t);
		assert_int_equal(t.groups + t.all.sockets, 0);
	}
	sl_tally_exit(&t);
}

static void the_largest_group_is_first_and_equal_ones_go_by_name(void **state)
{
	static const char *const comms[] = { "b", "a", "c", "c" };
	struct sl_tally t;

	(void)state;
	begin(&t, "comm", 10);
	for (int i = 0; i < 4; i++) {
		struct sl_life life = a_life(comms[i], MS, 1);

		put(&t, &life);
	}
	sl_tally_sort(&t);
	assert_string_equal(t.group[0]->name, "c");
	assert_string_equal(t.group[1]->name, "a");
	assert_string_equal(t.group[2]->name, "b");
	sl_tally_exit(&t);
}

static void a_field_that_is_not_known_is_a_question_mark_and_no_byte_steers_a_terminal(void **state)
{
	struct sl_life life = a_life("a\033[1m", MS, 1);
	char buf[SL_FIELD_MAX];

	(void)state;
	for (unsigned i = 0; i < sl_field_count; i++) {
		sl_field_text(&sl_fields[i], buf, &life);
		assert_true(*buf && strlen(buf) < SL_FIELD_MAX);
	}
	sl_field_text(sl_field_find("comm"), buf, &life);
	assert_string_equal(buf, "a?[1m");
	life.id.known = 0;
	sl_field_text(sl_field_find("pid"), buf, &life);
	assert_string_equal(buf, "?");
	assert_null(sl_field_find("nothing"));
}

static void the_service_is_the_servers_port_at_both_ends(void **state)
{
	struct sl_life life = a_life("x", MS, 1);
	const struct sl_field *service = sl_field_find("service");
	char buf[SL_FIELD_MAX];

	(void)state;
	life.id.known |= SL_ID_LOCAL | SL_ID_REMOTE;
	life.id.lport = 40000;
	life.id.rport = 443;
	sl_field_text(service, buf, &life);
	assert_string_equal(buf, "443");
	life.id.role = SL_ROLE_SERVER;
	sl_field_text(service, buf, &life);
	assert_string_equal(buf, "40000");
	life.id.role = SL_ROLE_NONE;
	sl_field_text(service, buf, &life);
	assert_string_equal(buf, "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failed_handshake_is_counted_and_not_measured),
		cmocka_unit_test(what_is_not_known_is_in_no_histogram_and_no_sum),
		cmocka_unit_test(of_a_listener_only_the_life_is_measured),
		cmocka_unit_test(groups_beyond_the_bound_are_one_and_the_sum_is_that_of_all),
		cmocka_unit_test(a_cleared_tally_counts_from_nothing),
		cmocka_unit_test(the_largest_group_is_first_and_equal_ones_go_by_name),
		cmocka_unit_test(a_field_that_is_not_known_is_a_question_mark_and_no_byte_steers_a_terminal),
		cmocka_unit_test(the_service_is_the_servers_port_at_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
