// SPDX-License-Identifier: GPL-2.0-or-later
/* Connections as diagrams: which steps there are, in which order, on which row, and how each format escapes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <locale.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../core/base.h"
#include "../../userspace/cli/draw.h"
#include "../../userspace/cli/story.h"

#define START 1000000000ULL
#define EVENTS 128
#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define ACK 0x10
#define IN SL_EVF_IN
#define OUT SL_EVF_OUT

static struct gather_end ends[2];
static struct sl_event events[2][EVENTS];
static struct connection both, one;
static struct term ascii = { .width = 80 };

static int setup(void **state)
{
	static const char *const comms[] = { "client", "server" };

	(void)state;
	memset(ends, 0, sizeof(ends));
	for (unsigned i = 0; i < 2; i++) {
		struct sl_ident *id = &ends[i].id;

		ends[i].events = events[i];
		ends[i].cookie = id->cookie = 0xa + i;
		id->family = AF_INET;
		id->type = SOCK_STREAM;
		id->protocol = IPPROTO_TCP;
		id->known = SL_ID_OWNER | SL_ID_LOCAL | SL_ID_REMOTE | SL_ID_TYPE | SL_ID_CREATED;
		id->role = i ? SL_ROLE_SERVER : SL_ROLE_CLIENT;
		id->pid = 7 + i;
		strcpy(id->comm, comms[i]);
		memcpy(id->laddr, "\177\0\0\1", 4);
		memcpy(id->raddr, "\177\0\0\1", 4);
		id->lport = i ? 80 : 4000;
		id->rport = i ? 4000 : 80;
		ends[i].life.id = *id;
		ends[i].life.close.class_ = SL_CLOSE_ACTIVE;
	}
	both = (struct connection){ .end = { &ends[0], &ends[1] } };
	one = (struct connection){ .end = { &ends[0] } };
	return 0;
}

static struct sl_event *event(unsigned side, uint64_t us, uint16_t kind)
{
	struct sl_event *ev = &events[side][ends[side].count++];

	assert_true(ends[side].count <= EVENTS);
	*ev = (struct sl_event){ .kind = kind };
	ev->rec.ts_ns = START + us * 1000;
	ev->rec.cookie = ends[side].cookie;
	return ev;
}

static void call(unsigned side, uint64_t us, uint32_t what, int ret)
{
	struct sl_event *ev = event(side, us, SL_EV_CALL);

	ev->call.call = what;
	ev->ret = ret;
	if (what == SL_CALL_SEND || what == SL_CALL_RECV)
		ev->io.bytes = ret > 0 ? (uint64_t)ret : 0;
}

static void took(unsigned side, uint64_t us)
{
	struct sl_event *ev = &events[side][ends[side].count - 1];

	ev->flags |= SL_EVF_TIMED;
	ev->dur_ns = us * 1000;
}

static void enters(unsigned side, uint64_t us, uint32_t tcp_state)
{
	event(side, us, SL_EV_STATE)->state.new_state = tcp_state;
}

static void segment(unsigned side, uint64_t us, uint16_t flags, uint16_t tcp_flags, uint32_t seq)
{
	struct sl_event *ev = event(side, us, SL_EV_SEGMENT);

	ev->flags = flags | SL_EVF_WIRE;
	ev->segment.flags = tcp_flags;
	ev->segment.seq = seq;
}

static void shake_hands(void)
{
	call(0, 20, SL_CALL_CONNECT, 0);
	took(0, 20);
	enters(0, 1, SL_TCP_SYN_SENT);
	segment(0, 2, OUT, SYN, 100);
	segment(1, 4, IN, SYN, 100);
	segment(1, 5, OUT, SYN | ACK, 500);
	segment(0, 7, IN, SYN | ACK, 500);
	enters(0, 8, SL_TCP_ESTABLISHED);
	segment(0, 9, OUT, ACK, 101);
	segment(1, 11, IN, ACK, 101);
	enters(1, 12, SL_TCP_ESTABLISHED);
}

/* What a renderer prints of a connection; freed by the next call. */
static const char *drawn(const struct connection *c, const struct renderer *renderer, bool verbose)
{
	static char *text;
	struct stamp stamp = { .how = TIME_REL };
	struct sequence_style style = { .term = &ascii, .stamp = &stamp, .verbose = verbose };
	struct drawing d = { .term = &ascii };
	struct sequence s;
	size_t size;

	free(text);
	d.out = open_memstream(&text, &size);
	renderer->begin(&d);
	assert_int_equal(sequence_create(&s, c, &style), 0);
	renderer->sequence(&d, &s);
	d.drawn++;
	renderer->end(&d);
	sequence_destroy(&s);
	fclose(d.out);
	return text;
}

