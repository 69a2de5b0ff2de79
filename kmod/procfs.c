// SPDX-License-Identifier: GPL-2.0-only
/*
 * See procfs.h. summary, handshake, close, errors and security are lines of `name value`, whose names are stable, and what stands
 * behind the value is for people. sockets, listeners, buffers and flow are tables for people, one line a socket, read from
 * the lives and from the kernel's sockets at that moment; only root may read those, since they tell who talks to whom.
 * Process context.
 */
#include "procfs.h"

#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "hooks.h"
#include "probe.h"
#include "stat.h"

/* ---- name value --------------------------------------------------------------------------------------------------- */

static void line(struct seq_file *seq, const char *name, u64 value, const char *about)
{
	seq_printf(seq, "%-28s %14llu  %s\n", name, value, about);
}

static void head(struct seq_file *seq, const struct sl_stat *s, const char *name)
{
	seq_printf(seq, "# socklife %s, network namespace %u: name, value, what it is. Names are stable.\n", name,
		   s->net->ns.inum);
}

enum group { GROUP_summary, GROUP_handshake, GROUP_close, GROUP_errors, GROUP_security };

static const struct {
	enum group group;
	const char *name;
	const char *about;
} counters[] = {
#define COUNTER(id, group, name, about) [SL_STAT_##id] = { GROUP_##group, name, about },
	SL_STATS(COUNTER)
#undef COUNTER
};

static void show_counters(struct seq_file *seq, const struct sl_stat_cpu *sum, enum group group)
{
	int i;

	for (i = 0; i < SL_STAT_NR; i++)
		if (counters[i].group == group)
			line(seq, counters[i].name, sum->count[i], counters[i].about);
}

static const struct {
	const char *name;
	const char *about;
} hists[] = {
#define HIST(id, name, about) [SL_HIST_##id] = { name, about },
	SL_HISTS(HIST)
#undef HIST
};

/* Buckets that are empty are left out. */
static void show_hist(struct seq_file *seq, const struct sl_stat_cpu *sum, enum sl_hist which)
{
	static const char bar[] = "########################################";
	const u64 *count = sum->hist[which];
	u64 most = 0;
	int i;

	for (i = 0; i < SL_HIST_BUCKETS; i++)
		most = max(most, count[i]);
	seq_printf(seq, "\n# %s time, %s: below so many us, how often\n", hists[which].name, hists[which].about);
	for (i = 0; i < SL_HIST_BUCKETS && most; i++) {
		char name[40], *c;

		if (!count[i])
			continue;
		if (i < SL_HIST_BUCKETS - 1)
			snprintf(name, sizeof(name), "%s_us_below_%llu", hists[which].name, 1ULL << i);
		else
			snprintf(name, sizeof(name), "%s_us_more", hists[which].name);
		for (c = name; *c; c++)
			if (*c == ' ')
				*c = '_';
		seq_printf(seq, "%-28s %14llu  %.*s\n", name, count[i], (int)div64_u64(count[i] * 40 + most - 1, most),
			   bar);
	}
}

struct open_sums {
	u32 netns;
	u64 tcp, udp, unix_sockets, listeners, established;
	u64 sends, recvs, send_bytes, recv_bytes;
};

static void add_open(struct sl_entry *e, void *ctx)
{
	struct sl_life *life = e->life;
	struct open_sums *o = ctx;

	if (life->id.netns != o->netns)
		return;
	sl_entry_refresh(e);
	o->tcp += life->id.protocol == IPPROTO_TCP && life->id.family != AF_UNIX;
	o->udp += life->id.protocol == IPPROTO_UDP;
	o->unix_sockets += life->id.family == AF_UNIX;
	o->listeners += life->id.role == SL_ROLE_LISTENER && e->sk->sk_state == TCP_LISTEN;
	o->established += life->id.protocol == IPPROTO_TCP && e->sk->sk_state == TCP_ESTABLISHED;
	o->sends += life->calls.call[SL_CALL_SEND].count;
	o->recvs += life->calls.call[SL_CALL_RECV].count;
	o->send_bytes += life->calls.send_bytes;
	o->recv_bytes += life->calls.recv_bytes;
}

