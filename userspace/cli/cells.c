// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands in a life's columns. Three things differ: a number, "there is none" (a dash), and "not known" (a question
 * mark: the fact was not watched, or the record does not have it). A 0 is a number.
 */
#include "cells.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../core/fact.h"
#include "human.h"
#include "names.h"
#include "words.h"

static bool watched(const struct row *row, uint64_t fact)
{
	return row->life->complete.watched & fact;
}

static void put_time(struct text *t, const struct row *row, uint64_t ns)
{
	char buf[32];

	human_time(buf, sizeof(buf), ns, row->term->utf8);
	text_string(t, buf);
}

static void put_between(struct text *t, const struct row *row, uint64_t from_ns, uint64_t to_ns)
{
	if (from_ns && to_ns >= from_ns)
		put_time(t, row, to_ns - from_ns);
	else
		text_string(t, term_none(row->term));
}

/* TCP counts by itself; of other protocols only the calls are known, if they are watched. */
static void put_bytes(struct text *t, const struct row *row, uint64_t tcp, uint64_t calls, uint64_t call_fact)
{
	bool by_tcp = row->life->id.protocol == IPPROTO_TCP && watched(row, SL_FACT_BIT(BYTES));
	char buf[32];

	if (row->life->id.role == SL_ROLE_LISTENER) {
		text_string(t, term_none(row->term));
		return;
	}
	if (!by_tcp && !watched(row, call_fact)) {
		text_string(t, "?");
		return;
	}
	human_bytes(buf, sizeof(buf), by_tcp ? tcp : calls);
	text_string(t, buf);
}

static void put_name(struct text *t, const char *name, uint32_t number)
{
	char buf[16];

	text_string(t, words_or_number(name, number, buf));
}

static void cell_time(struct text *t, const struct row *row)
{
	text_string(t, row->time);
}

static void cell_proc(struct text *t, const struct row *row)
{
	words_owner(t, &row->life->id);
	if (row->holders > 1)
		text_add(t, "+%u", row->holders - 1);
}

static void cell_uid(struct text *t, const struct row *row)
{
	if (row->life->id.known & SL_ID_OWNER)
		text_number(t, row->life->id.uid);
	else
		text_string(t, "?");
}

static void cell_cgroup(struct text *t, const struct row *row)
{
	if (row->life->id.known & SL_ID_OWNER)
		text_number(t, (uint64_t)row->life->id.cgroup_id);
	else
		text_string(t, "?");
}

static void cell_sock(struct text *t, const struct row *row)
{
	text_add(t, "%" PRIx64, (uint64_t)row->life->id.cookie);
}

static void cell_peer(struct text *t, const struct row *row)
{
	if (row->peer)
		text_add(t, "%" PRIx64, row->peer);
	else
		text_string(t, "?");
}

static void cell_netns(struct text *t, const struct row *row)
{
	text_number(t, row->life->id.netns);
}

static void cell_proto(struct text *t, const struct row *row)
{
	const struct sl_ident *id = &row->life->id;

	if (id->known & SL_ID_TYPE)
		put_name(t, sl_name_protocol(id->family, id->type, id->protocol), id->protocol);
	else
		text_string(t, "?");
}

static bool is_unix(const struct row *row)
{
	return row->life->id.family == AF_UNIX && row->diag;
}

static void cell_local(struct text *t, const struct row *row)
{
	if (is_unix(row))
		cell_path(t, row);
	else
		words_local(t, &row->life->id);
}

static void cell_remote(struct text *t, const struct row *row)
{
	words_remote(t, &row->life->id);
}

static void cell_ends(struct text *t, const struct row *row)
{
	if (is_unix(row))
		cell_path(t, row);
	else
		words_ends(t, row->term, &row->life->id);
}

