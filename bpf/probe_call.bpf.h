/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls, where they return: process context, so the caller is the caller. The descriptor leads to the socket by typed
 * loads; a file that is not a socket's, or that another thread closed meanwhile, fails the check that the socket points
 * back at it.
 */
#ifndef SL_PROBE_CALL_BPF_H
#define SL_PROBE_CALL_BPF_H

/* struct kiocb begins with a struct file pointer: it gives the slots of a descriptor table, which BTF types as pointers to
 * pointers, a type that can be loaded. */
static __always_inline struct file *call_file(struct task_struct *task, long fd)
{
	struct fdtable *fdt = task->files->fdt;

	if (fd < 0 || (__u64)fd >= fdt->max_fds)
		return NULL;
	return sl_cast(struct kiocb, (char *)fdt->fd + 8 * (__u64)fd)->ki_filp;
}

static __always_inline struct sock *call_sock_of(struct file *file)
{
	struct socket *socket;

	if (!file)
		return NULL;
	socket = sl_cast(struct socket, file->private_data);
	if (!socket || socket->file != file)
		return NULL;
	return socket->sk;
}

static __always_inline struct sock *call_sock(struct task_struct *task, long fd)
{
	return call_sock_of(call_file(task, fd));
}

/* The call that the thread is in; NULL: its begin was not seen. The call that was begun last need not be the one that is at work:
 * io_uring_enter() and what a worker does for it are not kept. */
static __always_inline struct sl_in_call *call_in(struct task_struct *task)
{
	struct sl_in_call *in;
	struct pt_regs *regs;

	if (!cfg.call_time)
		return NULL;
	in = bpf_task_storage_get(&in_calls, task, NULL, 0);
	if (!in || !in->enter_ns)
		return NULL;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	return sl_regs_nr(regs) == in->nr ? in : NULL;
}

/* How long the thread has been in this call; 0: its begin was not seen. */
static __always_inline __u64 call_took(struct task_struct *task, __u64 now_ns)
{
	struct sl_in_call *in = call_in(task);

	return in && now_ns > in->enter_ns ? now_ns - in->enter_ns : 0;
}

/* A send or receive in which the thread went to sleep has waited, for room or for data: all of it counts. A later message of
 * the same sendmmsg() or recvmmsg() waited since the one before. */
static __always_inline void call_waited(struct sl_life *life, struct task_struct *task, __u32 call, __u64 now_ns)
{
	struct sl_in_call *in = cfg.wait_by_call ? call_in(task) : NULL;
	__u64 since_ns;

	if (!in || task->nvcsw == in->slept)
		return;
	since_ns = in->wait_ns > in->enter_ns ? in->wait_ns : in->enter_ns;
	in->wait_ns = now_ns;
	in->slept = task->nvcsw;
	if (now_ns > since_ns)
		sl_buffer_blocked(&life->buffers, call, now_ns - since_ns);
}

/* The event of a call. Returns the slot, to be filled further and ended. */
static __always_inline struct sl_emit_slot call_event(struct sl_life *life, __u32 call, long ret, __u64 dur_ns,
						      __u64 now_ns)
{
	struct sl_emit_slot slot = { NULL, 0 };

	if (!cfg.events)
		return slot;
	slot = emit_event_begin(life, life->id.cookie, SL_EV_CALL, now_ns);
	if (!slot.ev)
		return slot;
	emit_event_caller(slot.ev);
	slot.ev->ret = ret;
	slot.ev->dur_ns = dur_ns;
	if (dur_ns)
		slot.ev->flags |= SL_EVF_TIMED;
	slot.ev->call.call = call;
	return slot;
}

/* The usual end of a call: counted, and told with one argument. */
static __always_inline void call_done(struct sl_life *life, struct task_struct *task, __u32 call, long ret, __u32 arg,
				      __u64 now_ns)
{
	__u64 dur_ns = call_took(task, now_ns);
	struct sl_emit_slot slot;

	sl_call_returned(&life->calls, call, ret < 0 ? ret : 0, dur_ns);
	deny_returned(life, call, ret);
	slot = call_event(life, call, ret, dur_ns, now_ns);
	if (!slot.ev)
		return;
	slot.ev->call.arg = arg;
	emit_event_end(&slot);
}

