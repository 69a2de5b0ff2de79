// SPDX-License-Identifier: GPL-2.0-or-later
/* The model: what is shown, when, in which order and with whose identity; tails, events held back, both ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "../../userspace/lib/decode.h"
#include "../../userspace/lib/model.h"
#include "../../userspace/lib/model_table.h"
#include "../../userspace/lib/source_fake.h"

#define S 1000000000ULL
#define MS 1000000ULL
#define A 0xa1 /* cookies */
#define B 0xb2
#define C 0xc3

struct shown {
	uint64_t cookie, ts_ns, peer;
	uint32_t pid;
	uint32_t known;
	struct sl_life life; /* of lives */
};

struct view {
	struct shown event[64], life[16];
	unsigned events, lives;
	struct sl_model *model;
	struct sl_filter *filter;
};

static void on_event(void *ctx, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct view *v = ctx;

	assert_non_null(id);
	assert_int_equal(id->cookie, ev->rec.cookie);
	assert_true(v->events < 64);
	v->event[v->events++] = (struct shown){
		.cookie = id->cookie, .ts_ns = ev->rec.ts_ns, .peer = peer, .pid = id->pid, .known = id->known
	};
}

static void on_life(void *ctx, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	struct view *v = ctx;

	assert_true(v->lives < 16);
	v->life[v->lives++] = (struct shown){ .cookie = life->id.cookie, .ts_ns = ts_ns, .peer = peer, .life = *life };
}

static const struct sl_model_ops ops = { on_event, on_life };

static struct view *start_with(const char *filter, struct sl_model_config config)
{
	struct view *v = test_calloc(1, sizeof(*v));
	struct sl_error err;

	if (filter)
		assert_int_equal(sl_filter_parse(&v->filter, filter, &err), 0);
	config.filter = v->filter;
	assert_int_equal(sl_model_create(&v->model, &config, &ops, v), 0);
	return v;
}

static struct view *start(const char *filter)
{
	return start_with(filter, (struct sl_model_config){ .with_events = true });
}

static void stop(struct view *v)
{
	sl_model_destroy(v->model);
	if (v->filter)
		sl_filter_destroy(v->filter);
	test_free(v);
}

static struct sl_model_stats stats(const struct view *v)
{
	struct sl_model_stats s;

	sl_model_stats(v->model, &s);
	return s;
}

static struct sl_rec head(uint32_t len, uint16_t type, uint64_t ts_ns, uint64_t cookie)
{
	return (struct sl_rec){ .len = len, .type = type, .ts_ns = ts_ns, .cookie = cookie };
}

static void ident(struct view *v, uint64_t ts_ns, struct sl_ident id)
{
	struct sl_ident_rec rec = { head(sizeof(rec), SL_REC_IDENT, ts_ns, id.cookie), id };

	assert_int_equal(sl_model_record(v->model, &rec.rec), 0);
}

static void event_of(struct view *v, uint64_t ts_ns, uint64_t cookie, uint16_t kind, int32_t ret)
{
	struct sl_event ev = { .rec = head(sizeof(ev), SL_REC_EVENT, ts_ns, cookie), .kind = kind, .ret = ret };

	assert_int_equal(sl_model_record(v->model, &ev.rec), 0);
}

static void event(struct view *v, uint64_t ts_ns, uint64_t cookie)
{
	event_of(v, ts_ns, cookie, SL_EV_STATE, 0);
}

static void life(struct view *v, uint64_t ts_ns, struct sl_life l)
{
	struct sl_life_rec rec = { head(sizeof(rec), SL_REC_LIFE, ts_ns, l.id.cookie), l };

	assert_int_equal(sl_model_record(v->model, &rec.rec), 0);
}

static struct sl_ident anonymous(uint64_t cookie)
{
	return (struct sl_ident){
		.cookie = cookie, .netns = 1, .family = AF_INET, .protocol = IPPROTO_TCP, .known = SL_ID_TYPE
	};
}

static struct sl_ident owned(uint64_t cookie, uint32_t pid)
{
	struct sl_ident id = anonymous(cookie);

	id.known |= SL_ID_OWNER;
	id.pid = pid;
	return id;
}

static struct sl_life ended(struct sl_ident id, uint16_t flags)
{
	return (struct sl_life){ .id = id, .close = { .flags = flags } };
}

