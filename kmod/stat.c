// SPDX-License-Identifier: GPL-2.0-only
/* See stat.h. Probes call in with interrupts off, or count one word with a this_cpu operation. */
#include "stat.h"

#include <linux/log2.h>
#include <net/tcp.h>

#include "procfs.h"
#include "trace.h"

unsigned int sl_stat_id;
static DEFINE_PER_CPU(u64, refusals);

#define count(sk, id) sl_stat_count(sk, SL_STAT_##id)

void sl_stat_count(const struct sock *sk, enum sl_stat_name which)
{
	this_cpu_inc(sl_stat_of(sock_net(sk))->cpu->count[which]);
}

void sl_stat_refused(void)
{
	this_cpu_inc(refusals);
}

static void measure(const struct sock *sk, enum sl_hist which, u64 ns)
{
	u64 us = ns / NSEC_PER_USEC;
	int bucket = us ? ilog2(us) + 1 : 0;

	bucket = min(bucket, SL_HIST_BUCKETS - 1);
	this_cpu_inc(sl_stat_of(sock_net(sk))->cpu->hist[which][bucket]);
}

void sl_stat_begun(const struct sock *sk, const struct sl_life *life)
{
	count(sk, BEGUN);
	if (life->complete.flags & SL_LIFE_SEEN_LATE)
		count(sk, SEEN_LATE);
}

static void established(const struct sock *sk, const struct sl_life *life)
{
	const struct sl_handshake *h = &life->handshake;
	bool server = life->id.role == SL_ROLE_SERVER;

	sl_stat_count(sk, server ? SL_STAT_SERVER_ESTABLISHED : SL_STAT_CLIENT_ESTABLISHED);
	if (server && h->synack_ns)
		measure(sk, SL_HIST_SERVER, h->done_ns - h->synack_ns);
	if (!server && h->begin_ns)
		measure(sk, SL_HIST_CLIENT, h->done_ns - h->begin_ns);
	trace_socklife_established(life);
}

static void failed(const struct sock *sk, const struct sl_life *life)
{
	switch (life->handshake.outcome) {
	case SL_HS_REFUSED: count(sk, REFUSED); break;
	case SL_HS_TIMED_OUT: count(sk, TIMED_OUT); break;
	case SL_HS_UNREACHABLE: count(sk, UNREACHABLE); break;
	case SL_HS_LOCAL_ERROR: count(sk, LOCAL_ERROR); break;
	case SL_HS_DENIED: count(sk, DENIED); break;
	case SL_HS_CANCELLED: count(sk, CANCELLED); break;
	case SL_HS_ABORTED: count(sk, ABORTED); break;
	default: count(sk, OTHER);
	}
	trace_socklife_failed(life);
}

static bool is_outcome(u16 outcome)
{
	return outcome != SL_HS_NONE && outcome != SL_HS_PENDING;
}

/* A step of TCP's walk, after the life has taken it. was: the outcome before. */
void sl_stat_state(const struct sock *sk, const struct sl_life *life, int old_state, int new_state, u16 was)
{
	u16 outcome = life->handshake.outcome;

	if (new_state == TCP_SYN_SENT)
		count(sk, ACTIVE_OPENS);
	if (outcome == was || !is_outcome(outcome))
		return;
	if (outcome == SL_HS_ESTABLISHED)
		established(sk, life);
	else if (outcome != SL_HS_LOCAL_ERROR || life->handshake.err)
		failed(sk, life); /* an error of this host's own without errno: connect() will tell it */
}

void sl_stat_connect_returned(const struct sock *sk, const struct sl_life *life, u16 was)
{
	const struct sl_handshake *h = &life->handshake;

	if (life->id.protocol == IPPROTO_TCP && is_outcome(h->outcome) && h->outcome != SL_HS_ESTABLISHED &&
	    (was == SL_HS_NONE || was == SL_HS_LOCAL_ERROR))
		failed(sk, life);
}

void sl_stat_accepted(const struct sock *sk, u64 wait_ns)
{
	count(sk, ACCEPTED);
	if (wait_ns)
		measure(sk, SL_HIST_ACCEPT, wait_ns);
}

void sl_stat_call(const struct sock *sk, u32 call, int ret)
{
	this_cpu_inc(sl_stat_of(sock_net(sk))->cpu->calls[call]);
	if (ret >= 0)
		return;
	count(sk, CALLS_FAILED);
	if (ret == -EPERM || ret == -EACCES)
		count(sk, DENIED_CALLS);
}

