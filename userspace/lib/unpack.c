// SPDX-License-Identifier: GPL-2.0-or-later
/* The unpacker: see pack.h. Whatever the bytes are, it stays within them, and what it gives has a record's length. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "pack.h"
#include "pack_context.h"

#define STREAMS_MAX ((SL_STREAM_COLUMNS + SL_COLUMNS_MAX) * SL_PLANES)
#define RECORD_MAX 65536u

struct stream {
	const uint8_t *at, *end; /* NULL: nothing but zeros */
};

struct sl_unpacker {
	struct sl_context context;
	uint32_t left; /* records still to come */
	bool bad;
	struct stream stream[STREAMS_MAX];
	uint32_t length[STREAMS_MAX];
	uint8_t *bytes;
	size_t room;
	uint8_t record[RECORD_MAX] __attribute__((aligned(8)));
};

int sl_unpacker_create(struct sl_unpacker **unpacker, const struct sl_plan *plan)
{
	struct sl_unpacker *u = calloc(1, sizeof(*u));

	if (!u || sl_context_init(&u->context, plan)) {
		free(u);
		return -ENOMEM;
	}
	*unpacker = u;
	return 0;
}

void sl_unpacker_destroy(struct sl_unpacker *u)
{
	if (!u)
		return;
	sl_context_exit(&u->context);
	free(u->bytes);
	free(u);
}

static uint64_t get_varint(struct sl_unpacker *u, struct stream *s)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64 && s->at < s->end; shift += 7) {
		uint8_t byte = *s->at++;

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return v;
	}
	u->bad = true; /* it ends in mid-number, or before */
	return 0;
}

static uint64_t get_planes(struct sl_unpacker *u, struct stream *plane)
{
	uint64_t v = 0;
	unsigned at = 0;

	for (unsigned shift = 0; shift < 64 && plane[at].at < plane[at].end; shift += 7) {
		uint8_t byte = *plane[at].at++;

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return v;
		at += at < SL_PLANES - 1;
	}
	u->bad = true; /* it ends in mid-number, or before */
	return 0;
}

static uint64_t get(struct sl_unpacker *u, unsigned stream)
{
	struct stream *plane = &u->stream[stream * SL_PLANES];

	return plane->at ? get_planes(u, plane) : 0;
}

/* A column's zeros at its end are not written. */
static uint64_t get_column(struct sl_unpacker *u, unsigned column)
{
	struct stream *plane = &u->stream[(SL_STREAM_COLUMNS + column) * SL_PLANES];

	return plane->at && plane->at < plane->end ? get_planes(u, plane) : 0;
}

/* The streams' places, from the directory. */
static int place_streams(struct sl_unpacker *u, size_t size)
{
	struct stream all = { u->bytes, u->bytes + size };
	uint64_t records = get_varint(u, &all), total = 0;
	uint64_t step, index = 0;

	memset(u->length, 0, sizeof(u->length));
	while ((step = get_varint(u, &all))) {
		index += step;
		if (u->bad || step > STREAMS_MAX || index > (SL_STREAM_COLUMNS + u->context.plan->columns) * SL_PLANES)
			return -EBADMSG;
		total = get_varint(u, &all);
		if (total > size)
			return -EBADMSG;
		u->length[index - 1] = (uint32_t)total;
	}
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (u->length[i] > (size_t)(all.end - all.at))
			return -EBADMSG;
		u->stream[i].at = u->length[i] ? all.at : NULL;
		all.at += u->length[i];
		u->stream[i].end = u->length[i] ? all.at : NULL;
	}
	if (u->bad || records > SL_PACK_RECORDS || all.at != all.end)
		return -EBADMSG;
	u->left = (uint32_t)records;
	return 0;
}

static int unzip(struct sl_unpacker *u, const uint8_t *bytes, size_t size, size_t *got)
{
	ZSTD_DCtx *zstd = ZSTD_createDCtx();
	ZSTD_inBuffer in = { bytes, size, 0 };
	size_t left = 1, room;

	*got = 0;
	while (zstd && left) {
		ZSTD_outBuffer out = { u->bytes, u->room, *got };

		if (*got == u->room) {
			room = u->room ? u->room * 2 : 1 << 20;
			if (room > SL_PACKED_MAX)
				break;
			out.dst = realloc(u->bytes, room);
			if (!out.dst)
				break;
			u->bytes = out.dst;
			out.size = u->room = room;
		}
		left = ZSTD_decompressStream(zstd, &out, &in);
		if (ZSTD_isError(left) || (left && in.pos == in.size && out.pos < out.size))
			break;
		*got = out.pos;
	}
	ZSTD_freeDCtx(zstd);
	return left || in.pos != in.size ? -EBADMSG : 0;
}

int sl_unpacker_begin(struct sl_unpacker *u, const uint8_t *bytes, size_t size)
{
	size_t got;
	int ret;

	u->bad = false;
	u->left = 0;
	sl_context_reset(&u->context);
	ret = unzip(u, bytes, size, &got);
	return ret ? ret : place_streams(u, got);
}

static struct sl_past *get_socket(struct sl_unpacker *u)
{
	struct sl_context *c = &u->context;
	uint64_t code = get(u, SL_STREAM_SOCKET), number;
	struct sl_past *past;

