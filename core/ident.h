/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* Identity: who a socket is. Set once and then only completed: what is known never becomes unknown again. */
#ifndef SL_IDENT_H
#define SL_IDENT_H

#include "base.h"

struct sl_owner {
	__u64 cgroup_id;
	__u32 pid;
	__u32 tid;
	__u32 uid;
	__u32 pad;
	char comm[16];
};

/**
 * sl_ident_own() - a process was seen to use the socket, in its own context
 *
 * The first owner stays: a socket passed on later keeps the one that made or accepted it. Returns 1 if it was taken.
 */
static __always_inline int sl_ident_own(struct sl_ident *id, const struct sl_owner *owner)
{
	if (id->known & SL_ID_OWNER || !owner->pid)
		return 0;
	id->pid = owner->pid;
	id->tid = owner->tid;
	id->uid = owner->uid;
	id->cgroup_id = owner->cgroup_id;
	__builtin_memcpy(id->comm, owner->comm, sizeof(id->comm));
	id->known |= SL_ID_OWNER;
	return 1;
}

static __always_inline int sl_ident_differs(const __u8 *a, const __u8 *b)
{
	__u64 x[2], y[2];

	__builtin_memcpy(x, a, 16);
	__builtin_memcpy(y, b, 16);
	return x[0] != y[0] || x[1] != y[1];
}

/**
 * sl_ident_local() - the local address as the kernel holds it
 * @addr: 16 bytes, network order
 * @port: host order; 0: none yet (or no longer: the kernel wipes it at the end), and then nothing changes
 *
 * Returns 1 if anything new became known.
 */
static __always_inline int sl_ident_local(struct sl_ident *id, const __u8 *addr, __u16 port)
{
	int news = !(id->known & SL_ID_LOCAL) || id->lport != port || sl_ident_differs(id->laddr, addr);

	if (!port || !news)
		return 0;
	__builtin_memcpy(id->laddr, addr, 16);
	id->lport = port;
	id->known |= SL_ID_LOCAL;
	return 1;
}

/* The remote address; the same rules as sl_ident_local(). */
static __always_inline int sl_ident_remote(struct sl_ident *id, const __u8 *addr, __u16 port)
{
	int news = !(id->known & SL_ID_REMOTE) || id->rport != port || sl_ident_differs(id->raddr, addr);

	if (!port || !news)
		return 0;
	__builtin_memcpy(id->raddr, addr, 16);
	id->rport = port;
	id->known |= SL_ID_REMOTE;
	return 1;
}

/* The initial sequence numbers, RFC 9293 3.4.1: the same pair, crossed, at the other end. Taken once. */
static __always_inline void sl_ident_isn(struct sl_ident *id, __u32 local, __u32 remote)
{
	if (id->known & SL_ID_ISN)
		return;
	id->isn_local = local;
	id->isn_remote = remote;
	id->known |= SL_ID_ISN;
}

#endif
