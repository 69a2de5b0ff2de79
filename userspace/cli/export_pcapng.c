// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcapng (draft-ietf-opsawg-pcapng): the segments that begin, end and repair connections, as raw IP packets, each with a
 * comment that says whose socket it was. Headers are rebuilt from what the kernel told: no options, and payload is never
 * captured, so a packet that had some is shorter here than it was. A segment between two sockets of this host is written
 * once, as it was sent. Each network namespace is an interface.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "names.h"
#include "words.h"

#define LINKTYPE_RAW 101
#define INTERFACES_MAX 1024
#define TCP_HEADER 20
#define PACKET_MAX (40 + TCP_HEADER)

enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };
enum { OPTION_END = 0, OPTION_COMMENT = 1, OPTION_NAME = 2, OPTION_OS = 3, OPTION_APPLICATION = 4 };
enum { OPTION_FLAGS = 2, OPTION_RESOLUTION = 9 };

struct pcapng {
	uint32_t netns[INTERFACES_MAX];
	unsigned interfaces;
	size_t used;
	uint8_t block[4096];
};

static void put(struct pcapng *p, const void *bytes, size_t size)
{
	memcpy(p->block + p->used, bytes, size);
	p->used += size;
}

static void put32(struct pcapng *p, uint32_t v)
{
	put(p, &v, sizeof(v));
}

static void put16(struct pcapng *p, uint16_t v)
{
	put(p, &v, sizeof(v));
}

static void pad(struct pcapng *p)
{
	while (p->used % 4)
		p->block[p->used++] = 0;
}

static void put_option(struct pcapng *p, uint16_t code, const void *value, size_t size)
{
	put16(p, code);
	put16(p, (uint16_t)size);
	put(p, value, size);
	pad(p);
}

static void begin_block(struct pcapng *p, uint32_t type)
{
	p->used = 0;
	put32(p, type);
	put32(p, 0); /* its length, when it is known */
}

static void end_block(struct pcapng *p, FILE *out)
{
	uint32_t length = (uint32_t)p->used + 4;

	put32(p, length);
	memcpy(p->block + 4, &length, sizeof(length));
	fwrite(p->block, 1, p->used, out);
}

static void put_text_option(struct pcapng *p, uint16_t code, const char *text)
{
	if (*text)
		put_option(p, code, text, strlen(text));
}

static void begin(struct run *run)
{
	struct export *x = export_of(run);
	struct pcapng *p = calloc(1, sizeof(*p));
	char text[256];

	x->state = p;
	if (!p) {
		export_fail(run, -ENOMEM, "export: no memory", NULL);
		return;
	}
	begin_block(p, BLOCK_SECTION);
	put32(p, 0x1a2b3c4d);
	put16(p, 1);
	put16(p, 0);
	put32(p, 0xffffffff); /* the section's length is not told */
	put32(p, 0xffffffff);
	snprintf(text, sizeof(text), "segments of handshake, close and repair; filter: %.100s",
		 *run->filter ? run->filter : "none");
	put_text_option(p, OPTION_COMMENT, text);
	snprintf(text, sizeof(text), "Linux %.64s", run->host.kernel);
	put_text_option(p, OPTION_OS, text);
	put_text_option(p, OPTION_APPLICATION, "socklife " SL_VERSION);
	put_option(p, OPTION_END, "", 0);
	end_block(p, run->out);
}

static void add_interface(struct pcapng *p, FILE *out, uint32_t netns)
{
	const uint8_t nanoseconds = 9;
	char name[32];

	begin_block(p, BLOCK_INTERFACE);
	put16(p, LINKTYPE_RAW);
	put16(p, 0);
	put32(p, 0); /* snap length: no limit */
	snprintf(name, sizeof(name), "netns-%u", netns);
	put_text_option(p, OPTION_NAME, name);
	put_option(p, OPTION_RESOLUTION, &nanoseconds, 1);
	put_option(p, OPTION_END, "", 0);
	end_block(p, out);
	p->netns[p->interfaces++] = netns;
}

/* Returns its number, or -1: too many. */
static int find_interface(struct pcapng *p, FILE *out, uint32_t netns)
{
	for (unsigned i = 0; i < p->interfaces; i++) {
		if (p->netns[i] == netns)
			return (int)i;
	}
	if (p->interfaces == INTERFACES_MAX)
		return -1;
	add_interface(p, out, netns);
	return (int)p->interfaces - 1;
}

static uint32_t sum16(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return sum;
}

static void put_be16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put_be32(uint8_t *p, uint32_t v)
{
	put_be16(p, v >> 16);
	put_be16(p + 2, v & 0xffff);
}

static void put_checksum(uint8_t *p, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put_be16(p, ~sum & 0xffff);
}

struct ends {
	const uint8_t *src, *dst;
	uint16_t sport, dport;
	size_t size; /* of an address */
};

