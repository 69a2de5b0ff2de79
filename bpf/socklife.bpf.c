// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hooks of the eBPF source, all of them, on one page. What each does is in the probe_*.bpf.h of its subject; which are
 * loaded is decided at run time, fact by fact (userspace/lib/ladder.c). A '?' means: not unless asked for.
 */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "../core/life.h"
#include "../core/match.h"
#include "config.bpf.h"

char LICENSE[] SEC("license") = "GPL";
const volatile struct sl_bpf_config cfg;

#include "compat.bpf.h"
#include "maps.bpf.h"
#include "emit.bpf.h"
#include "read.bpf.h"
#include "read_option.bpf.h"
#include "table.bpf.h"
#include "probe_segment.bpf.h"
#include "probe_buffer.bpf.h"
#include "probe_listen.bpf.h"
#include "probe_deny.bpf.h"
#include "probe_state.bpf.h"
#include "probe_call.bpf.h"
#include "probe_cgroup.bpf.h"
#include "probe_fault.bpf.h"
#include "probe_function.bpf.h"
#include "probe_seed.bpf.h"

/* ---- state: level life ---- */

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(tp_state, const struct sock *sk, int old_state, int new_state)
{
	return state_changed(sk, old_state, new_state);
}

SEC("?tp_btf/tcp_destroy_sock")
int BPF_PROG(tp_destroy, struct sock *sk)
{
	return state_destroyed(sk);
}

/*
 * Both once more. The kernel skips a program that is at work on this CPU already, and it is while its own changes of maps let
 * in softirqs, which may move and destroy sockets by the dozen. Those are found here; the others have been seen to by now.
 */
SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(tp_state_again, const struct sock *sk, int old_state, int new_state)
{
	return state_changed_again(sk, old_state, new_state);
}

SEC("?tp_btf/tcp_destroy_sock")
int BPF_PROG(tp_destroy_again, struct sock *sk)
{
	return state_destroyed_again(sk);
}

/* ---- faults: level life ---- */

SEC("?tp_btf/tcp_retransmit_skb")
int tp_retransmit(unsigned long long *ctx)
{
	return fault_retransmitted((void *)ctx[0], (void *)ctx[1], cfg.retransmit_err ? (int)ctx[2] : 0);
}

SEC("?tp_btf/tcp_retransmit_synack")
int BPF_PROG(tp_retransmit_synack, const struct sock *sk, const struct request_sock *req)
{
	return fault_synack_retransmitted(sk, req);
}

SEC("?tp_btf/tcp_send_reset")
int tp_send_reset(unsigned long long *ctx)
{
	return fault_reset_sent((void *)ctx[0], cfg.reset_reason ? (__u32)ctx[2] : 0);
}

SEC("?tp_btf/tcp_receive_reset")
int BPF_PROG(tp_receive_reset, struct sock *sk)
{
	return fault_reset_received(sk);
}

SEC("?tp_btf/inet_sk_error_report")
int BPF_PROG(tp_error, const struct sock *sk)
{
	return fault_reported(sk);
}

SEC("?tp_btf/kfree_skb")
int tp_drop(unsigned long long *ctx)
{
	if (!cfg.drop_sk || !cfg.drop_reason)
		return 0;
	return fault_dropped((void *)ctx[0], (void *)ctx[3], (__u32)ctx[2]);
}

/* ---- buffers, windows, congestion control: level life, but for windows ---- */

SEC("?tp_btf/udp_fail_queue_rcv_skb")
int tp_udp_full(unsigned long long *ctx)
{
	int err = ctx[0];

	return buffer_dropped((void *)ctx[1], err == -12 /* ENOMEM */ ? SL_ROOM_RCVBUF : SL_ROOM_MEMORY);
}

SEC("?tp_btf/sock_exceed_buf_limit")
int BPF_PROG(tp_memory, struct sock *sk)
{
	return buffer_refused(sk);
}

