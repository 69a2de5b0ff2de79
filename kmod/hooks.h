/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hooks: which there are, which are attached, and which fact each shows. Attached is what the highest level that anybody
 * wants needs, and nothing more; with nobody there, nothing.
 */
#ifndef SL_KMOD_HOOKS_H
#define SL_KMOD_HOOKS_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "../core/device.h"

extern u64 sl_hooks_watching;
extern bool sl_hooks_io_results; /* tracepoints tell the result of each send and receive */

/* Facts that are watched now: for lives that begin. */
static __always_inline u64 sl_hooks_watched(void)
{
	return READ_ONCE(sl_hooks_watching);
}

/* Process context, may sleep. Each want has its unwant. */
int sl_hooks_want(u8 level);
void sl_hooks_unwant(u8 level);

u64 sl_hooks_facts(u8 level);
int sl_hooks_fact_status(u8 level, u32 fact, struct sl_device_fact *out);
u32 sl_hooks_attached(void);
u64 sl_hooks_missed(void);

int sl_hooks_init(void);
void sl_hooks_exit(void);

#endif
