/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Segments that begin, end or break a connection, where they cross the device: SYN, FIN, RST, and the ACKs that answer
 * SYN and FIN. Out: the skb knows its socket, the request sock of a SYN-ACK too, whose cookie the child will inherit. In:
 * no socket yet, so the segment leaves a mark for its flow, and the state change that it causes picks it up.
 * Softirq, or a process with BHs off.
 */
#ifndef SL_PROBE_SEGMENT_BPF_H
#define SL_PROBE_SEGMENT_BPF_H

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define TH_FIN 0x01
#define TH_SYN 0x02
#define TH_RST 0x04
#define TH_ACK 0x10

/* A TCP segment's header, as an skb carries it at the device. */
struct sl_segment {
	struct sl_flow_key flow; /* local: the sender */
	__u32 seq;
	__u32 ack;
	__u32 len;
	__u16 flags;
	__u16 window;
};

static __always_inline void *segment_l4_v4(struct sl_segment *s, const char *l3, __u32 *l3_len)
{
	struct iphdr *ip = sl_cast(struct iphdr, l3);
	__u32 w[4] = { 0, 0, 0, 0 };
	__u32 words = *(__u8 *)ip & 15;

	if (ip->protocol != IPPROTO_TCP || bpf_ntohs(ip->frag_off) & 0x1fff)
		return NULL;
	w[0] = ip->saddr;
	__builtin_memcpy(s->flow.local, w, 16);
	w[0] = ip->daddr;
	__builtin_memcpy(s->flow.remote, w, 16);
	*l3_len = words * 4;
	return (void *)(l3 + words * 4);
}

/* Extension headers are not walked: a TCP segment behind one is not seen here, and its step has its state's time. */
static __always_inline void *segment_l4_v6(struct sl_segment *s, const char *l3, __u32 *l3_len)
{
	struct ipv6hdr *ip6 = sl_cast(struct ipv6hdr, l3);

	if (ip6->nexthdr != IPPROTO_TCP)
		return NULL;
	read_v6(s->flow.local, &ip6->saddr);
	read_v6(s->flow.remote, &ip6->daddr);
	*l3_len = sizeof(struct ipv6hdr);
	return (void *)(l3 + sizeof(struct ipv6hdr));
}

/* The TCP header itself. end: bytes from there to the end of the skb. */
static __always_inline void segment_parse_tcp(struct sl_segment *s, struct tcphdr *th, __u32 end)
{
	__u32 doff = (((__u8 *)th)[12] >> 4) * 4;

	s->flow.lport = bpf_ntohs(th->source);
	s->flow.rport = bpf_ntohs(th->dest);
	s->seq = bpf_ntohl(th->seq);
	s->ack = bpf_ntohl(th->ack_seq);
	s->window = bpf_ntohs(th->window);
	s->flags = ((__u8 *)th)[13];
	s->len = end > doff ? end - doff : 0;
}

/* Returns false if the skb is not TCP. l3: its network header; end: bytes from there to the end of the skb. */
static __always_inline bool segment_parse(struct sl_segment *s, const struct sk_buff *skb, const char *l3, __u32 end)
{
	__u16 proto = bpf_ntohs(skb->protocol);
	__u32 l3_len = 0;
	void *l4 = NULL;

	if (proto == ETH_P_IP)
		l4 = segment_l4_v4(s, l3, &l3_len);
	else if (proto == ETH_P_IPV6)
		l4 = segment_l4_v6(s, l3, &l3_len);
	if (!l4)
		return false;
	segment_parse_tcp(s, sl_cast(struct tcphdr, l4), end > l3_len ? end - l3_len : 0);
	return true;
}

static __always_inline void segment_fill(struct sl_event *ev, const struct sl_segment *s, __u32 tcp_state)
{
	ev->segment.seq = s->seq;
	ev->segment.ack = s->ack;
	ev->segment.len = s->len;
	ev->segment.flags = s->flags;
	ev->segment.window = s->window;
	ev->segment.tcp_state = tcp_state;
}

/* Returns true if the event went. life: NULL for a socket that has none (yet, or any more). */
static __always_inline bool segment_emit(struct sl_life *life, __u64 cookie, const struct sl_segment *s, __u64 ts_ns,
					 __u32 flags)
{
	struct sl_emit_slot slot = emit_event_begin(life, cookie, SL_EV_SEGMENT, ts_ns);

	if (!slot.ev)
		return false;
	slot.ev->flags = flags;
	segment_fill(slot.ev, s, 0);
	emit_event_end(&slot);
	return true;
}

