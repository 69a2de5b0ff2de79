/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF rings, one a CPU, read together: made, emptied into a merge, freed. */
#ifndef SL_RINGS_H
#define SL_RINGS_H

#include <stdint.h>

#include "merge.h"

struct bpf_map;
struct sl_rings;

/**
 * sl_rings_create() - a ring for each possible CPU, put into the map of rings
 * @map: the loaded BPF_MAP_TYPE_ARRAY_OF_MAPS
 * @bytes: size of each, a power of two and at least a page
 * @merge: where records go; not owned
 */
int sl_rings_create(struct sl_rings **rings, struct bpf_map *map, uint32_t bytes, struct sl_merge *merge);
void sl_rings_destroy(struct sl_rings *rings); /* accepts NULL */
/* Waits until a ring crosses its watermark or @timeout_ms is over; consumes nothing. */
int sl_rings_wait(struct sl_rings *rings, int timeout_ms);
/* Empties all rings into the merge. Returns how many records, or -errno. */
int sl_rings_consume(struct sl_rings *rings);
int sl_rings_cpus(void); /* possible CPUs */

#endif
