// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * socklife diff BEFORE AFTER [FILTER]: two recordings side by side. A difference that chance alone would make once in a
 * hundred times or less often is called clear; where there is too little to tell, that is said.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "command.h"
#include "human.h"
#include "json_record.h"
#include "names.h"
#include "output.h"
#include "report.h"
#include "session.h"
#include "survey.h"

#define Z 2.576  /* of 99 in 100 */
#define LISTED 8 /* new and gone ones */

enum verdict { TOO_FEW, CHANCE, CLEAR };

static const char *const verdict_words[] = { "too few to tell", "may be chance", "clear" };
static const char *const verdict_json[] = { "too_few", "chance", "clear" };

static void begin(struct run *run)
{
	(void)run;
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	(void)peer;
	survey_life(run->state, l, ts_ns);
}

static void end(struct run *run, const struct run_end *e)
{
	(void)run;
	(void)e;
}

static int read_one(const struct settings *set, const char *path, const char *filter, struct survey *s)
{
	static const struct view view = { .begin = begin, .life = life, .end = end };
	struct session_kind kind = { .text = &view, .json = &view, .open = true, .progress = true, .state = s };
	struct settings mine = *set;

	mine.read = path;
	return session_run(&mine, &kind, filter);
}

/* Of shares of two samples: the two-proportion z-test. */
static enum verdict compare_shares(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2)
{
	double p, error;

	if (n1 < 20 || n2 < 20)
		return TOO_FEW;
	p = (double)(x1 + x2) / (double)(n1 + n2);
	error = sqrt(p * (1 - p) * (1.0 / (double)n1 + 1.0 / (double)n2));
	return fabs((double)x1 / (double)n1 - (double)x2 / (double)n2) > Z * error ? CLEAR : CHANCE;
}

/* The range that the true quantile is in: by the ranks beside it. False: it would need more values. */
static bool quantile_range(const struct sl_histogram *h, unsigned per_10k, uint64_t *lo, uint64_t *hi)
{
	double p = per_10k / 10000.0, around = h->count ? Z * sqrt(p * (1 - p) / (double)h->count) : 1;

	if (p - around <= 0 || p + around >= 1)
		return false;
	*lo = sl_histogram_quantile(h, (unsigned)((p - around) * 10000) + 1);
	*hi = sl_histogram_quantile(h, (unsigned)((p + around) * 10000) + 1);
	return true;
}

static enum verdict compare_quantiles(const struct sl_histogram *a, const struct sl_histogram *b, unsigned per_10k)
{
	uint64_t alo, ahi, blo, bhi;

	if (!quantile_range(a, per_10k, &alo, &ahi) || !quantile_range(b, per_10k, &blo, &bhi))
		return TOO_FEW;
	return ahi < blo || bhi < alo ? CLEAR : CHANCE;
}

/* ---- text */

static void put_line(const char *what, const char *before, const char *after, const char *change, const char *verdict)
{
	printf("  %-24s %12s %12s %12s  %s\n", what, before, after, change, verdict);
}

static void put_share(const char *what, uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2)
{
	double p1 = n1 ? 100.0 * (double)x1 / (double)n1 : 0, p2 = n2 ? 100.0 * (double)x2 / (double)n2 : 0;
	char before[32], after[32], change[32];

	if (!x1 && !x2)
		return;
	snprintf(before, sizeof(before), "%.2f %%", p1);
	snprintf(after, sizeof(after), "%.2f %%", p2);
	snprintf(change, sizeof(change), "%+.2f pts", p2 - p1);
	put_line(what, before, after, change, verdict_words[compare_shares(x1, n1, x2, n2)]);
}

static void put_count(const char *what, double a, double b, const char *format)
{
	char before[32], after[32], change[32] = "";

	snprintf(before, sizeof(before), format, a);
	snprintf(after, sizeof(after), format, b);
	if (a > 0)
		snprintf(change, sizeof(change), "%+.1f %%", (b - a) / a * 100);
	put_line(what, before, after, change, "");
}

static double seconds(const struct survey *s)
{
	return (double)(s->to_ns - s->from_ns) / 1e9;
}

