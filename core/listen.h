/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* Listeners: the accept queue, and the connections that a listener refused or could only take with a SYN cookie. */
#ifndef SL_LISTEN_H
#define SL_LISTEN_H

#include "base.h"

/* The accept queue is so long now. */
static __always_inline void sl_listen_queue(struct sl_listen *li, __u32 depth)
{
	li->queue = depth;
	if (depth > li->queue_max)
		li->queue_max = depth;
}

/* What the kernel has counted as dropped by this listener since it was made. The count never falls. */
static __always_inline void sl_listen_drops(struct sl_listen *li, __u32 drops)
{
	if (drops > li->drops)
		li->drops = drops;
}

/* A handshake completed, and the accept queue was full: the client believes in a connection that the server has not. */
static __always_inline void sl_listen_overflowed(struct sl_listen *li)
{
	sl_count(&li->overflows);
}

#define SL_COOKIE_SENT 0
#define SL_COOKIE_ACCEPTED 1
#define SL_COOKIE_FAILED 2

/* A SYN was answered without a memory of it, or an ACK brought such an answer back (RFC 4987 3.6). */
static __always_inline void sl_listen_cookie(struct sl_listen *li, __u32 what)
{
	switch (what) {
	case SL_COOKIE_SENT: sl_count(&li->cookies_sent); break;
	case SL_COOKIE_ACCEPTED: sl_count(&li->cookies_accepted); break;
	case SL_COOKIE_FAILED: sl_count(&li->cookies_failed); break;
	}
}

#endif
