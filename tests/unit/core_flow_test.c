// SPDX-License-Identifier: GPL-2.0-or-later
/* Payload bytes from the kernel's counters, checked against a connection that keeps its own sequence space. */
#include "core_walk.h"

/* What truly crossed the wire, byte by byte: SYN and FIN are marks in it, never payload. */
struct reference {
	__u64 wrote;    /* payload that left for the first time */
	__u64 repeated; /* payload that left again */
	__u64 got;      /* payload that came in order */
	int syn;        /* our SYN was acknowledged on this socket */
	int fin_out;    /* our FIN was acknowledged */
	int fin_in;     /* the peer's FIN came */
};

/* As tcp_sock counts: tcp_snd_una_update(), tcp_rcv_nxt_update(), __tcp_transmit_skb(). */
static void kernel_counts(struct walk *w, const struct reference *r)
{
	w->raw.bytes_sent = r->wrote + r->repeated;
	w->raw.bytes_retrans = r->repeated;
	w->raw.bytes_acked = r->syn + r->wrote + r->fin_out;
	w->raw.bytes_received = r->got + r->fin_in;
	w->view.fin_received = r->fin_in;
}

static void check_payload(struct walk *w, const struct reference *r)
{
	const struct sl_flow *f = &w->life.flow;

	sl_flow_bytes(&w->life, &w->raw);
	assert_int_equal(f->bytes_sent, r->wrote);
	assert_int_equal(f->bytes_retrans, r->repeated);
	assert_int_equal(f->bytes_acked, r->wrote);
	assert_int_equal(f->bytes_received, r->got);
	assert_int_equal(sl_flow_moved(&w->life), r->wrote + r->got);
}

static void step(struct walk *w, const struct reference *r, __u32 new_state)
{
	kernel_counts(w, r);
	walk_to(w, new_state);
	check_payload(w, r);
}

/* The rest of a connection that is open: this end's FIN first. */
static void close_first(struct walk *w, struct reference *r)
{
	step(w, r, SL_TCP_FIN_WAIT1);
	r->fin_out = 1;
	step(w, r, SL_TCP_FIN_WAIT2);
	r->got += 300;
	r->fin_in = 1;
	step(w, r, SL_TCP_CLOSE);
	walk_end(w);
	check_payload(w, r);
	assert_int_equal(w->life.close.half_closed_bytes, 300);
}

/* The same with the peer's FIN first. */
static void close_second(struct walk *w, struct reference *r)
{
	r->fin_in = 1;
	step(w, r, SL_TCP_CLOSE_WAIT);
	r->wrote += 77;
	step(w, r, SL_TCP_LAST_ACK);
	r->fin_out = 1;
	step(w, r, SL_TCP_CLOSE);
	walk_end(w);
	check_payload(w, r);
	assert_int_equal(w->life.close.half_closed_bytes, 77);
}

static void close_at_once(struct walk *w, struct reference *r)
{
	step(w, r, SL_TCP_FIN_WAIT1);
	r->fin_in = 1;
	step(w, r, SL_TCP_CLOSING);
	r->fin_out = 1;
	step(w, r, SL_TCP_CLOSE);
	walk_end(w);
	check_payload(w, r);
	assert_int_equal(w->life.close.half_closed_bytes, 0);
}

static void (*const closes[])(struct walk *, struct reference *) = { close_first, close_second, close_at_once };

static void a_client_settles_its_syn_and_both_fins(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct reference r = { .syn = 1 };

		walk_connect(&w);
		step(&w, &r, SL_TCP_ESTABLISHED);
		r.wrote = 100000;
		r.repeated = 1448;
		r.got = 5000000000ULL;
		kernel_counts(&w, &r);
		check_payload(&w, &r);
		closes[i](&w, &r);
	}
}

static void a_server_has_no_syn_to_settle(void **state)
{
	struct walk w;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct reference r = { 0 };

		walk_server(&w);
		r.got = 80;
		r.wrote = 6000000000ULL;
		kernel_counts(&w, &r);
		check_payload(&w, &r);
		closes[i](&w, &r);
	}
}

static void a_connection_without_data_moves_nothing(void **state)
{
	struct reference r = { .syn = 1 };
	struct walk w;

	(void)state;
	walk_connect(&w);
	step(&w, &r, SL_TCP_ESTABLISHED);
	r.fin_in = 1;
	step(&w, &r, SL_TCP_CLOSE_WAIT);
	step(&w, &r, SL_TCP_LAST_ACK);
	r.fin_out = 1;
	step(&w, &r, SL_TCP_CLOSE);
	assert_int_equal(sl_flow_moved(&w.life), 0);
	assert_int_equal(w.life.close.half_closed_bytes, 0);
}

static void only_what_the_peer_acknowledged_is_acknowledged(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	w.raw.bytes_sent = 3000;
	w.raw.bytes_acked = 1 + 1000;
	sl_flow_bytes(&w.life, &w.raw);
	assert_int_equal(w.life.flow.bytes_sent, 3000);
	assert_int_equal(w.life.flow.bytes_acked, 1000);
}

