// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The scene of the fake source, as data: nginx opens its listener; curl connects over loopback, asks, gets 853 bytes
 * and closes first, so that its FIN is the first and its socket ends in TIME_WAIT, with the peer's FIN as a tail. The
 * figures are those of an ordinary x86-64 host, rounded. Steps are in time order, in microseconds from the start.
 */
#include "source_fake.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "../../core/base.h"
#include "decode.h"

#define AT(us) (SL_FAKE_START_NS + (us)*1000ULL)
#define WATCHED (((1ULL << SL_FACT_NR) - 1) & ~(SL_FACT_BIT(UDP_END) | SL_FACT_BIT(UNIX) | SL_FACT_BIT(DENIED)))

#define CURL 4242
#define NGINX 911
#define ISN_C 0x3a7c1e52u
#define ISN_S 0x91d04b77u
#define PORT_C 48122
#define PORT_S 8080
#define ASKED 78
#define ANSWERED 853
#define LOOPBACK                                                                                                       \
	{                                                                                                              \
		127, 0, 0, 1                                                                                           \
	}

#define FIN 0x01
#define SYN 0x02
#define ACK 0x10

#define ALL_KNOWN (SL_ID_OWNER | SL_ID_LOCAL | SL_ID_REMOTE | SL_ID_PARENT | SL_ID_ISN | SL_ID_CREATED | SL_ID_TYPE)
#define BORN (SL_ID_CREATED | SL_ID_TYPE)

#define TCP4 .netns = SL_FAKE_NETNS, .family = AF_INET, .type = SOCK_STREAM, .protocol = IPPROTO_TCP
#define OWNED_BY_CURL .pid = CURL, .tid = CURL, .uid = 1000, .cgroup_id = 7301, .comm = "curl"
#define OWNED_BY_NGINX .pid = NGINX, .tid = NGINX, .uid = 33, .cgroup_id = 2214, .comm = "nginx"
#define ONE_CALL(ns)                                                                                                   \
	{                                                                                                              \
		.count = 1, .timed = 1, .total_ns = (ns), .max_ns = (ns)                                               \
	}

#define LO_FLOW                                                                                                        \
	.min_rtt_us = 11, .snd_cwnd = 10, .snd_cwnd_max = 10, .ssthresh = 0x7fffffff, .mss = 32768, .snd_wscale = 7,   \
	.rcv_wscale = 7, .congestion = "cubic", .pacing_rate = ~0ULL, .segs_out = 6, .segs_in = 5, .data_segs_out = 1, \
	.data_segs_in = 1, .rcv_wnd = 65536, .snd_wnd = 65536
#define LO_BUFFERS                                                                                                     \
	{                                                                                                              \
		.rcvbuf = 131072, .sndbuf = 2626560, .rmem_max_seen = 2304, .wmem_max_seen = 2304                      \
	}
#define NODELAY                                                                                                        \
	{                                                                                                              \
		.level = IPPROTO_TCP, .name = TCP_NODELAY, .asked = 1, .in_force = 1,                                  \
		.known = SL_OPT_ASKED | SL_OPT_IN_FORCE | SL_OPT_RET                                                   \
	}
#define REUSEADDR                                                                                                      \
	{                                                                                                              \
		.level = SOL_SOCKET, .name = SO_REUSEADDR, .asked = 1, .in_force = 1,                                  \
		.known = SL_OPT_ASKED | SL_OPT_IN_FORCE | SL_OPT_RET                                                   \
	}

