/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean ...": the nearest of some words. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

/* nth gives word n, NULL past the last. Returns the nearest word within two edits and under half its length, or NULL. */
const char *suggest(const char *word, const char *(*nth)(unsigned n));

#endif
