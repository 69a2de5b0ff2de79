// SPDX-License-Identifier: GPL-2.0-or-later
/* What a report gathers: see page.h. */
#include "page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

static const enum sl_measure extremes[PAGE_MEASURES] = { SL_MEASURE_HANDSHAKE, SL_MEASURE_ACCEPT_WAIT,
							 SL_MEASURE_RETRANS, SL_MEASURE_BYTES };

int page_init(struct page *p)
{
	memset(p, 0, sizeof(*p));
	p->width_ns = 1000000;
	p->stride = 1;
	for (int i = 0; i < PAGE_MEASURES; i++)
		p->extreme[i].measure = extremes[i];
	return survey_init(&p->survey);
}

void page_exit(struct page *p)
{
	survey_exit(&p->survey);
	free(p->ladders);
}

static void keep(struct page_life *kept, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	kept->life = *life;
	kept->ts_ns = ts_ns;
	kept->peer = peer;
}

/* Twice as wide, half as many. */
static void widen(struct page *p)
{
	for (unsigned i = 0; i < PAGE_BUCKETS; i++) {
		struct page_bucket *a = &p->bucket[i], none = { 0, 0 };
		unsigned from = 2 * i;

		*a = from < PAGE_BUCKETS ? p->bucket[from] : none;
		if (from + 1 < PAGE_BUCKETS) {
			a->ended += p->bucket[from + 1].ended;
			a->failed += p->bucket[from + 1].failed;
		}
	}
	p->width_ns *= 2;
}

/* What ended before the first that came is in the first bucket. */
static void note_time(struct page *p, uint64_t ts_ns, bool failed)
{
	uint64_t at;

	if (!p->begin_ns)
		p->begin_ns = ts_ns;
	while ((at = ts_ns > p->begin_ns ? (ts_ns - p->begin_ns) / p->width_ns : 0) >= PAGE_BUCKETS)
		widen(p);
	p->bucket[at].ended++;
	p->bucket[at].failed += failed;
}

static void note_reason(struct page *p, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	struct page_reason *r = p->reason;
	struct text t;

	text_init(&t);
	words_end(&t, life);
	t.s[sizeof(r->text) - 1] = 0;
	while (r < p->reason + p->reasons && strcmp(r->text, t.s))
		r++;
	if (r == p->reason + PAGE_REASONS) {
		p->other_reasons++;
		return;
	}
	if (r == p->reason + p->reasons) {
		p->reasons++;
		memcpy(r->text, t.s, strlen(t.s) + 1);
	}
	r->count++;
	if (r->examples < PAGE_EXAMPLES)
		keep(&r->example[r->examples++], life, ts_ns, peer);
}

static void note_extreme(struct page_extreme *e, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	struct sl_value v = sl_measures[e->measure].of(&life->id, life, true);
	unsigned at = e->count;

	if (v.quality != SL_EXACT || !v.v || life->id.role == SL_ROLE_LISTENER)
		return;
	while (at && e->value[at - 1] < v.v)
		at--;
	if (at == PAGE_EXTREMES)
		return;
	if (e->count < PAGE_EXTREMES)
		e->count++;
	memmove(&e->value[at + 1], &e->value[at], (e->count - at - 1) * sizeof(e->value[0]));
	memmove(&e->life[at + 1], &e->life[at], (e->count - at - 1) * sizeof(e->life[0]));
	e->value[at] = v.v;
	keep(&e->life[at], life, ts_ns, peer);
}

/* Each stride-th: when there is no room, every second goes and the stride doubles. */
static void list_other(struct page *p, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	if (p->seen_others++ % p->stride)
		return;
	if (p->other_count == PAGE_LISTED) {
		for (unsigned i = 0; i < PAGE_LISTED / 2; i++)
			p->other[i] = p->other[2 * i];
		p->other_count = PAGE_LISTED / 2;
		p->stride *= 2;
		if ((p->seen_others - 1) % p->stride)
			return;
	}
	keep(&p->other[p->other_count++], life, ts_ns, peer);
}

void page_life(struct page *p, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	bool failed = survey_failed(life);

	survey_life(&p->survey, life, ts_ns);
	if (!(life->complete.flags & SL_LIFE_OPEN))
		note_time(p, ts_ns, failed);
	if (failed) {
		note_reason(p, life, ts_ns, peer);
		if (p->failed_count < PAGE_LISTED)
			keep(&p->failed[p->failed_count++], life, ts_ns, peer);
	} else {
		list_other(p, life, ts_ns, peer);
		if (life->id.role == SL_ROLE_CLIENT && p->plain_count < PAGE_PLAIN)
			keep(&p->plain[p->plain_count++], life, ts_ns, peer);
	}
	for (int i = 0; i < PAGE_MEASURES; i++)
		note_extreme(&p->extreme[i], life, ts_ns, peer);
}

static bool is_of(const struct page_life *kept, unsigned count, uint64_t cookie)
{
	for (unsigned i = 0; i < count; i++) {
		if (kept[i].life.id.cookie == cookie || kept[i].peer == cookie)
			return true;
	}
	return false;
}

bool page_wants(const struct page *p, uint64_t cookie)
{
	if (!cookie)
		return false;
	for (unsigned i = 0; i < p->reasons; i++) {
		if (is_of(p->reason[i].example, p->reason[i].examples, cookie))
			return true;
	}
	for (int i = 0; i < PAGE_MEASURES; i++) {
		if (is_of(p->extreme[i].life, p->extreme[i].count, cookie))
			return true;
	}
	return is_of(p->plain, p->plain_count, cookie);
}
