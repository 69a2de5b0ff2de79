/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the kernel's sockets into plain values and lives, as bpf/read.bpf.h does. No state, no policy, no locks taken: what
 * is read here may change meanwhile, as everything that ss shows may.
 */
#ifndef SL_KMOD_READ_H
#define SL_KMOD_READ_H

#include <linux/cgroup.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "../core/life.h"

struct sl_flow_key {
	u8 local[16];
	u8 remote[16];
	u16 lport;
	u16 rport;
	u32 netns;
};

static __always_inline u32 sl_read_netns(const struct sock *sk)
{
	return sock_net(sk)->ns.inum;
}

/* 0: it was never asked for */
static __always_inline u64 sl_read_cookie(const struct sock *sk)
{
	return atomic64_read(&sk->sk_cookie);
}

/* The cookie, made now if need be: the same that SO_COOKIE would tell. */
static __always_inline u64 sl_read_new_cookie(const struct sock *sk)
{
	u64 cookie = sl_read_cookie(sk);
	u32 half[2];

	if (likely(cookie))
		return cookie;
	sock_diag_save_cookie((struct sock *)sk, half);
	return sl_read_cookie(sk);
}

static __always_inline bool sl_read_is_inet(const struct sock *sk)
{
	return sk->sk_family == AF_INET || sk->sk_family == AF_INET6;
}

/* A full TCP socket: neither a request, nor in TIME_WAIT, nor SCTP's or MPTCP's, which share some of TCP's hooks. */
static __always_inline bool sl_read_is_tcp(const struct sock *sk)
{
	return sk_fullsock(sk) && sl_read_is_inet(sk) && sk->sk_protocol == IPPROTO_TCP && sk->sk_type == SOCK_STREAM;
}

/* Local and remote address of an INET socket, as the socket holds them. */
static inline void sl_read_flow(struct sl_flow_key *k, const struct sock *sk)
{
	memset(k, 0, sizeof(*k));
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		memcpy(k->local, &sk->sk_v6_rcv_saddr, 16);
		memcpy(k->remote, &sk->sk_v6_daddr, 16);
	} else
#endif
	{
		memcpy(k->local, &sk->sk_rcv_saddr, 4);
		memcpy(k->remote, &sk->sk_daddr, 4);
	}
	k->lport = sk->sk_num;
	k->rport = ntohs(sk->sk_dport);
	k->netns = sl_read_netns(sk);
}

/* Type and addresses into an identity. Returns true if anything new became known. */
static inline bool sl_read_ident(struct sl_ident *id, const struct sock *sk)
{
	struct sl_flow_key k;
	int news = 0;

	id->family = sk->sk_family;
	if (!(id->known & SL_ID_TYPE)) {
		id->type = sk->sk_type;
		id->protocol = sk->sk_protocol;
		id->known |= SL_ID_TYPE;
	}
	if (!sl_read_is_inet(sk))
		return false;
	sl_read_flow(&k, sk);
	news |= sl_ident_local(id, k.local, k.lport);
	news |= sl_ident_remote(id, k.remote, k.rport);
	return news;
}

static inline void sl_read_task(struct sl_owner *o, struct task_struct *task)
{
	memset(o, 0, sizeof(*o));
	o->pid = task_tgid_nr(task);
	o->tid = task_pid_nr(task);
	rcu_read_lock();
	o->uid = from_kuid(&init_user_ns, __task_cred(task)->uid);
	o->cgroup_id = cgroup_id(task_dfl_cgroup(task));
	rcu_read_unlock();
	memcpy(o->comm, task->comm, sizeof(o->comm) - 1);
}

/* The calling process. Only where the hook runs in the context of the process that acts on the socket. */
static inline void sl_read_owner(struct sl_owner *o)
{
	sl_read_task(o, current);
}

static inline void sl_read_chrono(struct sl_flow *f, const struct tcp_sock *tp)
{
	struct sl_flow_chrono c = {
		.stat = { tp->chrono_stat[0], tp->chrono_stat[1], tp->chrono_stat[2] },
		.type = tp->chrono_type,
		.running = tcp_jiffies32 - tp->chrono_start,
		.tick_us = USEC_PER_SEC / HZ,
	};

	sl_flow_limited(f, &c);
}

