/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* What the rest of core/ stands on: the ABI, inlining, and the kernel's TCP state and errno numbers that its logic uses. */
#ifndef SL_BASE_H
#define SL_BASE_H

#include "abi.h"
#include "fact.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif

/* include/net/tcp_states.h: these numbers are kernel ABI */
#define SL_TCP_ESTABLISHED 1
#define SL_TCP_SYN_SENT 2
#define SL_TCP_SYN_RECV 3
#define SL_TCP_FIN_WAIT1 4
#define SL_TCP_FIN_WAIT2 5
#define SL_TCP_TIME_WAIT 6
#define SL_TCP_CLOSE 7
#define SL_TCP_CLOSE_WAIT 8
#define SL_TCP_LAST_ACK 9
#define SL_TCP_LISTEN 10
#define SL_TCP_CLOSING 11
#define SL_TCP_NEW_SYN_RECV 12

#define SL_EPERM 1
#define SL_EINTR 4
#define SL_EACCES 13
#define SL_ENETUNREACH 101
#define SL_ETIMEDOUT 110
#define SL_ECONNREFUSED 111
#define SL_EHOSTUNREACH 113
#define SL_EALREADY 114
#define SL_EINPROGRESS 115
#define SL_ECONNRESET 104
#define SL_EISCONN 106
#define SL_ERESTARTSYS 512

/* scratch.expect: which segment of this socket is worth an event when it leaves */
#define SL_EXPECT_HANDSHAKE_ACK (1u << 0)
#define SL_EXPECT_FIN_ACK (1u << 1)
#define SL_EXPECT_FIN (1u << 2)
#define SL_EXPECT_ACKS (SL_EXPECT_HANDSHAKE_ACK | SL_EXPECT_FIN_ACK)

/* Counters of a life may be moved by several CPUs at once. */
#define sl_count(p) __sync_fetch_and_add((p), 1)
#define sl_add(p, v) __sync_fetch_and_add((p), (v))

#endif