/* Without a role the protocol says most, unless it is the usual one. */
static void cell_role(struct text *t, const struct row *row)
{
	const struct sl_ident *id = &row->life->id;

	if (id->role)
		put_name(t, sl_name_role(id->role), id->role);
	else if (id->known & SL_ID_TYPE && id->protocol != IPPROTO_TCP)
		cell_proto(t, row);
	else
		text_string(t, term_none(row->term));
}

static void cell_handshake(struct text *t, const struct row *row)
{
	const struct sl_handshake *hs = &row->life->handshake;

	if (hs->outcome == SL_HS_ESTABLISHED)
		put_between(t, row, hs->begin_ns, hs->done_ns);
	else if (row->life->complete.flags & SL_LIFE_SEEN_LATE)
		text_string(t, "?");
	else
		text_string(t, term_none(row->term));
}

static void cell_accept_wait(struct text *t, const struct row *row)
{
	put_between(t, row, row->life->handshake.done_ns, row->life->handshake.accept_ns);
}

/* A socket that was there before has lived at least so long. */
static void cell_life(struct text *t, const struct row *row)
{
	const struct sl_life *life = row->life;

	if (!life->close.end_ns || !life->id.created_ns) {
		text_string(t, "?");
		return;
	}
	text_string(t, life->id.known & SL_ID_CREATED ? "" : ">");
	put_between(t, row, life->id.created_ns, life->close.end_ns);
}

static void cell_out(struct text *t, const struct row *row)
{
	put_bytes(t, row, row->life->flow.bytes_sent, row->life->calls.send_bytes, SL_FACT_BIT(SEND));
}

static void cell_in(struct text *t, const struct row *row)
{
	put_bytes(t, row, row->life->flow.bytes_received, row->life->calls.recv_bytes, SL_FACT_BIT(RECV));
}

static void cell_rtt(struct text *t, const struct row *row)
{
	uint32_t us = row->life->flow.srtt_us ? row->life->flow.srtt_us : row->life->handshake.rtt_us;

	if (us)
		put_time(t, row, us * 1000ULL);
	else
		text_string(t, term_none(row->term));
}

static void cell_rtx(struct text *t, const struct row *row)
{
	if (watched(row, SL_FACT_BIT(RETRANS)))
		text_number(t, row->life->errors.retrans);
	else
		text_string(t, "?");
}

static enum signal_class signal_rtx(const struct row *row)
{
	return row->life->errors.retrans ? SIGNAL_WARN : SIGNAL_NONE;
}

static void cell_drops(struct text *t, const struct row *row)
{
	if (watched(row, SL_FACT_BIT(DROP)))
		text_number(t, row->life->errors.drops);
	else
		text_string(t, "?");
}

static void put_blocked(struct text *t, const struct row *row, uint64_t ns)
{
	if (!watched(row, SL_FACT_BIT(BLOCKED)))
		text_string(t, "?");
	else if (ns)
		put_time(t, row, ns);
	else
		text_string(t, term_none(row->term));
}

static void cell_send_blocked(struct text *t, const struct row *row)
{
	put_blocked(t, row, row->life->buffers.send_blocked_ns);
}

static void cell_recv_blocked(struct text *t, const struct row *row)
{
	put_blocked(t, row, row->life->buffers.recv_blocked_ns);
}

/* Closed windows of both ends, as far as they are watched. */
static void cell_zero_window(struct text *t, const struct row *row)
{
	const struct sl_buffers *b = &row->life->buffers;

	if (watched(row, SL_FACT_BIT(ZERO_WINDOW_SENT) | SL_FACT_BIT(ZERO_WINDOW_RECEIVED)))
		text_number(t, b->zero_window_sent + b->zero_window_received);
	else
		text_string(t, "?");
}

static void cell_cwnd(struct text *t, const struct row *row)
{
	if (row->life->flow.snd_cwnd)
		text_number(t, row->life->flow.snd_cwnd);
	else
		text_string(t, "?");
}

static void cell_half_closed(struct text *t, const struct row *row)
{
	if (row->life->close.half_closed_ns)
		put_time(t, row, row->life->close.half_closed_ns);
	else
		text_string(t, term_none(row->term));
}

