// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP's states, birth and end, as bpf/probe_state.bpf.h. Process context, softirq, or a process with BHs off: so `current` says
 * nothing, except in the two transitions that only connect() and listen() make.
 */
#include "follow.h"
#include "probe.h"
#include "stat.h"
#include "trace.h"

static void state_event(struct sl_entry *e, int old_state, int new_state, u64 now_ns)
{
	struct sl_event ev;

	sl_emit_event_init(&ev, SL_EV_STATE);
	ev.state.old_state = old_state;
	ev.state.new_state = new_state;
	sl_emit_event(e, &ev, now_ns);
}

/* The handshake ended. The entry is held. */
void sl_state_outcome(struct sl_entry *e, u64 now_ns)
{
	const struct sl_handshake *h = &e->life->handshake;
	struct sl_event ev;

	if (!sl_emit_events())
		return;
	sl_emit_event_init(&ev, SL_EV_OUTCOME);
	ev.ret = -h->err;
	if (h->begin_ns && h->done_ns > h->begin_ns) {
		ev.dur_ns = h->done_ns - h->begin_ns;
		ev.flags |= SL_EVF_TIMED;
	}
	ev.state.new_state = h->outcome;
	sl_emit_event(e, &ev, now_ns);
}

static bool is_connect_or_listen(int old_state, int new_state)
{
	return old_state == TCP_CLOSE && (new_state == TCP_SYN_SENT || new_state == TCP_LISTEN);
}

static void state_step(struct sl_entry *e, const struct sock *sk, int old_state, int new_state, u64 now_ns);

/* A child that did not come by way of inet_csk_complete_hashdance(): from a SYN cookie. It is born just before it is established. */
static struct sl_entry *state_birth(const struct sock *sk, u64 now_ns, unsigned long *flags)
{
	struct sl_entry *e = sl_table_begin(sk, SL_ORIGIN_ACCEPTED, false, now_ns, flags);

	if (!e)
		return NULL;
	e->life->id.role = SL_ROLE_SERVER;
	if (sl_emit_events())
		sl_segment_request_find(e->life);
	state_step(e, sk, TCP_LISTEN, TCP_SYN_RECV, now_ns);
	return e;
}

/* The entry of a socket that changes its state, held; begun here if nothing told of the socket before. */
static struct sl_entry *state_entry(const struct sock *sk, int old_state, int new_state, u64 now_ns,
				    unsigned long *flags)
{
	struct sl_entry *e = sl_table_hold(sk, flags);

	if (e)
		return e;
	if (old_state == TCP_LISTEN && new_state == TCP_SYN_RECV) {
		e = sl_table_begin(sk, SL_ORIGIN_ACCEPTED, false, now_ns, flags);
		if (e)
			e->life->id.role = SL_ROLE_SERVER;
		return e;
	}
	if (is_connect_or_listen(old_state, new_state))
		return sl_table_begin(sk, SL_ORIGIN_UNKNOWN, true, now_ns, flags);
	if (old_state == TCP_SYN_RECV && new_state == TCP_ESTABLISHED)
		return state_birth(sk, now_ns, flags);
	if (old_state == TCP_SYN_RECV && new_state == TCP_CLOSE)
		return NULL; /* a second child of one request, made by another CPU and dropped (see hashdance below) */
	e = sl_table_begin(sk, SL_ORIGIN_UNKNOWN, false, now_ns, flags);
	if (e)
		sl_life_seed(e->life, old_state);
	return e;
}

/* A connect that failed has given its port back (inet_put_port()), but still remembers it. */
static bool state_old_port(struct sl_life *life, const struct sock *sk)
{
	struct sl_flow_key k;

	if (life->id.known & SL_ID_LOCAL)
		return false;
	sl_read_flow(&k, sk);
	return sl_ident_local(&life->id, k.local, ntohs(inet_sk(sk)->inet_sport));
}

