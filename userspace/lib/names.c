// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers to words and back, for what abi.h and fact.h number. See names.h. */
#include "names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../../core/abi.h"
#include "../../core/fact.h"

#define NR(table) (sizeof(table) / sizeof((table)[0]))
#define NAME(table, k) ((k) < NR(table) ? (table)[k] : NULL)

static const char *const calls[] = {
	[SL_CALL_SOCKET] = "socket",     [SL_CALL_SETSOCKOPT] = "setsockopt",
	[SL_CALL_BIND] = "bind",         [SL_CALL_LISTEN] = "listen",
	[SL_CALL_CONNECT] = "connect",   [SL_CALL_ACCEPT] = "accept",
	[SL_CALL_SEND] = "send",         [SL_CALL_RECV] = "recv",
	[SL_CALL_SHUTDOWN] = "shutdown", [SL_CALL_CLOSE] = "close",
};
_Static_assert(NR(calls) == SL_CALL_NR, "a call has no name");

static const char *const events[] = {
	[SL_EV_CALL] = "call",       [SL_EV_OPTION] = "option", [SL_EV_STATE] = "state", [SL_EV_SEGMENT] = "segment",
	[SL_EV_RETRANS] = "retrans", [SL_EV_RESET] = "reset",   [SL_EV_ERROR] = "error", [SL_EV_DROP] = "drop",
	[SL_EV_OUTCOME] = "outcome", [SL_EV_TAIL] = "tail",
};
_Static_assert(NR(events) == SL_EV_NR, "an event has no name");

const char *sl_name_call(unsigned call)
{
	return NAME(calls, call);
}

const char *sl_name_event(unsigned kind)
{
	return NAME(events, kind);
}

const char *sl_name_role(unsigned role)
{
	static const char *const names[] = { "none", "client", "server", "listener" };

	return NAME(names, role);
}

const char *sl_name_origin(unsigned origin)
{
	static const char *const names[] = { "unknown", "created", "accepted", "seeded" };

	return NAME(names, origin);
}

const char *sl_name_by(unsigned by)
{
	static const char *const names[] = { "unknown", "lsm", "cgroup", "netfilter", "privilege" };

	return NAME(names, by);
}

const char *sl_name_outcome(unsigned outcome)
{
	static const char *const names[] = {
		[SL_HS_NONE] = "none",
		[SL_HS_PENDING] = "pending",
		[SL_HS_ESTABLISHED] = "established",
		[SL_HS_REFUSED] = "refused",
		[SL_HS_TIMED_OUT] = "timed-out",
		[SL_HS_UNREACHABLE] = "unreachable",
		[SL_HS_LOCAL_ERROR] = "local-error",
		[SL_HS_DENIED] = "denied",
		[SL_HS_CANCELLED] = "cancelled",
		[SL_HS_ABORTED] = "aborted",
		[SL_HS_OTHER] = "other",
	};

	return NAME(names, outcome);
}

const char *sl_name_close(unsigned class_)
{
	static const char *const names[] = {
		[SL_CLOSE_NONE] = "none",
		[SL_CLOSE_ACTIVE] = "active",
		[SL_CLOSE_PASSIVE] = "passive",
		[SL_CLOSE_SIMULTANEOUS] = "simultaneous",
		[SL_CLOSE_RESET_SENT] = "reset-sent",
		[SL_CLOSE_RESET_RECEIVED] = "reset-received",
		[SL_CLOSE_TIMED_OUT] = "timed-out",
		[SL_CLOSE_ERROR] = "error",
		[SL_CLOSE_UNCONNECTED] = "unconnected",
	};

	return NAME(names, class_);
}

const char *sl_name_lost(unsigned reason)
{
	static const char *const names[] = {
		[SL_LOST_RING_FULL] = "ring-full",
		[SL_LOST_RESERVE] = "reserve",
		[SL_LOST_TABLE_FULL] = "table-full",
		[SL_LOST_NO_MEMORY] = "no-memory",
	};
	_Static_assert(NR(names) == SL_LOST_NR, "a loss has no name");

	return NAME(names, reason);
}

#define FACT_NAME(id, bit, name, about) [bit] = (name),
#define FACT_ABOUT(id, bit, name, about) [bit] = (about),

const char *sl_name_fact(unsigned fact)
{
	static const char *const names[] = { SL_FACTS(FACT_NAME) };

	return NAME(names, fact);
}

const char *sl_about_fact(unsigned fact)
{
	static const char *const about[] = { SL_FACTS(FACT_ABOUT) };

	return NAME(about, fact);
}

static int number_of(const char *const *names, size_t nr, const char *name)
{
	size_t k;

	for (k = 0; k < nr; k++) {
		if (names[k] && !strcasecmp(names[k], name))
			return (int)k;
	}
	return -1;
}

int sl_number_event(const char *name)
{
	return number_of(events, NR(events), name);
}

int sl_number_call(const char *name)
{
	return number_of(calls, NR(calls), name);
}

const char *sl_name_segment(unsigned tcp_flags, char *buf, size_t size)
{
	static const struct {
		unsigned bit;
		const char *name;
	} flags[] = {
		/* the flag that says what the segment is for stands first */
		{ 0x02, "SYN" }, { 0x01, "FIN" }, { 0x04, "RST" }, { 0x08, "PSH" },
		{ 0x10, "ACK" }, { 0x20, "URG" }, { 0x40, "ECE" }, { 0x80, "CWR" },
	};
	size_t k, used = 0;

	if (!size)
		return buf;
	snprintf(buf, size, "%s", tcp_flags & 0xff ? "" : "none");
	for (k = 0; k < NR(flags); k++) {
		if (tcp_flags & flags[k].bit && used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%s", used ? "-" : "", flags[k].name);
	}
	return buf;
}
