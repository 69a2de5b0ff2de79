/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loads that `bench` measures. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

/* begin, run as often as needed, end; run does as many operations as it is told, and leaves nothing open of them. */
struct bench_load {
	const char *name;
	uint64_t warm_up;
	uint64_t operations;
	bool once; /* one window tells enough */
	void (*begin)(void);
	void (*run)(uint64_t operations);
	void (*end)(void);
};

extern const struct bench_load bench_loads[]; /* the last has no name */

#endif
