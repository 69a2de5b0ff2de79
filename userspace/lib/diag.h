/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sock_diag: the sockets that exist now in a network namespace, as the kernel tells anybody who asks (netlink; what ss reads).
 * Each comes as an open life, as far as such a snapshot can tell one, and what only the snapshot knows stands beside it.
 * No privilege is needed, but without CAP_NET_ADMIN marks and ULPs are left out by the kernel.
 */
#ifndef SL_DIAG_H
#define SL_DIAG_H

#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <stdint.h>

#include "../../core/abi.h"
#include "error.h"

#define SL_DIAG_MEM (1u << 0)   /* mem */
#define SL_DIAG_MARK (1u << 1)  /* mark */
#define SL_DIAG_TOS (1u << 2)   /* tos */
#define SL_DIAG_CLASS (1u << 3) /* tclass, of IPv6 */
#define SL_DIAG_OPT (1u << 4)   /* opt */
#define SL_DIAG_V6ONLY (1u << 5)
#define SL_DIAG_QUEUES (1u << 6) /* recv_q, send_q */

/* Indices of mem: bytes, but the last, which counts. */
enum sl_diag_mem {
	SL_DIAG_MEM_RMEM,
	SL_DIAG_MEM_RCVBUF,
	SL_DIAG_MEM_WMEM,
	SL_DIAG_MEM_SNDBUF,
	SL_DIAG_MEM_FORWARD,
	SL_DIAG_MEM_QUEUED,
	SL_DIAG_MEM_OPTION,
	SL_DIAG_MEM_BACKLOG,
	SL_DIAG_MEM_DROPS,
	SL_DIAG_MEM_NR
};

struct sl_diag {
	struct sl_life
		life;   /* open; close.last_state is the state; watched has the facts that the kernel's counters tell */
	uint32_t known; /* SL_DIAG_* */
	uint32_t recv_q;   /* bytes; of a listener: connections that wait for accept() */
	uint32_t send_q;   /* bytes; of a listener: the backlog in force */
	uint32_t uid;      /* who made the socket */
	uint32_t inode;    /* 0: no process holds it any more, or not yet */
	uint32_t timer;    /* 0 none, 1 retransmission, 2 keepalive, 3 TIME_WAIT, 4 zero-window probe */
	uint32_t timer_ms; /* until it goes off */
	uint32_t timer_retrans;
	uint32_t mem[SL_DIAG_MEM_NR];
	uint32_t mark;
	uint32_t ifindex;   /* bound to this device; 0: to none */
	uint64_t cgroup_id; /* of the socket; 0: unknown */
	uint8_t tos, tclass;
	uint8_t shutdown; /* 1: receiving, 2: sending */
	bool v6only;
	struct inet_diag_sockopt opt;
	uint32_t info_len; /* bytes of info that the kernel filled; 0: none */
	struct tcp_info info;
	uint32_t peer_inode; /* UNIX: of the other end; 0: none */
	char ulp[16];        /* "tls", "mptcp"; empty: none, or not allowed to know */
	char path[112];      /* UNIX: its name, "@..." for an abstract one; empty: none */
};

struct sl_diag_query {
	uint32_t netns;  /* inode number; 0: the caller's */
	uint32_t states; /* bit n: state n; 0: all */
	bool tcp, udp, unix_;
};

/* Called for each socket; a negative return ends the dump, which returns it. */
typedef int (*sl_diag_fn)(void *ctx, const struct sl_diag *diag);

/* Returns 0 or -errno with @err filled. */
int sl_diag_dump(const struct sl_diag_query *query, sl_diag_fn fn, void *ctx, struct sl_error *err);

/* From a reply's payload of @len bytes; false: it is not a whole message, or of no family that is known. */
bool sl_diag_parse_inet(struct sl_diag *diag, const void *payload, uint32_t len, unsigned protocol);
bool sl_diag_parse_unix(struct sl_diag *diag, const void *payload, uint32_t len);

const char *sl_diag_timer_name(uint32_t timer); /* "retransmission", ...; NULL: none */

#endif
