// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CTF 1.8, a directory: the file metadata describes, in TSDL, what the file stream has: packets of events. Times of a
 * stream must not go back, so an event that was told late has the time of the one before it; its own is in mono_ns.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "fields.h"
#include "human.h"

#define MAGIC 0xc1fc1fc1u
#define PACKET (256u << 10)
#define FRONT (4 + 4 + 8 * 5)
#define EVENT_MAX 4096

struct ctf {
	FILE *stream;
	uint64_t last_ns; /* of the event written last */
	uint64_t first_ns;
	uint32_t used;
	uint8_t packet[PACKET];
};

static struct ctf *ctf_of(struct run *run)
{
	return export_of(run)->state;
}

/* In strings of TSDL. */
static void put_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x20 && *text != '"' && *text != '\\')
			fputc(*text, out);
	}
	fputc('"', out);
}

static void describe_event(FILE *out, unsigned id, const char *name, const struct field *fields, unsigned count)
{
	fprintf(out, "event {\n\tname = \"%s\";\n\tid = %u;\n\tstream_id = 0;\n\tfields := struct {\n", name, id);
	for (unsigned i = 0; i < count; i++) {
		static const char *const types[] = { "int64_t", "double_t", "string" };

		if (fields[i].type != FIELD_TEXT)
			fprintf(out, "\t\tuint8_t _has_%s;\n", fields[i].name);
		fprintf(out, "\t\t%s _%s;\n", types[fields[i].type], fields[i].name);
	}
	fprintf(out, "\t};\n};\n\n");
}

static void describe(struct run *run, FILE *out)
{
	int64_t offset = run->stamp.realtime_offset_ns;

	fprintf(out,
		"/* CTF 1.8 */\n\n"
		"typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
		"typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
		"typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
		"typealias integer { size = 64; align = 8; signed = true; } := int64_t;\n"
		"typealias floating_point { exp_dig = 11; mant_dig = 53; align = 8; } := double_t;\n\n"
		"trace {\n\tmajor = 1;\n\tminor = 8;\n\tbyte_order = %s;\n"
		"\tpacket.header := struct {\n\t\tuint32_t magic;\n\t\tuint32_t stream_id;\n\t};\n};\n\n",
		__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "le" : "be");
	fprintf(out, "env {\n\ttracer_name = \"socklife\";\n\ttracer_version = \"%s\";\n\thostname = ", SL_VERSION);
	put_quoted(out, run->host.name);
	fprintf(out, ";\n\tkernel_release = ");
	put_quoted(out, run->host.kernel);
	fprintf(out, ";\n};\n\n");
	fprintf(out,
		"clock {\n\tname = \"monotonic\";\n\tdescription = \"CLOCK_MONOTONIC\";\n\tfreq = 1000000000;\n"
		"\toffset_s = %" PRId64 ";\n\toffset = %" PRId64 ";\n\tabsolute = true;\n};\n\n"
		"typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := time_t;\n\n",
		offset / 1000000000, offset % 1000000000);
	fprintf(out, "stream {\n\tid = 0;\n\tpacket.context := struct {\n\t\ttime_t timestamp_begin;\n"
		     "\t\ttime_t timestamp_end;\n\t\tuint64_t content_size;\n\t\tuint64_t packet_size;\n"
		     "\t\tuint64_t events_discarded;\n\t};\n\tevent.header := struct {\n\t\tuint32_t id;\n"
		     "\t\ttime_t timestamp;\n\t};\n};\n\n");
	describe_event(out, 0, "socklife:life", life_fields, life_field_count);
	describe_event(out, 1, "socklife:event", event_fields, event_field_count);
}

static FILE *open_in(struct run *run, const char *name)
{
	char *path;
	FILE *file = NULL;

	if (asprintf(&path, "%s/%s", export_of(run)->out.part, name) >= 0) {
		file = fopen(path, "we");
		if (!file)
			export_fail(run, -errno, "ctf: cannot create a file in the directory", NULL);
		free(path);
	}
	return file;
}

static void begin(struct run *run)
{
	struct ctf *c = calloc(1, sizeof(*c));
	FILE *metadata = c ? open_in(run, "metadata") : NULL;

	export_of(run)->state = c;
	if (!c)
		export_fail(run, -ENOMEM, "export: no memory", NULL);
	if (!metadata)
		return;
	describe(run, metadata);
	if (fclose(metadata))
		export_fail(run, -errno, "ctf: cannot write the metadata", NULL);
	c->stream = open_in(run, "stream");
}

static void put(struct ctf *c, const void *bytes, size_t size)
{
	memcpy(c->packet + c->used, bytes, size);
	c->used += (uint32_t)size;
}

static void put32(struct ctf *c, uint32_t v)
{
	put(c, &v, sizeof(v));
}

static void put64(struct ctf *c, uint64_t v)
{
	put(c, &v, sizeof(v));
}

static void write_packet(struct run *run, struct ctf *c)
{
	uint32_t size = c->used;

	if (!size)
		return;
	c->used = 0;
	put32(c, MAGIC);
	put32(c, 0);
	put64(c, c->first_ns);
	put64(c, c->last_ns);
	put64(c, (uint64_t)size * 8);
	put64(c, (uint64_t)size * 8);
	put64(c, 0);
	if (fwrite(c->packet, 1, size, c->stream) != size)
		export_fail(run, -errno, "ctf: cannot write the stream", NULL);
	c->used = 0;
}

static void put_value(struct ctf *c, const struct field *field, const struct record *r)
{
	struct value v = { 0 };
	uint8_t has = field->get(r, &v);

	if (field->type != FIELD_TEXT)
		put(c, &has, 1);
	if (field->type == FIELD_INTEGER)
		put64(c, has ? (uint64_t)v.integer : 0);
	else if (field->type == FIELD_REAL)
		put(c, has ? &v.real : &(double){ 0 }, sizeof(v.real));
	else
		put(c, has ? v.text : "", has ? strlen(v.text) + 1 : 1);
}

static void put_record(struct run *run, uint32_t id, const struct field *fields, unsigned count, const struct record *r)
{
	struct ctf *c = ctf_of(run);

	if (!c->stream)
		return;
	if (c->used + EVENT_MAX + count * sizeof(struct value) > PACKET)
		write_packet(run, c);
	if (r->ts_ns > c->last_ns)
		c->last_ns = r->ts_ns;
	if (!c->used) {
		c->used = FRONT;
		c->first_ns = c->last_ns;
	}
	put32(c, id);
	put64(c, c->last_ns);
	for (unsigned i = 0; i < count; i++)
		put_value(c, &fields[i], r);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	struct record r = { .run = run, .life = l, .id = &l->id, .ts_ns = ts_ns, .peer = peer };

	put_record(run, 0, life_fields, life_field_count, &r);
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct record r = { .run = run, .ev = ev, .id = id, .ts_ns = ev->rec.ts_ns, .peer = peer };

	put_record(run, 1, event_fields, event_field_count, &r);
}

static void end(struct run *run, const struct run_end *e)
{
	struct ctf *c = ctf_of(run);

	(void)e;
	if (c && c->stream) {
		write_packet(run, c);
		if (fclose(c->stream))
			export_fail(run, -errno, "ctf: cannot write the stream", NULL);
	}
	free(c);
	export_of(run)->state = NULL;
}

const struct exporter export_ctf = { "ctf",  "CTF 1.8, a directory, for babeltrace2 and Trace Compass",
				     "-ctf", OUTFILE_DIRECTORY,
				     false,  { .begin = begin, .event = event, .life = life, .end = end } };
