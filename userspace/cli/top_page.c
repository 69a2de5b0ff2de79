// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands behind the tables of top: filter, snapshots, and the page of one socket. See top.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "top.h"
#include "view_show.h"

#define LADDERS_DRAWN 20   /* in the time of a snapshot: when all fails, there is still time to say so */
#define LADDERS_LOOKED 100 /* of the last errors */

static int trouble(struct top *top, int ret, const struct sl_error *err)
{
	snprintf(top->message, sizeof(top->message), "%s%s%s", err->what, *err->fix ? ": " : "", err->fix);
	top->trouble = true;
	return ret;
}

int top_filter_set(struct top *top, const char *text)
{
	struct sl_filter *filter;
	struct sl_error err;
	int ret = sl_filter_parse(&filter, text, &err);

	if (ret)
		return trouble(top, ret, &err);
	sl_filter_destroy(top->filter);
	top->filter = filter;
	snprintf(top->filter_text, sizeof(top->filter_text), "%s", text);
	return 0;
}

static unsigned count_holders(const struct sl_owner_of *holder)
{
	unsigned n = 0;

	for (; holder; holder = sl_owners_next(holder))
		n++;
	return n;
}

static int keep(void *ctx, const struct sl_diag *diag, const struct sl_owner_of *holders)
{
	struct top *top = ctx;
	struct top_row row = { .diag = *diag, .snapshot = true, .holders = count_holders(holders) };

	return top_rows_socket(&top->rows, &row);
}

int top_refresh(struct top *top)
{
	struct snapshot_run *s = snapshot_of(top->run);
	struct sl_error err;
	int ret;

	top_rows_clear(&top->rows);
	sl_owners_exit(&s->owners);
	ret = sl_owners_init(&s->owners);
	s->snapshot.owners = &s->owners;
	s->snapshot.filter = top->filter;
	if (!ret)
		ret = sl_snapshot_take(&s->snapshot, keep, top, &err);
	else
		sl_error_set(&err, ret, SL_ERR_RUNTIME, NULL, NULL, "cannot look at the processes");
	top_rows_settle(&top->rows, top->sort, top->reverse);
	return ret ? trouble(top, ret, &err) : 0;
}

static const struct top_row *selected(const struct top *top)
{
	unsigned n = top->at[top->tab];

	if (top->tab == TOP_ERRORS)
		return n < top->rows.errors ? top->rows.error[n] : NULL;
	if (top->tab == TOP_SOCKETS)
		return n < top->rows.sockets ? top->rows.socket[n] : NULL;
	for (unsigned i = 0; top->tab == TOP_LISTENERS && i < top->rows.sockets; i++) {
		if (top->rows.socket[i]->diag.life.id.role == SL_ROLE_LISTENER && !n--)
			return top->rows.socket[i];
	}
	return NULL;
}

static struct gather_end *end_of(const struct top *top, uint64_t cookie)
{
	struct sl_table_node *node = top->gathers && cookie ? sl_table_first(&top->gather.by_cookie, cookie) : NULL;

	return node ? sl_table_entry(node, struct gather_end, node) : NULL;
}

/* The connection of a socket, the client first, as far as events of it have come. */
static bool connection_of(const struct top *top, uint64_t cookie, struct connection *c)
{
	struct gather_end *end = end_of(top, cookie), *peer = end ? end_of(top, end->peer) : NULL;

	if (!end || !end->count || end->id.role == SL_ROLE_LISTENER)
		return false;
	*c = (struct connection){ .end = { end, peer } };
	if (peer && end->id.role == SL_ROLE_SERVER) {
		c->end[0] = peer;
		c->end[1] = end;
	}
	c->server_only = !peer && end->id.role == SL_ROLE_SERVER;
	return true;
}

/* Of a socket whose begin was seen since, a snapshot's "seen late" is not true. */
static void add_past(const struct top *top, struct sl_life *life)
{
	const struct gather_end *end = end_of(top, life->id.cookie);

	if (!end || end->ended || !(end->id.known & SL_ID_CREATED))
		return;
	life->id = end->id;
	life->complete.flags &= ~SL_LIFE_SEEN_LATE;
}

static void put_ladder(struct top *top, FILE *out, const struct connection *c)
{
	struct term term = top->run->term;
	struct stamp stamp = top->run->stamp;
	struct sequence_style style = { .term = &term, .stamp = &stamp };
	struct drawing drawing = { .out = out, .term = &term };
	struct sequence s;

	term.colour = false;
	stamp.how = TIME_REL;
	if (!sequence_create(&s, c, &style)) {
		draw_text.begin(&drawing);
		draw_text.sequence(&drawing, &s);
		draw_text.end(&drawing);
	}
	sequence_destroy(&s);
}

void top_ladder_keep(struct top *top, struct connection *c)
{
	for (unsigned i = 0; i < top->rows.errors && i < LADDERS_LOOKED && top->drawn < LADDERS_DRAWN; i++) {
		struct top_row *row = top->rows.error[i];
		uint64_t cookie = row->diag.life.id.cookie;
		size_t size;
		FILE *out;

		if (row->ladder || (c->end[0]->cookie != cookie && (!c->end[1] || c->end[1]->cookie != cookie)))
			continue;
		out = open_memstream(&row->ladder, &size);
		if (!out)
			return;
		put_ladder(top, out, c);
		fclose(out);
		top->drawn++;
	}
}

void top_page_open(struct top *top)
{
	const struct top_row *row = selected(top);
	struct snapshot_run *snapshot = snapshot_of(top->run);
	struct connection c;
	struct sl_diag diag;
	char *page = NULL;
	size_t size;
	FILE *out;

	if (!row || !(out = open_memstream(&page, &size)))
		return;
	if (row->ladder)
		fputs(row->ladder, out);
	else if (connection_of(top, row->diag.life.id.cookie, &c))
		put_ladder(top, out, &c);
	else if (row->snapshot && row->diag.life.id.role != SL_ROLE_LISTENER)
		fprintf(out, "no events of this socket have come, so there is no ladder (they need --level calls)\n\n");
	diag = row->diag;
	add_past(top, &diag.life);
	show_socket(top->run,
		    &(struct snapshot_socket){ .life = &diag.life,
					       .diag = row->snapshot ? &diag : NULL,
					       .holders = row->snapshot && snapshot->owners.count
								  ? sl_owners_first(&snapshot->owners, row->diag.inode)
								  : NULL },
		    out);
	if (fclose(out)) {
		free(page);
		return;
	}
	free(top->page);
	top->page = page;
	top->page_first = 0;
}
