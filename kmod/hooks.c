// SPDX-License-Identifier: GPL-2.0-only
/*
 * See hooks.h. The first half is the page that lists every hook and what it shows; the second attaches them. What the running
 * kernel has is found out by trying: a tracepoint by its name, a function by ftrace's or kprobes' own look-up.
 *
 * A detach is complete before anything else goes: ftrace waits until no task is within a trampoline, kprobes until no handler
 * runs, and tracepoint_synchronize_unregister() until no tracepoint does. A task that sleeps in a probed call returns
 * later through the kernel's own code only.
 */
#include "hooks.h"

#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include "probe.h"

enum kind { TRACEPOINT, ENTRY, RETURN };

struct hook {
	const char *name; /* of the tracepoint or function */
	enum kind kind;
	u8 from, to; /* levels */
	void *probe;
	u32 maxactive;      /* returns: how many tasks may be in it at once */
	const char *unless; /* not if the kernel has this hook, which tells the same better */
	bool attached;
	int err; /* why not */
	struct tracepoint *tp;
	struct ftrace_ops ops;
	struct kretprobe rp;
};

#define LIFE SL_LEVEL_LIFE
#define IO SL_LEVEL_IO
#define CALLS SL_LEVEL_CALLS

/* clang-format off */
#define TP(name, probe, from, to) { #name, TRACEPOINT, from, to, probe, 0, NULL }
#define FN(name, probe, from, to, unless) { #name, ENTRY, from, to, sl_enter_##probe, 0, unless }
#define RET(name, probe, from, to, tasks, unless) { #name, RETURN, from, to, sl_return_##probe, tasks, unless }

static struct hook hooks[] = {
	/* state */
	TP(inet_sock_set_state, sl_tp_state, LIFE, CALLS),
	TP(tcp_destroy_sock, sl_tp_destroy, LIFE, CALLS),
	FN(inet_csk_complete_hashdance, hashdance, LIFE, CALLS, NULL),
	FN(__sk_free, free, LIFE, CALLS, NULL),
	/* faults */
	TP(tcp_retransmit_skb, sl_tp_retransmit, LIFE, CALLS),
	TP(tcp_retransmit_synack, sl_tp_retransmit_synack, LIFE, CALLS),
	TP(tcp_send_reset, sl_tp_send_reset, LIFE, CALLS),
	TP(tcp_receive_reset, sl_tp_receive_reset, LIFE, CALLS),
	TP(inet_sk_error_report, sl_tp_error, LIFE, CALLS),
	TP(kfree_skb, sl_tp_drop, LIFE, CALLS),
	FN(tcp_timewait_state_process, tail, LIFE, CALLS, NULL),
	/* calls */
	FN(security_socket_post_create, create, LIFE, CALLS, NULL),
	FN(__inet_accept, accept, LIFE, CALLS, NULL),
	FN(inet_release, release, LIFE, CALLS, NULL),
	FN(unix_release, release, LIFE, CALLS, NULL),
	RET(inet_bind, bind, LIFE, CALLS, 64, NULL),
	RET(inet6_bind, bind, LIFE, CALLS, 64, NULL),
	RET(inet_listen, listen, LIFE, CALLS, 64, NULL),
	RET(inet_stream_connect, connect, LIFE, CALLS, 4096, NULL),
	RET(inet_dgram_connect, connect, LIFE, CALLS, 64, NULL),
	RET(inet_shutdown, shutdown, LIFE, CALLS, 64, NULL),
	RET(do_sock_setsockopt, do_setsockopt, LIFE, CALLS, 256, NULL),
	RET(sock_setsockopt, setsockopt, LIFE, CALLS, 256, "do_sock_setsockopt"),
	RET(sock_common_setsockopt, setsockopt, LIFE, CALLS, 256, "do_sock_setsockopt"),
	RET(inet_accept, accepted, CALLS, CALLS, 1024, NULL),
	/* buffers, congestion control */
	TP(sock_exceed_buf_limit, sl_tp_memory, LIFE, CALLS),
	TP(tcp_cong_state_set, sl_tp_congestion, LIFE, CALLS),
	FN(tcp_send_probe0, probe0, LIFE, CALLS, NULL),
	FN(tcp_undo_cwnd_reduction, undo, LIFE, CALLS, NULL),
	RET(sk_stream_wait_memory, waited_send, CALLS, CALLS, 4096, NULL),
	RET(sk_wait_data, waited_recv, CALLS, CALLS, 4096, NULL),
	RET(__skb_wait_for_more_packets, waited_recv, CALLS, CALLS, 1024, NULL),
	/* data */
	TP(sock_send_length, sl_tp_send, IO, CALLS),
	TP(sock_recv_length, sl_tp_recv, IO, CALLS),
	FN(tcp_sendmsg, tcp_send, IO, IO, "sock_send_length"),
	FN(tcp_sendpage, tcp_send, IO, IO, "sock_send_length"),
	FN(ip_send_skb, udp_send, IO, IO, "sock_send_length"),
	FN(ip6_send_skb, udp6_send, IO, IO, "sock_send_length"),
	FN(tcp_recvmsg, tcp_recv, IO, IO, "sock_recv_length"),
	FN(skb_consume_udp, udp_recv, IO, IO, "sock_recv_length"),
	RET(tcp_sendmsg, send, CALLS, CALLS, 1024, "sock_send_length"),
	RET(tcp_sendpage, send, CALLS, CALLS, 256, "sock_send_length"),
	RET(udp_sendmsg, send, CALLS, CALLS, 256, "sock_send_length"),
	RET(udpv6_sendmsg, send, CALLS, CALLS, 256, "sock_send_length"),
	RET(tcp_recvmsg, recv, CALLS, CALLS, 4096, "sock_recv_length"),
	RET(udp_recvmsg, recv, CALLS, CALLS, 1024, "sock_recv_length"),
	RET(udpv6_recvmsg, recv, CALLS, CALLS, 1024, "sock_recv_length"),
	/* segments */
	TP(net_dev_start_xmit, sl_tp_segment_out, CALLS, CALLS),
	TP(netif_receive_skb, sl_tp_segment_in, CALLS, CALLS),
};

