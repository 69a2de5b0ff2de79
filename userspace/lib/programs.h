/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The BPF programs of a run: which the ladder chose, loaded, attached, counted, detached. Knows no rings and no records.
 */
#ifndef SL_PROGRAMS_H
#define SL_PROGRAMS_H

#include "cgroup.h"
#include "ladder.h"
#include "source.h"

struct bpf_link;
struct socklife_bpf;

struct sl_programs {
	struct sl_config config;
	struct sl_kernel *kernel;
	struct sl_ladder ladder;
	struct sl_cgroup cgroup;
	struct socklife_bpf *skel;
	struct bpf_link *link[SL_HOOK_NR];
};

/* Checks rights and kernel, chooses the cgroup and the hooks, loads. @config is copied, complete. On error fills @err and
 * returns -errno; sl_programs_exit() is due either way. */
int sl_programs_init(struct sl_programs *programs, const struct sl_config *config, struct sl_error *err);
void sl_programs_exit(struct sl_programs *programs); /* detaches, unloads, removes a cgroup of ours */
int sl_programs_attach(struct sl_programs *programs, struct sl_error *err);
void sl_programs_detach(struct sl_programs *programs);
/* Runs the iterator @program to its end, if the ladder chose it. What it finds goes into the maps. */
int sl_programs_iterate(struct sl_programs *programs, const char *program);
/* What all CPUs have counted. */
int sl_programs_counters(struct sl_programs *programs, struct sl_counters *sum);
uint64_t sl_programs_misses(struct sl_programs *programs); /* hits that the kernel skipped */
unsigned int sl_programs_hooks(const struct sl_programs *programs);

#endif