static const struct sl_life listener = {
	.id = { .cookie = SL_FAKE_LISTENER,
		.created_ns = AT(0),
		TCP4,
		OWNED_BY_NGINX,
		.role = SL_ROLE_LISTENER,
		.origin = SL_ORIGIN_CREATED,
		.known = BORN | SL_ID_OWNER | SL_ID_LOCAL,
		.lport = PORT_S,
		.laddr = LOOPBACK },
	.complete = { .watched = WATCHED, .flags = SL_LIFE_OPEN, .events = 6 },
	.buffers = { .rcvbuf = 131072, .sndbuf = 16384 },
	.calls = { .call = { [SL_CALL_SOCKET] = ONE_CALL(4000),
			     [SL_CALL_SETSOCKOPT] = ONE_CALL(1000),
			     [SL_CALL_BIND] = ONE_CALL(3000),
			     [SL_CALL_LISTEN] = ONE_CALL(9000),
			     [SL_CALL_ACCEPT] = ONE_CALL(5000) },
		   .option = { REUSEADDR },
		   .options = 1,
		   .backlog = 511,
		   .backlog_in_force = 511 },
};

static const struct sl_life client = {
	.id = { .cookie = SL_FAKE_CLIENT,
		.created_ns = AT(5000),
		TCP4,
		OWNED_BY_CURL,
		.role = SL_ROLE_CLIENT,
		.origin = SL_ORIGIN_CREATED,
		.known = ALL_KNOWN & ~SL_ID_PARENT,
		.lport = PORT_C,
		.rport = PORT_S,
		.laddr = LOOPBACK,
		.raddr = LOOPBACK,
		.isn_local = ISN_C,
		.isn_remote = ISN_S },
	.complete = { .watched = WATCHED, .events = 17 },
	.handshake = { .begin_ns = AT(5030),
		       .syn_ns = AT(5036),
		       .synack_ns = AT(5047),
		       .ack_ns = AT(5054),
		       .done_ns = AT(5050),
		       .rtt_us = 11,
		       .outcome = SL_HS_ESTABLISHED,
		       .flags = SL_HSF_ASYNC },
	.close = { .fin_sent_ns = AT(5234),
		   .fin_acked_ns = AT(5247),
		   .end_ns = AT(5252),
		   .class_ = SL_CLOSE_ACTIVE,
		   .flags = SL_CLF_TIME_WAIT | SL_CLF_TAIL_PENDING | SL_CLF_ORPHAN | SL_CLF_FIN_SENT,
		   .last_state = SL_TCP_FIN_WAIT2 },
	.flow = { .bytes_sent = ASKED,
		  .bytes_acked = ASKED,
		  .bytes_received = ANSWERED,
		  .busy_us = 14,
		  .srtt_us = 13,
		  .rttvar_us = 6,
		  .delivery_rate = 2978909090ULL,
		  LO_FLOW },
	.buffers = LO_BUFFERS,
	.calls = { .call = { [SL_CALL_SOCKET] = ONE_CALL(6000),
			     [SL_CALL_SETSOCKOPT] = ONE_CALL(1000),
			     [SL_CALL_CONNECT] = { .count = 1,
						   .errors = 1,
						   .timed = 1,
						   .total_ns = 38000,
						   .max_ns = 38000,
						   .last_errno = EINPROGRESS },
			     [SL_CALL_SEND] = ONE_CALL(21000),
			     [SL_CALL_RECV] = ONE_CALL(4000),
			     [SL_CALL_CLOSE] = ONE_CALL(28000) },
		   .err = { { SL_CALL_CONNECT, EINPROGRESS, 1 } },
		   .send_bytes = ASKED,
		   .recv_bytes = ANSWERED,
		   .option = { NODELAY },
		   .options = 1,
		   .send_hist = { [3] = 1 },
		   .recv_hist = { [4] = 1 } },
	.scratch = { .half_closed_since_ns = AT(5234), .half_closed_bytes_at = ASKED + ANSWERED },
};

