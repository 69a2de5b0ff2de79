/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket that walks through TCP's states as the kernel's does: what it tells at each change is in view, and the
 * counters of its tcp_sock are in raw. They move where the kernel moves them: a SYN or FIN counts one in sequence
 * space, and before the state change that it causes.
 */
#ifndef CORE_WALK_H
#define CORE_WALK_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <errno.h>
#include <cmocka.h>

#include "../../core/life.h"

#define MS 1000000ULL
#define WALK_T0 (1000 * MS)

struct walk {
	struct sl_life life;
	struct sl_tcp_view view;
	struct sl_flow_raw raw;
	__u32 state;
};

static inline void walk_begin(struct walk *w, __u8 origin, __u32 state)
{
	memset(w, 0, sizeof(*w));
	w->view.now_ns = WALK_T0;
	w->state = state;
	sl_life_begin(&w->life, 7, 4026531840u, origin, WALK_T0, ~0ULL);
}

/* Returns the new time. */
static inline __u64 walk_wait(struct walk *w, __u64 ms)
{
	w->view.now_ns += ms * MS;
	return w->view.now_ns;
}

/* As every source does it: first the flow, then what the change means. */
static inline void walk_to(struct walk *w, __u32 state)
{
	sl_flow_bytes(&w->life, &w->raw);
	sl_life_state(&w->life, w->state, state, &w->view);
	w->state = state;
}

static inline void walk_fail(struct walk *w, __s32 err)
{
	w->view.sk_err = err;
	walk_to(w, SL_TCP_CLOSE);
}

static inline void walk_end(struct walk *w)
{
	sl_flow_bytes(&w->life, &w->raw);
	sl_life_end(&w->life, w->view.now_ns);
}

/* connect() at 1 ms. */
static inline void walk_connect(struct walk *w)
{
	walk_begin(w, SL_ORIGIN_CREATED, SL_TCP_CLOSE);
	walk_wait(w, 1);
	walk_to(w, SL_TCP_SYN_SENT);
}

/* A client, established at 11 ms. */
static inline void walk_client(struct walk *w)
{
	walk_connect(w);
	walk_wait(w, 10);
	w->view.rtt_us = 10000;
	w->raw.bytes_acked = 1;
	walk_to(w, SL_TCP_ESTABLISHED);
}

/* A listener's child, born and established at 0 ms. */
static inline void walk_server(struct walk *w)
{
	walk_begin(w, SL_ORIGIN_ACCEPTED, SL_TCP_LISTEN);
	walk_to(w, SL_TCP_SYN_RECV);
	w->view.rtt_us = 10000;
	walk_to(w, SL_TCP_ESTABLISHED);
}

/* A socket that tracing found in this state. */
static inline void walk_seeded(struct walk *w, __u32 state)
{
	walk_begin(w, SL_ORIGIN_SEEDED, state);
	sl_life_seed(&w->life, state);
}

static inline void walk_send(struct walk *w, __u64 bytes)
{
	w->raw.bytes_sent += bytes;
	w->raw.bytes_acked += bytes;
}

static inline void walk_receive(struct walk *w, __u64 bytes)
{
	w->raw.bytes_received += bytes;
}

/* The ACK of this end's FIN comes. */
static inline void walk_fin_acked(struct walk *w)
{
	w->raw.bytes_acked++;
}

/* The peer's FIN comes: SOCK_DONE, and one in sequence space. */
static inline void walk_fin_comes(struct walk *w)
{
	w->raw.bytes_received++;
	w->view.fin_received = 1;
}

/* close(): no more readers and writers. */
static inline void walk_program_closes(struct walk *w)
{
	w->view.closed = 1;
	w->view.orphan = 1;
}

#endif
