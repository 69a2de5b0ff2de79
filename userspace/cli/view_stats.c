// SPDX-License-Identifier: GPL-2.0-or-later
/* The text view of statistics: counters, then a line for each measure or group, or one measure's histogram by octaves. */
#include <inttypes.h>
#include <string.h>

#include "bars.h"
#include "human.h"
#include "names.h"
#include "stats.h"

#define LINE_WIDTH 24
#define BAR_WIDTH 40

static void put_value(struct text *t, const struct term *term, enum sl_unit unit, uint64_t v)
{
	char buf[32];

	if (unit == SL_UNIT_NS)
		human_time(buf, sizeof(buf), v, term->utf8);
	else if (unit == SL_UNIT_BYTES)
		human_bytes(buf, sizeof(buf), v);
	else
		snprintf(buf, sizeof(buf), "%" PRIu64, v);
	text_add(t, "%s", buf);
}

static void put_right(struct text *t, const char *content, unsigned width)
{
	unsigned is = text_width(content);

	text_add(t, "  %*s%s", is < width ? (int)(width - is) : 0, "", content);
}

static void cell_value(struct text *t, const struct term *term, enum sl_unit unit, uint64_t v)
{
	struct text content;

	text_init(&content);
	put_value(&content, term, unit, v);
	put_right(t, content.s, 7);
}

static void cell_count(struct text *t, uint64_t n, unsigned width)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%" PRIu64, n);
	put_right(t, buf, width);
}

/* Count, quantiles and shape of one histogram. */
static void put_histogram(struct text *t, const struct term *term, enum sl_unit unit, const struct sl_histogram *h,
			  const struct bars_scale *scale)
{
	static const unsigned quantiles[] = { 5000, 9000, 9900 };

	cell_count(t, h->count, 8);
	if (!h->count) {
		for (int i = 0; i < 4; i++) /* a dash may be three bytes */
			put_right(t, term_none(term), 7);
		return;
	}
	for (int i = 0; i < 3; i++)
		cell_value(t, term, unit, sl_histogram_quantile(h, quantiles[i]));
	cell_value(t, term, unit, h->max);
	text_add(t, "  ");
	bars_line(t, term, h, scale, LINE_WIDTH);
}

static void print_line(struct text *t)
{
	while (t->len && t->s[t->len - 1] == ' ')
		t->s[--t->len] = 0;
	printf("%s\n", t->s);
}

static void put_some(struct text *t, uint64_t n, const char *what)
{
	if (n)
		text_add(t, ", %" PRIu64 " %s", n, what);
}

static void show_counters(struct run *run)
{
	const struct stats *s = run->state;
	const struct sl_tally_group *all = &s->tally.all;
	struct text t;

	text_init(&t);
	put_value(&t, &run->term, SL_UNIT_NS, s->last_ns - s->from_ns);
	text_add(&t, ": %" PRIu64 " socket%s", all->sockets, all->sockets == 1 ? "" : "s");
	put_some(&t, all->listeners, "listening");
	put_some(&t, all->open, "open");
	put_some(&t, all->failed, "failed");
	put_some(&t, all->late, "seen late");
	put_some(&t, all->incomplete, "incomplete");
	text_add(&t, "%sout ", term_between(&run->term));
	put_value(&t, &run->term, SL_UNIT_BYTES, all->bytes_out);
	text_add(&t, ", in ");
	put_value(&t, &run->term, SL_UNIT_BYTES, all->bytes_in);
	put_some(&t, all->bytes_unknown, "sockets' bytes not known");
	put_some(&t, all->retrans, "retransmits");
	print_line(&t);
}

static void put_words(struct text *t, const struct term *term, const uint64_t *count, unsigned from, unsigned nr,
		      const char *(*name)(unsigned))
{
	size_t begin = t->len;

	for (unsigned i = from; i < nr; i++) {
		if (count[i])
			text_add(t, "%s%s %" PRIu64, t->len == begin ? "" : term_between(term), name(i), count[i]);
	}
}

