// SPDX-License-Identifier: GPL-2.0-or-later
/* core/match.h: prefixes at their edges, every comparison and field, three-valued logic, and the stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../../core/match.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))

static struct sl_match_insn prefix(const char *address, uint8_t bits)
{
	struct sl_match_insn i = { .op = SL_OP_TERM, .field = SL_FIELD_RADDR, .bits = bits };

	i.hi = strchr(address, ':') ? AF_INET6 : AF_INET;
	assert_int_equal(inet_pton((int)i.hi, address, i.addr), 1);
	return i;
}

static int in_prefix(const char *address, const char *net, uint8_t bits)
{
	struct sl_match_insn i = prefix(net, bits);
	unsigned char bytes[16] = { 0 };
	uint16_t family = strchr(address, ':') ? AF_INET6 : AF_INET;

	assert_int_equal(inet_pton(family, address, bytes), 1);
	return sl_match_prefix(bytes, family, &i);
}

static void a_prefix_covers_its_bits_and_no_more(void **state)
{
	static const struct {
		const char *net;
		uint8_t bits;
		const char *in, *out;
	} edges[] = {
		{ "0.0.0.0", 0, "255.255.255.255", NULL },
		{ "0.0.0.0", 1, "127.255.255.255", "128.0.0.0" },
		{ "128.0.0.0", 1, "128.0.0.0", "127.255.255.255" },
		{ "10.0.0.0", 8, "10.255.255.255", "11.0.0.0" },
		{ "10.1.2.0", 31, "10.1.2.1", "10.1.2.2" },
		{ "10.1.2.3", 32, "10.1.2.3", "10.1.2.2" },
		{ "::", 0, "ffff::1", NULL },
		{ "::", 1, "7fff::", "8000::" },
		{ "2001:db8::", 31, "2001:db9::", "2001:dba::" },
		{ "2001:db8::", 32, "2001:db8:ffff::", "2001:db9::" },
		{ "2001:db8::", 33, "2001:db8:7fff::", "2001:db8:8000::" },
		{ "2001:db8::", 64, "2001:db8::ffff:0:0:1", "2001:db8:0:1::" },
		{ "fe80::", 127, "fe80::1", "fe80::2" },
		{ "fe80::1", 128, "fe80::1", "fe80::" },
	};
	size_t k;

	(void)state;
	for (k = 0; k < NR(edges); k++) {
		if (in_prefix(edges[k].in, edges[k].net, edges[k].bits) != 1)
			fail_msg("%s is not in %s/%u", edges[k].in, edges[k].net, edges[k].bits);
		if (edges[k].out && in_prefix(edges[k].out, edges[k].net, edges[k].bits) != 0)
			fail_msg("%s is in %s/%u", edges[k].out, edges[k].net, edges[k].bits);
	}
}

static void an_ipv4_mapped_address_counts_as_ipv4(void **state)
{
	(void)state;
	assert_int_equal(in_prefix("::ffff:10.1.2.3", "10.1.2.3", 32), 1);
	assert_int_equal(in_prefix("::ffff:10.1.2.3", "10.0.0.0", 8), 1);
	assert_int_equal(in_prefix("::ffff:10.1.2.3", "0.0.0.0", 0), 1);
	assert_int_equal(in_prefix("::ffff:10.1.2.3", "11.0.0.0", 8), 0);
	assert_int_equal(in_prefix("::ffff:10.1.2.3", "::", 0), 1);
	assert_int_equal(in_prefix("::10.1.2.3", "10.0.0.0", 8), 0);
	assert_int_equal(in_prefix("1::ffff:10.1.2.3", "10.0.0.0", 8), 0);
	assert_int_equal(in_prefix("0:1::ffff:10.1.2.3", "10.0.0.0", 8), 0);
}

static void an_address_of_another_family_is_never_in_a_prefix(void **state)
{
	struct sl_match_insn all4 = prefix("0.0.0.0", 0), all6 = prefix("::", 0);
	unsigned char bytes[16] = { 0 };

	(void)state;
	assert_int_equal(in_prefix("10.0.0.1", "::", 0), 0);
	assert_int_equal(in_prefix("2001:db8::1", "0.0.0.0", 0), 0);
	assert_int_equal(sl_match_prefix(bytes, AF_UNIX, &all4), 0);
	assert_int_equal(sl_match_prefix(bytes, AF_UNIX, &all6), 0);
}

static void every_comparison_is_right_below_at_and_above(void **state)
{
	static const struct {
		uint8_t cmp;
		int below, at, above;
	} table[] = {
		{ SL_CMP_EQ, 0, 1, 0 }, { SL_CMP_NE, 1, 0, 1 }, { SL_CMP_LT, 1, 0, 0 },
		{ SL_CMP_LE, 1, 1, 0 }, { SL_CMP_GT, 0, 0, 1 }, { SL_CMP_GE, 0, 1, 1 },
	};
	struct sl_match_insn i = { .lo = 100 }, range = { .cmp = SL_CMP_RANGE, .lo = 5, .hi = 7 };
	size_t k;

	(void)state;
	for (k = 0; k < NR(table); k++) {
		i.cmp = table[k].cmp;
		assert_int_equal(sl_match_number(99, &i), table[k].below);
		assert_int_equal(sl_match_number(100, &i), table[k].at);
		assert_int_equal(sl_match_number(101, &i), table[k].above);
	}
	for (k = 0; k < 12; k++)
		assert_int_equal(sl_match_number(k, &range), k >= 5 && k <= 7);
	i.lo = UINT64_MAX;
	i.cmp = SL_CMP_GE;
	assert_int_equal(sl_match_number(UINT64_MAX, &i), 1);
	assert_int_equal(sl_match_number(UINT64_MAX - 1, &i), 0);
}

static const struct sl_ident full = {
	.cookie = 11,
	.cgroup_id = 12,
	.netns = 13,
	.pid = 14,
	.uid = 15,
	.family = AF_INET,
	.protocol = 6,
	.lport = 16,
	.rport = 17,
	.role = SL_ROLE_SERVER,
	.laddr = { 10, 0, 0, 1 },
	.raddr = { 10, 0, 0, 2 },
	.comm = "nginx",
	.known = SL_ID_OWNER | SL_ID_LOCAL | SL_ID_REMOTE | SL_ID_TYPE,
};

struct field {
	uint8_t field;
	uint32_t needs; /* SL_ID_*; 0: always known */
	struct sl_match_insn hit, miss;
};

