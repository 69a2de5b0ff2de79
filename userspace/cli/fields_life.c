// SPDX-License-Identifier: GPL-2.0-or-later
/* A life's fields: see fields.h. Names are those of the JSON, its sections flattened. */
#include <netinet/in.h>

#include "../../core/fact.h"
#include "fields.h"
#include "names.h"
#include "words.h"

static bool watched(const struct record *r, uint64_t facts)
{
	return r->life->complete.watched & facts;
}

static bool has_flow(const struct record *r)
{
	return watched(r, SL_FACT_BIT(BYTES)) && r->id->role != SL_ROLE_LISTENER && r->id->protocol == IPPROTO_TCP;
}

static bool get_begin(const struct record *r, struct value *v)
{
	stamp_rfc3339(v->text, (int64_t)r->id->created_ns + r->run->stamp.realtime_offset_ns);
	return r->id->created_ns;
}

static bool get_open(const struct record *r, struct value *v)
{
	return value_integer(v, !!(r->life->complete.flags & SL_LIFE_OPEN));
}

static bool get_cgroup(const struct record *r, struct value *v)
{
	return r->id->known & SL_ID_OWNER && value_some(v, r->id->cgroup_id);
}

static bool get_parent(const struct record *r, struct value *v)
{
	snprintf(v->text, sizeof(v->text), "%llx", (unsigned long long)r->id->parent);
	return r->id->known & SL_ID_PARENT;
}

static bool get_isn_local(const struct record *r, struct value *v)
{
	return r->id->known & SL_ID_ISN && value_integer(v, r->id->isn_local);
}

static bool get_isn_remote(const struct record *r, struct value *v)
{
	return r->id->known & SL_ID_ISN && value_integer(v, r->id->isn_remote);
}

static bool get_life(const struct record *r, struct value *v)
{
	return value_us(v, r->id->created_ns, r->life->close.end_ns);
}

static bool get_handshake(const struct record *r, struct value *v)
{
	const struct sl_handshake *hs = &r->life->handshake;

	return hs->outcome == SL_HS_ESTABLISHED && value_us(v, hs->begin_ns, hs->done_ns);
}

static bool get_accept_wait(const struct record *r, struct value *v)
{
	return value_us(v, r->life->handshake.done_ns, r->life->handshake.accept_ns);
}

static bool get_outcome(const struct record *r, struct value *v)
{
	const struct sl_handshake *hs = &r->life->handshake;

	return hs->outcome && value_name(v, sl_name_outcome(hs->outcome), hs->outcome);
}

static bool get_errno(const struct record *r, struct value *v)
{
	return value_errno(v, r->life->handshake.err ? r->life->handshake.err : r->life->close.err);
}

static bool get_close(const struct record *r, struct value *v)
{
	unsigned how = r->life->close.class_;

	return how && value_name(v, sl_name_close(how), how);
}

static bool get_half_closed(const struct record *r, struct value *v)
{
	v->real = (double)r->life->close.half_closed_ns / 1000;
	return r->life->close.half_closed_ns;
}

static bool get_end(const struct record *r, struct value *v)
{
	struct text t;

	text_init(&t);
	words_end(&t, r->life);
	return value_text(v, t.s);
}

#define FLOW(field)                                                                                                    \
	static bool get_##field(const struct record *r, struct value *v)                                               \
	{                                                                                                              \
		return has_flow(r) && value_integer(v, r->life->flow.field);                                           \
	}
FLOW(bytes_sent)
FLOW(bytes_received)
FLOW(bytes_acked)
FLOW(bytes_retrans)
FLOW(segs_out)
FLOW(segs_in)

static bool get_srtt(const struct record *r, struct value *v)
{
	uint32_t us = r->life->flow.srtt_us;

	return value_some(v, us ? us : r->life->handshake.rtt_us);
}

static bool get_min_rtt(const struct record *r, struct value *v)
{
	return r->life->flow.min_rtt_us != UINT32_MAX && value_some(v, r->life->flow.min_rtt_us);
}

static bool get_cwnd(const struct record *r, struct value *v)
{
	return value_some(v, r->life->flow.snd_cwnd);
}

static bool get_mss(const struct record *r, struct value *v)
{
	return value_some(v, r->life->flow.mss);
}