/* How handshakes and connections ended; a line without content is left out. */
static void show_ends(struct run *run)
{
	const struct sl_tally_group *all = &((struct stats *)run->state)->tally.all;
	struct text t;
	size_t empty;

	text_init(&t);
	text_add(&t, "%-12s  ", "handshakes");
	empty = t.len;
	put_words(&t, &run->term, all->outcome, SL_HS_PENDING, SL_TALLY_OUTCOMES, sl_name_outcome);
	if (t.len > empty)
		print_line(&t);
	text_init(&t);
	text_add(&t, "%-12s  ", "closed");
	empty = t.len;
	put_words(&t, &run->term, all->close, SL_CLOSE_ACTIVE, SL_TALLY_CLOSES, sl_name_close);
	if (t.len > empty)
		print_line(&t);
}

static void put_heads(struct text *t)
{
	static const char *const heads[] = { "P50", "P90", "P99", "MAX" };

	put_right(t, "N", 8);
	for (int i = 0; i < 4; i++)
		put_right(t, heads[i], 7);
}

/* Times share a scale, sizes another, counts a third: what stands above each other can be compared. */
static void scales_of(const struct sl_tally_group *g, struct bars_scale scale[SL_UNIT_BYTES + 1])
{
	for (int unit = 0; unit <= SL_UNIT_BYTES; unit++)
		bars_scale_init(&scale[unit]);
	for (int i = 0; i < SL_MEASURE_NR; i++)
		bars_scale_include(&scale[sl_measures[i].unit], &g->measure[i]);
}

static bool is_watched(const struct run *run, int measure)
{
	return (run->watched & sl_measures[measure].facts) == sl_measures[measure].facts;
}

/* Would a higher level of this run's source show it? The lowest that would; NULL: none. */
static const char *level_of(const struct run *run, int measure)
{
	enum sl_level level = run->level;

	for (unsigned i = 0; i < SL_FACT_NR; i++) {
		if (!(sl_measures[measure].facts & ~run->watched & 1ULL << i))
			continue;
		if (!run->facts || !run->live || run->facts[i].from_level <= run->level)
			return NULL;
		level = run->facts[i].from_level > level ? run->facts[i].from_level : level;
	}
	return run_level_name(level);
}

static void put_unwatched(struct run *run, struct text *t, int measure)
{
	const char *level = level_of(run, measure);

	if (is_watched(run, measure))
		return;
	text_add(t, level ? " (not watched; --level %s does)" : " (not watched)", level);
}

/* What no socket had, or nothing could tell. */
static void show_missing(struct run *run)
{
	const struct stats *s = run->state;
	struct text t;
	size_t empty;

	text_init(&t);
	text_add(&t, "%-12s ", "no value of");
	empty = t.len;
	for (int i = 0; i < SL_MEASURE_NR; i++) {
		if (s->tally.all.measure[i].count)
			continue;
		text_add(&t, " %s", sl_measures[i].name);
		put_unwatched(run, &t, i);
	}
	if (t.len > empty)
		print_line(&t);
}

static void show_measures(struct run *run)
{
	const struct stats *s = run->state;
	struct bars_scale scale[SL_UNIT_BYTES + 1];
	struct text t;

	if (!s->tally.all.sockets)
		return;
	scales_of(&s->tally.all, scale);
	text_init(&t);
	text_add(&t, "%-12s", "");
	put_heads(&t);
	print_line(&t);
	for (int i = 0; i < SL_MEASURE_NR; i++) {
		if (!s->tally.all.measure[i].count)
			continue;
		text_init(&t);
		text_add(&t, "%-12s", sl_measures[i].name);
		put_histogram(&t, &run->term, sl_measures[i].unit, &s->tally.all.measure[i],
			      &scale[sl_measures[i].unit]);
		print_line(&t);
	}
	show_missing(run);
	show_ends(run);
}

/* One octave of a histogram; those of its range that are empty are shown too, so that a gap is seen. */
static void show_octave(struct run *run, enum sl_unit unit, unsigned octave, uint64_t count, uint64_t most,
			uint64_t whole)
{
	const struct term *term = &run->term;
	struct text t;

	text_init(&t);
	cell_value(&t, term, unit, octave ? 1ULL << octave : 0);
	text_add(&t, " %s", term->utf8 ? "–" : "-");
	cell_value(&t, term, unit, octave < 63 ? 1ULL << (octave + 1) : UINT64_MAX);
	cell_count(&t, count, 8);
	text_add(&t, "  %3u%%  ", (unsigned)((unsigned __int128)count * 100 / whole));
	bars_bar(&t, term, count, most, BAR_WIDTH);
	print_line(&t);
}

