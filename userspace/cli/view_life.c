// SPDX-License-Identifier: GPL-2.0-or-later
/* The view of bare socklife: a line for each socket that ended or failed. */
#include "view.h"

static void begin(struct run *run)
{
	struct text t;

	view_text_begin(run);
	columns_fit(&run->columns, run->term.width);
	text_init(&t);
	columns_head(&run->columns, &run->term, &t);
	printf("%s\n", t.s);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	char time[STAMP_SIZE];
	struct row row = { .term = &run->term, .life = l, .time = time, .peer = peer };
	struct text t;

	stamp_text(&run->stamp, time, ts_ns);
	text_init(&t);
	columns_row(&run->columns, &row, &t);
	printf("%s\n", t.s);
}

const struct view view_life = { .begin = begin, .life = life, .end = view_text_end };
