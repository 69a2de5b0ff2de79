// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The packer: see pack.h. A block is its number of records, a directory of its streams, and these, as one zstd frame. Long
 * streams begin a zstd block each, so that each has a code table of its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "pack.h"
#include "pack_context.h"

#define LEVEL 1
#define LONG_STREAM 1200u
#define COOKIES (4 * SL_PACK_RECORDS) /* a power of two, sparse enough to search */
#define LIKES 4096u
#define STREAMS_MAX ((SL_STREAM_COLUMNS + SL_COLUMNS_MAX) * SL_PLANES)

struct stream {
	uint8_t *at;
	uint32_t used, room;
	uint32_t zeros; /* a fixed stream's, before its first other value: not written yet */
	uint32_t count; /* a column's: values so far, of as many records of its class */
};

struct sl_packer {
	struct sl_context context;
	uint32_t records;
	size_t bytes; /* of the records */
	bool failed;  /* no memory in mid-record: the block is lost */
	struct stream stream[STREAMS_MAX];
	uint32_t by_cookie[COOKIES]; /* number + 1 */
	uint32_t by_likeness[LIKES];
	uint32_t by_ends[LIKES];
	ZSTD_CCtx *zstd;
	uint8_t *out;
	size_t out_room, out_used;
	uint8_t directory[STREAMS_MAX * 8 + 16];
};

int sl_packer_create(struct sl_packer **packer, const struct sl_plan *plan)
{
	struct sl_packer *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->zstd = ZSTD_createCCtx();
	if (!p->zstd || sl_context_init(&p->context, plan)) {
		sl_packer_destroy(p);
		return -ENOMEM;
	}
	ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, LEVEL);
	*packer = p;
	return 0;
}

void sl_packer_destroy(struct sl_packer *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < STREAMS_MAX; i++)
		free(p->stream[i].at);
	sl_context_exit(&p->context);
	ZSTD_freeCCtx(p->zstd);
	free(p->out);
	free(p);
}

