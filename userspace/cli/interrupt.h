/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals as something to ask about: they interrupt waits, and the main loop looks. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* SIGINT and SIGTERM ask to stop, a second one ends the program at once; SIGCHLD only wakes; SIGPIPE is a write error. */
void interrupt_init(void);
/* SIGUSR1 is taken too, as a wish to write what is kept. */
void interrupt_take_wishes(void);
bool interrupt_wished(void); /* since the last call */
/* 0, or the signal that asked to stop. */
int interrupt_asked(void);
/* Sent by a process to this one alone, and so not by the terminal to all in the foreground. */
bool interrupt_is_ours(void);

#endif
