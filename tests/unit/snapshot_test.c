// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots: replies of sock_diag to sockets, whatever the bytes are; and a socket's present joined with its past. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../core/fact.h"
#include "diag_info.h"
#include "snapshot.h"

#define ESTABLISHED 1
#define CLOSE_WAIT 8
#define LISTEN 10

/* A reply under construction: its payload, in an aligned buffer. */
struct reply {
	struct nlmsghdr *msg;
	char buf[4096] __attribute__((aligned(8)));
};

static void reply_begin(struct reply *r, unsigned family, unsigned state)
{
	struct inet_diag_msg *m;

	memset(r->buf, 0, sizeof(r->buf));
	r->msg = mnl_nlmsg_put_header(r->buf);
	m = mnl_nlmsg_put_extra_header(r->msg, sizeof(*m));
	m->idiag_family = (__u8)family;
	m->idiag_state = (__u8)state;
	m->id.idiag_sport = htons(8080);
	m->id.idiag_dport = state == LISTEN ? 0 : htons(40000);
	m->id.idiag_src[0] = m->id.idiag_dst[0] = htonl(0x7f000001);
	m->id.idiag_cookie[0] = 0x407a5;
	m->id.idiag_cookie[1] = 1;
	m->idiag_rqueue = 3;
	m->idiag_wqueue = 128;
	m->idiag_inode = 77;
}

static bool reply_parse(const struct reply *r, struct sl_diag *d)
{
	return sl_diag_parse_inet(d, mnl_nlmsg_get_payload(r->msg), (uint32_t)mnl_nlmsg_get_payload_len(r->msg),
				  IPPROTO_TCP);
}

static void a_reply_is_an_open_life_with_its_cookie_and_ends(void **state)
{
	struct sl_diag d;
	struct reply r;

	(void)state;
	reply_begin(&r, AF_INET, ESTABLISHED);
	assert_true(reply_parse(&r, &d));
	assert_true(d.life.id.cookie == 0x1000407a5);
	assert_int_equal(d.life.id.lport, 8080);
	assert_int_equal(d.life.id.rport, 40000);
	assert_int_equal(d.life.complete.flags, SL_LIFE_OPEN | SL_LIFE_SEEN_LATE);
	assert_int_equal(d.life.id.role, SL_ROLE_NONE);
	assert_false(d.life.complete.watched & SL_FACT_BIT(BYTES));
	assert_int_equal(d.info_len, 0);
}

static void a_listeners_queues_are_connections_and_backlog(void **state)
{
	struct sl_diag d;
	struct reply r;

	(void)state;
	reply_begin(&r, AF_INET, LISTEN);
	assert_true(reply_parse(&r, &d));
	assert_int_equal(d.life.id.role, SL_ROLE_LISTENER);
	assert_false(d.life.id.known & SL_ID_REMOTE);
	assert_int_equal(d.life.listen.queue, 3);
	assert_int_equal(d.life.calls.backlog_in_force, 128);
}

static void bytes_are_payload_without_syn_and_fin(void **state)
{
	struct tcp_info info = {
		.tcpi_bytes_sent = 150, .tcpi_bytes_retrans = 50, .tcpi_bytes_acked = 101, .tcpi_bytes_received = 31
	};
	struct sl_diag d;
	struct reply r;

	(void)state;
	reply_begin(&r, AF_INET, CLOSE_WAIT);
	mnl_attr_put(r.msg, INET_DIAG_INFO, sizeof(info), &info);
	assert_true(reply_parse(&r, &d));
	assert_int_equal(d.life.flow.bytes_sent, 100);
	assert_int_equal(d.life.flow.bytes_acked, 100);
	assert_int_equal(d.life.flow.bytes_received, 30);
	assert_int_equal(d.life.close.flags, 0);
}

static void what_an_older_kernel_does_not_tell_is_absent_and_no_zero(void **state)
{
	struct tcp_info info = { .tcpi_snd_wnd = 5 };
	uint64_t value;
	struct sl_diag d;
	struct reply r;
	unsigned told = 0;

	(void)state;
	reply_begin(&r, AF_INET, ESTABLISHED);
	mnl_attr_put(r.msg, INET_DIAG_INFO, offsetof(struct tcp_info, tcpi_pacing_rate), &info);
	assert_true(reply_parse(&r, &d));
	assert_false(d.life.complete.watched & SL_FACT_BIT(BYTES));
	for (unsigned i = 0; i < sl_diag_figure_count; i++)
		told += sl_diag_figure_value(&d, &sl_diag_figures[i], &value);
	assert_in_range(told, 20, 30);
	assert_false(sl_diag_figure_value(&d, &sl_diag_figures[sl_diag_figure_count - 1], &value));
}

