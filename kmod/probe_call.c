// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls, as functions of the socket layer: io_uring's and those of 32-bit programs are among them. Process context, so the
 * caller is the caller. What a call was given is read from the kernel's own copy or not at all: user memory is never read.
 */
#include "probe.h"
#include "stat.h"

/* The event of a call. The entry is held. */
void sl_call_event(struct sl_entry *e, u32 call, int ret, u64 dur_ns, u32 arg, u64 now_ns)
{
	struct sl_event ev;

	if (!sl_emit_events())
		return;
	sl_emit_event_init(&ev, SL_EV_CALL);
	ev.ret = ret;
	ev.pid = task_tgid_nr(current);
	ev.tid = task_pid_nr(current);
	ev.dur_ns = dur_ns;
	if (dur_ns)
		ev.flags |= SL_EVF_TIMED;
	ev.call.call = call;
	ev.call.arg = arg;
	sl_emit_event(e, &ev, now_ns);
}

/* The caller owns a socket that nobody owned. The entry is held. */
void sl_call_own(struct sl_entry *e, u64 now_ns)
{
	struct sl_owner owner;

	if (likely(e->life->id.known & SL_ID_OWNER))
		return;
	sl_read_owner(&owner);
	if (!sl_ident_own(&e->life->id, &owner))
		return;
	sl_emit_judge(e);
	sl_emit_ident(e, now_ns);
}

static void call_done(struct sl_entry *e, const struct sock *sk, u32 call, int ret, u64 dur_ns, u32 arg, u64 now_ns)
{
	sl_call_returned(&e->life->calls, call, ret < 0 ? ret : 0, dur_ns);
	sl_stat_call(sk, call, ret);
	sl_call_event(e, call, ret, dur_ns, arg, now_ns);
}

/* security_socket_post_create(socket, family, type, protocol, kern): a program has a new socket. */
SL_ENTRY(create)
{
	const struct socket *socket = sl_arg(0, const struct socket *);
	const struct sock *sk = socket->sk;
	struct sl_entry *e;
	unsigned long flags;
	u64 now_ns;

	if (!sk || sl_arg(4, int))
		return;
	now_ns = ktime_get_ns();
	e = sl_table_begin(sk, SL_ORIGIN_CREATED, true, now_ns, &flags);
	if (!e)
		return;
	sl_emit_judge(e);
	sl_emit_ident(e, now_ns);
	call_done(e, sk, SL_CALL_SOCKET, 0, 0, ~0u, now_ns);
	sl_table_release(e, flags);
}

/* The entry of a call's socket, held and owned; NULL: not followed. */
static struct sl_entry *call_entry(const struct sl_return *r, u64 now_ns, unsigned long *flags)
{
	const struct socket *socket = (const struct socket *)r->arg[0];
	struct sl_entry *e = socket && socket->sk ? sl_table_hold(socket->sk, flags) : NULL;

	if (e)
		sl_call_own(e, now_ns);
	return e;
}

/* inet_bind(socket, address, length), inet6_bind() */
SL_RETURN(bind)
{
	u64 now_ns = ktime_get_ns();
	unsigned long flags;
	struct sl_entry *e = call_entry(r, now_ns, &flags);

	if (!e)
		return;
	if (!r->ret && sl_read_ident(&e->life->id, e->sk)) {
		sl_emit_judge(e);
		sl_emit_ident(e, now_ns);
	}
	call_done(e, e->sk, SL_CALL_BIND, r->ret, now_ns - r->enter_ns, 0, now_ns);
	sl_table_release(e, flags);
}

/* inet_listen(socket, backlog): as the kernel had cut it to somaxconn. */
SL_RETURN(listen)
{
	u64 now_ns = ktime_get_ns();
	unsigned long flags;
	struct sl_entry *e = call_entry(r, now_ns, &flags);

	if (!e)
		return;
	e->life->calls.backlog = r->arg[1];
	if (!r->ret)
		e->life->calls.backlog_in_force = READ_ONCE(e->sk->sk_max_ack_backlog);
	call_done(e, e->sk, SL_CALL_LISTEN, r->ret, now_ns - r->enter_ns, r->arg[1], now_ns);
	sl_table_release(e, flags);
}

/* inet_stream_connect(socket, address, length, flags), inet_dgram_connect() */
SL_RETURN(connect)
{
	u64 now_ns = ktime_get_ns();
	unsigned long flags;
	struct sl_entry *e = call_entry(r, now_ns, &flags);
	struct sl_life *life;
	u16 was;
	bool told;

	if (!e)
		return;
	life = e->life;
	was = life->handshake.outcome;
	told = was != SL_HS_NONE && !sl_state_errno_follows(life);
	if (e->sk->sk_err_soft)
		sl_fault_soft(life, READ_ONCE(e->sk->sk_err_soft));
	if (life->id.protocol != IPPROTO_TCP && !r->ret && sl_read_ident(&life->id, e->sk)) {
		sl_emit_judge(e);
		sl_emit_ident(e, now_ns);
	}
	sl_handshake_connect_returned(&life->handshake, now_ns, r->ret);
	call_done(e, e->sk, SL_CALL_CONNECT, r->ret, now_ns - r->enter_ns, 0, now_ns);
	sl_stat_connect_returned(e->sk, life, was);
	if (!told && life->handshake.outcome != SL_HS_NONE)
		sl_state_outcome(e, now_ns);
	sl_table_release(e, flags);
}

