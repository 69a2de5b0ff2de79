// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Perfetto's trace format (protos/perfetto/trace/trace_packet.proto of the Perfetto project): for each process a track, below it
 * for each of its sockets one with its TCP states as slices, one with its calls, one with segments as instants. Clock
 * is CLOCK_MONOTONIC, which a clock snapshot ties to real time. Only the field numbers below are used.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "../../core/base.h"
#include "export.h"
#include "model_table.h"
#include "names.h"
#include "protobuf.h"
#include "words.h"

enum { TRACE_PACKET = 1 };
enum {
	PACKET_CLOCK_SNAPSHOT = 6,
	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE = 10,
	PACKET_EVENT = 11,
	PACKET_FLAGS = 13,
	PACKET_CLOCK = 58,
	PACKET_TRACK = 60
};
enum { SNAPSHOT_CLOCKS = 1, CLOCK_ID = 1, CLOCK_TIMESTAMP = 2, BUILTIN_REALTIME = 1, BUILTIN_MONOTONIC = 3 };
enum { TRACK_UUID = 1, TRACK_NAME = 2, TRACK_PROCESS = 3, TRACK_PARENT = 5, PROCESS_PID = 1, PROCESS_NAME = 6 };
enum { EVENT_ANNOTATION = 4, EVENT_TYPE = 9, EVENT_TRACK = 11, EVENT_CATEGORIES = 22, EVENT_NAME = 23 };
enum { SLICE_BEGIN = 1, SLICE_END = 2, INSTANT = 3 };
enum { ANNOTATION_STRING = 6, ANNOTATION_NAME = 10 };
#define SEQUENCE 1
#define INCREMENTAL_STATE_CLEARED 1

enum part { PART_SOCKET, PART_STATE, PART_CALLS, PART_SEGMENTS };

/* A track that was described, of a process or a socket, by its key. */
struct track {
	struct sl_table_node node;
	bool whole;    /* with owner and addresses */
	bool in_state; /* a slice of a state is open */
};

struct perfetto {
	struct sl_table tracks;
};

static struct perfetto *perfetto_of(struct run *run)
{
	return export_of(run)->state;
}

static void put_packet(struct run *run, const struct protobuf *packet)
{
	struct protobuf head = { 0 };

	protobuf_varint(&head, TRACE_PACKET << 3 | 2);
	protobuf_varint(&head, packet->used);
	fwrite(head.at, 1, head.used, run->out);
	fwrite(packet->at, 1, packet->used, run->out);
}

static void put_clock(struct protobuf *snapshot, unsigned id, uint64_t ns)
{
	struct protobuf clock = { 0 };

	protobuf_uint(&clock, CLOCK_ID, id);
	protobuf_uint(&clock, CLOCK_TIMESTAMP, ns);
	protobuf_message(snapshot, SNAPSHOT_CLOCKS, &clock);
}

static void begin(struct run *run)
{
	struct perfetto *p = calloc(1, sizeof(*p));
	struct protobuf snapshot = { 0 }, packet = { 0 };
	uint64_t now = 1; /* any moment: the clocks' distance is what counts */

	export_of(run)->state = p;
	if (!p || sl_table_init(&p->tracks)) {
		export_fail(run, -ENOMEM, "export: no memory", NULL);
		return;
	}
	put_clock(&snapshot, BUILTIN_MONOTONIC, now);
	put_clock(&snapshot, BUILTIN_REALTIME, now + (uint64_t)run->stamp.realtime_offset_ns);
	protobuf_message(&packet, PACKET_CLOCK_SNAPSHOT, &snapshot);
	protobuf_uint(&packet, PACKET_SEQUENCE, SEQUENCE);
	protobuf_uint(&packet, PACKET_FLAGS, INCREMENTAL_STATE_CLEARED);
	put_packet(run, &packet);
}

static uint64_t uuid_of(uint64_t key, enum part part)
{
	return (key << 2 | part) * 0x9e3779b97f4a7c15ULL | 1;
}

static uint64_t process_key(const struct sl_ident *id)
{
	return 1ULL << 62 | (id->known & SL_ID_OWNER ? id->pid : 0);
}

