// SPDX-License-Identifier: GPL-2.0-or-later
/* In a file of its own, for term.h makes macros of many a word. The declaration is that of top.h. */
#include <curses.h>
#include <stdbool.h>
#include <term.h>
#include <unistd.h>

bool top_terminal_is_known(void);

bool top_terminal_is_known(void)
{
	int err = 0;

	return setupterm(NULL, STDOUT_FILENO, &err) == OK;
}
