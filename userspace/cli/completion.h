/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completions for shells, from the tables of commands and options. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "command.h"

/* shell: "bash" or "zsh". Returns the exit code. */
int completion_print(const struct command *commands, const char *shell);

#endif
