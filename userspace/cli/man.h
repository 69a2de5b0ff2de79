/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the man page that the tables of commands and options know: scdoc text. */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "command.h"

/* part: "commands" or "options"; false: there is no such part. */
bool man_print(const struct command *commands, const char *part);

#endif
