// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors on standard error: see report.h. */
#include "report.h"

#include <stdio.h>
#include <string.h>

#define MARKED 200 /* bytes of a filter that are shown; longer ones from near the culprit on */

/* One character on the screen for each character of the text, whatever its bytes are. */
static void print_text(const char *text, int size)
{
	for (int i = 0; i < size && text[i]; i++)
		fputc((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i], stderr);
}

static int columns_of(const char *text, int size)
{
	int n = 0;

	for (int i = 0; i < size && text[i]; i++)
		n += (text[i] & 0xc0) != 0x80;
	return n;
}

static void print_caret(const struct sl_error *err, const char *text)
{
	int length = (int)strlen(text);
	int column = err->column > length ? length : err->column;
	int from = column > MARKED / 2 ? column - MARKED / 2 : 0;
	int width = columns_of(text + column, err->width);

	fputs("    ", stderr);
	print_text(text + from, MARKED);
	fprintf(stderr, "\n    %*s", columns_of(text + from, column - from), "");
	for (int i = 0; i < (width > 0 ? width : 1) && i < MARKED / 2; i++)
		fputc('^', stderr);
	fputc('\n', stderr);
}

int report(const struct sl_error *err, const char *text)
{
	fprintf(stderr, "socklife: %s\n", err->what);
	if (text && err->column >= 0)
		print_caret(err, text);
	if (*err->why)
		fprintf(stderr, "  why: %s\n", err->why);
	if (*err->fix)
		fprintf(stderr, "  fix: %s\n", err->fix);
	return err->class ? (int)err->class : SL_ERR_RUNTIME;
}
