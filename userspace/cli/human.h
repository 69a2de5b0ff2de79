/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers for people: few digits, a unit, no more room than they need. */
#ifndef CLI_HUMAN_H
#define CLI_HUMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 412B, 1.8K, 18K, 4.0M: powers of 1024. */
void human_bytes(char *buf, size_t size, uint64_t bytes);
/* 850ns, 41us, 1.9ms, 84ms, 3.1s, 2m05s, 1h02m, 3d04h; utf8: with the Greek letter for micro. */
void human_time(char *buf, size_t size, uint64_t ns, bool utf8);

#endif
