/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Renderers of sequence diagrams: one laid-out diagram in, text out. Each knows one format and how to escape for it,
 * and nothing of sockets.
 */
#ifndef CLI_DRAW_H
#define CLI_DRAW_H

#include <stdio.h>

#include "sequence.h"

struct drawing {
	FILE *out;
	const struct term *term;
	unsigned drawn;         /* diagrams so far */
	unsigned width, height; /* SVG: of all of them */
	char *body;             /* what waits for the end; owned */
	size_t body_size;
	FILE *body_out;
};

struct renderer {
	void (*begin)(struct drawing *d);
	void (*sequence)(struct drawing *d, const struct sequence *s);
	void (*end)(struct drawing *d);
};

extern const struct renderer draw_text; /* UTF-8 or ASCII, as the terminal is */
extern const struct renderer draw_svg;
extern const struct renderer draw_html;
extern const struct renderer draw_mermaid;

/* For a file whose size is known only at its end: what is kept until then. NULL: no memory. */
FILE *draw_body(struct drawing *d);
bool draw_body_finish(struct drawing *d); /* d->body is whole */
void draw_body_free(struct drawing *d);
/* For SVG and HTML: &, <, >, quotes, and nothing that is no character in XML. */
void draw_escaped(FILE *out, const char *text);
/* The picture of one diagram without title and sums, to stand in a page that has draw_svg_style. */
void draw_svg_picture(FILE *out, const struct sequence *s);
extern const char draw_svg_style[]; /* CSS */

#endif
