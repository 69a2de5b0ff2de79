// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of fields: see field.h. What is not known leaves the text empty, so that it is never taken for a value. */
#include "field.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "names.h"

static void put_name(char *buf, const char *name, uint32_t number)
{
	if (name)
		snprintf(buf, SL_FIELD_MAX, "%s", name);
	else
		snprintf(buf, SL_FIELD_MAX, "%u", number);
}

static void put_known(char *buf, const struct sl_life *life, uint32_t known, uint64_t number)
{
	if (life->id.known & known)
		snprintf(buf, SL_FIELD_MAX, "%" PRIu64, number);
}

static void put_comm(char *buf, const struct sl_life *life)
{
	if (life->id.known & SL_ID_OWNER)
		snprintf(buf, SL_FIELD_MAX, "%.*s", (int)sizeof(life->id.comm), life->id.comm);
}

static void put_pid(char *buf, const struct sl_life *life)
{
	put_known(buf, life, SL_ID_OWNER, life->id.pid);
}

static void put_uid(char *buf, const struct sl_life *life)
{
	put_known(buf, life, SL_ID_OWNER, life->id.uid);
}

static void put_cgroup(char *buf, const struct sl_life *life)
{
	put_known(buf, life, SL_ID_OWNER, life->id.cgroup_id);
}

static void put_netns(char *buf, const struct sl_life *life)
{
	if (life->id.netns)
		snprintf(buf, SL_FIELD_MAX, "%u", life->id.netns);
}

static void put_proto(char *buf, const struct sl_life *life)
{
	const struct sl_ident *id = &life->id;

	if (id->known & SL_ID_TYPE)
		put_name(buf, sl_name_protocol(id->family, id->type, id->protocol), id->protocol);
}

static void put_family(char *buf, const struct sl_life *life)
{
	put_name(buf, sl_name_family(life->id.family), life->id.family);
}

static void put_role(char *buf, const struct sl_life *life)
{
	put_name(buf, sl_name_role(life->id.role), life->id.role);
}

static void put_address(char *buf, const struct sl_life *life, uint32_t known, const __u8 *addr)
{
	uint16_t family = life->id.family;

	if ((family != AF_INET && family != AF_INET6) || !(life->id.known & known) ||
	    !inet_ntop(family, addr, buf, SL_FIELD_MAX))
		buf[0] = 0;
}

static void put_laddr(char *buf, const struct sl_life *life)
{
	put_address(buf, life, SL_ID_LOCAL, life->id.laddr);
}

static void put_raddr(char *buf, const struct sl_life *life)
{
	put_address(buf, life, SL_ID_REMOTE, life->id.raddr);
}

static void put_lport(char *buf, const struct sl_life *life)
{
	put_known(buf, life, SL_ID_LOCAL, life->id.lport);
}

static void put_rport(char *buf, const struct sl_life *life)
{
	put_known(buf, life, SL_ID_REMOTE, life->id.rport);
}

/* The server's port, whichever end this is. */
static void put_service(char *buf, const struct sl_life *life)
{
	if (life->id.role == SL_ROLE_CLIENT)
		put_rport(buf, life);
	else if (life->id.role != SL_ROLE_NONE)
		put_lport(buf, life);
}

static void put_outcome(char *buf, const struct sl_life *life)
{
	put_name(buf, sl_name_outcome(life->handshake.outcome), life->handshake.outcome);
}

static void put_close(char *buf, const struct sl_life *life)
{
	if (life->complete.flags & SL_LIFE_OPEN)
		snprintf(buf, SL_FIELD_MAX, "open");
	else
		put_name(buf, sl_name_close(life->close.class_), life->close.class_);
}

/* Of the handshake that failed, else of the close, else the last that was reported to the socket. */
static void put_errno(char *buf, const struct sl_life *life)
{
	int err = life->handshake.outcome > SL_HS_ESTABLISHED ? life->handshake.err : 0;

	err = err ? err : life->close.err;
	err = err ? err : life->errors.last_sk_err;
	if (err)
		put_name(buf, sl_name_errno(err), (uint32_t)err);
	else
		snprintf(buf, SL_FIELD_MAX, "none");
}

static void put_congestion(char *buf, const struct sl_life *life)
{
	snprintf(buf, SL_FIELD_MAX, "%.*s", (int)sizeof(life->flow.congestion), life->flow.congestion);
}

const struct sl_field sl_fields[] = {
	{ "comm", "the owner's name", put_comm },
	{ "pid", "the owner's process id", put_pid },
	{ "uid", "the owner's user id", put_uid },
	{ "cgroup", "the owner's cgroup id", put_cgroup },
	{ "netns", "network namespace", put_netns },
	{ "proto", "protocol", put_proto },
	{ "family", "address family", put_family },
	{ "role", "client, server, listener", put_role },
	{ "laddr", "local address", put_laddr },
	{ "raddr", "remote address", put_raddr },
	{ "lport", "local port", put_lport },
	{ "rport", "remote port", put_rport },
	{ "service", "the server's port, whichever end the socket is", put_service },
	{ "outcome", "how the handshake ended", put_outcome },
	{ "close", "how the connection was closed", put_close },
	{ "errno", "the error that ended it, or the last that it was told", put_errno },
	{ "congestion", "congestion control", put_congestion },
};
const unsigned sl_field_count = sizeof(sl_fields) / sizeof(sl_fields[0]);

const struct sl_field *sl_field_find(const char *name)
{
	for (unsigned i = 0; i < sl_field_count; i++) {
		if (!strcmp(sl_fields[i].name, name))
			return &sl_fields[i];
	}
	return NULL;
}

void sl_field_text(const struct sl_field *field, char buf[SL_FIELD_MAX], const struct sl_life *life)
{
	memset(buf, 0, SL_FIELD_MAX);
	field->put(buf, life);
	for (char *p = buf; *p; p++)
		*p = *p < 0x20 || *p > 0x7e ? '?' : *p;
	if (!*buf)
		strcpy(buf, "?");
}