static __always_inline void segment_of_mark(struct sl_segment *s, const struct sl_mark *m)
{
	s->seq = m->seq;
	s->ack = m->ack;
	s->len = m->len;
	s->flags = m->flags;
	s->window = m->window;
}

static __always_inline void segment_flow_of(struct sl_flow_key *k, const struct sl_ident *id)
{
	__builtin_memcpy(k->local, id->laddr, 16);
	__builtin_memcpy(k->remote, id->raddr, 16);
	k->lport = id->lport;
	k->rport = id->rport;
	k->netns = id->netns;
}

static __always_inline void segment_reverse(struct sl_flow_key *to, const struct sl_flow_key *from)
{
	__builtin_memcpy(to->local, from->remote, 16);
	__builtin_memcpy(to->remote, from->local, 16);
	to->lport = from->rport;
	to->rport = from->lport;
	to->netns = from->netns;
}

static __always_inline void segment_to_mark(struct sl_mark *m, const struct sl_segment *s, __u64 ts_ns)
{
	m->ts_ns = ts_ns;
	m->seq = s->seq;
	m->ack = s->ack;
	m->flags = s->flags;
	m->window = s->window;
	m->len = s->len;
}

/* A SYN-ACK leaves for the first time: the handshake of a socket to be. Its SYN came a moment ago, and left a mark. */
static __always_inline void segment_synack_sent(struct sl_segment *s, __u64 now_ns)
{
	struct sl_request req = {};
	struct sl_flow_key peer;
	struct sl_mark *syn;

	if ((cfg.netns && s->flow.netns != cfg.netns) || bpf_map_lookup_elem(&requests, &s->flow))
		return;
	segment_reverse(&peer, &s->flow);
	syn = bpf_map_lookup_elem(&marks, &peer);
	if (syn && (syn->flags & (TH_SYN | TH_ACK)) == TH_SYN)
		req.syn = *syn;
	segment_to_mark(&req.synack, s, now_ns);
	bpf_map_update_elem(&requests, &s->flow, &req, BPF_NOEXIST);
}

static __noinline int segment_emit_mark(struct sl_life *life, const struct sl_mark *m, __u32 flags)
{
	struct sl_segment s = {};

	if (!life || !m || !m->ts_ns)
		return 0;
	segment_of_mark(&s, m);
	segment_emit(life, life->id.cookie, &s, m->ts_ns, flags | SL_EVF_WIRE | SL_EVF_LATE);
	return 0;
}

/* The child is born: what was seen of its handshake before it was, times into the life. Returns the entry for
 * segment_request_end(). */
static __always_inline struct sl_request *segment_request_find(struct sl_life *life)
{
	struct sl_flow_key k;
	struct sl_request *req;

	segment_flow_of(&k, &life->id);
	req = bpf_map_lookup_elem(&requests, &k);
	if (!req)
		return NULL;
	if (req->syn.ts_ns) {
		sl_handshake_syn_received(&life->handshake, req->syn.ts_ns);
		life->id.created_ns = req->syn.ts_ns;
	}
	sl_handshake_synack_sent(&life->handshake, req->synack.ts_ns);
	return req;
}

/* The same handshake as events, now that the socket has a name; and the entry goes. */
static __always_inline void segment_request_end(struct sl_life *life)
{
	struct sl_flow_key k;
	struct sl_request *req;

	segment_flow_of(&k, &life->id);
	req = bpf_map_lookup_elem(&requests, &k);
	if (!req)
		return;
	segment_emit_mark(life, &req->syn, SL_EVF_IN);
	segment_emit_mark(life, &req->synack, SL_EVF_OUT);
	bpf_map_delete_elem(&requests, &k);
}

/* What the segment that left means for its socket's life. Returns true if it is worth an event. */
static __always_inline bool segment_step(struct sl_life *life, const struct sl_segment *s, __u64 now_ns)
{
	bool wanted = s->flags & (TH_SYN | TH_FIN | TH_RST);

	if ((s->flags & (TH_SYN | TH_ACK)) == TH_SYN)
		sl_handshake_syn_sent(&life->handshake, now_ns);
	if (s->flags & TH_FIN)
		sl_close_fin_wire(life, now_ns);
	if (!(s->flags & TH_ACK) || !(life->scratch.expect & SL_EXPECT_ACKS))
		return wanted;
	if (life->scratch.expect & SL_EXPECT_HANDSHAKE_ACK)
		sl_handshake_ack_sent(&life->handshake, now_ns);
	if (life->scratch.expect & SL_EXPECT_FIN_ACK)
		sl_close_fin_ack_sent(life, now_ns);
	life->scratch.expect &= ~SL_EXPECT_ACKS;
	return true;
}

