// SPDX-License-Identifier: GPL-2.0-or-later
/* See ladder.h. The tables here are the whole policy; the code below only walks them. */
#include "ladder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct sl_hook hooks[] = {
	{ "tp_state", "tp_btf/inet_sock_set_state", 0 },
	{ "tp_state_again", "tp_btf/inet_sock_set_state", 0 },
	{ "tp_destroy", "tp_btf/tcp_destroy_sock", 0 },
	{ "tp_destroy_again", "tp_btf/tcp_destroy_sock", 0 },
	{ "tp_retransmit", "tp_btf/tcp_retransmit_skb", 0 },
	{ "tp_retransmit_synack", "tp_btf/tcp_retransmit_synack", 0 },
	{ "tp_send_reset", "tp_btf/tcp_send_reset", 0 },
	{ "tp_receive_reset", "tp_btf/tcp_receive_reset", 0 },
	{ "tp_error", "tp_btf/inet_sk_error_report", 0 },
	{ "tp_drop", "tp_btf/kfree_skb", SL_NEEDS_CAST },
	{ "tp_send", "tp_btf/sock_send_length", 0 },
	{ "tp_recv", "tp_btf/sock_recv_length", 0 },
	{ "tp_sys_enter", "tp_btf/sys_enter", SL_NEEDS_CAST },
	{ "tp_call_time", "tp_btf/sys_enter", 0 },
	{ "tp_sys_exit", "tp_btf/sys_exit", SL_NEEDS_CAST },
	{ "tp_segment_out", "tp_btf/net_dev_start_xmit", SL_NEEDS_CAST },
	{ "tp_segment_in", "tp_btf/netif_receive_skb", SL_NEEDS_CAST },
	{ "tp_fork", "tp_btf/sched_process_fork", 0 },
	{ "tp_ready", "tp_btf/sk_data_ready", 0 },
	{ "tp_cap", "tp_btf/cap_capable", 0 },
	{ "tp_udp_full", "tp_btf/udp_fail_queue_rcv_skb", 0 },
	{ "tp_memory", "tp_btf/sock_exceed_buf_limit", 0 },
	{ "tp_congestion", "tp_btf/tcp_cong_state_set", 0 },
	{ "tp_window_in", "tp_btf/tcp_probe", SL_NEEDS_CAST },
	{ "cg_create", "cgroup/sock_create", SL_NEEDS_CGROUP | SL_NEEDS_CAST },
	{ "cg_release", "cgroup/sock_release", SL_NEEDS_CGROUP | SL_NEEDS_CAST },
	{ "cg_bound4", "cgroup/post_bind4", SL_NEEDS_CGROUP | SL_NEEDS_CAST },
	{ "cg_bound6", "cgroup/post_bind6", SL_NEEDS_CGROUP | SL_NEEDS_CAST },
	{ "cg_bind4", "cgroup/bind4", SL_NEEDS_CGROUP },
	{ "cg_bind6", "cgroup/bind6", SL_NEEDS_CGROUP },
	{ "cg_connect4", "cgroup/connect4", SL_NEEDS_CGROUP },
	{ "cg_connect6", "cgroup/connect6", SL_NEEDS_CGROUP },
	{ "cg_peer4", "cgroup/getpeername4", SL_NEEDS_CGROUP },
	{ "cg_peer6", "cgroup/getpeername6", SL_NEEDS_CGROUP },
	{ "cg_option", "cgroup/setsockopt", SL_NEEDS_CGROUP | SL_NEEDS_CAST },
	{ "fn_create", "fexit/security_socket_post_create", SL_NEEDS_TRAMPOLINE },
	{ "fn_bind4", "fexit/inet_bind", SL_NEEDS_TRAMPOLINE },
	{ "fn_bind6", "fexit/inet6_bind", SL_NEEDS_TRAMPOLINE },
	{ "fn_listen", "fexit/inet_listen", SL_NEEDS_TRAMPOLINE },
	{ "fn_connect", "fexit/inet_stream_connect", SL_NEEDS_TRAMPOLINE },
	{ "fn_connect_dgram", "fexit/inet_dgram_connect", SL_NEEDS_TRAMPOLINE },
	{ "fn_accept", "fentry/__inet_accept", SL_NEEDS_TRAMPOLINE },
	{ "fn_shutdown", "fexit/inet_shutdown", SL_NEEDS_TRAMPOLINE },
	{ "fn_option", "fexit/do_sock_setsockopt", SL_NEEDS_TRAMPOLINE },
	{ "fn_option_socket", "fexit/sock_setsockopt", SL_NEEDS_TRAMPOLINE },
	{ "fn_option_common", "fexit/sock_common_setsockopt", SL_NEEDS_TRAMPOLINE },
	{ "fn_release", "fentry/inet_release", SL_NEEDS_TRAMPOLINE },
	{ "fn_free", "fentry/__sk_free", SL_NEEDS_TRAMPOLINE },
	{ "fn_tail", "fentry/tcp_timewait_state_process", SL_NEEDS_TRAMPOLINE },
	{ "fn_segment_out", "fentry/__tcp_transmit_skb", SL_NEEDS_TRAMPOLINE },
	{ "fn_send_tcp", "fexit/tcp_sendmsg", SL_NEEDS_TRAMPOLINE },
	{ "fn_send_page", "fexit/tcp_sendpage", SL_NEEDS_TRAMPOLINE },
	{ "fn_send_udp", "fexit/udp_sendmsg", SL_NEEDS_TRAMPOLINE },
	{ "fn_send_udp6", "fexit/udpv6_sendmsg", SL_NEEDS_TRAMPOLINE },
	{ "fn_recv_tcp", "fexit/tcp_recvmsg", SL_NEEDS_TRAMPOLINE },
	{ "fn_recv_udp", "fexit/udp_recvmsg", SL_NEEDS_TRAMPOLINE },
	{ "fn_recv_udp6", "fexit/udpv6_recvmsg", SL_NEEDS_TRAMPOLINE },
	{ "fn_queue_add", "fexit/inet_csk_reqsk_queue_add", SL_NEEDS_TRAMPOLINE },
	{ "fn_queue_dance", "fexit/inet_csk_complete_hashdance", SL_NEEDS_TRAMPOLINE },
	{ "fn_syn", "fentry/tcp_conn_request", SL_NEEDS_TRAMPOLINE },
	{ "fn_ack", "fexit/tcp_check_req", SL_NEEDS_TRAMPOLINE },
	{ "fn_synack", "fentry/tcp_make_synack", SL_NEEDS_TRAMPOLINE },
	{ "fn_test4", "fexit/__cookie_v4_check", SL_NEEDS_TRAMPOLINE },
	{ "fn_test6", "fexit/__cookie_v6_check", SL_NEEDS_TRAMPOLINE },
	{ "fn_cookie4", "fexit/cookie_v4_check", SL_NEEDS_TRAMPOLINE },
	{ "fn_cookie6", "fexit/cookie_v6_check", SL_NEEDS_TRAMPOLINE },
	{ "fn_lsm_bind", "fexit/security_socket_bind", SL_NEEDS_TRAMPOLINE },
	{ "fn_lsm_connect", "fexit/security_socket_connect", SL_NEEDS_TRAMPOLINE },
	{ "fn_lsm_listen", "fexit/security_socket_listen", SL_NEEDS_TRAMPOLINE },
	{ "fn_lsm_option", "fexit/security_socket_setsockopt", SL_NEEDS_TRAMPOLINE },
	{ "fn_lsm_send", "fexit/security_socket_sendmsg", SL_NEEDS_TRAMPOLINE },
	{ "fn_cgroup_addr", "fexit/__cgroup_bpf_run_filter_sock_addr", SL_NEEDS_TRAMPOLINE },
	{ "fn_cap", "fexit/cap_capable", SL_NEEDS_TRAMPOLINE },
	{ "fn_wait_send", "fentry/sk_stream_wait_memory", SL_NEEDS_TRAMPOLINE },
	{ "fn_waited_send", "fexit/sk_stream_wait_memory", SL_NEEDS_TRAMPOLINE },
	{ "fn_wait_recv", "fentry/sk_wait_data", SL_NEEDS_TRAMPOLINE },
	{ "fn_waited_recv", "fexit/sk_wait_data", SL_NEEDS_TRAMPOLINE },
	{ "fn_wait_packet", "fentry/__skb_wait_for_more_packets", SL_NEEDS_TRAMPOLINE },
	{ "fn_waited_packet", "fexit/__skb_wait_for_more_packets", SL_NEEDS_TRAMPOLINE },
	{ "fn_probe", "fentry/tcp_send_probe0", SL_NEEDS_TRAMPOLINE },
	{ "fn_undo", "fentry/tcp_undo_cwnd_reduction", SL_NEEDS_TRAMPOLINE },
	{ "fn_backlog", "fexit/tcp_add_backlog", SL_NEEDS_TRAMPOLINE },
	{ "fn_rmem", "fexit/tcp_try_rmem_schedule", SL_NEEDS_TRAMPOLINE },
	{ "it_file", "iter/task_file", 0 },
	{ "it_tcp", "iter/tcp", 0 },
};
#define HOOKS ((int)(sizeof(hooks) / sizeof(hooks[0])))
_Static_assert(sizeof(hooks) / sizeof(hooks[0]) <= SL_HOOK_NR, "SL_HOOK_NR is too small");

