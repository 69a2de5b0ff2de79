// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps of a connection: see steps.h. Each end's events become steps and are sorted; segments that left one end and
 * arrived at the other are joined; then both ends' steps are merged.
 */
#include "steps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "retell.h"
#include "steps_join.h"

#define LONG_CALL_NS 1000000ULL /* a send that took so long is shown with its return */

bool step_is_io(const struct step *s)
{
	return s->ev->kind == SL_EV_CALL && (s->ev->call.call == SL_CALL_SEND || s->ev->call.call == SL_CALL_RECV) &&
	       s->ev->ret > 0;
}

bool step_is_segment(const struct step *s)
{
	return s->kind == STEP_LEAVE || s->kind == STEP_ARRIVE;
}

unsigned step_tcp_flags(const struct step *s)
{
	return s->ev->kind == SL_EV_RESET ? TCP_RST : s->ev->segment.flags;
}

static struct step *add(struct steps *all, enum step_kind kind, unsigned side, const struct sl_event *ev, uint64_t ns)
{
	struct step *s = &all->step[all->count++];

	*s = (struct step){ .ns = ns, .ev = ev, .kind = kind, .side = (uint8_t)side, .mate = -1 };
	return s;
}

static uint64_t begin_of(const struct sl_event *ev)
{
	return ev->flags & SL_EVF_TIMED && ev->dur_ns < ev->rec.ts_ns ? ev->rec.ts_ns - ev->dur_ns : ev->rec.ts_ns;
}

static void add_call(struct steps *all, unsigned side, const struct sl_event *ev)
{
	uint32_t call = ev->call.call;
	bool timed = ev->flags & SL_EVF_TIMED;
	bool apart = timed && (call == SL_CALL_CONNECT || (call == SL_CALL_SEND && ev->dur_ns >= LONG_CALL_NS));

	if (call == SL_CALL_RECV || call == SL_CALL_ACCEPT) {
		add(all, STEP_RETURN, side, ev, ev->rec.ts_ns)->whole = true;
		all->step[all->count - 1].hidden = ev->ret == -EAGAIN;
		return;
	}
	add(all, STEP_CALL, side, ev, begin_of(ev))->whole = !apart;
	if (apart)
		add(all, STEP_RETURN, side, ev, ev->rec.ts_ns);
}

static void add_event(struct steps *all, unsigned side, const struct sl_event *ev)
{
	uint64_t ns = ev->rec.ts_ns;

	switch (ev->kind) {
	case SL_EV_CALL: add_call(all, side, ev); break;
	case SL_EV_OPTION: add(all, STEP_CALL, side, ev, begin_of(ev))->whole = true; break;
	case SL_EV_STATE: add(all, STEP_STATE, side, ev, ns); break;
	case SL_EV_TAIL: add(all, STEP_ARRIVE, side, ev, ns); break;
	case SL_EV_RETRANS: add(all, STEP_LEAVE, side, ev, ns)->again = true; break;
	case SL_EV_SEGMENT:
	case SL_EV_RESET: add(all, ev->flags & SL_EVF_IN ? STEP_ARRIVE : STEP_LEAVE, side, ev, ns); break;
	case SL_EV_OUTCOME: add(all, STEP_NOTE, side, ev, ns)->hidden = ev->state.new_state == SL_HS_ESTABLISHED; break;
	default: add(all, STEP_NOTE, side, ev, ns);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	if ((x->kind == STEP_CALL) != (y->kind == STEP_CALL)) /* what a call does comes after it */
		return x->kind == STEP_CALL ? -1 : 1;
	return x->mate < y->mate ? -1 : x->mate > y->mate; /* as they came */
}

static void sort(struct step *step, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		step[i].mate = (int)i;
	qsort(step, count, sizeof(*step), by_time);
	for (unsigned i = 0; i < count; i++)
		step[i].mate = -1;
}

/* The events of an end, or what its life alone tells. */
static const struct sl_event *events_of(struct steps *all, const struct gather_end *end, unsigned side, unsigned *count)
{
	*count = end->count;
	if (end->count)
		return end->events;
	all->told[side] = calloc(RETELL_MAX, sizeof(struct sl_event));
	if (!all->told[side])
		return NULL;
	all->from_life = true;
	*count = retell(&end->life, all->told[side]);
	return all->told[side];
}

static int add_end(struct steps *all, const struct gather_end *end, unsigned side)
{
	unsigned from = all->count, count;
	const struct sl_event *events = events_of(all, end, side, &count);

	if (!events)
		return -ENOMEM;
	for (unsigned i = 0; i < count; i++)
		add_event(all, side, &events[i]);
	sort(all->step + from, all->count - from);
	return 0;
}

static unsigned most(const struct gather_end *end)
{
	return !end ? 0 : 2 * (end->count > RETELL_MAX ? end->count : RETELL_MAX);
}

int steps_create(struct steps *all, const struct connection *c)
{
	unsigned first;
	int ret;

	memset(all, 0, sizeof(*all));
	all->step = calloc(1 + most(c->end[0]) + most(c->end[1]), sizeof(*all->step));
	if (!all->step)
		return -ENOMEM;
	ret = add_end(all, c->end[0], 0);
	first = all->count;
	if (!ret && c->end[1])
		ret = add_end(all, c->end[1], 1);
	ret = ret ? ret : steps_join(all, first, c);
	if (ret)
		steps_destroy(all);
	return ret;
}

void steps_destroy(struct steps *all)
{
	free(all->step);
	free(all->told[0]);
	free(all->told[1]);
	memset(all, 0, sizeof(*all));
}
