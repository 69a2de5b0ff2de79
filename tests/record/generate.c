// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recording of any length: generate LIVES FILE [events|slow|hostile]. Connections between a few programs and servers, one end of
 * each seen; times, sizes and round trips spread as on real networks (log-normal), ports and sequence numbers random, a few
 * in a hundred failing. With "events", the states and segments of each life and the times of calls as well; with
 * "slow", handshakes that take half as long again, and a new program; with "hostile", programs with evil names. Prints the
 * records and the bytes that they had unpacked.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../../core/base.h"
#include "../../userspace/lib/savefile.h"

#define US 1000ULL

static const char *const programs[] = {
	"curl", "nginx", "postgres", "java", "python3", "envoy", "redis-server", "node"
};
static struct sl_savefile *file;
static uint64_t now_ns = 3600000000000ULL, seed = 88172645463325252ULL, records, bytes, cookie = 4096, seq[2];
static const char *const evil[] = { "<script>a()", "</script><", "'\"><img src=x", "<!--<script",
				    "&amp;\"'`=",  "]]>\\u003c", "=cmd|'/C'!A0",   "\x1b[31m\xff\xfe" };
static bool with_events, slow, hostile;

static uint64_t dice(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static double uniform(void)
{
	return ((double)(dice() >> 11) + 1) / 9007199254740994.0;
}

/* Median and spread (a factor). */
static uint64_t spread(double median, double factor)
{
	double normal = sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());

	return (uint64_t)(median * exp(normal * log(factor)));
}

/* Records wait here, by time, until nothing earlier can come: a source's records are in order. */
static struct sl_rec **heap;
static size_t waiting, room;

static void swap(size_t a, size_t b)
{
	struct sl_rec *kept = heap[a];

	heap[a] = heap[b];
	heap[b] = kept;
}

static void wait_in_heap(struct sl_rec *rec)
{
	size_t at = waiting++;

	if (waiting > room) {
		room = room ? room * 2 : 1024;
		heap = reallocarray(heap, room, sizeof(*heap));
		if (!heap)
			abort();
	}
	heap[at] = rec;
	for (; at && heap[at]->ts_ns < heap[(at - 1) / 2]->ts_ns; at = (at - 1) / 2)
		swap(at, (at - 1) / 2);
}

static struct sl_rec *take_first(void)
{
	struct sl_rec *first = heap[0];
	size_t at = 0, least;

	heap[0] = heap[--waiting];
	for (;; at = least) {
		least = 2 * at + 1;
		if (least >= waiting)
			return first;
		if (least + 1 < waiting && heap[least + 1]->ts_ns < heap[least]->ts_ns)
			least++;
		if (heap[at]->ts_ns <= heap[least]->ts_ns)
			return first;
		swap(at, least);
	}
}

static void write_until(uint64_t ts_ns)
{
	struct sl_error err;

	while (waiting && heap[0]->ts_ns < ts_ns) {
		struct sl_rec *rec = take_first();

		rec->seq = ++seq[rec->cpu];
		if (sl_savefile_record(file, rec, &err)) {
			fprintf(stderr, "generate: %s\n", err.what);
			exit(1);
		}
		records++;
		bytes += rec->len;
		free(rec);
	}
}

static void put(const struct sl_rec *from, uint32_t len, uint16_t type, uint64_t ts_ns, uint64_t whose)
{
	struct sl_rec *rec = malloc(len);

	if (!rec)
		abort();
	memcpy(rec, from, len);
	rec->len = len;
	rec->type = type;
	rec->cpu = dice() % 8 ? 0 : 1;
	rec->ts_ns = ts_ns;
	rec->cookie = whose;
	wait_in_heap(rec);
}

static void put_state(const struct sl_life *l, uint64_t ts_ns, uint32_t from, uint32_t to)
{
	struct sl_event ev = { .kind = SL_EV_STATE, .state = { from, to, { 0 } } };

	put(&ev.rec, sizeof(ev), SL_REC_EVENT, ts_ns, l->id.cookie);
}

static void put_segment(const struct sl_life *l, uint64_t ts_ns, unsigned way, uint16_t flags, uint32_t at)
{
	bool out = way == SL_EVF_OUT;
	struct sl_event ev = { .kind = SL_EV_SEGMENT, .flags = (uint16_t)(SL_EVF_WIRE | way) };

	ev.segment.seq = (out ? l->id.isn_local : l->id.isn_remote) + at;
	ev.segment.ack = (out ? l->id.isn_remote : l->id.isn_local) + at;
	ev.segment.flags = flags;
	ev.segment.window = 502;
	put(&ev.rec, sizeof(ev), SL_REC_EVENT, ts_ns, l->id.cookie);
}