/* A way to watch a fact: all its programs together, between two levels. Better rungs stand first. */
struct rung {
	enum sl_fact fact;
	enum sl_level from, to;
	const char *program[SL_RUNG_HOOKS];
	const char *limit;
};

#define FACT(id) SL_FACT_##id
#define LIFE SL_LEVEL_LIFE
#define IO SL_LEVEL_IO
#define CALLS SL_LEVEL_CALLS

static const struct rung rungs[] = {
	{ FACT(STATE), LIFE, CALLS, { "tp_state" }, "" },
	{ FACT(END), LIFE, CALLS, { "tp_state", "tp_destroy" }, "" },
	{ FACT(OWNER), LIFE, CALLS, { "tp_state", "fn_create", "fn_accept" }, "" },
	{ FACT(OWNER),
	  CALLS,
	  CALLS,
	  { "tp_state", "tp_sys_exit" },
	  "an io_uring accept is seen at the first send or receive" },
	{ FACT(OWNER),
	  LIFE,
	  IO,
	  { "tp_state", "cg_create", "cg_peer4", "cg_peer6" },
	  "an accepted socket: when its program asks for the peer's address, or closes it" },
	{ FACT(OWNER), LIFE, CALLS, { "tp_state" }, "only of sockets that connect or listen" },
	{ FACT(SOCKET), LIFE, CALLS, { "fn_create", "fn_free" }, "sockets of programs, not of the kernel itself" },
	{ FACT(SOCKET), LIFE, CALLS, { "cg_create" }, "IPv4 and IPv6 sockets of programs" },
	{ FACT(OPTION),
	  LIFE,
	  CALLS,
	  { "cg_option" },
	  "the first 4 bytes of the value; not options set through io_uring on old kernels" },
	{ FACT(OPTION_RESULT), LIFE, CALLS, { "fn_option" }, "" },
	{ FACT(OPTION_RESULT), LIFE, CALLS, { "fn_option_socket", "fn_option_common" }, "" },
	{ FACT(OPTION_RESULT), CALLS, CALLS, { "tp_sys_exit" }, "setsockopt() only, not io_uring" },
	{ FACT(BIND), LIFE, CALLS, { "fn_bind4", "fn_bind6", "fn_create" }, "" },
	{ FACT(BIND), CALLS, CALLS, { "tp_sys_exit", "cg_create" }, "bind() only, not io_uring" },
	{ FACT(BIND), LIFE, IO, { "cg_bound4", "cg_bound6", "cg_create" }, "" },
	{ FACT(BIND_ERROR), LIFE, CALLS, { "fn_bind4", "fn_bind6", "fn_create" }, "" },
	{ FACT(BIND_ERROR), CALLS, CALLS, { "tp_sys_exit", "cg_create" }, "bind() only, not io_uring" },
	{ FACT(LISTEN), LIFE, CALLS, { "fn_listen", "tp_state" }, "" },
	{ FACT(LISTEN), LIFE, CALLS, { "tp_state" }, "TCP; a second listen() that changes the backlog: level calls" },
	{ FACT(BACKLOG_ASKED), LIFE, CALLS, { "fn_listen" }, "as the kernel had cut it to somaxconn" },
	{ FACT(BACKLOG_ASKED), CALLS, CALLS, { "tp_sys_exit" }, "" },
	{ FACT(CONNECT), LIFE, CALLS, { "tp_state" }, "" },
	{ FACT(CONNECT_ERRNO), LIFE, CALLS, { "fn_connect", "fn_connect_dgram", "fn_create" }, "" },
	{ FACT(CONNECT_ERRNO), CALLS, CALLS, { "tp_sys_exit", "cg_create" }, "connect() only, not io_uring" },
	{ FACT(ACCEPT),
	  LIFE,
	  CALLS,
	  { "fn_accept", "tp_state" },
	  "the wait is from ESTABLISHED until accept() takes the socket; failed accepts are not seen" },
	{ FACT(ACCEPT),
	  CALLS,
	  CALLS,
	  { "tp_sys_exit", "tp_state" },
	  "accept() and accept4(), not io_uring; the wait is from ESTABLISHED to the call's return" },
	{ FACT(SEND), IO, CALLS, { "tp_send" }, "" },
	{ FACT(SEND), IO, CALLS, { "fn_send_tcp", "fn_send_udp", "fn_send_udp6", "fn_send_page" }, "TCP and UDP" },
	{ FACT(RECV), IO, CALLS, { "tp_recv" }, "not splice() from a socket" },
	{ FACT(RECV),
	  IO,
	  CALLS,
	  { "fn_recv_tcp", "fn_recv_udp", "fn_recv_udp6" },
	  "TCP and UDP; not splice() from a socket" },
	{ FACT(CALL_TIME),
	  CALLS,
	  CALLS,
	  { "tp_call_time", "fn_create", "fn_release" },
	  "not io_uring, not 32-bit programs" },
	{ FACT(CALL_TIME), CALLS, CALLS, { "tp_sys_enter", "tp_sys_exit" }, "not io_uring, not 32-bit programs" },
	{ FACT(SHUTDOWN), LIFE, CALLS, { "fn_shutdown" }, "IPv4 and IPv6 sockets" },
	{ FACT(SHUTDOWN), CALLS, CALLS, { "tp_sys_exit" }, "shutdown() only, not io_uring" },
	{ FACT(CLOSE), LIFE, CALLS, { "fn_release" }, "IPv4 and IPv6 sockets" },
	{ FACT(CLOSE), LIFE, CALLS, { "cg_release" }, "IPv4 and IPv6 sockets" },
	{ FACT(CLOSE), CALLS, CALLS, { "tp_sys_enter" }, "close() of the last descriptor, not the end of a process" },
	{ FACT(SEGMENT),
	  CALLS,
	  CALLS,
	  { "tp_segment_out", "tp_segment_in", "tp_state" },
	  "not behind IPv6 extension headers; RSTs without a socket are not seen" },
	{ FACT(SEGMENT),
	  CALLS,
	  CALLS,
	  { "fn_segment_out", "tp_state" },
	  "where TCP hands them to IP, and SYN-ACKs not; segments that come in have the time of the state they change" },
	{ FACT(SYN_RECEIVED), CALLS, CALLS, { "tp_segment_out", "tp_segment_in", "tp_state" }, "" },
	{ FACT(RETRANS), LIFE, CALLS, { "tp_retransmit" }, "" },
	{ FACT(SYNACK_RETRANS), CALLS, CALLS, { "tp_retransmit_synack", "tp_state" }, "" },
	{ FACT(SYNACK_RETRANS), LIFE, IO, { "tp_state" }, "only of handshakes that completed" },
	{ FACT(RESET_SENT), LIFE, CALLS, { "tp_send_reset" }, "" },
	{ FACT(RESET_RECEIVED), LIFE, CALLS, { "tp_receive_reset" }, "" },
	{ FACT(SOCK_ERROR), LIFE, CALLS, { "tp_error" }, "" },
	{ FACT(DROP), LIFE, CALLS, { "tp_drop" }, "" },
	{ FACT(TAIL), LIFE, CALLS, { "fn_tail" }, "" },
	{ FACT(TAIL), LIFE, CALLS, { "tp_drop" }, "" },
	{ FACT(BYTES), LIFE, CALLS, { "tp_state", "tp_destroy" }, "" },
	{ FACT(SEED),
	  LIFE,
	  CALLS,
	  { "it_file", "it_tcp" },
	  "orphans of other network namespaces are met at their next change" },
	{ FACT(UDP_END), LIFE, CALLS, { "fn_free" }, "" },
	{ FACT(UDP_END), LIFE, CALLS, { "cg_release" }, "" },
	{ FACT(UNIX),
	  IO,
	  CALLS,
	  { "fn_create", "fn_free", "tp_send", "tp_recv" },
	  "bind() and connect() of UNIX sockets are not watched" },
	{ FACT(UNIX),
	  CALLS,
	  CALLS,
	  { "tp_send", "tp_recv", "tp_sys_enter" },
	  "from the first send or receive; the end by close(), not by the end of a process" },
	{ FACT(BUFFER), LIFE, CALLS, { "tp_state", "tp_destroy" }, "TCP" },
	{ FACT(BUFFER_IO), IO, CALLS, { "tp_send", "tp_recv" }, "peaks between two calls are not seen" },
	{ FACT(BUFFER_IO),
	  IO,
	  CALLS,
	  { "fn_send_tcp", "fn_recv_tcp", "fn_send_udp", "fn_recv_udp", "fn_send_udp6", "fn_recv_udp6" },
	  "TCP and UDP; peaks between two calls are not seen" },
	{ FACT(BLOCKED),
	  IO,
	  CALLS,
	  { "fn_wait_send", "fn_waited_send", "fn_wait_recv", "fn_waited_recv", "fn_wait_packet", "fn_waited_packet" },
	  "TCP's sends and receives, and receives of datagrams" },
	{ FACT(BLOCKED),
	  CALLS,
	  CALLS,
	  { "tp_sys_enter", "tp_send", "tp_recv" },
	  "a call in which the thread slept counts whole; not io_uring, not 32-bit programs" },
	{ FACT(ZERO_WINDOW_SENT), CALLS, CALLS, { "tp_segment_out" }, "not behind IPv6 extension headers" },
	{ FACT(ZERO_WINDOW_RECEIVED), CALLS, CALLS, { "tp_window_in" }, "while both directions are open" },
	{ FACT(PROBE), LIFE, CALLS, { "fn_probe" }, "" },
	{ FACT(PROBE), CALLS, CALLS, { "tp_segment_out" }, "" },
	{ FACT(RECV_DROP), LIFE, CALLS, { "tp_drop" }, "" },
	{ FACT(RECV_DROP),
	  LIFE,
	  CALLS,
	  { "tp_udp_full", "fn_backlog", "fn_rmem" },
	  "UDP over IPv6 not before 6.12; what pruning threw away is not counted" },
	{ FACT(RECV_DROP), LIFE, CALLS, { "tp_udp_full" }, "UDP only, and over IPv6 not before 6.12" },
	{ FACT(MEMORY), LIFE, CALLS, { "tp_memory" }, "" },
	{ FACT(CA_STATE), LIFE, CALLS, { "tp_congestion" }, "" },
	{ FACT(LIMITED), LIFE, CALLS, { "tp_state", "tp_destroy" }, "as exact as the kernel's tick" },
	{ FACT(ACCEPT_QUEUE), LIFE, CALLS, { "fn_queue_add", "fn_queue_dance", "tp_state" }, "" },
	{ FACT(ACCEPT_QUEUE), CALLS, CALLS, { "tp_ready", "tp_state" }, "" },
	{ FACT(LISTEN_DROP), LIFE, CALLS, { "tp_state" }, "as of the listener's end, or the run's" },
	{ FACT(LISTEN_OVERFLOW), LIFE, CALLS, { "fn_syn", "fn_ack" }, "" },
	{ FACT(LISTEN_OVERFLOW),
	  LIFE,
	  CALLS,
	  { "tp_drop" },
	  "where the handshake's last ACK finds it full; SYNs that do are among the drops only" },
	{ FACT(SYN_COOKIE), LIFE, CALLS, { "fn_synack", "fn_test4", "fn_test6", "fn_cookie4", "fn_cookie6" }, "" },
	{ FACT(DENIED),
	  CALLS,
	  CALLS,
	  { "tp_call_time", "fn_lsm_bind", "fn_lsm_connect", "fn_lsm_listen", "fn_lsm_option", "fn_lsm_send",
	    "fn_cgroup_addr", "fn_cap" },
	  "netfilter: packets, not the rule; io_uring's calls without what refused them" },
	{ FACT(DENIED),
	  CALLS,
	  CALLS,
	  { "tp_sys_enter", "tp_sys_exit", "tp_cap", "cg_connect4", "cg_connect6", "cg_bind4", "cg_bind6", "tp_drop" },
	  "what a security module refuses has no name; netfilter: packets, not the rule" },
	{ FACT(DENIED), CALLS, CALLS, { "tp_sys_enter", "tp_sys_exit" }, "which calls, not by what" },
	{ FACT(DENIED),
	  LIFE,
	  IO,
	  { "cg_connect4", "cg_connect6", "cg_bind4", "cg_bind6", "tp_drop" },
	  "by cgroup programs at bind() and connect(), and packets that netfilter dropped" },
	{ FACT(CONFLICT), LIFE, CALLS, { "cg_bind4", "cg_bind6", "fn_bind4", "fn_bind6" }, "" },
	{ FACT(CONFLICT), LIFE, CALLS, { "cg_bind4", "cg_bind6", "cg_bound4", "cg_bound6" }, "" },
	{ FACT(OPTION_IN_FORCE), LIFE, CALLS, { "fn_option" }, "SOL_SOCKET and TCP" },
	{ FACT(OPTION_IN_FORCE), LIFE, CALLS, { "fn_option_socket", "fn_option_common" }, "SOL_SOCKET and TCP" },
	{ FACT(OPTION_IN_FORCE),
	  CALLS,
	  CALLS,
	  { "tp_sys_exit" },
	  "SOL_SOCKET and TCP; setsockopt() only, not io_uring" },
	{ FACT(UNIX_PEER), IO, CALLS, { "tp_send", "tp_recv" }, "from the first send or receive after the peer's" },
	{ FACT(MPTCP), LIFE, CALLS, { "tp_state" }, "a subflow of a connection that was seen before it" },
	{ FACT(SPURIOUS), LIFE, CALLS, { "fn_undo" }, "" },
	{ FACT(SPURIOUS),
	  LIFE,
	  CALLS,
	  { "tp_congestion" },
	  "when it ends a recovery; one that DSACKs tell later is not seen" },
};
#define RUNGS (sizeof(rungs) / sizeof(rungs[0]))

