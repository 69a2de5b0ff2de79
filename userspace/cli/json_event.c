// SPDX-License-Identifier: GPL-2.0-or-later
/* An event as JSON. One writer for each kind; which keys it may have: schema.json. */
#include "json_record.h"

#include "names.h"

static void json_result(struct sl_json *json, const struct sl_event *ev)
{
	sl_json_int(json, "ret", ev->ret);
	if (ev->ret < 0)
		json_errno(json, "errno", ev->ret);
}

static void json_accept(struct sl_json *json, const struct sl_ev_call *call, const struct sl_ident *id)
{
	if (call->cookie)
		sl_json_hex(json, id->role == SL_ROLE_LISTENER ? "accepted" : "listener", call->cookie);
	if (call->wait_ns)
		sl_json_micros(json, "wait_us", (int64_t)call->wait_ns);
}

static void json_arguments(struct sl_json *json, const struct sl_event *ev, const struct sl_ident *id)
{
	static const char *const hows[] = { "rd", "wr", "rdwr" };

	switch (ev->call.call) {
	case SL_CALL_SEND:
	case SL_CALL_RECV:
		if (ev->ret >= 0 || ev->io.bytes)
			sl_json_uint(json, "bytes", ev->io.bytes);
		break;
	case SL_CALL_LISTEN: sl_json_uint(json, "backlog", ev->call.arg); break;
	case SL_CALL_SHUTDOWN:
		if (ev->call.arg < 3)
			sl_json_string(json, "how", hows[ev->call.arg]);
		break;
	case SL_CALL_ACCEPT: json_accept(json, &ev->call, id); /* fall through */
	case SL_CALL_SOCKET:
	case SL_CALL_CLOSE:
		if ((int)ev->call.arg > 0) /* else the hook does not know it */
			sl_json_uint(json, "fd", ev->call.arg);
		break;
	}
}

static void json_call(struct sl_json *json, const struct sl_event *ev, const struct sl_ident *id)
{
	json_word(json, "call", sl_name_call(ev->call.call), ev->call.call);
	json_result(json, ev);
	json_arguments(json, ev, id);
}

static void json_direction(struct sl_json *json, const struct sl_event *ev)
{
	if (ev->flags & (SL_EVF_IN | SL_EVF_OUT))
		sl_json_string(json, "dir", ev->flags & SL_EVF_IN ? "in" : "out");
}

/* Numbers of the header are only in what was seen as a segment. */
static void json_segment(struct sl_json *json, const struct sl_event *ev)
{
	const struct sl_ev_segment *s = &ev->segment;
	bool wire = ev->flags & SL_EVF_WIRE;
	char flags[48];

	json_direction(json, ev);
	sl_json_string(json, "flags", sl_name_segment(s->flags, flags, sizeof(flags)));
	sl_json_string(json, "at", wire ? "wire" : "state");
	if (wire || s->seq || s->ack) {
		sl_json_uint(json, "seq", s->seq);
		sl_json_uint(json, "ack", s->ack);
		sl_json_uint(json, "len", s->len);
	}
	if (wire)
		sl_json_uint(json, "window", s->window);
	json_flag(json, "window_change", ev->flags & SL_EVF_WINDOW);
	json_some(json, "count", s->count);
}

static void json_option(struct sl_json *json, const struct sl_option *o)
{
	json_name(json, "level", sl_name_sockopt_level(o->level), o->level);
	json_name(json, "name", sl_name_sockopt(o->level, o->name), o->name);
	if (o->known & SL_OPT_ASKED)
		sl_json_int(json, "value", o->asked);
	if (o->known & SL_OPT_IN_FORCE)
		sl_json_int(json, "in_force", o->in_force);
	if (!(o->known & SL_OPT_RET))
		return;
	sl_json_int(json, "result", o->ret);
	if (o->ret < 0)
		json_errno(json, "errno", o->ret);
}

static void json_reset(struct sl_json *json, const struct sl_event *ev)
{
	json_direction(json, ev);
	if (ev->reset.known)
		json_name(json, "reason", sl_name_reset_reason(ev->reset.reason), ev->reset.reason);
}

static void json_body(struct sl_json *json, const struct sl_event *ev, const struct sl_ident *id)
{
	switch (ev->kind) {
	case SL_EV_CALL: json_call(json, ev, id); break;
	case SL_EV_OPTION: json_option(json, &ev->option.opt); break;
	case SL_EV_STATE:
		json_word(json, "old", sl_name_state(ev->state.old_state), ev->state.old_state);
		json_word(json, "new", sl_name_state(ev->state.new_state), ev->state.new_state);
		break;
	case SL_EV_SEGMENT:
	case SL_EV_RETRANS:
	case SL_EV_TAIL: json_segment(json, ev); break;
	case SL_EV_RESET: json_reset(json, ev); break;
	case SL_EV_ERROR: json_errno(json, "errno", ev->ret); break;
	case SL_EV_DROP:
		json_name(json, "reason", sl_name_drop_reason(ev->drop.reason), ev->drop.reason);
		sl_json_uint(json, "len", ev->drop.len);
		break;
	case SL_EV_OUTCOME:
		json_word(json, "outcome", sl_name_outcome(ev->state.new_state), ev->state.new_state);
		if (ev->ret < 0)
			json_errno(json, "errno", ev->ret);
		break;
	}
}

/* Who caused it, where the event came in that process' own context. */
static void json_actor(struct sl_json *json, const struct sl_event *ev, const struct sl_ident *id)
{
	if (!ev->pid)
		return;
	sl_json_uint(json, "pid", ev->pid);
	json_some(json, "tid", ev->tid);
	if (id->known & SL_ID_OWNER && id->pid == ev->pid)
		sl_json_text(json, "comm", id->comm, sizeof(id->comm));
}

void json_event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct sl_json *json = &run->json;

	json_begin(run, "event", ev->rec.ts_ns);
	json_socket(json, id, peer);
	json_word(json, "event", sl_name_event(ev->kind), ev->kind);
	json_body(json, ev, id);
	json_actor(json, ev, id);
	if (ev->flags & SL_EVF_TIMED)
		sl_json_micros(json, "duration_us", (int64_t)ev->dur_ns);
	json_ends(json, id);
	if (id->known & SL_ID_OWNER) {
		sl_json_object(json, "owner");
		sl_json_uint(json, "pid", id->pid);
		sl_json_text(json, "comm", id->comm, sizeof(id->comm));
		sl_json_end(json);
	}
	sl_json_line(json);
}