static const char *const call_names[SL_CALL_NR] = { "socket", "setsockopt", "bind", "listen",   "connect",
						    "accept", "send",       "recv", "shutdown", "close" };

static void show_calls(struct seq_file *seq, const struct sl_stat_cpu *sum, const struct open_sums *o)
{
	char name[32];
	int i;

	for (i = 0; i < SL_CALL_NR; i++) {
		if (i == SL_CALL_SEND || i == SL_CALL_RECV)
			continue;
		snprintf(name, sizeof(name), "calls_%s", call_names[i]);
		line(seq, name, sum->calls[i], i == SL_CALL_SOCKET ? "calls that returned" : "");
	}
	if (!(sl_hooks_watched() & SL_FACT_BIT(SEND)))
		return;
	line(seq, "calls_send", sum->ended_sends + o->sends, "sends, of any kind");
	line(seq, "calls_recv", sum->ended_recvs + o->recvs, "receives, of any kind");
	line(seq, "bytes_sent", sum->ended_send_bytes + o->send_bytes, "bytes that programs sent");
	line(seq, "bytes_received", sum->ended_recv_bytes + o->recv_bytes, "bytes that programs received");
}

static int show_summary(struct seq_file *seq, const struct sl_stat *s, const struct sl_stat_cpu *sum)
{
	struct open_sums o = { .netns = s->net->ns.inum };

	sl_table_walk(add_open, &o, NULL);
	show_counters(seq, sum, GROUP_summary);
	line(seq, "open_tcp", o.tcp, "TCP sockets that are open now");
	line(seq, "open_established", o.established, "of them, in ESTABLISHED");
	line(seq, "open_listeners", o.listeners, "of them, listeners");
	line(seq, "open_udp", o.udp, "UDP sockets that are open now");
	if (sl_hooks_watched() & SL_FACT_BIT(UNIX))
		line(seq, "open_unix", o.unix_sockets, "UNIX sockets that are open now");
	show_calls(seq, sum, &o);
	line(seq, "hooks_attached", sl_hooks_attached(), "hooks of the module, for all namespaces");
	line(seq, "hook_misses", sl_hooks_missed(), "hits that the kernel did not pass on");
	line(seq, "sockets_refused", sl_stat_refusals(),
	     "sockets not followed: table full, or no memory; of all namespaces");
	return 0;
}

static int show_handshake(struct seq_file *seq, const struct sl_stat *s, const struct sl_stat_cpu *sum)
{
	show_counters(seq, sum, GROUP_handshake);
	show_hist(seq, sum, SL_HIST_CLIENT);
	show_hist(seq, sum, SL_HIST_SERVER);
	show_hist(seq, sum, SL_HIST_ACCEPT);
	return 0;
}

static int show_close(struct seq_file *seq, const struct sl_stat *s, const struct sl_stat_cpu *sum)
{
	show_counters(seq, sum, GROUP_close);
	show_hist(seq, sum, SL_HIST_LIFE);
	show_hist(seq, sum, SL_HIST_CLOSE);
	return 0;
}

static int show_errors(struct seq_file *seq, const struct sl_stat *s, const struct sl_stat_cpu *sum)
{
	show_counters(seq, sum, GROUP_errors);
	return 0;
}

static int show_security(struct seq_file *seq, const struct sl_stat *s, const struct sl_stat_cpu *sum)
{
	show_counters(seq, sum, GROUP_security);
	return 0;
}

static const struct group_file {
	const char *name;
	int (*show)(struct seq_file *seq, const struct sl_stat *s, const struct sl_stat_cpu *sum);
} group_files[] = {
	{ "summary", show_summary }, { "handshake", show_handshake }, { "close", show_close },
	{ "errors", show_errors },   { "security", show_security },
};

