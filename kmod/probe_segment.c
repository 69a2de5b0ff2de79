// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segments that begin, end or break a connection, where they cross the device, as bpf/probe_segment.bpf.h. Out: the skb knows its
 * socket. In: no socket yet, so the segment leaves a mark for its flow, and the state change that it causes picks it up.
 * Softirq, or a process with BHs off. Level calls only.
 */
#include "probe.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>

#include "cache.h"
#include "follow.h"

/* A TCP segment's header, as an skb carries it at the device. */
struct segment {
	struct sl_flow_key flow; /* local: the sender */
	u32 seq;
	u32 ack;
	u32 len;
	u16 flags;
	u16 window;
};

/* The last SYN, FIN or RST that came in for a flow; and handshakes whose child is not born, by the server's flow. */
static struct sl_cache *marks, *requests;

#define SYN_FIN_RST (TCPHDR_SYN | TCPHDR_FIN | TCPHDR_RST)
#define SYN_ACK (TCPHDR_SYN | TCPHDR_ACK)

static int l4_v4(struct segment *s, const struct sk_buff *skb, int l3)
{
	struct iphdr buf;
	const struct iphdr *ip = skb_header_pointer(skb, l3, sizeof(buf), &buf);

	if (!ip || ip->protocol != IPPROTO_TCP || ip->frag_off & htons(IP_OFFSET))
		return -1;
	memcpy(s->flow.local, &ip->saddr, 4);
	memcpy(s->flow.remote, &ip->daddr, 4);
	return l3 + ip->ihl * 4;
}

/* Extension headers are not walked: a TCP segment behind one is not seen here, and its step has its state's time. */
static int l4_v6(struct segment *s, const struct sk_buff *skb, int l3)
{
	struct ipv6hdr buf;
	const struct ipv6hdr *ip6 = skb_header_pointer(skb, l3, sizeof(buf), &buf);

	if (!ip6 || ip6->nexthdr != IPPROTO_TCP)
		return -1;
	memcpy(s->flow.local, &ip6->saddr, 16);
	memcpy(s->flow.remote, &ip6->daddr, 16);
	return l3 + sizeof(buf);
}

/* Returns false if the skb is not TCP. l3: offset of its network header from skb->data. */
static bool parse(struct segment *s, const struct sk_buff *skb, int l3)
{
	struct tcphdr buf;
	const struct tcphdr *th;
	int l4 = -1, payload;

	memset(s, 0, sizeof(*s));
	if (skb->protocol == htons(ETH_P_IP))
		l4 = l4_v4(s, skb, l3);
	else if (skb->protocol == htons(ETH_P_IPV6))
		l4 = l4_v6(s, skb, l3);
	if (l4 < 0)
		return false;
	th = skb_header_pointer(skb, l4, sizeof(buf), &buf);
	if (!th)
		return false;
	s->flow.lport = ntohs(th->source);
	s->flow.rport = ntohs(th->dest);
	s->seq = ntohl(th->seq);
	s->ack = ntohl(th->ack_seq);
	s->window = ntohs(th->window);
	s->flags = ((const u8 *)th)[13];
	payload = (int)skb->len - l4 - th->doff * 4;
	s->len = payload > 0 ? payload : 0;
	return true;
}

static void segment_emit(struct sl_entry *e, const struct segment *s, u64 ts_ns, u32 flags)
{
	struct sl_event ev;

	sl_emit_event_init(&ev, SL_EV_SEGMENT);
	ev.flags = flags;
	ev.segment.seq = s->seq;
	ev.segment.ack = s->ack;
	ev.segment.len = s->len;
	ev.segment.flags = s->flags;
	ev.segment.window = s->window;
	sl_emit_event(e, &ev, ts_ns);
}

static void of_mark(struct segment *s, const struct sl_mark *m)
{
	s->seq = m->seq;
	s->ack = m->ack;
	s->len = m->len;
	s->flags = m->flags;
	s->window = m->window;
}

static void to_mark(struct sl_mark *m, const struct segment *s, u64 ts_ns)
{
	m->ts_ns = ts_ns;
	m->seq = s->seq;
	m->ack = s->ack;
	m->flags = s->flags;
	m->window = s->window;
	m->len = s->len;
}

static void flow_of(struct sl_flow_key *k, const struct sl_ident *id)
{
	memset(k, 0, sizeof(*k));
	memcpy(k->local, id->laddr, 16);
	memcpy(k->remote, id->raddr, 16);
	k->lport = id->lport;
	k->rport = id->rport;
	k->netns = id->netns;
}

static void reverse(struct sl_flow_key *to, const struct sl_flow_key *from)
{
	memcpy(to->local, from->remote, 16);
	memcpy(to->remote, from->local, 16);
	to->lport = from->rport;
	to->rport = from->lport;
	to->netns = from->netns;
}

