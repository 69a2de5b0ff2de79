/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP's states, and the end. Process context, softirq, or a process with BHs off: so `current` says nothing, except in
 * the two transitions that only connect() and listen() make.
 */
#ifndef SL_PROBE_STATE_BPF_H
#define SL_PROBE_STATE_BPF_H

static __always_inline void state_listener_add(const struct sl_life *life)
{
	struct sl_listener_key k = { .netns = life->id.netns, .port = life->id.lport, .family = 0 };
	struct sl_listener l = { .cookie = life->id.cookie }, *had = bpf_map_lookup_elem(&listeners, &k);

	if (had)
		sl_count(&had->others);
	else
		bpf_map_update_elem(&listeners, &k, &l, BPF_NOEXIST);
}

static __always_inline void state_listener_del(const struct sl_life *life)
{
	struct sl_listener_key k = { .netns = life->id.netns, .port = life->id.lport, .family = 0 };
	struct sl_listener *had = bpf_map_lookup_elem(&listeners, &k);

	if (!had)
		return;
	if (had->others)
		sl_add(&had->others, -1);
	else
		bpf_map_delete_elem(&listeners, &k);
}

/* The listener that a child came from, where its port has just one. */
static __always_inline void state_find_parent(struct sl_life *life)
{
	struct sl_listener_key k = { .netns = life->id.netns, .port = life->id.lport, .family = 0 };
	struct sl_listener *l = bpf_map_lookup_elem(&listeners, &k);

	if (!l || l->others || life->id.known & SL_ID_PARENT)
		return;
	life->id.parent = l->cookie;
	life->id.known |= SL_ID_PARENT;
}

static __noinline int state_event(struct sl_life *life, int old_state, int new_state, __u64 now_ns)
{
	struct sl_emit_slot slot;

	if (!life || !cfg.events)
		return 0;
	slot = emit_event_begin(life, life->id.cookie, SL_EV_STATE, now_ns);
	if (!slot.ev)
		return 0;
	slot.ev->state.old_state = old_state;
	slot.ev->state.new_state = new_state;
	emit_event_end(&slot);
	return 0;
}

static __noinline int state_outcome(struct sl_life *life, __u64 now_ns)
{
	struct sl_emit_slot slot;

	if (!life || !cfg.events)
		return 0;
	slot = emit_event_begin(life, life->id.cookie, SL_EV_OUTCOME, now_ns);
	if (!slot.ev)
		return 0;
	slot.ev->ret = -life->handshake.err;
	if (life->handshake.begin_ns && life->handshake.done_ns > life->handshake.begin_ns) {
		slot.ev->dur_ns = life->handshake.done_ns - life->handshake.begin_ns;
		slot.ev->flags |= SL_EVF_TIMED;
	}
	slot.ev->state.new_state = life->handshake.outcome;
	emit_event_end(&slot);
	return 0;
}

static __always_inline struct sl_life *state_begin(const struct sock *sk, __u64 cookie, int old_state, int new_state,
						   __u64 now_ns)
{
	struct sl_life *life = table_get(cookie);

	if (life)
		return life;
	if (new_state == SL_TCP_SYN_RECV && old_state == SL_TCP_LISTEN) {
		life = table_begin_new(sk, cookie, SL_ORIGIN_ACCEPTED, false, now_ns);
		if (!life)
			return NULL;
		life->id.role = SL_ROLE_SERVER;
		if (cfg.events)
			segment_request_find(life);
		state_find_parent(life);
		return life;
	}
	if (old_state == SL_TCP_CLOSE && (new_state == SL_TCP_SYN_SENT || new_state == SL_TCP_LISTEN))
		return table_begin_new(sk, cookie, SL_ORIGIN_UNKNOWN, true, now_ns);
	if (filter.len)
		return NULL; /* neither new nor seeded: the filter has ruled it out, and knew more than could be known now */
	life = table_begin_new(sk, cookie, SL_ORIGIN_UNKNOWN, false, now_ns);
	if (life)
		sl_life_seed(life, old_state);
	return life;
}

static __always_inline void state_isn(struct sl_life *life, const struct tcp_sock *tp)
{
	sl_ident_isn(&life->id, tp->snd_una - 1, tp->rcv_nxt - 1);
}

/* A connect that failed has given its port back (inet_put_port()), but still remembers it. */
static __always_inline bool state_old_port(struct sl_life *life, const struct sock *sk, const struct tcp_sock *tp)
{
	struct sl_flow_key k;

	if (life->id.known & SL_ID_LOCAL)
		return false;
	read_flow(&k, sk);
	return sl_ident_local(&life->id, k.local, bpf_ntohs(tp->inet_conn.icsk_inet.inet_sport));
}

