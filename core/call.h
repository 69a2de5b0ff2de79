/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* Calls: what the program asked of the socket, how often it failed and why, how long it waited. */
#ifndef SL_CALL_H
#define SL_CALL_H

#include "base.h"

/* Files (call, err) among the first few kinds of failure, or counts that there was no room. */
static __always_inline void sl_call_failed(struct sl_calls *calls, __u32 call, __u32 err)
{
	int i;

	for (i = 0; i < SL_ERRNO_NR; i++) {
		struct sl_call_errno *e = &calls->err[i];

		if (!e->count) {
			e->call = call;
			e->err = err;
		}
		if (e->call == call && e->err == err) {
			sl_count(&e->count);
			return;
		}
	}
	sl_count(&calls->errnos_dropped);
}

/**
 * sl_call_returned() - a call came back
 * @call: SL_CALL_*, below SL_CALL_NR
 * @ret: what it returned: >= 0, or -errno
 * @dur_ns: how long it took; 0: its begin was not seen
 */
static __always_inline void sl_call_returned(struct sl_calls *calls, __u32 call, __s32 ret, __u64 dur_ns)
{
	struct sl_call *c;

	if (call >= SL_CALL_NR)
		return;
	c = &calls->call[call];
	sl_count(&c->count);
	if (dur_ns) {
		sl_count(&c->timed);
		sl_add(&c->total_ns, dur_ns);
		if (dur_ns > c->max_ns)
			c->max_ns = dur_ns;
	}
	if (ret < 0) {
		sl_count(&c->errors);
		c->last_errno = -ret;
		sl_call_failed(calls, call, -ret);
	}
}

/* log4: 0-3 -> 0, 4-15 -> 1, ... the last bucket takes the rest. */
static __always_inline __u32 sl_call_bucket(__u64 bytes)
{
	__u32 b = 0, i;

	for (i = 0; i < SL_HIST_NR - 1; i++) {
		bytes >>= 2;
		if (!bytes)
			break;
		b++;
	}
	return b;
}

/* A send or receive came back: as sl_call_returned(), and the bytes. */
static __always_inline void sl_call_io(struct sl_calls *calls, __u32 call, __s32 ret, __u64 dur_ns)
{
	__u32 b;

	sl_call_returned(calls, call, ret, dur_ns);
	if (ret < 0)
		return;
	b = sl_call_bucket(ret) & (SL_HIST_NR - 1);
	if (call == SL_CALL_SEND) {
		sl_add(&calls->send_bytes, ret);
		sl_count(&calls->send_hist[b]);
	} else {
		sl_add(&calls->recv_bytes, ret);
		sl_count(&calls->recv_hist[b]);
	}
}

/* An option was set: kept in the table of the last few. The caller serialises (the socket's lock, or one task). */
static __always_inline void sl_call_option(struct sl_calls *calls, const struct sl_option *opt)
{
	__u32 slot = calls->options % SL_OPTION_NR;

	calls->option[slot] = *opt;
	calls->options++;
}

/**
 * sl_call_option_pending() - the result of an option whose value was seen before the call
 * @opt: level, name and ret; completed with the value that was asked
 *
 * Returns 1 if the table's last option was that one and waited for its result.
 */
static __always_inline int sl_call_option_pending(struct sl_calls *calls, struct sl_option *opt)
{
	__u32 slot = (calls->options + SL_OPTION_NR - 1) % SL_OPTION_NR;
	struct sl_option *had;

	if (!calls->options)
		return 0;
	had = &calls->option[slot];
	if (had->level != opt->level || had->name != opt->name || had->known & SL_OPT_RET)
		return 0;
	had->ret = opt->ret;
	had->in_force = opt->in_force;
	had->known |= SL_OPT_RET | (opt->known & SL_OPT_IN_FORCE);
	*opt = *had;
	return 1;
}

#endif