/* How full the buffers are now. */
static inline void sl_read_buffers(struct sl_buffers *b, const struct sock *sk)
{
	const bool tcp = sl_read_is_tcp(sk);
	struct sl_buffer_view v = {
		.rcvbuf = READ_ONCE(sk->sk_rcvbuf),
		.sndbuf = READ_ONCE(sk->sk_sndbuf),
		.rmem = atomic_read(&sk->sk_rmem_alloc),
		.wmem = tcp ? READ_ONCE(sk->sk_wmem_queued) : sk_wmem_alloc_get(sk),
		.backlog = READ_ONCE(sk->sk_backlog.len),
		.locked = (sk->sk_userlocks & SOCK_SNDBUF_LOCK ? SL_BUF_SND_LOCKED : 0) |
			  (sk->sk_userlocks & SOCK_RCVBUF_LOCK ? SL_BUF_RCV_LOCKED : 0),
	};

	if (tcp) {
		v.recvq = READ_ONCE(tcp_sk(sk)->rcv_nxt) - READ_ONCE(tcp_sk(sk)->copied_seq);
		v.sendq = READ_ONCE(tcp_sk(sk)->write_seq) - READ_ONCE(tcp_sk(sk)->snd_una);
	}
	sl_buffer_look(b, &v);
}

static inline void sl_read_flow_gauges(struct sl_flow *f, const struct tcp_sock *tp)
{
	f->srtt_us = tp->srtt_us >> 3;
	f->rttvar_us = tp->mdev_us >> 2;
	f->min_rtt_us = tcp_min_rtt(tp);
	sl_flow_cwnd(f, tp->snd_cwnd);
	f->ssthresh = tp->snd_ssthresh;
	f->mss = tp->mss_cache;
	f->rcv_wnd = tp->rcv_wnd;
	f->snd_wnd = tp->snd_wnd;
	f->pacing_rate = tp->inet_conn.icsk_inet.sk.sk_pacing_rate;
	if (tp->rate_interval_us)
		f->delivery_rate =
			div_u64((u64)tp->rate_delivered * tp->mss_cache * USEC_PER_SEC, tp->rate_interval_us);
	f->snd_wscale = tp->rx_opt.snd_wscale;
	f->rcv_wscale = tp->rx_opt.rcv_wscale;
	f->ecn = tp->ecn_flags & 1;
	f->app_limited = tp->rate_app_limited;
}

static inline void sl_read_congestion(struct sl_flow *f, const struct tcp_sock *tp)
{
	const struct tcp_congestion_ops *ca = tp->inet_conn.icsk_ca_ops;

	if (ca)
		memcpy(f->congestion, ca->name, sizeof(f->congestion) - 1);
}

/* The kernel's own figures of the data, as of now. */
static inline void sl_read_tcp_flow(struct sl_life *life, const struct tcp_sock *tp)
{
	struct sl_flow_raw raw = {
		.bytes_sent = tp->bytes_sent,
		.bytes_retrans = tp->bytes_retrans,
		.bytes_acked = tp->bytes_acked,
		.bytes_received = tp->bytes_received,
	};

	sl_flow_bytes(life, &raw);
	life->flow.segs_out = tp->segs_out;
	life->flow.segs_in = tp->segs_in;
	life->flow.data_segs_out = tp->data_segs_out;
	life->flow.data_segs_in = tp->data_segs_in;
	sl_read_flow_gauges(&life->flow, tp);
	sl_read_chrono(&life->flow, tp);
	life->errors.retrans = tp->total_retrans;
	life->errors.lost = tp->lost;
	life->errors.reordering = tp->reord_seen;
	life->errors.dsack = tp->dsack_dups;
}

static inline void sl_read_tcp_view(struct sl_tcp_view *v, const struct tcp_sock *tp, u64 now_ns)
{
	const struct sock *sk = (const struct sock *)tp;

	memset(v, 0, sizeof(*v));
	v->now_ns = now_ns;
	v->rtt_us = tp->srtt_us >> 3;
	v->total_retrans = tp->total_retrans;
	v->unread_bytes = tp->rcv_nxt - tp->copied_seq;
	v->sk_err = sk->sk_err;
	v->closed = sk->sk_shutdown == SHUTDOWN_MASK;
	v->orphan = sock_flag(sk, SOCK_DEAD);
	v->fin_received = sock_flag(sk, SOCK_DONE);
	v->linger = sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime;
	if (v->fin_received && v->unread_bytes)
		v->unread_bytes--;
}

#endif
