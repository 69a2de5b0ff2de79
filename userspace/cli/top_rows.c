// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of top: see top.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "top.h"
#include "words.h"

#define ESTABLISHED 1 /* TCP_* of the kernel */
#define LISTEN 10

void top_rows_clear(struct top_rows *rows)
{
	for (unsigned i = 0; i < rows->sockets; i++)
		free(rows->socket[i]);
	rows->sockets = rows->listeners = rows->more = 0;
	free(rows->process);
	rows->process = NULL;
	rows->processes = 0;
}

static void row_destroy(struct top_row *row)
{
	free(row->ladder);
	free(row);
}

void top_rows_exit(struct top_rows *rows)
{
	top_rows_clear(rows);
	for (unsigned i = 0; i < rows->errors; i++)
		row_destroy(rows->error[i]);
	free(rows->socket);
	memset(rows, 0, sizeof(*rows));
}

static struct top_row *copy(const struct top_row *row)
{
	struct top_row *new = malloc(sizeof(*new));

	if (new)
		*new = *row;
	return new;
}

int top_rows_socket(struct top_rows *rows, const struct top_row *row)
{
	unsigned room = rows->room ? 2 * rows->room : 64;
	struct top_row **all = rows->socket, *new;

	if (rows->sockets == TOP_ROWS_MAX) {
		rows->more++;
		return 0;
	}
	if (rows->sockets == rows->room) {
		all = realloc(all, room * sizeof(*all));
		if (!all)
			return -ENOMEM;
		rows->socket = all;
		rows->room = room;
	}
	new = copy(row);
	if (!new)
		return -ENOMEM;
	rows->socket[rows->sockets++] = new;
	rows->listeners += row->diag.life.id.role == SL_ROLE_LISTENER;
	return 0;
}

bool top_is_error(const struct sl_life *life)
{
	return words_end_signal(life) == SIGNAL_BAD;
}

int top_rows_error(struct top_rows *rows, const struct sl_life *life, uint64_t ts_ns)
{
	struct top_row row = { .diag.life = *life, .ts_ns = ts_ns }, *new = copy(&row);

	if (!new)
		return -ENOMEM;
	rows->errors_seen++;
	if (rows->errors == TOP_ERRORS_MAX)
		row_destroy(rows->error[--rows->errors]);
	memmove(&rows->error[1], &rows->error[0], rows->errors * sizeof(rows->error[0]));
	rows->error[0] = new;
	rows->errors++;
	return 0;
}

/* What a sort goes by; the largest is first, but for names. */
static uint64_t weight(const struct top_row *row, enum top_sort sort)
{
	const struct sl_life *l = &row->diag.life;
	bool listens = l->id.role == SL_ROLE_LISTENER;

	switch (sort) {
	case TOP_BY_STATE: return listens ? ~0ULL : 100ULL - l->close.last_state;
	case TOP_BY_RECV_Q: return row->diag.recv_q;
	case TOP_BY_SEND_Q: return listens ? 0 : row->diag.send_q;
	case TOP_BY_RTT: return l->flow.srtt_us;
	case TOP_BY_BYTES: return l->flow.bytes_sent + l->flow.bytes_received;
	case TOP_BY_RETRANS: return l->errors.retrans;
	default: return 0;
	}
}

static enum top_sort sort_by;
static bool sort_reverse;

static int compare(const void *a, const void *b)
{
	const struct top_row *x = *(struct top_row *const *)a, *y = *(struct top_row *const *)b;
	const struct sl_ident *i = &x->diag.life.id, *j = &y->diag.life.id;
	uint64_t v = weight(x, sort_by), w = weight(y, sort_by);
	int order = v > w ? -1 : v < w;

	if (sort_by == TOP_BY_OWNER)
		order = strncmp(i->comm, j->comm, sizeof(i->comm));
	if (sort_by == TOP_BY_OWNER && !order)
		order = i->pid < j->pid ? -1 : i->pid > j->pid;
	if (!order) /* the same order each time */
		return i->cookie < j->cookie ? -1 : i->cookie > j->cookie;
	return sort_reverse ? -order : order;
}

static struct top_process *process_of(struct top_rows *rows, const struct sl_ident *id, unsigned *room)
{
	uint32_t pid = id->known & SL_ID_OWNER ? id->pid : 0;
	struct top_process *all;

	for (unsigned i = rows->processes; i-- > 0;) { /* sockets of a process mostly come together */
		if (rows->process[i].pid == pid)
			return &rows->process[i];
	}
	if (rows->processes == *room) {
		*room = *room ? 2 * *room : 64;
		all = realloc(rows->process, *room * sizeof(*all));
		if (!all)
			return NULL;
		rows->process = all;
	}
	all = &rows->process[rows->processes++];
	memset(all, 0, sizeof(*all));
	all->pid = pid;
	if (pid)
		memcpy(all->comm, id->comm, sizeof(all->comm));
	return all;
}

static void sum_up(struct top_process *p, const struct top_row *row)
{
	const struct sl_life *l = &row->diag.life;
	bool listens = l->id.role == SL_ROLE_LISTENER, established = l->close.last_state == ESTABLISHED;

	p->sockets++;
	p->listening += listens;
	p->established += established;
	p->closing += !listens && !established && l->close.last_state;
	p->bytes_out += l->flow.bytes_sent;
	p->bytes_in += l->flow.bytes_received;
	p->retrans += l->errors.retrans;
	if (!listens)
		p->queued += row->diag.recv_q + row->diag.send_q;
}

static int most_sockets(const void *a, const void *b)
{
	const struct top_process *x = a, *y = b;
	int order = x->sockets > y->sockets ? -1 : x->sockets < y->sockets;

	if (!order)
		return x->pid < y->pid ? -1 : x->pid > y->pid;
	return sort_reverse ? -order : order;
}

void top_rows_settle(struct top_rows *rows, enum top_sort sort, bool reverse)
{
	unsigned room = 0;

	sort_by = sort;
	sort_reverse = reverse;
	free(rows->process);
	rows->process = NULL;
	rows->processes = 0;
	for (unsigned i = 0; i < rows->sockets; i++) {
		struct top_process *p = process_of(rows, &rows->socket[i]->diag.life.id, &room);

		if (p)
			sum_up(p, rows->socket[i]);
		else
			rows->no_memory = true;
	}
	if (rows->sockets)
		qsort(rows->socket, rows->sockets, sizeof(rows->socket[0]), compare);
	if (rows->processes)
		qsort(rows->process, rows->processes, sizeof(rows->process[0]), most_sockets);
}

const char *top_sort_name(enum top_sort sort)
{
	static const char *const names[TOP_SORTS] = { "state", "owner", "recv-q",     "send-q",
						      "rtt",   "bytes", "retransmits" };

	return names[sort];
}