/* The caller owns a socket that nobody owned. Returns false if the filter now rules the socket out. */
static __always_inline bool call_own(struct sl_life *life, __u64 now_ns)
{
	struct sl_owner owner;

	if (life->id.known & SL_ID_OWNER)
		return true;
	read_owner(&owner);
	if (!sl_ident_own(&life->id, &owner))
		return true;
	if (!table_judge(life))
		return false;
	emit_ident(life, now_ns);
	return true;
}

static __always_inline void call_socket(struct task_struct *task, long ret, __u64 now_ns)
{
	struct sock *sk = ret >= 0 ? call_sock(task, ret) : NULL;
	struct sl_life *life = sk ? table_get(read_cookie(sk)) : NULL;

	if (life && !life->calls.call[SL_CALL_SOCKET].count)
		call_done(life, task, SL_CALL_SOCKET, ret, ret, now_ns);
}

static __always_inline void call_accept_listener(struct sl_life *listener, struct task_struct *task, long ret,
						 __u64 child, __u64 now_ns)
{
	__u64 dur_ns = call_took(task, now_ns);
	struct sl_emit_slot slot;

	sl_call_returned(&listener->calls, SL_CALL_ACCEPT, ret < 0 ? ret : 0, dur_ns);
	deny_returned(listener, SL_CALL_ACCEPT, ret);
	slot = call_event(listener, SL_CALL_ACCEPT, ret, dur_ns, now_ns);
	if (!slot.ev)
		return;
	slot.ev->call.arg = ret;
	slot.ev->call.cookie = child;
	emit_event_end(&slot);
}

static __always_inline void call_accept_child(struct sl_life *life, struct task_struct *task, long ret, __u64 parent,
					      __u64 now_ns)
{
	__u64 wait_ns = sl_handshake_accepted(&life->handshake, now_ns);
	struct sl_emit_slot slot;

	if (parent && !(life->id.known & SL_ID_PARENT)) {
		life->id.parent = parent;
		life->id.known |= SL_ID_PARENT;
	}
	if (!call_own(life, now_ns))
		return;
	sl_call_returned(&life->calls, SL_CALL_ACCEPT, 0, 0);
	slot = call_event(life, SL_CALL_ACCEPT, ret, call_took(task, now_ns), now_ns);
	if (!slot.ev)
		return;
	slot.ev->call.arg = ret;
	slot.ev->call.cookie = parent;
	slot.ev->call.wait_ns = wait_ns;
	emit_event_end(&slot);
}

static __always_inline void call_accept(struct task_struct *task, long fd, long ret, __u64 now_ns)
{
	struct sock *listener_sk = call_sock(task, fd);
	struct sock *child_sk = ret >= 0 ? call_sock(task, ret) : NULL;
	__u64 parent = listener_sk ? read_cookie(listener_sk) : 0;
	__u64 child = child_sk ? read_cookie(child_sk) : 0;
	struct sl_life *life = table_get(child);

	if (life)
		call_accept_child(life, task, ret, parent, now_ns);
	life = table_get(parent);
	if (!life)
		return;
	listen_look(life, listener_sk);
	call_accept_listener(life, task, ret, child, now_ns);
}

static __always_inline void call_connect(struct sl_life *life, struct task_struct *task, long ret, __u64 now_ns)
{
	bool told = life->handshake.outcome != SL_HS_NONE && !state_errno_follows(life);

	sl_handshake_connect_returned(&life->handshake, now_ns, ret);
	call_done(life, task, SL_CALL_CONNECT, ret, 0, now_ns);
	if (!told && life->handshake.outcome != SL_HS_NONE)
		state_outcome(life, now_ns);
}

/* An option was set, or refused. Its value, if a cgroup program saw it, waits in the life. */
static __always_inline void call_option_done(struct sl_life *life, struct sl_option *opt, long ret, __u64 now_ns)
{
	struct sl_emit_slot slot;

	sl_call_returned(&life->calls, SL_CALL_SETSOCKOPT, ret < 0 ? ret : 0, 0);
	deny_returned(life, SL_CALL_SETSOCKOPT, ret);
	if (!sl_call_option_pending(&life->calls, opt))
		sl_call_option(&life->calls, opt);
	if (!cfg.events)
		return;
	slot = emit_event_begin(life, life->id.cookie, SL_EV_OPTION, now_ns);
	if (!slot.ev)
		return;
	emit_event_caller(slot.ev);
	slot.ev->ret = ret;
	slot.ev->option.opt = *opt;
	emit_event_end(&slot);
}

