// SPDX-License-Identifier: GPL-2.0-or-later
/* The report's lives: as a table, and with the totals as JSON for programs. What programs chose is escaped for both. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "fields.h"
#include "json.h"
#include "json_record.h"
#include "names.h"
#include "page.h"
#include "words.h"

static const struct term utf8 = { .utf8 = true };

static void cell_measure(FILE *out, const struct sl_life *life, enum sl_measure measure)
{
	struct sl_value v = sl_measures[measure].of(&life->id, life, true);
	char buf[32];

	if (v.quality == SL_UNKNOWN) {
		fputs("<td class=\"n\" data-v=\"-1\">–</td>", out);
		return;
	}
	page_value(buf, sizeof(buf), sl_measures[measure].unit, v.v);
	fprintf(out, "<td class=\"n\" data-v=\"%" PRIu64 "\">%s%s</td>", v.v, v.quality == SL_AT_LEAST ? "≥ " : "",
		buf);
}

static void cell_text(FILE *out, const char *text, const char *class)
{
	fprintf(out, "<td%s>", class);
	draw_escaped(out, text);
	fputs("</td>", out);
}

static void row(const struct page *p, FILE *out, const struct page_life *kept)
{
	static const enum sl_measure shown[] = { SL_MEASURE_HANDSHAKE, SL_MEASURE_LIFE, SL_MEASURE_BYTES_OUT,
						 SL_MEASURE_BYTES_IN,  SL_MEASURE_RTT,  SL_MEASURE_RETRANS };
	const struct sl_life *life = &kept->life;
	char stamp[STAMP_SIZE];
	struct text t;

	stamp_rfc3339(stamp, (int64_t)kept->ts_ns + p->realtime_offset_ns);
	fputs("<tr>", out);
	fprintf(out, "<td data-v=\"%" PRIu64 "\">%.15s</td>", kept->ts_ns, stamp + 11);
	if (page_wants(p, life->id.cookie))
		fprintf(out, "<td><a href=\"#s%" PRIx64 "\">%" PRIx64 "</a></td>", (uint64_t)life->id.cookie,
			(uint64_t)life->id.cookie);
	else
		fprintf(out, "<td>%" PRIx64 "</td>", (uint64_t)life->id.cookie);
	text_init(&t);
	words_owner(&t, &life->id);
	cell_text(out, t.s, "");
	text_init(&t);
	words_ends(&t, &utf8, &life->id);
	cell_text(out, t.s, "");
	cell_text(out, life->id.role ? sl_name_role(life->id.role) : "–", "");
	for (unsigned i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		cell_measure(out, life, shown[i]);
	text_init(&t);
	words_end(&t, life);
	cell_text(out, t.s, survey_failed(life) ? " class=\"failed\"" : "");
	fputs("</tr>\n", out);
}

void page_lives(const struct page *p, FILE *out)
{
	static const char *const heads[] = { "ended", "socket",    "process", "local → remote",
					     "role",  "handshake", "life",    "out",
					     "in",    "RTT",       "retrans", "end" };

	fputs("<p class=\"filter\"><label>Find <input type=\"search\" id=\"find\" placeholder=\"curl, :443, ECONN…\"></label>"
	      " <span id=\"found\" role=\"status\"></span></p>\n"
	      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Lives\"><table id=\"lives\"><thead><tr>",
	      out);
	for (unsigned i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		fprintf(out, "<th scope=\"col\"><button type=\"button\">%s</button></th>", heads[i]);
	fputs("</tr></thead><tbody>\n", out);
	for (unsigned i = 0; i < p->failed_count; i++)
		row(p, out, &p->failed[i]);
	for (unsigned i = 0; i < p->other_count; i++)
		row(p, out, &p->other[i]);
	fputs("</tbody></table></div>\n", out);
}

static void json_life_fields(struct sl_json *json, const struct page *p, const struct page_life *kept)
{
	struct run run = { .stamp.realtime_offset_ns = p->realtime_offset_ns };
	struct record r = {
		.run = &run, .life = &kept->life, .id = &kept->life.id, .ts_ns = kept->ts_ns, .peer = kept->peer
	};

	sl_json_object(json, NULL);
	for (unsigned i = 0; i < life_field_count; i++) {
		const struct field *f = &life_fields[i];
		struct value v;

		if (!f->get(&r, &v))
			continue;
		if (!strcmp(f->name, "mono_ns"))
			sl_json_digits(json, f->name, v.integer);
		else if (f->type == FIELD_INTEGER)
			sl_json_int(json, f->name, v.integer);
		else if (f->type == FIELD_REAL)
			sl_json_micros(json, f->name, (int64_t)(v.real * 1000));
		else
			sl_json_string(json, f->name, v.text);
	}
	sl_json_end(json);
}

static void json_counts(struct sl_json *json, const char *key, const uint64_t *count, unsigned nr,
			const char *(*name)(unsigned))
{
	sl_json_object(json, key);
	for (unsigned i = 1; i < nr; i++) {
		if (count[i])
			sl_json_uint(json, name(i), count[i]);
	}
	sl_json_end(json);
}

static void json_page(const struct page *p, FILE *out)
{
	const struct sl_tally_group *all = &p->survey.all.all;
	struct sl_json json;

	sl_json_init(&json, out);
	sl_json_object(&json, NULL);
	sl_json_string(&json, "type", "report");
	sl_json_string(&json, "tool", SL_VERSION);
	sl_json_string(&json, "recording", p->recording);
	sl_json_string(&json, "host", p->host.name);
	sl_json_string(&json, "kernel", p->host.kernel);
	sl_json_digits(&json, "realtime_offset_ns", p->realtime_offset_ns);
	sl_json_seconds(&json, "seconds", p->survey.to_ns - p->survey.from_ns);
	sl_json_uint(&json, "sockets", all->sockets);
	sl_json_uint(&json, "failed", all->failed);
	sl_json_uint(&json, "retrans", all->retrans);
	sl_json_uint(&json, "bytes_out", all->bytes_out);
	sl_json_uint(&json, "bytes_in", all->bytes_in);
	json_counts(&json, "outcomes", all->outcome, SL_TALLY_OUTCOMES, sl_name_outcome);
	json_counts(&json, "closes", all->close, SL_TALLY_CLOSES, sl_name_close);
	sl_json_array(&json, "lives");
	for (unsigned i = 0; i < p->failed_count; i++)
		json_life_fields(&json, p, &p->failed[i]);
	for (unsigned i = 0; i < p->other_count; i++)
		json_life_fields(&json, p, &p->other[i]);
	sl_json_line(&json);
}

/* In a script element nothing but "</script" or "<!--" could end it: no "<" is left to begin either. */
void page_data(const struct page *p, FILE *out)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return;
	json_page(p, memory);
	if (!fclose(memory)) {
		fputs("<script type=\"application/json\" id=\"data\">\n", out);
		for (size_t i = 0; i < size; i++) {
			if (text[i] == '<' || text[i] == '>' || text[i] == '&')
				fprintf(out, "\\u%04x", (unsigned)text[i]);
			else
				fputc(text[i], out);
		}
		fputs("</script>\n", out);
	}
	free(text);
}
