// SPDX-License-Identifier: GPL-2.0-or-later
/* Both ends' steps become one list: see steps.h and steps_join.h. */
#include "steps_join.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/base.h"

#define BESIDE_NS 1000000ULL /* two events of one segment (its retransmission, its reset) are no further apart */

/* ---- what one end tells twice ---- */

static bool near(const struct step *a, const struct step *b)
{
	return (a->ns > b->ns ? a->ns - b->ns : b->ns - a->ns) <= BESIDE_NS;
}

/* A reset has an event of its own beside that of its segment, with the reason. */
static void fold_reset(struct step *step, unsigned count, struct step *reset)
{
	for (unsigned i = 0; i < count; i++) {
		struct step *s = &step[i];

		if (s->kind != reset->kind || s->ev->kind != SL_EV_SEGMENT || s->why || !near(s, reset) ||
		    !(s->ev->segment.flags & TCP_RST))
			continue;
		s->why = reset->ev;
		reset->hidden = true;
		return;
	}
}

static bool same_again(const struct step *a, const struct step *b)
{
	return a->ev->segment.seq == b->ev->segment.seq &&
	       !((a->ev->segment.flags ^ b->ev->segment.flags) & (TCP_SYN | TCP_FIN));
}

/* A retransmission too; its segment may leave much later if the device has a queue, but is not the first of its kind. */
static void fold_retransmission(struct step *step, unsigned count, struct step *retrans)
{
	bool first = true;

	for (unsigned i = 0; i < count; i++) {
		struct step *s = &step[i];

		if (s->kind != STEP_LEAVE || s->ev->kind != SL_EV_SEGMENT || !same_again(s, retrans))
			continue;
		if (!first && !s->again && s->ns + BESIDE_NS >= retrans->ns) {
			s->again = true;
			retrans->hidden = true;
			return;
		}
		first = false;
	}
}

/* An ACK that is known only by the state it changed came with the segment before, if that had one. */
static void hide_implied_ack(struct step *step, unsigned count)
{
	const struct step *before = NULL;

	for (unsigned i = 0; i < count; i++) {
		struct step *s = &step[i];

		if (s->hidden)
			continue;
		if (before && s->kind == STEP_ARRIVE && before->kind == STEP_ARRIVE && !(s->ev->flags & SL_EVF_WIRE) &&
		    step_tcp_flags(s) == TCP_ACK && step_tcp_flags(before) & TCP_ACK && near(s, before))
			s->hidden = true;
		else
			before = s;
	}
}

/* The error that ended a handshake is its outcome already. */
static void hide_told_error(struct step *step, unsigned count)
{
	const struct step *outcome = NULL;

	for (unsigned i = 0; i < count; i++) {
		struct step *s = &step[i];

		if (s->ev->kind == SL_EV_OUTCOME && !s->hidden)
			outcome = s;
		else if (outcome && s->ev->kind == SL_EV_ERROR && s->ev->ret == outcome->ev->ret && near(s, outcome))
			s->hidden = true;
	}
}

static void tidy(struct step *step, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (step[i].ev->kind == SL_EV_RETRANS)
			fold_retransmission(step, count, &step[i]);
		else if (step[i].ev->kind == SL_EV_RESET)
			fold_reset(step, count, &step[i]);
	}
	hide_implied_ack(step, count);
	hide_told_error(step, count);
}

/* ---- which arrival belongs to which departure ---- */

static bool same_segment(const struct step *left, const struct step *came)
{
	unsigned a = step_tcp_flags(left), b = step_tcp_flags(came);

	if ((a | b) & TCP_RST)
		return a & b & TCP_RST;
	if ((a ^ b) & TCP_KIND)
		return false;
	if (!(left->ev->flags & came->ev->flags & SL_EVF_WIRE))
		return true;
	return left->ev->segment.seq == came->ev->segment.seq && left->ev->segment.ack == came->ev->segment.ack;
}

/* Of equal ones the last that left before: the earlier ones were lost, or have arrived. */
static void find_departure(struct step *all, unsigned from, unsigned to, unsigned arrival)
{
	struct step *came = &all[arrival];

	for (unsigned i = to; i-- > from;) {
		struct step *left = &all[i];

		if (left->ns > came->ns || left->kind != STEP_LEAVE || left->hidden || left->mate >= 0 ||
		    !same_segment(left, came))
			continue;
		left->mate = (int)arrival;
		came->mate = (int)i;
		return;
	}
}

