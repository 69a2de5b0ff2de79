// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rows of a diagram. Steps that follow from each other within a moment share a row, as long as they go on where the
 * one before arrived: connect() -> SYN-SENT -> SYN -> (the other end). Time that passes without a step is one row, and
 * so is the middle of a long run of sends and receives.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "sequence.h"
#include "step_words.h"

#define ROW_NS 1000000ULL /* a row's steps are no further apart */
#define GAP_NS 5000000ULL /* the least that may be a gap */
#define GAP_PART 8        /* ... and it is this part of the whole */
#define GAP_SURE_NS 1000000000ULL
#define FOLD_OVER 24 /* steps of data in a run that are all shown */
#define FOLD_KEEP 8  /* of a longer run, at each of its ends */

struct body {
	struct sequence *s;
	const struct connection *c;
	const struct steps *steps;
	const struct sequence_style *style;
	int *row_of; /* of each step: where its arrow is */
	int at;      /* lane where the last step of this row arrived; -1: a new row must begin */
	bool has_segment, has_call;
	uint8_t marked; /* lanes of this row with a mark, as bits */
	int flying[2];  /* of each end: the arrival of its last segment drawn in halves */
	uint64_t span_ns, last_ns;
	bool failed;
};

static struct sequence_item *item(struct body *b, enum sequence_item_kind kind, unsigned from, unsigned to)
{
	struct sequence_item *new = b->failed ? NULL : sequence_add_item(b->s, kind, from, to);

	b->failed |= !new;
	return new;
}

static void begin_row(struct body *b, enum sequence_row_kind kind, uint64_t ns)
{
	b->failed = b->failed || !sequence_add_row(b->s, kind, ns);
	b->at = -1;
	b->has_segment = b->has_call = false;
	b->marked = 0;
}

static void say(struct sequence_item *i, const struct step *step, const struct sl_ident *id, const struct term *term)
{
	struct text t;

	if (!i)
		return;
	text_init(&t);
	step_words(&t, step, id, term);
	text_copy(i->text, sizeof(i->text), &t);
	i->signal = step_signal(step);
}

static const struct sl_ident *ident_of(const struct body *b, const struct step *step)
{
	return &b->c->end[step->side]->id;
}

/* ---- a step in its row ---- */

static bool is_far_end(const struct body *b)
{
	return b->s->far || b->c->end[1];
}

static unsigned other_lane(const struct body *b, const struct step *step)
{
	return b->s->socket_lane[!step->side];
}

static void mark(struct body *b, unsigned lane, const char *text, enum signal_class signal)
{
	struct sequence_item *i = item(b, ITEM_MARK, lane, lane);

	if (!i)
		return;
	snprintf(i->text, sizeof(i->text), "%s", text);
	i->signal = signal;
	b->marked |= (uint8_t)(1u << lane);
}

/*
 * Data of a call that worked, between the sockets, and what waits at the other one. What comes from afar is drawn where
 * it is received, since it was not seen to be sent.
 */
static void data(struct body *b, const struct step *step)
{
	bool sends = step->ev->call.call == SL_CALL_SEND;
	unsigned here = b->s->socket_lane[step->side], there = other_lane(b, step);
	struct sequence_item *i;
	char size[32], text[48];

	if (sends ? is_far_end(b) : b->s->far) {
		i = item(b, ITEM_ARROW, sends ? here : there, sends ? there : here);
		if (!i)
			return;
		i->told = true;
		snprintf(i->text, sizeof(i->text), "%" PRIu64 " B", (uint64_t)step->ev->io.bytes);
	}
	if (!step->queued || !step->unread || step->kind != STEP_CALL)
		return;
	human_bytes(size, sizeof(size), step->unread);
	snprintf(text, sizeof(text), "%s unread", size);
	mark(b, there, text, SIGNAL_DIM);
}

static void queued(struct body *b, const struct step *step)
{
	char wait[32], text[48];

	if (step->ev->call.call != SL_CALL_ACCEPT || !step->ev->call.wait_ns)
		return;
	human_time(wait, sizeof(wait), step->ev->call.wait_ns, b->style->term->utf8);
	snprintf(text, sizeof(text), "queued %s", wait);
	mark(b, b->s->socket_lane[step->side], text, SIGNAL_DIM);
}

