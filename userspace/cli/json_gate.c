// SPDX-License-Identifier: GPL-2.0-or-later
/* What was kept out, as JSON: connections that a listener dropped, addresses that were taken, calls that a policy refused. */
#include "json_record.h"

#include <sys/capability.h>

#include "../../core/fact.h"
#include "names.h"

void json_listen(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_listen *li = &life->listen;
	uint64_t watched = life->complete.watched;

	if (life->id.role != SL_ROLE_LISTENER)
		return;
	sl_json_object(json, "listen");
	if (watched & SL_FACT_BIT(ACCEPT_QUEUE)) {
		sl_json_uint(json, "queue", li->queue);
		sl_json_uint(json, "queue_max", li->queue_max);
	}
	if (watched & SL_FACT_BIT(LISTEN_DROP))
		sl_json_uint(json, "drops", li->drops);
	if (watched & SL_FACT_BIT(LISTEN_OVERFLOW))
		sl_json_uint(json, "overflows", li->overflows);
	json_some(json, "cookies_sent", li->cookies_sent);
	json_some(json, "cookies_accepted", li->cookies_accepted);
	json_some(json, "cookies_failed", li->cookies_failed);
	sl_json_end(json);
}

/* The address of a bind() that failed, and the listener that has its port. */
void json_bind(struct sl_json *json, const struct sl_life *life)
{
	if (!life->bind.family)
		return;
	sl_json_object(json, "bind_failed");
	json_end_of(json, "asked", life->bind.family, life->bind.addr, life->bind.port);
	if (life->bind.holder)
		sl_json_hex(json, "holder", life->bind.holder);
	sl_json_end(json);
}

static void json_refusal(struct sl_json *json, const struct sl_security *s)
{
	char *cap;

	sl_json_object(json, "last");
	json_word(json, "call", sl_name_call(s->last_call), s->last_call);
	json_errno(json, "errno", s->last_err);
	json_word(json, "by", sl_name_by(s->last_by), s->last_by);
	if (s->last_by == SL_BY_PRIVILEGE && s->last_detail) {
		cap = cap_to_name(s->last_detail - 1);
		if (cap)
			sl_json_string(json, "capability", cap);
		cap_free(cap);
	}
	sl_json_end(json);
}

void json_security(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_security *s = &life->security;
	uint64_t denied = (uint64_t)s->denied_lsm + s->denied_cgroup + s->denied_netfilter + s->denied_privilege +
			  s->denied_unknown;

	if (!(life->complete.watched & SL_FACT_BIT(DENIED)) || !denied)
		return;
	sl_json_object(json, "security");
	sl_json_uint(json, "denied", denied);
	json_some(json, "lsm", s->denied_lsm);
	json_some(json, "cgroup", s->denied_cgroup);
	json_some(json, "netfilter", s->denied_netfilter);
	json_some(json, "privilege", s->denied_privilege);
	json_some(json, "unknown", s->denied_unknown);
	json_refusal(json, s);
	sl_json_end(json);
}