static void cell_end(struct text *t, const struct row *row)
{
	words_end(t, row->life);
}

static enum signal_class signal_end(const struct row *row)
{
	return words_end_signal(row->life);
}

const struct cell cell_table[] = {
	{ "time", "TIME", 15, true, false, 6, "when the record was made, as --time says", cell_time, NULL },
	{ "proc", "PROC", 16, false, true, 4, "owner: name and process id", cell_proc, NULL },
	{ "uid", "UID", 5, true, false, 9, "owner's user id", cell_uid, NULL },
	{ "cgroup", "CGROUP", 8, true, false, 9, "owner's cgroup id", cell_cgroup, NULL },
	{ "sock", "SOCK", 8, true, false, 5, "cookie, as ss -e prints it behind sk:", cell_sock, NULL },
	{ "peer", "PEER", 8, true, false, 5, "cookie of the other end, if it is on this host", cell_peer, NULL },
	{ "netns", "NETNS", 10, true, false, 9, "network namespace", cell_netns, NULL },
	{ "proto", "PROTO", 5, false, false, 8, "protocol", cell_proto, NULL },
	{ "local", "LOCAL", 21, false, false, 1, "local address", cell_local, NULL },
	{ "remote", "REMOTE", 21, false, false, 1, "remote address", cell_remote, NULL },
	{ "ends", NULL, 41, false, true, 0, "both addresses", cell_ends, NULL },
	{ "role", "ROLE", 8, false, true, 8, "client, server, listener; else the protocol", cell_role, NULL },
	{ "hsk", "HSK", 6, true, true, 5, "handshake, from its begin to ESTABLISHED", cell_handshake, NULL },
	{ "accept-wait", "ACCEPT", 6, true, false, 5, "time in the accept queue", cell_accept_wait, NULL },
	{ "life", "LIFE", 6, true, true, 3, "from the socket's begin to its end", cell_life, NULL },
	{ "out", "OUT", 5, true, true, 2, "payload sent", cell_out, NULL },
	{ "in", "IN", 5, true, true, 2, "payload received", cell_in, NULL },
	{ "rtt", "RTT", 6, true, true, 7, "smoothed round-trip time", cell_rtt, NULL },
	{ "rtx", "RTX", 3, true, true, 6, "segments sent again", cell_rtx, signal_rtx },
	{ "drops", "DROPS", 5, true, false, 6, "packets dropped with this socket", cell_drops, NULL },
	{ "blocked-out", "BLK-O", 6, true, false, 6, "time that sends waited for room", cell_send_blocked, NULL },
	{ "blocked-in", "BLK-I", 6, true, false, 6, "time that receives waited for data", cell_recv_blocked, NULL },
	{ "zero-window", "ZWIN", 4, true, false, 6, "times that a window was closed", cell_zero_window, NULL },
	{ "cwnd", "CWND", 4, true, false, 9, "congestion window at the end, in segments", cell_cwnd, NULL },
	{ "half-closed", "HALF", 6, true, false, 7, "time with one direction closed", cell_half_closed, NULL },
	{ "state", "STATE", 11, false, false, 3, "TCP state", cell_state, NULL },
	{ "recv-q", "RECV-Q", 6, true, false, 4, "bytes that wait for the program; of a listener: connections",
	  cell_recv_q, NULL },
	{ "send-q", "SEND-Q", 6, true, false, 4, "bytes written and not acknowledged; of a listener: its backlog",
	  cell_send_q, NULL },
	{ "age", "AGE", 6, true, false, 6, "time since its begin, if that was seen", cell_age, NULL },
	{ "timer", "TIMER", 12, false, false, 8, "timer that runs, and until when", cell_timer, NULL },
	{ "end", "END", 23, false, true, 0, "how it ended", cell_end, signal_end },
};
const unsigned cell_count = sizeof(cell_table) / sizeof(cell_table[0]);