static int group_show(struct seq_file *seq, const struct group_file *file)
{
	const struct sl_stat *s = seq->private;
	struct sl_stat_cpu *sum = kmalloc(sizeof(*sum), GFP_KERNEL);
	int ret;

	if (!sum)
		return -ENOMEM;
	sl_stat_sum(s, sum);
	head(seq, s, file->name);
	ret = file->show(seq, s, sum);
	kfree(sum);
	return ret;
}

#define GROUP_SHOW(n)                                                                                                  \
	static int group_show_##n(struct seq_file *seq, void *v)                                                       \
	{                                                                                                              \
		return group_show(seq, &group_files[n]);                                                               \
	}
GROUP_SHOW(0)
GROUP_SHOW(1)
GROUP_SHOW(2)
GROUP_SHOW(3)
GROUP_SHOW(4)

static int (*const group_shows[])(struct seq_file *seq, void *v) = { group_show_0, group_show_1, group_show_2,
								     group_show_3, group_show_4 };

/* ---- a line for each socket ------------------------------------------------------------------------------------------ */

/* What a line is made of: a copy, since it is printed with no lock held. */
struct socket_view {
	struct sl_life life;
	u8 state;
	u32 recvq, sendq;
	u32 backlog, backlog_max;
	u32 rmem, wmem;
	int rcvbuf, sndbuf;
};

struct socket_walk {
	struct socket_view view;
};

struct socket_file {
	const char *name;
	const char *head;
	bool (*wants)(const struct socket_view *v);
	void (*show)(struct seq_file *seq, const struct socket_view *v);
};

static void address(char *to, size_t size, u16 family, const u8 *addr, u16 port, bool known)
{
	if (family != AF_INET && family != AF_INET6)
		snprintf(to, size, "-");
	else if (!known)
		snprintf(to, size, "*");
	else if (family == AF_INET)
		snprintf(to, size, "%pI4:%u", addr, port);
	else
		snprintf(to, size, "[%pI6c]:%u", addr, port);
}

static const char *state_name(const struct socket_view *v)
{
	static const char *const names[] = { "?",          "ESTAB",      "SYN-SENT",  "SYN-RECV",
					     "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED",
					     "CLOSE-WAIT", "LAST-ACK",   "LISTEN",    "CLOSING" };

	if (v->life.id.protocol != IPPROTO_TCP || v->life.id.family == AF_UNIX)
		return "-";
	return v->state < ARRAY_SIZE(names) ? names[v->state] : "?";
}

static const char *protocol_name(const struct sl_ident *id)
{
	if (id->family == AF_UNIX)
		return "unix";
	switch (id->protocol) {
	case IPPROTO_TCP: return "tcp";
	case IPPROTO_UDP: return "udp";
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6: return "icmp";
	default: return "raw";
	}
}

/* A name is whatever its program says it is. */
static void show_comm(struct seq_file *seq, const struct sl_ident *id)
{
	char comm[17], *c;

	if (!(id->known & SL_ID_OWNER)) {
		seq_puts(seq, "-\n");
		return;
	}
	memcpy(comm, id->comm, 16);
	comm[16] = 0;
	for (c = comm; *c; c++)
		if (*c <= ' ' || *c > '~')
			*c = '?';
	seq_printf(seq, "%s[%u]\n", comm, id->pid);
}

static void show_ends(struct seq_file *seq, const struct socket_view *v)
{
	const struct sl_ident *id = &v->life.id;
	char local[64], remote[64];

	address(local, sizeof(local), id->family, id->laddr, id->lport, id->known & SL_ID_LOCAL);
	address(remote, sizeof(remote), id->family, id->raddr, id->rport, id->known & SL_ID_REMOTE);
	seq_printf(seq, "%-8llx %-4s %-10s %-26s %-26s ", id->cookie, protocol_name(id), state_name(v), local, remote);
}

#define ENDS_HEAD "COOKIE   PROT STATE      LOCAL                      REMOTE                     "

static bool wants_all(const struct socket_view *v)
{
	return true;
}