SEC("?tp_btf/tcp_cong_state_set")
int BPF_PROG(tp_congestion, struct sock *sk, __u8 state)
{
	return buffer_congestion(sk, state);
}

SEC("?tp_btf/tcp_probe")
int BPF_PROG(tp_window_in, struct sock *sk, struct sk_buff *skb)
{
	return buffer_window_received(sk, skb);
}

/* ---- listeners and refusals: level calls ---- */

SEC("?tp_btf/sk_data_ready")
int BPF_PROG(tp_ready, const struct sock *sk)
{
	return listen_woken(sk);
}

SEC("?tp_btf/cap_capable")
int BPF_PROG(tp_cap, void *cred, void *target, void *ns, int cap, int ret)
{
	return ret ? deny_mark(SL_BY_PRIVILEGE, cap + 1) : 0;
}

/* ---- data: level io ---- */

SEC("?tp_btf/sock_send_length")
int BPF_PROG(tp_send, struct sock *sk, int ret, int flags)
{
	return call_io(sk, SL_CALL_SEND, ret, flags);
}

SEC("?tp_btf/sock_recv_length")
int BPF_PROG(tp_recv, struct sock *sk, int ret, int flags)
{
	return call_io(sk, SL_CALL_RECV, ret, flags);
}

/* ---- calls and segments: level calls ---- */

SEC("?tp_btf/sys_enter")
int BPF_PROG(tp_sys_enter, struct pt_regs *regs, long nr)
{
	return call_enter(regs, nr);
}