/* What is drawn, whatever the length of its lines: of equal characters in a row one is left, but for letters. */
static void squeeze(char *to, size_t size, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < size - 1; i++) {
		if (!n || text[i] != to[n - 1] || !strchr("-. ", text[i]))
			to[n++] = text[i];
	}
	to[n] = 0;
}

/* The rows of the text picture, without title, names and sums. */
static void rows_are(const struct connection *c, const char *const *rows)
{
	const char *text = drawn(c, &draw_text, false);

	for (int i = 0; i < 3; i++)
		text = strchr(text, '\n') + 1;
	for (; *rows; rows++) {
		size_t len = strcspn(text, "\n");
		char got[256], wanted[256];

		squeeze(got, sizeof(got), text, len);
		squeeze(wanted, sizeof(wanted), *rows, strlen(*rows));
		if (strcmp(got, wanted))
			fail_msg("\nrow:    %.*s\nwanted: %s\n", (int)len, text, *rows);
		text += len + 1;
	}
	assert_memory_equal(text, "  ", 2); /* the sums begin */
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" in:\n%s", part, text);
}

static void a_handshake_alone_has_its_three_segments(void **state)
{
	static const char *const rows[] = {
		"    0.000 +-- connect() ---> SYN-SENT ------ SYN ------>|                      |",
		"    0.005 |                 ESTABLISHED <--- SYN-ACK ---+                      |",
		"    0.009 |                      +----- ACK -----> ESTABLISHED                 |",
		"    0.020 |<-------- = 0 --------+                      |                      |",
		NULL,
	};

	(void)state;
	shake_hands();
	rows_are(&both, rows);
}

static void a_segment_leaves_before_it_arrives_at_the_same_moment(void **state)
{
	static const char *const rows[] = {
		"    0.000 |                      +-------- SYN -------->|                      |",
		"    0.000 |                      |<------ SYN-ACK ------+                      |",
		NULL,
	};

	(void)state;
	segment(0, 3, IN, SYN | ACK, 500);
	segment(0, 3, OUT, SYN, 100); /* each end's records in any order */
	segment(1, 3, IN, SYN, 100);
	segment(1, 3, OUT, SYN | ACK, 500);
	/* Of one end, what is told first is first: the answer cannot be. */
	events[0][0].rec.ts_ns++;
	rows_are(&both, rows);
}

static void a_refused_connect_is_answered_by_a_reset(void **state)
{
	static const char *const rows[] = {
		"    0.000 +------- connect() --------> SYN-SENT ----------- SYN ------------>|",
		"    0.030 |                              CLOSED <------------ RST ------------+",
		"    0.032 |                              refused                              |",
		"    0.040 |<-------- = ECONNREFUSED --------+                                 |",
		NULL,
	};
	struct sl_event *ev;

	(void)state;
	call(0, 40, SL_CALL_CONNECT, -ECONNREFUSED);
	took(0, 40);
	enters(0, 1, SL_TCP_SYN_SENT);
	segment(0, 2, OUT, SYN, 100);
	event(0, 30, SL_EV_RESET)->flags = IN;
	enters(0, 31, SL_TCP_CLOSE);
	ev = event(0, 32, SL_EV_OUTCOME);
	ev->state.new_state = SL_HS_REFUSED;
	ev->ret = -ECONNREFUSED;
	event(0, 33, SL_EV_ERROR)->ret = -ECONNREFUSED;
	rows_are(&one, rows);
}

static void syns_that_nobody_answers_are_apart_by_gaps(void **state)
{
	static const char *const rows[] = {
		"    0.000 |                             SYN-SENT ----------- SYN ------------>|",
		"          :                            ... 1.0s ...                           :",
		" 1000.000 |                                 +---------- SYN again ----------->|",
		"          :                            ... 2.0s ...                           :",
		" 3000.000 |                                 +---------- SYN again ----------->|",
		"          :                            ... 4.0s ...                           :",
		" 7000.000 |                              CLOSED                               |",
		" 7000.001 |                             timed-out                             |",
		NULL,
	};
	struct sl_event *ev;

	(void)state;
	enters(0, 1, SL_TCP_SYN_SENT);
	segment(0, 1, OUT, SYN, 100);
	for (uint64_t us = 1000001; us <= 3000001; us += 2000000) {
		segment(0, us, OUT, SYN, 100);
		ev = event(0, us + 8, SL_EV_RETRANS);
		ev->segment.flags = SYN;
		ev->segment.seq = 100;
	}
	enters(0, 7000001, SL_TCP_CLOSE);
	event(0, 7000002, SL_EV_OUTCOME)->state.new_state = SL_HS_TIMED_OUT;
	rows_are(&one, rows);
}

