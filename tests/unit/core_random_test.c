// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random walks: lives driven by chance, for the kernel's own transitions with resets, errors and segments told at any
 * moment, and for any sequence whatever. Some things always hold. The seed is fixed, so a failure repeats.
 */
#include "core_walk.h"

#define STEPS 200000
#define STEPS_A_LIFE 40

struct chance {
	uint64_t x;
};

/* xorshift64* */
static uint32_t draw(struct chance *c, uint32_t below)
{
	c->x ^= c->x >> 12;
	c->x ^= c->x << 25;
	c->x ^= c->x >> 27;
	return (uint32_t)((c->x * 0x2545f4914f6cdd1dULL) >> 32) % below;
}

/* Where the kernel goes from each state; 0 ends a row. */
static const __u32 lawful[][6] = {
	[SL_TCP_ESTABLISHED] = { SL_TCP_FIN_WAIT1, SL_TCP_CLOSE_WAIT, SL_TCP_CLOSE },
	[SL_TCP_SYN_SENT] = { SL_TCP_ESTABLISHED, SL_TCP_SYN_RECV, SL_TCP_CLOSE },
	[SL_TCP_SYN_RECV] = { SL_TCP_ESTABLISHED, SL_TCP_FIN_WAIT1, SL_TCP_CLOSE },
	[SL_TCP_FIN_WAIT1] = { SL_TCP_FIN_WAIT2, SL_TCP_CLOSING, SL_TCP_CLOSE },
	[SL_TCP_FIN_WAIT2] = { SL_TCP_CLOSE },
	[SL_TCP_CLOSE] = { SL_TCP_SYN_SENT, SL_TCP_LISTEN },
	[SL_TCP_CLOSE_WAIT] = { SL_TCP_LAST_ACK, SL_TCP_CLOSE },
	[SL_TCP_LAST_ACK] = { SL_TCP_CLOSE },
	[SL_TCP_LISTEN] = { SL_TCP_CLOSE },
	[SL_TCP_CLOSING] = { SL_TCP_CLOSE },
};

static __u32 next_state(struct chance *c, __u32 state)
{
	__u32 n = 0;

	while (lawful[state][n])
		n++;
	return lawful[state][draw(c, n)];
}

static void change_state(struct chance *c, struct walk *w, int wild)
{
	w->view.rtt_us = draw(c, 3) ? draw(c, 500000) : 0;
	w->view.total_retrans = draw(c, 3);
	w->view.sk_err = draw(c, 4) ? 0 : (int)draw(c, 134);
	w->view.closed = draw(c, 2);
	w->view.orphan = draw(c, 2);
	w->view.fin_received = draw(c, 2);
	w->view.accept_queue = draw(c, 5);
	w->view.unread_bytes = draw(c, 5000);
	walk_to(w, wild ? draw(c, 14) : next_state(c, w->state));
}

static void tell_segment(struct chance *c, struct walk *w)
{
	__u64 now = w->view.now_ns;

	switch (draw(c, 8)) {
	case 0: sl_handshake_syn_sent(&w->life.handshake, now); break;
	case 1: sl_handshake_synack_received(&w->life.handshake, now); break;
	case 2: sl_handshake_ack_sent(&w->life.handshake, now); break;
	case 3: sl_handshake_accepted(&w->life.handshake, now); break;
	case 4: sl_close_fin_wire(&w->life, now); break;
	case 5: sl_close_fin_ack_sent(&w->life, now); break;
	case 6: sl_close_reset_sent(&w->life, now, draw(c, 20), draw(c, 2)); break;
	case 7: sl_close_reset_received(&w->life, now); break;
	}
}

static void tell_trouble(struct chance *c, struct walk *w)
{
	switch (draw(c, 4)) {
	case 0: sl_fault_retrans(&w->life, w->state, draw(c, 5), w->life.errors.retrans + 1); break;
	case 1: sl_fault_error(&w->life, 1 + draw(c, 133)); break;
	case 2: sl_fault_drop(&w->life, draw(c, 6)); break;
	case 3: sl_life_lost(&w->life); break;
	}
}

