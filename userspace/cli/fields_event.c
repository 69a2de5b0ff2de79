// SPDX-License-Identifier: GPL-2.0-or-later
/* An event's fields: see fields.h. */
#include "fields.h"
#include "names.h"
#include "words.h"

static bool is_segment(const struct sl_event *ev)
{
	return ev->kind == SL_EV_SEGMENT || ev->kind == SL_EV_RETRANS || ev->kind == SL_EV_TAIL;
}

static bool is_io(const struct sl_event *ev)
{
	return ev->kind == SL_EV_CALL && (ev->call.call == SL_CALL_SEND || ev->call.call == SL_CALL_RECV);
}

static bool get_event(const struct record *r, struct value *v)
{
	return value_name(v, sl_name_event(r->ev->kind), r->ev->kind);
}

static bool get_call(const struct record *r, struct value *v)
{
	return r->ev->kind == SL_EV_CALL && value_name(v, sl_name_call(r->ev->call.call), r->ev->call.call);
}

static bool get_result(const struct record *r, struct value *v)
{
	v->integer = r->ev->ret;
	return r->ev->kind == SL_EV_CALL;
}

static bool get_errno(const struct record *r, struct value *v)
{
	return r->ev->ret < 0 && value_errno(v, r->ev->ret);
}

static bool get_bytes(const struct record *r, struct value *v)
{
	return is_io(r->ev) && r->ev->ret >= 0 && value_integer(v, r->ev->io.bytes);
}

static bool get_duration(const struct record *r, struct value *v)
{
	v->real = (double)r->ev->dur_ns / 1000;
	return r->ev->flags & SL_EVF_TIMED;
}

static bool get_dir(const struct record *r, struct value *v)
{
	if (!(r->ev->flags & (SL_EVF_IN | SL_EVF_OUT)))
		return false;
	return value_text(v, r->ev->flags & SL_EVF_IN ? "in" : "out");
}

static bool get_flags(const struct record *r, struct value *v)
{
	return is_segment(r->ev) && sl_name_segment(r->ev->segment.flags, v->text, 48);
}

static bool has_numbers(const struct record *r)
{
	return is_segment(r->ev) && r->ev->flags & SL_EVF_WIRE;
}

static bool get_seq(const struct record *r, struct value *v)
{
	return has_numbers(r) && value_integer(v, r->ev->segment.seq);
}

static bool get_ack(const struct record *r, struct value *v)
{
	return has_numbers(r) && value_integer(v, r->ev->segment.ack);
}

static bool get_len(const struct record *r, struct value *v)
{
	return has_numbers(r) && value_integer(v, r->ev->segment.len);
}

static bool get_old(const struct record *r, struct value *v)
{
	return r->ev->kind == SL_EV_STATE &&
	       value_name(v, sl_name_state(r->ev->state.old_state), r->ev->state.old_state);
}

static bool get_new(const struct record *r, struct value *v)
{
	return r->ev->kind == SL_EV_STATE &&
	       value_name(v, sl_name_state(r->ev->state.new_state), r->ev->state.new_state);
}

static bool get_actor(const struct record *r, struct value *v)
{
	return value_some(v, r->ev->pid);
}

static bool get_text(const struct record *r, struct value *v)
{
	static const struct term plain;
	struct text t;

	text_init(&t);
	words_event(&t, &plain, r->ev, r->id);
	return value_text(v, t.s);
}

const struct field event_fields[] = {
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
	{ "comm", FIELD_TEXT, field_comm },
	{ "event", FIELD_TEXT, get_event },
	{ "call", FIELD_TEXT, get_call },
	{ "result", FIELD_INTEGER, get_result },
	{ "errno", FIELD_TEXT, get_errno },
	{ "bytes", FIELD_INTEGER, get_bytes },
	{ "duration_us", FIELD_REAL, get_duration },
	{ "dir", FIELD_TEXT, get_dir },
	{ "flags", FIELD_TEXT, get_flags },
	{ "seq", FIELD_INTEGER, get_seq },
	{ "ack", FIELD_INTEGER, get_ack },
	{ "len", FIELD_INTEGER, get_len },
	{ "old_state", FIELD_TEXT, get_old },
	{ "new_state", FIELD_TEXT, get_new },
	{ "actor_pid", FIELD_INTEGER, get_actor },
	{ "text", FIELD_TEXT, get_text },
};
const unsigned event_field_count = sizeof(event_fields) / sizeof(event_fields[0]);