static bool get_send_bytes(const struct record *r, struct value *v)
{
	return watched(r, SL_FACT_BIT(SEND)) && value_integer(v, r->life->calls.send_bytes);
}

static bool get_recv_bytes(const struct record *r, struct value *v)
{
	return watched(r, SL_FACT_BIT(RECV)) && value_integer(v, r->life->calls.recv_bytes);
}

static bool get_retrans(const struct record *r, struct value *v)
{
	return watched(r, SL_FACT_BIT(RETRANS)) && value_integer(v, r->life->errors.retrans);
}

static bool get_drops(const struct record *r, struct value *v)
{
	return watched(r, SL_FACT_BIT(DROP)) && value_integer(v, r->life->errors.drops);
}

static bool get_complete(const struct record *r, struct value *v)
{
	uint32_t flaws = SL_LIFE_SEEN_LATE | SL_LIFE_LOST | SL_LIFE_END_GUESSED;

	return value_integer(v, !(r->life->complete.flags & flaws));
}

static bool get_events(const struct record *r, struct value *v)
{
	return value_integer(v, r->life->complete.events);
}

const struct field life_fields[] = {
	{ "ts", FIELD_TEXT, field_time },
	{ "mono_ns", FIELD_INTEGER, field_time_ns },
	{ "cookie", FIELD_TEXT, field_sock },
	{ "peer", FIELD_TEXT, field_peer },
	{ "netns", FIELD_INTEGER, field_netns },
	{ "proto", FIELD_TEXT, field_proto },
	{ "local_ip", FIELD_TEXT, field_local },
	{ "local_port", FIELD_INTEGER, field_local_port },
	{ "remote_ip", FIELD_TEXT, field_remote },
	{ "remote_port", FIELD_INTEGER, field_remote_port },
	{ "role", FIELD_TEXT, field_role },
	{ "pid", FIELD_INTEGER, field_pid },
	{ "uid", FIELD_INTEGER, field_uid },
	{ "comm", FIELD_TEXT, field_comm },
	{ "cgroup_id", FIELD_INTEGER, get_cgroup },
	{ "parent", FIELD_TEXT, get_parent },
	{ "isn_local", FIELD_INTEGER, get_isn_local },
	{ "isn_remote", FIELD_INTEGER, get_isn_remote },
	{ "begin", FIELD_TEXT, get_begin },
	{ "open", FIELD_INTEGER, get_open },
	{ "life_us", FIELD_REAL, get_life },
	{ "handshake_us", FIELD_REAL, get_handshake },
	{ "accept_wait_us", FIELD_REAL, get_accept_wait },
	{ "outcome", FIELD_TEXT, get_outcome },
	{ "errno", FIELD_TEXT, get_errno },
	{ "close", FIELD_TEXT, get_close },
	{ "half_closed_us", FIELD_REAL, get_half_closed },
	{ "end", FIELD_TEXT, get_end },
	{ "bytes_sent", FIELD_INTEGER, get_bytes_sent },
	{ "bytes_received", FIELD_INTEGER, get_bytes_received },
	{ "bytes_acked", FIELD_INTEGER, get_bytes_acked },
	{ "bytes_retrans", FIELD_INTEGER, get_bytes_retrans },
	{ "segs_out", FIELD_INTEGER, get_segs_out },
	{ "segs_in", FIELD_INTEGER, get_segs_in },
	{ "srtt_us", FIELD_INTEGER, get_srtt },
	{ "min_rtt_us", FIELD_INTEGER, get_min_rtt },
	{ "snd_cwnd", FIELD_INTEGER, get_cwnd },
	{ "mss", FIELD_INTEGER, get_mss },
	{ "send_bytes", FIELD_INTEGER, get_send_bytes },
	{ "recv_bytes", FIELD_INTEGER, get_recv_bytes },
	{ "retrans", FIELD_INTEGER, get_retrans },
	{ "drops", FIELD_INTEGER, get_drops },
	{ "complete", FIELD_INTEGER, get_complete },
	{ "events", FIELD_INTEGER, get_events },
};
const unsigned life_field_count = sizeof(life_fields) / sizeof(life_fields[0]);