static void no_figure_ever_falls_below_zero(void **state)
{
	struct sl_flow_raw none = { .bytes_retrans = 5 };
	struct walk w;

	(void)state;
	walk_client(&w);
	w.life.close.fin_acked_ns = 1;
	w.life.close.flags = SL_CLF_FIN_IN_BYTES;
	sl_flow_bytes(&w.life, &none);
	assert_int_equal(w.life.flow.bytes_sent, 0);
	assert_int_equal(w.life.flow.bytes_retrans, 5);
	assert_int_equal(w.life.flow.bytes_acked, 0);
	assert_int_equal(w.life.flow.bytes_received, 0);
	none.bytes_acked = 1;
	sl_flow_bytes(&w.life, &none);
	assert_int_equal(w.life.flow.bytes_acked, 0);
}

static void a_syn_without_an_answer_is_not_settled(void **state)
{
	struct sl_flow_raw raw = { .bytes_acked = 10 };
	struct walk w;

	(void)state;
	walk_connect(&w);
	sl_flow_bytes(&w.life, &raw);
	assert_int_equal(w.life.flow.bytes_acked, 10);
}

static void the_largest_window_is_remembered(void **state)
{
	struct sl_flow f = { 0 };

	(void)state;
	sl_flow_cwnd(&f, 10);
	sl_flow_cwnd(&f, 42);
	sl_flow_cwnd(&f, 1);
	assert_int_equal(f.snd_cwnd, 1);
	assert_int_equal(f.snd_cwnd_max, 42);
}

static void busy_time_holds_the_limited_times_and_the_one_that_runs(void **state)
{
	struct sl_flow_chrono c = { .stat = { 10, 20, 30 }, .tick_us = 4000 };
	struct sl_flow f = { 0 };
	__u32 type;

	(void)state;
	sl_flow_limited(&f, &c);
	assert_int_equal(f.busy_us, 240000);
	assert_int_equal(f.rwnd_limited_us, 80000);
	assert_int_equal(f.sndbuf_limited_us, 120000);
	c.running = 5;
	for (type = 1; type <= 3; type++) {
		c.type = type;
		sl_flow_limited(&f, &c);
		assert_int_equal(f.busy_us, 260000);
		assert_int_equal(f.rwnd_limited_us, type == 2 ? 100000 : 80000);
		assert_int_equal(f.sndbuf_limited_us, type == 3 ? 140000 : 120000);
	}
}

static void time_belongs_to_the_state_of_congestion_control_that_was(void **state)
{
	struct walk w;
	const struct sl_flow *f = &w.life.flow;

	(void)state;
	walk_connect(&w);
	sl_flow_ca(&w.life, SL_CA_LOSS, w.view.now_ns);     /* a SYN's */
	sl_flow_ca(&w.life, SL_CA_OPEN, walk_wait(&w, 10)); /* its SYN-ACK */
	walk_to(&w, SL_TCP_ESTABLISHED);
	sl_flow_ca(&w.life, SL_CA_OPEN, walk_wait(&w, 7)); /* no change */
	sl_flow_ca(&w.life, SL_CA_RECOVERY, walk_wait(&w, 3));
	sl_flow_ca(&w.life, SL_CA_OPEN, walk_wait(&w, 40));
	sl_flow_ca(&w.life, 99, walk_wait(&w, 1));
	sl_flow_ca(&w.life, SL_CA_LOSS, walk_wait(&w, 1));
	walk_wait(&w, 500);
	walk_fail(&w, ETIMEDOUT);
	walk_wait(&w, 100);
	walk_end(&w);
	assert_int_equal(f->ca_ns[SL_CA_OPEN], 12 * MS);
	assert_int_equal(f->ca_ns[SL_CA_RECOVERY], 40 * MS);
	assert_int_equal(f->ca_ns[SL_CA_LOSS], 500 * MS);
	assert_int_equal(f->ca_ns[SL_CA_DISORDER] + f->ca_ns[SL_CA_CWR], 0);
	assert_int_equal(f->ca_entered[SL_CA_RECOVERY], 1);
	assert_int_equal(f->ca_entered[SL_CA_LOSS], 1);
	assert_int_equal(f->ca_entered[SL_CA_OPEN], 1);
}

static void a_second_connection_has_times_of_its_own(void **state)
{
	struct walk w;

	(void)state;
	walk_client(&w);
	sl_flow_ca(&w.life, SL_CA_LOSS, walk_wait(&w, 5));
	walk_fail(&w, ECONNRESET);
	w.view.sk_err = 0;
	sl_flow_ca(&w.life, SL_CA_OPEN, w.view.now_ns); /* tcp_disconnect() */
	walk_to(&w, SL_TCP_SYN_SENT);
	walk_to(&w, SL_TCP_ESTABLISHED);
	walk_wait(&w, 2);
	walk_end(&w);
	assert_int_equal(w.life.flow.ca_ns[SL_CA_OPEN], 2 * MS);
	assert_int_equal(w.life.flow.ca_ns[SL_CA_LOSS] + w.life.flow.ca_entered[SL_CA_LOSS], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_settles_its_syn_and_both_fins),
		cmocka_unit_test(a_server_has_no_syn_to_settle),
		cmocka_unit_test(a_connection_without_data_moves_nothing),
		cmocka_unit_test(only_what_the_peer_acknowledged_is_acknowledged),
		cmocka_unit_test(no_figure_ever_falls_below_zero),
		cmocka_unit_test(a_syn_without_an_answer_is_not_settled),
		cmocka_unit_test(the_largest_window_is_remembered),
		cmocka_unit_test(busy_time_holds_the_limited_times_and_the_one_that_runs),
		cmocka_unit_test(time_belongs_to_the_state_of_congestion_control_that_was),
		cmocka_unit_test(a_second_connection_has_times_of_its_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
