/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, for people: subject, verified cause, what to type. The library fills it and never prints; the CLI
 * prints the three lines and turns the class into its exit code.
 */
#ifndef SL_ERROR_H
#define SL_ERROR_H

enum sl_error_class {
	SL_ERR_RUNTIME = 1,   /* exit 1 */
	SL_ERR_USAGE = 2,     /* exit 2: command line, filter */
	SL_ERR_PRIVILEGE = 3, /* exit 3 */
	SL_ERR_FEATURE = 4,   /* exit 4: the kernel cannot */
};

struct sl_error {
	enum sl_error_class class;
	char what[256]; /* what failed, subject first */
	char why[512];  /* the verified cause; empty: unknown */
	char fix[512];  /* what to type; empty: nothing known */
	int column;     /* filter: 0-based byte offset of the culprit in the text; -1: none */
	int width;      /* bytes to mark at column */
};

/**
 * sl_error_set() - fill an error, printf-like; any of the three formats may be NULL
 *
 * Column is set to -1. Returns @ret, so that a function can `return sl_error_set(err, -EINVAL, ...)`. @err may be NULL.
 */
int sl_error_set(struct sl_error *err, int ret, enum sl_error_class class, const char *fix, const char *why,
		 const char *what, ...) __attribute__((format(printf, 6, 7)));

#endif
