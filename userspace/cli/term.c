// SPDX-License-Identifier: GPL-2.0-or-later
/* What the output can show: see term.h. Colours are the 16 of ANSI, readable on light and dark. */
#include "term.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

static bool wants_colour(bool tty, unsigned asked)
{
	const char *force = getenv("CLICOLOR_FORCE"), *kind = getenv("TERM");

	if (asked == COLOUR_ALWAYS || asked == COLOUR_NEVER)
		return asked == COLOUR_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (force && *force && strcmp(force, "0"))
		return true;
	return tty && kind && strcmp(kind, "dumb");
}

void term_init(struct term *term, FILE *out, unsigned colour)
{
	struct winsize size;
	bool tty = isatty(fileno(out));

	term->width = tty && !ioctl(fileno(out), TIOCGWINSZ, &size) ? size.ws_col : 0;
	term->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	term->colour = wants_colour(tty, colour);
}

const char *term_right(const struct term *term)
{
	return term->utf8 ? "→" : "->";
}

const char *term_left(const struct term *term)
{
	return term->utf8 ? "←" : "<-";
}

const char *term_none(const struct term *term)
{
	return term->utf8 ? "–" : "-";
}

const char *term_between(const struct term *term)
{
	return term->utf8 ? " · " : ", ";
}

void term_begin(const struct term *term, struct text *t, enum signal_class signal)
{
	static const char *const codes[] = { [SIGNAL_DIM] = "2", [SIGNAL_WARN] = "33", [SIGNAL_BAD] = "31" };

	if (term->colour && signal)
		text_add(t, "\033[%sm", codes[signal]);
}

void term_end(const struct term *term, struct text *t, enum signal_class signal)
{
	if (term->colour && signal)
		text_add(t, "\033[0m");
}