/* A client in FIN_WAIT2 that TIME_WAIT replaces: its FIN went at 100 and was acknowledged at 110. */
static struct sl_life without_tail(struct sl_ident id)
{
	struct sl_life l = ended(id, SL_CLF_TIME_WAIT | SL_CLF_TAIL_PENDING | SL_CLF_FIN_SENT);

	l.close.fin_sent_ns = 100;
	l.close.fin_acked_ns = 110;
	l.close.class_ = SL_CLOSE_ACTIVE;
	l.scratch.half_closed_since_ns = 100;
	l.scratch.half_closed_bytes_at = 500;
	l.flow.bytes_sent = 500;
	l.flow.bytes_received = 30;
	return l;
}

/* ---- identity and order */

static void an_event_is_shown_with_what_is_known_by_then(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	ident(v, 1, anonymous(A));
	event(v, 2, A);
	ident(v, 3, owned(A, 42));
	event(v, 4, A);
	assert_int_equal(v->events, 2);
	assert_int_equal(v->event[0].pid, 0);
	assert_int_equal(v->event[1].pid, 42);
	stop(v);
}

static void an_unknown_socket_has_only_its_cookie(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	event(v, 2, A);
	assert_int_equal(v->events, 1);
	assert_int_equal(v->event[0].cookie, A);
	assert_int_equal(v->event[0].known, 0);
	assert_int_equal(stats(v).unknown, 1);
	stop(v);
}

static void events_count_as_unknown_only_until_the_identity_comes(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	event(v, 1, A);
	event(v, 2, A);
	event(v, 3, B);
	assert_int_equal(stats(v).unknown, 3);
	life(v, 4, ended(owned(A, 1), 0));
	assert_int_equal(stats(v).unknown, 1);
	stop(v);
}

static void without_events_only_lives_are_shown(void **state)
{
	struct view *v = start_with("pid 42", (struct sl_model_config){ 0 });

	(void)state;
	event(v, 1, A);
	life(v, 2, ended(owned(A, 42), 0));
	event(v, 3, A);
	assert_int_equal(v->events, 0);
	assert_int_equal(v->lives, 1);
	assert_int_equal(stats(v).events, 2);
	assert_int_equal(stats(v).filtered, 0);
	stop(v);
}

static void a_straggler_keeps_its_identity_for_a_second_after_the_end(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	life(v, 5 * S, ended(owned(A, 42), 0));
	event(v, 6 * S - 1, A);
	event(v, 6 * S, A);
	assert_int_equal(v->event[0].pid, 42);
	assert_int_equal(v->event[1].pid, 0);
	stop(v);
}

static void a_time_wait_socket_is_known_for_as_long_as_that_lasts(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	life(v, 5 * S, ended(owned(A, 42), SL_CLF_TIME_WAIT));
	event(v, 65 * S - 1, A);
	event(v, 65 * S, A);
	assert_int_equal(v->event[0].pid, 42);
	assert_int_equal(v->event[1].pid, 0);
	stop(v);
}

static void time_also_passes_by_ticks(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	life(v, 5 * S, ended(owned(A, 42), 0));
	sl_model_tick(v->model, 6 * S);
	event(v, 5 * S + 1, A);
	assert_int_equal(v->event[0].pid, 0);
	stop(v);
}

/* ---- the filter */

static void what_the_filter_rules_out_is_counted_not_shown(void **state)
{
	struct view *v = start("pid 42");

	(void)state;
	ident(v, 1, owned(A, 42));
	ident(v, 1, owned(B, 7));
	event(v, 2, A);
	event(v, 3, B);
	life(v, 4, ended(owned(A, 42), 0));
	life(v, 5, ended(owned(B, 7), SL_CLF_TAIL_PENDING));
	assert_int_equal(v->events, 1);
	assert_int_equal(v->lives, 1);
	assert_int_equal(v->event[0].cookie, A);
	assert_int_equal(v->life[0].cookie, A);
	assert_int_equal(stats(v).filtered, 2);
	assert_int_equal(stats(v).shown_events, 1);
	assert_int_equal(stats(v).shown_lives, 1);
	stop(v);
}