static void show_socket(struct seq_file *seq, const struct socket_view *v)
{
	const struct sl_calls *c = &v->life.calls;
	const struct sl_handshake *h = &v->life.handshake;
	u64 hsk_ns = h->outcome == SL_HS_ESTABLISHED && h->begin_ns ? h->done_ns - h->begin_ns : 0;

	show_ends(seq, v);
	seq_printf(seq, "%10llu %8llu %12llu %8u %12llu ", (ktime_get_ns() - v->life.id.created_ns) / NSEC_PER_MSEC,
		   hsk_ns / NSEC_PER_USEC, c->send_bytes, c->call[SL_CALL_SEND].count, c->recv_bytes);
	seq_printf(seq, "%8u %s ", c->call[SL_CALL_RECV].count,
		   v->life.complete.flags & SL_LIFE_SEEN_LATE ? "late " : "whole");
	show_comm(seq, &v->life.id);
}

static bool wants_listener(const struct socket_view *v)
{
	return v->life.id.role == SL_ROLE_LISTENER && v->state == TCP_LISTEN;
}

static void show_listener(struct seq_file *seq, const struct socket_view *v)
{
	char local[64];

	address(local, sizeof(local), v->life.id.family, v->life.id.laddr, v->life.id.lport,
		v->life.id.known & SL_ID_LOCAL);
	seq_printf(seq, "%-8llx %-26s %7u %7u %9u %9u ", v->life.id.cookie, local, v->backlog, v->backlog_max,
		   v->life.calls.call[SL_CALL_ACCEPT].count, v->life.calls.call[SL_CALL_ACCEPT].errors);
	show_comm(seq, &v->life.id);
}

static bool wants_buffers(const struct socket_view *v)
{
	return v->life.id.family != AF_UNIX;
}

static void show_buffers(struct seq_file *seq, const struct socket_view *v)
{
	show_ends(seq, v);
	seq_printf(seq, "%9u %9u %9u %9u %9u %9u ", v->recvq, v->sendq, v->rmem, v->rcvbuf, v->wmem, v->sndbuf);
	show_comm(seq, &v->life.id);
}

static bool wants_flow(const struct socket_view *v)
{
	return v->life.id.protocol == IPPROTO_TCP && v->life.id.family != AF_UNIX && v->state != TCP_LISTEN &&
	       v->life.handshake.outcome == SL_HS_ESTABLISHED;
}

static void show_flow(struct seq_file *seq, const struct socket_view *v)
{
	const struct sl_flow *f = &v->life.flow;

	show_ends(seq, v);
	seq_printf(seq, "%8u %8u %6u %10u ", f->srtt_us, f->min_rtt_us == ~0u ? 0 : f->min_rtt_us, f->snd_cwnd,
		   f->ssthresh);
	seq_printf(seq, "%12llu %12llu %6u %6u %s ", f->bytes_acked, f->bytes_received, f->mss, v->life.errors.retrans,
		   *f->congestion ? f->congestion : "-");
	show_comm(seq, &v->life.id);
}

static const struct socket_file socket_files[] = {
	{ "sockets",
	  "# Sockets that are followed, for people. AGE in ms, HSK: handshake in us, OUT and IN: bytes and calls of the program.\n" ENDS_HEAD
	  "       AGE      HSK          OUT    CALLS           IN    CALLS SEEN  OWNER\n",
	  wants_all, show_socket },
	{ "listeners",
	  "# Listeners, for people. QUEUE: connections that wait for accept(), MAX: how many may.\n"
	  "COOKIE   LOCAL                        QUEUE     MAX  ACCEPTED    FAILED OWNER\n",
	  wants_listener, show_listener },
	{ "buffers",
	  "# Buffers as they are now, for people. Queues in payload bytes, memory and limits with the kernel's overhead.\n" ENDS_HEAD
	  "    RECVQ     SENDQ      RMEM    RCVBUF      WMEM    SNDBUF OWNER\n",
	  wants_buffers, show_buffers },
	{ "flow",
	  "# Connections, from the kernel's own figures, for people. Times in us, CWND and SSTHRESH in segments.\n" ENDS_HEAD
	  "    SRTT   MINRTT   CWND   SSTHRESH        ACKED     RECEIVED    MSS    RTX CC OWNER\n",
	  wants_flow, show_flow },
};

