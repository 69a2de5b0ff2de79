// SPDX-License-Identifier: GPL-2.0-or-later
/* The view of trace: a line for each event, and a summary for each socket that ends. */
#include <inttypes.h>
#include <string.h>

#include "cells.h"
#include "human.h"
#include "view.h"
#include "words.h"

#define PROC_WIDTH 16
#define SOCK_WIDTH 6
#define ENDS_WIDTH 39

/* What each line begins with: when, who, which socket. */
static void lead(struct run *run, struct text *t, uint64_t ts_ns, const struct sl_ident *id)
{
	char time[STAMP_SIZE];
	size_t from;

	stamp_text(&run->stamp, time, ts_ns);
	if (run->stamp.how == TIME_ABS)
		text_add(t, "%s  ", time);
	else if (run->stamp.how != TIME_NONE)
		text_add(t, "%10s ms  ", time);
	from = t->len;
	words_owner(t, id);
	text_fill(t, from, PROC_WIDTH);
	text_add(t, "  %*" PRIx64 "  ", SOCK_WIDTH, (uint64_t)id->cookie);
	from = t->len;
	words_ends(t, &run->term, id);
	text_fill(t, from, ENDS_WIDTH);
	text_add(t, "  ");
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	enum signal_class signal = words_event_signal(ev);
	struct text t;

	(void)peer;
	text_init(&t);
	lead(run, &t, ev->rec.ts_ns, id);
	term_begin(&run->term, &t, signal);
	words_event(&t, &run->term, ev, id);
	term_end(&run->term, &t, signal);
	printf("%s\n", t.s);
}

/* A column of the life view, as part of the sentence. */
static void part(struct text *t, const struct row *row, const char *name, const char *label)
{
	for (unsigned i = 0; i < cell_count; i++) {
		if (strcmp(cell_table[i].name, name))
			continue;
		text_add(t, "%s%s ", term_between(row->term), label);
		cell_table[i].fill(t, row);
	}
}

/* A life that waited for the peer's late FIN ends with that. */
static uint64_t last_of(const struct sl_life *l, uint64_t ts_ns)
{
	return l->close.fin_ack_sent_ns > ts_ns ? l->close.fin_ack_sent_ns : ts_ns;
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	enum signal_class signal = words_end_signal(l);
	struct row row = { .term = &run->term, .life = l, .time = "", .peer = peer };
	struct text t;

	text_init(&t);
	lead(run, &t, last_of(l, ts_ns), &l->id);
	term_begin(&run->term, &t, signal);
	text_add(&t, "life: ");
	words_end(&t, l);
	term_end(&run->term, &t, signal);
	part(&t, &row, "life", "lived");
	part(&t, &row, "hsk", "handshake");
	part(&t, &row, "out", "out");
	part(&t, &row, "in", "in");
	part(&t, &row, "rtx", "retransmits");
	printf("%s\n", t.s);
}

const struct view view_trace = { .begin = view_text_begin, .event = event, .life = life, .end = view_text_end };
