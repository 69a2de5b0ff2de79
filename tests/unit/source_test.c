// SPDX-License-Identifier: GPL-2.0-or-later
/* What every source promises, on the two that need no kernel; and that the fake's scene is a whole, real connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../userspace/lib/decode.h"
#include "../../userspace/lib/savefile.h"
#include "../../userspace/lib/source_fake.h"

#define SYN 0x02
#define FIN 0x01
#define ACK 0x10

struct seen {
	unsigned records;
	union sl_any_rec record[128];
	int stop_at;
};

static int take(void *ctx, const struct sl_rec *rec)
{
	struct seen *seen = ctx;

	assert_true(seen->records < 128);
	memset(&seen->record[seen->records], 0, sizeof(union sl_any_rec));
	memcpy(&seen->record[seen->records++], rec, rec->len);
	return seen->stop_at && seen->records == (unsigned)seen->stop_at ? -ECANCELED : 0;
}

static struct sl_source *fake(void)
{
	struct sl_config config = { .level = SL_LEVEL_CALLS };
	struct sl_source *source;
	struct sl_error err;

	assert_int_equal(sl_source_fake.open(&source, &config, &err), 0);
	assert_int_equal(source->ops->start(source, &err), 0);
	return source;
}

static struct seen *scene(void)
{
	struct seen *seen = test_calloc(1, sizeof(*seen));

	assert_int_equal(sl_fake_scene(take, seen), 0);
	return seen;
}

/* ---- what every source promises */

static char *recording(void)
{
	static char path[64];
	struct sl_config config = { .level = SL_LEVEL_CALLS };
	struct sl_stats stats = { .watched = ~0ULL };
	struct seen *seen = scene();
	struct sl_savefile *file;
	struct sl_error err;

	snprintf(path, sizeof(path), "/tmp/sl-source-test-%d", getpid());
	assert_int_equal(sl_savefile_create(&file, path, &config, ~0ULL, &err), 0);
	for (unsigned i = 0; i < seen->records; i++)
		assert_int_equal(sl_savefile_record(file, &seen->record[i].rec, &err), 0);
	assert_int_equal(sl_savefile_finish(file, &stats, &err), 0);
	test_free(seen);
	return path;
}

static void conform(const struct sl_source_ops *ops, const struct sl_config *config)
{
	struct seen *all = scene(), *seen = test_calloc(1, sizeof(*seen));
	const struct sl_fact_status *facts;
	struct sl_source *source;
	struct sl_stats stats;
	struct sl_error err;
	int ret, sum = 0;

	assert_int_equal(ops->open(&source, config, &err), 0);
	assert_ptr_equal(source->ops, ops);
	assert_int_equal(ops->start(source, &err), 0);
	while ((ret = ops->poll(source, 100, take, seen)) > 0)
		sum += ret;
	assert_int_equal(ret, -ENODATA);
	assert_int_equal(sum, seen->records);
	assert_int_equal(ops->stop(source, take, seen), 0);
	assert_int_equal(seen->records, all->records);
	assert_memory_equal(seen->record, all->record, sizeof(all->record));
	assert_int_equal(ops->stats(source, &stats), 0);
	facts = ops->facts(source);
	for (unsigned i = 0; i < SL_FACT_NR; i++) {
		assert_int_equal(facts[i].fact, i);
		assert_int_equal(facts[i].watched, stats.watched >> i & 1);
		assert_true(facts[i].watched ? facts[i].hook[0] : facts[i].why[0]);
	}
	ops->close(source);
	ops->close(NULL);
	test_free(seen);
	test_free(all);
}

static void the_fake_source_keeps_the_promises(void **state)
{
	struct sl_config config = { 0 };

	(void)state;
	conform(&sl_source_fake, &config);
}

static void the_file_source_keeps_the_promises(void **state)
{
	struct sl_config config = { .path = recording() };

	(void)state;
	conform(&sl_source_file, &config);
	unlink(config.path);
}

/* ---- the fake */