/* What rungs that begin with a hook need beyond it. */
static const struct proviso {
	enum sl_fact fact;
	const char *program;
	unsigned int with; /* SL_WITH_* */
} provisos[] = {
	{ FACT(RECV_DROP), "tp_drop", SL_WITH_DROP_SOCKET },
	{ FACT(LIMITED), "tp_state", SL_WITH_TICK },
	{ FACT(MPTCP), "tp_state", SL_WITH_CAST },
	{ FACT(LISTEN_OVERFLOW), "tp_drop", SL_WITH_DROP_SOCKET | SL_WITH_OVERFLOW_REASON },
};

/* What the rung needs and the kernel lacks. */
static unsigned int rung_lacks(const struct sl_ladder *ladder, const struct rung *rung)
{
	size_t i;

	for (i = 0; i < sizeof(provisos) / sizeof(provisos[0]); i++) {
		if (provisos[i].fact == rung->fact && !strcmp(provisos[i].program, rung->program[0]))
			return provisos[i].with & ladder->lacks;
	}
	return 0;
}

int sl_ladder_find(const struct sl_ladder *ladder, const char *program)
{
	int i;

	for (i = 0; i < ladder->hooks; i++) {
		if (!strcmp(hooks[i].program, program))
			return i;
	}
	return -1;
}

