/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records for whoever wants them. An entry keeps a verdict for each reader, decided as early as its facts allow and then
 * kept; a reader that may still want the socket gets its events, as from the BPF programs.
 */
#ifndef SL_KMOD_EMIT_H
#define SL_KMOD_EMIT_H

#include "reader.h"
#include "table.h"

DECLARE_STATIC_KEY_FALSE(sl_emit_events_key);

/* Does any reader want events? Costs a static key. */
static __always_inline bool sl_emit_events(void)
{
	return static_branch_unlikely(&sl_emit_events_key);
}

static inline void sl_emit_event_init(struct sl_event *ev, u16 kind)
{
	memset(ev, 0, sizeof(*ev));
	ev->kind = kind;
}

/* All with the entry held. */
void sl_emit_begun(struct sl_entry *e, const struct sock *sk);
void sl_emit_judge(struct sl_entry *e);
void sl_emit_ident(struct sl_entry *e, u64 ts_ns);
void sl_emit_event(struct sl_entry *e, struct sl_event *ev, u64 ts_ns);
void sl_emit_life(struct sl_entry *e, u64 now_ns);
u16 sl_emit_wanted(const struct sl_entry *e);

/* About a socket that has no entry (yet, or any more): to these readers, of those that want events or (tail) lives. */
void sl_emit_loose(u16 readers, u64 cookie, struct sl_event *ev, u64 ts_ns);

int sl_emit_reader_start(struct sl_reader *r);
void sl_emit_reader_stop(struct sl_reader *r);

#endif