static void draw_call(struct body *b, const struct step *step)
{
	unsigned app = b->s->app_lane[step->side], socket = b->s->socket_lane[step->side];
	bool asks = step->kind == STEP_CALL;

	if (step->kind == STEP_RETURN)
		queued(b, step);
	say(item(b, ITEM_ARROW, asks ? app : socket, asks ? socket : app), step, ident_of(b, step), b->style->term);
	b->at = asks && step->ev->kind != SL_EV_OPTION ? (int)socket : -1;
	b->has_call = true;
	if (step_is_io(step) && (asks || step->whole)) {
		data(b, step);
		b->at = -1;
	}
}

static void draw_mark(struct body *b, const struct step *step)
{
	unsigned lane = b->s->socket_lane[step->side];
	struct text t;

	text_init(&t);
	step_words(&t, step, ident_of(b, step), b->style->term);
	mark(b, lane, t.s, step->kind == STEP_STATE ? SIGNAL_NONE : step_signal(step));
	b->at = (int)lane;
}

static void draw_segment(struct body *b, const struct step *step, bool arrives)
{
	unsigned here = b->s->socket_lane[step->side], there = other_lane(b, step);
	bool leaves = step->kind == STEP_LEAVE;
	struct sequence_item *i;

	if (!is_far_end(b)) { /* nobody is known to be there */
		draw_mark(b, step);
		return;
	}
	i = item(b, ITEM_ARROW, leaves ? here : there, leaves ? there : here);
	say(i, step, ident_of(b, step), b->style->term);
	if (!i)
		return;
	i->cut_at_end = leaves && !arrives && b->c->end[1];
	i->cut_at_start = !leaves && b->c->end[1];
	b->has_segment = true;
	b->at = leaves ? (i->cut_at_end ? -1 : (int)there) : (int)here;
}

/* ---- which row ---- */

static bool goes_on(const struct body *b, const struct step *step)
{
	unsigned lane = b->s->socket_lane[step->side];

	if (b->style->verbose || !b->s->rows || b->at < 0 || b->at != (int)lane || step->ns > b->last_ns + ROW_NS)
		return false;
	if (step->kind == STEP_LEAVE)
		return !b->has_segment;
	return (step->kind == STEP_STATE || step->kind == STEP_NOTE) && !(b->marked & 1u << lane);
}

/*
 * A segment is one arrow if nothing of the other end, and nothing that comes from it, lies between its departure and its
 * arrival, and no segment comes towards it. What its sender does meanwhile is drawn after it.
 */
static bool arrives_now(const struct body *b, unsigned i)
{
	const struct step *left = &b->steps->step[i];

	if (left->kind != STEP_LEAVE || left->mate < 0 || b->style->verbose ||
	    b->steps->step[left->mate].ns - left->ns > ROW_NS || b->flying[!left->side] > (int)i)
		return false;
	while ((int)++i < left->mate) {
		const struct step *s = &b->steps->step[i];

		if (!s->hidden && (s->side != left->side || s->kind == STEP_ARRIVE))
			return false;
	}
	return true;
}

static void draw_step(struct body *b, unsigned i)
{
	const struct step *step = &b->steps->step[i];
	bool whole = arrives_now(b, i);

	if (!goes_on(b, step))
		begin_row(b, ROW_STEPS, step->ns);
	b->row_of[i] = (int)b->s->rows - 1;
	if (step->kind == STEP_CALL || step->kind == STEP_RETURN)
		draw_call(b, step);
	else if (step_is_segment(step))
		draw_segment(b, step, whole);
	else
		draw_mark(b, step);
	b->last_ns = step->ns;
	if (!whole && step->kind == STEP_LEAVE)
		b->flying[step->side] = step->mate;
	if (!whole)
		return;
	b->row_of[step->mate] = b->row_of[i];
	b->last_ns = b->steps->step[step->mate].ns;
}

static bool is_gap(const struct body *b, uint64_t ns)
{
	uint64_t gap_ns = ns > b->last_ns ? ns - b->last_ns : 0;

	return b->s->rows && gap_ns >= GAP_NS && (gap_ns >= b->span_ns / GAP_PART || gap_ns >= GAP_SURE_NS);
}

static void draw_gap(struct body *b, uint64_t ns)
{
	const char *dots = b->style->term->utf8 ? "…" : "...";
	struct sequence_row *row;
	char time[32];

	begin_row(b, ROW_GAP, b->last_ns);
	if (b->failed)
		return;
	row = &b->s->row[b->s->rows - 1];
	human_time(time, sizeof(time), ns - b->last_ns, b->style->term->utf8);
	snprintf(row->text, sizeof(row->text), "%s %s %s", dots, time, dots);
}