const struct sl_hook *sl_ladder_hook(const struct sl_ladder *ladder, int index)
{
	return index >= 0 && index < ladder->hooks ? &hooks[index] : NULL;
}

bool sl_ladder_wants(const struct sl_ladder *ladder, const char *program)
{
	int i = sl_ladder_find(ladder, program);

	return i >= 0 && ladder->hook[i].state == SL_HOOK_WANTED;
}

/* Which hook tells the return of which call. */
static const struct {
	uint32_t call;
	const char *program;
} function_calls[] = {
	{ SL_CALL_SOCKET, "fn_create" },
	{ SL_CALL_BIND, "fn_bind4" },
	{ SL_CALL_LISTEN, "fn_listen" },
	{ SL_CALL_CONNECT, "fn_connect" },
	{ SL_CALL_ACCEPT, "fn_accept" },
	{ SL_CALL_SHUTDOWN, "fn_shutdown" },
	{ SL_CALL_CLOSE, "fn_release" },
	{ SL_CALL_SETSOCKOPT, "fn_option" },
	{ SL_CALL_SETSOCKOPT, "fn_option_common" },
};

uint32_t sl_ladder_calls(const struct sl_ladder *ladder, bool by_function)
{
	uint32_t calls = 0;
	size_t i;

	if (!by_function && sl_ladder_wants(ladder, "tp_sys_exit"))
		return (1u << SL_CALL_NR) - 1;
	for (i = 0; i < sizeof(function_calls) / sizeof(function_calls[0]); i++) {
		if (sl_ladder_wants(ladder, function_calls[i].program))
			calls |= 1u << function_calls[i].call;
	}
	return calls;
}

