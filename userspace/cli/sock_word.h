/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For commands about connections: a filter that is nothing but a socket's id, as ss -e prints it behind sk:. */
#ifndef CLI_SOCK_WORD_H
#define CLI_SOCK_WORD_H

#include <stdbool.h>

#include "options.h"

#define SOCK_WORD_SIZE 32

/* True if it is one; then filter becomes "sock ID". */
bool sock_word(const char *text, char filter[SOCK_WORD_SIZE]);
/* Before the kernel is watched for it: is there such a socket? Returns 0, -ENOENT with err filled, or what asking gave. */
int sock_word_check(const struct settings *set, const char *text, struct sl_error *err);

#endif
