// SPDX-License-Identifier: GPL-2.0-or-later
/* The decoder: every type, every length, and values that would be dangerous to whoever indexes or prints with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "../../userspace/lib/decode.h"

struct blank {
	uint16_t type;
	uint32_t len;
};

static const struct blank types[] = {
	{ SL_REC_IDENT, sizeof(struct sl_ident_rec) },
	{ SL_REC_EVENT, sizeof(struct sl_event) },
	{ SL_REC_LIFE, sizeof(struct sl_life_rec) },
};

static struct sl_rec head(uint16_t type, uint32_t len)
{
	return (struct sl_rec){ .len = len, .type = type, .cpu = 3, .ts_ns = 77, .seq = 5, .cookie = 0x1001 };
}

/* Decodes a record of which all bytes but the header's are @fill. */
static int decode_filled(uint16_t type, uint32_t len, int fill, union sl_any_rec *out, size_t *used)
{
	struct sl_rec rec = head(type, len);
	size_t room = len > sizeof(rec) ? len : sizeof(rec);
	char *bytes = malloc(room);
	int ret;

	memset(bytes, fill, room);
	memcpy(bytes, &rec, sizeof(rec));
	ret = sl_decode(bytes, room, out, used);
	free(bytes);
	return ret;
}

static void every_type_comes_out_as_it_went_in(void **state)
{
	union sl_any_rec in, out;
	size_t used;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		memset(&in, 0, sizeof(in));
		in.rec = head(types[i].type, types[i].len);
		if (in.rec.type != SL_REC_EVENT)
			in.ident.id = (struct sl_ident){ .cookie = 0x1001, .netns = 9, .role = 2, .comm = "curl" };
		else
			in.event.kind = SL_EV_SEGMENT;
		assert_int_equal(sl_decode(&in, types[i].len, &out, &used), 0);
		assert_int_equal(used, types[i].len);
		assert_memory_equal(&in, &out, types[i].len);
	}
}

static void any_alignment_will_do(void **state)
{
	uint64_t room[1 + (sizeof(struct sl_event) + 8) / 8];
	struct sl_event ev = { .rec = head(SL_REC_EVENT, sizeof(ev)), .kind = SL_EV_DROP, .ret = -5 };
	union sl_any_rec out;
	size_t used;

	(void)state;
	for (int shift = 0; shift < 8; shift++) {
		memcpy((char *)room + shift, &ev, sizeof(ev));
		assert_int_equal(sl_decode((char *)room + shift, sizeof(ev), &out, &used), 0);
		assert_memory_equal(&out.event, &ev, sizeof(ev));
	}
}

static void a_record_cut_at_any_byte_asks_for_more(void **state)
{
	union sl_any_rec in = { 0 }, out;
	size_t used;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		in.rec = head(types[i].type, types[i].len);
		for (size_t size = 0; size < types[i].len; size++) {
			char *bytes = malloc(size + !size); /* exactly so large: sanitizers see a byte too many */

			memcpy(bytes, &in, size);
			assert_int_equal(sl_decode(bytes, size, &out, &used), -EAGAIN);
			assert_int_equal(used, 0);
			free(bytes);
		}
	}
}

static void an_older_record_is_padded_with_zeros(void **state)
{
	static const char zeros[sizeof(struct sl_life_rec)];
	union sl_any_rec out;
	size_t used;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		memset(&out, 0xee, sizeof(out));
		assert_int_equal(decode_filled(types[i].type, 40, 0, &out, &used), 0);
		assert_int_equal(used, 40);
		assert_int_equal(out.rec.len, types[i].len);
		assert_memory_equal((char *)&out + 40, zeros, types[i].len - 40);
	}
}

static void a_newer_record_is_cut_to_what_is_known(void **state)
{
	union sl_any_rec out;
	size_t used;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		memset(&out, 0xee, sizeof(out));
		assert_int_equal(decode_filled(types[i].type, types[i].len + 64, 0, &out, &used), 0);
		assert_int_equal(used, types[i].len + 64);
		assert_int_equal(out.rec.len, types[i].len);
		if (types[i].len < sizeof(out))
			assert_int_equal(((unsigned char *)&out)[types[i].len], 0xee);
	}
}

static void a_type_of_a_newer_version_is_skipped_whole(void **state)
{
	union sl_any_rec out;
	size_t used;

	(void)state;
	assert_int_equal(decode_filled(SL_REC_NR, 48, 0, &out, &used), -ENOTSUP);
	assert_int_equal(used, 48);
	assert_int_equal(decode_filled(0xffff, 32, 0, &out, &used), -ENOTSUP);
	assert_int_equal(used, 32);
}

static void impossible_lengths_and_type_0_are_not_records(void **state)
{
	static const uint32_t bad[] = { 0, 8, 24, 31, 33, 36, 63, 65536 + 8, 0x7ffffff8, 0xfffffff8, 0xffffffff };
	struct sl_rec rec;
	union sl_any_rec out;
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rec = head(SL_REC_EVENT, bad[i]);
		assert_int_equal(sl_decode(&rec, sizeof(rec), &out, &used), -EBADMSG);
	}
	rec = head(0, sizeof(rec));
	assert_int_equal(sl_decode(&rec, sizeof(rec), &out, &used), -EBADMSG);
}

static void the_longest_record_is_64_kib(void **state)
{
	union sl_any_rec out;
	size_t used;

	(void)state;
	assert_int_equal(decode_filled(SL_REC_LIFE, 65536, 0, &out, &used), 0);
	assert_int_equal(used, 65536);
}