SEC("?tp_btf/sys_enter")
int BPF_PROG(tp_call_time, struct pt_regs *regs, long nr)
{
	return call_enter_time(nr);
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(tp_sys_exit, struct pt_regs *regs, long ret)
{
	return call_exit(regs, ret);
}

SEC("?tp_btf/net_dev_start_xmit")
int BPF_PROG(tp_segment_out, struct sk_buff *skb)
{
	return segment_sent(skb);
}

SEC("?tp_btf/netif_receive_skb")
int BPF_PROG(tp_segment_in, struct sk_buff *skb)
{
	return segment_received(skb);
}

/* ---- cgroup: what no tracepoint shows ---- */

SEC("?cgroup/sock_create")
int cg_create(struct bpf_sock *ctx)
{
	cgroup_created(ctx);
	return 1;
}

SEC("?cgroup/sock_release")
int cg_release(struct bpf_sock *ctx)
{
	cgroup_released(ctx);
	return 1;
}

SEC("?cgroup/post_bind4")
int cg_bound4(struct bpf_sock *ctx)
{
	cgroup_bound(ctx);
	return 1;
}

SEC("?cgroup/post_bind6")
int cg_bound6(struct bpf_sock *ctx)
{
	cgroup_bound(ctx);
	return 1;
}

SEC("?cgroup/bind4")
int cg_bind4(struct bpf_sock_addr *ctx)
{
	__u32 addr[4] = { ctx->user_ip4 };

	cgroup_binds(ctx, addr, bpf_get_retval());
	return 1;
}

SEC("?cgroup/bind6")
int cg_bind6(struct bpf_sock_addr *ctx)
{
	__u32 addr[4];

	addr[0] = ctx->user_ip6[0];
	addr[1] = ctx->user_ip6[1];
	addr[2] = ctx->user_ip6[2];
	addr[3] = ctx->user_ip6[3];
	cgroup_binds(ctx, addr, bpf_get_retval());
	return 1;
}

SEC("?cgroup/connect4")
int cg_connect4(struct bpf_sock_addr *ctx)
{
	cgroup_connects(ctx, bpf_get_retval());
	return 1;
}

SEC("?cgroup/connect6")
int cg_connect6(struct bpf_sock_addr *ctx)
{
	cgroup_connects(ctx, bpf_get_retval());
	return 1;
}

SEC("?cgroup/getpeername4")
int cg_peer4(struct bpf_sock_addr *ctx)
{
	cgroup_asked_peer(ctx);
	return 1;
}

SEC("?cgroup/getpeername6")
int cg_peer6(struct bpf_sock_addr *ctx)
{
	cgroup_asked_peer(ctx);
	return 1;
}

SEC("?cgroup/setsockopt")
int cg_option(struct bpf_sockopt *ctx)
{
	cgroup_option(ctx);
	return 1;
}

/* ---- functions, where trampolines are allowed: better than cgroup and sys_exit ---- */

SEC("?fexit/security_socket_post_create")
int BPF_PROG(fn_create, struct socket *socket, int family, int type, int protocol, int kern, int ret)
{
	return function_created(socket, kern, ret);
}

SEC("?fexit/inet_bind")
int BPF_PROG(fn_bind4, struct socket *socket, void *addr, int len, int ret)
{
	return function_returned(socket, SL_CALL_BIND, 0, ret);
}

SEC("?fexit/inet6_bind")
int BPF_PROG(fn_bind6, struct socket *socket, void *addr, int len, int ret)
{
	return function_returned(socket, SL_CALL_BIND, 0, ret);
}

SEC("?fexit/inet_listen")
int BPF_PROG(fn_listen, struct socket *socket, int backlog, int ret)
{
	return function_returned(socket, SL_CALL_LISTEN, backlog, ret);
}

SEC("?fexit/inet_stream_connect")
int BPF_PROG(fn_connect, struct socket *socket, void *addr, int len, int flags, int ret)
{
	return function_returned(socket, SL_CALL_CONNECT, 0, ret);
}

SEC("?fexit/inet_dgram_connect")
int BPF_PROG(fn_connect_dgram, struct socket *socket, void *addr, int len, int flags, int ret)
{
	return function_returned(socket, SL_CALL_CONNECT, 0, ret);
}

SEC("?fentry/__inet_accept")
int BPF_PROG(fn_accept, struct socket *socket, struct socket *fresh, struct sock *child)
{
	return function_accepted(socket, child);
}

SEC("?fexit/inet_shutdown")
int BPF_PROG(fn_shutdown, struct socket *socket, int how, int ret)
{
	return function_returned(socket, SL_CALL_SHUTDOWN, how, ret);
}

SEC("?fexit/do_sock_setsockopt")
int BPF_PROG(fn_option, struct socket *socket, bool compat, int level, int name)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return function_option(socket, level, name, ret);
}

SEC("?fexit/sock_setsockopt")
int BPF_PROG(fn_option_socket, struct socket *socket, int level, int name)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return function_option(socket, level, name, ret);
}

SEC("?fexit/sock_common_setsockopt")
int BPF_PROG(fn_option_common, struct socket *socket, int level, int name)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return function_option(socket, level, name, ret);
}

SEC("?fentry/inet_release")
int BPF_PROG(fn_release, struct socket *socket)
{
	return function_released(socket);
}

SEC("?fentry/__sk_free")
int BPF_PROG(fn_free, struct sock *sk)
{
	return function_freed(sk);
}

SEC("?fentry/tcp_timewait_state_process")
int BPF_PROG(fn_tail, struct inet_timewait_sock *tw, struct sk_buff *skb, const struct tcphdr *th)
{
	return function_tail(tw, th);
}

SEC("?fentry/__tcp_transmit_skb")
int BPF_PROG(fn_segment_out, struct sock *sk, struct sk_buff *skb)
{
	return function_transmit(sk, skb);
}

/* Data on kernels without sock_send_length and sock_recv_length: the protocols' own functions. */

SEC("?fexit/tcp_sendmsg")
int BPF_PROG(fn_send_tcp, struct sock *sk, void *msg, unsigned long size, int ret)
{
	return call_io(sk, SL_CALL_SEND, ret, 0);
}

