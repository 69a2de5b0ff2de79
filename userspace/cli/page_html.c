// SPDX-License-Identifier: GPL-2.0-or-later
/* The report as one page: see page.h. Nothing in it comes from elsewhere, which its policy says as well. */
#include <inttypes.h>
#include <string.h>

#include "draw.h"
#include "human.h"
#include "names.h"
#include "page.h"
#include "words.h"

static const struct term utf8 = { .utf8 = true };

static uint64_t failures(const struct page *p)
{
	uint64_t all = p->other_reasons;

	for (unsigned i = 0; i < p->reasons; i++)
		all += p->reason[i].count;
	return all;
}

static void head(const struct page *p, FILE *out)
{
	char from[STAMP_SIZE], span[32];

	stamp_rfc3339(from, (int64_t)p->survey.from_ns + p->realtime_offset_ns);
	human_time(span, sizeof(span), p->survey.to_ns - p->survey.from_ns, true);
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
	      "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<title>socklife: ",
	      out);
	draw_escaped(out, p->recording);
	fprintf(out,
		"</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#failures\">Skip to the failures"
		"</a>\n<header><h1>",
		page_style, draw_svg_style);
	draw_escaped(out, p->recording);
	fputs("</h1>\n<p class=\"dim\">", out);
	if (p->survey.from_ns)
		fprintf(out, "%.19sZ, %s", from, span);
	fputs(" · host ", out);
	draw_escaped(out, *p->host.name ? p->host.name : "not known");
	fputs(" · Linux ", out);
	draw_escaped(out, p->host.kernel);
	fprintf(out, " · level %s", run_level_name(p->level));
	if (*p->filter) {
		fputs(" · filter <code>", out);
		draw_escaped(out, p->filter);
		fputs("</code>", out);
	}
	fputs("</p>\n<nav aria-label=\"Sections\"><ul><li><a href=\"#timeline\">Timeline</a></li><li><a href=\"#failures\">"
	      "Failures</a></li><li><a href=\"#times\">Times and sizes</a></li><li><a href=\"#talkers\">Top talkers</a></li>"
	      "<li><a href=\"#connections\">Connections</a></li><li><a href=\"#list\">Lives</a></li></ul></nav></header>\n<main>\n",
	      out);
}

static void card(FILE *out, const char *name, const char *value, const char *class)
{
	fprintf(out, "<div class=\"%s\"><dt>%s</dt><dd>%s</dd></div>\n", class, name, value);
}

static void card_count(FILE *out, const char *name, uint64_t n, const char *class)
{
	char value[32];

	snprintf(value, sizeof(value), "%" PRIu64, n);
	card(out, name, value, class);
}

static void cards(const struct page *p, FILE *out)
{
	const struct sl_tally_group *all = &p->survey.all.all;
	uint64_t failed = failures(p);
	char value[64];

	fputs("<dl class=\"cards\">\n", out);
	card_count(out, "sockets", all->sockets, "");
	snprintf(value, sizeof(value), "%" PRIu64 " (%.1f %%)", failed,
		 all->sockets ? 100.0 * (double)failed / (double)all->sockets : 0);
	card(out, "failed", value, failed ? "bad" : "");
	card_count(out, "open at the end", all->open, "");
	page_value(value, sizeof(value), SL_UNIT_BYTES, all->bytes_out);
	card(out, "payload out", value, "");
	page_value(value, sizeof(value), SL_UNIT_BYTES, all->bytes_in);
	card(out, "payload in", value, "");
	card_count(out, "segments sent again", all->retrans, "");
	fputs("</dl>\n", out);
	if (p->lost || all->incomplete || p->survey.not_counted || !p->whole)
		fprintf(out,
			"<p class=\"failed\">Not all is here: %" PRIu64 " records were lost while recording, %" PRIu64
			" lives are incomplete%s%s.</p>\n",
			p->lost, all->incomplete, p->whole ? "" : ", and the recording was cut",
			p->survey.not_counted ? ", and memory was short while counting" : "");
}

static void mix(FILE *out, const char *title, const uint64_t *count, unsigned from, unsigned nr,
		const char *(*name)(unsigned))
{
	uint64_t all = 0;

	for (unsigned i = from; i < nr; i++)
		all += count[i];
	if (!all)
		return;
	fprintf(out, "<section><h3>%s</h3><table><tbody>\n", title);
	for (unsigned i = from; i < nr; i++) {
		if (count[i])
			fprintf(out,
				"<tr><th scope=\"row\">%s</th><td class=\"n\">%" PRIu64
				"</td><td class=\"n\">%.2f %%</td>"
				"</tr>\n",
				name(i), count[i], 100.0 * (double)count[i] / (double)all);
	}
	fputs("</tbody></table></section>\n", out);
}