/* Does this ACK answer the FIN that just came in? In FIN_WAIT2 it leaves before the state changes. */
static __always_inline bool segment_acks_fin(const struct sl_segment *s)
{
	struct sl_flow_key peer;
	struct sl_mark *m;

	segment_reverse(&peer, &s->flow);
	m = bpf_map_lookup_elem(&marks, &peer);
	return m && m->flags & TH_FIN && s->ack == m->seq + m->len + 1;
}

/* A SYN knows the source port that SYN_SENT did not: identity, and the peer to follow. */
static __always_inline bool segment_syn_identity(struct sl_life *life, const struct sock *sk, __u64 now_ns)
{
	if (read_ident(&life->id, sk))
		emit_ident(life, now_ns);
	table_follow_peer(&life->id);
	return table_judge(life);
}

/* A TIME_WAIT socket answers the peer's FIN: its life has been told, its cookie lives on. */
static __always_inline void segment_tail_sent(const struct sl_segment *s, __u64 cookie)
{
	if (bpf_map_lookup_elem(&tails, &cookie) && segment_acks_fin(s))
		segment_emit(NULL, cookie, s, bpf_ktime_get_ns(), SL_EVF_OUT | SL_EVF_WIRE);
}

/* A pure ACK with the number before the first that is not acknowledged, into a closed window, and data that waits for it to open:
 * a probe (tcp_xmit_probe_skb()). One that finds nothing to wait is a keepalive. */
static __always_inline bool segment_is_probe(const struct sl_segment *s, const struct sock *sk)
{
	struct tcp_sock *tp = sl_cast(struct tcp_sock, sk);

	return !tp->snd_wnd && s->seq == tp->snd_una - 1 && tp->write_seq != tp->snd_nxt;
}

static __noinline int segment_window_sent(struct sl_life *life, const struct sl_segment *s, bool closed, __u64 now_ns)
{
	if (!life || !s || !sl_buffer_window_sent(life, closed, now_ns) || !cfg.events)
		return 0;
	segment_emit(life, life->id.cookie, s, now_ns, SL_EVF_OUT | SL_EVF_WIRE | SL_EVF_WINDOW);
	return 0;
}

/* What the segment says of windows: this end's own in its header, the peer's if it is a probe of it. */
static __always_inline void segment_window(struct sl_life *life, const struct sl_segment *s, const struct sock *sk,
					   __u8 state)
{
	bool closed = !s->window;

	if (s->flags & (TH_SYN | TH_RST) || !(s->flags & TH_ACK) || life->id.protocol != IPPROTO_TCP)
		return;
	if (closed || life->scratch.zero_sent_since_ns)
		segment_window_sent(life, s, closed, bpf_ktime_get_ns());
	if (cfg.probe_by_segment && !s->len && !(s->flags & TH_FIN) && state != SL_TCP_SYN_SENT &&
	    segment_is_probe(s, sk))
		sl_buffer_probe(life);
}

static __always_inline void segment_socket_sent(struct sl_segment *s, const struct sock *sk, __u8 state)
{
	__u64 cookie = read_cookie(sk), now_ns;
	struct sl_life *life = table_get(cookie);

	if (!life)
		return;
	segment_window(life, s, sk, state);
	if (state == SL_TCP_FIN_WAIT2 && segment_acks_fin(s))
		life->scratch.expect |= SL_EXPECT_FIN_ACK;
	if (!(s->flags & (TH_SYN | TH_FIN | TH_RST)) && !(life->scratch.expect & SL_EXPECT_ACKS))
		return;
	now_ns = bpf_ktime_get_ns();
	if (s->flags & TH_SYN && !segment_syn_identity(life, sk, now_ns))
		return;
	if (segment_step(life, s, now_ns))
		segment_emit(life, cookie, s, now_ns, SL_EVF_OUT | SL_EVF_WIRE);
}

