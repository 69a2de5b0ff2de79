// SPDX-License-Identifier: GPL-2.0-or-later
/* A sequence diagram: see sequence.h. Here it is put together and grows; its parts: sequence_head, _body, _foot. */
#include "sequence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void *grow(void *array, unsigned count, unsigned *room, size_t size)
{
	unsigned want = *room ? *room * 2 : 64;
	void *bigger;

	if (count < *room)
		return array;
	bigger = reallocarray(array, want, size);
	if (bigger)
		*room = want;
	return bigger;
}

struct sequence_row *sequence_add_row(struct sequence *s, enum sequence_row_kind kind, uint64_t ns)
{
	struct sequence_row *row = grow(s->row, s->rows, &s->row_room, sizeof(*row));

	if (!row)
		return NULL;
	s->row = row;
	row += s->rows++;
	*row = (struct sequence_row){ .kind = kind, .ns = ns, .first = s->items };
	return row;
}

struct sequence_item *sequence_add_item(struct sequence *s, enum sequence_item_kind kind, unsigned from, unsigned to)
{
	struct sequence_item *item = grow(s->item, s->items, &s->item_room, sizeof(*item));

	if (!item)
		return NULL;
	s->item = item;
	item += s->items++;
	*item = (struct sequence_item){ .kind = kind, .from = (uint8_t)from, .to = (uint8_t)to, .other_row = -1 };
	s->row[s->rows - 1].count++;
	return item;
}

struct sequence_line *sequence_add_line(struct sequence *s)
{
	unsigned last = sizeof(s->line) / sizeof(s->line[0]) - 1;

	if (s->lines < last)
		s->lines++;
	s->line[s->lines - 1] = (struct sequence_line){ .signal = SIGNAL_NONE };
	return &s->line[s->lines - 1];
}

int sequence_create(struct sequence *s, const struct connection *c, const struct sequence_style *style)
{
	struct steps steps;
	int ret;

	memset(s, 0, sizeof(*s));
	ret = steps_create(&steps, c);
	if (ret)
		return ret;
	sequence_head(s, c, style->term);
	ret = sequence_body(s, c, &steps, style);
	sequence_foot(s, c, &steps, style->term);
	steps_destroy(&steps);
	return ret;
}

void sequence_destroy(struct sequence *s)
{
	free(s->row);
	free(s->item);
	memset(s, 0, sizeof(*s));
}