/* What the change means beyond the life's own logic. Returns true for news to tell. */
static bool state_identity(struct sl_life *life, const struct sock *sk, int old_state, int new_state)
{
	bool news = sl_read_ident(&life->id, sk);
	struct sl_owner owner;

	if (is_connect_or_listen(old_state, new_state)) {
		sl_read_owner(&owner);
		news |= sl_ident_own(&life->id, &owner);
	}
	if (new_state == TCP_ESTABLISHED) {
		sl_ident_isn(&life->id, tcp_sk(sk)->snd_una - 1, tcp_sk(sk)->rcv_nxt - 1);
		news = true;
	}
	if (new_state == TCP_LISTEN) {
		life->calls.backlog_in_force = sk->sk_max_ack_backlog;
		news = true;
	}
	if (old_state == TCP_SYN_SENT && new_state == TCP_CLOSE)
		news |= state_old_port(life, sk);
	return news || new_state == TCP_SYN_SENT || new_state == TCP_SYN_RECV;
}

/* connect() failed before its SYN: why, only its return value tells, and that tells the outcome too. */
bool sl_state_errno_follows(const struct sl_life *life)
{
	return life->handshake.outcome == SL_HS_LOCAL_ERROR && !life->handshake.err &&
	       sl_hooks_watched() & SL_FACT_BIT(CONNECT_ERRNO);
}

static void state_tell(struct sl_entry *e, int old_state, int new_state, u16 was, bool news, u64 now_ns)
{
	const struct sl_handshake *h = &e->life->handshake;

	if (news)
		sl_emit_ident(e, new_state == TCP_SYN_RECV ? e->life->id.created_ns : now_ns);
	sl_segment_of_state(e, old_state, new_state, now_ns);
	state_event(e, old_state, new_state, now_ns);
	if (h->outcome != was && h->outcome != SL_HS_PENDING && !sl_state_errno_follows(e->life))
		sl_state_outcome(e, now_ns);
}

/* One step of the walk. The entry is held. */
static void state_step(struct sl_entry *e, const struct sock *sk, int old_state, int new_state, u64 now_ns)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;
	struct sl_life *life = e->life;
	struct sl_tcp_view v;
	u16 was = life->handshake.outcome;
	bool news;

	if (life->scratch.state == (u32)new_state)
		return;
	life->scratch.state = new_state;
	news = state_identity(life, sk, old_state, new_state);
	sl_read_tcp_flow(life, tp);
	if (old_state == TCP_LISTEN && new_state == TCP_CLOSE)
		sl_listen_drops(&life->listen, atomic_read(&sk->sk_drops));
	if (new_state >= TCP_FIN_WAIT1 || new_state == TCP_ESTABLISHED)
		sl_read_buffers(&life->buffers, sk);
	sl_read_tcp_view(&v, tp, now_ns);
	sl_io_settle(e, tp, new_state);
	sl_life_state(life, old_state, new_state, &v);
	if (new_state == TCP_ESTABLISHED)
		sl_read_congestion(&life->flow, tp);
	life->scratch.connect_enter_ns = 0;
	sl_stat_state(sk, life, old_state, new_state, was);
	sl_emit_judge(e);
	if (new_state == TCP_ESTABLISHED && static_branch_unlikely(&sl_readers_any))
		sl_follow_peer(&life->id);
	if (sl_emit_events())
		state_tell(e, old_state, new_state, was, news, now_ns);
}

/* Kernels before 6.18 tell a child's SYN_RECV while it is still the listener's copy, cookie and all. */
static bool state_is_copy(const struct sock *sk, int old_state, int new_state)
{
	return old_state == TCP_LISTEN && new_state == TCP_SYN_RECV && !sk->sk_dport;
}