static void undecided_events_wait_for_the_identity_and_come_in_order(void **state)
{
	struct view *v = start("pid 42");

	(void)state;
	ident(v, 1, anonymous(A));
	for (uint64_t t = 2; t < 10; t++)
		event(v, t, A);
	assert_int_equal(v->events, 0);
	ident(v, 10, owned(A, 42));
	assert_int_equal(v->events, 8);
	event(v, 11, A);
	assert_int_equal(v->events, 9);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(v->event[i].ts_ns, i + 2);
		assert_int_equal(v->event[i].pid, 42);
	}
	stop(v);
}

static void undecided_events_are_dropped_when_the_identity_says_no(void **state)
{
	struct view *v = start("pid 42");

	(void)state;
	event(v, 2, A);
	event(v, 3, A);
	ident(v, 4, owned(A, 7));
	event(v, 5, A);
	assert_int_equal(v->events, 0);
	assert_int_equal(stats(v).filtered, 3);
	stop(v);
}

static void at_a_lifes_end_what_is_unknown_stays_so_and_all_is_decided(void **state)
{
	struct view *v = start("not pid 42");

	(void)state;
	ident(v, 1, anonymous(A));
	event(v, 2, A);
	assert_int_equal(v->events, 0);
	life(v, 3, ended(anonymous(A), 0));
	assert_int_equal(v->events, 1);
	assert_int_equal(v->lives, 1);
	event(v, 4, A);
	assert_int_equal(v->events, 2);
	stop(v);
}

static void an_event_filter_looks_at_each_event(void **state)
{
	struct view *v = start("errno ECONNREFUSED");

	(void)state;
	ident(v, 1, owned(A, 42));
	event_of(v, 2, A, SL_EV_CALL, 0);
	event_of(v, 3, A, SL_EV_OUTCOME, -111);
	event_of(v, 4, A, SL_EV_CALL, -11);
	assert_int_equal(v->events, 1);
	assert_int_equal(v->event[0].ts_ns, 3);
	assert_int_equal(stats(v).filtered, 2);
	stop(v);
}

static void a_decided_event_does_not_overtake_an_undecided_one(void **state)
{
	struct view *v = start("pid 42 or errno ECONNREFUSED");

	(void)state;
	ident(v, 1, anonymous(A));
	event(v, 2, A);
	event_of(v, 3, A, SL_EV_OUTCOME, -111);
	assert_int_equal(v->events, 0);
	ident(v, 4, anonymous(B));
	event_of(v, 5, B, SL_EV_OUTCOME, -111);
	assert_int_equal(v->events, 1);
	ident(v, 6, owned(A, 42));
	assert_int_equal(v->events, 3);
	assert_int_equal(v->event[0].cookie, B);
	assert_int_equal(v->event[1].ts_ns, 2);
	assert_int_equal(v->event[2].ts_ns, 3);
	stop(v);
}

static void too_many_held_events_push_out_the_oldest_and_are_counted(void **state)
{
	struct view *v = start_with("pid 42", (struct sl_model_config){ .with_events = true, .max_held = 4 });

	(void)state;
	ident(v, 1, anonymous(A));
	for (uint64_t t = 10; t < 20; t++)
		event(v, t, A);
	ident(v, 20, owned(A, 42));
	assert_int_equal(v->events, 4);
	assert_int_equal(v->event[0].ts_ns, 16);
	assert_int_equal(stats(v).held_lost, 6);
	stop(v);
}

static void giving_up_an_undecided_event_frees_the_decided_ones_behind_it(void **state)
{
	struct view *v = start_with("pid 42 or errno ECONNREFUSED",
				    (struct sl_model_config){ .with_events = true, .max_held = 2 });

	(void)state;
	ident(v, 1, anonymous(A));
	event(v, 2, A);
	event_of(v, 3, A, SL_EV_OUTCOME, -111);
	event_of(v, 4, A, SL_EV_OUTCOME, -111);
	assert_int_equal(v->events, 2);
	assert_int_equal(v->event[0].ts_ns, 3);
	assert_int_equal(v->event[1].ts_ns, 4);
	assert_int_equal(stats(v).held_lost, 1);
	stop(v);
}