static void find_mates(struct step *all, unsigned first, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (all[i].kind == STEP_ARRIVE && !all[i].hidden)
			find_departure(all, i < first ? first : 0, i < first ? count : first, i);
	}
	/* One that no departure explains, and that only a state tells of, is no segment of its own. */
	for (unsigned i = 0; first && first < count && i < count; i++) {
		if (all[i].kind == STEP_ARRIVE && all[i].mate < 0 && !(all[i].ev->flags & SL_EVF_WIRE) &&
		    step_tcp_flags(&all[i]) == TCP_ACK)
			all[i].hidden = true;
	}
}

/* ---- one list ---- */

/* At one moment, an arrival waits until its departure is in the list. */
static bool second_goes_first(const struct step *all, const struct step *a, const struct step *b, const int *place)
{
	if (a->ns != b->ns)
		return b->ns < a->ns;
	(void)all;
	return a->kind == STEP_ARRIVE && a->mate >= 0 && place[a->mate] < 0;
}

static int merge(struct steps *steps, unsigned first)
{
	unsigned count = steps->count, i = 0, j = first, n = 0;
	struct step *merged = calloc(count ? count : 1, sizeof(*merged));
	int *place = malloc((count ? count : 1) * sizeof(*place));

	if (!merged || !place) {
		free(merged);
		free(place);
		return -ENOMEM;
	}
	memset(place, 0xff, (count ? count : 1) * sizeof(*place));
	while (i < first || j < count) {
		bool second = i == first ||
			      (j < count && second_goes_first(steps->step, &steps->step[i], &steps->step[j], place));
		unsigned from = second ? j++ : i++;

		place[from] = (int)n;
		merged[n++] = steps->step[from];
	}
	for (i = 0; i < count; i++) {
		if (merged[i].mate >= 0)
			merged[i].mate = place[merged[i].mate];
	}
	free(place);
	free(steps->step);
	steps->step = merged;
	return 0;
}

/* A call in which nothing else happened is one step. */
static void join_calls(struct steps *steps)
{
	struct step *call = NULL;

	for (unsigned i = 0; i < steps->count; i++) {
		struct step *s = &steps->step[i];

		if (s->hidden)
			continue;
		if (call && s->kind == STEP_RETURN && s->ev == call->ev) {
			call->whole = true;
			s->hidden = true;
		} else {
			call = s->kind == STEP_CALL && !s->whole ? s : NULL;
		}
	}
}

/* What has been sent and not been taken, where both ends' calls are known from the begin on. */
static void count_queues(struct steps *steps, const struct connection *c)
{
	uint64_t sent[2] = { 0, 0 }, taken[2] = { 0, 0 };

	if (!c->end[1] || steps->from_life ||
	    (c->end[0]->life.complete.flags | c->end[1]->life.complete.flags) & (SL_LIFE_SEEN_LATE | SL_LIFE_LOST))
		return;
	for (unsigned i = 0; i < steps->count; i++) {
		struct step *s = &steps->step[i];
		unsigned to;

		if (!step_is_io(s) || s->hidden)
			continue;
		to = s->ev->call.call == SL_CALL_SEND ? !s->side : s->side;
		if (s->kind == STEP_CALL)
			sent[to] += s->ev->io.bytes;
		else if (s->ev->call.call == SL_CALL_RECV)
			taken[to] += s->ev->io.bytes;
		s->queued = sent[to] >= taken[to];
		s->unread = s->queued ? sent[to] - taken[to] : 0;
	}
}

/* TCP's TIME-WAIT is no state of this socket: it is closed, and a small one stands in for it. */
static void mark_time_wait(struct steps *steps, const struct connection *c)
{
	for (unsigned i = 0; i < steps->count; i++) {
		struct step *s = &steps->step[i];

		s->lingers = s->ev->kind == SL_EV_STATE && s->ev->state.new_state == SL_TCP_CLOSE &&
			     c->end[s->side]->life.close.flags & SL_CLF_TIME_WAIT;
	}
}

int steps_join(struct steps *steps, unsigned first, const struct connection *c)
{
	int ret;

	tidy(steps->step, first);
	tidy(steps->step + first, steps->count - first);
	find_mates(steps->step, first, steps->count);
	ret = merge(steps, first);
	if (ret)
		return ret;
	join_calls(steps);
	count_queues(steps, c);
	mark_time_wait(steps, c);
	return 0;
}