/* May the addresses be other than those that are known? A connection keeps its own; connect() gives new ones, the local port
 * while in SYN_SENT. */
static __always_inline bool state_moves(const struct sl_life *life, int old_state, int new_state)
{
	const __u32 both = SL_ID_LOCAL | SL_ID_REMOTE;

	return (life->id.known & both) != both || old_state == SL_TCP_SYN_SENT || new_state == SL_TCP_SYN_SENT;
}

/* What the change means beyond the life's own logic: identity, followers, listeners. Returns true for news to tell. */
static __always_inline bool state_identity(struct sl_life *life, const struct sock *sk, struct tcp_sock *tp,
					   int old_state, int new_state)
{
	bool news = state_moves(life, old_state, new_state) && read_ident(&life->id, sk);
	struct sl_owner owner;

	if (!(life->id.known & SL_ID_OWNER) && old_state == SL_TCP_CLOSE &&
	    (new_state == SL_TCP_SYN_SENT || new_state == SL_TCP_LISTEN)) {
		read_owner(&owner);
		news |= sl_ident_own(&life->id, &owner);
	}
	if (new_state == SL_TCP_ESTABLISHED) {
		state_isn(life, tp);
		news = true;
	}
	if (new_state == SL_TCP_LISTEN) {
		life->calls.backlog_in_force = sk->sk_max_ack_backlog;
		state_listener_add(life);
		news = true;
	}
	if (old_state == SL_TCP_LISTEN && new_state == SL_TCP_CLOSE) {
		listen_look(life, sk);
		state_listener_del(life);
	}
	if (old_state == SL_TCP_SYN_SENT && new_state == SL_TCP_CLOSE)
		news |= state_old_port(life, sk, tp);
	return news || new_state == SL_TCP_SYN_SENT || new_state == SL_TCP_SYN_RECV;
}

/* Where nothing tells calls, two states do: only connect() and listen() enter them. */
static __always_inline void state_calls(struct sl_life *life, int old_state, int new_state)
{
	life->scratch.connect_enter_ns = 0;
	if (old_state != SL_TCP_CLOSE)
		return;
	if (new_state == SL_TCP_LISTEN && !(cfg.calls_told & 1 << SL_CALL_LISTEN))
		sl_call_returned(&life->calls, SL_CALL_LISTEN, 0, 0);
	if (new_state == SL_TCP_SYN_SENT && !(cfg.calls_told & 1 << SL_CALL_CONNECT) &&
	    !life->calls.call[SL_CALL_CONNECT].count)
		sl_call_returned(&life->calls, SL_CALL_CONNECT, 0, 0);
}

/* connect() failed before its SYN: why, only its return value tells, and that tells the outcome too. */
static __always_inline bool state_errno_follows(const struct sl_life *life)
{
	return cfg.calls_told & 1 << SL_CALL_CONNECT && life->handshake.outcome == SL_HS_LOCAL_ERROR &&
	       !life->handshake.err;
}

/* The kernel's figures: all where the data begins and where it is over, between them what the close needs. */
static __always_inline void state_figures(struct sl_life *life, struct tcp_sock *tp, int new_state)
{
	switch (new_state) {
	case SL_TCP_ESTABLISHED:
	case SL_TCP_CLOSE: read_tcp_flow(life, tp); break;
	case SL_TCP_FIN_WAIT1:
	case SL_TCP_CLOSE_WAIT:
	case SL_TCP_LAST_ACK:
	case SL_TCP_CLOSING: read_tcp_bytes(life, tp); break;
	default: return;
	}
	read_buffers(&life->buffers, &tp->inet_conn.icsk_inet.sk, tp, 0);
}

/* One step of the walk. */
static __noinline int state_step(const struct sock *sk, struct tcp_sock *tp, int old_state, int new_state)
{
	__u64 now_ns = bpf_ktime_get_ns();
	struct sl_tcp_view v;
	struct sl_life *life;
	bool news, was_closed;
	__u16 was;

	life = state_begin(sk, bpf_get_socket_cookie((void *)sk), old_state, new_state, now_ns);
	if (!life || life->scratch.state == (__u32)new_state)
		return 0;
	life->scratch.state = new_state;
	was = life->handshake.outcome;
	news = state_identity(life, sk, tp, old_state, new_state);
	state_figures(life, tp, new_state);
	read_tcp_view(&v, tp, new_state, now_ns);
	was_closed = life->scratch.zero_received_since_ns != 0;
	sl_life_state(life, old_state, new_state, &v);
	if (was_closed && !life->scratch.zero_received_since_ns)
		sl_add(&buffer_closed_windows, -1);
	if (new_state == SL_TCP_ESTABLISHED) {
		read_congestion(&life->flow, tp);
		listen_established(life, sk);
		if (cfg.watched & SL_FACT_BIT(MPTCP))
			read_mptcp(&life->id, tp);
	}
	state_calls(life, old_state, new_state);
	if (!table_judge(life))
		return 0;
	if (new_state == SL_TCP_ESTABLISHED)
		table_follow_peer(&life->id);
	if (!cfg.events)
		return 0;
	if (news)
		emit_ident(life, new_state == SL_TCP_SYN_RECV ? life->id.created_ns : now_ns);
	segment_of_state(life, old_state, new_state, now_ns);
	state_event(life, old_state, new_state, now_ns);
	if (life->handshake.outcome != was && life->handshake.outcome != SL_HS_PENDING && !state_errno_follows(life))
		state_outcome(life, now_ns);
	return 0;
}