/* Tracepoint inet_sock_set_state. */
void sl_tp_state(void *data, const struct sock *sk, int old_state, int new_state)
{
	u64 now_ns = ktime_get_ns();
	struct sl_entry *e;
	unsigned long flags;

	if (!sl_read_is_tcp(sk))
		return;
	if (old_state == TCP_LISTEN && new_state == TCP_SYN_RECV && sk->sk_net_refcnt)
		sl_stat_count(sk, SL_STAT_PASSIVE_OPENS);
	if (state_is_copy(sk, old_state, new_state))
		return;
	e = state_entry(sk, old_state, new_state, now_ns, &flags);
	if (!e)
		return;
	state_step(e, sk, old_state, new_state, now_ns);
	sl_table_release(e, flags);
}

/* How many wait in the listener's accept queue once this child is there, too. */
static void state_child(struct sl_entry *e, const struct sock *listener, u64 parent)
{
	struct sl_ident *id = &e->life->id;

	id->role = SL_ROLE_SERVER;
	if (parent) {
		id->parent = parent;
		id->known |= SL_ID_PARENT;
	}
	sl_handshake_queued(&e->life->handshake, READ_ONCE(listener->sk_ack_backlog) + 1);
	if (sl_emit_events())
		sl_segment_request_find(e->life);
}

/*
 * inet_csk_complete_hashdance(listener, child, request, own): the handshake's last ACK has come, the child is whole, and goes to
 * the accept queue next. It is born here. Not own: another CPU's child of the same request was first, and this one is dropped.
 */
SL_ENTRY(hashdance)
{
	const struct sock *listener = sl_arg(0, const struct sock *);
	const struct sock *child = sl_arg(1, const struct sock *);
	u64 now_ns, parent;
	struct sl_entry *e;
	unsigned long flags;

	if (!sl_arg(3, u8) || !child || !sl_read_is_tcp(child))
		return;
	now_ns = ktime_get_ns();
	parent = sl_read_new_cookie(listener);
	e = sl_table_begin(child, SL_ORIGIN_ACCEPTED, false, now_ns, &flags);
	if (!e)
		return;
	state_child(e, listener, parent);
	state_step(e, child, TCP_LISTEN, TCP_SYN_RECV, now_ns);
	sl_table_release(e, flags);
	e = sl_table_hold(listener, &flags);
	if (!e)
		return;
	sl_listen_queue(&e->life->listen, READ_ONCE(listener->sk_ack_backlog) + 1);
	sl_table_release(e, flags);
}

/*
 * Tracepoint tcp_destroy_sock: the TCP socket goes, its last figures, and the end of its life. tcp_disconnect(), by which a
 * SO_LINGER 0 close goes, has set the figures to zero by now: those of the change to CLOSE stay then.
 */
void sl_tp_destroy(void *data, struct sock *sk)
{
	u64 now_ns = ktime_get_ns();
	struct sl_entry *e;
	unsigned long flags;

	if (!sl_read_is_tcp(sk))
		return;
	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	sl_entry_refresh(e);
	sl_table_end(e, now_ns);
	sl_stat_ended(sk, e->life);
	sl_table_release(e, flags);
}

/* The kernel's own figures of a TCP socket, as of now. The entry is held. */
void sl_entry_refresh(struct sl_entry *e)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)e->sk;
	struct sl_life *life = e->life;

	if (life->id.protocol != IPPROTO_TCP || !sl_read_is_tcp(e->sk))
		return;
	if (e->sk->sk_state == TCP_LISTEN) {
		sl_listen_queue(&life->listen, READ_ONCE(e->sk->sk_ack_backlog));
		sl_listen_drops(&life->listen, atomic_read(&e->sk->sk_drops));
		return;
	}
	if ((s32)(tp->segs_out - life->flow.segs_out) >= 0)
		sl_read_tcp_flow(life, tp);
	sl_io_settle(e, tp, 0);
}

/* __sk_free(sk): the last reference of any socket is gone, and its memory may be another's at once. TCP has ended before. */
SL_ENTRY(free)
{
	const struct sock *sk = sl_arg(0, const struct sock *);
	struct sl_entry *e;
	unsigned long flags;

	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	sl_table_end(e, ktime_get_ns());
	sl_stat_ended(sk, e->life);
	sl_table_release(e, flags);
}