static unsigned put_varint(uint8_t *at, uint64_t v)
{
	unsigned n = 0;

	while (v >= 0x80) {
		at[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	at[n++] = (uint8_t)v;
	return n;
}

static bool grow(struct stream *s, size_t more)
{
	size_t room = s->room ? s->room : 256;
	uint8_t *at;

	while (room < s->used + more)
		room *= 2;
	at = room > s->room ? realloc(s->at, room) : s->at;
	if (!at)
		return false;
	s->at = at;
	s->room = (uint32_t)room;
	return true;
}

static void put_byte(struct sl_packer *p, struct stream *s, uint32_t zeros, uint8_t byte)
{
	if (s->room < s->used + zeros + 1 && !grow(s, zeros + 1)) {
		p->failed = true;
		return;
	}
	memset(s->at + s->used, 0, zeros);
	s->used += zeros;
	s->at[s->used++] = byte;
}

/* A number behind so many zeros. */
static void put_planes(struct sl_packer *p, struct stream *plane, uint32_t zeros, uint64_t v)
{
	unsigned at = 0;

	while (v >= 0x80) {
		put_byte(p, &plane[at], zeros, (uint8_t)(v | 0x80));
		zeros = 0;
		at += at < SL_PLANES - 1;
		v >>= 7;
	}
	put_byte(p, &plane[at], zeros, (uint8_t)v);
}

static void put(struct sl_packer *p, unsigned stream, uint64_t v)
{
	struct stream *plane = &p->stream[stream * SL_PLANES];

	if (!v && !plane->used) {
		plane->zeros++;
		return;
	}
	put_planes(p, plane, plane->zeros, v);
	plane->zeros = 0;
}

/* Zeros are written when something else follows. */
static void put_column(struct sl_packer *p, unsigned column, unsigned index, uint64_t code)
{
	struct stream *plane = &p->stream[(SL_STREAM_COLUMNS + column) * SL_PLANES];

	put_planes(p, plane, index - plane->count, code);
	plane->count = index + 1;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 29;
}

/* The socket's past, made if it is new. NULL: no memory. */
static struct sl_past *find_socket(struct sl_packer *p, uint64_t cookie)
{
	struct sl_context *c = &p->context;
	uint32_t at = (uint32_t)(mix(7, cookie) >> 20) % COOKIES, number;
	struct sl_past *past;

	while (p->by_cookie[at] && c->socket[p->by_cookie[at] - 1].cookie != cookie)
		at = (at + 1) % COOKIES;
	if (p->by_cookie[at]) {
		number = p->by_cookie[at] - 1;
		put(p, SL_STREAM_SOCKET, 1 + sl_zigzag((uint64_t)number - c->last_socket));
		c->last_socket = number;
		return &c->socket[number];
	}
	past = sl_context_socket(c, cookie);
	if (!past)
		return NULL;
	p->by_cookie[at] = c->sockets;
	put(p, SL_STREAM_SOCKET, 0);
	put(p, SL_STREAM_COOKIE, sl_zigzag(cookie - c->last_cookie));
	c->last_cookie = cookie;
	c->last_socket = c->sockets - 1;
	return past;
}

static const struct sl_class *find_class(const struct sl_plan *plan, const struct sl_rec *rec)
{
	const struct sl_event *ev = (const void *)rec;

	for (unsigned i = 0; i < plan->classes; i++) {
		const struct sl_class *k = &plan->class[i];

		if (k->type != rec->type || k->length != rec->len)
			continue;
		if (k->kind != SL_NO_FIELD && k->kind != ev->kind)
			continue;
		if (k->call == SL_NO_FIELD || (ev->kind == SL_EV_CALL && k->call == ev->call.call))
			return k;
	}
	return NULL;
}

/* A class is told from its place in the plan; the one that was expected is 0, and none at all the last. */
static void put_class(struct sl_packer *p, const struct sl_class *class, const struct sl_past *past)
{
	uint8_t *expected = sl_context_expect(&p->context, past);
	unsigned code = class ? (unsigned)(class - p->context.plan->class) + 1 : p->context.plan->classes + 1;

	put(p, SL_STREAM_CLASS, code == *expected ? 0 : code);
	*expected = (uint8_t)code;
}

static void put_header(struct sl_packer *p, const struct sl_rec *rec, const struct sl_past *past)
{
	struct sl_context *c = &p->context;
	uint64_t *seq = &c->seq[rec->cpu % SL_CPUS];

	put(p, SL_STREAM_CPU, sl_zigzag((uint64_t)rec->cpu - past->cpu));
	put(p, SL_STREAM_TS, sl_zigzag(rec->ts_ns - c->last_ts));
	put(p, SL_STREAM_SEQ, sl_zigzag(rec->seq - *seq - 1));
	*seq = rec->seq;
	c->last_ts = rec->ts_ns;
	c->last_cpu = rec->cpu;
}

static const uint8_t *part(const struct sl_packer *p, const uint8_t *ident, unsigned which)
{
	return ident + p->context.plan->at[which];
}

static uint32_t *likeness(struct sl_packer *p, const uint8_t *ident)
{
	uint64_t h = mix(1, sl_field_load(part(p, ident, SL_AT_COMM), 8));
	uint64_t role = sl_field_load(part(p, ident, SL_AT_ROLE), 1);
	unsigned service = role == SL_ROLE_CLIENT ? SL_AT_RPORT : SL_AT_LPORT;

	h = mix(h, role);
	if (role != SL_ROLE_NONE)
		h = mix(h, sl_field_load(part(p, ident, service), 2));
	return &p->by_likeness[h % LIKES];
}

static uint32_t *ends(struct sl_packer *p, const uint8_t *ident, bool crosswise)
{
	unsigned la = crosswise ? SL_AT_RADDR : SL_AT_LADDR, ra = crosswise ? SL_AT_LADDR : SL_AT_RADDR;
	unsigned lp = crosswise ? SL_AT_RPORT : SL_AT_LPORT, rp = crosswise ? SL_AT_LPORT : SL_AT_RPORT;
	uint64_t h = 3;

	for (unsigned i = 0; i < 16; i += 8) {
		h = mix(h, sl_field_load(part(p, ident, la) + i, 8));
		h = mix(h, sl_field_load(part(p, ident, ra) + i, 8));
	}
	h = mix(h, sl_field_load(part(p, ident, lp), 2));
	return &p->by_ends[mix(h, sl_field_load(part(p, ident, rp), 2)) % LIKES];
}

static bool has_ends(const struct sl_packer *p, const uint8_t *ident)
{
	return sl_field_load(part(p, ident, SL_AT_LPORT), 2) && sl_field_load(part(p, ident, SL_AT_RPORT), 2);
}

/* Another socket as a distance; 0: none. */
static const struct sl_past *put_other(struct sl_packer *p, unsigned stream, uint32_t number)
{
	struct sl_context *c = &p->context;
	uint64_t distance = number ? sl_zigzag((uint64_t)(number - 1) - c->last_socket) : 0;

	put(p, stream, distance);
	return distance ? &c->socket[number - 1] : NULL;
}

static void put_others(struct sl_packer *p, struct sl_subject *s)
{
	const uint8_t *ident = s->rec + s->class->ident;

	if (s->class->type == SL_REC_LIFE && s->past->has_ident)
		return;
	s->alike = put_other(p, SL_STREAM_ALIKE, *likeness(p, ident));
	s->peer = put_other(p, SL_STREAM_PEER, has_ends(p, ident) ? *ends(p, ident, true) : 0);
}

/* The fields that are guessed well. */
static void put_fields(struct sl_packer *p, struct sl_subject *s, unsigned end, unsigned index)
{
	const struct sl_class *class = s->class;
	const struct sl_plan *plan = p->context.plan;
	bool identified = class->ident == SL_NO_FIELD;

	for (unsigned i = class->first; i < end; i++) {
		const struct sl_column *col = &plan->column[i];
		uint64_t value = sl_field_load(s->rec + col->offset, col->width), code;

		if (!identified && col->offset >= class->ident + plan->ident_length) {
			sl_context_identified(&p->context, s);
			identified = true;
		}
		code = sl_context_code(&p->context, s, i, value);
		if (code)
			put_column(p, i, index, code);
		if (sl_code_escapes(col, code))
			put(p, SL_STREAM_ESCAPE, value);
	}
	if (!identified)
		sl_context_identified(&p->context, s);
}

static void put_columns(struct sl_packer *p, struct sl_subject *s)
{
	const struct sl_column *column = p->context.plan->column;
	unsigned class = (unsigned)(s->class - p->context.plan->class);
	unsigned rest = p->context.rest[class], index = p->context.records[class];

	put_fields(p, s, rest, index);
	for (unsigned i = rest; i < s->class->first + (unsigned)s->class->count; i++) {
		uint32_t value, last;

		memcpy(&value, s->rec + column[i].offset, 4);
		memcpy(&last, s->last + column[i].offset, 4);
		if (value != last)
			put_column(p, i, index, sl_zigzag((uint64_t)(int64_t)(int32_t)(value - last)));
	}
}

static void put_verbatim(struct sl_packer *p, const struct sl_rec *rec)
{
	const uint8_t *bytes = (const uint8_t *)rec;

	put(p, SL_STREAM_VERBATIM, rec->len);
	for (uint32_t i = 0; i < rec->len; i++)
		put(p, SL_STREAM_VERBATIM, bytes[i]);
}

static void put_record(struct sl_packer *p, const struct sl_rec *rec, const struct sl_class *class,
		       struct sl_past *past)
{
	uint32_t number = p->context.last_socket + 1;
	struct sl_subject s;

	put_header(p, rec, past);
	sl_context_subject(&p->context, &s, class, past, (const uint8_t *)rec);
	if (class->ident != SL_NO_FIELD)
		put_others(p, &s);
	put_columns(p, &s);
	sl_context_note(&p->context, &s);
	if (class->ident == SL_NO_FIELD)
		return;
	*likeness(p, past->ident) = number;
	if (has_ends(p, past->ident))
		*ends(p, past->ident, false) = number;
}

int sl_packer_add(struct sl_packer *p, const struct sl_rec *rec)
{
	const struct sl_class *class;
	struct sl_past *past;

	if (rec->len < sizeof(*rec) || rec->len > 65536 || rec->len % 8)
		return -EINVAL;
	if (p->records == SL_PACK_RECORDS || p->bytes + rec->len > SL_PACK_BYTES)
		return -ENOSPC;
	past = find_socket(p, rec->cookie);
	if (!past)
		return -ENOMEM;
	class = find_class(p->context.plan, rec);
	put_class(p, class, past);
	if (class)
		put_record(p, rec, class, past);
	else
		put_verbatim(p, rec);
	p->records++;
	p->bytes += rec->len;
	return p->failed ? -ENOMEM : 0;
}

uint32_t sl_packer_sockets(const struct sl_packer *p)
{
	return p->context.sockets;
}

uint64_t sl_packer_cookie(const struct sl_packer *p, uint32_t i)
{
	return p->context.socket[i].cookie;
}

static int zip(struct sl_packer *p, const void *bytes, size_t size, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = { bytes, size, 0 };
	ZSTD_outBuffer out = { p->out, p->out_room, p->out_used };
	size_t left = ZSTD_compressStream2(p->zstd, &out, &in, how);

	p->out_used = out.pos;
	if (ZSTD_isError(left) || in.pos < in.size || (how != ZSTD_e_continue && left))
		return -ENOMEM;
	return 0;
}

static size_t directory(struct sl_packer *p, uint8_t *bytes)
{
	size_t used = put_varint(bytes, p->records);
	unsigned last = 0;

	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (!p->stream[i].used)
			continue;
		used += put_varint(bytes + used, i + 1 - last);
		used += put_varint(bytes + used, p->stream[i].used);
		last = i + 1;
	}
	bytes[used++] = 0;
	return used;
}

static int zip_all(struct sl_packer *p)
{
	size_t size = directory(p, p->directory);
	int ret = zip(p, p->directory, size, ZSTD_e_continue);

	for (unsigned i = 0; !ret && i < STREAMS_MAX; i++) {
		const struct stream *s = &p->stream[i];

		if (s->used >= LONG_STREAM)
			ret = zip(p, NULL, 0, ZSTD_e_flush);
		if (!ret && s->used)
			ret = zip(p, s->at, s->used, s->used >= LONG_STREAM ? ZSTD_e_flush : ZSTD_e_continue);
	}
	return ret ? ret : zip(p, NULL, 0, ZSTD_e_end);
}

static int make_room(struct sl_packer *p)
{
	size_t total = STREAMS_MAX * 16;
	uint8_t *out;

	for (unsigned i = 0; i < STREAMS_MAX; i++)
		total += p->stream[i].used;
	total = ZSTD_compressBound(total);
	if (p->out_room >= total)
		return 0;
	out = realloc(p->out, total);
	if (!out)
		return -ENOMEM;
	p->out = out;
	p->out_room = total;
	return 0;
}

int sl_packer_finish(struct sl_packer *p, const uint8_t **bytes, size_t *size)
{
	int ret = p->failed ? -ENOMEM : make_room(p);

	p->out_used = 0;
	ZSTD_CCtx_reset(p->zstd, ZSTD_reset_session_only);
	if (!ret)
		ret = zip_all(p);
	for (unsigned i = 0; i < STREAMS_MAX; i++)
		p->stream[i].used = p->stream[i].zeros = p->stream[i].count = 0;
	memset(p->by_cookie, 0, sizeof(p->by_cookie));
	memset(p->by_likeness, 0, sizeof(p->by_likeness));
	memset(p->by_ends, 0, sizeof(p->by_ends));
	sl_context_reset(&p->context);
	p->records = 0;
	p->bytes = 0;
	p->failed = false;
	*bytes = p->out;
	*size = p->out_used;
	return ret;
}