SEC("?fexit/tcp_sendpage")
int BPF_PROG(fn_send_page, struct sock *sk, void *page, int offset, unsigned long size, int flags, int ret)
{
	return call_io(sk, SL_CALL_SEND, ret, 0);
}

SEC("?fexit/udp_sendmsg")
int BPF_PROG(fn_send_udp, struct sock *sk, void *msg, unsigned long size, int ret)
{
	return call_io(sk, SL_CALL_SEND, ret, 0);
}

SEC("?fexit/udpv6_sendmsg")
int BPF_PROG(fn_send_udp6, struct sock *sk, void *msg, unsigned long size, int ret)
{
	return call_io(sk, SL_CALL_SEND, ret, 0);
}

SEC("?fexit/tcp_recvmsg")
int BPF_PROG(fn_recv_tcp, struct sock *sk, void *msg, unsigned long size, int flags)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return call_io(sk, SL_CALL_RECV, ret, flags);
}

SEC("?fexit/udp_recvmsg")
int BPF_PROG(fn_recv_udp, struct sock *sk, void *msg, unsigned long size, int flags)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return call_io(sk, SL_CALL_RECV, ret, flags);
}

SEC("?fexit/udpv6_recvmsg")
int BPF_PROG(fn_recv_udp6, struct sock *sk, void *msg, unsigned long size, int flags)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return call_io(sk, SL_CALL_RECV, ret, flags);
}

/* The accept queue, its overflows, SYN cookies. */

SEC("?fexit/inet_csk_reqsk_queue_add")
int BPF_PROG(fn_queue_add, struct sock *sk, struct request_sock *req, struct sock *child, struct sock *ret)
{
	return ret ? listen_queued(sk, child) : 0;
}

SEC("?fexit/inet_csk_complete_hashdance")
int BPF_PROG(fn_queue_dance, struct sock *sk, struct sock *child, struct request_sock *req, bool own, struct sock *ret)
{
	return ret ? listen_queued(sk, child) : 0;
}

SEC("?fentry/tcp_conn_request")
int BPF_PROG(fn_syn, void *ops, void *af_ops, struct sock *sk)
{
	return listen_syn(sk);
}

SEC("?fexit/tcp_check_req")
int BPF_PROG(fn_ack, struct sock *sk, struct sk_buff *skb, struct request_sock *req)
{
	__u64 child = 0;

	bpf_get_func_ret(ctx, &child);
	return listen_ack(sk, req, child);
}

SEC("?fentry/tcp_make_synack")
int BPF_PROG(fn_synack, const struct sock *sk, void *dst, struct request_sock *req, void *foc, int type)
{
	return type == 2 /* TCP_SYNACK_COOKIE */ ? listen_cookie_sent(sk) : 0;
}

SEC("?fexit/__cookie_v4_check")
int fn_test4(unsigned long long *ctx)
{
	__u64 mss = 0;

	bpf_get_func_ret(ctx, &mss);
	return listen_cookie_tested((int)mss != 0);
}

SEC("?fexit/__cookie_v6_check")
int fn_test6(unsigned long long *ctx)
{
	__u64 mss = 0;

	bpf_get_func_ret(ctx, &mss);
	return listen_cookie_tested((int)mss != 0);
}

SEC("?fexit/cookie_v4_check")
int BPF_PROG(fn_cookie4, struct sock *sk)
{
	__u64 child = 0;

	bpf_get_func_ret(ctx, &child);
	return listen_cookie_came(sk, child);
}

SEC("?fexit/cookie_v6_check")
int BPF_PROG(fn_cookie6, struct sock *sk)
{
	__u64 child = 0;

	bpf_get_func_ret(ctx, &child);
	return listen_cookie_came(sk, child);
}

/* Refusals: security modules' hooks, cgroup programs, capabilities. */

SEC("?fexit/security_socket_bind")
int BPF_PROG(fn_lsm_bind, struct socket *socket, void *addr, int len, int ret)
{
	return function_refused(socket, SL_CALL_BIND, ret);
}