/* What the record says of a failure, beyond its name. */
static void evidence(FILE *out, const struct page_life *kept)
{
	const struct sl_life *l = &kept->life;
	const struct sl_handshake *hs = &l->handshake;
	const char *state = l->close.last_state ? sl_name_state(l->close.last_state) : NULL;
	char took[32];
	struct text t;

	text_init(&t);
	if (hs->begin_ns && hs->outcome > SL_HS_ESTABLISHED) {
		human_time(took, sizeof(took), hs->done_ns > hs->begin_ns ? hs->done_ns - hs->begin_ns : 0, true);
		text_add(&t, "%u SYN%s, %s; ", hs->syn_retrans + 1u, hs->syn_retrans ? "s" : "", took);
	}
	if (hs->err > 0 || l->close.err > 0)
		text_add(&t, "errno %s; ", sl_name_errno(hs->err > 0 ? hs->err : l->close.err) ?: "?");
	if (l->errors.icmp)
		text_add(&t, "%u ICMP; ", l->errors.icmp);
	if (l->errors.resets_received)
		text_add(&t, "%u RST received; ", l->errors.resets_received);
	if (l->errors.resets_sent)
		text_add(&t, "%u RST sent; ", l->errors.resets_sent);
	if (l->close.unread_bytes)
		text_add(&t, "%u bytes unread; ", l->close.unread_bytes);
	if (l->errors.retrans)
		text_add(&t, "%u segments sent again; ", l->errors.retrans);
	if (state)
		text_add(&t, "last state %s; ", state);
	if (t.len > 1)
		t.s[t.len - 2] = 0;
	draw_escaped(out, t.len ? t.s : "nothing more is known");
}

static void example(FILE *out, const struct page_life *kept)
{
	struct text t;

	text_init(&t);
	words_owner(&t, &kept->life.id);
	text_add(&t, "  ");
	words_ends(&t, &utf8, &kept->life.id);
	fprintf(out, "<li><a href=\"#s%" PRIx64 "\">", (uint64_t)kept->life.id.cookie);
	draw_escaped(out, t.s);
	fputs("</a> <span class=\"dim\">", out);
	evidence(out, kept);
	fputs("</span></li>\n", out);
}

static void section_failures(const struct page *p, FILE *out)
{
	fputs("<h2 id=\"failures\">Failures</h2>\n", out);
	if (!p->reasons)
		fputs("<p>No socket failed.</p>\n", out);
	for (unsigned i = 0; i < p->reasons; i++) {
		const struct page_reason *r = &p->reason[i];

		fputs("<h3 class=\"failed\">", out);
		draw_escaped(out, r->text);
		fprintf(out, " <span class=\"dim\">× %" PRIu64 "</span></h3>\n<ul>\n", r->count);
		for (unsigned k = 0; k < r->examples; k++)
			example(out, &r->example[k]);
		if (r->count > r->examples)
			fprintf(out, "<li class=\"dim\">and %" PRIu64 " more</li>\n", r->count - r->examples);
		fputs("</ul>\n", out);
	}
	if (p->other_reasons)
		fprintf(out, "<p class=\"dim\">%" PRIu64 " more failed in yet other ways.</p>\n", p->other_reasons);
	fputs("<div class=\"columns\">\n", out);
	mix(out, "Handshakes", p->survey.all.all.outcome, SL_HS_PENDING, SL_TALLY_OUTCOMES, sl_name_outcome);
	mix(out, "Closes", p->survey.all.all.close, SL_CLOSE_ACTIVE, SL_TALLY_CLOSES, sl_name_close);
	fputs("</div>\n", out);
}

static void section_times(const struct page *p, FILE *out)
{
	static const unsigned quantiles[] = { 5000, 9000, 9900 };
	char buf[32];

	fputs("<h2 id=\"times\">Times and sizes</h2>\n<div class=\"columns\">\n", out);
	for (int m = 0; m < SL_MEASURE_NR; m++) {
		const struct sl_histogram *h = &p->survey.all.all.measure[m];
		enum sl_unit unit = sl_measures[m].unit;

		if (!h->count || !h->max)
			continue;
		fprintf(out, "<section><h3>%s</h3><p class=\"dim\">%s; %" PRIu64 " values</p>\n", sl_measures[m].name,
			sl_measures[m].about, h->count);
		page_histogram(h, unit, out);
		fputs("<table><tbody><tr><th scope=\"col\">p50</th><th scope=\"col\">p90</th><th scope=\"col\">p99</th>"
		      "<th scope=\"col\">max</th></tr>\n<tr>",
		      out);
		for (int q = 0; q < 3; q++) {
			page_value(buf, sizeof(buf), unit, sl_histogram_quantile(h, quantiles[q]));
			fprintf(out, "<td>%s</td>", buf);
		}
		page_value(buf, sizeof(buf), unit, h->max);
		fprintf(out, "<td>%s</td></tr></tbody></table></section>\n", buf);
	}
	fputs("</div>\n", out);
}