static void a_filter_on_the_life_decides_its_events_at_the_end(void **state)
{
	struct sl_life big = ended(owned(A, 42), 0), small = ended(owned(B, 42), 0);
	struct view *v = start("bytes > 100");

	(void)state;
	big.complete.watched = small.complete.watched = ~0ULL;
	big.flow.bytes_sent = 101;
	small.flow.bytes_sent = 100;
	ident(v, 1, owned(A, 42));
	ident(v, 1, owned(B, 42));
	event(v, 2, A);
	event(v, 3, B);
	assert_int_equal(v->events, 0);
	life(v, 4, small);
	life(v, 5, big);
	assert_int_equal(v->events, 1);
	assert_int_equal(v->event[0].cookie, A);
	assert_int_equal(v->lives, 1);
	assert_int_equal(v->life[0].cookie, A);
	stop(v);
}

static void after_the_end_nothing_waits(void **state)
{
	struct view *v = start("bytes > 100");

	(void)state;
	life(v, 4, ended(owned(A, 42), 0));
	assert_int_equal(stats(v).filtered, 1);
	event(v, 5, A);
	assert_int_equal(stats(v).filtered, 2);
	stop(v);
}

static void finish_decides_what_is_still_held(void **state)
{
	struct view *v = start("pid 42 or errno ECONNREFUSED");

	(void)state;
	ident(v, 1, anonymous(A));
	event(v, 2, A);
	event_of(v, 3, A, SL_EV_OUTCOME, -111);
	sl_model_finish(v->model);
	assert_int_equal(v->events, 1);
	assert_int_equal(v->event[0].ts_ns, 3);
	assert_int_equal(stats(v).filtered, 1);
	stop(v);
}

static void an_idle_unknown_socket_is_decided_and_forgotten(void **state)
{
	struct view *v = start("pid 42 or errno ECONNREFUSED");

	(void)state;
	event_of(v, 1 * S, A, SL_EV_OUTCOME, -111);
	event(v, 2 * S, B);
	event_of(v, 3 * S, B, SL_EV_OUTCOME, -111);
	sl_model_tick(v->model, 62 * S + MS);
	assert_int_equal(v->events, 1);
	sl_model_tick(v->model, 63 * S);
	assert_int_equal(v->events, 2);
	assert_int_equal(stats(v).unknown, 3);
	stop(v);
}

/* ---- lives */

static void open_lives_are_shown_only_on_request(void **state)
{
	struct sl_life l = { .id = owned(A, 42), .complete.flags = SL_LIFE_OPEN };
	struct view *v = start(NULL);

	(void)state;
	life(v, 1, l);
	assert_int_equal(v->lives, 0);
	assert_int_equal(stats(v).lives_open, 1);
	stop(v);
	v = start_with(NULL, (struct sl_model_config){ .with_open = true });
	life(v, 1, l);
	life(v, 2, ended(owned(A, 42), 0));
	assert_int_equal(v->lives, 2);
	assert_int_equal(stats(v).lives_open, 1);
	assert_int_equal(stats(v).lives, 1);
	stop(v);
}

static void an_open_life_decides_the_events_held(void **state)
{
	struct sl_life l = { .id = owned(A, 42), .complete.flags = SL_LIFE_OPEN };
	struct view *v = start("pid 42");

	(void)state;
	event(v, 1, A);
	assert_int_equal(v->events, 0);
	life(v, 2, l);
	assert_int_equal(v->events, 1);
	stop(v);
}

static void lives_with_losses_are_counted(void **state)
{
	struct sl_life l = { .id = owned(A, 42), .complete = { .flags = SL_LIFE_LOST, .lost = 3 } };
	struct view *v = start(NULL);

	(void)state;
	life(v, 1, l);
	assert_int_equal(stats(v).incomplete, 1);
	assert_int_equal(v->lives, 1);
	stop(v);
}

/* ---- tails */