/* A way to watch a fact: all its hooks together, at these levels. Better ones stand first. */
struct rung {
	u8 fact, from, to;
	const char *hook[4];
	const char *limit;
};

#define F(id) SL_FACT_##id
#define STATE "inet_sock_set_state"
#define CREATE "security_socket_post_create"

static const struct rung rungs[] = {
	{ F(STATE), LIFE, CALLS, { STATE }, "" },
	{ F(END), LIFE, CALLS, { STATE, "tcp_destroy_sock" }, "" },
	{ F(OWNER), LIFE, CALLS, { STATE, CREATE, "__inet_accept" }, "" },
	{ F(OWNER), LIFE, CALLS, { STATE }, "only of sockets that connect or listen" },
	{ F(SOCKET), LIFE, CALLS, { CREATE, "__sk_free" }, "sockets of programs, not of the kernel itself" },
	{ F(OPTION_RESULT), LIFE, CALLS, { "do_sock_setsockopt" }, "" },
	{ F(OPTION_RESULT), LIFE, CALLS, { "sock_setsockopt", "sock_common_setsockopt" }, "" },
	{ F(BIND), LIFE, CALLS, { "inet_bind", "inet6_bind", CREATE }, "" },
	{ F(BIND_ERROR), LIFE, CALLS, { "inet_bind", "inet6_bind", CREATE }, "" },
	{ F(LISTEN), LIFE, CALLS, { "inet_listen", STATE }, "" },
	{ F(LISTEN), LIFE, CALLS, { STATE }, "TCP; not a second listen() that changes the backlog" },
	{ F(BACKLOG_ASKED), LIFE, CALLS, { "inet_listen" }, "as the kernel had cut it to somaxconn" },
	{ F(CONNECT), LIFE, CALLS, { STATE }, "" },
	{ F(CONNECT_ERRNO), LIFE, CALLS, { "inet_stream_connect", "inet_dgram_connect", CREATE }, "" },
	{ F(ACCEPT), LIFE, CALLS, { "__inet_accept", STATE },
	  "the wait is from ESTABLISHED until accept() takes the socket; failed accepts: level calls" },
	{ F(SEND), IO, CALLS, { "sock_send_length" }, "" },
	{ F(SEND), IO, IO, { "tcp_sendmsg", "ip_send_skb", "ip6_send_skb", "tcp_sendpage" },
	  "TCP and UDP: calls and bytes, from TCP's own counters and where IP takes a datagram; errno: level calls" },
	{ F(SEND), CALLS, CALLS, { "tcp_sendmsg", "udp_sendmsg", "udpv6_sendmsg", "tcp_sendpage" }, "TCP and UDP" },
	{ F(RECV), IO, CALLS, { "sock_recv_length" }, "not splice() from a socket" },
	{ F(RECV), IO, IO, { "tcp_recvmsg", "skb_consume_udp" },
	  "TCP and UDP: calls and bytes, from TCP's own counters and where a datagram is handed over; errno: level calls" },
	{ F(RECV), CALLS, CALLS, { "tcp_recvmsg", "udp_recvmsg", "udpv6_recvmsg" }, "TCP and UDP" },
	{ F(CALL_TIME), CALLS, CALLS, { "inet_stream_connect", "inet_bind", "tcp_sendmsg", "tcp_recvmsg" },
	  "not socket(), accept() and close()" },
	{ F(CALL_TIME), CALLS, CALLS, { "inet_stream_connect", "inet_bind" },
	  "bind, listen, connect, shutdown, setsockopt" },
	{ F(SHUTDOWN), LIFE, CALLS, { "inet_shutdown" }, "IPv4 and IPv6 sockets" },
	{ F(CLOSE), LIFE, CALLS, { "inet_release" }, "" },
	{ F(SEGMENT), CALLS, CALLS, { "net_dev_start_xmit", "netif_receive_skb", STATE },
	  "not behind IPv6 extension headers; RSTs without a socket are not seen" },
	{ F(SYN_RECEIVED), CALLS, CALLS, { "net_dev_start_xmit", "netif_receive_skb", STATE }, "" },
	{ F(RETRANS), LIFE, CALLS, { "tcp_retransmit_skb" }, "" },
	{ F(SYNACK_RETRANS), CALLS, CALLS, { "tcp_retransmit_synack", STATE }, "" },
	{ F(SYNACK_RETRANS), LIFE, IO, { STATE }, "only of handshakes that completed" },
	{ F(RESET_SENT), LIFE, CALLS, { "tcp_send_reset" }, "" },
	{ F(RESET_RECEIVED), LIFE, CALLS, { "tcp_receive_reset" }, "" },
	{ F(SOCK_ERROR), LIFE, CALLS, { "inet_sk_error_report" }, "" },
#ifdef SL_HAVE_DROP_SK
	{ F(DROP), LIFE, CALLS, { "kfree_skb" }, "" },
#else
	{ F(DROP), LIFE, CALLS, { "kfree_skb" }, "only of skbs that know their socket: those that are sent" },
#endif
	{ F(TAIL), LIFE, CALLS, { "tcp_timewait_state_process" }, "" },
	{ F(BYTES), LIFE, CALLS, { STATE, "tcp_destroy_sock" }, "" },
	{ F(SEED), LIFE, CALLS, { STATE },
	  "sockets of processes; orphans and connections not yet accepted are met at their next change" },
	{ F(UDP_END), LIFE, CALLS, { "__sk_free" }, "" },
	{ F(UNIX), IO, CALLS, { CREATE, "__sk_free", "sock_send_length", "sock_recv_length" },
	  "bind() and connect() of UNIX sockets are not watched" },
	{ F(BUFFER), LIFE, CALLS, { STATE, "tcp_destroy_sock" }, "TCP" },
	{ F(BLOCKED), CALLS, CALLS, { "sk_stream_wait_memory", "sk_wait_data", "__skb_wait_for_more_packets" },
	  "TCP's sends and receives, and receives of datagrams" },
	{ F(PROBE), LIFE, CALLS, { "tcp_send_probe0" }, "" },
#ifdef SL_HAVE_DROP_SK
	{ F(RECV_DROP), LIFE, CALLS, { "kfree_skb" }, "" },
#endif
	{ F(MEMORY), LIFE, CALLS, { "sock_exceed_buf_limit" }, "" },
	{ F(CA_STATE), LIFE, CALLS, { "tcp_cong_state_set" }, "" },
	{ F(LIMITED), LIFE, CALLS, { STATE, "tcp_destroy_sock" }, "as exact as the kernel's tick" },
	{ F(SPURIOUS), LIFE, CALLS, { "tcp_undo_cwnd_reduction" }, "" },
	{ F(LISTEN_DROP), LIFE, CALLS, { STATE }, "as of the listener's end, or the run's" },
	{ F(ACCEPT_QUEUE), LIFE, CALLS, { "inet_csk_complete_hashdance" }, "" },
};

