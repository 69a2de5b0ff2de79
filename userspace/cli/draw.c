// SPDX-License-Identifier: GPL-2.0-or-later
/* What the renderers share: see draw.h. */
#include "draw.h"

#include <stdlib.h>

FILE *draw_body(struct drawing *d)
{
	if (!d->body_out)
		d->body_out = open_memstream(&d->body, &d->body_size);
	return d->body_out;
}

bool draw_body_finish(struct drawing *d)
{
	bool whole = d->body_out && !fclose(d->body_out);

	d->body_out = NULL;
	return whole;
}

void draw_body_free(struct drawing *d)
{
	if (d->body_out)
		fclose(d->body_out);
	d->body_out = NULL;
	free(d->body);
	d->body = NULL;
}

void draw_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		case '\'': fputs("&#39;", out); break;
		default: fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, out);
		}
	}
}
