// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel does, in sentences: states, segments, errors. See story.h. */
#include <errno.h>

#include "../../core/base.h"
#include "lang.h"
#include "names.h"
#include "steps_join.h"
#include "story_part.h"
#include "words.h"

#define HANDSHAKE "RFC 9293, 3.5"
#define CLOSING "RFC 9293, 3.6"
#define STATES "RFC 9293, 3.3.2"

struct phrase {
	const char *text, *ref;
};

static const struct phrase states[] = {
	[SL_TCP_ESTABLISHED] = { N_("the connection is open in both directions (ESTABLISHED)"), HANDSHAKE },
	[SL_TCP_SYN_SENT] = { N_("will ask for a connection, and waits for the answer (SYN-SENT)"), HANDSHAKE },
	[SL_TCP_SYN_RECV] = { N_("has been asked and has agreed (SYN-RECV)"), HANDSHAKE },
	[SL_TCP_FIN_WAIT1] = { N_("this end has no more to send; its FIN is on the way (FIN-WAIT-1)"), CLOSING },
	[SL_TCP_FIN_WAIT2] = { N_("its FIN is acknowledged; waits for the FIN of the peer (FIN-WAIT-2)"), CLOSING },
	[SL_TCP_TIME_WAIT] = { N_("remembers the connection for a minute, in case of late segments (TIME-WAIT)"),
			       CLOSING },
	[SL_TCP_CLOSE] = { N_("the connection is over (CLOSED)"), STATES },
	[SL_TCP_CLOSE_WAIT] = { N_("the peer has no more to send; waits until the program closes (CLOSE-WAIT)"),
				CLOSING },
	[SL_TCP_LAST_ACK] = { N_("its own FIN is on the way too; waits for the last ACK (LAST-ACK)"), CLOSING },
	[SL_TCP_LISTEN] = { N_("takes connections from now on (LISTEN)"), STATES },
	[SL_TCP_CLOSING] = { N_("both ends said FIN at once; waits for the last ACK (CLOSING)"), CLOSING },
};

static void tell_state(struct sentence *out, const struct step *step)
{
	unsigned state = step->lingers ? SL_TCP_TIME_WAIT : step->ev->state.new_state;
	char number[16];

	if (state < sizeof(states) / sizeof(states[0]) && states[state].text) {
		text_add(&out->text, "%s", _(states[state].text));
		out->ref = states[state].ref;
	} else {
		text_add(&out->text, _("changes its state to %s"),
			 words_or_number(sl_name_state(state), state, number));
	}
}

/* The words for a segment by what it says. */
static struct phrase leaves(unsigned flags, bool fin_came)
{
	if (flags & TCP_RST)
		return (struct phrase){ N_("sends RST: the connection is broken off"), "RFC 9293, 3.5.2" };
	if (flags & TCP_SYN && flags & TCP_ACK)
		return (struct phrase){ N_("sends SYN-ACK: agrees, and asks for the other direction"), HANDSHAKE };
	if (flags & TCP_SYN)
		return (struct phrase){ N_("sends SYN: asks for a connection"), HANDSHAKE };
	if (flags & TCP_FIN && fin_came)
		return (struct phrase){ N_("sends FIN: this end has no more to send either"), CLOSING };
	if (flags & TCP_FIN)
		return (struct phrase){ N_("sends FIN: this end has no more to send"), CLOSING };
	if (fin_came)
		return (struct phrase){ N_("sends ACK: the FIN has come"), CLOSING };
	return (struct phrase){ N_("sends ACK: agrees to the other direction"), HANDSHAKE };
}

static struct phrase arrives(unsigned flags, bool closing)
{
	if (flags & TCP_RST)
		return (struct phrase){ N_("RST comes: the peer breaks off, or does not want the connection"),
					"RFC 9293, 3.5.2" };
	if (flags & TCP_SYN && flags & TCP_ACK)
		return (struct phrase){ N_("SYN-ACK comes: the peer agrees"), HANDSHAKE };
	if (flags & TCP_SYN)
		return (struct phrase){ N_("SYN comes: somebody asks for a connection"), HANDSHAKE };
	if (flags & TCP_FIN)
		return (struct phrase){ N_("FIN comes: the peer has no more to send"), CLOSING };
	if (closing)
		return (struct phrase){ N_("ACK comes: the peer has got the FIN"), CLOSING };
	return (struct phrase){ N_("ACK comes: the peer agrees too"), HANDSHAKE };
}