/* The IP header. Returns its size. */
static size_t build_ip(uint8_t *b, const struct ends *e, uint32_t payload)
{
	size_t header = e->size == 4 ? 20 : 40;

	if (payload > 65535 - header)
		payload = 65535 - (uint32_t)header; /* segmentation offload: it was several packets on the wire */
	if (e->size == 4) {
		b[0] = 0x45;
		put_be16(b + 2, 20 + payload);
		b[6] = 0x40; /* don't fragment */
		b[8] = 64;
		b[9] = IPPROTO_TCP;
		memcpy(b + 12, e->src, 4);
		memcpy(b + 16, e->dst, 4);
		put_checksum(b + 10, sum16(b, 20));
	} else {
		b[0] = 0x60;
		put_be16(b + 4, payload);
		b[6] = IPPROTO_TCP;
		b[7] = 64;
		memcpy(b + 8, e->src, 16);
		memcpy(b + 24, e->dst, 16);
	}
	return header;
}

static void build_tcp(uint8_t *b, const struct ends *e, const struct sl_ev_segment *s)
{
	put_be16(b, e->sport);
	put_be16(b + 2, e->dport);
	put_be32(b + 4, s->seq);
	put_be32(b + 8, s->flags & 0x10 ? s->ack : 0);
	b[12] = TCP_HEADER / 4 << 4;
	b[13] = (uint8_t)s->flags;
	put_be16(b + 14, s->window);
	if (!s->len) /* else the sum covers what is not here */
		put_checksum(b + 16, sum16(e->src, e->size) + sum16(e->dst, e->size) + IPPROTO_TCP + TCP_HEADER +
					     sum16(b, TCP_HEADER));
}

static size_t build_packet(uint8_t b[PACKET_MAX], const struct sl_event *ev, const struct sl_ident *id)
{
	bool out = ev->flags & SL_EVF_OUT;
	struct ends e = {
		.src = out ? id->laddr : id->raddr,
		.dst = out ? id->raddr : id->laddr,
		.sport = out ? id->lport : id->rport,
		.dport = out ? id->rport : id->lport,
		.size = id->family == AF_INET ? 4 : 16,
	};
	size_t header;

	memset(b, 0, PACKET_MAX);
	header = build_ip(b, &e, TCP_HEADER + ev->segment.len);
	build_tcp(b + header, &e, &ev->segment);
	return header + TCP_HEADER;
}

static void put_comment(struct pcapng *p, const struct sl_event *ev, const struct sl_ident *id)
{
	const char *state = sl_name_state(ev->segment.tcp_state);
	struct text t;

	text_init(&t);
	if (id->known & SL_ID_OWNER) {
		text_add(&t, "pid=%u comm=", id->pid);
		text_add_foreign(&t, id->comm, sizeof(id->comm));
		text_add(&t, " uid=%u ", id->uid);
	}
	text_add(&t, "sock=%" PRIx64 " netns=%u", (uint64_t)id->cookie, id->netns);
	if (id->role)
		text_add(&t, " role=%s", sl_name_role(id->role));
	if (state)
		text_add(&t, " state=%s", state);
	if (ev->kind == SL_EV_RETRANS)
		text_add(&t, " retransmission=%u", ev->segment.count);
	if (ev->segment.len)
		text_add(&t, " payload=%u (not captured)", ev->segment.len);
	put_text_option(p, OPTION_COMMENT, t.s);
}

static void put_packet(struct run *run, int interface, const struct sl_event *ev, const struct sl_ident *id)
{
	struct pcapng *p = export_of(run)->state;
	uint64_t ts = ev->rec.ts_ns + (uint64_t)run->stamp.realtime_offset_ns;
	uint32_t direction = ev->flags & SL_EVF_OUT ? 2 : 1;
	uint8_t packet[PACKET_MAX];
	size_t size = build_packet(packet, ev, id);

	begin_block(p, BLOCK_PACKET);
	put32(p, (uint32_t)interface);
	put32(p, (uint32_t)(ts >> 32));
	put32(p, (uint32_t)ts);
	put32(p, (uint32_t)size);
	put32(p, (uint32_t)size + ev->segment.len);
	put(p, packet, size);
	pad(p);
	put_comment(p, ev, id);
	put_option(p, OPTION_FLAGS, &direction, sizeof(direction));
	put_option(p, OPTION_END, "", 0);
	end_block(p, run->out);
}

static bool is_segment(const struct sl_event *ev)
{
	return ev->kind == SL_EV_SEGMENT || ev->kind == SL_EV_RETRANS || ev->kind == SL_EV_TAIL;
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct export *x = export_of(run);
	bool ip = id->family == AF_INET || id->family == AF_INET6;
	int interface;

	if (!is_segment(ev) || (ev->flags & SL_EVF_IN && peer))
		return; /* received from a socket of this host: it is here as sent */
	if (!ip || !(ev->flags & SL_EVF_WIRE) || !(id->known & SL_ID_LOCAL) || !(id->known & SL_ID_REMOTE)) {
		x->left_out++;
		return;
	}
	interface = find_interface(x->state, run->out, id->netns);
	if (interface < 0)
		x->left_out++;
	else
		put_packet(run, interface, ev, id);
}

static void end(struct run *run, const struct run_end *e)
{
	(void)e;
	free(export_of(run)->state);
}

const struct exporter export_pcapng = { "pcapng",  "segments with the process in a comment, for Wireshark",
					".pcapng", OUTFILE_STREAM,
					false,     { .begin = begin, .event = event, .end = end } };
