// SPDX-License-Identifier: GPL-2.0-or-later
/* An event in words: see words.h. Calls read as strace prints them, segments as an arrow and their flags. */
#include <errno.h>
#include <inttypes.h>

#include "human.h"
#include "names.h"
#include "words.h"

static void event_result(struct text *t, int ret)
{
	char number[16];

	if (ret < 0)
		text_add(t, " = -1 %s", words_or_number(sl_name_errno(-ret), (uint32_t)-ret, number));
	else
		text_add(t, " = %d", ret);
}

static void event_io(struct text *t, const struct sl_event *ev)
{
	text_add(t, "%s", ev->io.call == SL_CALL_SEND ? "send" : "recv");
	if (ev->ret >= 0 || ev->io.bytes)
		text_add(t, " %" PRIu64 " B", (uint64_t)ev->io.bytes);
	event_result(t, ev->ret);
}

/* On a listener the cookie is the new socket's, on the new socket it is the listener's. */
static void event_accept(struct text *t, const struct term *term, const struct sl_event *ev, const struct sl_ident *id)
{
	char wait[32];

	text_add(t, "accept()");
	if (ev->ret < 0)
		event_result(t, ev->ret);
	else if (ev->call.cookie && id->role == SL_ROLE_LISTENER)
		text_add(t, " = sock %" PRIx64, (uint64_t)ev->call.cookie);
	else if (ev->call.cookie)
		text_add(t, " from sock %" PRIx64, (uint64_t)ev->call.cookie);
	if (ev->call.wait_ns) {
		human_time(wait, sizeof(wait), ev->call.wait_ns, term->utf8);
		text_add(t, ", waited %s", wait);
	}
}

static void event_arguments(struct text *t, const struct sl_event *ev, const struct sl_ident *id)
{
	static const char *const hows[] = { "SHUT_RD", "SHUT_WR", "SHUT_RDWR" };
	const char *protocol = id->known & SL_ID_TYPE ? sl_name_protocol(id->family, id->type, id->protocol) : NULL;

	switch (ev->call.call) {
	case SL_CALL_SOCKET: text_add(t, "%s", protocol ? protocol : ""); break;
	case SL_CALL_BIND: words_local(t, id); break;
	case SL_CALL_CONNECT: words_remote(t, id); break;
	case SL_CALL_LISTEN: text_add(t, "backlog %u", ev->call.arg); break;
	case SL_CALL_SHUTDOWN: text_add(t, "%s", ev->call.arg < 3 ? hows[ev->call.arg] : "?"); break;
	case SL_CALL_CLOSE:
		if ((int)ev->call.arg > 0) /* else the hook does not know it */
			text_add(t, "%u", ev->call.arg);
	}
}

static void event_call(struct text *t, const struct term *term, const struct sl_event *ev, const struct sl_ident *id)
{
	char number[16];

	if (ev->call.call == SL_CALL_SEND || ev->call.call == SL_CALL_RECV) {
		event_io(t, ev);
	} else if (ev->call.call == SL_CALL_ACCEPT) {
		event_accept(t, term, ev, id);
	} else {
		text_add(t, "%s(", words_or_number(sl_name_call(ev->call.call), ev->call.call, number));
		event_arguments(t, ev, id);
		text_add(t, ")");
		event_result(t, ev->call.call == SL_CALL_SOCKET && !ev->ret ? (int)ev->call.arg : ev->ret);
	}
}

static void event_option(struct text *t, const struct sl_event *ev)
{
	const struct sl_option *o = &ev->option.opt;
	char level[16], name[16];

	text_add(t, "setsockopt(%s, %s, ", words_or_number(sl_name_sockopt_level(o->level), o->level, level),
		 words_or_number(sl_name_sockopt(o->level, o->name), o->name, name));
	if (o->known & SL_OPT_ASKED)
		text_add(t, "%d)", o->asked);
	else
		text_add(t, "?)");
	if (o->known & SL_OPT_RET)
		event_result(t, o->ret);
	if (o->known & SL_OPT_IN_FORCE)
		text_add(t, ", in force %d", o->in_force);
}

static void event_state(struct text *t, const struct term *term, const struct sl_event *ev)
{
	char was[16], is[16];

	text_add(t, "state %s %s %s", words_or_number(sl_name_state(ev->state.old_state), ev->state.old_state, was),
		 term_right(term), words_or_number(sl_name_state(ev->state.new_state), ev->state.new_state, is));
}

