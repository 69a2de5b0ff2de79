// SPDX-License-Identifier: GPL-2.0-or-later
/* Standard output: see output.h. */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

/* The errno of the write that failed may be long gone; a pipe without a reader says so itself. */
static bool reader_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) > 0 && out.revents & POLLERR;
}

/* A write that failed while it was printed leaves only errno, which others may have set since. */
static int cause(int before, int now)
{
	if (now)
		return now;
	return before == ENOSPC || before == EDQUOT || before == EFBIG || before == EPIPE ? before : EIO;
}

int output_flush(FILE *out, struct sl_error *err)
{
	int before = errno, why;

	errno = 0;
	if (!fflush(out) && !ferror(out))
		return 0;
	why = cause(before, errno);
	if (out == stdout && (why == EPIPE || reader_gone()))
		return -EPIPE;
	return sl_error_set(err, -why, SL_ERR_RUNTIME, why == ENOSPC ? "make room, or write elsewhere" : NULL,
			    strerror(why), "cannot write to %s", out == stdout ? "standard output" : "the output file");
}

int output_finish(void)
{
	struct sl_error err;
	int ret = output_flush(stdout, &err);

	return ret && ret != -EPIPE ? report(&err, NULL) : 0;
}