static void put_counts(const struct survey *a, const struct survey *b)
{
	const struct sl_tally_group *x = &a->all.all, *y = &b->all.all;

	put_count("seconds", seconds(a), seconds(b), "%.1f");
	put_count("sockets", (double)x->sockets, (double)y->sockets, "%.0f");
	if (seconds(a) > 0 && seconds(b) > 0)
		put_count("sockets a second", (double)x->sockets / seconds(a), (double)y->sockets / seconds(b), "%.1f");
	put_count("bytes out", (double)x->bytes_out, (double)y->bytes_out, "%.0f");
	put_count("bytes in", (double)x->bytes_in, (double)y->bytes_in, "%.0f");
	put_count("retransmits", (double)x->retrans, (double)y->retrans, "%.0f");
	put_share("incomplete", x->incomplete, x->sockets, y->incomplete, y->sockets);
}

static uint64_t sum(const uint64_t *count, unsigned from, unsigned nr)
{
	uint64_t all = 0;

	while (from < nr)
		all += count[from++];
	return all;
}

static void put_mix(const char *title, const uint64_t *a, const uint64_t *b, unsigned from, unsigned nr,
		    const char *(*name)(unsigned))
{
	uint64_t n1 = sum(a, from, nr), n2 = sum(b, from, nr);

	if (!n1 && !n2)
		return;
	printf("%s\n", title);
	for (unsigned i = from; i < nr; i++)
		put_share(name(i), a[i], n1, b[i], n2);
}

static bool is_error(const char *name)
{
	return strcmp(name, "?") && strcmp(name, "none");
}

static const struct sl_tally_group *find_group(const struct sl_tally *t, const char *name)
{
	for (unsigned i = 0; i < t->groups; i++) {
		if (!strcmp(t->group[i]->name, name))
			return t->group[i];
	}
	return NULL;
}

static void put_errors(const struct survey *a, const struct survey *b)
{
	const struct sl_tally *x = &a->by[SURVEY_ERRNO], *y = &b->by[SURVEY_ERRNO];
	bool titled = false;

	for (int pass = 0; pass < 2; pass++) {
		const struct sl_tally *t = pass ? y : x;

		for (unsigned i = 0; i < t->groups; i++) {
			const struct sl_tally_group *g = t->group[i], *other = find_group(pass ? x : y, g->name);

			if (!is_error(g->name) || (pass && other))
				continue;
			if (!titled)
				printf("errors, of all sockets\n");
			titled = true;
			put_share(g->name, pass ? 0 : g->sockets, a->all.all.sockets,
				  pass    ? g->sockets
				  : other ? other->sockets
					  : 0,
				  b->all.all.sockets);
		}
	}
}

static const int compared[] = { SL_MEASURE_HANDSHAKE, SL_MEASURE_ACCEPT_WAIT, SL_MEASURE_RTT, SL_MEASURE_LIFE };
static const struct {
	const char *name;
	unsigned per_10k;
} quantiles[] = { { "p50", 5000 }, { "p90", 9000 }, { "p99", 9900 } };

static void put_quantile(const struct sl_histogram *a, const struct sl_histogram *b, unsigned q)
{
	uint64_t v1 = sl_histogram_quantile(a, quantiles[q].per_10k),
		 v2 = sl_histogram_quantile(b, quantiles[q].per_10k);
	char before[32] = "-", after[32] = "-", change[32] = "";

	if (a->count)
		human_time(before, sizeof(before), v1, false);
	if (b->count)
		human_time(after, sizeof(after), v2, false);
	if (a->count && b->count && v1)
		snprintf(change, sizeof(change), "%+.1f %%", ((double)v2 - (double)v1) / (double)v1 * 100);
	put_line(quantiles[q].name, before, after, change,
		 verdict_words[compare_quantiles(a, b, quantiles[q].per_10k)]);
}

static void put_measures(const struct survey *a, const struct survey *b)
{
	for (unsigned m = 0; m < sizeof(compared) / sizeof(compared[0]); m++) {
		const struct sl_histogram *x = &a->all.all.measure[compared[m]], *y = &b->all.all.measure[compared[m]];

		if (!x->count && !y->count)
			continue;
		printf("%s, of %" PRIu64 " and %" PRIu64 "\n", sl_measures[compared[m]].name, x->count, y->count);
		for (unsigned q = 0; q < 3; q++)
			put_quantile(x, y, q);
	}
}