/* The bytes that a kernel of another kind might send: nothing is read outside them (run with SAN=1). */
static void any_bytes_are_a_socket_or_refused(void **state)
{
	uint64_t seed = 88172645463325252;
	struct sl_diag d;
	struct reply r;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint32_t len, size = (uint32_t)(seed % 600);
		char *payload;

		reply_begin(&r, round % 2 ? AF_INET6 : AF_INET, ESTABLISHED);
		len = sizeof(struct inet_diag_msg);
		for (uint32_t i = len; i < len + size; i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			((char *)mnl_nlmsg_get_payload(r.msg))[i] = (char)(seed & (i % 4 ? 0x1f : 0xff));
		}
		len = (uint32_t)(seed % (len + size));
		payload = malloc(len ? len : 1);
		assert_non_null(payload);
		memcpy(payload, mnl_nlmsg_get_payload(r.msg), len);
		if (sl_diag_parse_inet(&d, payload, len, IPPROTO_TCP))
			assert_true(len >= sizeof(struct inet_diag_msg));
		((unsigned char *)payload)[0] = AF_UNIX;
		sl_diag_parse_unix(&d, payload, len);
		free(payload);
	}
}

static void the_past_is_kept_and_the_figures_are_of_now(void **state)
{
	struct sl_life past = { .id = { .cookie = 5, .role = SL_ROLE_SERVER, .known = SL_ID_CREATED, .created_ns = 9 },
				.handshake = { .outcome = SL_HS_ESTABLISHED, .begin_ns = 10, .done_ns = 20 },
				.flow = { .bytes_sent = 1, .snd_cwnd_max = 40, .ca_ns = { 7 } },
				.close = { .last_state = 3 } };
	struct sl_life now = { .id = { .cookie = 5, .known = SL_ID_REMOTE, .rport = 99 },
			       .complete = { .watched = SL_FACT_BIT(BYTES), .flags = SL_LIFE_OPEN | SL_LIFE_SEEN_LATE },
			       .flow = { .bytes_sent = 1000, .snd_cwnd_max = 10 },
			       .close = { .last_state = ESTABLISHED } };

	(void)state;
	sl_snapshot_join(&now, &past);
	assert_int_equal(now.flow.bytes_sent, 1000);
	assert_int_equal(now.flow.snd_cwnd_max, 40);
	assert_int_equal(now.flow.ca_ns[0], 7);
	assert_int_equal(now.close.last_state, ESTABLISHED);
	assert_int_equal(now.id.role, SL_ROLE_SERVER);
	assert_int_equal(now.id.rport, 99);
	assert_int_equal(now.handshake.done_ns, 20);
	assert_int_equal(now.complete.flags, SL_LIFE_OPEN); /* its begin was seen */
	assert_true(now.complete.watched & SL_FACT_BIT(BYTES));
}

static void pasts_are_found_by_cookie_and_the_last_one_counts(void **state)
{
	struct sl_pasts pasts;
	struct sl_life life = { 0 };

	(void)state;
	assert_int_equal(sl_pasts_init(&pasts), 0);
	for (uint64_t i = 0; i < 3000; i++) {
		life.id.cookie = 1 + i % 1000;
		life.id.pid = (uint32_t)i;
		assert_int_equal(sl_pasts_put(&pasts, &life), 0);
	}
	assert_int_equal(pasts.count, 1000);
	assert_int_equal(sl_pasts_get(&pasts, 7)->id.pid, 2006);
	assert_null(sl_pasts_get(&pasts, 1001));
	sl_pasts_exit(&pasts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_an_open_life_with_its_cookie_and_ends),
		cmocka_unit_test(a_listeners_queues_are_connections_and_backlog),
		cmocka_unit_test(bytes_are_payload_without_syn_and_fin),
		cmocka_unit_test(what_an_older_kernel_does_not_tell_is_absent_and_no_zero),
		cmocka_unit_test(any_bytes_are_a_socket_or_refused),
		cmocka_unit_test(the_past_is_kept_and_the_figures_are_of_now),
		cmocka_unit_test(pasts_are_found_by_cookie_and_the_last_one_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