static void describe(struct run *run, uint64_t uuid, uint64_t parent, const char *name)
{
	struct protobuf track = { 0 }, packet = { 0 };

	protobuf_uint(&track, TRACK_UUID, uuid);
	protobuf_uint(&track, TRACK_PARENT, parent);
	protobuf_string(&track, TRACK_NAME, name);
	protobuf_message(&packet, PACKET_TRACK, &track);
	protobuf_uint(&packet, PACKET_SEQUENCE, SEQUENCE);
	put_packet(run, &packet);
}

static void describe_process(struct run *run, const struct sl_ident *id)
{
	struct protobuf process = { 0 }, track = { 0 }, packet = { 0 };
	struct text t;

	text_init(&t);
	if (id->known & SL_ID_OWNER)
		text_add_foreign(&t, id->comm, sizeof(id->comm));
	else
		text_add(&t, "owner not known");
	protobuf_uint(&process, PROCESS_PID, id->known & SL_ID_OWNER ? id->pid : 0);
	protobuf_string(&process, PROCESS_NAME, t.s);
	protobuf_uint(&track, TRACK_UUID, uuid_of(process_key(id), PART_SOCKET));
	protobuf_message(&track, TRACK_PROCESS, &process);
	protobuf_message(&packet, PACKET_TRACK, &track);
	protobuf_uint(&packet, PACKET_SEQUENCE, SEQUENCE);
	put_packet(run, &packet);
}

static void describe_socket(struct run *run, const struct sl_ident *id)
{
	static const struct term plain;
	uint64_t socket = uuid_of(id->cookie, PART_SOCKET);
	struct text t;

	text_init(&t);
	text_add(&t, "sock %" PRIx64 " ", (uint64_t)id->cookie);
	words_ends(&t, &plain, id);
	describe(run, socket, uuid_of(process_key(id), PART_SOCKET), t.s);
	describe(run, uuid_of(id->cookie, PART_STATE), socket, "state");
	describe(run, uuid_of(id->cookie, PART_CALLS), socket, "calls");
	describe(run, uuid_of(id->cookie, PART_SEGMENTS), socket, "segments");
}

static struct track *find_track(struct perfetto *p, uint64_t key)
{
	struct sl_table_node *node = sl_table_first(&p->tracks, key);

	return node ? sl_table_entry(node, struct track, node) : NULL;
}

/* NULL: no memory. */
static struct track *add_track(struct run *run, uint64_t key)
{
	struct perfetto *p = perfetto_of(run);
	struct track *t = calloc(1, sizeof(*t));

	if (!t) {
		export_fail(run, -ENOMEM, "export: no memory", NULL);
		return NULL;
	}
	sl_table_insert(&p->tracks, &t->node, key);
	return t;
}

/* The socket's track, described as far as it is known: once, and again when its addresses came. */
static struct track *track_of(struct run *run, const struct sl_ident *id)
{
	const uint32_t whole = SL_ID_OWNER | SL_ID_REMOTE;
	struct perfetto *p = perfetto_of(run);
	struct track *t = find_track(p, id->cookie);

	if (!find_track(p, process_key(id)) && add_track(run, process_key(id)))
		describe_process(run, id);
	if (t && (t->whole || (id->known & whole) != whole))
		return t;
	if (!t)
		t = add_track(run, id->cookie);
	if (!t)
		return NULL;
	t->whole = (id->known & whole) == whole;
	describe_socket(run, id);
	return t;
}

static void forget(struct perfetto *p, struct track *t)
{
	sl_table_remove(&p->tracks, &t->node);
	free(t);
}

static void annotate(struct protobuf *event, const char *name, const char *text)
{
	struct protobuf annotation = { 0 };

	protobuf_string(&annotation, ANNOTATION_NAME, name);
	protobuf_string(&annotation, ANNOTATION_STRING, text);
	protobuf_message(event, EVENT_ANNOTATION, &annotation);
}

