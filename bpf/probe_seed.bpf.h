/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sockets that were there before: two iterators that the reader runs once when tracing starts, and once more when it stops,
 * to bring the figures of the open ones up to date. Process context of the reader.
 */
#ifndef SL_PROBE_SEED_BPF_H
#define SL_PROBE_SEED_BPF_H

/* A life that the last sweep saw is alive; the reader writes the sweep's number before each. */
__u64 seed_sweep;

static __always_inline bool seed_is_followed_family(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;

	return family == AF_INET || family == AF_INET6 || (family == AF_UNIX && cfg.watched & SL_FACT_BIT(UNIX));
}

static __always_inline struct sl_life *seed_life(const struct sock *sk, __u64 cookie)
{
	struct sl_life *life = table_get(cookie);

	if (life || seed_sweep > 1)
		return life;
	life = table_begin(sk, cookie, SL_ORIGIN_SEEDED, false, bpf_ktime_get_ns());
	if (!life)
		return NULL;
	if (life->id.protocol == IPPROTO_TCP)
		sl_life_seed(life, sk->__sk_common.skc_state);
	if (life->id.role == SL_ROLE_LISTENER) {
		life->calls.backlog_in_force = sk->sk_max_ack_backlog;
		state_listener_add(life);
	}
	return life;
}

static __always_inline void seed_task_owner(struct sl_owner *o, struct task_struct *task)
{
	int i;

	__builtin_memset(o, 0, sizeof(*o));
	o->pid = task->tgid;
	o->tid = task->pid;
	o->uid = task->cred->uid.val;
	o->cgroup_id = task->cgroups->dfl_cgrp->kn->id;
	for (i = 0; i < 16; i++)
		o->comm[i] = task->comm[i];
}

/* A descriptor of a process: the socket behind it, and that the process owns it. */
static __always_inline int seed_file(struct task_struct *task, struct file *file)
{
	struct socket *socket = bpf_sock_from_file(file);
	struct sl_owner owner;
	struct sl_life *life;
	struct sock *sk;

	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || !seed_is_followed_family(sk))
		return 0;
	life = seed_life(sk, bpf_get_socket_cookie(sk));
	if (!life)
		return 0;
	life->scratch.sweep = seed_sweep;
	if (life->id.known & SL_ID_OWNER)
		return 0;
	seed_task_owner(&owner, task);
	sl_ident_own(&life->id, &owner);
	if (table_judge(life))
		emit_ident(life, life->id.created_ns);
	return 0;
}

/* A TCP socket of the reader's own network namespace: orphans and children that wait for accept() too. */
static __always_inline int seed_tcp(struct sock_common *skc)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(skc);
	struct sl_life *life;

	if (!tp)
		return 0;
	life = seed_life(&tp->inet_conn.icsk_inet.sk, bpf_get_socket_cookie(skc));
	if (!life)
		return 0;
	life->scratch.sweep = seed_sweep;
	read_tcp_flow(life, tp);
	if (life->id.role == SL_ROLE_LISTENER)
		listen_look(life, &tp->inet_conn.icsk_inet.sk);
	else
		read_buffers(&life->buffers, &tp->inet_conn.icsk_inet.sk, tp, 0);
	table_judge(life);
	return 0;
}

#endif