/* clang-format on */

u64 sl_hooks_watching;
bool sl_hooks_io_results;
static DEFINE_MUTEX(hooks_lock);
static u32 wants[SL_LEVEL_NR];
static u64 missed_before; /* by return hooks that are off again */

/* ---- one hook ----------------------------------------------------------------------------------------------------- */

static int return_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct sl_return *r = (struct sl_return *)ri->data;
	int i;

	for (i = 0; i < ARRAY_SIZE(r->arg); i++)
		r->arg[i] = regs_get_kernel_argument(regs, i);
	r->enter_ns = ktime_get_ns();
	return 0;
}

static int return_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct kretprobe *rp = get_kretprobe(ri);
	struct sl_return *r = (struct sl_return *)ri->data;
	void (*probe)(const struct sl_return *r);

	if (!rp)
		return 0;
	r->ret = regs_return_value(regs);
	probe = container_of(rp, struct hook, rp)->probe;
	probe(r);
	return 0;
}

static int attach_return(struct hook *h)
{
	memset(&h->rp, 0, sizeof(h->rp));
	h->rp.kp.symbol_name = h->name;
	h->rp.entry_handler = return_enter;
	h->rp.handler = return_leave;
	h->rp.data_size = sizeof(struct sl_return);
	h->rp.maxactive = h->maxactive;
	return register_kretprobe(&h->rp);
}

