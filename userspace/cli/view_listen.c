// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See view_listen.h. What stands in a line comes from three places: the snapshot (queue, backlog, drops), the listener's own
 * record (peak, overflows, cookies), and the connections that came out of it (accepts, waits). What the kernel counts only for
 * a whole network namespace (ListenOverflows) is nobody's, and not shown here.
 */
#include "view_listen.h"

#include <inttypes.h>

#include "human.h"
#include "json_diag.h"
#include "json_measure.h"
#include "words.h"

static struct listen_state *state_of(const struct run *run)
{
	return snapshot_of(run)->ctx;
}

static void put_right(struct text *t, const char *content, unsigned width)
{
	unsigned is = text_width(content);

	text_add(t, "  %*s%s", is < width ? (int)(width - is) : 0, "", content);
}

static void put_number(struct text *t, bool known, uint64_t n, unsigned width)
{
	char buf[24] = "?";

	if (known)
		snprintf(buf, sizeof(buf), "%" PRIu64, n);
	put_right(t, buf, width);
}

static void put_waits(struct text *t, const struct term *term, const struct sl_histogram *h)
{
	static const unsigned quantiles[] = { 5000, 9900, 10000 };
	char buf[32];

	for (int i = 0; i < 3; i++) {
		snprintf(buf, sizeof(buf), "%s", h ? term_none(term) : "?");
		if (h && h->count)
			human_time(buf, sizeof(buf), sl_histogram_quantile(h, quantiles[i]), term->utf8);
		put_right(t, buf, 6);
	}
}

static bool watched(const struct sl_life *l, uint64_t fact)
{
	return l->complete.watched & fact;
}

/* Of the queue's peak each source has seen its own part. */
static uint32_t peak(const struct sl_life *l, const struct sl_listener *known)
{
	uint32_t children = known ? known->queue_max : 0;

	return l->listen.queue_max > children ? l->listen.queue_max : children;
}

static void put_figures(struct run *run, struct text *t, const struct snapshot_socket *s)
{
	const struct sl_life *l = s->life;
	const struct sl_listener *known = sl_listeners_get(&state_of(run)->listeners, l->id.cookie);
	bool accepts = run->watched & SL_FACT_BIT(ACCEPT);
	bool children = run->watched & SL_FACT_BIT(CONNECT); /* somebody followed connections */

	put_number(t, s->diag || watched(l, SL_FACT_BIT(ACCEPT_QUEUE)), l->listen.queue, 5);
	put_number(t, s->diag || watched(l, SL_FACT_BIT(ACCEPT_QUEUE)), peak(l, known), 5);
	put_number(t, l->calls.backlog_in_force, l->calls.backlog_in_force, 7);
	put_number(t, children && accepts, known ? known->accepted : 0, 7);
	put_number(t, children, known ? known->failed : 0, 6);
	put_number(t, watched(l, SL_FACT_BIT(LISTEN_DROP)), l->listen.drops, 5);
	put_number(t, watched(l, SL_FACT_BIT(LISTEN_OVERFLOW)), l->listen.overflows, 8);
	put_number(t, watched(l, SL_FACT_BIT(SYN_COOKIE)), l->listen.cookies_sent, 7);
	put_waits(t, &run->term,
		  !children || !accepts ? NULL
		  : known               ? &known->accept_wait
					: &(struct sl_histogram){ 0 });
}

static void head(struct run *run)
{
	(void)run;
	printf(" %-18s  %-24s  %5s  %5s  %7s  %7s  %6s  %5s  %8s  %7s  %6s  %6s  %6s  %s\n", "PROC", "LOCAL", "QUEUE",
	       "PEAK", "BACKLOG", "ACCEPTS", "FAILED", "DROPS", "OVERFLOW", "COOKIES", "WAIT50", "WAIT99", "MAX",
	       "SOCK");
}

static void row(struct run *run, const struct snapshot_socket *s)
{
	struct text t;
	size_t at;

	if (s->life->id.role != SL_ROLE_LISTENER)
		return;
	text_init(&t);
	text_add(&t, " ");
	words_owner(&t, &s->life->id);
	text_fill(&t, 1, 18);
	text_add(&t, "  ");
	at = t.len;
	words_local(&t, &s->life->id);
	text_fill(&t, at, 24);
	put_figures(run, &t, s);
	text_add(&t, "  %" PRIx64, (uint64_t)s->life->id.cookie);
	printf("%s\n", t.s);
}

static void life(struct run *run, const struct sl_life *l)
{
	struct listen_state *state = state_of(run);

	if (sl_listeners_life(&state->listeners, l))
		state->not_counted++;
}

/* A recording's listeners, those that ended too: all of their connections have been told by now. */
static void show_recorded(struct run *run, void (*show)(struct run *run, const struct snapshot_socket *s))
{
	const struct sl_listeners *all = &state_of(run)->listeners;
	const struct sl_filter *filter = snapshot_of(run)->filter;

	for (unsigned i = 0; !snapshot_of(run)->live && i < all->count; i++) {
		const struct sl_life *l = &all->all[i]->life;
		struct snapshot_socket s = { .life = l };

		if (all->all[i]->known && sl_filter_eval(filter, &l->id, l, NULL, true) == SL_TRI_YES)
			show(run, &s);
	}
}

static void json_row(struct run *run, const struct snapshot_socket *s)
{
	const struct sl_listener *known;
	struct sl_json *json = &run->json;

	if (s->life->id.role != SL_ROLE_LISTENER)
		return;
	known = sl_listeners_get(&state_of(run)->listeners, s->life->id.cookie);
	json_snapshot_begin(run, s);
	if (known) {
		sl_json_object(json, "connections");
		sl_json_uint(json, "count", known->children);
		if (run->watched & SL_FACT_BIT(ACCEPT))
			sl_json_uint(json, "accepted", known->accepted);
		sl_json_uint(json, "failed", known->failed);
		sl_json_uint(json, "cookies", known->cookies);
		json_some(json, "queue_max", known->queue_max);
		json_measure(json, "handshake", SL_UNIT_NS, &known->handshake);
		json_measure(json, "accept_wait", SL_UNIT_NS, &known->accept_wait);
		sl_json_end(json);
	}
	sl_json_line(json);
}

static void end(struct run *run)
{
	show_recorded(run, row);
	if (state_of(run)->not_counted)
		fprintf(stderr, "%" PRIu64 " sockets were not counted: no memory\n", state_of(run)->not_counted);
}

static void json_end(struct run *run)
{
	show_recorded(run, json_row);
}

static void live_row(struct run *run, const struct snapshot_socket *s)
{
	if (s->diag)
		row(run, s);
}

static void live_json_row(struct run *run, const struct snapshot_socket *s)
{
	if (s->diag)
		json_row(run, s);
}

const struct snapshot_view view_listen = { .begin = head, .socket = live_row, .life = life, .end = end, .whole = true };
const struct snapshot_view view_listen_json = { .socket = live_json_row, .life = life, .end = json_end, .whole = true };
