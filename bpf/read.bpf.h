/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the kernel's sockets, by direct BTF loads, into plain values and lives. No state, no policy. */
#ifndef SL_READ_BPF_H
#define SL_READ_BPF_H

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define SL_SOCK_DEAD 0 /* enum sock_flags: bits of sk_flags */
#define SL_SOCK_DONE 1
#define SL_SOCK_LINGER 4

static __always_inline __u32 read_netns(const struct sock *sk)
{
	return sk->__sk_common.skc_net.net->ns.inum;
}

static __always_inline __u64 read_cookie(const struct sock *sk)
{
	return sk->__sk_common.skc_cookie.counter;
}

static __always_inline void read_v6(__u8 *to, const struct in6_addr *from)
{
	__u32 w[4];

	w[0] = from->in6_u.u6_addr32[0];
	w[1] = from->in6_u.u6_addr32[1];
	w[2] = from->in6_u.u6_addr32[2];
	w[3] = from->in6_u.u6_addr32[3];
	__builtin_memcpy(to, w, 16);
}

/* Local and remote address of an INET socket, as the socket holds them. */
static __always_inline void read_flow(struct sl_flow_key *k, const struct sock *sk)
{
	__u32 w[4] = { 0, 0, 0, 0 };

	if (sk->__sk_common.skc_family == AF_INET6) {
		read_v6(k->local, &sk->__sk_common.skc_v6_rcv_saddr);
		read_v6(k->remote, &sk->__sk_common.skc_v6_daddr);
	} else {
		w[0] = sk->__sk_common.skc_rcv_saddr;
		__builtin_memcpy(k->local, w, 16);
		w[0] = sk->__sk_common.skc_daddr;
		__builtin_memcpy(k->remote, w, 16);
	}
	k->lport = sk->__sk_common.skc_num;
	k->rport = bpf_ntohs(sk->__sk_common.skc_dport);
	k->netns = read_netns(sk);
}

/* Type and addresses into an identity. Returns true if anything new became known. */
static __always_inline bool read_ident(struct sl_ident *id, const struct sock *sk)
{
	struct sl_flow_key k;
	int news = 0;

	id->family = sk->__sk_common.skc_family;
	if (!(id->known & SL_ID_TYPE)) {
		id->type = sk->sk_type;
		id->protocol = sk->sk_protocol;
		id->known |= SL_ID_TYPE;
	}
	if (id->family != AF_INET && id->family != AF_INET6)
		return false;
	read_flow(&k, sk);
	news |= sl_ident_local(id, k.local, k.lport);
	news |= sl_ident_remote(id, k.remote, k.rport);
	return news;
}

/* The calling process. Only where the hook runs in the context of the process that acts on the socket. */
static __always_inline void read_owner(struct sl_owner *o)
{
	__u64 id = bpf_get_current_pid_tgid();

	__builtin_memset(o, 0, sizeof(*o));
	o->pid = id >> 32;
	o->tid = (__u32)id;
	o->uid = (__u32)bpf_get_current_uid_gid();
	o->cgroup_id = bpf_get_current_cgroup_id();
	bpf_get_current_comm(o->comm, sizeof(o->comm));
}

/* tcp_chrono_stats are jiffies, and indexed by type - 1: busy, rwnd limited, sndbuf limited. */
static __always_inline void read_chrono(struct sl_flow *f, struct tcp_sock *tp)
{
	struct sl_flow_chrono c = { .type = BPF_CORE_READ_BITFIELD(tp, chrono_type), .tick_us = cfg.tick_us };

	c.stat[0] = tp->chrono_stat[0];
	c.stat[1] = tp->chrono_stat[1];
	c.stat[2] = tp->chrono_stat[2];
	if (c.type)
		c.running = (__u32)bpf_jiffies64() - tp->chrono_start;
	sl_flow_limited(f, &c);
}

/* Who has set a limit: sk_userlocks, SOCK_SNDBUF_LOCK 1 and SOCK_RCVBUF_LOCK 2. */
static __always_inline __u32 read_locked(struct sock *sk)
{
	__u32 locks = BPF_CORE_READ_BITFIELD(sk, sk_userlocks);

	return (locks & 1 ? SL_BUF_SND_LOCKED : 0) | (locks & 2 ? SL_BUF_RCV_LOCKED : 0);
}

/* Memory of what is sent: TCP and UNIX streams count what is queued; datagrams what is on its way, and one for the socket. */
static __always_inline __u32 read_wmem(const struct sock *sk, bool tcp)
{
	__u32 alloc;

	if (tcp)
		return sk->sk_wmem_queued;
	alloc = sk->sk_wmem_alloc.refs.counter;
	return alloc ? alloc - 1 : 0;
}

/* The socket at the other end of a UNIX socket, once anything has asked for its cookie. */
static __always_inline void read_unix_peer(struct sl_ident *id, struct sock *sk)
{
	struct unix_sock *us = bpf_skc_to_unix_sock(sk);
	struct sock *peer = us ? us->peer : NULL;

	if (!peer || !read_cookie(peer))
		return;
	id->peer = read_cookie(peer);
	id->known |= SL_ID_PEER;
}

