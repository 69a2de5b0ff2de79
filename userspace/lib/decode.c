// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes to records: see decode.h. Only copies and comparisons, so it may run on anything, in any thread. What leaves
 * here is safe to index with and to print: that is why the enumerations of the ABI are brought into range and errnos
 * can be negated. Numbers that belong to the kernel (TCP states, drop reasons, errnos) stay as they came.
 */
#include "decode.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define LEN_MAX 65536 /* far above any record of this version: what says more is not a record */

/* The size of what this version knows of a type; 0: an unknown type. */
static size_t known_size(unsigned type)
{
	switch (type) {
	case SL_REC_IDENT: return sizeof(struct sl_ident_rec);
	case SL_REC_EVENT: return sizeof(struct sl_event);
	case SL_REC_LIFE: return sizeof(struct sl_life_rec);
	default: return 0;
	}
}

static void terminate(char *text, size_t size)
{
	size_t len = strnlen(text, size - 1);

	memset(text + len, 0, size - len);
}

/* So that -err is an int too. */
static __s32 negatable(__s32 err)
{
	return err == INT_MIN ? -INT_MAX : err;
}

static void normalise_ident(struct sl_ident *id, __u64 cookie)
{
	id->cookie = cookie;
	if (id->role > SL_ROLE_LISTENER)
		id->role = SL_ROLE_NONE;
	if (id->origin > SL_ORIGIN_SEEDED)
		id->origin = SL_ORIGIN_UNKNOWN;
	terminate(id->comm, sizeof(id->comm));
}

/* A failed call of a kind unknown here still counts as a failure. */
static void normalise_calls(struct sl_calls *calls)
{
	for (int i = 0; i < SL_CALL_NR; i++)
		calls->call[i].last_errno = negatable(calls->call[i].last_errno);
	for (int i = 0; i < SL_ERRNO_NR; i++) {
		struct sl_call_errno *e = &calls->err[i];

		if (e->call < SL_CALL_NR)
			continue;
		calls->errnos_dropped += e->count;
		memset(e, 0, sizeof(*e));
	}
}

static void normalise_life(struct sl_life *life, __u64 cookie)
{
	normalise_ident(&life->id, cookie);
	if (life->handshake.outcome > SL_HS_OTHER)
		life->handshake.outcome = SL_HS_OTHER;
	life->handshake.err = negatable(life->handshake.err);
	if (life->close.class_ > SL_CLOSE_UNCONNECTED)
		life->close.class_ = SL_CLOSE_ERROR;
	terminate(life->flow.congestion, sizeof(life->flow.congestion));
	life->errors.last_sk_err = negatable(life->errors.last_sk_err);
	if (life->security.last_call >= SL_CALL_NR)
		memset(&life->security.last_call, 0, sizeof(life->security.last_call));
	normalise_calls(&life->calls);
}

/* Kinds beyond SL_EV_NR stay: a view can still show their number. A call beyond SL_CALL_NR would be an index, so its
 * event becomes one of kind 0, which no version uses. */
static void normalise_event(struct sl_event *ev)
{
	ev->ret = negatable(ev->ret);
	if (ev->kind == SL_EV_CALL && ev->call.call >= SL_CALL_NR)
		ev->kind = 0;
	if (ev->kind == SL_EV_OUTCOME && ev->state.new_state > SL_HS_OTHER)
		ev->state.new_state = SL_HS_OTHER;
}

static void normalise(union sl_any_rec *out)
{
	switch (out->rec.type) {
	case SL_REC_IDENT: normalise_ident(&out->ident.id, out->rec.cookie); break;
	case SL_REC_EVENT: normalise_event(&out->event); break;
	case SL_REC_LIFE: normalise_life(&out->life.life, out->rec.cookie); break;
	}
}

int sl_decode(const void *data, size_t size, union sl_any_rec *out, size_t *used)
{
	struct sl_rec rec;
	size_t known, have;

	*used = 0;
	if (size < sizeof(rec))
		return -EAGAIN;
	memcpy(&rec, data, sizeof(rec));
	if (rec.len < sizeof(rec) || rec.len > LEN_MAX || rec.len % 8 || !rec.type)
		return -EBADMSG;
	if (rec.len > size)
		return -EAGAIN;
	*used = rec.len;
	known = known_size(rec.type);
	if (!known)
		return -ENOTSUP;
	have = rec.len < known ? rec.len : known;
	memcpy(out, data, have);
	memset((char *)out + have, 0, known - have);
	out->rec.len = (__u32)known;
	normalise(out);
	return 0;
}
