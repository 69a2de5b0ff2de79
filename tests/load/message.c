// SPDX-License-Identifier: GPL-2.0-or-later
/* The ends that a workload may come to. _exit, because the other side may be a thread in the middle of its work. */
#include "load.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void print(const char *format, va_list args)
{
	fflush(stdout);
	fputs("socklife-load: ", stderr);
	vfprintf(stderr, format, args);
}

void load_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
	fputc('\n', stderr);
	_exit(1);
}

void load_fail_errno(const char *format, ...)
{
	int err = errno;
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(err));
	_exit(1);
}
