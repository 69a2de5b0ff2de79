/* SPDX-License-Identifier: GPL-2.0-only */
/* The value that an option has now, as getsockopt() would tell it, from the socket's own fields. */
#ifndef SL_READ_OPTION_BPF_H
#define SL_READ_OPTION_BPF_H

#define SL_SOCK_URGINLINE 2 /* enum sock_flags */
#define SL_SOCK_KEEPOPEN 3
#define SL_SOCK_BROADCAST 6

static __always_inline __s32 read_sock_flag(const struct sock *sk, int bit)
{
	return sk->__sk_common.skc_flags >> bit & 1;
}

/* SOL_SOCKET, by asm-generic/socket.h. Returns false for an option that is not read. */
static __always_inline bool read_option_socket(struct sock *sk, __u32 name, __s32 *v)
{
	switch (name) {
	case 2 /* SO_REUSEADDR */: *v = BPF_CORE_READ_BITFIELD(sk, __sk_common.skc_reuse); return true;
	case 6 /* SO_BROADCAST */: *v = read_sock_flag(sk, SL_SOCK_BROADCAST); return true;
	case 7 /* SO_SNDBUF */:
	case 32 /* SO_SNDBUFFORCE */: *v = sk->sk_sndbuf; return true;
	case 8 /* SO_RCVBUF */:
	case 33 /* SO_RCVBUFFORCE */: *v = sk->sk_rcvbuf; return true;
	case 9 /* SO_KEEPALIVE */: *v = read_sock_flag(sk, SL_SOCK_KEEPOPEN); return true;
	case 10 /* SO_OOBINLINE */: *v = read_sock_flag(sk, SL_SOCK_URGINLINE); return true;
	case 12 /* SO_PRIORITY */: *v = sk->sk_priority; return true;
	case 13 /* SO_LINGER: l_onoff */: *v = read_sock_flag(sk, SL_SOCK_LINGER); return true;
	case 15 /* SO_REUSEPORT */: *v = BPF_CORE_READ_BITFIELD(sk, __sk_common.skc_reuseport); return true;
	case 18 /* SO_RCVLOWAT */: *v = sk->sk_rcvlowat; return true;
	case 36 /* SO_MARK */: *v = sk->sk_mark; return true;
	default: return false;
	}
}

/* Jiffies in seconds. Returns false for 0, which stands for the namespace's default, and where the tick is unknown. */
static __always_inline bool read_seconds(__u64 jiffies, __s32 *v)
{
	*v = jiffies * cfg.tick_us / 1000000;
	return jiffies && cfg.tick_us;
}

/* IPPROTO_TCP. */
static __always_inline bool read_option_tcp(struct tcp_sock *tp, __u32 name, __s32 *v)
{
	switch (name) {
	case 1 /* TCP_NODELAY */: *v = BPF_CORE_READ_BITFIELD(tp, nonagle) & 1; return true;
	case 2 /* TCP_MAXSEG */: *v = tp->rx_opt.user_mss; return *v;
	case 3 /* TCP_CORK */: *v = BPF_CORE_READ_BITFIELD(tp, nonagle) >> 1 & 1; return true;
	case 4 /* TCP_KEEPIDLE */: return read_seconds(tp->keepalive_time, v);
	case 5 /* TCP_KEEPINTVL */: return read_seconds(tp->keepalive_intvl, v);
	case 6 /* TCP_KEEPCNT */: *v = tp->keepalive_probes; return *v;
	case 7 /* TCP_SYNCNT */: *v = tp->inet_conn.icsk_syn_retries; return *v;
	case 10 /* TCP_WINDOW_CLAMP */: *v = tp->window_clamp; return true;
	case 18 /* TCP_USER_TIMEOUT */: *v = tp->inet_conn.icsk_user_timeout; return true;
	case 25 /* TCP_NOTSENT_LOWAT */: *v = tp->notsent_lowat; return *v;
	default: return false;
	}
}

/* After the option was set. tp: NULL for a socket that is not TCP's. */
static __always_inline void read_option(struct sl_option *opt, struct sock *sk, struct tcp_sock *tp)
{
	bool known = false;

	if (opt->level == 1 /* SOL_SOCKET */)
		known = read_option_socket(sk, opt->name, &opt->in_force);
	else if (opt->level == IPPROTO_TCP && tp)
		known = read_option_tcp(tp, opt->name, &opt->in_force);
	if (known)
		opt->known |= SL_OPT_IN_FORCE;
	else
		opt->in_force = 0;
}

#endif
