// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plan as bytes: zstd of numbers of two bytes, little-endian; a class is seven of them, a column four. What is read is
 * checked against itself, so that nothing that follows a plan can leave a record.
 */
#include <errno.h>
#include <string.h>
#include <zstd.h>

#include "pack.h"

#define BODY sizeof(struct sl_rec)
#define LENGTH_MAX 16384 /* of a class: its references are kept in memory */

#define PLAIN_MAX (2 * (2 + SL_AT_NR + 7 * SL_CLASSES_MAX + 4 * SL_COLUMNS_MAX))
_Static_assert(ZSTD_COMPRESSBOUND(PLAIN_MAX) <= SL_PLAN_BYTES, "a plan always fits");

static void put16(uint8_t **p, unsigned v)
{
	*(*p)++ = (uint8_t)v;
	*(*p)++ = (uint8_t)(v >> 8);
}

size_t sl_plan_encode(const struct sl_plan *plan, uint8_t bytes[SL_PLAN_BYTES])
{
	uint8_t plain[PLAIN_MAX], *p = plain;
	size_t size;

	put16(&p, plan->ident_length);
	for (unsigned i = 0; i < SL_AT_NR; i++)
		put16(&p, plan->at[i]);
	put16(&p, plan->classes);
	for (unsigned i = 0; i < plan->classes; i++) {
		const struct sl_class *k = &plan->class[i];

		put16(&p, k->type);
		put16(&p, k->length);
		put16(&p, k->kind);
		put16(&p, k->call);
		put16(&p, k->ident);
		put16(&p, k->segment);
		put16(&p, k->count);
	}
	for (unsigned i = 0; i < plan->columns; i++) {
		const struct sl_column *col = &plan->column[i];

		put16(&p, col->offset);
		put16(&p, col->arg);
		put16(&p, col->gate);
		put16(&p, (unsigned)col->width << 8 | col->guess);
	}
	size = ZSTD_compress(bytes, SL_PLAN_BYTES, plain, (size_t)(p - plain), 19);
	return ZSTD_isError(size) ? 0 : size; /* SL_PLAN_BYTES is above the bound for PLAIN_MAX */
}

struct reader {
	const uint8_t *at, *end;
	bool bad;
};

static uint16_t get16(struct reader *r)
{
	if (r->end - r->at < 2) {
		r->bad = true;
		return 0;
	}
	r->at += 2;
	return (uint16_t)(r->at[-2] | r->at[-1] << 8);
}

static bool within(unsigned offset, unsigned width, unsigned length)
{
	return offset + width <= length;
}

static bool good_arg(const struct sl_plan *plan, const struct sl_class *k, const struct sl_column *col)
{
	switch (col->guess) {
	case SL_GUESS_RTT: return k->ident != SL_NO_FIELD && within(col->arg, 24, k->length);
	case SL_GUESS_RATE: return col->width == 8 && within(col->arg, 28, k->length);
	case SL_GUESS_PACE: return within(col->arg, 28, k->length);
	case SL_GUESS_HALF:
	case SL_GUESS_MORE:
	case SL_GUESS_SAME:
	case SL_GUESS_EQUAL: return within(col->arg, col->width, k->length);
	case SL_GUESS_ECHO: return col->width == 8 && within(col->arg, 8, k->length) && within(col->gate, 4, k->length);
	case SL_GUESS_TIME: return col->width == 8 && within(col->arg, 8, k->length);
	case SL_GUESS_SPAN: return col->width == 8 && within(col->arg, 48, k->length);
	case SL_GUESS_PID: return within(col->arg, col->width, plan->ident_length);
	case SL_GUESS_IDENT:
	case SL_GUESS_ISN:
	case SL_GUESS_BORN:
		if (k->ident == SL_NO_FIELD || col->offset < k->ident ||
		    !within(col->offset - k->ident, col->width, plan->ident_length))
			return false;
		if (col->guess == SL_GUESS_BORN || (col->guess == SL_GUESS_IDENT && col->arg == SL_NO_FIELD))
			return true;
		return within(col->arg, col->width, plan->ident_length);
	case SL_GUESS_SEQ:
	case SL_GUESS_ACK: return k->segment != SL_NO_FIELD;
	default: return true;
	}
}

