// SPDX-License-Identifier: GPL-2.0-or-later
/* What is summed below a diagram: handshake, accept wait, server time, close, how it ended, and what is missing. */
#include <inttypes.h>
#include <string.h>

#include "human.h"
#include "sequence.h"
#include "steps_join.h"
#include "words.h"

struct sums {
	struct text t;
	const struct term *term;
};

static void add_time(struct sums *sums, const char *name, uint64_t ns)
{
	char time[32];

	human_time(time, sizeof(time), ns, sums->term->utf8);
	text_add(&sums->t, "%s%s %s", sums->t.len ? term_between(sums->term) : "", name, time);
}

static const struct gather_end *end_with_role(const struct connection *c, unsigned role)
{
	for (unsigned i = 0; i < 2; i++) {
		if (c->end[i] && c->end[i]->id.role == role)
			return c->end[i];
	}
	return NULL;
}

static void add_handshake(struct sums *sums, const struct connection *c)
{
	const struct gather_end *server = end_with_role(c, SL_ROLE_SERVER);
	const struct sl_handshake *hs = &c->end[0]->life.handshake;

	if (hs->begin_ns && hs->done_ns > hs->begin_ns)
		add_time(sums, hs->outcome == SL_HS_ESTABLISHED ? "handshake" : "no connection after",
			 hs->done_ns - hs->begin_ns);
	hs = server ? &server->life.handshake : NULL;
	if (!hs || !hs->accept_ns || hs->accept_ns < hs->done_ns)
		return;
	add_time(sums, "accept wait", hs->accept_ns - hs->done_ns);
	if (hs->accept_queue)
		text_add(&sums->t, " (%u in the queue)", hs->accept_queue);
}

/* Between what a server has read and what it sends then; or, from afar, between what a client sent and the answer. */
static bool answer_time(const struct steps *steps, unsigned side, uint32_t asked_by, uint32_t answered_by,
			uint64_t *sum)
{
	uint64_t asked_ns = 0;
	bool any = false;

	*sum = 0;
	for (unsigned i = 0; i < steps->count; i++) {
		const struct step *s = &steps->step[i];

		if (s->side != side || s->hidden || !step_is_io(s))
			continue;
		if (s->ev->call.call == asked_by && (s->kind == STEP_RETURN) == (asked_by == SL_CALL_RECV)) {
			asked_ns = s->ns;
		} else if (s->ev->call.call == answered_by && asked_ns) {
			*sum += s->ns - asked_ns;
			asked_ns = 0;
			any = true;
		}
	}
	return any;
}

static void add_server(struct sums *sums, const struct connection *c, const struct steps *steps)
{
	const struct gather_end *server = end_with_role(c, SL_ROLE_SERVER);
	uint64_t ns;

	if (server && answer_time(steps, server == c->end[1], SL_CALL_RECV, SL_CALL_SEND, &ns))
		add_time(sums, "server", ns);
	else if (!server && answer_time(steps, 0, SL_CALL_SEND, SL_CALL_RECV, &ns))
		add_time(sums, "waiting for answers", ns);
}

static void add_close(struct sums *sums, const struct steps *steps)
{
	uint64_t from_ns = 0, to_ns = 0;

	for (unsigned i = 0; i < steps->count; i++) {
		const struct step *s = &steps->step[i];

		if (s->hidden || !step_is_segment(s))
			continue;
		if (!from_ns && step_tcp_flags(s) & TCP_FIN)
			from_ns = s->ns;
		to_ns = s->ns;
	}
	if (from_ns && to_ns > from_ns)
		add_time(sums, "close", to_ns - from_ns);
}

static void finish_line(struct sequence *s, const struct text *t, enum signal_class signal)
{
	struct sequence_line *line;

	if (!t->len)
		return;
	line = sequence_add_line(s);
	text_copy(line->text, sizeof(line->text), t);
	line->signal = signal;
}

static void add_end(struct sequence *s, const struct gather_end *end, const struct term *term)
{
	const struct sl_life *life = &end->life;
	char out[32], in[32];
	struct text t;
	bool tcp = life->flow.bytes_sent || life->flow.bytes_received;

	text_init(&t);
	words_owner(&t, &life->id);
	text_add(&t, ": ");
	words_end(&t, life);
	human_bytes(out, sizeof(out), tcp ? life->flow.bytes_sent : life->calls.send_bytes);
	human_bytes(in, sizeof(in), tcp ? life->flow.bytes_received : life->calls.recv_bytes);
	if (life->id.role != SL_ROLE_LISTENER)
		text_add(&t, "%sout %s%sin %s", term_between(term), out, term_between(term), in);
	if (life->errors.retrans)
		text_add(&t, "%s%u sent again", term_between(term), life->errors.retrans);
	finish_line(s, &t, words_end_signal(life));
}

static void add_missing(struct sequence *s, const struct connection *c, const struct steps *steps)
{
	unsigned left_out = c->end[0]->left_out + (c->end[1] ? c->end[1]->left_out : 0);
	bool late = (c->end[0]->life.complete.flags | (c->end[1] ? c->end[1]->life.complete.flags : 0)) &
		    SL_LIFE_SEEN_LATE;
	struct text t;

	text_init(&t);
	if (steps->from_life)
		text_add(&t, "drawn from the life's record alone: at level life no steps are watched");
	finish_line(s, &t, SIGNAL_DIM);
	text_init(&t);
	if (late)
		text_add(&t, "it existed before socklife watched: what came before is not known");
	finish_line(s, &t, SIGNAL_DIM);
	text_init(&t);
	if (left_out)
		text_add(&t, "%u steps found no room and are not drawn", left_out);
	finish_line(s, &t, SIGNAL_WARN);
}

void sequence_foot(struct sequence *s, const struct connection *c, const struct steps *steps, const struct term *term)
{
	struct sums sums = { .term = term };

	text_init(&sums.t);
	add_handshake(&sums, c);
	add_server(&sums, c, steps);
	add_close(&sums, steps);
	finish_line(s, &sums.t, SIGNAL_NONE);
	add_end(s, c->end[0], term);
	if (c->end[1])
		add_end(s, c->end[1], term);
	add_missing(s, c, steps);
}