#define EQ(n)                                                                                                          \
	{                                                                                                              \
		.cmp = SL_CMP_EQ, .lo = (n)                                                                            \
	}
#define IN(...)                                                                                                        \
	{                                                                                                              \
		.bits = 32, .hi = AF_INET, .addr = { __VA_ARGS__ }                                                     \
	}
static const struct field fields[] = {
	{ SL_FIELD_FAMILY, 0, EQ(AF_INET), EQ(AF_INET6) },
	{ SL_FIELD_PROTOCOL, SL_ID_TYPE, EQ(6), EQ(17) },
	{ SL_FIELD_LPORT, SL_ID_LOCAL, EQ(16), EQ(17) },
	{ SL_FIELD_RPORT, SL_ID_REMOTE, EQ(17), EQ(16) },
	{ SL_FIELD_LADDR, SL_ID_LOCAL, IN(10, 0, 0, 1), IN(10, 0, 0, 2) },
	{ SL_FIELD_RADDR, SL_ID_REMOTE, IN(10, 0, 0, 2), IN(10, 0, 0, 1) },
	{ SL_FIELD_PID, SL_ID_OWNER, EQ(14), EQ(15) },
	{ SL_FIELD_UID, SL_ID_OWNER, EQ(15), EQ(14) },
	{ SL_FIELD_NETNS, 0, EQ(13), EQ(12) },
	{ SL_FIELD_CGROUP, SL_ID_OWNER, EQ(12), EQ(13) },
	{ SL_FIELD_COOKIE, 0, EQ(11), EQ(12) },
	{ SL_FIELD_COMM, SL_ID_OWNER, { .addr = "nginx" }, { .addr = "nginy" } },
};