void sl_ladder_refuse(struct sl_ladder *ladder, int index, int err, const char *detail)
{
	ladder->hook[index].state = SL_HOOK_REFUSED;
	ladder->hook[index].err = err;
	snprintf(ladder->hook[index].detail, sizeof(ladder->hook[index].detail), "%s", detail ? detail : "");
}

/* Can the kernel offer the hook at all? */
static enum sl_hook_state hook_offered(const struct sl_ladder *ladder, const struct sl_kernel *kernel,
				       const struct sl_hook *hook)
{
	if (!strncmp(hook->section, "tp_btf/", 7) && sl_kernel_tracepoint_args(kernel, hook->section + 7) < 0)
		return SL_HOOK_MISSING;
	if (hook->needs & SL_NEEDS_CAST && !sl_kernel_has_function(kernel, "bpf_rdonly_cast"))
		return SL_HOOK_NO_CAST;
	if (hook->needs & SL_NEEDS_TRAMPOLINE && !sl_kernel_has_function(kernel, strchr(hook->section, '/') + 1))
		return SL_HOOK_MISSING;
	if (hook->needs & SL_NEEDS_TRAMPOLINE && ladder->no_trampoline)
		return SL_HOOK_NO_TRAMPOLINE;
	if (hook->needs & SL_NEEDS_CGROUP && !ladder->has_cgroup)
		return SL_HOOK_NO_CGROUP;
	return SL_HOOK_WANTED;
}

