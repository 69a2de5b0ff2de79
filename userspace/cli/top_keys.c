// SPDX-License-Identifier: GPL-2.0-or-later
/* What a key does in top: see top.h. */
#include <errno.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top.h"

#define ESCAPE 27
#define PAGE 10

static unsigned listener_count(const struct top *top)
{
	return top->rows.listeners;
}

unsigned top_count(const struct top *top, enum top_tab tab)
{
	switch (tab) {
	case TOP_SOCKETS: return top->rows.sockets;
	case TOP_PROCESSES: return top->rows.processes;
	case TOP_LISTENERS: return listener_count(top);
	default: return top->rows.errors;
	}
}

static void move_by(struct top *top, int by)
{
	unsigned count = top_count(top, top->tab), *at = &top->at[top->tab];

	if (top->page) {
		top->page_first = by < 0 && top->page_first < (unsigned)-by ? 0 : top->page_first + (unsigned)by;
		return;
	}
	if (by < 0)
		*at = *at < (unsigned)-by ? 0 : *at - (unsigned)-by;
	else
		*at = *at + (unsigned)by < count ? *at + (unsigned)by : count ? count - 1 : 0;
}

static void close_page(struct top *top)
{
	free(top->page);
	top->page = NULL;
}

static void begin_typing(struct top *top)
{
	close_page(top);
	top->typing = true;
	top->trouble = false;
	strcpy(top->typed, top->filter_text);
	top->message[0] = 0;
}

/* A filter that is wrong stays to be corrected, with what is wrong beside it. */
static void end_typing(struct top *top)
{
	top->message[0] = 0;
	top->trouble = false;
	if (top_filter_set(top, top->typed)) {
		top->trouble = true;
		return;
	}
	top->typing = false;
	if (top->live)
		top_refresh(top);
}

static void type(struct top *top, int key)
{
	size_t len = strlen(top->typed);

	if (key == ESCAPE) {
		top->typing = top->trouble = false;
		top->message[0] = 0;
	} else if (key == '\n' || key == '\r' || key == KEY_ENTER) {
		end_typing(top);
	} else if (key == KEY_BACKSPACE || key == 127 || key == '\b') {
		if (len)
			top->typed[len - 1] = 0;
	} else if (key == 'U' - '@') { /* ^U */
		top->typed[0] = 0;
	} else if (key >= ' ' && key < 256 && key != 127 && len + 1 < sizeof(top->typed)) {
		top->typed[len] = (char)key;
		top->typed[len + 1] = 0;
	}
}

static void choose_tab(struct top *top, int tab)
{
	close_page(top);
	top->tab = (enum top_tab)((tab + TOP_TABS) % TOP_TABS);
}

static void next_sort(struct top *top)
{
	top->sort = (enum top_sort)((top->sort + 1) % TOP_SORTS);
	top_rows_settle(&top->rows, top->sort, top->reverse);
}

static void reverse(struct top *top)
{
	top->reverse = !top->reverse;
	top_rows_settle(&top->rows, top->sort, top->reverse);
}

static void quit(struct top *top)
{
	if (top->page)
		close_page(top);
	else
		top->quit = true;
}

static void move_key(struct top *top, int key)
{
	switch (key) {
	case KEY_UP:
	case 'k': move_by(top, -1); break;
	case KEY_DOWN:
	case 'j': move_by(top, 1); break;
	case KEY_PPAGE: move_by(top, -PAGE); break;
	case KEY_NPAGE: move_by(top, PAGE); break;
	case KEY_HOME:
	case 'g': move_by(top, -TOP_ROWS_MAX); break;
	case KEY_END:
	case 'G': move_by(top, top->page ? 0 : TOP_ROWS_MAX); break;
	default: break;
	}
}

void top_key(struct top *top, int key)
{
	if (top->typing) {
		type(top, key);
		return;
	}
	switch (key) {
	case 'q': quit(top); break;
	case ESCAPE: close_page(top); break;
	case '\t':
	case KEY_RIGHT: choose_tab(top, (int)top->tab + 1); break;
	case KEY_BTAB:
	case KEY_LEFT: choose_tab(top, (int)top->tab - 1); break;
	case '1':
	case '2':
	case '3':
	case '4': choose_tab(top, key - '1'); break;
	case '/': begin_typing(top); break;
	case 's': next_sort(top); break;
	case 'r': reverse(top); break;
	case 'p':
	case ' ': top->paused = !top->paused; break;
	case '\n':
	case '\r':
	case KEY_ENTER: top->page ? close_page(top) : top_page_open(top); break;
	default: move_key(top, key);
	}
}