static const struct sl_life server = {
	.id = { .cookie = SL_FAKE_SERVER,
		.parent = SL_FAKE_LISTENER,
		.created_ns = AT(5058),
		TCP4,
		OWNED_BY_NGINX,
		.role = SL_ROLE_SERVER,
		.origin = SL_ORIGIN_ACCEPTED,
		.known = ALL_KNOWN,
		.lport = PORT_S,
		.rport = PORT_C,
		.laddr = LOOPBACK,
		.raddr = LOOPBACK,
		.isn_local = ISN_S,
		.isn_remote = ISN_C },
	.complete = { .watched = WATCHED, .events = 17 },
	.handshake = { .begin_ns = AT(5039),
		       .syn_ns = AT(5039),
		       .synack_ns = AT(5043),
		       .ack_ns = AT(5058),
		       .done_ns = AT(5060),
		       .accept_ns = AT(5090),
		       .accept_queue = 1,
		       .rtt_us = 15,
		       .outcome = SL_HS_ESTABLISHED,
		       .flags = SL_HSF_ACCEPTED },
	.close = { .fin_sent_ns = AT(5304),
		   .fin_acked_ns = AT(5313),
		   .fin_received_ns = AT(5238),
		   .fin_ack_sent_ns = AT(5243),
		   .end_ns = AT(5315),
		   .half_closed_ns = 66000,
		   .class_ = SL_CLOSE_PASSIVE,
		   .flags = SL_CLF_ORPHAN | SL_CLF_FIN_SENT | SL_CLF_FIN_RECEIVED,
		   .last_state = SL_TCP_LAST_ACK },
	.flow = { .bytes_sent = ANSWERED,
		  .bytes_acked = ANSWERED,
		  .bytes_received = ASKED,
		  .busy_us = 16,
		  .srtt_us = 15,
		  .rttvar_us = 7,
		  .delivery_rate = 2184533333ULL,
		  LO_FLOW },
	.buffers = LO_BUFFERS,
	.calls = { .call = { [SL_CALL_ACCEPT] = ONE_CALL(5000),
			     [SL_CALL_SEND] = ONE_CALL(24000),
			     [SL_CALL_RECV] = { .count = 2, .timed = 2, .total_ns = 5000, .max_ns = 3000 },
			     [SL_CALL_CLOSE] = ONE_CALL(19000) },
		   .send_bytes = ANSWERED,
		   .recv_bytes = ASKED,
		   .send_hist = { [4] = 1 },
		   .recv_hist = { [0] = 1, [3] = 1 } },
};

struct step {
	uint32_t us;
	uint16_t type;
	const struct sl_life *who;
	uint32_t known; /* identity: what of it */
	struct sl_event ev;
};

#define IDENT(us_, who_, known_)                                                                                       \
	{                                                                                                              \
		.us = us_, .type = SL_REC_IDENT, .who = &who_, .known = known_                                         \
	}
#define LIFE(us_, who_)                                                                                                \
	{                                                                                                              \
		.us = us_, .type = SL_REC_LIFE, .who = &who_                                                           \
	}
#define EVENT(us_, who_, ...)                                                                                          \
	{                                                                                                              \
		.us = us_, .type = SL_REC_EVENT, .who = &who_, .ev = { __VA_ARGS__ }                                   \
	}