SEC("?fexit/security_socket_connect")
int BPF_PROG(fn_lsm_connect, struct socket *socket, void *addr, int len, int ret)
{
	return function_refused(socket, SL_CALL_CONNECT, ret);
}

SEC("?fexit/security_socket_listen")
int BPF_PROG(fn_lsm_listen, struct socket *socket, int backlog, int ret)
{
	return function_refused(socket, SL_CALL_LISTEN, ret);
}

SEC("?fexit/security_socket_setsockopt")
int BPF_PROG(fn_lsm_option, struct socket *socket, int level, int name, int ret)
{
	return function_refused(socket, SL_CALL_SETSOCKOPT, ret);
}

SEC("?fexit/security_socket_sendmsg")
int BPF_PROG(fn_lsm_send, struct socket *socket, void *msg, int size, int ret)
{
	return function_refused(socket, SL_CALL_SEND, ret);
}

SEC("?fexit/__cgroup_bpf_run_filter_sock_addr")
int fn_cgroup_addr(unsigned long long *ctx)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return (int)ret < 0 ? deny_mark(SL_BY_CGROUP, 0) : 0;
}

SEC("?fexit/cap_capable")
int BPF_PROG(fn_cap, void *cred, void *ns, int cap, unsigned int opts, int ret)
{
	return ret ? deny_mark(SL_BY_PRIVILEGE, cap + 1) : 0;
}

/* Waits, windows, drops. */

SEC("?fentry/sk_stream_wait_memory")
int BPF_PROG(fn_wait_send, struct sock *sk)
{
	return buffer_wait_begin();
}

SEC("?fexit/sk_stream_wait_memory")
int BPF_PROG(fn_waited_send, struct sock *sk)
{
	return buffer_wait_end(sk, SL_CALL_SEND);
}

SEC("?fentry/sk_wait_data")
int BPF_PROG(fn_wait_recv, struct sock *sk)
{
	return buffer_wait_begin();
}

SEC("?fexit/sk_wait_data")
int BPF_PROG(fn_waited_recv, struct sock *sk)
{
	return buffer_wait_end(sk, SL_CALL_RECV);
}

SEC("?fentry/__skb_wait_for_more_packets")
int BPF_PROG(fn_wait_packet, struct sock *sk)
{
	return buffer_wait_begin();
}

SEC("?fexit/__skb_wait_for_more_packets")
int BPF_PROG(fn_waited_packet, struct sock *sk)
{
	return buffer_wait_end(sk, SL_CALL_RECV);
}

SEC("?fentry/tcp_send_probe0")
int BPF_PROG(fn_probe, struct sock *sk)
{
	return buffer_probed(sk);
}

SEC("?fentry/tcp_undo_cwnd_reduction")
int BPF_PROG(fn_undo, struct sock *sk)
{
	return buffer_undone(sk);
}

SEC("?fexit/tcp_add_backlog")
int BPF_PROG(fn_backlog, struct sock *sk)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return (__u32)ret ? buffer_dropped(sk, SL_ROOM_BACKLOG) : 0;
}

SEC("?fexit/tcp_try_rmem_schedule")
int BPF_PROG(fn_rmem, struct sock *sk)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return (int)ret < 0 ? buffer_dropped(sk, SL_ROOM_PRUNE) : 0;
}

/* ---- the run: seeds, and a command's descendants ---- */

SEC("?iter/task_file")
int it_file(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	return task && file ? seed_file(task, file) : 0;
}

SEC("?iter/tcp")
int it_tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;

	return skc ? seed_tcp(skc) : 0;
}

SEC("?tp_btf/sched_process_fork")
int BPF_PROG(tp_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 from = parent->tgid, to = child->tgid;
	__u8 one = 1;

	if (from != to && bpf_map_lookup_elem(&follow_pids, &from))
		bpf_map_update_elem(&follow_pids, &to, &one, BPF_ANY);
	return 0;
}
