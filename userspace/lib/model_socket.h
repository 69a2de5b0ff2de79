/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the model keeps of one socket, and all of them: found by cookie, and each on one of three lists. LIVE ones have
 * no deadline; BRIEF and LONG ones go at theirs, and since each of these two lists has one waiting time, it is in the
 * order of the deadlines. So memory is that of the sockets that live or have just ended.
 */
#ifndef SL_MODEL_SOCKET_H
#define SL_MODEL_SOCKET_H

#include <stdbool.h>
#include <sys/queue.h>

#include "../../core/abi.h"
#include "model_table.h"
#include "pair.h"

enum sl_socket_stage { SL_SOCKET_LIVE, SL_SOCKET_BRIEF, SL_SOCKET_LONG, SL_SOCKET_STAGES };

struct sl_held {
	STAILQ_ENTRY(sl_held) link;
	struct sl_event ev;
};

struct sl_socket {
	struct sl_table_node node;
	TAILQ_ENTRY(sl_socket) link;
	enum sl_socket_stage stage;
	struct sl_pair_end pair;
	struct sl_ident id;
	struct sl_life *life; /* ended, and waiting for its tail; owned */
	uint64_t life_ns;     /* stamp of that life's record */
	uint64_t tail_ns;     /* stamp of the tail event; 0: none came */
	uint64_t deadline_ns;
	STAILQ_HEAD(, sl_held) held; /* events that the filter cannot decide yet */
	uint32_t held_count;
	uint32_t unknown; /* events that came before any identity */
	uint8_t verdict;  /* SL_TRI_*, for filters that look at identity only */
	bool known;       /* an identity came */
	bool ended;
};

TAILQ_HEAD(sl_socket_list, sl_socket);

struct sl_sockets {
	struct sl_table by_cookie;
	struct sl_table by_tuple;
	struct sl_socket_list stage[SL_SOCKET_STAGES];
};

int sl_sockets_init(struct sl_sockets *all);  /* 0 or -ENOMEM */
void sl_sockets_exit(struct sl_sockets *all); /* destroys those that are left */
/* Finds or creates (LIVE, with nothing but its cookie); NULL: no memory. */
struct sl_socket *sl_socket_get(struct sl_sockets *all, uint64_t cookie);
void sl_socket_destroy(struct sl_sockets *all, struct sl_socket *s);
void sl_socket_move(struct sl_sockets *all, struct sl_socket *s, enum sl_socket_stage stage, uint64_t deadline_ns);
/* Takes the identity over, and finds the socket's other end. */
void sl_socket_identify(struct sl_sockets *all, struct sl_socket *s, const struct sl_ident *id);
/* The first of a stage whose deadline has come; NULL: none. */
struct sl_socket *sl_socket_due(struct sl_sockets *all, enum sl_socket_stage stage, uint64_t now_ns);

int sl_held_push(struct sl_socket *s, const struct sl_event *ev); /* 0 or -ENOMEM */
void sl_held_pop(struct sl_socket *s);                            /* forgets the oldest */

#endif