static void strings_are_terminated_and_enumerations_in_range(void **state)
{
	union sl_any_rec out;
	const struct sl_life *life = &out.life.life;
	size_t used;

	(void)state;
	assert_int_equal(decode_filled(SL_REC_LIFE, sizeof(struct sl_life_rec), 0xff, &out, &used), 0);
	assert_int_equal(life->id.comm[15], 0);
	assert_int_equal(life->flow.congestion[15], 0);
	assert_int_equal(life->id.role, SL_ROLE_NONE);
	assert_int_equal(life->id.origin, SL_ORIGIN_UNKNOWN);
	assert_int_equal(life->handshake.outcome, SL_HS_OTHER);
	assert_int_equal(life->close.class_, SL_CLOSE_ERROR);
	assert_true(life->security.last_call < SL_CALL_NR);
	for (int i = 0; i < SL_ERRNO_NR; i++)
		assert_true(life->calls.err[i].call < SL_CALL_NR);
}

static void nothing_follows_the_end_of_a_string(void **state)
{
	struct sl_ident_rec in = { .rec = head(SL_REC_IDENT, sizeof(in)) };
	union sl_any_rec out;
	size_t used;

	(void)state;
	memcpy(in.id.comm, "nc\0old name", 12);
	assert_int_equal(sl_decode(&in, sizeof(in), &out, &used), 0);
	assert_memory_equal(out.ident.id.comm, "nc\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
}

static void a_failure_of_an_unknown_call_still_counts(void **state)
{
	struct sl_life_rec in = { .rec = head(SL_REC_LIFE, sizeof(in)) };
	union sl_any_rec out;
	size_t used;

	(void)state;
	in.life.calls.errnos_dropped = 2;
	in.life.calls.err[0] = (struct sl_call_errno){ SL_CALL_CONNECT, 111, 7 };
	in.life.calls.err[1] = (struct sl_call_errno){ SL_CALL_NR, 22, 5 };
	assert_int_equal(sl_decode(&in, sizeof(in), &out, &used), 0);
	assert_int_equal(out.life.life.calls.err[0].count, 7);
	assert_int_equal(out.life.life.calls.err[1].count, 0);
	assert_int_equal(out.life.life.calls.errnos_dropped, 7);
}

static int decode_event(struct sl_event in, struct sl_event *ev)
{
	union sl_any_rec out;
	size_t used;
	int ret;

	in.rec = head(SL_REC_EVENT, sizeof(in));
	ret = sl_decode(&in, sizeof(in), &out, &used);
	*ev = out.event;
	return ret;
}

static void events_of_unknown_kinds_stay_and_unknown_calls_become_kind_0(void **state)
{
	struct sl_event ev;

	(void)state;
	assert_int_equal(decode_event((struct sl_event){ .kind = 500 }, &ev), 0);
	assert_int_equal(ev.kind, 500);
	assert_int_equal(decode_event((struct sl_event){ .kind = SL_EV_CALL, .call.call = SL_CALL_NR }, &ev), 0);
	assert_int_equal(ev.kind, 0);
	assert_int_equal(decode_event((struct sl_event){ .kind = SL_EV_CALL, .call.call = SL_CALL_CLOSE }, &ev), 0);
	assert_int_equal(ev.kind, SL_EV_CALL);
	assert_int_equal(decode_event((struct sl_event){ .kind = SL_EV_OUTCOME, .state.new_state = 99 }, &ev), 0);
	assert_int_equal(ev.state.new_state, SL_HS_OTHER);
}

static void each_errno_can_be_negated(void **state)
{
	struct sl_life_rec in = { .rec = head(SL_REC_LIFE, sizeof(in)) };
	union sl_any_rec out;
	struct sl_event ev;
	size_t used;

	(void)state;
	assert_int_equal(decode_event((struct sl_event){ .ret = INT_MIN }, &ev), 0);
	assert_int_equal(ev.ret, -INT_MAX);
	in.life.handshake.err = in.life.errors.last_sk_err = in.life.calls.call[3].last_errno = INT_MIN;
	assert_int_equal(sl_decode(&in, sizeof(in), &out, &used), 0);
	assert_int_equal(out.life.life.handshake.err, -INT_MAX);
	assert_int_equal(out.life.life.errors.last_sk_err, -INT_MAX);
	assert_int_equal(out.life.life.calls.call[3].last_errno, -INT_MAX);
}

static void the_header_says_whose_identity_it_is(void **state)
{
	union sl_any_rec out;
	size_t used;

	(void)state;
	assert_int_equal(decode_filled(SL_REC_IDENT, sizeof(struct sl_ident_rec), 0x55, &out, &used), 0);
	assert_int_equal(out.ident.id.cookie, 0x1001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_comes_out_as_it_went_in),
		cmocka_unit_test(any_alignment_will_do),
		cmocka_unit_test(a_record_cut_at_any_byte_asks_for_more),
		cmocka_unit_test(an_older_record_is_padded_with_zeros),
		cmocka_unit_test(a_newer_record_is_cut_to_what_is_known),
		cmocka_unit_test(a_type_of_a_newer_version_is_skipped_whole),
		cmocka_unit_test(impossible_lengths_and_type_0_are_not_records),
		cmocka_unit_test(the_longest_record_is_64_kib),
		cmocka_unit_test(strings_are_terminated_and_enumerations_in_range),
		cmocka_unit_test(nothing_follows_the_end_of_a_string),
		cmocka_unit_test(a_failure_of_an_unknown_call_still_counts),
		cmocka_unit_test(events_of_unknown_kinds_stay_and_unknown_calls_become_kind_0),
		cmocka_unit_test(each_errno_can_be_negated),
		cmocka_unit_test(the_header_says_whose_identity_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