static void a_reset_of_one_end_ends_both(void **state)
{
	static const char *const rows[] = {
		"    0.000 +-- close() ----> CLOSED ------- RST ------> CLOSED                  |",
		"    0.020 |                      |                      + recv() = ECONNRESET >|",
		NULL,
	};

	(void)state;
	call(0, 0, SL_CALL_CLOSE, 0);
	enters(0, 1, SL_TCP_CLOSE);
	segment(0, 2, OUT, RST, 100);
	event(0, 3, SL_EV_RESET)->flags = OUT;
	event(1, 5, SL_EV_RESET)->flags = IN;
	enters(1, 6, SL_TCP_CLOSE);
	call(1, 20, SL_CALL_RECV, -ECONNRESET);
	rows_are(&both, rows);
}

static void fins_that_cross_are_drawn_in_halves(void **state)
{
	static const char *const rows[] = {
		"    0.000 |                 FIN-WAIT-1 --- FIN-ACK .....|                      |",
		"    0.002 |                      |.... FIN-ACK --- FIN-WAIT-1                |",
		"    0.500 |                   CLOSING <--- FIN-ACK .....|                      |",
		"    0.501 |                      |...... FIN-ACK ---> CLOSING                  |",
		NULL,
	};

	(void)state;
	enters(0, 0, SL_TCP_FIN_WAIT1);
	segment(0, 1, OUT, FIN | ACK, 100);
	enters(1, 2, SL_TCP_FIN_WAIT1);
	segment(1, 3, OUT, FIN | ACK, 500);
	segment(0, 500, IN, FIN | ACK, 500);
	enters(0, 501, SL_TCP_CLOSING);
	segment(1, 501, IN, FIN | ACK, 100);
	enters(1, 502, SL_TCP_CLOSING);
	rows_are(&both, rows);
}

static void a_lost_segment_does_not_arrive_and_the_next_one_does(void **state)
{
	(void)state;
	segment(0, 0, OUT, SYN, 100);
	segment(0, 1000000, OUT, SYN, 100);
	segment(1, 1000002, IN, SYN, 100);
	has(drawn(&both, &draw_svg, false), "×");
	has(drawn(&both, &draw_html, false), "leaves; its arrival was not seen");
	has(drawn(&both, &draw_mermaid, false), "P1-xP2: 0.000 SYN\n");
	has(drawn(&both, &draw_mermaid, false), "P1->>P2: 1000.000 SYN\n");
}

static void data_waits_until_it_is_read(void **state)
{
	static const char *const rows[] = {
		"    0.000 +---- send 100 B ----->|.... 100 B ....> 100B unread                 |",
		"    0.001 +---- send 100 B ----->|.... 100 B ....> 200B unread                 |",
		"    0.005 |                      |                      +---- recv 150 B ----->|",
		"    0.006 |                      |                      +----- recv 50 B ----->|",
		NULL,
	};

	(void)state;
	call(0, 0, SL_CALL_SEND, 100);
	call(0, 1, SL_CALL_SEND, 100);
	call(1, 5, SL_CALL_RECV, 150);
	call(1, 6, SL_CALL_RECV, 50);
	rows_are(&both, rows);
}

static void a_long_run_of_data_is_folded_in_its_middle(void **state)
{
	const char *text;

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		call(0, i, SL_CALL_SEND, 1024);
	text = drawn(&both, &draw_text, false);
	has(text, "... 84 steps of data: -> 84K, <- 0B ...");
	has(text, " 0.007 +---- send 1024 B ");
	has_not(text, " 0.008 +---- send 1024 B ");
	has_not(text, " 0.091 +---- send 1024 B ");
	has(text, " 0.092 +---- send 1024 B ");
	has(drawn(&both, &draw_text, true), " 0.050 +---- send 1024 B ");
}

static void a_socket_that_talks_to_nobody_has_two_lanes(void **state)
{
	(void)state;
	ends[0].id.family = AF_UNIX;
	ends[0].id.role = SL_ROLE_NONE;
	ends[0].id.known = SL_ID_OWNER;
	call(0, 0, SL_CALL_SEND, 64);
	call(0, 9, SL_CALL_RECV, 64);
	has(drawn(&one, &draw_text, false), "send 64 B");
	has(drawn(&one, &draw_mermaid, false), "participant P1");
	has_not(drawn(&one, &draw_mermaid, false), "participant P2");
}

static void udp_draws_its_datagrams_to_and_from_the_remote_host(void **state)
{
	const char *text;

	(void)state;
	ends[0].id.type = SOCK_DGRAM;
	ends[0].id.protocol = IPPROTO_UDP;
	call(0, 0, SL_CALL_SEND, 64);
	call(0, 9, SL_CALL_RECV, 32);
	text = drawn(&one, &draw_mermaid, false);
	has(text, "P0->>P1: 0.000 send 64 B\n    P1--)P2: 0.000 64 B\n");
	has(text, "P1-->>P0: 0.009 recv 32 B\n    P2--)P1: 0.009 32 B\n");
}