static void put_event(struct run *run, uint64_t ts_ns, uint64_t track, unsigned type, const char *category,
		      const char *name, const char *detail)
{
	struct protobuf event = { 0 }, packet = { 0 };

	protobuf_uint(&event, EVENT_TYPE, type);
	protobuf_uint(&event, EVENT_TRACK, track);
	if (type != SLICE_END) {
		protobuf_string(&event, EVENT_CATEGORIES, category);
		protobuf_string(&event, EVENT_NAME, name);
		if (detail)
			annotate(&event, "what", detail);
	}
	protobuf_uint(&packet, PACKET_TIMESTAMP, ts_ns);
	protobuf_uint(&packet, PACKET_CLOCK, BUILTIN_MONOTONIC);
	protobuf_message(&packet, PACKET_EVENT, &event);
	protobuf_uint(&packet, PACKET_SEQUENCE, SEQUENCE);
	put_packet(run, &packet);
}

static void leave_state(struct run *run, struct track *t, uint64_t ts_ns)
{
	if (t->in_state)
		put_event(run, ts_ns, uuid_of(t->node.key, PART_STATE), SLICE_END, NULL, NULL, NULL);
	t->in_state = false;
}

static void put_state(struct run *run, struct track *t, const struct sl_event *ev)
{
	const char *name = sl_name_state(ev->state.new_state);

	leave_state(run, t, ev->rec.ts_ns);
	if (ev->state.new_state == SL_TCP_CLOSE)
		return;
	put_event(run, ev->rec.ts_ns, uuid_of(t->node.key, PART_STATE), SLICE_BEGIN, "state", name ? name : "?", NULL);
	t->in_state = true;
}

static void put_call(struct run *run, const struct sl_event *ev, const char *name, const char *detail)
{
	uint64_t track = uuid_of(ev->rec.cookie, PART_CALLS), took = ev->flags & SL_EVF_TIMED ? ev->dur_ns : 0;

	if (took && took < ev->rec.ts_ns) {
		put_event(run, ev->rec.ts_ns - took, track, SLICE_BEGIN, "call", name, detail);
		put_event(run, ev->rec.ts_ns, track, SLICE_END, NULL, NULL, NULL);
	} else {
		put_event(run, ev->rec.ts_ns, track, INSTANT, "call", name, detail);
	}
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	static const struct term plain;
	struct track *t = track_of(run, id);
	char number[16];
	struct text what;

	(void)peer;
	if (!t)
		return;
	text_init(&what);
	words_event(&what, &plain, ev, id);
	if (ev->kind == SL_EV_STATE)
		put_state(run, t, ev);
	else if (ev->kind == SL_EV_CALL)
		put_call(run, ev, words_or_number(sl_name_call(ev->call.call), ev->call.call, number), what.s);
	else
		put_event(run, ev->rec.ts_ns, uuid_of(id->cookie, PART_SEGMENTS), INSTANT,
			  words_or_number(sl_name_event(ev->kind), ev->kind, number), what.s, NULL);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	struct track *t = track_of(run, &l->id);
	uint64_t end_ns = l->close.end_ns ? l->close.end_ns : ts_ns;
	uint64_t track = uuid_of(l->id.cookie, PART_SOCKET);
	struct text what;

	(void)peer;
	if (!t)
		return;
	text_init(&what);
	words_end(&what, l);
	leave_state(run, t, end_ns);
	put_event(run, l->id.created_ns ? l->id.created_ns : end_ns, track, SLICE_BEGIN, "life", "life", what.s);
	put_event(run, end_ns, track, SLICE_END, NULL, NULL, NULL);
	forget(perfetto_of(run), t);
}

static void end(struct run *run, const struct run_end *e)
{
	struct perfetto *p = perfetto_of(run);

	(void)e;
	for (uint32_t i = 0; p && p->tracks.bucket && i < 1u << p->tracks.bits; i++) {
		while (p->tracks.bucket[i])
			forget(p, sl_table_entry(p->tracks.bucket[i], struct track, node));
	}
	if (p)
		sl_table_exit(&p->tracks);
	free(p);
	export_of(run)->state = NULL;
}

const struct exporter export_perfetto = { "perfetto",
					  "Perfetto: a track for each socket, with states, calls and segments",
					  ".perfetto-trace",
					  OUTFILE_STREAM,
					  false,
					  { .begin = begin, .event = event, .life = life, .end = end } };
