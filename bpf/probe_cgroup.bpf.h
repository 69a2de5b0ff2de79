/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What cgroup programs see that no tracepoint does: a socket's first moment, options with their values, and the release of
 * sockets without a state machine. They only look: each says "go on". Process context, the caller acts on the socket.
 */
#ifndef SL_PROBE_CGROUP_BPF_H
#define SL_PROBE_CGROUP_BPF_H

static __always_inline void cgroup_created(struct bpf_sock *ctx)
{
	struct sock *sk = sl_cast(struct sock, ctx);
	__u64 now_ns = bpf_ktime_get_ns();
	struct sl_life *life = table_begin(sk, bpf_get_socket_cookie(ctx), SL_ORIGIN_CREATED, true, now_ns);

	if (!life || !table_judge(life))
		return;
	emit_ident(life, now_ns);
	if (!(cfg.calls_told & 1 << SL_CALL_SOCKET))
		sl_call_returned(&life->calls, SL_CALL_SOCKET, 0, 0);
}

/* bind() has succeeded; where sys_exit tells calls, it tells this one too. */
static __always_inline void cgroup_bound(struct bpf_sock *ctx)
{
	struct sl_life *life = table_get(bpf_get_socket_cookie(ctx));

	if (!life)
		return;
	life->bind.family = 0;
	if (cfg.calls_told & 1 << SL_CALL_BIND)
		return;
	read_ident(&life->id, sl_cast(struct sock, ctx));
	sl_call_returned(&life->calls, SL_CALL_BIND, 0, 0);
	table_judge(life);
}

/* bind() begins: what it asks for is kept until post_bind says that it has it; and which listener has that port, if any. */
static __always_inline void cgroup_binds(struct bpf_sock_addr *ctx, const __u32 addr[4], int verdict)
{
	struct sl_life *life = table_get(bpf_get_socket_cookie(ctx));
	struct sl_listener_key k = {};
	struct sl_listener *holder;

	if (!life)
		return;
	__builtin_memcpy(life->bind.addr, addr, 16);
	life->bind.family = ctx->family;
	life->bind.port = bpf_ntohs(ctx->user_port);
	k.netns = life->id.netns;
	k.port = life->bind.port;
	holder = k.port && life->id.protocol == IPPROTO_TCP ? bpf_map_lookup_elem(&listeners, &k) : NULL;
	life->bind.holder = holder ? holder->cookie : 0;
	deny_by_cgroup(life, SL_CALL_BIND, verdict);
}

/* connect() begins. If it never gets to SYN_SENT, it failed before, for a reason that only its return value tells. */
static __always_inline void cgroup_connects(struct bpf_sock_addr *ctx, int verdict)
{
	struct sl_life *life = table_get(bpf_get_socket_cookie(ctx));

	if (!life)
		return;
	deny_by_cgroup(life, SL_CALL_CONNECT, verdict);
	if (cfg.calls_told & 1 << SL_CALL_CONNECT)
		return;
	sl_call_returned(&life->calls, SL_CALL_CONNECT, 0, 0);
	if (life->id.protocol == IPPROTO_TCP)
		life->scratch.connect_enter_ns = bpf_ktime_get_ns();
}

/* accept() asks for the peer's address, or getpeername() does: whoever asks has the socket. */
static __always_inline void cgroup_asked_peer(struct bpf_sock_addr *ctx)
{
	struct sl_life *life = table_get(bpf_get_socket_cookie(ctx));

	if (!life || life->id.role != SL_ROLE_SERVER)
		return;
	life->handshake.flags |= SL_HSF_ACCEPTED;
	call_own(life, bpf_ktime_get_ns());
}

static __always_inline void cgroup_option(struct bpf_sockopt *ctx)
{
	struct sl_option opt = { .level = ctx->level, .name = ctx->optname };
	struct bpf_sock *sk = ctx->sk;
	struct sl_life *life = sk ? table_get(read_cookie(sl_cast(struct sock, sk))) : NULL;
	char *val = ctx->optval, *end = ctx->optval_end;

	if (ctx->optlen > 4096)
		ctx->optlen = 0; /* the kernel then takes the program's own buffer, which was not copied whole */
	if (!life)
		return;
	if (val + 4 <= end) {
		opt.asked = *(__s32 *)val;
		opt.known |= SL_OPT_ASKED;
	} else if (val + 1 <= end) {
		opt.asked = *(__u8 *)val;
		opt.known |= SL_OPT_ASKED;
	}
	sl_call_option(&life->calls, &opt);
	if (!(cfg.calls_told & 1 << SL_CALL_SETSOCKOPT))
		sl_call_returned(&life->calls, SL_CALL_SETSOCKOPT, 0, 0);
}

/* The last reference is gone: close(), or the end of the process. TCP goes on by itself; others end here. */
static __always_inline void cgroup_released(struct bpf_sock *ctx)
{
	struct sl_life *life = table_get(bpf_get_socket_cookie(ctx));
	__u64 now_ns = bpf_ktime_get_ns();
	struct sl_emit_slot slot;

	if (!life || !call_own(life, now_ns))
		return;
	read_ident(&life->id, sl_cast(struct sock, ctx));
	sl_call_returned(&life->calls, SL_CALL_CLOSE, 0, 0);
	slot = call_event(life, SL_CALL_CLOSE, 0, 0, now_ns);
	if (slot.ev) {
		slot.ev->call.arg = -1;
		emit_event_end(&slot);
	}
	if (life->id.protocol != IPPROTO_TCP)
		table_end(life, now_ns);
}

#endif
