/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection's steps as sentences, in two columns: what the program asks, and what the kernel does. */
#ifndef CLI_STORY_H
#define CLI_STORY_H

#include <stdio.h>

#include "stamp.h"
#include "steps.h"
#include "text.h"
#include "term.h"

/* What has been told so far, where later sentences depend on it. */
struct story {
	const struct connection *c;
	bool fin_came[2]; /* to each end */
	bool fin_left[2];
};

struct sentence {
	bool kernel;     /* its column; else the application's */
	const char *ref; /* man page or RFC section; NULL: none */
	struct text text;
};

/* Fills up to two sentences (what was asked, and what the kernel did at once); returns how many. */
unsigned story_tell(struct story *story, const struct step *step, struct sentence out[2]);
/* What an errno means, in a few words; NULL: no words for it here. */
const char *story_errno(int err);
/* "client", "server", "socket": which end a step is of. */
const char *story_end_name(const struct sl_ident *id);

/* Prints it all. */
struct story_style {
	FILE *out;
	const struct term *term;
	const struct stamp *stamp;
	bool teach;
};
int story_print(const struct connection *c, const struct story_style *style); /* 0 or -ENOMEM */

#endif
