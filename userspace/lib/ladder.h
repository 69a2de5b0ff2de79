/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ladder: for each fact the hooks that can show it, best first. The running kernel, the rights of this process and the
 * level asked for decide which rung is taken; what is left is reported with its reason.
 */
#ifndef SL_LADDER_H
#define SL_LADDER_H

#include "kernel.h"
#include "source.h"

#define SL_RUNG_HOOKS 8
#define SL_HOOK_NR 128

/* Why a hook cannot be had. */
enum sl_hook_state {
	SL_HOOK_OFF,           /* not asked for */
	SL_HOOK_WANTED,        /* will be loaded */
	SL_HOOK_MISSING,       /* the kernel has no such tracepoint */
	SL_HOOK_NO_CAST,       /* needs bpf_rdonly_cast(), which the kernel has not */
	SL_HOOK_NO_CGROUP,     /* no cgroup to attach to */
	SL_HOOK_NO_TRAMPOLINE, /* the kernel refuses programs on functions */
	SL_HOOK_REFUSED,       /* the kernel refused to load or attach it: err */
};

struct sl_hook {
	const char *program; /* name of the BPF program */
	const char *section; /* what people call the hook */
	unsigned int needs;  /* SL_NEEDS_* */
};

#define SL_NEEDS_CAST (1u << 0)
#define SL_NEEDS_CGROUP (1u << 1)
#define SL_NEEDS_TRAMPOLINE (1u << 2)

/* What a rung needs beyond its hooks: what a tracepoint's arguments tell, and what the reader knows of the kernel. */
#define SL_WITH_DROP_SOCKET (1u << 0)     /* kfree_skb names the socket */
#define SL_WITH_OVERFLOW_REASON (1u << 1) /* kfree_skb has a reason for a full accept queue */
#define SL_WITH_CAST (1u << 3)            /* bpf_rdonly_cast() */
#define SL_WITH_TICK (1u << 2)            /* the length of a jiffy */

struct sl_ladder {
	struct {
		enum sl_hook_state state;
		int err;
		char detail[96];
	} hook[SL_HOOK_NR];
	int hooks;
	unsigned int lacks; /* SL_WITH_* that the kernel has not */
	enum sl_level level;
	bool has_cgroup;
	int no_trampoline;   /* why the kernel refuses programs on functions: errno; 0: it does not */
	char no_cgroup[160]; /* why not */
	struct sl_fact_status facts[SL_FACT_NR];
	uint64_t watched;
	uint64_t cgroup_facts; /* of them, those that need a cgroup program */
};

/* Chooses the hooks for a level. @follow: a command's descendants are followed too. */
void sl_ladder_choose(struct sl_ladder *ladder, const struct sl_kernel *kernel, enum sl_level level, bool follow);
const struct sl_hook *sl_ladder_hook(const struct sl_ladder *ladder, int index);
int sl_ladder_find(const struct sl_ladder *ladder, const char *program); /* index, or -1 */
bool sl_ladder_wants(const struct sl_ladder *ladder, const char *program);
/* Calls (a bit for each SL_CALL_*) whose return is told by the hooks that are wanted; by function hooks only. */
uint32_t sl_ladder_calls(const struct sl_ladder *ladder, bool by_function);
/* The kernel refused a hook that was wanted. */
void sl_ladder_refuse(struct sl_ladder *ladder, int index, int err, const char *detail);
/* Settles which facts are watched, by which rung, or why not. */
void sl_ladder_settle(struct sl_ladder *ladder);

#endif