static bool good_column(const struct sl_plan *plan, const struct sl_class *k, const struct sl_column *col)
{
	bool width = col->width == 1 || col->width == 2 || col->width == 4 || col->width == 8;

	return width && col->offset >= BODY && within(col->offset, col->width, k->length) &&
	       (!col->gate || k->ident != SL_NO_FIELD) && good_arg(plan, k, col);
}

static bool good_class(const struct sl_plan *plan, const struct sl_class *k)
{
	if (k->length < BODY || k->length % 8 || k->length > LENGTH_MAX || plan->columns > SL_COLUMNS_MAX)
		return false;
	if (k->ident != SL_NO_FIELD && (k->ident < BODY || !within(k->ident, plan->ident_length, k->length)))
		return false;
	if (k->segment != SL_NO_FIELD &&
	    (k->segment < BODY || !within(k->segment, sizeof(struct sl_ev_segment), k->length)))
		return false;
	return (k->segment == SL_NO_FIELD && k->type != SL_REC_EVENT) || k->length >= offsetof(struct sl_event, dur_ns);
}

static bool good_places(const struct sl_plan *plan)
{
	static const uint8_t width[SL_AT_NR] = { 4, 1, 16, 16, 16, 2, 2, 4, 4 };

	if (plan->ident_length > SL_IDENT_MAX || plan->classes > SL_CLASSES_MAX)
		return false;
	for (unsigned i = 0; i < SL_AT_NR; i++) {
		if (!within(plan->at[i], width[i], plan->ident_length))
			return false;
	}
	return true;
}

static int get_classes(struct sl_plan *plan, struct reader *r)
{
	for (unsigned i = 0; i < plan->classes; i++) {
		struct sl_class *k = &plan->class[i];

		k->type = get16(r);
		k->length = get16(r);
		k->kind = get16(r);
		k->call = get16(r);
		k->ident = get16(r);
		k->segment = get16(r);
		k->count = get16(r);
		k->first = (uint16_t)plan->columns;
		plan->columns += k->count;
		if (r->bad || !good_class(plan, k))
			return -EBADMSG;
	}
	return 0;
}

static int get_columns(struct sl_plan *plan, struct reader *r, const struct sl_class *k)
{
	for (unsigned i = k->first; i < (unsigned)k->first + k->count; i++) {
		struct sl_column *col = &plan->column[i];
		unsigned word;

		col->offset = get16(r);
		col->arg = get16(r);
		col->gate = get16(r);
		word = get16(r);
		col->width = (uint8_t)(word >> 8);
		col->guess = (uint8_t)word;
		if (!r->bad && col->guess >= SL_GUESS_NR)
			return -ENOTSUP;
		if (r->bad || !good_column(plan, k, col))
			return -EBADMSG;
	}
	return 0;
}

int sl_plan_decode(struct sl_plan *plan, const uint8_t *bytes, size_t size)
{
	uint8_t plain[PLAIN_MAX];
	size_t got = ZSTD_decompress(plain, sizeof(plain), bytes, size);
	struct reader r = { plain, plain + got, false };
	int ret;

	if (ZSTD_isError(got))
		return -EBADMSG;

	memset(plan, 0, sizeof(*plan));
	plan->ident_length = get16(&r);
	for (unsigned i = 0; i < SL_AT_NR; i++)
		plan->at[i] = get16(&r);
	plan->classes = get16(&r);
	if (r.bad || !good_places(plan))
		return -EBADMSG;
	ret = get_classes(plan, &r);
	for (unsigned i = 0; !ret && i < plan->classes; i++)
		ret = get_columns(plan, &r, &plan->class[i]);
	return ret || r.at == r.end ? ret : -EBADMSG;
}