static int term(const struct sl_ident *id, uint8_t field, const struct sl_match_insn *operand, int fixed)
{
	struct sl_match_insn i = *operand;

	i.op = SL_OP_TERM;
	i.field = field;
	return sl_match_term(id, &i, fixed);
}

static void every_known_field_says_yes_or_no(void **state)
{
	size_t k;
	int fixed;

	(void)state;
	for (k = 0; k < NR(fields); k++) {
		for (fixed = 0; fixed < 2; fixed++) {
			assert_int_equal(term(&full, fields[k].field, &fields[k].hit, fixed), SL_TRI_YES);
			assert_int_equal(term(&full, fields[k].field, &fields[k].miss, fixed), SL_TRI_NO);
		}
	}
}

static void an_unknown_field_is_maybe_until_nothing_more_will_be_known(void **state)
{
	struct sl_ident id;
	size_t k;

	(void)state;
	for (k = 0; k < NR(fields); k++) {
		id = full;
		id.known &= ~fields[k].needs;
		assert_int_equal(term(&id, fields[k].field, &fields[k].hit, 0),
				 fields[k].needs ? SL_TRI_MAYBE : SL_TRI_YES);
		assert_int_equal(term(&id, fields[k].field, &fields[k].miss, 0),
				 fields[k].needs ? SL_TRI_MAYBE : SL_TRI_NO);
		assert_int_equal(term(&id, fields[k].field, &fields[k].hit, 1),
				 fields[k].needs ? SL_TRI_NO : SL_TRI_YES);
	}
}

static void a_role_is_unknown_while_there_is_none(void **state)
{
	struct sl_match_insn server = EQ(SL_ROLE_SERVER), client = EQ(SL_ROLE_CLIENT);
	struct sl_ident id = full;

	(void)state;
	assert_int_equal(term(&id, SL_FIELD_ROLE, &server, 0), SL_TRI_YES);
	assert_int_equal(term(&id, SL_FIELD_ROLE, &client, 0), SL_TRI_NO);
	id.role = SL_ROLE_NONE;
	assert_int_equal(term(&id, SL_FIELD_ROLE, &server, 0), SL_TRI_MAYBE);
	assert_int_equal(term(&id, SL_FIELD_ROLE, &server, 1), SL_TRI_NO);
}

static void a_name_is_compared_in_all_of_its_bytes(void **state)
{
	struct sl_match_insn i = { .addr = "123456789012345" }, ne = { .cmp = SL_CMP_NE, .addr = "nginx" };
	struct sl_ident id = full;

	(void)state;
	memcpy(id.comm, "123456789012345", 16);
	assert_int_equal(term(&id, SL_FIELD_COMM, &i, 0), SL_TRI_YES);
	id.comm[14] = 'x';
	assert_int_equal(term(&id, SL_FIELD_COMM, &i, 0), SL_TRI_NO);
	assert_int_equal(term(&id, SL_FIELD_COMM, &ne, 0), SL_TRI_YES);
	assert_int_equal(term(&full, SL_FIELD_COMM, &ne, 0), SL_TRI_NO);
}

static void what_only_the_reader_can_decide_is_always_maybe(void **state)
{
	struct sl_match_insn i = EQ(0);

	(void)state;
	assert_int_equal(term(&full, SL_FIELD_LATER, &i, 0), SL_TRI_MAYBE);
	assert_int_equal(term(&full, SL_FIELD_LATER, &i, 1), SL_TRI_MAYBE);
	assert_int_equal(term(&full, 200, &i, 1), SL_TRI_MAYBE);
}

