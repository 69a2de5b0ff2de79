/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard output: whether what was printed has arrived. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdio.h>

#include "error.h"

/* Of out, standard output or a file. Returns 0, -EPIPE (its reader has gone, which is no error: err is not filled) or another -errno with err filled. */
int output_flush(FILE *out, struct sl_error *err);
/* The same as an exit code, the error printed. */
int output_finish(void);

#endif