	if (code) {
		number = c->last_socket + sl_unzigzag(code - 1);
		if (number >= c->sockets)
			return NULL;
		c->last_socket = (uint32_t)number;
		return &c->socket[number];
	}
	c->last_cookie += sl_unzigzag(get(u, SL_STREAM_COOKIE));
	past = sl_context_socket(c, c->last_cookie);
	c->last_socket = c->sockets - 1;
	return past;
}

static void get_header(struct sl_unpacker *u, const struct sl_class *class, const struct sl_past *past)
{
	struct sl_context *c = &u->context;
	struct sl_rec rec = { .len = class->length, .type = class->type, .cookie = past->cookie };
	uint64_t *seq;

	rec.cpu = (uint16_t)(past->cpu + sl_unzigzag(get(u, SL_STREAM_CPU)));
	rec.ts_ns = c->last_ts + sl_unzigzag(get(u, SL_STREAM_TS));
	seq = &c->seq[rec.cpu % SL_CPUS];
	rec.seq = *seq + 1 + sl_unzigzag(get(u, SL_STREAM_SEQ));
	*seq = rec.seq;
	c->last_ts = rec.ts_ns;
	c->last_cpu = rec.cpu;
	memset(u->record, 0, class->length);
	memcpy(u->record, &rec, sizeof(rec));
}

static const struct sl_past *get_other(struct sl_unpacker *u, unsigned stream)
{
	struct sl_context *c = &u->context;
	uint64_t code = get(u, stream), number = c->last_socket + sl_unzigzag(code);

	if (!code)
		return NULL;
	if (number >= c->sockets) {
		u->bad = true;
		return NULL;
	}
	return &c->socket[number];
}

static void get_fields(struct sl_unpacker *u, struct sl_subject *s, unsigned end)
{
	const struct sl_class *class = s->class;
	const struct sl_plan *plan = u->context.plan;
	bool identified = class->ident == SL_NO_FIELD;

	for (unsigned i = class->first; i < end; i++) {
		const struct sl_column *col = &plan->column[i];
		uint64_t code = get_column(u, i), value;

		if (!identified && col->offset >= class->ident + plan->ident_length) {
			sl_context_identified(&u->context, s);
			identified = true;
		}
		if (sl_code_escapes(col, code))
			value = get(u, SL_STREAM_ESCAPE);
		else
			value = sl_context_value(&u->context, s, i, code);
		sl_field_store(u->record + col->offset, col->width, value);
	}
	if (!identified)
		sl_context_identified(&u->context, s);
}

static void get_columns(struct sl_unpacker *u, struct sl_subject *s)
{
	const struct sl_column *column = u->context.plan->column;
	unsigned rest = u->context.rest[s->class - u->context.plan->class];

	get_fields(u, s, rest);
	for (unsigned i = rest; i < s->class->first + (unsigned)s->class->count; i++) {
		uint32_t value;

		memcpy(&value, s->last + column[i].offset, 4);
		if (u->stream[(SL_STREAM_COLUMNS + i) * SL_PLANES].at)
			value += (uint32_t)sl_unzigzag(get_column(u, i));
		memcpy(u->record + column[i].offset, &value, 4);
	}
}

static void get_record(struct sl_unpacker *u, const struct sl_class *class, struct sl_past *past)
{
	struct sl_subject s;

	get_header(u, class, past);
	sl_context_subject(&u->context, &s, class, past, u->record);
	if (class->ident != SL_NO_FIELD && !(class->type == SL_REC_LIFE && past->has_ident)) {
		s.alike = get_other(u, SL_STREAM_ALIKE);
		s.peer = get_other(u, SL_STREAM_PEER);
	}
	get_columns(u, &s);
	sl_context_note(&u->context, &s);
}

static void get_verbatim(struct sl_unpacker *u)
{
	uint64_t length = get(u, SL_STREAM_VERBATIM);
	uint32_t told = (uint32_t)length;

	if (length < sizeof(struct sl_rec) || length > RECORD_MAX) {
		u->bad = true;
		return;
	}
	for (uint64_t i = 0; i < length && !u->bad; i++)
		u->record[i] = (uint8_t)get(u, SL_STREAM_VERBATIM);
	if (memcmp(u->record, &told, sizeof(told)))
		u->bad = true;
}

int sl_unpacker_next(struct sl_unpacker *u, const struct sl_rec **rec)
{
	const struct sl_plan *plan = u->context.plan;
	struct sl_past *past;
	uint8_t *expected;
	uint64_t code;

	if (u->bad)
		return -EBADMSG;
	if (!u->left)
		return -ENODATA;
	past = get_socket(u);
	if (!past)
		goto err_bad;
	expected = sl_context_expect(&u->context, past);
	code = get(u, SL_STREAM_CLASS);
	code = code ? code : *expected;
	if (!code || code > plan->classes + 1)
		goto err_bad;
	*expected = (uint8_t)code;
	if (code <= plan->classes)
		get_record(u, &plan->class[code - 1], past);
	else
		get_verbatim(u);
	if (u->bad)
		goto err_bad;
	u->left--;
	*rec = (const struct sl_rec *)u->record;
	return 0;

err_bad:
	u->bad = true;
	return -EBADMSG;
}
