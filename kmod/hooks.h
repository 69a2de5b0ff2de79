/* SPDX-License-Identifier: GPL-2.0-only */
/* Stands in until the probes land: no hooks. */
#ifndef SL_KMOD_HOOKS_H
#define SL_KMOD_HOOKS_H
#include "../core/device.h"
static inline u64 sl_hooks_facts(u8 level)
{
	return 0;
}

static inline int sl_hooks_fact_status(u8 level, u32 fact, struct sl_device_fact *out)
{
	return 0;
}

static inline u32 sl_hooks_attached(void)
{
	return 0;
}

static inline u64 sl_hooks_missed(void)
{
	return 0;
}
#endif