static int attach_entry(struct hook *h)
{
	int err;

	memset(&h->ops, 0, sizeof(h->ops));
	h->ops.func = h->probe;
	err = ftrace_set_filter(&h->ops, (unsigned char *)h->name, strlen(h->name), 1);
	if (!err)
		err = register_ftrace_function(&h->ops);
	if (err)
		ftrace_free_filter(&h->ops);
	return err;
}

static int attach(struct hook *h)
{
	switch (h->kind) {
	case TRACEPOINT: return h->tp ? tracepoint_probe_register(h->tp, h->probe, NULL) : -ENOENT;
	case ENTRY: return attach_entry(h);
	default: return attach_return(h);
	}
}

static void detach(struct hook *h)
{
	switch (h->kind) {
	case TRACEPOINT: tracepoint_probe_unregister(h->tp, h->probe, NULL); break;
	case ENTRY:
		unregister_ftrace_function(&h->ops);
		ftrace_free_filter(&h->ops);
		break;
	case RETURN:
		unregister_kretprobe(&h->rp);
		missed_before += h->rp.nmissed;
		break;
	}
	h->attached = false;
}

static bool has_hook(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!strcmp(hooks[i].name, name))
			return !hooks[i].err;
	return false;
}

static bool is_wanted(const struct hook *h, int level)
{
	return level >= h->from && level <= h->to && !(h->unless && has_hook(h->unless));
}

/* ---- facts --------------------------------------------------------------------------------------------------------- */

/* The hook of this name for this level, which may be known by now not to be there. */
static const struct hook *hook_of(const char *name, int level)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!strcmp(hooks[i].name, name) && is_wanted(&hooks[i], level))
			return &hooks[i];
	return NULL;
}

