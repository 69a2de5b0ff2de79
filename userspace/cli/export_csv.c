// SPDX-License-Identifier: GPL-2.0-or-later
/* CSV (RFC 4180): a line for each life, or for each event, below one of names. What is not known is empty. */
#include <inttypes.h>
#include <string.h>

#include "export.h"
#include "fields.h"

/* Spreadsheets run a cell that begins with one of these as a formula, and a program may choose such a name. */
static bool is_formula(const char *text)
{
	return *text && strchr("=+-@\t\r", *text);
}

static void put_text(FILE *out, const char *text)
{
	if (is_formula(text)) {
		fputs("\"'", out);
	} else if (!strpbrk(text, "\",\r\n")) {
		fputs(text, out);
		return;
	} else {
		fputc('"', out);
	}
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void put_value(FILE *out, const struct field *field, const struct record *r)
{
	struct value v;

	if (!field->get(r, &v))
		return;
	if (field->type == FIELD_INTEGER)
		fprintf(out, "%" PRId64, v.integer);
	else if (field->type == FIELD_REAL)
		fprintf(out, "%.3f", v.real);
	else
		put_text(out, v.text);
}

static void put_names(FILE *out, const struct field *fields, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "%s%s", i ? "," : "", fields[i].name);
	fputs("\r\n", out);
}

static void put_row(FILE *out, const struct field *fields, unsigned count, const struct record *r)
{
	for (unsigned i = 0; i < count; i++) {
		if (i)
			fputc(',', out);
		put_value(out, &fields[i], r);
	}
	fputs("\r\n", out);
}

static void begin_lives(struct run *run)
{
	put_names(run->out, life_fields, life_field_count);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	struct record r = { .run = run, .life = l, .id = &l->id, .ts_ns = ts_ns, .peer = peer };

	put_row(run->out, life_fields, life_field_count, &r);
}

static void begin_events(struct run *run)
{
	put_names(run->out, event_fields, event_field_count);
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct record r = { .run = run, .ev = ev, .id = id, .ts_ns = ev->rec.ts_ns, .peer = peer };

	put_row(run->out, event_fields, event_field_count, &r);
}

const struct exporter export_csv = { "csv", "CSV, a line for each life",           ".csv", OUTFILE_STREAM,
				     true,  { .begin = begin_lives, .life = life } };
const struct exporter export_csv_events = { "csv-events", "CSV, a line for each event",
					    ".csv",       OUTFILE_STREAM,
					    true,         { .begin = begin_events, .event = event } };
