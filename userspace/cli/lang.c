// SPDX-License-Identifier: GPL-2.0-or-later
/* Languages: see lang.h. */
#include "lang.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "socklife"

/* The directory of the running program, with its slash. */
static bool own_directory(char dir[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", dir, PATH_MAX - 1);
	char *slash;

	if (len <= 0)
		return false;
	dir[len] = 0;
	slash = strrchr(dir, '/');
	if (!slash)
		return false;
	slash[1] = 0;
	return true;
}

static bool has_catalogue(const char *dir, const char *code)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/" DOMAIN ".mo", dir, code);
	return !access(path, R_OK);
}

/* In the build beside the program, installed in share. */
static bool find_catalogue(char found[PATH_MAX + 32], const char *code)
{
	static const char *const places[] = { "locale", "../share/locale" };
	char own[PATH_MAX];

	if (!own_directory(own))
		return false;
	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(found, PATH_MAX + 32, "%s%s", own, places[i]);
		if (has_catalogue(found, code))
			return true;
	}
	return false;
}

int lang_set(const char *code, struct sl_error *err)
{
	char dir[PATH_MAX + 32];

	if (!find_catalogue(dir, code))
		return sl_error_set(err, -ENOENT, SL_ERR_RUNTIME, "make, or make install; --lang en needs none",
				    "its catalogue is neither in locale/ beside the program nor in ../share/locale",
				    "--lang %s: the texts are not installed", code);
	/* gettext translates nothing in the plain C locale, and prefers LANGUAGE in any other. */
	if (!setlocale(LC_MESSAGES, "C.UTF-8") || !setlocale(LC_CTYPE, "C.UTF-8") || setenv("LANGUAGE", code, 1) ||
	    !bindtextdomain(DOMAIN, dir) || !bind_textdomain_codeset(DOMAIN, "UTF-8") || !textdomain(DOMAIN))
		return sl_error_set(err, -ENOTSUP, SL_ERR_RUNTIME, "--lang en", "the C library has no locale C.UTF-8",
				    "--lang %s cannot be used", code);
	return 0;
}
