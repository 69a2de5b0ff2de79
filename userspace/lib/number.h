/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place where text becomes a number: whole text or nothing, range checked, units taken. */
#ifndef SL_NUMBER_H
#define SL_NUMBER_H

#include <stdint.h>

/* Each returns 0, -EINVAL (not a number, trailing text, unknown unit, sign) or -ERANGE (outside [min, max]). */
int sl_number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value); /* decimal, or 0x hexadecimal */
int sl_number_bytes(const char *text, uint64_t min, uint64_t max, uint64_t *bytes); /* 512, 4k, 1KiB, 2MB, 1GiB */
int sl_number_ns(const char *text, uint64_t min, uint64_t max, uint64_t *ns); /* 20ms, 1.5s, 300us, 2m, 1h; bare: s */

#endif