static void talkers(const struct sl_tally *t, const char *title, FILE *out)
{
	char sent[32], received[32];

	fprintf(out,
		"<section><h3>%s</h3><table><thead><tr><th scope=\"col\"></th><th class=\"n\" scope=\"col\">sockets</th>"
		"<th class=\"n\" scope=\"col\">failed</th><th class=\"n\" scope=\"col\">out</th><th class=\"n\" scope=\"col\">in"
		"</th><th class=\"n\" scope=\"col\">retrans</th></tr></thead><tbody>\n",
		title);
	for (unsigned i = 0; i < t->groups && i < 12; i++) {
		const struct sl_tally_group *g = t->group[i];

		page_value(sent, sizeof(sent), SL_UNIT_BYTES, g->bytes_out);
		page_value(received, sizeof(received), SL_UNIT_BYTES, g->bytes_in);
		fputs("<tr><th scope=\"row\">", out);
		draw_escaped(out, strcmp(g->name, "?") ? g->name : "not known");
		fprintf(out,
			"</th><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%s</td>"
			"<td class=\"n\">%s</td><td class=\"n\">%" PRIu64 "</td></tr>\n",
			g->sockets, g->failed, sent, received, g->retrans);
	}
	fputs("</tbody></table>", out);
	if (t->groups > 12 || t->other.sockets)
		fprintf(out, "<p class=\"dim\">the largest 12 of %s%u</p>", t->other.sockets ? "more than " : "",
			t->groups);
	fputs("</section>\n", out);
}

static void section_talkers(struct page *p, FILE *out)
{
	for (int i = 0; i < SURVEY_GROUPS; i++)
		sl_tally_sort(&p->survey.by[i]);
	fputs("<h2 id=\"talkers\">Top talkers</h2>\n<div class=\"columns\">\n", out);
	talkers(&p->survey.by[SURVEY_COMM], "Programs", out);
	talkers(&p->survey.by[SURVEY_REMOTE], "Peers", out);
	talkers(&p->survey.by[SURVEY_SERVICE], "Services", out);
	fputs("</div>\n", out);
}

static void section_connections(const struct page *p, FILE *out)
{
	fprintf(out,
		"<h2 id=\"connections\">Connections</h2>\n<p class=\"dim\">%u drawn: up to %d of each way to fail, the slowest"
		" handshakes, the longest waits in the accept queue, the most segments sent again, the most bytes, and the first"
		" few that went well.%s</p>\n",
		p->drawn, PAGE_EXAMPLES,
		p->level == SL_LEVEL_CALLS ? "" : " Calls with their times are in recordings of level calls.");
	if (p->ladders)
		fwrite(p->ladders, 1, p->ladders_size, out);
}

void page_write(struct page *p, FILE *out)
{
	head(p, out);
	cards(p, out);
	fputs("<h2 id=\"timeline\">Timeline</h2>\n", out);
	page_timeline(p, out);
	section_failures(p, out);
	section_times(p, out);
	section_talkers(p, out);
	section_connections(p, out);
	fprintf(out, "<h2 id=\"list\">Lives</h2>\n<p class=\"dim\">%u of %" PRIu64, p->failed_count + p->other_count,
		p->survey.all.all.sockets);
	if (p->failed_count)
		fprintf(out, ": the first %u that failed", p->failed_count);
	if (p->stride > 1)
		fprintf(out, "%s each %" PRIu64 "th of the others", p->failed_count ? ", and" : ":", p->stride);
	fputs("</p>\n", out);
	page_lives(p, out);
	fprintf(out, "</main>\n<footer class=\"dim\"><p>socklife %s</p></footer>\n", SL_VERSION);
	page_data(p, out);
	fprintf(out, "<script>\n%s</script>\n</body>\n</html>\n", page_script);
}

void page_ladder(FILE *out, const struct connection *c, const struct stamp *stamp)
{
	static const char *const classes[] = { "", "dim", "warn", "bad" };
	struct stamp own = *stamp;
	struct sequence_style style = { .term = &utf8, .stamp = &own };
	struct sequence s;

	if (sequence_create(&s, c, &style)) {
		sequence_destroy(&s);
		return;
	}
	fprintf(out, "<details id=\"s%" PRIx64 "\"><summary>", c->end[0]->cookie);
	draw_escaped(out, s.title);
	fputs("</summary>\n", out);
	if (c->end[1])
		fprintf(out, "<a id=\"s%" PRIx64 "\"></a>", c->end[1]->cookie);
	fputs("<div class=\"ladder\">\n", out);
	draw_svg_picture(out, &s);
	fputs("</div><ul>\n", out);
	for (unsigned i = 0; i < s.lines; i++) {
		fprintf(out, "<li class=\"%s\">", classes[s.line[i].signal]);
		draw_escaped(out, s.line[i].text);
		fputs("</li>\n", out);
	}
	fputs("</ul></details>\n", out);
	sequence_destroy(&s);
}