static const char *const group_names[SURVEY_GROUPS] = { "program", "peer", "service", NULL };

/* What one has and the other has not. A tally that ran out of groups cannot say. */
static unsigned put_only(const char *word, const struct survey *in, const struct survey *not_in)
{
	unsigned all = 0;

	for (int g = 0; g < SURVEY_GROUPS; g++) {
		unsigned listed = 0;

		if (!group_names[g])
			continue;
		for (unsigned i = 0; i < in->by[g].groups; i++) {
			const struct sl_tally_group *group = in->by[g].group[i];

			if (!strcmp(group->name, "?") || find_group(&not_in->by[g], group->name))
				continue;
			if (listed++ < LISTED)
				printf("  %-4s %-8s %s (%" PRIu64 " sockets)\n", word, group_names[g], group->name,
				       group->sockets);
		}
		if (listed > LISTED)
			printf("  %-4s %-8s and %u more\n", word, group_names[g], listed - LISTED);
		if (listed && not_in->by[g].other.sockets)
			printf("       the other recording has more than 1000 of this kind: it may have these too\n");
		all += listed;
	}
	return all;
}

static void print_text(const char *path1, const char *path2, struct survey *a, struct survey *b)
{
	printf("before: %s\nafter:  %s\n\n", path1, path2);
	put_line("", "before", "after", "change", "");
	put_counts(a, b);
	put_mix("handshakes", a->all.all.outcome, b->all.all.outcome, SL_HS_ESTABLISHED, SL_TALLY_OUTCOMES,
		sl_name_outcome);
	put_mix("closes", a->all.all.close, b->all.all.close, SL_CLOSE_ACTIVE, SL_TALLY_CLOSES, sl_name_close);
	put_errors(a, b);
	put_measures(a, b);
	printf("new and gone\n");
	if (put_only("new", b, a) + put_only("gone", a, b) == 0)
		printf("  nothing\n");
}

/* ---- JSON */

static void json_side(struct sl_json *json, const char *key, const char *path, const struct survey *s)
{
	const struct sl_tally_group *all = &s->all.all;

	sl_json_object(json, key);
	sl_json_string(json, "recording", path);
	sl_json_seconds(json, "seconds", s->to_ns - s->from_ns);
	sl_json_uint(json, "sockets", all->sockets);
	sl_json_uint(json, "failed", all->failed);
	sl_json_uint(json, "incomplete", all->incomplete);
	sl_json_uint(json, "bytes_out", all->bytes_out);
	sl_json_uint(json, "bytes_in", all->bytes_in);
	sl_json_uint(json, "retrans", all->retrans);
	sl_json_end(json);
}

static void json_share(struct sl_json *json, const char *name, uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2)
{
	if (!x1 && !x2)
		return;
	sl_json_object(json, NULL);
	sl_json_string(json, "name", name);
	sl_json_uint(json, "before", x1);
	sl_json_uint(json, "after", x2);
	sl_json_string(json, "verdict", verdict_json[compare_shares(x1, n1, x2, n2)]);
	sl_json_end(json);
}

static void json_mix(struct sl_json *json, const char *key, const uint64_t *a, const uint64_t *b, unsigned from,
		     unsigned nr, const char *(*name)(unsigned))
{
	sl_json_array(json, key);
	for (unsigned i = from; i < nr; i++)
		json_share(json, name(i), a[i], sum(a, from, nr), b[i], sum(b, from, nr));
	sl_json_end(json);
}

static void json_errors(struct sl_json *json, const struct survey *a, const struct survey *b)
{
	const struct sl_tally *x = &a->by[SURVEY_ERRNO], *y = &b->by[SURVEY_ERRNO];

	sl_json_array(json, "errors");
	for (int pass = 0; pass < 2; pass++) {
		const struct sl_tally *t = pass ? y : x;

		for (unsigned i = 0; i < t->groups; i++) {
			const struct sl_tally_group *g = t->group[i], *other = find_group(pass ? x : y, g->name);

			if (!is_error(g->name) || (pass && other))
				continue;
			json_share(json, g->name, pass ? 0 : g->sockets, a->all.all.sockets,
				   pass    ? g->sockets
				   : other ? other->sockets
					   : 0,
				   b->all.all.sockets);
		}
	}
	sl_json_end(json);
}