static bool rung_holds(const struct rung *rung, int level)
{
	int i;

	if (level < rung->from || level > rung->to)
		return false;
	for (i = 0; i < ARRAY_SIZE(rung->hook) && rung->hook[i]; i++) {
		const struct hook *h = hook_of(rung->hook[i], level);

		if (!h || h->err)
			return false;
	}
	return true;
}

static const struct rung *rung_of(u32 fact, int level)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(rungs); i++)
		if (rungs[i].fact == fact && rung_holds(&rungs[i], level))
			return &rungs[i];
	return NULL;
}

/* Bitmap of the facts that a level watches on this kernel. */
u64 sl_hooks_facts(u8 level)
{
	u64 facts = 0;
	u32 fact;

	for (fact = 0; fact < SL_FACT_NR; fact++)
		if (rung_of(fact, level))
			facts |= 1ULL << fact;
	return facts;
}

static const char *const kinds[] = { "tracepoint/", "ftrace/", "kretprobe/" };
static const char *const levels[] = { "life", "io", "calls" };

static void status_watched(const struct rung *rung, int level, struct sl_device_fact *out)
{
	size_t used = 0;
	int i;

	out->watched = 1;
	out->from_level = rung->from;
	for (i = 0; i < ARRAY_SIZE(rung->hook) && rung->hook[i]; i++)
		used += scnprintf(out->hook + used, sizeof(out->hook) - used, "%s%s%s", i ? " + " : "",
				  kinds[hook_of(rung->hook[i], level)->kind], rung->hook[i]);
	strscpy(out->limit, rung->limit, sizeof(out->limit));
}

/* The first reason that a rung of this level does not hold. */
static void status_reason(u32 fact, int level, struct sl_device_fact *out)
{
	int i, k;

	for (i = 0; i < ARRAY_SIZE(rungs); i++) {
		if (rungs[i].fact != fact || level < rungs[i].from || level > rungs[i].to)
			continue;
		for (k = 0; k < ARRAY_SIZE(rungs[i].hook) && rungs[i].hook[k]; k++) {
			const struct hook *h = hook_of(rungs[i].hook[k], level);

			if (h && !h->err)
				continue;
			snprintf(out->why, sizeof(out->why), "this kernel has no %s", rungs[i].hook[k]);
			if (h && h->err != -ENOENT && h->err != -EINVAL)
				snprintf(out->why, sizeof(out->why), "the kernel refused %s%s: error %d",
					 kinds[h->kind], h->name, -h->err);
			return;
		}
	}
}

/**
 * sl_hooks_fact_status() - a fact at a level: watched by which hook, or why not
 * @level: SL_LEVEL_*
 * @fact: SL_FACT_*
 * @out: zeroed but for fact and level
 */
int sl_hooks_fact_status(u8 level, u32 fact, struct sl_device_fact *out)
{
	const struct rung *rung = rung_of(fact, level);
	int above;

	if (rung) {
		status_watched(rung, level, out);
		return 0;
	}
	status_reason(fact, level, out);
	for (above = level + 1; above < SL_LEVEL_NR; above++) {
		if (!rung_of(fact, above))
			continue;
		out->from_level = above;
		snprintf(out->why, sizeof(out->why), "watched from level %s on", levels[above]);
		snprintf(out->fix, sizeof(out->fix), "--level %s", levels[above]);
		return 0;
	}
	if (!*out->why)
		strscpy(out->why, "not watched by the module in this version", sizeof(out->why));
	return 0;
}

/* ---- levels --------------------------------------------------------------------------------------------------------- */

static int level_wanted(void)
{
	int level = SL_LEVEL_NR;

	while (level-- > 0)
		if (wants[level])
			break;
	return level;
}

/* A hook that the kernel has not is a fact less, and no reason to fail. */
static void attach_wanted(int level)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		struct hook *h = &hooks[i];

		if (h->attached || !is_wanted(h, level))
			continue;
		h->err = attach(h);
		h->attached = !h->err;
	}
}

static void detach_unwanted(int level)
{
	int i;

	for (i = ARRAY_SIZE(hooks) - 1; i >= 0; i--)
		if (hooks[i].attached && !is_wanted(&hooks[i], level))
			detach(&hooks[i]);
	tracepoint_synchronize_unregister();
}