static void put_events(const struct sl_life *l)
{
	const struct sl_handshake *hs = &l->handshake;
	const struct sl_close *c = &l->close;
	struct sl_ident_rec ident = { .id = l->id };

	put(&ident.rec, sizeof(ident), SL_REC_IDENT, l->id.created_ns, l->id.cookie);
	put_state(l, hs->begin_ns, SL_TCP_CLOSE, SL_TCP_SYN_SENT);
	put_segment(l, hs->syn_ns, SL_EVF_OUT, 2, 0);
	if (hs->outcome != SL_HS_ESTABLISHED)
		return;
	put_segment(l, hs->synack_ns, SL_EVF_IN, 18, 0);
	put_state(l, hs->done_ns, SL_TCP_SYN_SENT, SL_TCP_ESTABLISHED);
	put_segment(l, hs->ack_ns, SL_EVF_OUT, 16, 1);
	put_state(l, c->fin_sent_ns, SL_TCP_ESTABLISHED, SL_TCP_FIN_WAIT1);
	put_segment(l, c->fin_sent_ns + 1100, SL_EVF_OUT, 17, 900);
	put_segment(l, c->fin_acked_ns, SL_EVF_IN, 16, 901);
	put_state(l, c->fin_acked_ns + 900, SL_TCP_FIN_WAIT1, SL_TCP_FIN_WAIT2);
	put_segment(l, c->fin_received_ns, SL_EVF_IN, 17, 901);
	put_segment(l, c->fin_ack_sent_ns, SL_EVF_OUT, 16, 902);
	put_state(l, c->end_ns, SL_TCP_FIN_WAIT2, SL_TCP_CLOSE);
}

static void identify(struct sl_life *l, unsigned program)
{
	struct sl_ident *id = &l->id;

	id->cookie = cookie += 1 + dice() % 3;
	id->netns = 4026531840u;
	id->known = SL_ID_OWNER | SL_ID_LOCAL | SL_ID_REMOTE | SL_ID_ISN | SL_ID_CREATED | SL_ID_TYPE;
	id->pid = id->tid = program < 2 ? (uint32_t)(20000 + cookie / 5 % 10000) : 1000 + program * 17;
	id->uid = 33 + program;
	id->cgroup_id = 2000 + program * 91;
	id->family = AF_INET;
	id->type = SOCK_STREAM;
	id->protocol = IPPROTO_TCP;
	id->role = SL_ROLE_CLIENT;
	id->origin = SL_ORIGIN_CREATED;
	id->created_ns = now_ns;
	strncpy(id->comm,
		hostile                    ? evil[program]
		: slow && dice() % 50 == 0 ? "newcomer"
					   : programs[program],
		sizeof(id->comm) - 1);
	id->lport = (uint16_t)(32768 + dice() % 28232);
	id->rport = (uint16_t)(8000 + program * 10);
	memcpy(id->laddr, (const uint8_t[]){ 10, 0, 0, 5 }, 4);
	memcpy(id->raddr, (const uint8_t[]){ 10, 0, 1, (uint8_t)(dice() % 40) }, 4);
	id->isn_local = (uint32_t)dice();
	id->isn_remote = (uint32_t)dice();
	l->complete.watched = (1ULL << 32) - 1;
}

static void shake(struct sl_life *l, uint64_t rtt_ns)
{
	struct sl_handshake *hs = &l->handshake;
	unsigned luck = dice() % 1000;

	hs->begin_ns = now_ns + spread(12 * US, 1.4);
	hs->syn_ns = hs->begin_ns + spread(6 * US, 1.2);
	hs->synack_ns = hs->syn_ns + rtt_ns;
	hs->done_ns = hs->synack_ns + spread(3 * US, 1.3);
	hs->outcome = luck < 15 ? SL_HS_REFUSED : luck < 20 ? SL_HS_TIMED_OUT : SL_HS_ESTABLISHED;
	if (luck < 20) {
		hs->err = luck < 15 ? ECONNREFUSED : ETIMEDOUT;
		if (luck >= 15) {
			hs->done_ns = hs->syn_ns + 7 * 1000000 * US;
			hs->syn_retrans = 2;
			l->errors.retrans = 2;
		}
		hs->synack_ns = 0;
		l->close.class_ = SL_CLOSE_UNCONNECTED;
		l->close.end_ns = hs->done_ns + spread(9 * US, 1.5);
		l->id.known &= ~SL_ID_ISN;
		l->id.isn_local = l->id.isn_remote = 0;
		return;
	}
	hs->ack_ns = hs->done_ns + spread(5 * US, 1.2);
	hs->rtt_us = (uint32_t)(rtt_ns / US);
}

