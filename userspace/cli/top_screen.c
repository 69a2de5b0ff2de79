// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * top's terminal: see top.h. ncurses only here. Nothing is said by colour alone, and 80 by 24 is enough. The terminal is set
 * back whatever ends the run: signals end the session's loop first, and a stop (^Z) is ncurses' own business.
 */
#include <errno.h>
#include <inttypes.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "top.h"
#include "words.h"

#define ROWS_AT 3 /* first line of rows */
#define LINES_LEAST 8
#define WIDE 100 /* columns: from here on there is room for bytes */

static SCREEN *screen;
static bool coloured;

int top_screen_open(struct top *top)
{
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return -ENOTTY;
	set_term(screen);
	cbreak();
	noecho();
	keypad(stdscr, true);
	set_escdelay(25);
	curs_set(0);
	coloured = top->run->term.colour && has_colors() && start_color() == OK && use_default_colors() == OK;
	if (coloured) {
		init_pair(SIGNAL_WARN, COLOR_YELLOW, -1);
		init_pair(SIGNAL_BAD, COLOR_RED, -1);
	}
	return 0;
}

void top_screen_close(void)
{
	if (!screen)
		return;
	curs_set(1);
	endwin();
	delscreen(screen);
	screen = NULL;
}

static attr_t attribute(enum signal_class signal)
{
	if (signal == SIGNAL_DIM)
		return A_DIM;
	if (signal == SIGNAL_WARN || signal == SIGNAL_BAD)
		return coloured ? (attr_t)COLOR_PAIR(signal) : A_BOLD;
	return A_NORMAL;
}

/* One line of the screen, cut at its right edge, and blank behind the text. */
static void put_line(int y, const char *text, attr_t attr)
{
	int width = getmaxx(stdscr), n = 0;
	size_t len = 0;

	while (text[len] && n < width) {
		n++;
		len++;
		while (((unsigned char)text[len] & 0xc0) == 0x80)
			len++;
	}
	attrset(attr);
	mvaddnstr(y, 0, text, (int)len);
	if (n < width)
		hline(' ', width - n);
	attrset(A_NORMAL);
}

static void draw_title(const struct top *top)
{
	struct text t;

	text_init(&t);
	text_add(&t, "socklife top  source=%s", top->run->source);
	if (*top->filter_text)
		text_add(&t, "  filter: %s", top->filter_text);
	if (top->paused)
		text_add(&t, "  PAUSED");
	put_line(0, t.s, A_NORMAL);
}

static void draw_tabs(const struct top *top)
{
	static const char *const names[TOP_TABS] = { "sockets", "processes", "listeners", "errors" };
	char text[64];

	put_line(1, "", A_NORMAL);
	move(1, 0);
	for (int i = 0; i < TOP_TABS; i++) {
		bool chosen = (int)top->tab == i;

		snprintf(text, sizeof(text), chosen ? "[%d %s %u]" : " %d %s %u ", i + 1, names[i],
			 top_count(top, (enum top_tab)i));
		attrset(chosen ? A_REVERSE : A_NORMAL);
		addstr(text);
		attrset(A_NORMAL);
		addstr(" ");
	}
	if (top->tab != TOP_ERRORS)
		printw(" by %s%s", top->tab == TOP_PROCESSES ? "sockets" : top_sort_name(top->sort),
		       top->reverse ? ", reversed" : "");
}

static void columns_of(const struct top *top, struct columns *columns)
{
	static const char *const lists[2][TOP_TABS] = {
		{ [TOP_SOCKETS] = "proc,ends,state,recv-q,send-q,rtt,rtx,sock",
		  [TOP_LISTENERS] = "proc,local,recv-q,send-q,sock",
		  [TOP_ERRORS] = "proc,remote,life,end" },
		{ [TOP_SOCKETS] = "proc,ends,state,recv-q,send-q,rtt,rtx,out,in,sock",
		  [TOP_LISTENERS] = "proc,local,recv-q,send-q,sock",
		  [TOP_ERRORS] = "proc,ends,role,life,rtx,end" },
	};

	const char *list = lists[getmaxx(stdscr) >= WIDE][top->tab];

	columns_choose(columns, list, NULL, NULL);
	columns_fit(columns, (unsigned)getmaxx(stdscr));
}

/* The terminal's colours are ncurses', not the text's. */
static struct term plain(const struct top *top)
{
	struct term term = top->run->term;

	term.colour = false;
	term.width = (unsigned)getmaxx(stdscr);
	return term;
}

static void draw_socket(const struct top *top, int y, const struct top_row *r, attr_t attr)
{
	struct term term = plain(top);
	struct row row = { .term = &term,
			   .life = &r->diag.life,
			   .time = "",
			   .diag = r->snapshot ? &r->diag : NULL,
			   .holders = r->holders };
	struct columns columns;
	struct text t;

	columns_of(top, &columns);
	text_init(&t);
	columns_row(&columns, &row, &t);
	put_line(y, t.s, attr);
}

static void draw_process(const struct top *top, int y, const struct top_process *p, attr_t attr)
{
	char out[32], in[32], queued[32];
	struct text name, t;

	(void)top;
	text_init(&name);
	if (p->pid) {
		text_add_foreign(&name, p->comm, sizeof(p->comm));
		text_add(&name, "[%u]", p->pid);
	} else {
		text_add(&name, "? (not known)");
	}
	human_bytes(out, sizeof(out), p->bytes_out);
	human_bytes(in, sizeof(in), p->bytes_in);
	human_bytes(queued, sizeof(queued), p->queued);
	text_init(&t);
	text_add(&t, " %-20s %7u %5u %6u %7u %7s %6s %6s %5" PRIu64, name.s, p->sockets, p->established, p->listening,
		 p->closing, queued, out, in, p->retrans);
	put_line(y, t.s, attr);
}