static __always_inline void call_setsockopt(struct sl_life *life, struct sock *sk, struct pt_regs *regs, long ret,
					    __u64 now_ns)
{
	struct sl_option opt = {
		.level = sl_regs_arg2(regs), .name = sl_regs_arg3(regs), .ret = ret, .known = SL_OPT_RET
	};

	if (!ret)
		read_option(&opt, sk, life->id.protocol == IPPROTO_TCP ? sl_cast(struct tcp_sock, sk) : NULL);
	call_option_done(life, &opt, ret, now_ns);
}

/* Does sys_exit have to tell this call, or does a function hook do it better? */
static __always_inline bool call_is_ours(long nr)
{
	switch (nr) {
	case SL_NR_SOCKET: return !(cfg.function_calls & 1 << SL_CALL_SOCKET);
	case SL_NR_ACCEPT:
	case SL_NR_ACCEPT4: return !(cfg.function_calls & 1 << SL_CALL_ACCEPT);
	case SL_NR_CONNECT: return !(cfg.function_calls & 1 << SL_CALL_CONNECT);
	case SL_NR_BIND: return !(cfg.function_calls & 1 << SL_CALL_BIND);
	case SL_NR_LISTEN: return !(cfg.function_calls & 1 << SL_CALL_LISTEN);
	case SL_NR_SHUTDOWN: return !(cfg.function_calls & 1 << SL_CALL_SHUTDOWN);
	case SL_NR_SETSOCKOPT: return !(cfg.function_calls & 1 << SL_CALL_SETSOCKOPT);
	default: return false;
	}
}

/* Calls on a socket that exists, by their first argument. */
static __always_inline void call_on_socket(struct task_struct *task, struct pt_regs *regs, long nr, long ret,
					   __u64 now_ns)
{
	struct sock *sk = call_sock(task, sl_regs_arg1(regs));
	struct sl_life *life = sk ? table_get(read_cookie(sk)) : NULL;

	if (!life || !call_own(life, now_ns))
		return;
	switch (nr) {
	case SL_NR_CONNECT:
		if (sk->sk_err_soft)
			sl_fault_soft(life, sk->sk_err_soft);
		call_connect(life, task, ret, now_ns);
		break;
	case SL_NR_BIND:
		if (!ret && read_ident(&life->id, sk))
			emit_ident(life, now_ns);
		call_done(life, task, SL_CALL_BIND, ret, 0, now_ns);
		break;
	case SL_NR_LISTEN:
		life->calls.backlog = sl_regs_arg2(regs);
		if (!ret)
			life->calls.backlog_in_force = sk->sk_max_ack_backlog;
		call_done(life, task, SL_CALL_LISTEN, ret, sl_regs_arg2(regs), now_ns);
		break;
	case SL_NR_SHUTDOWN: call_done(life, task, SL_CALL_SHUTDOWN, ret, sl_regs_arg2(regs), now_ns); break;
	case SL_NR_SETSOCKOPT: call_setsockopt(life, sk, regs, ret, now_ns); break;
	}
}

static __always_inline int call_exit(struct pt_regs *regs, long ret)
{
	long nr = sl_regs_nr(regs);
	struct task_struct *task;

	if (!call_is_ours(nr))
		return 0;
	task = bpf_get_current_task_btf();
	if (sl_call_is_compat(task))
		return 0;
	if (nr == SL_NR_SOCKET)
		call_socket(task, ret, bpf_ktime_get_ns());
	else if (nr == SL_NR_ACCEPT || nr == SL_NR_ACCEPT4)
		call_accept(task, sl_regs_arg1(regs), ret, bpf_ktime_get_ns());
	else
		call_on_socket(task, regs, nr, ret, bpf_ktime_get_ns());
	return 0;
}

/* close() of the last reference, where no hook sits in the release itself. */
static __always_inline void call_close(struct task_struct *task, long fd)
{
	struct file *file = call_file(task, fd);
	struct sock *sk = call_sock_of(file);
	struct sl_life *life = sk ? table_get(read_cookie(sk)) : NULL;
	__u64 now_ns;

	if (!life || !sl_file_is_last(file) || (cfg.cgroup_close && life->id.family != AF_UNIX))
		return;
	now_ns = bpf_ktime_get_ns();
	if (!call_own(life, now_ns))
		return;
	call_done(life, task, SL_CALL_CLOSE, 0, fd, now_ns);
	if (life->id.protocol != IPPROTO_TCP)
		table_end(life, now_ns);
}