static void json_quantiles(struct sl_json *json, const char *key, const struct sl_histogram *h)
{
	sl_json_object(json, key);
	sl_json_uint(json, "count", h->count);
	for (unsigned q = 0; h->count && q < 3; q++) {
		char name[16];

		snprintf(name, sizeof(name), "%s_us", quantiles[q].name);
		sl_json_micros(json, name, (int64_t)sl_histogram_quantile(h, quantiles[q].per_10k));
	}
	sl_json_end(json);
}

static void json_measures(struct sl_json *json, const struct survey *a, const struct survey *b)
{
	sl_json_array(json, "measures");
	for (unsigned m = 0; m < sizeof(compared) / sizeof(compared[0]); m++) {
		const struct sl_histogram *x = &a->all.all.measure[compared[m]], *y = &b->all.all.measure[compared[m]];

		if (!x->count && !y->count)
			continue;
		sl_json_object(json, NULL);
		sl_json_string(json, "name", sl_measures[compared[m]].name);
		json_quantiles(json, "before", x);
		json_quantiles(json, "after", y);
		sl_json_object(json, "verdict");
		for (unsigned q = 0; q < 3; q++)
			sl_json_string(json, quantiles[q].name,
				       verdict_json[compare_quantiles(x, y, quantiles[q].per_10k)]);
		sl_json_end(json);
		sl_json_end(json);
	}
	sl_json_end(json);
}

static void json_only(struct sl_json *json, const char *key, const struct survey *in, const struct survey *not_in)
{
	sl_json_array(json, key);
	for (int g = 0; g < SURVEY_GROUPS; g++) {
		for (unsigned i = 0; group_names[g] && i < in->by[g].groups; i++) {
			const struct sl_tally_group *group = in->by[g].group[i];

			if (!strcmp(group->name, "?") || find_group(&not_in->by[g], group->name))
				continue;
			sl_json_object(json, NULL);
			sl_json_string(json, "kind", group_names[g]);
			sl_json_string(json, "name", group->name);
			sl_json_uint(json, "sockets", group->sockets);
			sl_json_end(json);
		}
	}
	sl_json_end(json);
}

static void print_json(const char *path1, const char *path2, const struct survey *a, const struct survey *b)
{
	struct sl_json json;

	sl_json_init(&json, stdout);
	sl_json_object(&json, NULL);
	sl_json_string(&json, "type", "diff");
	sl_json_string(&json, "schema", JSON_SCHEMA_VERSION);
	json_side(&json, "before", path1, a);
	json_side(&json, "after", path2, b);
	json_mix(&json, "outcomes", a->all.all.outcome, b->all.all.outcome, SL_HS_ESTABLISHED, SL_TALLY_OUTCOMES,
		 sl_name_outcome);
	json_mix(&json, "closes", a->all.all.close, b->all.all.close, SL_CLOSE_ACTIVE, SL_TALLY_CLOSES, sl_name_close);
	json_errors(&json, a, b);
	json_measures(&json, a, b);
	json_only(&json, "new", b, a);
	json_only(&json, "gone", a, b);
	sl_json_line(&json);
}

int command_diff(const struct settings *set, const char *filter)
{
	struct survey before, after;
	struct sl_error err;
	int code;

	if (survey_init(&before) || survey_init(&after)) {
		sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot set up");
		return report(&err, NULL);
	}
	code = read_one(set, set->files[0], filter, &before);
	if (!code)
		code = read_one(set, set->files[1], filter, &after);
	if (!code && set->json)
		print_json(set->files[0], set->files[1], &before, &after);
	else if (!code)
		print_text(set->files[0], set->files[1], &before, &after);
	survey_exit(&before);
	survey_exit(&after);
	return code ? code : output_finish();
}