static bool rung_holds(const struct sl_ladder *ladder, const struct rung *rung, const enum sl_hook_state *state)
{
	int i;

	if (rung_lacks(ladder, rung))
		return false;
	for (i = 0; i < SL_RUNG_HOOKS && rung->program[i]; i++) {
		if (state[sl_ladder_find(ladder, rung->program[i])] != SL_HOOK_WANTED)
			return false;
	}
	return true;
}

/* The first rung of a fact that can be had at this level; NULL: none. */
static const struct rung *rung_of(const struct sl_ladder *ladder, enum sl_fact fact, enum sl_level level,
				  const enum sl_hook_state *state)
{
	size_t i;

	for (i = 0; i < RUNGS; i++) {
		if (rungs[i].fact == fact && rungs[i].from <= level && level <= rungs[i].to &&
		    rung_holds(ladder, &rungs[i], state))
			return &rungs[i];
	}
	return NULL;
}

static void want_rung(struct sl_ladder *ladder, const struct rung *rung)
{
	int i;

	for (i = 0; rung && i < SL_RUNG_HOOKS && rung->program[i]; i++)
		ladder->hook[sl_ladder_find(ladder, rung->program[i])].state = SL_HOOK_WANTED;
}

static unsigned int kernel_lacks(const struct sl_kernel *kernel)
{
	unsigned int lacks = 0;

	if (sl_kernel_tracepoint_args(kernel, "kfree_skb") < 4)
		lacks |= SL_WITH_DROP_SOCKET;
	if (sl_kernel_enum(kernel, "skb_drop_reason", "SKB_DROP_REASON_TCP_LISTEN_OVERFLOW", -1) < 0)
		lacks |= SL_WITH_OVERFLOW_REASON;
	if (!sl_kernel_has_function(kernel, "bpf_rdonly_cast"))
		lacks |= SL_WITH_CAST;
	if (!sl_kernel_tick_us())
		lacks |= SL_WITH_TICK;
	return lacks;
}