static void pushed_records_come_instead_of_the_scene_and_in_order(void **state)
{
	struct seen *seen = test_calloc(1, sizeof(*seen));
	struct sl_source *source = fake();
	struct sl_event ev = { .rec = { .len = sizeof(ev), .type = SL_REC_EVENT } };
	struct sl_life_rec life = { .rec = { .len = sizeof(life), .type = SL_REC_LIFE } };
	struct sl_rec huge = { .len = 65536, .type = SL_REC_EVENT };

	(void)state;
	life.life.complete.flags = SL_LIFE_OPEN;
	for (ev.rec.seq = 9; ev.rec.seq; ev.rec.seq--)
		assert_int_equal(sl_source_fake_push(source, &ev.rec), 0);
	assert_int_equal(sl_source_fake_push(source, &life.rec), 0);
	assert_int_equal(sl_source_fake_push(source, &huge), -EINVAL);
	assert_int_equal(source->ops->poll(source, 0, take, seen), 10);
	assert_int_equal(source->ops->poll(source, 0, take, seen), -ENODATA);
	assert_int_equal(source->ops->stop(source, take, seen), 0);
	assert_int_equal(seen->records, 10);
	assert_int_equal(seen->record[0].rec.seq, 9);
	assert_int_equal(seen->record[8].rec.seq, 1);
	source->ops->close(source);
	test_free(seen);
}

static void a_callbacks_stop_reaches_the_caller(void **state)
{
	struct seen *seen = test_calloc(1, sizeof(*seen));
	struct sl_source *source = fake();

	(void)state;
	seen->stop_at = 5;
	assert_int_equal(source->ops->poll(source, 0, take, seen), -ECANCELED);
	assert_int_equal(seen->records, 5);
	source->ops->close(source);
	test_free(seen);
}

/* ---- the scene */

static void the_scene_is_always_the_same_and_in_time_order(void **state)
{
	struct seen *a = scene(), *b = scene();

	(void)state;
	assert_memory_equal(a, b, sizeof(*a));
	assert_int_equal(a->record[0].rec.ts_ns, SL_FAKE_START_NS);
	for (unsigned i = 0; i < a->records; i++) {
		assert_int_equal(a->record[i].rec.seq, i);
		assert_true(!i || a->record[i - 1].rec.ts_ns <= a->record[i].rec.ts_ns);
	}
	test_free(a);
	test_free(b);
}

static void the_scenes_records_are_what_the_decoder_makes_of_them(void **state)
{
	struct seen *all = scene();
	union sl_any_rec any;
	size_t used;

	(void)state;
	for (unsigned i = 0; i < all->records; i++) {
		const union sl_any_rec *rec = &all->record[i];

		assert_int_equal(sl_decode(rec, rec->rec.len, &any, &used), 0);
		assert_memory_equal(&any, rec, rec->rec.len);
	}
	test_free(all);
}

/* Writes "who direction flags" of each segment, the tail too. */
static void list_segments(const struct seen *all, char *out, size_t size)
{
	out[0] = '\0';
	for (unsigned i = 0; i < all->records; i++) {
		const struct sl_event *ev = &all->record[i].event;
		size_t at = strlen(out);

		if (ev->rec.type != SL_REC_EVENT || (ev->kind != SL_EV_SEGMENT && ev->kind != SL_EV_TAIL))
			continue;
		snprintf(out + at, size - at, "%c%c%s%s%s ", ev->rec.cookie == SL_FAKE_CLIENT ? 'c' : 's',
			 ev->flags & SL_EVF_OUT ? '>' : '<', ev->segment.flags & SYN ? "S" : "",
			 ev->segment.flags & FIN ? "F" : "", ev->segment.flags & ACK ? "A" : "");
	}
}

static void the_scene_has_each_segment_of_both_handshakes_at_both_ends(void **state)
{
	struct seen *all = scene();
	char segments[256];

	(void)state;
	list_segments(all, segments, sizeof(segments));
	assert_string_equal(segments, "c>S s<S s>SA c<SA c>A s<A c>FA s<FA s>A c<A s>FA c<FA c>A s<A ");
	test_free(all);
}

static const struct sl_life *life_of(const struct seen *all, uint64_t cookie)
{
	for (unsigned i = 0; i < all->records; i++)
		if (all->record[i].rec.type == SL_REC_LIFE && all->record[i].rec.cookie == cookie)
			return &all->record[i].life.life;
	fail_msg("no life of that socket");
	return NULL;
}

