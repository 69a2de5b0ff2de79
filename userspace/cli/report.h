/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors on standard error: what failed, why, what to type. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "error.h"

/* The exit codes that no error class has; the classes are codes themselves. */
#define EXIT_LOSS 5 /* with --strict */
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127
#define EXIT_SIGNAL 128 /* plus the signal that killed the command */

/* Prints up to three lines; with the filter's text and a caret between them if the error has a column. Returns the exit
 * code. text may be NULL. */
int report(const struct sl_error *err, const char *text);

#endif
