// SPDX-License-Identifier: GPL-2.0-or-later
/* A socket's id in place of a filter: see sock_word.h. No word of the filter language is made of hex digits alone. */
#include "sock_word.h"

#include <stdio.h>
#include <string.h>

bool sock_word(const char *text, char filter[SOCK_WORD_SIZE])
{
	size_t len = strlen(text);

	if (!len || len > 16 || strspn(text, "0123456789abcdefABCDEF") != len)
		return false;
	snprintf(filter, SOCK_WORD_SIZE, "sock %s", text);
	return true;
}