static void the_scenes_lives_agree_with_its_events(void **state)
{
	static const uint64_t cookies[] = { SL_FAKE_LISTENER, SL_FAKE_CLIENT, SL_FAKE_SERVER };
	struct seen *all = scene();

	(void)state;
	for (unsigned c = 0; c < 3; c++) {
		const struct sl_life *life = life_of(all, cookies[c]);
		uint32_t calls[SL_CALL_NR] = { 0 }, events = 0;
		uint64_t ns[SL_CALL_NR] = { 0 };

		for (unsigned i = 0; i < all->records; i++) {
			const struct sl_event *ev = &all->record[i].event;

			if (ev->rec.type != SL_REC_EVENT || ev->rec.cookie != cookies[c])
				continue;
			if (ev->rec.ts_ns <= life->close.end_ns + 5000 || !life->close.end_ns)
				events++;
			if (ev->kind == SL_EV_CALL || ev->kind == SL_EV_OPTION) {
				uint32_t call = ev->kind == SL_EV_CALL ? ev->call.call : SL_CALL_SETSOCKOPT;

				calls[call]++;
				ns[call] += ev->dur_ns;
			}
		}
		assert_int_equal(events, life->complete.events);
		for (int i = 0; i < SL_CALL_NR; i++) {
			assert_int_equal(calls[i], life->calls.call[i].count);
			assert_int_equal(ns[i], life->calls.call[i].total_ns);
		}
	}
	test_free(all);
}

static void the_scenes_two_lives_are_two_ends_of_one_connection(void **state)
{
	struct seen *all = scene();
	const struct sl_life *c = life_of(all, SL_FAKE_CLIENT), *s = life_of(all, SL_FAKE_SERVER);

	(void)state;
	assert_int_equal(c->id.isn_local, s->id.isn_remote);
	assert_int_equal(c->id.isn_remote, s->id.isn_local);
	assert_int_equal(c->id.lport, s->id.rport);
	assert_int_equal(c->id.rport, s->id.lport);
	assert_memory_equal(c->id.laddr, s->id.raddr, 16);
	assert_int_equal(c->id.pid, 4242);
	assert_int_equal(s->id.pid, 911);
	assert_int_equal(s->id.parent, SL_FAKE_LISTENER);
	assert_int_equal(c->flow.bytes_sent, s->flow.bytes_received);
	assert_int_equal(c->flow.bytes_received, s->flow.bytes_sent);
	assert_true(c->handshake.syn_ns < s->handshake.syn_ns && s->handshake.syn_ns < s->handshake.synack_ns);
	assert_true(s->handshake.synack_ns < c->handshake.synack_ns && c->handshake.synack_ns < c->handshake.ack_ns);
	assert_true(c->handshake.ack_ns < s->handshake.ack_ns && s->handshake.ack_ns < s->handshake.accept_ns);
	assert_true(c->close.fin_sent_ns < s->close.fin_received_ns);
	assert_true(s->close.fin_received_ns < s->close.fin_ack_sent_ns);
	assert_true(s->close.fin_ack_sent_ns < c->close.fin_acked_ns);
	assert_int_equal(s->close.half_closed_ns, s->close.fin_sent_ns - s->close.fin_received_ns);
	assert_true(life_of(all, SL_FAKE_LISTENER)->complete.flags & SL_LIFE_OPEN);
	test_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fake_source_keeps_the_promises),
		cmocka_unit_test(the_file_source_keeps_the_promises),
		cmocka_unit_test(pushed_records_come_instead_of_the_scene_and_in_order),
		cmocka_unit_test(a_callbacks_stop_reaches_the_caller),
		cmocka_unit_test(the_scene_is_always_the_same_and_in_time_order),
		cmocka_unit_test(the_scenes_records_are_what_the_decoder_makes_of_them),
		cmocka_unit_test(the_scene_has_each_segment_of_both_handshakes_at_both_ends),
		cmocka_unit_test(the_scenes_lives_agree_with_its_events),
		cmocka_unit_test(the_scenes_two_lives_are_two_ends_of_one_connection),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
