// SPDX-License-Identifier: GPL-2.0-or-later
/* struct sl_error: see error.h. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

int sl_error_set(struct sl_error *err, int ret, enum sl_error_class class, const char *fix, const char *why,
		 const char *what, ...)
{
	va_list args;

	if (!err)
		return ret;
	err->class = class;
	err->column = -1;
	err->width = 0;
	snprintf(err->fix, sizeof(err->fix), "%s", fix ? fix : "");
	snprintf(err->why, sizeof(err->why), "%s", why ? why : "");
	va_start(args, what);
	vsnprintf(err->what, sizeof(err->what), what, args);
	va_end(args);
	return ret;
}