/* inet_shutdown(socket, how) */
SL_RETURN(shutdown)
{
	u64 now_ns = ktime_get_ns();
	unsigned long flags;
	struct sl_entry *e = call_entry(r, now_ns, &flags);

	if (!e)
		return;
	call_done(e, e->sk, SL_CALL_SHUTDOWN, r->ret, now_ns - r->enter_ns, r->arg[1], now_ns);
	sl_table_release(e, flags);
}

static void call_option(const struct sl_return *r, int level, int name)
{
	u64 now_ns = ktime_get_ns();
	unsigned long flags;
	struct sl_entry *e = call_entry(r, now_ns, &flags);
	struct sl_option opt = { .level = level, .name = name, .ret = r->ret, .known = SL_OPT_RET };
	struct sl_event ev;

	if (!e)
		return;
	sl_call_returned(&e->life->calls, SL_CALL_SETSOCKOPT, r->ret, now_ns - r->enter_ns);
	sl_stat_call(e->sk, SL_CALL_SETSOCKOPT, r->ret);
	sl_call_option(&e->life->calls, &opt);
	if (sl_emit_events()) {
		sl_emit_event_init(&ev, SL_EV_OPTION);
		ev.ret = r->ret;
		ev.pid = task_tgid_nr(current);
		ev.tid = task_pid_nr(current);
		ev.option.opt = opt;
		sl_emit_event(e, &ev, now_ns);
	}
	sl_table_release(e, flags);
}

/* sock_setsockopt(socket, level, name, ...), sock_common_setsockopt() */
SL_RETURN(setsockopt)
{
	call_option(r, r->arg[1], r->arg[2]);
}

/* do_sock_setsockopt(socket, compat, level, name, ...), which has the others in it */
SL_RETURN(do_setsockopt)
{
	call_option(r, r->arg[2], r->arg[3]);
}

static void accept_event(struct sl_entry *e, u64 other, u64 wait_ns, u64 now_ns)
{
	struct sl_event ev;

	if (!sl_emit_events())
		return;
	sl_emit_event_init(&ev, SL_EV_CALL);
	ev.pid = task_tgid_nr(current);
	ev.tid = task_pid_nr(current);
	ev.call.call = SL_CALL_ACCEPT;
	ev.call.arg = ~0u;
	ev.call.cookie = other;
	ev.call.wait_ns = wait_ns;
	sl_emit_event(e, &ev, now_ns);
}

static void accept_child(const struct sock *child, u64 parent, u64 now_ns)
{
	struct sl_entry *e;
	unsigned long flags;
	u64 wait_ns;

	e = sl_table_hold(child, &flags);
	if (!e)
		return;
	wait_ns = sl_handshake_accepted(&e->life->handshake, now_ns);
	if (parent && !(e->life->id.known & SL_ID_PARENT)) {
		e->life->id.parent = parent;
		e->life->id.known |= SL_ID_PARENT;
	}
	sl_call_own(e, now_ns);
	sl_call_returned(&e->life->calls, SL_CALL_ACCEPT, 0, 0);
	sl_stat_accepted(child, wait_ns);
	accept_event(e, parent, wait_ns, now_ns);
	sl_table_release(e, flags);
}

static void accept_listener(const struct sock *listener, u64 child, u64 now_ns)
{
	struct sl_entry *e;
	unsigned long flags;

	e = sl_table_hold(listener, &flags);
	if (!e)
		return;
	sl_call_own(e, now_ns);
	sl_call_returned(&e->life->calls, SL_CALL_ACCEPT, 0, 0);
	sl_stat_call(listener, SL_CALL_ACCEPT, 0);
	sl_listen_queue(&e->life->listen, READ_ONCE(listener->sk_ack_backlog));
	accept_event(e, child, 0, now_ns);
	sl_table_release(e, flags);
}

/* __inet_accept(socket, new socket, child): accept() has taken the child from the queue. */
SL_ENTRY(accept)
{
	const struct socket *socket = sl_arg(0, const struct socket *);
	const struct sock *child = sl_arg(2, const struct sock *);
	const struct sock *listener = socket->sk;
	u64 now_ns = ktime_get_ns();

	if (!child || !listener)
		return;
	accept_child(child, sl_read_cookie(listener), now_ns);
	accept_listener(listener, sl_read_cookie(child), now_ns);
}

/* inet_accept(socket, ...), where it failed: the other hook tells of those that succeeded. */
SL_RETURN(accepted)
{
	u64 now_ns = ktime_get_ns();
	unsigned long flags;
	struct sl_entry *e;

	if (r->ret >= 0)
		return;
	e = call_entry(r, now_ns, &flags);
	if (!e)
		return;
	call_done(e, e->sk, SL_CALL_ACCEPT, r->ret, now_ns - r->enter_ns, ~0u, now_ns);
	sl_table_release(e, flags);
}

/* inet_release(socket), inet6_release() through it, unix_release(): the program has closed its last descriptor. */
SL_ENTRY(release)
{
	const struct socket *socket = sl_arg(0, const struct socket *);
	const struct sock *sk = socket->sk;
	struct sl_entry *e;
	unsigned long flags;
	u64 now_ns;

	e = sk ? sl_table_hold(sk, &flags) : NULL;
	if (!e)
		return;
	now_ns = ktime_get_ns();
	sl_call_own(e, now_ns);
	sl_read_ident(&e->life->id, sk);
	call_done(e, sk, SL_CALL_CLOSE, 0, 0, ~0u, now_ns);
	sl_table_release(e, flags);
}