static void draw_head(const struct top *top)
{
	struct term term = plain(top);
	struct columns columns;
	struct text t;

	text_init(&t);
	if (top->tab == TOP_PROCESSES) {
		text_add(&t, " %-20s %7s %5s %6s %7s %7s %6s %6s %5s", "PROC", "SOCKETS", "ESTAB", "LISTEN", "CLOSING",
			 "QUEUED", "OUT", "IN", "RTX");
	} else {
		columns_of(top, &columns);
		columns_head(&columns, &term, &t);
	}
	put_line(ROWS_AT - 1, t.s, A_BOLD);
}

/* Row n of the tab at hand; listeners are those of the sockets, in the same order. */
static const struct top_row *row_of(const struct top *top, unsigned n)
{
	if (top->tab == TOP_ERRORS)
		return n < top->rows.errors ? top->rows.error[n] : NULL;
	if (top->tab == TOP_SOCKETS)
		return n < top->rows.sockets ? top->rows.socket[n] : NULL;
	for (unsigned i = 0; i < top->rows.sockets; i++) {
		if (top->rows.socket[i]->diag.life.id.role == SL_ROLE_LISTENER && !n--)
			return top->rows.socket[i];
	}
	return NULL;
}

static void draw_row(const struct top *top, int y, unsigned n, bool selected)
{
	const struct top_row *row = top->tab == TOP_PROCESSES ? NULL : row_of(top, n);
	attr_t attr = selected ? A_REVERSE : row ? attribute(words_end_signal(&row->diag.life)) : A_NORMAL;

	if (row && row->snapshot && !selected)
		attr = A_NORMAL;
	if (top->tab == TOP_PROCESSES)
		draw_process(top, y, &top->rows.process[n], attr);
	else if (row)
		draw_socket(top, y, row, attr);
}

static const char *nothing(const struct top *top)
{
	if (top->tab == TOP_ERRORS && !top->events)
		return " errors are told by events, and those need privilege: socklife check";
	if (top->tab == TOP_ERRORS)
		return " nothing has failed since this began";
	return " none";
}

static void draw_table(struct top *top, int lines)
{
	unsigned count = top_count(top, top->tab), *at = &top->at[top->tab], *first = &top->first[top->tab];

	if (*at >= count)
		*at = count ? count - 1 : 0;
	if (*at < *first)
		*first = *at;
	if (*at >= *first + (unsigned)lines)
		*first = *at - (unsigned)lines + 1;
	draw_head(top);
	for (int i = 0; i < lines; i++) {
		unsigned n = *first + (unsigned)i;

		if (n < count)
			draw_row(top, ROWS_AT + i, n, n == *at);
		else
			put_line(ROWS_AT + i, !i ? nothing(top) : "", A_NORMAL);
	}
}

/* The page's text, from line page_first on; what does not fit is scrolled to. */
static void draw_page(struct top *top, int lines)
{
	const char *p = top->page;
	unsigned n = 0, total = 0;

	for (const char *q = p; *q; q++)
		total += *q == '\n';
	if (top->page_first + (unsigned)lines > total)
		top->page_first = total > (unsigned)lines ? total - (unsigned)lines : 0;
	for (; *p && n < top->page_first; n++)
		p += strcspn(p, "\n") + 1;
	for (int i = 0; i < lines; i++) {
		size_t len = strcspn(p, "\n");
		char line[1024];

		snprintf(line, sizeof(line), "%.*s", (int)(len < sizeof(line) - 1 ? len : sizeof(line) - 1), p);
		put_line(ROWS_AT - 1 + i, line, A_NORMAL);
		p += len + !!p[len];
	}
}

static void draw_status(const struct top *top, int y)
{
	struct text t;

	text_init(&t);
	if (top->typing)
		text_add(&t, "filter: %s_  %s", top->typed, top->message);
	else if (*top->message)
		text_add(&t, "%s", top->message);
	else if (top->rows.more)
		text_add(&t, "%u more sockets are not shown: use a filter", top->rows.more);
	else if (top->rows.no_memory)
		text_add(&t, "something is missing: no memory");
	put_line(y, t.s, top->trouble ? attribute(SIGNAL_BAD) : A_NORMAL);
}

static void draw_keys(const struct top *top, int y)
{
	const char *keys = "q quit  Tab next  / filter  s sort  r reverse  p pause  Enter ladder";

	if (top->typing)
		keys = "Enter apply  Esc leave it  ^U empty";
	else if (top->page)
		keys = "q back  arrows scroll";
	put_line(y, keys, A_REVERSE);
}

void top_screen_draw(struct top *top)
{
	int height = getmaxy(stdscr);

	if (height < LINES_LEAST) {
		erase();
		put_line(0, "too small: 8 lines are needed", A_NORMAL);
		refresh();
		return;
	}
	draw_title(top);
	draw_tabs(top);
	if (top->page)
		draw_page(top, height - ROWS_AT - 1);
	else
		draw_table(top, height - ROWS_AT - 2);
	draw_status(top, height - 2);
	draw_keys(top, height - 1);
	refresh();
}

void top_screen_keys(struct top *top, int timeout_ms)
{
	int key;

	timeout(timeout_ms);
	while (!top->quit && (key = getch()) != ERR) {
		if (key != KEY_RESIZE)
			top_key(top, key);
		timeout(0);
	}
}