void sl_stat_retrans(const struct sock *sk, u32 tcp_state, u32 ca_state, u32 segs)
{
	this_cpu_add(sl_stat_of(sock_net(sk))->cpu->count[SL_STAT_RETRANS_SEGS], segs);
	if (tcp_state == TCP_SYN_SENT)
		count(sk, SYN_RETRANS);
	if (tcp_state == TCP_SYN_SENT || ca_state == TCP_CA_Loss)
		count(sk, RETRANS_RTO);
	else if (ca_state == TCP_CA_Recovery)
		count(sk, RETRANS_FAST);
	else
		count(sk, RETRANS_TLP);
}

void sl_stat_synack_retrans(const struct sock *listener)
{
	count(listener, SYNACK_RETRANS);
	count(listener, RETRANS_SEGS);
}

static void closed(const struct sock *sk, const struct sl_life *life)
{
	const struct sl_close *c = &life->close;
	u64 first_ns = c->reset_ns;

	if (c->class_ >= SL_CLOSE_ACTIVE && c->class_ <= SL_CLOSE_UNCONNECTED)
		sl_stat_count(sk, SL_STAT_CLOSE_ACTIVE + c->class_ - SL_CLOSE_ACTIVE);
	if (c->flags & SL_CLF_TIME_WAIT)
		count(sk, TIME_WAIT);
	if (c->flags & SL_CLF_ORPHAN)
		count(sk, ORPHANED);
	if (c->unread_bytes)
		count(sk, UNREAD);
	if (life->handshake.outcome != SL_HS_ESTABLISHED)
		return;
	if (life->id.known & SL_ID_CREATED)
		measure(sk, SL_HIST_LIFE, c->end_ns - life->id.created_ns);
	if (c->fin_sent_ns && (!first_ns || c->fin_sent_ns < first_ns))
		first_ns = c->fin_sent_ns;
	if (c->fin_received_ns && (!first_ns || c->fin_received_ns < first_ns))
		first_ns = c->fin_received_ns;
	if (first_ns && c->end_ns > first_ns)
		measure(sk, SL_HIST_CLOSE, c->end_ns - first_ns);
	trace_socklife_closed(life);
}

/* A life is over. */
void sl_stat_ended(const struct sock *sk, const struct sl_life *life)
{
	struct sl_stat_cpu __percpu *cpu = sl_stat_of(sock_net(sk))->cpu;

	count(sk, ENDED);
	this_cpu_add(cpu->ended_send_bytes, life->calls.send_bytes);
	this_cpu_add(cpu->ended_recv_bytes, life->calls.recv_bytes);
	this_cpu_add(cpu->ended_sends, life->calls.call[SL_CALL_SEND].count);
	this_cpu_add(cpu->ended_recvs, life->calls.call[SL_CALL_RECV].count);
	if (life->id.protocol == IPPROTO_TCP && life->id.role != SL_ROLE_LISTENER)
		closed(sk, life);
}

void sl_stat_sum(const struct sl_stat *s, struct sl_stat_cpu *sum)
{
	int cpu, i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const u64 *from = (const u64 *)per_cpu_ptr(s->cpu, cpu);

		for (i = 0; i < sizeof(*sum) / sizeof(u64); i++)
			((u64 *)sum)[i] += READ_ONCE(from[i]);
	}
}

u64 sl_stat_refusals(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(&refusals, cpu));
	return sum;
}

static int __net_init stat_net_init(struct net *net)
{
	struct sl_stat *s = sl_stat_of(net);
	int err;

	s->net = net;
	s->cpu = alloc_percpu(struct sl_stat_cpu);
	if (!s->cpu)
		return -ENOMEM;
	err = sl_procfs_create(s);
	if (err)
		free_percpu(s->cpu);
	return err;
}

/*
 * The namespace goes: no socket of a program is in it any more, since each holds it, and kernel sockets were closed by what made
 * them. Files of /proc go first: their removal waits for whoever reads one.
 */
static void __net_exit stat_net_exit(struct net *net)
{
	struct sl_stat *s = sl_stat_of(net);

	sl_procfs_destroy(s);
	free_percpu(s->cpu);
}

static struct pernet_operations stat_net_ops = {
	.init = stat_net_init,
	.exit = stat_net_exit,
	.id = &sl_stat_id,
	.size = sizeof(struct sl_stat),
};

/* Before any hook is attached, and gone after all are off. */
int sl_stat_init(void)
{
	return register_pernet_subsys(&stat_net_ops);
}

void sl_stat_exit(void)
{
	unregister_pernet_subsys(&stat_net_ops);
}
