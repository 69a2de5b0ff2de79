// SPDX-License-Identifier: GPL-2.0-or-later
/* A step in few words: see step_words.h. */
#include "step_words.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "human.h"
#include "names.h"
#include "words.h"

#define LONG_CALL_NS 1000000ULL

static void result(struct text *t, int ret)
{
	char number[16];

	if (ret < 0)
		text_add(t, "= %s", words_or_number(sl_name_errno(-ret), (uint32_t)-ret, number));
	else
		text_add(t, "= %d", ret);
}

static void io(struct text *t, const struct sl_event *ev)
{
	text_add(t, "%s", ev->io.call == SL_CALL_SEND ? "send" : "recv");
	if (ev->ret >= 0)
		text_add(t, " %" PRIu64 " B", (uint64_t)ev->io.bytes);
	else
		text_add(t, "() ");
	if (ev->ret < 0)
		result(t, ev->ret);
}

static bool has_descriptor(const struct sl_event *ev)
{
	return (int)ev->call.arg > 0;
}

static void argument(struct text *t, const struct sl_event *ev, const struct sl_ident *id)
{
	static const char *const hows[] = { "RD", "WR", "RDWR" };

	switch (ev->call.call) {
	case SL_CALL_BIND:
		if (id->known & SL_ID_LOCAL && id->lport)
			text_add(t, ":%u", id->lport);
		break;
	case SL_CALL_LISTEN: text_add(t, "%u", ev->call.arg); break;
	case SL_CALL_SHUTDOWN: text_add(t, "%s", ev->call.arg < 3 ? hows[ev->call.arg] : "?"); break;
	case SL_CALL_CLOSE:
		if (has_descriptor(ev))
			text_add(t, "%u", ev->call.arg);
	}
}

/* Success is worth a word only where it is a number that is used later. */
static void call_result(struct text *t, const struct sl_event *ev, const struct sl_ident *id)
{
	uint32_t call = ev->call.call;

	if (ev->ret < 0 || call == SL_CALL_CONNECT) {
		text_add(t, " ");
		result(t, ev->ret);
	} else if ((call == SL_CALL_SOCKET || call == SL_CALL_ACCEPT) && has_descriptor(ev)) {
		text_add(t, " = %u", ev->call.arg);
	} else if (call == SL_CALL_ACCEPT && ev->call.cookie && id->role == SL_ROLE_LISTENER) {
		text_add(t, " = sock %" PRIx64, (uint64_t)ev->call.cookie);
	}
}

static void call(struct text *t, const struct step *step, const struct sl_ident *id)
{
	const struct sl_event *ev = step->ev;
	char number[16];

	if (ev->call.call == SL_CALL_SEND || ev->call.call == SL_CALL_RECV) {
		io(t, ev);
		return;
	}
	text_add(t, "%s(", words_or_number(sl_name_call(ev->call.call), ev->call.call, number));
	argument(t, ev, id);
	text_add(t, ")");
	if (step->whole)
		call_result(t, ev, id);
}

static void returned(struct text *t, const struct sl_event *ev, const struct term *term)
{
	char took[32];

	result(t, ev->ret);
	if (ev->dur_ns < LONG_CALL_NS)
		return;
	human_time(took, sizeof(took), ev->dur_ns, term->utf8);
	text_add(t, " after %s", took);
}

static void option(struct text *t, const struct sl_option *o)
{
	char name[16];

	text_add(t, "%s", words_or_number(sl_name_sockopt(o->level, o->name), o->name, name));
	if (o->known & SL_OPT_ASKED)
		text_add(t, " %d", o->asked);
	if (o->known & SL_OPT_RET && o->ret < 0) {
		text_add(t, " ");
		result(t, o->ret);
	}
}

static void segment(struct text *t, const struct step *step)
{
	const struct sl_event *ev = step->ev;
	char flags[48];

	if (ev->kind == SL_EV_RESET) {
		text_add(t, "RST");
		return;
	}
	text_add(t, "%s", sl_name_segment(ev->segment.flags, flags, sizeof(flags)));
	if (ev->segment.len)
		text_add(t, " %u B", ev->segment.len);
	if (ev->flags & SL_EVF_WINDOW)
		text_add(t, " window %u", ev->segment.window);
	if (step->again)
		text_add(t, " again");
}

static void note(struct text *t, const struct sl_event *ev)
{
	char number[16];

	switch (ev->kind) {
	case SL_EV_ERROR: text_add(t, "%s", words_or_number(sl_name_errno(ev->ret), (uint32_t)-ev->ret, number)); break;
	case SL_EV_DROP:
		text_add(t, "drop %s", words_or_number(sl_name_drop_reason(ev->drop.reason), ev->drop.reason, number));
		break;
	case SL_EV_OUTCOME:
		text_add(t, "%s", words_or_number(sl_name_outcome(ev->state.new_state), ev->state.new_state, number));
		break;
	default: text_add(t, "event %u", ev->kind);
	}
}

void step_words(struct text *t, const struct step *step, const struct sl_ident *id, const struct term *term)
{
	const struct sl_event *ev = step->ev;
	char number[16];

	if (step_is_segment(step))
		segment(t, step);
	else if (step->lingers)
		text_add(t, "TIME-WAIT");
	else if (ev->kind == SL_EV_STATE)
		text_add(t, "%s", words_or_number(sl_name_state(ev->state.new_state), ev->state.new_state, number));
	else if (ev->kind == SL_EV_OPTION)
		option(t, &ev->option.opt);
	else if (ev->kind != SL_EV_CALL)
		note(t, ev);
	else if (step->kind == STEP_RETURN && !step->whole)
		returned(t, ev, term);
	else
		call(t, step, id);
}

enum signal_class step_signal(const struct step *step)
{
	if (step_is_segment(step) && step_tcp_flags(step) & 0x04 /* RST */)
		return SIGNAL_BAD;
	if (step->again)
		return SIGNAL_WARN;
	if (step->kind == STEP_CALL && !step->whole) /* how it went is told with its return */
		return SIGNAL_NONE;
	return words_event_signal(step->ev);
}