static void event_segment(struct text *t, const struct term *term, const struct sl_event *ev)
{
	char flags[48];

	if (ev->flags & SL_EVF_IN)
		text_add(t, "%s ", term_left(term));
	text_add(t, "%s", sl_name_segment(ev->segment.flags, flags, sizeof(flags)));
	if (ev->segment.len)
		text_add(t, " %u B", ev->segment.len);
	if (ev->flags & SL_EVF_WINDOW)
		text_add(t, ev->segment.window ? ", window open again" : ", window 0");
	if (ev->flags & SL_EVF_OUT)
		text_add(t, " %s", term_right(term));
}

static void event_retrans(struct text *t, const struct sl_event *ev)
{
	char flags[48];

	text_add(t, "retransmit");
	if (ev->segment.count)
		text_add(t, " #%u", ev->segment.count);
	text_add(t, " %s", sl_name_segment(ev->segment.flags, flags, sizeof(flags)));
	if (ev->segment.len)
		text_add(t, " %u B", ev->segment.len);
}

static void event_reset(struct text *t, const struct term *term, const struct sl_event *ev)
{
	char number[16];

	text_add(t, ev->flags & SL_EVF_IN ? "%s RST" : "RST %s",
		 ev->flags & SL_EVF_IN ? term_left(term) : term_right(term));
	if (ev->reset.known)
		text_add(t, " %s", words_or_number(sl_name_reset_reason(ev->reset.reason), ev->reset.reason, number));
}

static void event_outcome(struct text *t, const struct term *term, const struct sl_event *ev)
{
	char number[16], took[32];

	text_add(t, "handshake %s", words_or_number(sl_name_outcome(ev->state.new_state), ev->state.new_state, number));
	if (ev->ret < 0)
		text_add(t, ": %s", words_or_number(sl_name_errno(-ev->ret), (uint32_t)-ev->ret, number));
	if (ev->flags & SL_EVF_TIMED) {
		human_time(took, sizeof(took), ev->dur_ns, term->utf8);
		text_add(t, " %s %s", ev->ret < 0 ? "after" : "in", took);
	}
}

static void event_duration(struct text *t, const struct term *term, const struct sl_event *ev)
{
	char took[32];

	if (!(ev->flags & SL_EVF_TIMED))
		return;
	human_time(took, sizeof(took), ev->dur_ns, term->utf8);
	text_add(t, " <%s>", took);
}

void words_event(struct text *t, const struct term *term, const struct sl_event *ev, const struct sl_ident *id)
{
	char number[16];

	switch (ev->kind) {
	case SL_EV_CALL: event_call(t, term, ev, id); break;
	case SL_EV_OPTION: event_option(t, ev); break;
	case SL_EV_STATE: event_state(t, term, ev); break;
	case SL_EV_TAIL:
	case SL_EV_SEGMENT: event_segment(t, term, ev); break;
	case SL_EV_RETRANS: event_retrans(t, ev); break;
	case SL_EV_RESET: event_reset(t, term, ev); break;
	case SL_EV_ERROR:
		text_add(t, "error %s", words_or_number(sl_name_errno(ev->ret), (uint32_t)-ev->ret, number));
		break;
	case SL_EV_DROP:
		text_add(t, "dropped %u B: %s", ev->drop.len,
			 words_or_number(sl_name_drop_reason(ev->drop.reason), ev->drop.reason, number));
		break;
	case SL_EV_OUTCOME: event_outcome(t, term, ev); return;
	default: text_add(t, "event %u", ev->kind);
	}
	event_duration(t, term, ev);
}

enum signal_class words_event_signal(const struct sl_event *ev)
{
	switch (ev->kind) {
	case SL_EV_STATE: return SIGNAL_DIM;
	case SL_EV_RETRANS:
	case SL_EV_DROP: return SIGNAL_WARN;
	case SL_EV_RESET:
	case SL_EV_ERROR: return SIGNAL_BAD;
	case SL_EV_OUTCOME: return ev->state.new_state > SL_HS_ESTABLISHED ? SIGNAL_BAD : SIGNAL_NONE;
	case SL_EV_OPTION:
		return ev->option.opt.known & SL_OPT_RET && ev->option.opt.ret < 0 ? SIGNAL_WARN : SIGNAL_NONE;
	/* A call that would block is no trouble. */
	case SL_EV_CALL:
		return ev->ret < 0 && ev->ret != -EAGAIN && ev->ret != -EINPROGRESS ? SIGNAL_WARN : SIGNAL_NONE;
	default: return SIGNAL_NONE;
	}
}
