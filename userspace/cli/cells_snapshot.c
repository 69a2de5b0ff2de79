// SPDX-License-Identifier: GPL-2.0-or-later
/* Columns of what a socket is now: see cells.h. In a life that has ended most of them are not known. */
#include <inttypes.h>
#include <netinet/in.h>

#include "cells.h"
#include "clock.h"
#include "human.h"
#include "names.h"
#include "words.h"

static void put_time(struct text *t, const struct row *row, uint64_t ns)
{
	char buf[32];

	human_time(buf, sizeof(buf), ns, row->term->utf8);
	text_add(t, "%s", buf);
}

void cell_path(struct text *t, const struct row *row)
{
	const char *proto = sl_name_protocol(row->life->id.family, row->life->id.type, row->life->id.protocol);

	if (*row->diag->path)
		text_add_foreign(t, row->diag->path, sizeof(row->diag->path));
	else
		text_add(t, "(%s)", proto ? proto : "unix");
}

void cell_state(struct text *t, const struct row *row)
{
	const struct sl_life *life = row->life;
	char number[16];

	if (life->id.protocol != IPPROTO_TCP &&
	    life->close.last_state == 7) /* as ss says it of what has no connection */
		text_add(t, "UNCONN");
	else if (life->close.last_state)
		text_add(t, "%s",
			 words_or_number(sl_name_state(life->close.last_state), life->close.last_state, number));
	else
		text_add(t, life->id.role == SL_ROLE_LISTENER ? "LISTEN" : "?");
}

static void put_queue(struct text *t, const struct row *row, uint32_t queue)
{
	if (row->diag && row->diag->known & SL_DIAG_QUEUES)
		text_add(t, "%u", queue);
	else
		text_add(t, "?");
}

void cell_recv_q(struct text *t, const struct row *row)
{
	put_queue(t, row, row->diag ? row->diag->recv_q : 0);
}

void cell_send_q(struct text *t, const struct row *row)
{
	put_queue(t, row, row->diag ? row->diag->send_q : 0);
}

void cell_age(struct text *t, const struct row *row)
{
	const struct sl_ident *id = &row->life->id;
	uint64_t now = sl_clock_ns();

	if (id->known & SL_ID_CREATED && row->diag && now > id->created_ns)
		put_time(t, row, now - id->created_ns);
	else
		text_add(t, "?");
}

void cell_timer(struct text *t, const struct row *row)
{
	const struct sl_diag *d = row->diag;
	const char *name = d ? sl_diag_timer_name(d->timer) : NULL;

	if (!d)
		text_add(t, "?");
	else if (!name)
		text_add(t, "%s", term_none(row->term));
	else {
		text_add(t, "%s ", name);
		put_time(t, row, d->timer_ms * 1000000ULL);
	}
}