void sl_ladder_choose(struct sl_ladder *ladder, const struct sl_kernel *kernel, enum sl_level level, bool follow)
{
	enum sl_hook_state offered[SL_HOOK_NR];
	int i;

	ladder->hooks = HOOKS;
	ladder->lacks = kernel_lacks(kernel);
	ladder->level = level;
	for (i = 0; i < HOOKS; i++) {
		offered[i] = hook_offered(ladder, kernel, &hooks[i]);
		ladder->hook[i].state = offered[i] == SL_HOOK_WANTED ? SL_HOOK_OFF : offered[i];
	}
	for (i = 0; i < SL_FACT_NR; i++)
		want_rung(ladder, rung_of(ladder, i, level, offered));
	i = sl_ladder_find(ladder, "tp_state");
	ladder->hook[i + 1].state = ladder->hook[i].state;
	i = sl_ladder_find(ladder, "tp_destroy");
	ladder->hook[i + 1].state = ladder->hook[i].state;
	i = sl_ladder_find(ladder, "cg_connect4");
	if (!(sl_ladder_calls(ladder, false) & 1u << SL_CALL_CONNECT) && offered[i] == SL_HOOK_WANTED) {
		ladder->hook[i].state = SL_HOOK_WANTED;
		ladder->hook[i + 1].state = SL_HOOK_WANTED;
	}
	i = sl_ladder_find(ladder, "tp_fork");
	if (follow && offered[i] == SL_HOOK_WANTED)
		ladder->hook[i].state = SL_HOOK_WANTED;
}

static void status_watched(struct sl_fact_status *s, const struct rung *rung)
{
	size_t used = 0;
	int i;

	s->watched = true;
	s->from_level = rung->from;
	for (i = 0; i < SL_RUNG_HOOKS && rung->program[i] && used < sizeof(s->hook); i++) {
		int h;

		for (h = 0; strcmp(hooks[h].program, rung->program[i]); h++)
			;
		used += snprintf(s->hook + used, sizeof(s->hook) - used, "%s%s", i ? " + " : "", hooks[h].section);
	}
	snprintf(s->limit, sizeof(s->limit), "%s", rung->limit);
}

static void status_hook_reason(struct sl_fact_status *s, const struct sl_ladder *ladder, int i)
{
	const char *section = hooks[i].section;

	switch (ladder->hook[i].state) {
	case SL_HOOK_MISSING: snprintf(s->why, sizeof(s->why), "this kernel has no %s", section); break;
	case SL_HOOK_NO_CAST:
		snprintf(s->why, sizeof(s->why), "%s needs bpf_rdonly_cast(), which this kernel has not", section);
		snprintf(s->fix, sizeof(s->fix), "Linux 6.2 or newer");
		break;
	case SL_HOOK_NO_CGROUP:
		snprintf(s->why, sizeof(s->why), "%s: %s", section, ladder->no_cgroup);
		snprintf(s->fix, sizeof(s->fix), "--cgroup PATH of a cgroup2 hierarchy");
		break;
	case SL_HOOK_NO_TRAMPOLINE:
		snprintf(s->why, sizeof(s->why), "%s: this kernel refuses programs on functions: %s", section,
			 strerror(ladder->no_trampoline));
		break;
	case SL_HOOK_REFUSED:
		snprintf(s->why, sizeof(s->why), "the kernel refused %s: %s%s%s", section,
			 strerror(ladder->hook[i].err), *ladder->hook[i].detail ? ": " : "", ladder->hook[i].detail);
		break;
	default: break;
	}
}