/* A SYN-ACK leaves for the first time: the handshake of a socket to be. Its SYN came a moment ago, and left a mark. */
static void synack_sent(const struct segment *s, u64 now_ns)
{
	union sl_cache_value request, syn;
	struct sl_flow_key peer;

	if (sl_cache_get(requests, &s->flow, &request))
		return;
	memset(&request, 0, sizeof(request));
	reverse(&peer, &s->flow);
	if (sl_cache_get(marks, &peer, &syn) && (syn.mark.flags & SYN_ACK) == TCPHDR_SYN)
		request.request.syn = syn.mark;
	to_mark(&request.request.synack, s, now_ns);
	sl_cache_put(requests, &s->flow, &request, now_ns);
}

/* The child is born: what was seen of its handshake before it was, times into the life. */
void sl_segment_request_find(struct sl_life *life)
{
	union sl_cache_value v;
	struct sl_flow_key k;

	flow_of(&k, &life->id);
	if (!sl_cache_get(requests, &k, &v))
		return;
	if (v.request.syn.ts_ns) {
		sl_handshake_syn_received(&life->handshake, v.request.syn.ts_ns);
		life->id.created_ns = v.request.syn.ts_ns;
	}
	sl_handshake_synack_sent(&life->handshake, v.request.synack.ts_ns);
}

static void emit_mark(struct sl_entry *e, const struct sl_mark *m, u32 flags)
{
	struct segment s = {};

	if (!m->ts_ns)
		return;
	of_mark(&s, m);
	segment_emit(e, &s, m->ts_ns, flags | SL_EVF_WIRE | SL_EVF_LATE);
}

/* The same handshake as events, now that the socket has a name. */
static void request_end(struct sl_entry *e)
{
	union sl_cache_value v;
	struct sl_flow_key k;

	flow_of(&k, &e->life->id);
	if (!sl_cache_take(requests, &k, &v))
		return;
	emit_mark(e, &v.request.syn, SL_EVF_IN);
	emit_mark(e, &v.request.synack, SL_EVF_OUT);
}

/* What the segment that left means for its socket's life. Returns true if it is worth an event. */
static bool step(struct sl_life *life, const struct segment *s, u64 now_ns)
{
	bool wanted = s->flags & SYN_FIN_RST;

	if ((s->flags & SYN_ACK) == TCPHDR_SYN)
		sl_handshake_syn_sent(&life->handshake, now_ns);
	if (s->flags & TCPHDR_FIN)
		sl_close_fin_wire(life, now_ns);
	if (!(s->flags & TCPHDR_ACK) || !(life->scratch.expect & SL_EXPECT_ACKS))
		return wanted;
	if (life->scratch.expect & SL_EXPECT_HANDSHAKE_ACK)
		sl_handshake_ack_sent(&life->handshake, now_ns);
	if (life->scratch.expect & SL_EXPECT_FIN_ACK)
		sl_close_fin_ack_sent(life, now_ns);
	life->scratch.expect &= ~SL_EXPECT_ACKS;
	return true;
}

/* Does this ACK answer the FIN that just came in? In FIN_WAIT2 it leaves before the state changes. */
static bool acks_fin(const struct segment *s)
{
	union sl_cache_value v;
	struct sl_flow_key peer;

	reverse(&peer, &s->flow);
	return sl_cache_get(marks, &peer, &v) && v.mark.flags & TCPHDR_FIN && s->ack == v.mark.seq + v.mark.len + 1;
}

static void socket_sent(const struct segment *s, const struct sock *sk)
{
	struct sl_entry *e;
	unsigned long flags;
	u64 now_ns;

	e = sl_table_hold(sk, &flags);
	if (!e)
		return;
	if (sk->sk_state == TCP_FIN_WAIT2 && acks_fin(s))
		e->life->scratch.expect |= SL_EXPECT_FIN_ACK;
	if (s->flags & SYN_FIN_RST || e->life->scratch.expect & SL_EXPECT_ACKS) {
		now_ns = ktime_get_ns();
		/* A SYN knows the source port that SYN_SENT did not. */
		if (s->flags & TCPHDR_SYN && sl_read_ident(&e->life->id, sk)) {
			sl_emit_judge(e);
			sl_emit_ident(e, now_ns);
		}
		if (s->flags & TCPHDR_SYN)
			sl_follow_peer(&e->life->id);
		if (step(e->life, s, now_ns))
			segment_emit(e, s, now_ns, SL_EVF_OUT | SL_EVF_WIRE);
	}
	sl_table_release(e, flags);
}

/* A TIME_WAIT socket answers the peer's FIN: its life has been told, its cookie lives on. */
static void tail_sent(const struct segment *s, u64 cookie)
{
	struct sl_event ev;
	u16 readers;

	if (!acks_fin(s))
		return;
	readers = sl_tail_readers(cookie);
	if (!readers)
		return;
	sl_emit_event_init(&ev, SL_EV_SEGMENT);
	ev.flags = SL_EVF_OUT | SL_EVF_WIRE;
	ev.segment.seq = s->seq;
	ev.segment.ack = s->ack;
	ev.segment.flags = s->flags;
	ev.segment.window = s->window;
	sl_emit_loose(readers, cookie, &ev, ktime_get_ns());
}