static void three_valued_logic_follows_kleene(void **state)
{
	enum { N = SL_TRI_NO, Y = SL_TRI_YES, M = SL_TRI_MAYBE };
	static const int and[3][3] = { [N] = { N, N, N }, [Y] = { N, Y, M }, [M] = { N, M, M } };
	static const int or [3][3] = { [N] = { N, Y, M }, [Y] = { Y, Y, Y }, [M] = { M, Y, M } };
	int a, b;

	(void)state;
	for (a = 0; a < 3; a++) {
		for (b = 0; b < 3; b++) {
			assert_int_equal(sl_tri_and(a, b), and[a][b]);
			assert_int_equal(sl_tri_or(a, b), or [a][b]);
		}
	}
	assert_int_equal(sl_tri_not(N), Y);
	assert_int_equal(sl_tri_not(Y), N);
	assert_int_equal(sl_tri_not(M), M);
}

static void the_stack_keeps_31_values_in_order(void **state)
{
	struct sl_match_stack s = { 0, 0 };
	int k;

	(void)state;
	for (k = 0; k < 31; k++)
		sl_match_push(&s, k % 3);
	while (k-- > 0)
		assert_int_equal(sl_match_pop(&s), k % 3);
}

static struct sl_match program(const char *postfix)
{
	struct sl_match m = { 0 };

	for (; *postfix; postfix++) {
		struct sl_match_insn *i = &m.insn[m.len++];

		i->op = *postfix == '&'   ? SL_OP_AND
			: *postfix == '|' ? SL_OP_OR
			: *postfix == '!' ? SL_OP_NOT
					  : SL_OP_TERM;
		i->field = *postfix == 'm' ? SL_FIELD_LATER : SL_FIELD_COOKIE;
		i->lo = *postfix == 'y' ? full.cookie : 0;
	}
	return m;
}

static void programs_run_in_postfix_order(void **state)
{
	static const struct {
		const char *postfix;
		int verdict;
	} table[] = {
		{ "", SL_TRI_YES },        { "y", SL_TRI_YES },
		{ "n", SL_TRI_NO },        { "m", SL_TRI_MAYBE },
		{ "y!", SL_TRI_NO },       { "m!", SL_TRI_MAYBE },
		{ "yn&", SL_TRI_NO },      { "yn|", SL_TRI_YES },
		{ "ynn||", SL_TRI_YES },   { "ym&", SL_TRI_MAYBE },
		{ "mn&", SL_TRI_NO },      { "my|", SL_TRI_YES },
		{ "nm|y&", SL_TRI_MAYBE }, { "yn&!", SL_TRI_YES },
		{ "yy&n!&", SL_TRI_YES },  { "yyyyyyyyyyyyyyyyn&&&&&&&&&&&&&&&", SL_TRI_NO },
	};
	size_t k;

	(void)state;
	for (k = 0; k < NR(table); k++) {
		struct sl_match m = program(table[k].postfix);

		if (sl_match_ident(&m, &full, 0) != table[k].verdict)
			fail_msg("\"%s\" gave %d", table[k].postfix, sl_match_ident(&m, &full, 0));
	}
}

static void a_length_beyond_the_program_is_not_followed(void **state)
{
	struct sl_match m = program("y");

	(void)state;
	m.len = 4000000000u;
	assert_int_equal(sl_match_ident(&m, &full, 0), SL_TRI_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prefix_covers_its_bits_and_no_more),
		cmocka_unit_test(an_ipv4_mapped_address_counts_as_ipv4),
		cmocka_unit_test(an_address_of_another_family_is_never_in_a_prefix),
		cmocka_unit_test(every_comparison_is_right_below_at_and_above),
		cmocka_unit_test(every_known_field_says_yes_or_no),
		cmocka_unit_test(an_unknown_field_is_maybe_until_nothing_more_will_be_known),
		cmocka_unit_test(a_role_is_unknown_while_there_is_none),
		cmocka_unit_test(a_name_is_compared_in_all_of_its_bytes),
		cmocka_unit_test(what_only_the_reader_can_decide_is_always_maybe),
		cmocka_unit_test(three_valued_logic_follows_kleene),
		cmocka_unit_test(the_stack_keeps_31_values_in_order),
		cmocka_unit_test(programs_run_in_postfix_order),
		cmocka_unit_test(a_length_beyond_the_program_is_not_followed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
