// SPDX-License-Identifier: GPL-2.0-or-later
/* What the program asks, and what the kernel does with that at once, in sentences. See story.h. */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "human.h"
#include "lang.h"
#include "names.h"
#include "story_part.h"
#include "words.h"

static const struct {
	int err;
	const char *text;
} meanings[] = {
	{ EINPROGRESS, N_("it does not wait; the answer will come later") },
	{ EAGAIN, N_("nothing is there now") },
	{ ECONNREFUSED, N_("nobody listens there") },
	{ ETIMEDOUT, N_("no answer came") },
	{ ECONNRESET, N_("the peer broke the connection off") },
	{ EPIPE, N_("this direction is closed already") },
	{ EADDRINUSE, N_("somebody has that address already") },
	{ EADDRNOTAVAIL, N_("this host has no such address, or no port is left") },
	{ EHOSTUNREACH, N_("there is no way to that host") },
	{ ENETUNREACH, N_("there is no way to that network") },
	{ EACCES, N_("that is not allowed") },
	{ EPERM, N_("that is not allowed") },
	{ ENOTCONN, N_("there is no connection") },
	{ EISCONN, N_("there is a connection already") },
	{ EINTR, N_("a signal came in between") },
};

const char *story_errno(int err)
{
	for (unsigned i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].err == abs(err))
			return _(meanings[i].text);
	}
	return NULL;
}

const char *story_end_name(const struct sl_ident *id)
{
	switch (id->role) {
	case SL_ROLE_CLIENT: return _("client");
	case SL_ROLE_SERVER: return _("server");
	case SL_ROLE_LISTENER: return _("listener");
	default: return _("socket");
	}
}

static const char *errno_name(int err, char number[16])
{
	return words_or_number(sl_name_errno(abs(err)), (uint32_t)abs(err), number);
}

/* The kernel's answer to a call that failed. */
static unsigned refuse(struct sentence *out, int ret)
{
	const char *meaning = story_errno(ret);
	char number[16];

	out->kernel = true;
	out->ref = "errno(3)";
	if (meaning)
		text_add(&out->text, _("says %s: %s"), errno_name(ret, number), meaning);
	else
		text_add(&out->text, _("says %s"), errno_name(ret, number));
	return 1;
}

static unsigned answer(struct sentence *out, const char *text)
{
	out->kernel = true;
	text_add(&out->text, "%s", text);
	return 1;
}

static const char *address(struct text *t, const struct sl_ident *id, bool remote)
{
	text_init(t);
	if (remote)
		words_remote(t, id);
	else
		words_local(t, id);
	return t->s;
}

static const char *count_text(char buf[32], uint64_t n)
{
	snprintf(buf, 32, "%" PRIu64, n);
	return buf;
}

static unsigned tell_socket(struct sentence out[2], const struct sl_event *ev, const struct sl_ident *id)
{
	const char *protocol = id->known & SL_ID_TYPE ? sl_name_protocol(id->family, id->type, id->protocol) : NULL;
	char number[32];

	text_add(&out[0].text, _("asks for a new socket (%s)"), protocol ? protocol : "?");
	if (ev->ret < 0)
		return 1 + refuse(&out[1], ev->ret);
	out[1].kernel = true;
	if ((int)ev->call.arg > 0)
		text_add(&out[1].text, _("makes one, descriptor %s; it is connected to nothing yet"),
			 count_text(number, ev->call.arg));
	else
		text_add(&out[1].text, "%s", _("makes one; it is connected to nothing yet"));
	return 2;
}

static unsigned tell_send(struct sentence out[2], const struct sl_event *ev)
{
	char number[32];

	text_add(&out[0].text, _("sends %s bytes"), count_text(number, ev->io.bytes));
	return 1 + (ev->ret < 0 ? refuse(&out[1], ev->ret)
				: answer(&out[1],
					 _("copies them into the send buffer, and sends them as the peer has room")));
}

static unsigned tell_recv(struct sentence out[2], const struct sl_event *ev)
{
	char number[32];

	if (ev->ret > 0) {
		text_add(&out[0].text, _("receives %s bytes"), count_text(number, ev->io.bytes));
		return 1 + answer(&out[1], _("hands over what was in the receive buffer"));
	}
	text_add(&out[0].text, "%s", _("asks for data"));
	return 1 +
	       (ev->ret < 0 ? refuse(&out[1], ev->ret) : answer(&out[1], _("says 0: the peer has no more to send")));
}

static unsigned tell_accept(struct sentence out[2], const struct sl_event *ev)
{
	char wait[32];

	text_add(&out[0].text, "%s", _("takes the next connection (accept)"));
	if (ev->ret < 0)
		return 1 + refuse(&out[1], ev->ret);
	if (!ev->call.wait_ns)
		return 1;
	human_time(wait, sizeof(wait), ev->call.wait_ns, false);
	out[1].kernel = true;
	text_add(&out[1].text, _("hands it over; it waited %s in the accept queue"), wait);
	return 2;
}

