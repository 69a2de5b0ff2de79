// SPDX-License-Identifier: GPL-2.0-or-later
/* Fields that lives and events share, and how values are made: see fields.h. */
#include "fields.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "names.h"
#include "words.h"

bool value_integer(struct value *v, uint64_t n)
{
	v->integer = (int64_t)n;
	return true;
}

bool value_some(struct value *v, uint64_t n)
{
	v->integer = (int64_t)n;
	return n;
}

bool value_us(struct value *v, uint64_t from_ns, uint64_t to_ns)
{
	v->real = (double)(to_ns - from_ns) / 1000;
	return from_ns && to_ns >= from_ns;
}

bool value_text(struct value *v, const char *text)
{
	if (text)
		snprintf(v->text, sizeof(v->text), "%s", text);
	return text;
}

bool value_name(struct value *v, const char *name, uint32_t number)
{
	char buf[16];

	return value_text(v, words_or_number(name, number, buf));
}

bool value_errno(struct value *v, int err)
{
	return err && value_name(v, sl_name_errno(err), (uint32_t)(err < 0 ? -err : err));
}

bool field_time(const struct record *r, struct value *v)
{
	stamp_rfc3339(v->text, (int64_t)r->ts_ns + r->run->stamp.realtime_offset_ns);
	return true;
}

bool field_time_ns(const struct record *r, struct value *v)
{
	return value_integer(v, r->ts_ns);
}

bool field_sock(const struct record *r, struct value *v)
{
	snprintf(v->text, sizeof(v->text), "%" PRIx64, (uint64_t)r->id->cookie);
	return true;
}

bool field_peer(const struct record *r, struct value *v)
{
	snprintf(v->text, sizeof(v->text), "%" PRIx64, r->peer);
	return r->peer;
}

bool field_netns(const struct record *r, struct value *v)
{
	return value_some(v, r->id->netns);
}

bool field_proto(const struct record *r, struct value *v)
{
	const struct sl_ident *id = r->id;

	return id->known & SL_ID_TYPE &&
	       value_name(v, sl_name_protocol(id->family, id->type, id->protocol), id->protocol);
}

static bool address(const struct sl_ident *id, uint32_t known, const __u8 *addr, struct value *v)
{
	if (!(id->known & known) || (id->family != AF_INET && id->family != AF_INET6))
		return false;
	words_ip(v->text, INET6_ADDRSTRLEN, id->family, addr);
	return true;
}

bool field_local(const struct record *r, struct value *v)
{
	return address(r->id, SL_ID_LOCAL, r->id->laddr, v);
}

bool field_local_port(const struct record *r, struct value *v)
{
	return r->id->known & SL_ID_LOCAL && value_some(v, r->id->lport);
}

bool field_remote(const struct record *r, struct value *v)
{
	return address(r->id, SL_ID_REMOTE, r->id->raddr, v);
}

bool field_remote_port(const struct record *r, struct value *v)
{
	return r->id->known & SL_ID_REMOTE && value_some(v, r->id->rport);
}

bool field_role(const struct record *r, struct value *v)
{
	return r->id->role && value_text(v, sl_name_role(r->id->role));
}

bool field_pid(const struct record *r, struct value *v)
{
	return r->id->known & SL_ID_OWNER && value_integer(v, r->id->pid);
}

bool field_uid(const struct record *r, struct value *v)
{
	return r->id->known & SL_ID_OWNER && value_integer(v, r->id->uid);
}

bool field_comm(const struct record *r, struct value *v)
{
	size_t len = strnlen(r->id->comm, sizeof(r->id->comm));

	if (!(r->id->known & SL_ID_OWNER))
		return false;
	memcpy(v->text, r->id->comm, len);
	v->text[len] = 0;
	return true;
}
