/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The census of sockets: who exists when tracing begins, who is still there later, who is gone without a hook having told
 * it, whose end found the ring full, and who is open when tracing ends. Sweeps run the iterators over the processes' descriptors; the table of lives is
 * then walked, and what is found goes into the merge like any record.
 */
#ifndef SL_CENSUS_H
#define SL_CENSUS_H

#include "merge.h"
#include "programs.h"

/* What a life in the table is: open; gone, found so by a sweep; or ended, and kept because the ring was full. */
enum sl_fate { SL_FATE_OPEN, SL_FATE_GONE, SL_FATE_KEPT };

#define SL_CENSUS_NETNS 64

struct sl_census {
	struct sl_programs *programs; /* not owned */
	struct sl_merge *merge;       /* not owned */
	uint64_t sweeps;
	uint32_t swept[SL_CENSUS_NETNS]; /* network namespaces whose TCP sockets the last sweep has seen, all of them */
	unsigned int swept_count;
	uint64_t next_ns;
	uint64_t next_kept_ns;
	uint64_t kept;    /* lives that the kernel side had kept when it was asked last */
	uint64_t told[3]; /* lives told from the table, by enum sl_fate */
};

/* @seed: the first sweep makes lives of the sockets that exist; otherwise no sweep does. */
void sl_census_init(struct sl_census *census, struct sl_programs *programs, struct sl_merge *merge, bool seed);
/* The first sweep finds the sockets that exist; later ones mark the lives that are still there. Returns 0 or -errno. */
int sl_census_sweep(struct sl_census *census);
/* Now and then: fetches lives that found the ring full; and on rungs that do not show the end of UDP or UNIX sockets, sweeps, or
 * the table would fill with the dead. */
int sl_census_tick(struct sl_census *census, uint64_t now_ns);
/* The end of the run, hooks detached: a last sweep, and all that the table still holds is told. */
int sl_census_close(struct sl_census *census);

#endif