static void status_lacks_reason(struct sl_fact_status *s, unsigned int lacks)
{
	if (lacks & SL_WITH_DROP_SOCKET)
		snprintf(s->why, sizeof(s->why), "tp_btf/kfree_skb does not name the socket on this kernel");
	else if (lacks & SL_WITH_OVERFLOW_REASON)
		snprintf(s->why, sizeof(s->why), "tp_btf/kfree_skb has no reason for it on this kernel");
	else if (lacks & SL_WITH_CAST)
		snprintf(s->why, sizeof(s->why), "it needs bpf_rdonly_cast(), which this kernel has not");
	else if (lacks & SL_WITH_TICK)
		snprintf(s->why, sizeof(s->why),
			 "the length of the kernel's tick is unknown: no /proc/config.gz, no /boot/config");
}

/* Are all hooks of the rung there, whether or not this level asks for them? */
static bool rung_possible(const struct sl_ladder *ladder, const struct rung *rung)
{
	int i;

	if (rung_lacks(ladder, rung))
		return false;
	for (i = 0; i < SL_RUNG_HOOKS && rung->program[i]; i++) {
		if (ladder->hook[sl_ladder_find(ladder, rung->program[i])].state > SL_HOOK_WANTED)
			return false;
	}
	return true;
}

/* The lowest level above this one at which this kernel shows the fact, or -1. */
static int level_of(const struct sl_ladder *ladder, enum sl_fact fact)
{
	int best = -1;
	size_t i;

	for (i = 0; i < RUNGS; i++) {
		if (rungs[i].fact == fact && rungs[i].from > ladder->level && rung_possible(ladder, &rungs[i]) &&
		    (best < 0 || (int)rungs[i].from < best))
			best = rungs[i].from;
	}
	return best;
}

static const char *const level_names[] = { "life", "io", "calls" };

static void status_unwatched(struct sl_ladder *ladder, enum sl_fact fact)
{
	struct sl_fact_status *s = &ladder->facts[fact];
	int level = level_of(ladder, fact);
	size_t i;
	int k;

	for (i = 0; i < RUNGS; i++) {
		if (rungs[i].fact != fact || rungs[i].from > ladder->level || ladder->level > rungs[i].to)
			continue;
		for (k = 0; k < SL_RUNG_HOOKS && rungs[i].program[k] && !*s->why; k++)
			status_hook_reason(s, ladder, sl_ladder_find(ladder, rungs[i].program[k]));
		if (!*s->why)
			status_lacks_reason(s, rung_lacks(ladder, &rungs[i]));
	}
	if (level < 0)
		return;
	s->from_level = level;
	if (!*s->why)
		snprintf(s->why, sizeof(s->why), "watched from level %s on", level_names[level]);
	snprintf(s->fix, sizeof(s->fix), "--level %s", level_names[level]);
}

static bool rung_needs_cgroup(const struct sl_ladder *ladder, const struct rung *rung)
{
	int i;

	for (i = 0; i < SL_RUNG_HOOKS && rung->program[i]; i++) {
		if (hooks[sl_ladder_find(ladder, rung->program[i])].needs & SL_NEEDS_CGROUP)
			return true;
	}
	return false;
}

void sl_ladder_settle(struct sl_ladder *ladder)
{
	enum sl_hook_state state[SL_HOOK_NR];
	int i;

	for (i = 0; i < HOOKS; i++)
		state[i] = ladder->hook[i].state;
	ladder->watched = 0;
	ladder->cgroup_facts = 0;
	memset(ladder->facts, 0, sizeof(ladder->facts));
	for (i = 0; i < SL_FACT_NR; i++) {
		const struct rung *rung = rung_of(ladder, i, ladder->level, state);

		ladder->facts[i].fact = i;
		if (rung) {
			status_watched(&ladder->facts[i], rung);
			ladder->watched |= 1ULL << i;
			if (rung_needs_cgroup(ladder, rung))
				ladder->cgroup_facts |= 1ULL << i;
		} else {
			status_unwatched(ladder, i);
		}
	}
}
