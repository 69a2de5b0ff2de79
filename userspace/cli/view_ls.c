// SPDX-License-Identifier: GPL-2.0-or-later
/* A line for each socket of a snapshot. */
#include "json_diag.h"
#include "view_ls.h"

static unsigned count_holders(const struct sl_owner_of *holder)
{
	unsigned n = 0;
	uint32_t pid = 0;

	for (; holder; holder = sl_owners_next(holder)) { /* descriptors of one process stand together */
		n += holder->pid != pid;
		pid = holder->pid;
	}
	return n;
}

void ls_head(struct run *run)
{
	struct text t;

	columns_fit(&run->columns, run->term.width);
	text_init(&t);
	columns_head(&run->columns, &run->term, &t);
	printf("%s\n", t.s);
}

void ls_row(struct run *run, const struct snapshot_socket *s)
{
	struct row row = { .term = &run->term,
			   .life = s->life,
			   .time = "",
			   .peer = s->peer,
			   .diag = s->diag,
			   .holders = count_holders(s->holders) };
	struct text t;

	text_init(&t);
	columns_row(&run->columns, &row, &t);
	printf("%s\n", t.s);
}

const struct snapshot_view view_ls = { .begin = ls_head,
				       .socket = ls_row,
				       .columns = "proc,ends,state,recv-q,send-q,rtt,cwnd,rtx,sock" };
const struct snapshot_view view_ls_json = { .socket = json_snapshot_socket };
