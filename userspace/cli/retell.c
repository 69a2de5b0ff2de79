// SPDX-License-Identifier: GPL-2.0-or-later
/* A life as events: see retell.h. Only what the record has a time for; sums (bytes, calls) have none. */
#include "retell.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/base.h"

#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define ACK 0x10

struct telling {
	const struct sl_life *life;
	struct sl_event *events;
	unsigned count;
};

static struct sl_event *add(struct telling *t, uint64_t ns, uint16_t kind)
{
	struct sl_event *ev;

	if (!ns || t->count == RETELL_MAX)
		return NULL;
	ev = &t->events[t->count++];
	memset(ev, 0, sizeof(*ev));
	ev->rec.len = sizeof(*ev);
	ev->rec.type = SL_REC_EVENT;
	ev->rec.ts_ns = ns;
	ev->rec.seq = t->count; /* keeps those of one moment in order */
	ev->rec.cookie = t->life->id.cookie;
	ev->kind = kind;
	return ev;
}

static void add_segment(struct telling *t, uint64_t ns, uint16_t direction, uint16_t tcp_flags)
{
	struct sl_event *ev = add(t, ns, SL_EV_SEGMENT);

	if (!ev)
		return;
	ev->flags = direction;
	ev->segment.flags = tcp_flags;
}

static void add_state(struct telling *t, uint64_t ns, uint32_t state)
{
	struct sl_event *ev = add(t, ns, SL_EV_STATE);

	if (ev)
		ev->state.new_state = state;
}

static void add_call(struct telling *t, uint64_t ns, uint32_t call, uint64_t wait_ns)
{
	struct sl_event *ev = add(t, ns, SL_EV_CALL);

	if (!ev)
		return;
	ev->call.call = call;
	ev->call.arg = ~0u;
	ev->call.wait_ns = wait_ns;
}

static void tell_outcome(struct telling *t, const struct sl_handshake *hs)
{
	struct sl_event *ev;

	if (hs->outcome == SL_HS_ESTABLISHED) {
		add_state(t, hs->done_ns, SL_TCP_ESTABLISHED);
		return;
	}
	if (hs->outcome == SL_HS_REFUSED)
		add_segment(t, hs->done_ns, SL_EVF_IN, RST);
	ev = add(t, hs->done_ns, SL_EV_OUTCOME);
	if (!ev)
		return;
	ev->state.new_state = hs->outcome;
	ev->ret = -hs->err;
}

static void tell_handshake(struct telling *t, const struct sl_life *life)
{
	const struct sl_handshake *hs = &life->handshake;
	bool server = life->id.role == SL_ROLE_SERVER;

	if (hs->outcome == SL_HS_NONE)
		return;
	if (!server)
		add_state(t, hs->begin_ns, SL_TCP_SYN_SENT);
	add_segment(t, hs->syn_ns || !server ? hs->syn_ns : hs->begin_ns, server ? SL_EVF_IN : SL_EVF_OUT, SYN);
	add_segment(t, hs->synack_ns, server ? SL_EVF_OUT : SL_EVF_IN, SYN | ACK);
	if (server)
		add_segment(t, hs->ack_ns, SL_EVF_IN, ACK);
	tell_outcome(t, hs);
	if (!server)
		add_segment(t, hs->ack_ns, SL_EVF_OUT, ACK);
	if (hs->accept_ns)
		add_call(t, hs->accept_ns, SL_CALL_ACCEPT, hs->done_ns ? hs->accept_ns - hs->done_ns : 0);
}

static void tell_close(struct telling *t, const struct sl_close *close)
{
	uint16_t reset = close->class_ == SL_CLOSE_RESET_RECEIVED ? SL_EVF_IN : SL_EVF_OUT;

	add_segment(t, close->fin_sent_ns, SL_EVF_OUT, FIN | ACK);
	add_segment(t, close->fin_received_ns, SL_EVF_IN, FIN | ACK);
	if (close->fin_acked_ns != close->fin_received_ns) /* else the FIN carried it */
		add_segment(t, close->fin_acked_ns, SL_EVF_IN, ACK);
	if (close->fin_ack_sent_ns != close->fin_sent_ns)
		add_segment(t, close->fin_ack_sent_ns, SL_EVF_OUT, ACK);
	if (close->class_ == SL_CLOSE_RESET_SENT || close->class_ == SL_CLOSE_RESET_RECEIVED)
		add_segment(t, close->reset_ns, reset, RST);
	if (close->class_ != SL_CLOSE_UNCONNECTED && close->class_ != SL_CLOSE_NONE)
		add_state(t, close->end_ns, SL_TCP_CLOSE);
}

static int by_time(const void *a, const void *b)
{
	const struct sl_event *x = a, *y = b;

	if (x->rec.ts_ns != y->rec.ts_ns)
		return x->rec.ts_ns < y->rec.ts_ns ? -1 : 1;
	return x->rec.seq < y->rec.seq ? -1 : x->rec.seq > y->rec.seq;
}

unsigned retell(const struct sl_life *life, struct sl_event events[RETELL_MAX])
{
	struct telling t = { .life = life, .events = events };

	if (life->id.known & SL_ID_CREATED && life->id.origin == SL_ORIGIN_CREATED)
		add_call(&t, life->id.created_ns, SL_CALL_SOCKET, 0);
	tell_handshake(&t, life);
	tell_close(&t, &life->close);
	qsort(events, t.count, sizeof(*events), by_time);
	return t.count;
}