#define TIMED(pid_, ret_, us_) .flags = SL_EVF_TIMED, .ret = ret_, .pid = pid_, .tid = pid_, .dur_ns = (us_)*1000ULL
#define CALL(us_, who_, pid_, ret_, dur_, call_, ...)                                                                  \
	EVENT(us_, who_, .kind = SL_EV_CALL, TIMED(pid_, ret_, dur_), .call = { SL_CALL_##call_, __VA_ARGS__ })
#define IO(us_, who_, pid_, bytes_, dur_, call_)                                                                       \
	EVENT(us_, who_, .kind = SL_EV_CALL, TIMED(pid_, bytes_, dur_), .io = { SL_CALL_##call_, 0, bytes_, 0 })
#define OPTION(us_, who_, pid_, ...)                                                                                   \
	EVENT(us_, who_, .kind = SL_EV_OPTION, TIMED(pid_, 0, 1), .option = { .opt = __VA_ARGS__ })
#define STATE(us_, who_, from_, to_)                                                                                   \
	EVENT(us_, who_, .kind = SL_EV_STATE, .state = { SL_TCP_##from_, SL_TCP_##to_, { 0 } })
#define OUTCOME(us_, who_) EVENT(us_, who_, .kind = SL_EV_OUTCOME, .state = { 0, SL_HS_ESTABLISHED, { 0 } })
#define WIRE(kind_, dir_, seq_, ack_, flags_, window_, state_)                                                         \
	.kind = kind_, .flags = SL_EVF_WIRE | SL_EVF_##dir_,                                                           \
	.segment = { seq_, ack_, 0, flags_, window_, 0, SL_TCP_##state_ }
#define LATE(us_, who_, dir_, seq_, ack_, flags_, window_)                                                             \
	EVENT(us_, who_, .kind = SL_EV_SEGMENT, .flags = SL_EVF_WIRE | SL_EVF_LATE | SL_EVF_##dir_,                    \
	      .segment = { seq_, ack_, 0, flags_, window_, 0, SL_TCP_NEW_SYN_RECV })
#define SEG(us_, who_, ...) EVENT(us_, who_, WIRE(SL_EV_SEGMENT, __VA_ARGS__))

#define FIN_C (ISN_C + 1 + ASKED)
#define FIN_S (ISN_S + 1 + ANSWERED)

static const struct step steps[] = {
	IDENT(0, listener, BORN | SL_ID_OWNER),
	CALL(4, listener, NGINX, 6, 4, SOCKET, 6, 0, 0),
	OPTION(12, listener, NGINX, REUSEADDR),
	IDENT(20, listener, BORN | SL_ID_OWNER | SL_ID_LOCAL),
	CALL(23, listener, NGINX, 0, 3, BIND, 0, 0, 0),
	STATE(31, listener, CLOSE, LISTEN),
	CALL(40, listener, NGINX, 0, 9, LISTEN, 511, 0, 0),

	IDENT(5000, client, BORN | SL_ID_OWNER),
	CALL(5006, client, CURL, 5, 6, SOCKET, 5, 0, 0),
	OPTION(5010, client, CURL, NODELAY),
	IDENT(5029, client, BORN | SL_ID_OWNER | SL_ID_LOCAL | SL_ID_REMOTE),
	STATE(5030, client, CLOSE, SYN_SENT),
	SEG(5036, client, OUT, ISN_C, 0, SYN, 65495, SYN_SENT),
	IDENT(5038, server, SL_ID_TYPE | SL_ID_LOCAL | SL_ID_REMOTE | SL_ID_PARENT),
	LATE(5039, server, IN, ISN_C, 0, SYN, 65495),
	LATE(5043, server, OUT, ISN_S, ISN_C + 1, SYN | ACK, 65483),
	SEG(5047, client, IN, ISN_S, ISN_C + 1, SYN | ACK, 65483, SYN_SENT),
	IDENT(5049, client, ALL_KNOWN & ~SL_ID_PARENT),
	STATE(5050, client, SYN_SENT, ESTABLISHED),
	OUTCOME(5051, client),
	SEG(5054, client, OUT, ISN_C + 1, ISN_S + 1, ACK, 512, ESTABLISHED),
	IDENT(5057, server, ALL_KNOWN & ~SL_ID_OWNER),
	SEG(5058, server, IN, ISN_C + 1, ISN_S + 1, ACK, 512, SYN_RECV),
	STATE(5060, server, SYN_RECV, ESTABLISHED),
	OUTCOME(5061, server),
	CALL(5068, client, CURL, -EINPROGRESS, 38, CONNECT, 0, 0, 0),
	IDENT(5089, server, ALL_KNOWN),
	CALL(5090, listener, NGINX, 9, 5, ACCEPT, 9, SL_FAKE_SERVER, 30000),
	CALL(5091, server, NGINX, 9, 5, ACCEPT, 9, SL_FAKE_LISTENER, 30000),

	IO(5110, client, CURL, ASKED, 21, SEND),
	IO(5125, server, NGINX, ASKED, 3, RECV),
	IO(5180, server, NGINX, ANSWERED, 24, SEND),
	IO(5210, client, CURL, ANSWERED, 4, RECV),

	STATE(5230, client, ESTABLISHED, FIN_WAIT1),
	SEG(5234, client, OUT, FIN_C, FIN_S, FIN | ACK, 512, FIN_WAIT1),
	SEG(5238, server, IN, FIN_C, FIN_S, FIN | ACK, 512, ESTABLISHED),
	STATE(5240, server, ESTABLISHED, CLOSE_WAIT),
	SEG(5243, server, OUT, FIN_S, FIN_C + 1, ACK, 512, CLOSE_WAIT),
	SEG(5247, client, IN, FIN_S, FIN_C + 1, ACK, 512, FIN_WAIT1),
	STATE(5249, client, FIN_WAIT1, FIN_WAIT2),
	STATE(5252, client, FIN_WAIT2, CLOSE),
	CALL(5256, client, CURL, 0, 28, CLOSE, 5, 0, 0),
	LIFE(5258, client),

	IO(5290, server, NGINX, 0, 2, RECV),
	STATE(5300, server, CLOSE_WAIT, LAST_ACK),
	SEG(5304, server, OUT, FIN_S, FIN_C + 1, FIN | ACK, 512, LAST_ACK),
	EVENT(5308, client, WIRE(SL_EV_TAIL, IN, FIN_S, FIN_C + 1, FIN | ACK, 512, TIME_WAIT)),
	SEG(5310, client, OUT, FIN_C + 1, FIN_S + 1, ACK, 512, TIME_WAIT),
	SEG(5313, server, IN, FIN_C + 1, FIN_S + 1, ACK, 512, LAST_ACK),
	STATE(5315, server, LAST_ACK, CLOSE),
	CALL(5319, server, NGINX, 0, 19, CLOSE, 9, 0, 0),
	LIFE(5322, server),

	LIFE(6000, listener),
};

/* The identity as it was when only this much of it was known. */
static void fill_ident(struct sl_ident *id, const struct sl_ident *all, uint32_t known)
{
	*id = *all;
	id->known = known;
	if (!(known & SL_ID_OWNER)) {
		id->pid = id->tid = id->uid = 0;
		id->cgroup_id = 0;
		memset(id->comm, 0, sizeof(id->comm));
	}
	if (!(known & SL_ID_LOCAL)) {
		id->lport = 0;
		memset(id->laddr, 0, sizeof(id->laddr));
	}
	if (!(known & SL_ID_REMOTE)) {
		id->rport = 0;
		memset(id->raddr, 0, sizeof(id->raddr));
	}
	if (!(known & (SL_ID_LOCAL | SL_ID_REMOTE)))
		id->role = SL_ROLE_NONE;
	if (!(known & SL_ID_ISN))
		id->isn_local = id->isn_remote = 0;
}

static void fill(union sl_any_rec *any, const struct step *step)
{
	memset(any, 0, sizeof(*any));
	switch (step->type) {
	case SL_REC_IDENT:
		any->rec.len = sizeof(any->ident);
		fill_ident(&any->ident.id, &step->who->id, step->known);
		break;
	case SL_REC_EVENT:
		any->event = step->ev;
		any->rec.len = sizeof(any->event);
		break;
	default: any->rec.len = sizeof(any->life); any->life.life = *step->who;
	}
	any->rec.type = step->type;
	any->rec.cookie = step->who->id.cookie;
	any->rec.ts_ns = AT(step->us);
}

int sl_fake_scene(sl_record_fn fn, void *ctx)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		union sl_any_rec any;
		int ret;

		fill(&any, &steps[i]);
		any.rec.seq = i;
		ret = fn(ctx, &any.rec);
		if (ret < 0)
			return ret;
	}
	return 0;
}