static void talk(struct sl_life *l, uint64_t rtt_ns)
{
	struct sl_flow *f = &l->flow;
	struct sl_close *c = &l->close;
	uint64_t life_ns = spread(30000 * US, 6);

	f->bytes_sent = f->bytes_acked = spread(400, 2);
	f->bytes_received = spread(8000, 5);
	f->data_segs_out = 1 + (uint32_t)f->bytes_sent / 1448;
	f->data_segs_in = 1 + (uint32_t)f->bytes_received / 1448;
	f->segs_out = f->data_segs_out + f->data_segs_in / 2 + 3;
	f->segs_in = f->data_segs_in + f->data_segs_out + 2;
	f->srtt_us = (uint32_t)(rtt_ns / US + dice() % 40);
	f->rttvar_us = f->srtt_us / 3 + (uint32_t)(dice() % 20);
	f->min_rtt_us = (uint32_t)(rtt_ns / US);
	f->snd_cwnd = f->snd_cwnd_max = 10;
	f->ssthresh = 0x7fffffff;
	f->mss = 1448;
	f->rcv_wnd = 64256;
	f->snd_wnd = 65160;
	f->snd_wscale = f->rcv_wscale = 7;
	memcpy(f->congestion, "cubic", 5);
	f->pacing_rate =
		(uint64_t)10 * 1448 * 16000000 / (f->srtt_us * 8 + dice() % 8); /* the kernel's RTT is in 1/8 us */
	f->delivery_rate = f->data_segs_out * 1448000000ULL / (rtt_ns / US + dice() % 60);
	f->busy_us = rtt_ns / US + dice() % 100;
	l->errors.retrans = dice() % 50 ? 0 : 1;
	c->fin_sent_ns = l->handshake.done_ns + life_ns;
	c->fin_acked_ns = c->fin_sent_ns + rtt_ns + spread(9 * US, 1.5);
	c->fin_received_ns = c->fin_acked_ns + spread(60 * US, 2);
	c->fin_ack_sent_ns = c->fin_received_ns + spread(4 * US, 1.2);
	c->half_closed_ns = c->fin_received_ns - c->fin_sent_ns;
	c->end_ns = c->fin_ack_sent_ns + spread(2 * US, 1.2);
	c->class_ = SL_CLOSE_ACTIVE;
	c->flags = SL_CLF_FIN_SENT | SL_CLF_FIN_RECEIVED | SL_CLF_TIME_WAIT;
	c->last_state = SL_TCP_FIN_WAIT2;
	l->scratch.half_closed_since_ns = c->fin_sent_ns;
}

static void call(struct sl_life *l, unsigned which, double median_us)
{
	struct sl_call *c = &l->calls.call[which];

	c->count = 1;
	if (!with_events) /* how long calls took is known from level calls on */
		return;
	c->timed = 1;
	c->total_ns = c->max_ns = spread(median_us * 1000, 1.4);
}

static void live(void)
{
	unsigned program = dice() % 4 ? dice() % 3 : dice() % 8;
	struct sl_life_rec rec = { 0 };
	struct sl_life *l = &rec.life;
	uint64_t rtt_ns = spread(slow ? 600 * US : 400 * US, 2);

	identify(l, program);
	shake(l, rtt_ns);
	call(l, SL_CALL_SOCKET, 6);
	call(l, SL_CALL_CONNECT, 30);
	call(l, SL_CALL_CLOSE, 15);
	if (l->handshake.outcome == SL_HS_ESTABLISHED)
		talk(l, rtt_ns);
	l->complete.events = with_events ? 12 : 0;
	if (with_events)
		put_events(l);
	put(&rec.rec, sizeof(rec), SL_REC_LIFE, l->close.end_ns, l->id.cookie);
	now_ns += spread(300 * US, 2);
	write_until(now_ns);
}

int main(int argc, char **argv)
{
	struct sl_config config = { .level = SL_LEVEL_LIFE };
	struct sl_stats stats = { .watched = (1ULL << 32) - 1 };
	struct sl_error err;
	unsigned long lives = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;

	if (!lives) {
		fprintf(stderr, "usage: generate LIVES FILE [events|slow|hostile]\n");
		return 2;
	}
	with_events = argc > 3 && !strcmp(argv[3], "events");
	slow = argc > 3 && !strcmp(argv[3], "slow");
	hostile = argc > 3 && !strcmp(argv[3], "hostile");
	if (with_events)
		config.level = SL_LEVEL_CALLS;
	if (sl_savefile_create(&file, argv[2], &config, stats.watched, &err))
		goto err_say;
	while (lives--)
		live();
	write_until(UINT64_MAX);
	free(heap);
	if (sl_savefile_finish(file, &stats, &err))
		goto err_say;
	printf("%" PRIu64 " records, %" PRIu64 " bytes unpacked\n", records, bytes);
	return 0;

err_say:
	fprintf(stderr, "generate: %s\n", err.what);
	return 1;
}