static void tell_call(struct chance *c, struct walk *w)
{
	struct sl_option opt = { .level = draw(c, 2), .name = draw(c, 2), .known = draw(c, 2) };
	__s32 ret = draw(c, 2) ? (__s32)draw(c, 1u << 31) : -(__s32)draw(c, 517);

	switch (draw(c, 5)) {
	case 0: sl_call_returned(&w->life.calls, draw(c, SL_CALL_NR + 2), ret, draw(c, 3)); break;
	case 1: sl_call_io(&w->life.calls, SL_CALL_SEND + draw(c, 2), ret, draw(c, 3)); break;
	case 2: sl_call_option(&w->life.calls, &opt); break;
	case 3: sl_call_option_pending(&w->life.calls, &opt); break;
	case 4: sl_handshake_connect_returned(&w->life.handshake, w->view.now_ns, ret); break;
	}
}

static void move_bytes(struct chance *c, struct walk *w)
{
	w->raw.bytes_sent += draw(c, 5000);
	w->raw.bytes_retrans += draw(c, 5000);
	w->raw.bytes_acked += draw(c, 5000);
	w->raw.bytes_received += draw(c, 5000);
	sl_flow_cwnd(&w->life.flow, draw(c, 1000));
}

static void step(struct chance *c, struct walk *w, int wild)
{
	w->view.now_ns += 1 + draw(c, 3) * 1000 * draw(c, 1000);
	switch (draw(c, 6)) {
	case 0: tell_segment(c, w); break;
	case 1: tell_trouble(c, w); break;
	case 2: tell_call(c, w); break;
	case 3: move_bytes(c, w); break;
	default: change_state(c, w, wild);
	}
}

static int went_back(__u64 before, __u64 after)
{
	return after < before;
}

static int moved_once_set(__u64 before, __u64 after)
{
	return before && after != before;
}

static void check_handshake_times(const struct sl_handshake *a, const struct sl_handshake *b)
{
	assert_false(went_back(a->syn_ns, b->syn_ns));
	assert_false(went_back(a->ack_ns, b->ack_ns));
	assert_false(went_back(a->done_ns, b->done_ns));
	assert_false(moved_once_set(a->synack_ns, b->synack_ns));
	assert_false(moved_once_set(a->accept_ns, b->accept_ns));
}

static void check_close_times(const struct sl_close *a, const struct sl_close *b)
{
	assert_false(went_back(a->fin_sent_ns, b->fin_sent_ns));
	assert_false(moved_once_set(a->fin_acked_ns, b->fin_acked_ns));
	assert_false(moved_once_set(a->fin_received_ns, b->fin_received_ns));
	assert_false(moved_once_set(a->fin_ack_sent_ns, b->fin_ack_sent_ns));
	assert_false(moved_once_set(a->reset_ns, b->reset_ns));
	assert_false(moved_once_set(a->half_closed_ns, b->half_closed_ns));
}

/* A connect that begins starts afresh, and what came before a connection is none of its close; else no time goes back. */
static void check_times(const struct walk *w, const struct sl_life *a)
{
	const struct sl_handshake *h = &w->life.handshake;

	if (w->state == SL_TCP_SYN_SENT && h->begin_ns != a->handshake.begin_ns)
		return;
	check_handshake_times(&a->handshake, h);
	if (h->outcome != SL_HS_ESTABLISHED || h->done_ns == a->handshake.done_ns)
		check_close_times(&a->close, &w->life.close);
}

