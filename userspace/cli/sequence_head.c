// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A diagram's title and lanes. Both ends here: application, socket, socket, application. One end here: its application,
 * its socket, and the host that it talks to. A socket that talked to nobody has two lanes.
 */
#include <inttypes.h>
#include <string.h>

#include "names.h"
#include "sequence.h"
#include "words.h"

static bool has_remote(const struct sl_ident *id)
{
	return id->known & SL_ID_REMOTE && id->rport && id->role != SL_ROLE_LISTENER;
}

static unsigned add_lane(struct sequence *s, bool app, const struct text *name, const struct text *detail)
{
	struct sequence_lane *lane = &s->lane[s->lanes];

	lane->app = app;
	text_copy(lane->name, sizeof(lane->name), name);
	text_copy(lane->detail, sizeof(lane->detail), detail);
	return s->lanes++;
}

static unsigned app_lane(struct sequence *s, const struct sl_ident *id)
{
	struct text name, detail;

	text_init(&name);
	text_init(&detail);
	if (id->known & SL_ID_OWNER) {
		text_add_foreign(&name, id->comm, sizeof(id->comm));
		text_add(&detail, "pid %u", id->pid);
	} else {
		text_add(&name, "?");
	}
	return add_lane(s, true, &name, &detail);
}

static unsigned socket_lane(struct sequence *s, const struct sl_ident *id)
{
	struct text name, detail;

	text_init(&name);
	text_init(&detail);
	text_add(&name, "sock %" PRIx64, (uint64_t)id->cookie);
	if (id->known & SL_ID_LOCAL && id->lport)
		text_add(&detail, "port %u", id->lport);
	return add_lane(s, false, &name, &detail);
}

static unsigned remote_lane(struct sequence *s, const struct sl_ident *id)
{
	struct text name, detail;
	char ip[64];

	text_init(&name);
	text_init(&detail);
	words_ip(ip, sizeof(ip), id->family, id->raddr);
	text_add(&name, "%s", ip);
	text_add(&detail, "port %u", id->rport);
	return add_lane(s, false, &name, &detail);
}

static void lanes_of_one(struct sequence *s, const struct connection *c)
{
	const struct sl_ident *id = &c->end[0]->id;

	s->far = has_remote(id);
	if (s->far && c->server_only)
		s->socket_lane[1] = (uint8_t)remote_lane(s, id);
	if (c->server_only) {
		s->socket_lane[0] = (uint8_t)socket_lane(s, id);
		s->app_lane[0] = (uint8_t)app_lane(s, id);
		return;
	}
	s->app_lane[0] = (uint8_t)app_lane(s, id);
	s->socket_lane[0] = (uint8_t)socket_lane(s, id);
	if (s->far)
		s->socket_lane[1] = (uint8_t)remote_lane(s, id);
}

static void title_end(struct text *t, const struct sl_ident *id)
{
	words_owner(t, id);
	if (id->known & SL_ID_LOCAL && id->lport) {
		text_add(t, " ");
		words_local(t, id);
	}
}

void sequence_title(struct text *t, const struct connection *c, const struct term *term)
{
	const struct sl_ident *id = &c->end[0]->id;
	const char *protocol = id->known & SL_ID_TYPE ? sl_name_protocol(id->family, id->type, id->protocol) : NULL;

	text_add(t, "%s%s", protocol ? protocol : "", protocol ? "  " : "");
	if (c->server_only && has_remote(id)) {
		words_remote(t, id);
		text_add(t, " %s ", term_right(term));
	}
	title_end(t, id);
	if (c->end[1]) {
		text_add(t, " %s ", term_right(term));
		title_end(t, &c->end[1]->id);
	} else if (has_remote(id) && !c->server_only) {
		text_add(t, " %s ", term_right(term));
		words_remote(t, id);
	}
}

void sequence_head(struct sequence *s, const struct connection *c, const struct term *term)
{
	struct text t;

	text_init(&t);
	sequence_title(&t, c, term);
	text_copy(s->title, sizeof(s->title), &t);
	if (!c->end[1]) {
		lanes_of_one(s, c);
		return;
	}
	s->app_lane[0] = (uint8_t)app_lane(s, &c->end[0]->id);
	s->socket_lane[0] = (uint8_t)socket_lane(s, &c->end[0]->id);
	s->socket_lane[1] = (uint8_t)socket_lane(s, &c->end[1]->id);
	s->app_lane[1] = (uint8_t)app_lane(s, &c->end[1]->id);
}