static void a_life_waits_for_its_tail_and_is_completed_by_it(void **state)
{
	struct view *v = start(NULL);
	const struct sl_close *c;

	(void)state;
	life(v, 200, without_tail(owned(A, 42)));
	assert_int_equal(v->lives, 0);
	event_of(v, 350, A, SL_EV_TAIL, 0);
	assert_int_equal(v->events, 1);
	assert_int_equal(v->event[0].pid, 42);
	assert_int_equal(v->lives, 1);
	c = &v->life[0].life.close;
	assert_int_equal(v->life[0].ts_ns, 200);
	assert_int_equal(c->fin_received_ns, 350);
	assert_int_equal(c->fin_ack_sent_ns, 350);
	assert_int_equal(c->half_closed_ns, 250);
	assert_int_equal(c->half_closed_bytes, 30);
	assert_int_equal(c->class_, SL_CLOSE_ACTIVE);
	assert_int_equal(c->flags, SL_CLF_TIME_WAIT | SL_CLF_FIN_SENT | SL_CLF_FIN_RECEIVED);
	stop(v);
}

static void a_tail_completes_the_life_without_events_too(void **state)
{
	struct view *v = start_with(NULL, (struct sl_model_config){ 0 });

	(void)state;
	life(v, 200, without_tail(owned(A, 42)));
	event_of(v, 350, A, SL_EV_TAIL, 0);
	assert_int_equal(v->events, 0);
	assert_int_equal(v->lives, 1);
	assert_int_equal(v->life[0].life.close.fin_received_ns, 350);
	stop(v);
}

static void a_tail_that_comes_before_its_life_is_not_forgotten(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	ident(v, 1, owned(A, 42));
	event_of(v, 350, A, SL_EV_TAIL, 0);
	life(v, 351, without_tail(owned(A, 42)));
	assert_int_equal(v->lives, 1);
	assert_int_equal(v->life[0].life.close.fin_received_ns, 350);
	stop(v);
}

static void a_tail_that_does_not_come_holds_a_life_for_so_long_only(void **state)
{
	struct view *v = start_with(NULL, (struct sl_model_config){ .tail_hold_ns = 10 * S });

	(void)state;
	life(v, 1 * S, without_tail(owned(A, 42)));
	sl_model_tick(v->model, 11 * S - 1);
	assert_int_equal(v->lives, 0);
	sl_model_tick(v->model, 11 * S);
	assert_int_equal(v->lives, 1);
	assert_true(v->life[0].life.close.flags & SL_CLF_TAIL_PENDING);
	assert_int_equal(v->life[0].life.close.fin_received_ns, 0);
	stop(v);
}

static void lives_without_tail_are_shown_in_the_order_of_their_ends(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	life(v, 1 * S, without_tail(owned(B, 1)));
	life(v, 2 * S, without_tail(owned(A, 1)));
	life(v, 3 * S, without_tail(owned(C, 1)));
	event(v, 62 * S, B);
	assert_int_equal(v->lives, 2);
	sl_model_finish(v->model);
	assert_int_equal(v->lives, 3);
	assert_int_equal(v->life[0].cookie, B);
	assert_int_equal(v->life[1].cookie, A);
	assert_int_equal(v->life[2].cookie, C);
	stop(v);
}

static void a_tail_of_a_life_long_shown_is_just_an_event(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	life(v, 1 * S, without_tail(owned(A, 42)));
	sl_model_tick(v->model, 62 * S);
	event_of(v, 63 * S, A, SL_EV_TAIL, 0);
	assert_int_equal(v->lives, 1);
	assert_int_equal(v->events, 1);
	stop(v);
}

/* ---- pairs */

static struct sl_ident end_of(uint64_t cookie, uint16_t lport, uint16_t rport)
{
	struct sl_ident id = anonymous(cookie);

	id.known |= SL_ID_LOCAL | SL_ID_REMOTE;
	id.lport = lport;
	id.rport = rport;
	memcpy(id.laddr, "\x7f\0\0\1", 4);
	memcpy(id.raddr, "\x7f\0\0\1", 4);
	return id;
}

static struct sl_ident with_isn(struct sl_ident id, uint32_t local, uint32_t remote)
{
	id.known |= SL_ID_ISN;
	id.isn_local = local;
	id.isn_remote = remote;
	return id;
}