/* A life that is open no longer has what is no longer watched. */
static void watch_less(struct sl_entry *e, void *ctx)
{
	e->life->complete.watched &= *(u64 *)ctx;
}

static void set_level(int level)
{
	u64 facts = level < 0 ? 0 : sl_hooks_facts(level);
	bool less = sl_hooks_watching & ~facts;

	if (level >= 0)
		attach_wanted(level);
	facts = level < 0 ? 0 : sl_hooks_facts(level);
	WRITE_ONCE(sl_hooks_watching, facts);
	if (less)
		sl_table_walk(watch_less, &facts, NULL);
	detach_unwanted(level);
}

/**
 * sl_hooks_want() - somebody wants what this level watches
 * @level: SL_LEVEL_*; sl_hooks_unwant() with the same is due
 *
 * The first one finds the sockets that are there already. Returns 0, or -errno when not even the states of TCP can be watched.
 */
int sl_hooks_want(u8 level)
{
	bool first;

	mutex_lock(&hooks_lock);
	first = level_wanted() < 0;
	wants[level]++;
	set_level(level_wanted());
	if (!(sl_hooks_watching & SL_FACT_BIT(STATE)))
		goto err_unwant;
	if (first)
		sl_seed();
	mutex_unlock(&hooks_lock);
	return 0;

err_unwant:
	wants[level]--;
	set_level(level_wanted());
	mutex_unlock(&hooks_lock);
	return -ENOENT;
}

/* With nobody left, the lives go too: nothing would tell their ends. */
void sl_hooks_unwant(u8 level)
{
	mutex_lock(&hooks_lock);
	wants[level]--;
	set_level(level_wanted());
	if (level_wanted() < 0)
		sl_table_clear();
	mutex_unlock(&hooks_lock);
}

u32 sl_hooks_attached(void)
{
	u32 i, n = 0;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		n += READ_ONCE(hooks[i].attached);
	return n;
}

/* Returns that the kernel did not pass on: more tasks in the call than room was made for, or a hit within another probe. */
u64 sl_hooks_missed(void)
{
	u64 n = READ_ONCE(missed_before);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].kind == RETURN && READ_ONCE(hooks[i].attached))
			n += hooks[i].rp.nmissed;
	return n;
}

static void find_tracepoint(struct tracepoint *tp, void *ctx)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].kind == TRACEPOINT && !strcmp(hooks[i].name, tp->name))
			hooks[i].tp = tp;
}

/* Has the kernel this function, and may it be probed? A kprobe that is disabled changes nothing there. */
static int find_function(const struct hook *h, struct kprobe *kp)
{
	kp->symbol_name = h->name;
	kp->flags = KPROBE_FLAG_DISABLED;
	return register_kprobe(kp);
}

/* Finds out what the kernel has, before anybody asks; attaches nothing. */
int sl_hooks_init(void)
{
	struct kprobe *kp = kcalloc(ARRAY_SIZE(hooks), sizeof(*kp), GFP_KERNEL);
	struct kprobe **found = kcalloc(ARRAY_SIZE(hooks), sizeof(*found), GFP_KERNEL);
	int i, n = 0, err = -ENOMEM;

	if (!kp || !found)
		goto out;
	for_each_kernel_tracepoint(find_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		struct hook *h = &hooks[i];

		if (h->kind == TRACEPOINT) {
			h->err = h->tp ? 0 : -ENOENT;
			continue;
		}
		h->err = find_function(h, &kp[i]);
		if (!h->err)
			found[n++] = &kp[i];
	}
	unregister_kprobes(found, n);
	sl_hooks_io_results = has_hook("sock_send_length") && has_hook("sock_recv_length");
	err = 0;
out:
	kfree(found);
	kfree(kp);
	return err;
}

/* Nobody wants anything any more: the device and the stats are gone. */
void sl_hooks_exit(void)
{
	mutex_lock(&hooks_lock);
	WARN_ON_ONCE(level_wanted() >= 0);
	set_level(-1);
	mutex_unlock(&hooks_lock);
}