/* Calls that can wait on a socket: their begin is kept for the thread. */
static __always_inline int call_enter_time(long nr)
{
	struct task_struct *task;
	struct sl_in_call *in;

	switch (nr) {
	case SL_NR_READ:
	case SL_NR_WRITE:
	case SL_NR_READV:
	case SL_NR_WRITEV:
	case SL_NR_SENDFILE:
	case SL_NR_SPLICE:
	case SL_NR_CONNECT:
	case SL_NR_ACCEPT:
	case SL_NR_ACCEPT4:
	case SL_NR_SENDTO:
	case SL_NR_RECVFROM:
	case SL_NR_SENDMSG:
	case SL_NR_RECVMSG:
	case SL_NR_SENDMMSG:
	case SL_NR_RECVMMSG:
	case SL_NR_CLOSE:
	case SL_NR_SHUTDOWN:
	case SL_NR_BIND:
	case SL_NR_LISTEN:
	case SL_NR_SETSOCKOPT:
	case SL_NR_SOCKET: break;
	default: return 0;
	}
	task = bpf_get_current_task_btf();
	if (sl_call_is_compat(task))
		return 0;
	in = bpf_task_storage_get(&in_calls, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (in) {
		in->enter_ns = bpf_ktime_get_ns();
		in->slept = task->nvcsw;
		in->nr = nr;
		in->by = SL_BY_UNKNOWN;
	}
	return 0;
}

/* The same, and close() where no hook sits in the release itself. */
static __always_inline int call_enter(struct pt_regs *regs, long nr)
{
	struct task_struct *task = bpf_get_current_task_btf();

	call_enter_time(nr);
	if (nr == SL_NR_CLOSE && !(cfg.function_calls & 1 << SL_CALL_CLOSE) && !sl_call_is_compat(task))
		call_close(task, sl_regs_arg1(regs));
	return 0;
}

/* The life, which for a UNIX socket may begin here. A TCP socket has one by now, unless the filter has ruled it out. */
static __always_inline struct sl_life *call_io_life(struct sock *sk, __u64 now_ns)
{
	__u64 cookie = bpf_get_socket_cookie(sk);

	if (filter.len && sk->sk_protocol == IPPROTO_TCP)
		return table_get(cookie);
	return table_begin(sk, cookie, SL_ORIGIN_UNKNOWN, true, now_ns);
}

/* Bytes moved by any way into the socket layer: send, write, sendfile, splice, io_uring. */
static __always_inline int call_io(struct sock *sk, __u32 call, int ret, int flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 now_ns = bpf_ktime_get_ns(), dur_ns;
	struct sl_emit_slot slot;
	struct sl_life *life;

	if (call == SL_CALL_RECV && flags & 0x2002 /* MSG_PEEK, MSG_ERRQUEUE: no data taken */)
		return 0;
	life = call_io_life(sk, now_ns);
	if (!life)
		return 0;
	if (life->complete.flags & SL_LIFE_SEEN_LATE && !life->complete.events && !table_judge(life))
		return 0;
	if (!call_own(life, now_ns))
		return 0;
	dur_ns = call_took(task, now_ns);
	sl_call_io(&life->calls, call, ret, dur_ns);
	deny_returned(life, call, ret);
	if (life->id.family == AF_UNIX && !(life->id.known & SL_ID_PEER))
		read_unix_peer(&life->id, sk);
	call_waited(life, task, call, now_ns);
	if (cfg.watched & SL_FACT_BIT(BUFFER_IO))
		read_buffers(&life->buffers, sk, life->id.protocol == IPPROTO_TCP ? bpf_skc_to_tcp_sock(sk) : NULL,
			     call == SL_CALL_RECV && ret > 0 ? ret : 0);
	slot = call_event(life, call, ret, dur_ns, now_ns);
	if (!slot.ev)
		return 0;
	slot.ev->io.flags = flags;
	slot.ev->io.bytes = ret > 0 ? ret : 0;
	emit_event_end(&slot);
	return 0;
}

#endif