/* The MPTCP connection that a TCP connection is a part of; the context of its upper layer knows. */
static __always_inline void read_mptcp(struct sl_ident *id, struct tcp_sock *tp)
{
	struct mptcp_subflow_context *subflow;
	const struct sock *conn;
	__u64 cookie;

	if (!bpf_rdonly_cast || !bpf_core_field_exists(tp->is_mptcp) || !BPF_CORE_READ_BITFIELD(tp, is_mptcp))
		return;
	subflow = sl_cast(struct mptcp_subflow_context, tp->inet_conn.icsk_ulp_data);
	conn = subflow->conn;
	cookie = conn ? read_cookie(conn) : 0;
	if (!cookie)
		return;
	id->mptcp = cookie;
	id->known |= SL_ID_MPTCP;
}

/* How full the buffers are now. tp: NULL for another protocol; taken: bytes that this very call took from the queue. */
static __always_inline void read_buffers(struct sl_buffers *b, struct sock *sk, struct tcp_sock *tp, __u32 taken)
{
	struct sl_buffer_view v = {
		.rcvbuf = sk->sk_rcvbuf,
		.sndbuf = sk->sk_sndbuf,
		.rmem = sk->sk_backlog.rmem_alloc.counter,
		.wmem = read_wmem(sk, tp != NULL),
		.backlog = sk->sk_backlog.len,
		.locked = read_locked(sk),
	};

	if (tp) {
		v.recvq = tp->rcv_nxt - tp->copied_seq + taken;
		v.sendq = tp->write_seq - tp->snd_una;
	}
	sl_buffer_look(b, &v);
}

static __always_inline void read_flow_gauges(struct sl_flow *f, struct tcp_sock *tp)
{
	f->srtt_us = tp->srtt_us >> 3;
	f->rttvar_us = tp->mdev_us >> 2;
	f->min_rtt_us = tp->rtt_min.s[0].v;
	sl_flow_cwnd(f, tp->snd_cwnd);
	f->ssthresh = tp->snd_ssthresh;
	f->mss = tp->mss_cache;
	f->rcv_wnd = tp->rcv_wnd;
	f->snd_wnd = tp->snd_wnd;
	f->pacing_rate = tp->inet_conn.icsk_inet.sk.sk_pacing_rate;
	if (tp->rate_interval_us)
		f->delivery_rate = (__u64)tp->rate_delivered * tp->mss_cache * 1000000 / tp->rate_interval_us;
	f->snd_wscale = BPF_CORE_READ_BITFIELD(tp, rx_opt.snd_wscale);
	f->rcv_wscale = BPF_CORE_READ_BITFIELD(tp, rx_opt.rcv_wscale);
	f->ecn = tp->ecn_flags & 1;
	f->app_limited = !!BPF_CORE_READ_BITFIELD(tp, rate_app_limited);
}

static __always_inline void read_congestion(struct sl_flow *f, struct tcp_sock *tp)
{
	const struct tcp_congestion_ops *ca = tp->inet_conn.icsk_ca_ops;
	int i;

	if (!ca)
		return;
	for (i = 0; i < 15; i++)
		f->congestion[i] = ca->name[i];
}

static __always_inline void read_tcp_bytes(struct sl_life *life, const struct tcp_sock *tp)
{
	struct sl_flow_raw raw = {
		.bytes_sent = tp->bytes_sent,
		.bytes_retrans = tp->bytes_retrans,
		.bytes_acked = tp->bytes_acked,
		.bytes_received = tp->bytes_received,
	};

	sl_flow_bytes(life, &raw);
}

/* The kernel's own figures of the data, as of now. */
static __always_inline void read_tcp_flow(struct sl_life *life, struct tcp_sock *tp)
{
	read_tcp_bytes(life, tp);
	life->flow.segs_out = tp->segs_out;
	life->flow.segs_in = tp->segs_in;
	life->flow.data_segs_out = tp->data_segs_out;
	life->flow.data_segs_in = tp->data_segs_in;
	read_flow_gauges(&life->flow, tp);
	read_chrono(&life->flow, tp);
	life->errors.retrans = tp->total_retrans;
	life->errors.lost = tp->lost;
	life->errors.reordering = tp->reord_seen;
	life->errors.dsack = tp->dsack_dups;
}

/* As far as the change to this state asks for it. */
static __always_inline void read_tcp_view(struct sl_tcp_view *v, struct tcp_sock *tp, int new_state, __u64 now_ns)
{
	struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	unsigned long flags = sk->__sk_common.skc_flags;

	__builtin_memset(v, 0, sizeof(*v));
	v->now_ns = now_ns;
	v->orphan = !!(flags & (1 << SL_SOCK_DEAD));
	if (new_state == SL_TCP_ESTABLISHED) {
		v->rtt_us = tp->srtt_us >> 3;
		v->total_retrans = tp->total_retrans;
	}
	if (new_state != SL_TCP_CLOSE)
		return;
	v->unread_bytes = tp->rcv_nxt - tp->copied_seq;
	v->sk_err = sk->sk_err;
	v->closed = sk->sk_shutdown == 3;
	v->fin_received = !!(flags & (1 << SL_SOCK_DONE));
	v->linger = flags & (1 << SL_SOCK_LINGER) && !sk->sk_lingertime;
	if (v->fin_received && v->unread_bytes)
		v->unread_bytes--;
}

#endif