static struct sl_ident mapped(struct sl_ident id)
{
	id.family = AF_INET6;
	memcpy(id.laddr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1", 16);
	memcpy(id.raddr, id.laddr, 16);
	return id;
}

/* The peer that A has once both identities came, as its next event shows it; B must agree. */
static uint64_t peer_of(struct sl_ident a, struct sl_ident b)
{
	struct view *v = start(NULL);
	uint64_t peer;

	ident(v, 1, a);
	ident(v, 2, b);
	event(v, 3, a.cookie);
	event(v, 4, b.cookie);
	peer = v->event[0].peer;
	assert_int_equal(v->event[1].peer, peer ? a.cookie : 0);
	stop(v);
	return peer;
}

static void crosswise_equal_addresses_make_a_pair(void **state)
{
	struct sl_ident other;

	(void)state;
	assert_int_equal(peer_of(end_of(A, 48122, 8080), end_of(B, 8080, 48122)), B);
	assert_int_equal(peer_of(end_of(A, 48122, 8080), end_of(B, 8080, 48123)), 0);
	assert_int_equal(peer_of(end_of(A, 48122, 8080), end_of(B, 48122, 8080)), 0);
	other = end_of(B, 8080, 48122);
	other.raddr[3] = 2;
	assert_int_equal(peer_of(end_of(A, 48122, 8080), other), 0);
	other = end_of(B, 8080, 48122);
	other.protocol = IPPROTO_UDP;
	assert_int_equal(peer_of(end_of(A, 48122, 8080), other), 0);
}

static void ipv4_in_ipv6_clothes_is_ipv4(void **state)
{
	struct sl_ident v6 = end_of(B, 8080, 48122);

	(void)state;
	assert_int_equal(peer_of(end_of(A, 48122, 8080), mapped(v6)), B);
	assert_int_equal(peer_of(mapped(end_of(A, 48122, 8080)), mapped(v6)), B);
	v6.family = AF_INET6; /* 7f00:1:: is another address than 127.0.0.1 */
	assert_int_equal(peer_of(end_of(A, 48122, 8080), v6), 0);
}

static void without_sequence_numbers_both_must_be_in_one_namespace(void **state)
{
	struct sl_ident other = end_of(B, 8080, 48122);

	(void)state;
	other.netns = 2;
	assert_int_equal(peer_of(end_of(A, 48122, 8080), other), 0);
	assert_int_equal(peer_of(with_isn(end_of(A, 48122, 8080), 5, 6), other), 0);
}

static void with_sequence_numbers_these_must_agree_and_namespaces_need_not(void **state)
{
	struct sl_ident a = with_isn(end_of(A, 48122, 8080), 5, 6), b = end_of(B, 8080, 48122);

	(void)state;
	assert_int_equal(peer_of(a, with_isn(b, 6, 5)), B);
	assert_int_equal(peer_of(a, with_isn(b, 5, 6)), 0);
	assert_int_equal(peer_of(a, with_isn(b, 6, 7)), 0);
	b.netns = 2;
	assert_int_equal(peer_of(a, with_isn(b, 6, 5)), B);
}

static void a_socket_connected_to_itself_has_no_peer(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	ident(v, 1, with_isn(end_of(A, 5000, 5000), 7, 7));
	event(v, 2, A);
	assert_int_equal(v->event[0].peer, 0);
	stop(v);
}

static void sequence_numbers_correct_an_earlier_guess(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	ident(v, 1, end_of(A, 48122, 8080));
	ident(v, 2, end_of(B, 8080, 48122));
	ident(v, 3, with_isn(end_of(C, 8080, 48122), 6, 5));
	ident(v, 4, with_isn(end_of(A, 48122, 8080), 5, 6));
	event(v, 5, A);
	event(v, 6, B);
	event(v, 7, C);
	assert_int_equal(v->event[0].peer, C);
	assert_int_equal(v->event[1].peer, 0);
	assert_int_equal(v->event[2].peer, A);
	stop(v);
}

static void a_stronger_pair_takes_an_end_from_a_weaker_one(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	ident(v, 1, end_of(A, 48122, 8080));
	ident(v, 2, with_isn(end_of(B, 8080, 48122), 6, 5));
	event(v, 3, A);
	ident(v, 4, with_isn(end_of(C, 48122, 8080), 5, 6));
	event(v, 5, A);
	event(v, 6, B);
	assert_int_equal(v->event[0].peer, B);
	assert_int_equal(v->event[1].peer, 0);
	assert_int_equal(v->event[2].peer, C);
	stop(v);
}

static void ports_used_again_pair_with_the_new_connection(void **state)
{
	struct sl_ident old_b = end_of(B, 8080, 48122), old_a = end_of(A, 48122, 8080);
	struct view *v = start(NULL);

	(void)state;
	ident(v, 1, old_a);
	ident(v, 2, old_b);
	life(v, 3, ended(old_a, SL_CLF_TIME_WAIT));
	life(v, 4, ended(old_b, 0));
	ident(v, 5, end_of(C, 48122, 8080));
	event(v, 6, C);
	assert_int_equal(v->event[0].peer, 0);
	ident(v, 7, end_of(0xd4, 8080, 48122));
	event(v, 8, C);
	assert_int_equal(v->event[1].peer, 0xd4);
	stop(v);
}

static void a_peer_that_has_gone_is_still_the_peer(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	ident(v, 1, end_of(A, 48122, 8080));
	ident(v, 2, end_of(B, 8080, 48122));
	life(v, 3, ended(end_of(A, 48122, 8080), 0));
	assert_int_equal(v->life[0].peer, B);
	sl_model_tick(v->model, 10 * S);
	life(v, 10 * S, ended(end_of(B, 8080, 48122), 0));
	assert_int_equal(v->life[1].peer, A);
	stop(v);
}

static void an_end_can_change_after_its_peer_has_gone(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	ident(v, 1, end_of(A, 48122, 8080));
	ident(v, 2, end_of(B, 8080, 48122));
	life(v, 3, ended(end_of(A, 48122, 8080), 0));
	sl_model_tick(v->model, 10 * S);
	ident(v, 10 * S, end_of(B, 8080, 5));
	event(v, 10 * S, B);
	assert_int_equal(v->event[0].peer, 0);
	stop(v);
}

static void the_table_finds_equal_keys_newest_first_however_it_grows(void **state)
{
	struct sl_table_node same[3], other[2000], *node;
	struct sl_table table;

	(void)state;
	assert_int_equal(sl_table_init(&table), 0);
	for (unsigned i = 0; i < 2000; i++) {
		if (i == 10 || i == 700 || i == 1500)
			sl_table_insert(&table, &same[i / 700], 0xffff);
		sl_table_insert(&table, &other[i], i);
	}
	node = sl_table_first(&table, 0xffff);
	for (int i = 2; i >= 0; i--, node = sl_table_next(node))
		assert_ptr_equal(node, &same[i]);
	assert_null(node);
	for (unsigned i = 0; i < 2000; i++) {
		assert_ptr_equal(sl_table_first(&table, i), &other[i]);
		sl_table_remove(&table, &other[i]);
		sl_table_remove(&table, &other[i]);
	}
	assert_int_equal(table.count, 3);
	assert_null(sl_table_first(&table, 5));
	sl_table_exit(&table);
}

static void ends_of_sockets_without_ports_or_addresses_are_not_paired(void **state)
{
	struct sl_ident a = anonymous(A), b = anonymous(B);

	(void)state;
	assert_int_equal(peer_of(a, b), 0);
	a.known |= SL_ID_LOCAL | SL_ID_REMOTE;
	b.known = a.known;
	assert_int_equal(peer_of(a, b), 0);
	a.family = b.family = AF_UNIX;
	a.lport = a.rport = b.lport = b.rport = 9;
	assert_int_equal(peer_of(a, b), 0);
}

/* ---- many, and all at once */

static void a_hundred_thousand_sockets_are_kept_apart(void **state)
{
	struct view *v = start_with(NULL, (struct sl_model_config){ 0 });
	const uint64_t n = 100000;

	(void)state;
	for (uint64_t c = 1; c <= n; c++)
		ident(v, c, end_of(c, (uint16_t)(c % 60000 + 1), 8080));
	for (uint64_t c = 1; c <= n; c++)
		event(v, n + c, c);
	assert_int_equal(stats(v).unknown, 0);
	assert_int_equal(stats(v).events, n);
	sl_model_finish(v->model);
	stop(v);
}

static int feed(void *model, const struct sl_rec *rec)
{
	return sl_model_record(model, rec);
}

static void the_scene_gives_two_whole_lives_that_are_each_others_peers(void **state)
{
	struct view *v = start(NULL);

	(void)state;
	assert_int_equal(sl_fake_scene(feed, v->model), 0);
	assert_int_equal(v->lives, 2);
	assert_int_equal(v->life[0].cookie, SL_FAKE_CLIENT);
	assert_int_equal(v->life[0].peer, SL_FAKE_SERVER);
	assert_int_equal(v->life[1].cookie, SL_FAKE_SERVER);
	assert_int_equal(v->life[1].peer, SL_FAKE_CLIENT);
	assert_true(v->life[0].life.close.fin_received_ns > v->life[1].life.close.fin_sent_ns);
	assert_false(v->life[0].life.close.flags & SL_CLF_TAIL_PENDING);
	assert_int_equal(stats(v).unknown, 0);
	assert_int_equal(stats(v).lives_open, 1);
	stop(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_shown_with_what_is_known_by_then),
		cmocka_unit_test(an_unknown_socket_has_only_its_cookie),
		cmocka_unit_test(events_count_as_unknown_only_until_the_identity_comes),
		cmocka_unit_test(without_events_only_lives_are_shown),
		cmocka_unit_test(a_straggler_keeps_its_identity_for_a_second_after_the_end),
		cmocka_unit_test(a_time_wait_socket_is_known_for_as_long_as_that_lasts),
		cmocka_unit_test(time_also_passes_by_ticks),
		cmocka_unit_test(what_the_filter_rules_out_is_counted_not_shown),
		cmocka_unit_test(undecided_events_wait_for_the_identity_and_come_in_order),
		cmocka_unit_test(undecided_events_are_dropped_when_the_identity_says_no),
		cmocka_unit_test(at_a_lifes_end_what_is_unknown_stays_so_and_all_is_decided),
		cmocka_unit_test(an_event_filter_looks_at_each_event),
		cmocka_unit_test(a_decided_event_does_not_overtake_an_undecided_one),
		cmocka_unit_test(too_many_held_events_push_out_the_oldest_and_are_counted),
		cmocka_unit_test(giving_up_an_undecided_event_frees_the_decided_ones_behind_it),
		cmocka_unit_test(a_filter_on_the_life_decides_its_events_at_the_end),
		cmocka_unit_test(after_the_end_nothing_waits),
		cmocka_unit_test(finish_decides_what_is_still_held),
		cmocka_unit_test(an_idle_unknown_socket_is_decided_and_forgotten),
		cmocka_unit_test(open_lives_are_shown_only_on_request),
		cmocka_unit_test(an_open_life_decides_the_events_held),
		cmocka_unit_test(lives_with_losses_are_counted),
		cmocka_unit_test(a_life_waits_for_its_tail_and_is_completed_by_it),
		cmocka_unit_test(a_tail_completes_the_life_without_events_too),
		cmocka_unit_test(a_tail_that_comes_before_its_life_is_not_forgotten),
		cmocka_unit_test(a_tail_that_does_not_come_holds_a_life_for_so_long_only),
		cmocka_unit_test(lives_without_tail_are_shown_in_the_order_of_their_ends),
		cmocka_unit_test(a_tail_of_a_life_long_shown_is_just_an_event),
		cmocka_unit_test(crosswise_equal_addresses_make_a_pair),
		cmocka_unit_test(ipv4_in_ipv6_clothes_is_ipv4),
		cmocka_unit_test(without_sequence_numbers_both_must_be_in_one_namespace),
		cmocka_unit_test(with_sequence_numbers_these_must_agree_and_namespaces_need_not),
		cmocka_unit_test(a_socket_connected_to_itself_has_no_peer),
		cmocka_unit_test(sequence_numbers_correct_an_earlier_guess),
		cmocka_unit_test(a_stronger_pair_takes_an_end_from_a_weaker_one),
		cmocka_unit_test(ports_used_again_pair_with_the_new_connection),
		cmocka_unit_test(a_peer_that_has_gone_is_still_the_peer),
		cmocka_unit_test(an_end_can_change_after_its_peer_has_gone),
		cmocka_unit_test(the_table_finds_equal_keys_newest_first_however_it_grows),
		cmocka_unit_test(ends_of_sockets_without_ports_or_addresses_are_not_paired),
		cmocka_unit_test(a_hundred_thousand_sockets_are_kept_apart),
		cmocka_unit_test(the_scene_gives_two_whole_lives_that_are_each_others_peers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