static void check_counters(const struct sl_life *a, const struct sl_life *b)
{
	int i;

	for (i = 0; i < SL_CALL_NR; i++) {
		assert_true(a->calls.call[i].count <= b->calls.call[i].count);
		assert_true(a->calls.call[i].errors <= b->calls.call[i].errors);
		assert_true(a->calls.call[i].total_ns <= b->calls.call[i].total_ns);
		assert_true(a->calls.call[i].max_ns <= b->calls.call[i].max_ns);
		assert_true(b->calls.call[i].errors <= b->calls.call[i].count);
		assert_true(b->calls.call[i].max_ns <= b->calls.call[i].total_ns);
	}
	assert_true(a->calls.send_bytes <= b->calls.send_bytes);
	assert_true(a->calls.recv_bytes <= b->calls.recv_bytes);
	assert_true(a->calls.options <= b->calls.options);
	assert_true(a->calls.errnos_dropped <= b->calls.errnos_dropped);
	assert_true(a->errors.retrans_rto <= b->errors.retrans_rto);
	assert_true(a->errors.retrans_fast <= b->errors.retrans_fast);
	assert_true(a->errors.retrans_tlp <= b->errors.retrans_tlp);
	assert_true(a->errors.sock_errors <= b->errors.sock_errors);
	assert_true(a->errors.drops <= b->errors.drops);
	assert_true(a->errors.resets_sent <= b->errors.resets_sent);
	/* one that was the kernel's own turns from received to sent */
	assert_true(a->errors.resets_sent + a->errors.resets_received <=
		    b->errors.resets_sent + b->errors.resets_received);
	assert_true(a->complete.lost <= b->complete.lost);
	assert_true(a->flow.snd_cwnd_max <= b->flow.snd_cwnd_max);
}

/* What each failed call adds is in the table of errnos, or counted as not. */
static void check_errnos(const struct sl_calls *calls)
{
	__u32 i, filed = calls->errnos_dropped, errors = 0;

	for (i = 0; i < SL_ERRNO_NR; i++)
		filed += calls->err[i].count;
	for (i = 0; i < SL_CALL_NR; i++)
		errors += calls->call[i].errors;
	assert_int_equal(filed, errors);
}

static void check_lawful_end(const struct sl_life *l)
{
	const struct sl_handshake *h = &l->handshake;

	assert_int_not_equal(l->close.class_, SL_CLOSE_NONE);
	if (h->outcome > SL_HS_PENDING && l->id.origin != SL_ORIGIN_SEEDED)
		assert_true(h->begin_ns && h->begin_ns <= h->done_ns);
}

static void check_end(const struct walk *w, int wild)
{
	const struct sl_life *l = &w->life;
	int established = l->handshake.outcome == SL_HS_ESTABLISHED;

	assert_int_equal(l->close.end_ns, w->view.now_ns);
	assert_true(l->close.half_closed_ns <= l->close.end_ns - l->id.created_ns);
	assert_true(l->handshake.outcome <= SL_HS_OTHER);
	assert_true(l->close.class_ <= SL_CLOSE_UNCONNECTED);
	if (established && l->id.origin != SL_ORIGIN_SEEDED)
		assert_true(l->handshake.done_ns);
	if (!established)
		assert_int_equal(l->close.class_, SL_CLOSE_UNCONNECTED);
	if (!wild)
		check_lawful_end(l);
	check_errnos(&l->calls);
}

static void begin(struct chance *c, struct walk *w)
{
	switch (draw(c, 4)) {
	case 0: walk_begin(w, SL_ORIGIN_CREATED, SL_TCP_CLOSE); break;
	case 1: walk_client(w); break;
	case 2: walk_server(w); break;
	default: walk_seeded(w, SL_TCP_ESTABLISHED + draw(c, 11)); break;
	}
	if (w->state == SL_TCP_TIME_WAIT)
		walk_seeded(w, SL_TCP_CLOSING);
}

static void live(struct chance *c, int wild)
{
	struct sl_life before;
	struct walk w;
	int i;

	begin(c, &w);
	for (i = 0; i < STEPS_A_LIFE; i++) {
		before = w.life;
		step(c, &w, wild);
		check_times(&w, &before);
		check_counters(&before, &w.life);
	}
	walk_end(&w);
	check_end(&w, wild);
}

static void whatever_the_kernel_may_do_a_life_holds_together(void **state)
{
	struct chance c = { 0x9e3779b97f4a7c15ULL };
	int i;

	(void)state;
	for (i = 0; i < STEPS / STEPS_A_LIFE; i++)
		live(&c, 0);
}

static void even_what_the_kernel_never_does_is_survived(void **state)
{
	struct chance c = { 0xd1b54a32d192ed03ULL };
	int i;

	(void)state;
	for (i = 0; i < STEPS / STEPS_A_LIFE; i++)
		live(&c, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_the_kernel_may_do_a_life_holds_together),
		cmocka_unit_test(even_what_the_kernel_never_does_is_survived),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("random walks", tests, NULL, NULL);
}
