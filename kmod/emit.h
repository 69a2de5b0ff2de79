/* SPDX-License-Identifier: GPL-2.0-only */
/* Stands in until the probes land: a reader that sees no socket. */
#ifndef SL_KMOD_EMIT_H
#define SL_KMOD_EMIT_H
#include "reader.h"
static inline int sl_emit_reader_start(struct sl_reader *r)
{
	sl_reader_publish(r);
	return 0;
}

static inline void sl_emit_reader_stop(struct sl_reader *r)
{
	sl_reader_retract(r);
}
#endif