static void a_life_without_events_is_drawn_from_its_record(void **state)
{
	struct sl_life *life = &ends[0].life;
	const char *text;

	(void)state;
	life->id.origin = SL_ORIGIN_CREATED;
	life->id.created_ns = START;
	life->handshake = (struct sl_handshake){ .begin_ns = START + 1000,
						 .syn_ns = START + 2000,
						 .synack_ns = START + 9000,
						 .done_ns = START + 9000,
						 .ack_ns = START + 10000,
						 .outcome = SL_HS_ESTABLISHED };
	life->close.fin_sent_ns = START + 20000;
	life->close.end_ns = START + 30000;
	text = drawn(&one, &draw_text, false);
	has(text, " socket() ---------> SYN-SENT ----------- SYN ------------>|");
	has(text, "ESTABLISHED <-------- SYN-ACK ---------+");
	has(text, "FIN-ACK");
	has(text, "drawn from the life's record alone");
}

static void what_a_program_calls_itself_means_nothing_in_any_format(void **state)
{
	static const char *const names[] = { "<script>x()", "\"><b>'&", "a;b#c%%\nend",
					     "end",         "\033[31m", "\xf0\x9f\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text;

		setup(state);
		memset(ends[0].id.comm, 0, sizeof(ends[0].id.comm));
		memcpy(ends[0].id.comm, names[i], strlen(names[i]));
		ends[0].life.id = ends[0].id;
		shake_hands();
		text = drawn(&both, &draw_html, false);
		has_not(text, "<script>");
		has_not(text, "<b>");
		has_not(text, "\033");
		has_not(drawn(&both, &draw_svg, false), "<b>");
		has_not(drawn(&both, &draw_svg, false), "<script>");
		text = drawn(&both, &draw_mermaid, false);
		has_not(text, "<script>");
		has_not(text, "%%");
		has_not(text, "b#c");
		has_not(text, "as end\n");
		has_not(text, "\nend");
		has_not(drawn(&both, &draw_text, false), "\033[31m");
	}
}

static void wide_characters_take_two_columns(void **state)
{
	struct text t;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	assert_int_equal(text_width("소켓 a"), 6);
	assert_int_equal(text_width("µ→"), 2);
	text_init(&t);
	text_add_cut(&t, "소켓소켓", 6, true);
	assert_string_equal(t.s, "소켓…");
	text_init(&t);
	text_add_cut(&t, "소켓", 4, true);
	assert_string_equal(t.s, "소켓");
}

static void the_story_knows_a_first_ack_from_a_last_one(void **state)
{
	struct stamp stamp = { .how = TIME_REL };
	struct story_style style = { .term = &ascii, .stamp = &stamp };
	char *text = NULL;
	size_t size;

	(void)state;
	shake_hands();
	segment(1, 30, OUT, FIN | ACK, 501);
	segment(0, 31, IN, FIN | ACK, 501);
	segment(0, 32, OUT, ACK, 101);
	segment(1, 33, IN, ACK, 101);
	style.out = open_memstream(&text, &size);
	assert_int_equal(story_print(&both, &style), 0);
	fclose(style.out);
	has(text, "sends ACK: agrees to the other");
	has(text, "ACK comes: the peer agrees too");
	has(text, "sends ACK: the FIN has come");
	has(text, "ACK comes: the peer has got the");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_handshake_alone_has_its_three_segments, setup),
		cmocka_unit_test_setup(a_segment_leaves_before_it_arrives_at_the_same_moment, setup),
		cmocka_unit_test_setup(a_refused_connect_is_answered_by_a_reset, setup),
		cmocka_unit_test_setup(syns_that_nobody_answers_are_apart_by_gaps, setup),
		cmocka_unit_test_setup(a_reset_of_one_end_ends_both, setup),
		cmocka_unit_test_setup(fins_that_cross_are_drawn_in_halves, setup),
		cmocka_unit_test_setup(a_lost_segment_does_not_arrive_and_the_next_one_does, setup),
		cmocka_unit_test_setup(data_waits_until_it_is_read, setup),
		cmocka_unit_test_setup(a_long_run_of_data_is_folded_in_its_middle, setup),
		cmocka_unit_test_setup(a_socket_that_talks_to_nobody_has_two_lanes, setup),
		cmocka_unit_test_setup(udp_draws_its_datagrams_to_and_from_the_remote_host, setup),
		cmocka_unit_test_setup(a_life_without_events_is_drawn_from_its_record, setup),
		cmocka_unit_test_setup(what_a_program_calls_itself_means_nothing_in_any_format, setup),
		cmocka_unit_test_setup(wide_characters_take_two_columns, setup),
		cmocka_unit_test_setup(the_story_knows_a_first_ack_from_a_last_one, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