static void tell_window(struct sentence *out, const struct step *step)
{
	out->ref = "RFC 9293, 3.8.6";
	if (step->kind == STEP_LEAVE)
		text_add(&out->text, "%s",
			 step->ev->segment.window ? _("tells the peer that there is room again")
						  : _("tells the peer to stop: the receive buffer is full"));
	else
		text_add(&out->text, "%s",
			 step->ev->segment.window ? _("the peer has room again")
						  : _("the peer has no room: sending must wait"));
}

static void tell_segment(struct story *story, struct sentence *out, const struct step *step)
{
	unsigned flags = step_tcp_flags(step);
	bool *fin_came = story->fin_came;
	struct phrase phrase;
	char name[48];

	if (step->ev->kind == SL_EV_SEGMENT && step->ev->flags & SL_EVF_WINDOW) {
		tell_window(out, step);
		return;
	}
	if (step->again) {
		text_add(&out->text, _("sends %s again, because no answer has come"),
			 sl_name_segment(flags, name, sizeof(name)));
		out->ref = "RFC 6298";
		return;
	}
	phrase = step->kind == STEP_LEAVE ? leaves(flags, fin_came[step->side])
					  : arrives(flags, story->fin_left[step->side]);
	text_add(&out->text, "%s", _(phrase.text));
	out->ref = phrase.ref;
	if (flags & TCP_FIN && step->kind == STEP_LEAVE)
		story->fin_left[step->side] = true;
	else if (flags & TCP_FIN)
		fin_came[step->side] = true;
}

static void tell_outcome(struct sentence *out, const struct sl_event *ev)
{
	static const char *const outcomes[] = {
		[SL_HS_REFUSED] = N_("the connection is refused: nobody listens there"),
		[SL_HS_TIMED_OUT] = N_("gives up: no answer came, however often it asked"),
		[SL_HS_UNREACHABLE] = N_("gives up: there is no way to that address"),
		[SL_HS_LOCAL_ERROR] = N_("cannot even ask: something on this host is in the way"),
		[SL_HS_DENIED] = N_("a policy of this host forbids the connection"),
		[SL_HS_CANCELLED] = N_("the program closed the socket before an answer came"),
		[SL_HS_ABORTED] = N_("the handshake is broken off"),
	};
	unsigned outcome = ev->state.new_state;

	out->ref = HANDSHAKE;
	if (outcome < sizeof(outcomes) / sizeof(outcomes[0]) && outcomes[outcome])
		text_add(&out->text, "%s", _(outcomes[outcome]));
	else
		text_add(&out->text, "%s", _("the connection does not come about"));
}

void story_kernel(struct story *story, struct sentence *out, const struct step *step)
{
	const struct sl_event *ev = step->ev;
	char number[16];

	out->kernel = true;
	if (step_is_segment(step)) {
		tell_segment(story, out, step);
		return;
	}
	switch (ev->kind) {
	case SL_EV_STATE: tell_state(out, step); break;
	case SL_EV_OUTCOME: tell_outcome(out, ev); break;
	case SL_EV_ERROR:
		text_add(&out->text, _("notes an error for the program: %s"),
			 words_or_number(sl_name_errno(ev->ret), (uint32_t)-ev->ret, number));
		out->ref = "errno(3)";
		break;
	case SL_EV_DROP:
		text_add(&out->text, _("throws a packet away: %s"),
			 words_or_number(sl_name_drop_reason(ev->drop.reason), ev->drop.reason, number));
		break;
	default: text_add(&out->text, "%s", sl_name_event(ev->kind) ? sl_name_event(ev->kind) : "?");
	}
}
