/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socklife top: what is on the screen, and what it is made of. Rows come from snapshots (each second) and, of what has ended
 * or failed, from the source; the events of sockets are kept so that the ladder of one can be drawn. top_rows.c knows no
 * terminal, top_screen.c is the only one that does.
 */
#ifndef CLI_TOP_H
#define CLI_TOP_H

#include "gather.h"
#include "snapshot_run.h"

#define TOP_ROWS_MAX 20000 /* sockets in a snapshot; more are counted, not shown */
#define TOP_ERRORS_MAX 500 /* the last ones are kept */
#define TOP_TEXT 200

enum top_tab { TOP_SOCKETS, TOP_PROCESSES, TOP_LISTENERS, TOP_ERRORS, TOP_TABS };

enum top_sort {
	TOP_BY_STATE,
	TOP_BY_OWNER,
	TOP_BY_RECV_Q,
	TOP_BY_SEND_Q,
	TOP_BY_RTT,
	TOP_BY_BYTES,
	TOP_BY_RETRANS,
	TOP_SORTS
};

/* A socket of the last snapshot, or one that ended in an error. */
struct top_row {
	struct sl_diag diag;
	bool snapshot; /* diag is one; else only its life is anything */
	unsigned holders;
	uint64_t ts_ns;
	char *ladder; /* of an error, drawn when its connection was over; owned, NULL: not drawn */
};

struct top_process {
	uint32_t pid; /* 0: sockets whose owner is not known */
	char comm[16];
	unsigned sockets, established, listening, closing;
	uint64_t bytes_out, bytes_in, retrans;
	uint64_t queued; /* bytes in its sockets' queues */
};

struct top_rows {
	struct top_row **socket; /* those that the filter lets pass */
	unsigned sockets, listeners, room, more;
	struct top_process *process;
	unsigned processes;
	struct top_row *error[TOP_ERRORS_MAX]; /* the latest first */
	unsigned errors;
	uint64_t errors_seen;
	bool no_memory;
};

void top_rows_clear(struct top_rows *rows); /* sockets and processes; errors stay */
void top_rows_exit(struct top_rows *rows);
int top_rows_socket(struct top_rows *rows, const struct top_row *row); /* copies; 0 or -ENOMEM */
int top_rows_error(struct top_rows *rows, const struct sl_life *life, uint64_t ts_ns);
/* Sums the sockets up by process, and puts all in order. */
void top_rows_settle(struct top_rows *rows, enum top_sort sort, bool reverse);
const char *top_sort_name(enum top_sort sort);
bool top_is_error(const struct sl_life *life);

struct top {
	struct run *run;
	struct top_rows rows;
	struct gather gather; /* events of what is open */
	bool gathers;
	struct sl_filter *filter; /* what is shown */
	char filter_text[TOP_TEXT];
	char typed[TOP_TEXT]; /* while a filter is entered */
	bool typing;
	char message[800]; /* in the line above the keys */
	bool trouble;      /* the message is an error */
	enum top_tab tab;
	enum top_sort sort;
	bool reverse, paused, quit;
	unsigned at[TOP_TABS], first[TOP_TABS]; /* selected row, and the first on the screen */
	char *page;                             /* a socket's page, owned; NULL: the tables are shown */
	unsigned page_first;
	unsigned drawn;    /* ladders kept since the last snapshot */
	uint64_t next_ns;  /* next snapshot */
	bool live, events; /* there is a now; events come */
};

int top_filter_set(struct top *top, const char *text); /* 0, or -errno with message set */
int top_refresh(struct top *top);                      /* a new snapshot; 0 or -errno with message set */
/* The page of the selected socket: its ladder if its events are known, and what a snapshot tells. */
void top_page_open(struct top *top);
/* Keeps the ladder of a connection that ended in an error, of as many as there is time for. */
void top_ladder_keep(struct top *top, struct connection *c);
void top_key(struct top *top, int key);
unsigned top_count(const struct top *top, enum top_tab tab); /* rows of a tab */

bool top_terminal_is_known(void);     /* TERM has a description on this host */
int top_screen_open(struct top *top); /* 0, or -errno: this terminal cannot */
void top_screen_close(void);          /* the terminal is as before; may be called twice */
void top_screen_draw(struct top *top);
/* Takes the keys that were pressed, or waits up to timeout_ms for one. */
void top_screen_keys(struct top *top, int timeout_ms);

#endif