static unsigned octave_of(uint64_t v)
{
	return v > 1 ? 63 - (unsigned)__builtin_clzll(v) : 0;
}

static void show_octaves(struct run *run, enum sl_unit unit, const struct sl_histogram *h)
{
	uint64_t octave[64] = { 0 }, most = 1;
	struct sl_histogram_bucket b;
	unsigned at = 0;

	while (sl_histogram_next(h, &at, &b)) {
		uint64_t *n = &octave[octave_of(b.least)];

		*n += b.count;
		most = *n > most ? *n : most;
	}
	for (unsigned i = octave_of(h->min); h->count && i <= octave_of(h->max); i++)
		show_octave(run, unit, i, octave[i], most, h->count);
}

static void show_measure(struct run *run)
{
	const struct stats *s = run->state;
	const struct sl_measure_kind *kind = &sl_measures[s->measure];
	const struct sl_histogram *h = &s->tally.all.measure[s->measure];
	struct bars_scale scale;
	struct text t;

	bars_scale_init(&scale);
	bars_scale_include(&scale, h);
	text_init(&t);
	text_add(&t, "%-12s", kind->name);
	put_heads(&t);
	print_line(&t);
	text_init(&t);
	text_add(&t, "%-12s", "");
	put_histogram(&t, &run->term, kind->unit, h, &scale);
	if (!h->count)
		put_unwatched(run, &t, s->measure);
	print_line(&t);
	show_octaves(run, kind->unit, h);
}

static void show_group(struct run *run, const struct sl_tally_group *g, const char *name, unsigned width,
		       const struct bars_scale *scale)
{
	const struct stats *s = run->state;
	struct text t;

	text_init(&t);
	text_add(&t, "%-*s", (int)width, name);
	cell_count(&t, g->sockets, 8);
	cell_count(&t, g->failed, 7);
	cell_value(&t, &run->term, SL_UNIT_BYTES, g->bytes_out);
	cell_value(&t, &run->term, SL_UNIT_BYTES, g->bytes_in);
	put_histogram(&t, &run->term, sl_measures[s->measure].unit, &g->measure[s->measure], scale);
	print_line(&t);
}

static void show_groups(struct run *run)
{
	const struct stats *s = run->state;
	unsigned width = (unsigned)strlen(s->tally.config.by->name);
	struct bars_scale scale;
	struct text t;

	bars_scale_init(&scale);
	bars_scale_include(&scale, &s->tally.all.measure[s->measure]);
	for (unsigned i = 0; i < s->tally.groups; i++) {
		unsigned is = (unsigned)strlen(s->tally.group[i]->name);

		width = is > width ? is : width;
	}
	text_init(&t);
	text_add(&t, "%-*s", (int)width, s->tally.config.by->name);
	put_right(&t, "SOCKETS", 8);
	put_right(&t, "FAILED", 7);
	put_right(&t, "OUT", 7);
	put_right(&t, "IN", 7);
	put_heads(&t);
	text_add(&t, "  %s", sl_measures[s->measure].name);
	print_line(&t);
	for (unsigned i = 0; i < s->tally.groups; i++)
		show_group(run, s->tally.group[i], s->tally.group[i]->name, width, &scale);
	if (s->tally.other.sockets)
		printf("other: %" PRIu64 " socket%s of more groups than %u; --groups N keeps more\n",
		       s->tally.other.sockets, s->tally.other.sockets == 1 ? "" : "s", s->tally.config.max_groups);
}

static void show(struct run *run)
{
	const struct stats *s = run->state;

	if (s->reports > 1)
		putchar('\n');
	show_counters(run);
	if (s->tally.config.by)
		show_groups(run);
	else if (s->measure >= 0)
		show_measure(run);
	else
		show_measures(run);
	if (s->not_counted)
		printf("%" PRIu64 " sockets were not counted: no memory\n", s->not_counted);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	(void)peer;
	stats_life(run->state, l, ts_ns);
}

static bool tick(struct run *run, uint64_t now_ns)
{
	return stats_tick(run, now_ns, show);
}

static void end(struct run *run, const struct run_end *e)
{
	stats_end(run, show);
	view_text_end(run, e);
}

const struct view view_stats = { .begin = view_text_begin, .life = life, .tick = tick, .end = end };