static __always_inline int segment_sent(struct sk_buff *skb)
{
	__u32 l2_len = skb->network_header - (__u32)((char *)skb->data - (char *)skb->head);
	const struct sock *sk = skb->sk;
	struct sl_segment s;
	__u8 state;

	if (!sk || !segment_parse(&s, skb, (char *)skb->head + skb->network_header, skb->len - l2_len))
		return 0;
	s.flow.netns = read_netns(sk);
	state = sk->__sk_common.skc_state;
	if (state == SL_TCP_TIME_WAIT) {
		segment_tail_sent(&s, read_cookie(sk));
	} else if (state == SL_TCP_NEW_SYN_RECV) {
		segment_synack_sent(&s, bpf_ktime_get_ns());
	} else {
		segment_socket_sent(&s, sk, state);
	}
	return 0;
}

static __always_inline int segment_received(struct sk_buff *skb)
{
	struct sl_segment s;
	struct sl_mark m;

	if (!segment_parse(&s, skb, (char *)skb->data, skb->len))
		return 0;
	if (!(s.flags & (TH_SYN | TH_FIN | TH_RST)))
		return 0;
	s.flow.netns = skb->dev->nd_net.net->ns.inum;
	if (cfg.netns && s.flow.netns != cfg.netns)
		return 0;
	segment_to_mark(&m, &s, bpf_ktime_get_ns());
	bpf_map_update_elem(&marks, &s.flow, &m, BPF_ANY);
	return 0;
}

/* Which segment must have come for the state to change so; 0: none, or an event of its own tells it. */
static __always_inline __u16 segment_for_state(int old_state, int new_state)
{
	if (new_state == SL_TCP_ESTABLISHED && old_state == SL_TCP_SYN_SENT)
		return TH_SYN | TH_ACK;
	if (new_state == SL_TCP_SYN_RECV)
		return old_state == SL_TCP_SYN_SENT ? TH_SYN : TH_ACK;
	if (new_state == SL_TCP_CLOSE_WAIT || new_state == SL_TCP_CLOSING)
		return TH_FIN | TH_ACK;
	if (new_state == SL_TCP_FIN_WAIT2)
		return TH_ACK;
	if (new_state == SL_TCP_CLOSE && (old_state == SL_TCP_LAST_ACK || old_state == SL_TCP_CLOSING))
		return TH_ACK;
	return 0;
}

/* The device's view of that segment, if it left a mark and is the one. */
static __always_inline bool segment_take_mark(struct sl_segment *s, const struct sl_life *life, __u16 want,
					      __u64 *ts_ns)
{
	struct sl_flow_key own, peer;
	struct sl_mark *m;

	segment_flow_of(&own, &life->id);
	segment_reverse(&peer, &own);
	m = bpf_map_lookup_elem(&marks, &peer);
	if (!m || (m->flags & (TH_SYN | TH_FIN)) != (want & (TH_SYN | TH_FIN)))
		return false;
	segment_of_mark(s, m);
	*ts_ns = m->ts_ns;
	bpf_map_delete_elem(&marks, &peer);
	return true;
}

/* Better times for the steps that the mark belongs to. */
static __always_inline void segment_mark_times(struct sl_life *life, __u16 flags, __u64 ts_ns)
{
	if ((flags & (TH_SYN | TH_ACK)) == (TH_SYN | TH_ACK))
		life->handshake.synack_ns = ts_ns;
	if (flags & TH_FIN)
		life->close.fin_received_ns = ts_ns;
}

static __noinline int segment_in(struct sl_life *life, __u16 want, __u64 now_ns)
{
	__u32 evf = SL_EVF_IN;
	struct sl_segment s = {};

	if (!life)
		return 0;
	s.flags = want;
	if (want & (TH_SYN | TH_FIN) && segment_take_mark(&s, life, want, &now_ns)) {
		evf |= SL_EVF_WIRE;
		segment_mark_times(life, s.flags, now_ns);
	}
	segment_emit(life, life->id.cookie, &s, now_ns, evf);
	return 0;
}

/* The segment that made the state change, as an event of its socket. */
static __always_inline void segment_of_state(struct sl_life *life, int old_state, int new_state, __u64 now_ns)
{
	__u16 want = segment_for_state(old_state, new_state);

	if (new_state == SL_TCP_SYN_RECV && old_state == SL_TCP_LISTEN)
		segment_request_end(life);
	if (old_state == SL_TCP_FIN_WAIT2 && new_state == SL_TCP_CLOSE && life->close.flags & SL_CLF_FIN_RECEIVED)
		want = TH_FIN | TH_ACK;
	if (want)
		segment_in(life, want, now_ns);
}

#endif