static unsigned tell_shutdown(struct sentence out[2], const struct sl_event *ev)
{
	const char *const hows[] = { _("will read no more (shutdown)"), _("will send no more (shutdown)"),
				     _("will neither read nor send any more (shutdown)") };

	text_add(&out[0].text, "%s", ev->call.arg < 3 ? hows[ev->call.arg] : hows[2]);
	return ev->ret < 0 ? 1 + refuse(&out[1], ev->ret) : 1;
}

static unsigned tell_option(struct sentence out[2], const struct sl_option *o)
{
	char name[16], value[32];

	out[0].ref = o->level == IPPROTO_TCP    ? "tcp(7)"
		     : o->level == SOL_SOCKET   ? "socket(7)"
		     : o->level == IPPROTO_IP   ? "ip(7)"
		     : o->level == IPPROTO_IPV6 ? "ipv6(7)"
						: "setsockopt(2)";
	snprintf(value, sizeof(value), "%d", o->asked);
	text_add(&out[0].text, _("sets the option %s to %s"),
		 words_or_number(sl_name_sockopt(o->level, o->name), o->name, name),
		 o->known & SL_OPT_ASKED ? value : "?");
	return o->known & SL_OPT_RET && o->ret < 0 ? 1 + refuse(&out[1], o->ret) : 1;
}

/* The return of a call that took its time. */
static unsigned tell_return(struct sentence out[2], const struct sl_event *ev)
{
	char number[32];

	if (ev->call.call == SL_CALL_SEND && ev->ret >= 0)
		text_add(&out[0].text, _("is told that %s bytes are on their way"),
			 count_text(number, (uint64_t)ev->ret));
	else if (!ev->ret)
		text_add(&out[0].text, "%s", _("is told that it is connected"));
	else if (story_errno(ev->ret))
		text_add(&out[0].text, _("is told %s: %s"), errno_name(ev->ret, number), story_errno(ev->ret));
	else
		text_add(&out[0].text, _("is told %s"), errno_name(ev->ret, number));
	return 1;
}

/* Calls that the kernel answers by what it does next, or by an error. */
static unsigned tell_plain(struct sentence out[2], const struct step *step, const struct sl_ident *id)
{
	const struct sl_event *ev = step->ev;
	struct text where;
	char number[32];

	switch (ev->call.call) {
	case SL_CALL_BIND: text_add(&out[0].text, _("asks for the address %s"), address(&where, id, false)); break;
	case SL_CALL_LISTEN:
		text_add(&out[0].text, _("wants to be called, with room for %s waiting (listen)"),
			 count_text(number, ev->call.arg));
		break;
	case SL_CALL_CONNECT: text_add(&out[0].text, _("wants a connection to %s"), address(&where, id, true)); break;
	case SL_CALL_CLOSE: text_add(&out[0].text, "%s", _("closes the socket")); break;
	default: text_add(&out[0].text, "%s()", sl_name_call(ev->call.call) ? sl_name_call(ev->call.call) : "?");
	}
	return ev->ret < 0 && step->whole ? 1 + refuse(&out[1], ev->ret) : 1;
}

unsigned story_app(struct story *story, struct sentence out[2], const struct step *step)
{
	static const char *const pages[] = { "socket(2)", "setsockopt(2)", "bind(2)", "listen(2)",   "connect(2)",
					     "accept(2)", "send(2)",       "recv(2)", "shutdown(2)", "close(2)" };
	const struct sl_ident *id = &story->c->end[step->side]->id;
	const struct sl_event *ev = step->ev;

	if (ev->kind == SL_EV_OPTION)
		return tell_option(out, &ev->option.opt);
	out[0].ref = ev->call.call < sizeof(pages) / sizeof(pages[0]) ? pages[ev->call.call] : NULL;
	if (step->kind == STEP_RETURN && !step->whole)
		return tell_return(out, ev);
	switch (ev->call.call) {
	case SL_CALL_SOCKET: return tell_socket(out, ev, id);
	case SL_CALL_SEND: return tell_send(out, ev);
	case SL_CALL_RECV: return tell_recv(out, ev);
	case SL_CALL_ACCEPT: return tell_accept(out, ev);
	case SL_CALL_SHUTDOWN: return tell_shutdown(out, ev);
	default: return tell_plain(out, step, id);
	}
}

unsigned story_tell(struct story *story, const struct step *step, struct sentence out[2])
{
	for (unsigned i = 0; i < 2; i++) {
		out[i] = (struct sentence){ .kernel = false };
		text_init(&out[i].text);
	}
	if (step->kind == STEP_CALL || step->kind == STEP_RETURN)
		return story_app(story, out, step);
	story_kernel(story, &out[0], step);
	return 1;
}
