/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language of what is told in sentences, by gettext. English is in the source; catalogues of others (po/) are built
 * to locale/ beside the program, and installed to ../share/locale.
 */
#ifndef CLI_LANG_H
#define CLI_LANG_H

#include <libintl.h>

#include "error.h"

#define _(text) gettext(text)
#define N_(text) text /* for tables: translated where it is used */

/* A language's code, "ko". Output is UTF-8 from then on. Returns 0, or -ENOENT or -ENOTSUP with err filled. */
int lang_set(const char *code, struct sl_error *err);

#endif
