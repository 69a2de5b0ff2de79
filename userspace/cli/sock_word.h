/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For commands about connections: a filter that is nothing but a socket's id, as ss -e prints it behind sk:. */
#ifndef CLI_SOCK_WORD_H
#define CLI_SOCK_WORD_H

#include <stdbool.h>

#define SOCK_WORD_SIZE 32

/* True if it is one; then filter becomes "sock ID". */
bool sock_word(const char *text, char filter[SOCK_WORD_SIZE]);

#endif