static struct sl_stat *seq_stat(struct seq_file *seq)
{
	return proc_get_parent_data(file_inode(seq->file));
}

static void *sockets_start(struct seq_file *seq, loff_t *pos)
{
	if (*pos > 1ULL << sl_table.bits)
		return NULL;
	return *pos ? pos : SEQ_START_TOKEN;
}

static void *sockets_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return *pos > 1ULL << sl_table.bits ? NULL : pos;
}

static void sockets_stop(struct seq_file *seq, void *v)
{
}

/* The entry is held, so its socket is not freed. */
static void view(struct socket_view *v, struct sl_entry *e)
{
	const struct sock *sk = e->sk;

	memset(v, 0, sizeof(*v));
	sl_entry_refresh(e);
	v->life = *e->life;
	v->state = READ_ONCE(sk->sk_state);
	v->backlog = READ_ONCE(sk->sk_ack_backlog);
	v->backlog_max = READ_ONCE(sk->sk_max_ack_backlog);
	v->rmem = atomic_read(&sk->sk_rmem_alloc);
	v->wmem = READ_ONCE(sk->sk_wmem_queued);
	v->rcvbuf = READ_ONCE(sk->sk_rcvbuf);
	v->sndbuf = READ_ONCE(sk->sk_sndbuf);
	if (!sl_read_is_tcp(sk)) {
		v->wmem = refcount_read(&sk->sk_wmem_alloc);
		v->wmem -= v->wmem ? 1 : 0;
		v->recvq = v->rmem;
		v->sendq = v->wmem;
	} else if (v->state != TCP_LISTEN) {
		v->recvq = max_t(int, READ_ONCE(tcp_sk(sk)->rcv_nxt) - READ_ONCE(tcp_sk(sk)->copied_seq), 0);
		v->sendq = READ_ONCE(tcp_sk(sk)->write_seq) - READ_ONCE(tcp_sk(sk)->snd_una);
	}
}

/* A bucket, or the head. */
static int sockets_show(struct seq_file *seq, void *v)
{
	const struct socket_file *file = pde_data(file_inode(seq->file));
	struct socket_walk *walk = seq->private;
	u32 netns = seq_stat(seq)->net->ns.inum;
	struct hlist_head *bucket;
	struct sl_entry *e;
	unsigned long flags;
	bool wanted;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, file->head);
		return 0;
	}
	bucket = &sl_table.buckets[*(loff_t *)v - 1];
	if (hlist_empty(bucket))
		return 0;
	rcu_read_lock();
	hlist_for_each_entry_rcu(e, bucket, node) {
		raw_spin_lock_irqsave(&e->lock, flags);
		wanted = !e->ended && e->life->id.netns == netns;
		if (wanted)
			view(&walk->view, e);
		raw_spin_unlock_irqrestore(&e->lock, flags);
		if (wanted && file->wants(&walk->view))
			file->show(seq, &walk->view);
	}
	rcu_read_unlock();
	return 0;
}

static const struct seq_operations sockets_ops = {
	.start = sockets_start,
	.next = sockets_next,
	.stop = sockets_stop,
	.show = sockets_show,
};

/* ---- the directory ----------------------------------------------------------------------------------------------------- */

int sl_procfs_create(struct sl_stat *s)
{
	int i;

	s->dir = proc_mkdir_data("socklife", 0, s->net->proc_net, s);
	if (!s->dir)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(group_files); i++)
		if (!proc_create_single_data(group_files[i].name, 0444, s->dir, group_shows[i], s))
			goto err_dir;
	for (i = 0; i < ARRAY_SIZE(socket_files); i++)
		if (!proc_create_seq_private(socket_files[i].name, 0400, s->dir, &sockets_ops,
					     sizeof(struct socket_walk), (void *)&socket_files[i]))
			goto err_dir;
	return 0;

err_dir:
	proc_remove(s->dir);
	return -ENOMEM;
}

void sl_procfs_destroy(struct sl_stat *s)
{
	proc_remove(s->dir);
}