/* Tracepoint net_dev_start_xmit. */
void sl_tp_segment_out(void *data, const struct sk_buff *skb, const struct net_device *dev)
{
	const struct sock *sk = skb->sk;
	unsigned long flags;
	struct segment s;

	if (!sk || !parse(&s, skb, skb_network_offset(skb)))
		return;
	s.flow.netns = sl_read_netns(sk);
	if (sk->sk_state != TCP_TIME_WAIT && sk->sk_state != TCP_NEW_SYN_RECV) {
		socket_sent(&s, sk);
		return;
	}
	local_irq_save(flags);
	if (sk->sk_state == TCP_TIME_WAIT)
		tail_sent(&s, sl_read_cookie(sk));
	else if (s.flags & TCPHDR_SYN)
		synack_sent(&s, ktime_get_ns());
	local_irq_restore(flags);
}

/* Tracepoint netif_receive_skb. */
void sl_tp_segment_in(void *data, struct sk_buff *skb)
{
	union sl_cache_value v;
	unsigned long flags;
	struct segment s;
	u64 now_ns;

	if (!parse(&s, skb, 0) || !(s.flags & SYN_FIN_RST))
		return;
	now_ns = ktime_get_ns();
	s.flow.netns = dev_net(skb->dev)->ns.inum;
	to_mark(&v.mark, &s, now_ns);
	local_irq_save(flags);
	sl_cache_put(marks, &s.flow, &v, now_ns);
	local_irq_restore(flags);
}

/* Which segment must have come for the state to change so; 0: none, or an event of its own tells it. */
static u16 segment_for_state(int old_state, int new_state)
{
	if (new_state == TCP_ESTABLISHED && old_state == TCP_SYN_SENT)
		return SYN_ACK;
	if (new_state == TCP_SYN_RECV)
		return old_state == TCP_SYN_SENT ? TCPHDR_SYN : TCPHDR_ACK;
	if (new_state == TCP_CLOSE_WAIT || new_state == TCP_CLOSING)
		return TCPHDR_FIN | TCPHDR_ACK;
	if (new_state == TCP_FIN_WAIT2)
		return TCPHDR_ACK;
	if (new_state == TCP_CLOSE && (old_state == TCP_LAST_ACK || old_state == TCP_CLOSING))
		return TCPHDR_ACK;
	return 0;
}

/* The device's view of that segment, if it left a mark and is the one. */
static bool take_mark(struct segment *s, const struct sl_life *life, u16 want, u64 *ts_ns)
{
	struct sl_flow_key own, peer;
	union sl_cache_value v;

	flow_of(&own, &life->id);
	reverse(&peer, &own);
	if (!sl_cache_get(marks, &peer, &v) ||
	    (v.mark.flags & (TCPHDR_SYN | TCPHDR_FIN)) != (want & (TCPHDR_SYN | TCPHDR_FIN)))
		return false;
	of_mark(s, &v.mark);
	*ts_ns = v.mark.ts_ns;
	sl_cache_take(marks, &peer, &v);
	return true;
}

static void segment_in(struct sl_entry *e, u16 want, u64 now_ns)
{
	struct sl_life *life = e->life;
	struct segment s = { .flags = want };
	u32 flags = SL_EVF_IN;

	if (want & (TCPHDR_SYN | TCPHDR_FIN) && take_mark(&s, life, want, &now_ns)) {
		flags |= SL_EVF_WIRE;
		if ((s.flags & SYN_ACK) == SYN_ACK)
			life->handshake.synack_ns = now_ns;
		if (s.flags & TCPHDR_FIN)
			life->close.fin_received_ns = now_ns;
	}
	segment_emit(e, &s, now_ns, flags);
}

/* The segment that made the state change, as an event of its socket. The entry is held. */
void sl_segment_of_state(struct sl_entry *e, int old_state, int new_state, u64 now_ns)
{
	u16 want = segment_for_state(old_state, new_state);

	if (new_state == TCP_SYN_RECV && old_state == TCP_LISTEN)
		request_end(e);
	if (old_state == TCP_FIN_WAIT2 && new_state == TCP_CLOSE && e->life->close.flags & SL_CLF_FIN_RECEIVED)
		want = TCPHDR_FIN | TCPHDR_ACK;
	if (want)
		segment_in(e, want, now_ns);
}

int sl_segment_init(void)
{
	marks = sl_cache_create(2048);
	if (!marks)
		return -ENOMEM;
	requests = sl_cache_create(2048);
	if (!requests)
		goto err_marks;
	return 0;

err_marks:
	sl_cache_destroy(marks);
	return -ENOMEM;
}

void sl_segment_exit(void)
{
	sl_cache_destroy(requests);
	sl_cache_destroy(marks);
}