/* How many steps from i on are sends and receives. */
static unsigned run_of_data(const struct body *b, unsigned i)
{
	unsigned n = 0;

	while (i + n < b->steps->count && (step_is_io(&b->steps->step[i + n]) || b->steps->step[i + n].hidden))
		n++;
	return n;
}

static unsigned draw_fold(struct body *b, unsigned from, unsigned count)
{
	const char *dots = b->style->term->utf8 ? "…" : "...";
	uint64_t bytes[2] = { 0, 0 };
	struct sequence_row *row;
	char out[32], in[32];
	struct text t;

	for (unsigned i = from; i < from + count; i++) {
		const struct step *step = &b->steps->step[i];

		if (!step->hidden && step->kind == STEP_CALL)
			bytes[step->side] += step->ev->io.bytes;
	}
	begin_row(b, ROW_FOLD, b->steps->step[from].ns);
	if (b->failed)
		return count;
	row = &b->s->row[b->s->rows - 1];
	human_bytes(out, sizeof(out), bytes[0]);
	human_bytes(in, sizeof(in), bytes[1]);
	text_init(&t);
	text_add(&t, "%s %u steps of data: %s %s, %s %s %s", dots, count, term_right(b->style->term), out,
		 term_left(b->style->term), in, dots);
	text_copy(row->text, sizeof(row->text), &t);
	b->last_ns = b->steps->step[from + count - 1].ns;
	return count;
}

static void draw_shown(struct body *b, unsigned i)
{
	const struct step *step = &b->steps->step[i];

	if (step->hidden || b->row_of[i] >= 0)
		return;
	if (is_gap(b, step->ns))
		draw_gap(b, step->ns);
	draw_step(b, i);
}

static void draw_all(struct body *b)
{
	unsigned i = 0, run, folded;

	while (i < b->steps->count && !b->failed) {
		run = run_of_data(b, i);
		folded = run > FOLD_OVER && !b->style->verbose ? run - 2 * FOLD_KEEP : 0;
		run += !run; /* any other step */
		for (unsigned k = 0; k < run && !b->failed; k++) {
			if (folded && k == FOLD_KEEP)
				k += draw_fold(b, i + k, folded);
			draw_shown(b, i + k);
		}
		i += run;
	}
}

/* ---- afterwards ---- */

/* The arrows whose halves are in two rows know each other. */
static void link_halves(struct body *b)
{
	struct sequence *s = b->s;

	for (unsigned i = 0; i < b->steps->count; i++) {
		const struct step *step = &b->steps->step[i];
		int here = b->row_of[i], there = step->mate < 0 ? -1 : b->row_of[step->mate];

		if (here < 0 || there < 0 || here == there)
			continue;
		for (unsigned k = 0; k < s->row[here].count; k++) {
			struct sequence_item *half = &s->item[s->row[here].first + k];

			if (half->cut_at_start || half->cut_at_end)
				half->other_row = there;
		}
	}
}

static void write_times(struct sequence *s, const struct stamp *how)
{
	struct stamp stamp = *how;

	if (stamp.how == TIME_UNSET)
		stamp.how = TIME_REL;
	stamp.first_ns = 0;
	for (unsigned i = 0; i < s->rows; i++) {
		if (s->row[i].kind != ROW_GAP)
			stamp_text(&stamp, s->row[i].time, s->row[i].ns);
	}
}

static uint64_t span_of(const struct steps *steps)
{
	return steps->count ? steps->step[steps->count - 1].ns - steps->step[0].ns : 0;
}

int sequence_body(struct sequence *s, const struct connection *c, const struct steps *steps,
		  const struct sequence_style *style)
{
	struct body b = {
		.s = s, .c = c, .steps = steps, .style = style, .at = -1, .flying = { -1, -1 }, .span_ns = span_of(steps)
	};

	b.row_of = malloc((steps->count + 1) * sizeof(*b.row_of));
	if (!b.row_of)
		return -ENOMEM;
	memset(b.row_of, 0xff, (steps->count + 1) * sizeof(*b.row_of));
	draw_all(&b);
	if (!b.failed) {
		link_halves(&b);
		write_times(s, style->stamp);
	}
	free(b.row_of);
	return b.failed ? -ENOMEM : 0;
}