/* Kernels before 6.18 tell a child's SYN_RECV while it is still the listener's copy, cookie and all: it is then born when it is
 * established. */
__u32 state_birth_late;

static __always_inline int state_walk(const struct sock *sk, int old_state, int new_state)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock((void *)sk);

	if (!tp)
		return 0;
	if (old_state == SL_TCP_LISTEN && new_state == SL_TCP_SYN_RECV && !sk->__sk_common.skc_dport) {
		state_birth_late = 1;
		return 0;
	}
	if (old_state == SL_TCP_SYN_RECV && new_state == SL_TCP_ESTABLISHED && state_birth_late &&
	    !table_get(bpf_get_socket_cookie((void *)sk)))
		state_step(sk, tp, SL_TCP_LISTEN, SL_TCP_SYN_RECV);
	return state_step(sk, tp, old_state, new_state);
}

/*
 * What the first program of a hook has seen to last, by CPU, so that the second one, which runs after it for the one that was
 * missed, has little to do. A change that comes between the two, or a move to another CPU, makes it do all again: that
 * changes nothing.
 */
#define STATE_CPUS 512
#define STATE_DESTROYED ~0ULL
__u64 state_seen[STATE_CPUS][8]; /* cookie, change, and the rest of a cache line */

static __always_inline void state_seen_set(__u64 cookie, __u64 change)
{
	__u64 *seen = state_seen[bpf_get_smp_processor_id() & (STATE_CPUS - 1)];

	seen[0] = cookie;
	seen[1] = change;
}

static __always_inline bool state_seen_take(__u64 cookie, __u64 change)
{
	__u64 *seen = state_seen[bpf_get_smp_processor_id() & (STATE_CPUS - 1)];

	if (!cookie || seen[0] != cookie || seen[1] != change)
		return false;
	seen[0] = 0;
	return true;
}

static __always_inline int state_changed(const struct sock *sk, int old_state, int new_state)
{
	int ret = state_walk(sk, old_state, new_state);

	state_seen_set(read_cookie(sk), (__u64)old_state << 32 | new_state);
	return ret;
}

/* A change that state_changed() may have missed. Sockets that it has judged and ruled out are not judged again. */
static __always_inline int state_changed_again(const struct sock *sk, int old_state, int new_state)
{
	if (state_seen_take(read_cookie(sk), (__u64)old_state << 32 | new_state))
		return 0;
	if ((cfg.follow || filter.len) && !table_get(read_cookie(sk)))
		return 0;
	return state_walk(sk, old_state, new_state);
}

/* Nothing has come or gone since the figures were read. */
static __always_inline bool state_figures_stand(const struct sl_life *life, const struct tcp_sock *tp)
{
	return tp->segs_out == life->flow.segs_out && tp->segs_in == life->flow.segs_in;
}

/* The TCP socket goes: its last figures, and the end of its life. tcp_disconnect(), by which a SO_LINGER 0 close goes, has set
 * the figures to zero by now: those of the change to CLOSE stay then. */
static __always_inline int state_end(struct sock *sk, __u64 cookie)
{
	struct sl_life *life = table_get(cookie);
	struct tcp_sock *tp;

	if (!life)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	if ((__s32)(tp->segs_out - life->flow.segs_out) < 0)
		; /* tcp_disconnect() */
	else if (state_figures_stand(life, tp))
		read_tcp_bytes(life, tp); /* only the change to CLOSE has told whether they count a FIN */
	else
		read_tcp_flow(life, tp);
	table_end(life, bpf_ktime_get_ns());
	return 0;
}

static __always_inline int state_destroyed(struct sock *sk)
{
	__u64 cookie = read_cookie(sk);

	state_end(sk, cookie);
	state_seen_set(cookie, STATE_DESTROYED);
	return 0;
}

static __always_inline int state_destroyed_again(struct sock *sk)
{
	__u64 cookie = read_cookie(sk);

	return state_seen_take(cookie, STATE_DESTROYED) ? 0 : state_end(sk, cookie);
}

#endif
