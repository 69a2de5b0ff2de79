// SPDX-License-Identifier: GPL-2.0-or-later
/* See snapshot.h. */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/fact.h"

#define LISTEN 10 /* TCP_LISTEN of the kernel */

struct past {
	struct sl_table_node node;
	struct sl_life life;
};

int sl_pasts_init(struct sl_pasts *pasts)
{
	pasts->count = 0;
	return sl_table_init(&pasts->by_cookie);
}

static struct past *find(const struct sl_pasts *pasts, uint64_t cookie)
{
	struct sl_table_node *node = sl_table_first(&pasts->by_cookie, cookie);

	return node ? sl_table_entry(node, struct past, node) : NULL;
}

void sl_pasts_exit(struct sl_pasts *pasts)
{
	for (uint32_t i = 0; pasts->by_cookie.bucket && i < 1u << pasts->by_cookie.bits; i++) {
		struct sl_table_node *node = pasts->by_cookie.bucket[i], *next;

		for (; node; node = next) {
			next = node->next;
			free(sl_table_entry(node, struct past, node));
		}
	}
	sl_table_exit(&pasts->by_cookie);
}

int sl_pasts_put(struct sl_pasts *pasts, const struct sl_life *life)
{
	struct past *past = find(pasts, life->id.cookie);

	if (!past) {
		past = calloc(1, sizeof(*past));
		if (!past)
			return -ENOMEM;
		sl_table_insert(&pasts->by_cookie, &past->node, life->id.cookie);
		pasts->count++;
	}
	past->life = *life;
	return 0;
}

const struct sl_life *sl_pasts_get(const struct sl_pasts *pasts, uint64_t cookie)
{
	const struct past *past = find(pasts, cookie);

	return past ? &past->life : NULL;
}

/* The snapshot has the newest figures, the past those that a snapshot cannot have. */
static void join_flow(struct sl_life *now, const struct sl_life *past, const struct sl_life *fresh)
{
	uint32_t cwnd_max = past->flow.snd_cwnd_max;

	now->flow = fresh->flow;
	memcpy(now->flow.ca_ns, past->flow.ca_ns, sizeof(now->flow.ca_ns));
	memcpy(now->flow.ca_entered, past->flow.ca_entered, sizeof(now->flow.ca_entered));
	if (cwnd_max > now->flow.snd_cwnd_max)
		now->flow.snd_cwnd_max = cwnd_max;
	now->errors.retrans = fresh->errors.retrans;
	now->errors.dsack = fresh->errors.dsack;
	now->errors.reordering = fresh->errors.reordering;
}

static void join_listener(struct sl_life *now, const struct sl_life *fresh)
{
	now->calls.backlog_in_force = fresh->calls.backlog_in_force;
	now->listen.queue = fresh->listen.queue;
	if (fresh->listen.queue_max > now->listen.queue_max)
		now->listen.queue_max = fresh->listen.queue_max;
	now->listen.drops = fresh->listen.drops;
}

static void join_ident(struct sl_ident *now, const struct sl_ident *fresh)
{
	uint32_t missing = fresh->known & ~now->known;

	if (missing & SL_ID_LOCAL) {
		memcpy(now->laddr, fresh->laddr, sizeof(now->laddr));
		now->lport = fresh->lport;
	}
	if (missing & SL_ID_REMOTE) {
		memcpy(now->raddr, fresh->raddr, sizeof(now->raddr));
		now->rport = fresh->rport;
	}
	now->known |= missing & (SL_ID_LOCAL | SL_ID_REMOTE);
	if (!now->role)
		now->role = fresh->role;
}

void sl_snapshot_join(struct sl_life *now, const struct sl_life *past)
{
	struct sl_life fresh = *now;

	*now = *past;
	join_ident(&now->id, &fresh.id);
	if (fresh.complete.watched & SL_FACT_BIT(BYTES))
		join_flow(now, past, &fresh);
	if (fresh.id.role == SL_ROLE_LISTENER)
		join_listener(now, &fresh);
	now->close.last_state = fresh.close.last_state;
	now->complete.watched |= fresh.complete.watched;
	now->complete.flags |= SL_LIFE_OPEN;
}

/* A socket that nobody has told the owner of is its first holder's. */
static void name_owner(struct sl_diag *d, const struct sl_owner_of *holder)
{
	struct sl_ident *id = &d->life.id;

	if (id->known & SL_ID_OWNER || !holder)
		return;
	id->known |= SL_ID_OWNER;
	id->pid = id->tid = holder->pid;
	id->uid = holder->uid;
	id->cgroup_id = d->cgroup_id;
	memcpy(id->comm, holder->comm, sizeof(id->comm));
}

struct take {
	struct sl_snapshot *snapshot;
	sl_snapshot_fn fn;
	void *ctx;
};

static int take_socket(void *ctx, const struct sl_diag *told)
{
	struct take *t = ctx;
	struct sl_snapshot *s = t->snapshot;
	const struct sl_owner_of *holder = s->owners ? sl_owners_first(s->owners, told->inode) : NULL;
	const struct sl_life *past = s->pasts ? sl_pasts_get(s->pasts, told->life.id.cookie) : NULL;
	struct sl_diag diag = *told;

	if (past)
		sl_snapshot_join(&diag.life, past);
	name_owner(&diag, holder);
	if (s->filter && sl_filter_eval(s->filter, &diag.life.id, &diag.life, NULL, true) != SL_TRI_YES)
		return 0;
	s->shown++;
	s->nameless += diag.inode && !holder;
	return t->fn(t->ctx, &diag, holder);
}

int sl_snapshot_take(struct sl_snapshot *s, sl_snapshot_fn fn, void *ctx, struct sl_error *err)
{
	struct take t = { s, fn, ctx };
	struct sl_diag_query query = s->query;
	uint32_t states = query.states ? query.states : ~0u;
	int ret = 0;

	query.states = states & 1u << LISTEN;
	if (query.states)
		ret = sl_diag_dump(&query, take_socket, &t, err);
	query.states = states & ~(1u << LISTEN);
	if (!ret && query.states)
		ret = sl_diag_dump(&query, take_socket, &t, err);
	return ret;
}
