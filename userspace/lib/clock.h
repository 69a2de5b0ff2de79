/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock of the records: CLOCK_MONOTONIC, ns, as bpf_ktime_get_ns() reads it. */
#ifndef SL_CLOCK_H
#define SL_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t sl_clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#endif
