/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sockets to lives, by cookie: never reused, so a stale life cannot be taken for a new socket's. Decides, as early as the
 * facts allow, which sockets are followed at all; a socket that is ruled out leaves nothing behind.
 */
#ifndef SL_TABLE_BPF_H
#define SL_TABLE_BPF_H

const volatile struct sl_match filter;
const volatile struct sl_life_rec table_blank; /* what a new entry is made of */

static __always_inline struct sl_life *table_get(__u64 cookie)
{
	struct sl_life_rec *rec;

	if (!cookie)
		return NULL;
	rec = bpf_map_lookup_elem(&lives, &cookie);
	return rec && !rec->life.scratch.ended ? &rec->life : NULL;
}

__u32 table_refuses; /* 1: there was no room once, so `refused` may know a socket */

/* Counts a socket that could not be followed, once. */
static __always_inline void table_refused(__u64 cookie, long err)
{
	struct sl_counters *c = emit_counters();
	__u8 one = 1;

	table_refuses = 1;
	if (!c || bpf_map_update_elem(&refused, &cookie, &one, BPF_NOEXIST))
		return;
	sl_count(&c->seen[SL_REC_LIFE]);
	sl_count(&c->seq);
	sl_count(&c->lost[SL_REC_LIFE][err == -7 /* E2BIG */ ? SL_LOST_TABLE_FULL : SL_LOST_NO_MEMORY]);
}

static __always_inline void table_forget(__u64 cookie)
{
	struct sl_counters *c = emit_counters();

	if (c)
		sl_count(&c->filtered);
	bpf_map_delete_elem(&lives, &cookie);
}

/* Is the socket in this cgroup, or below it? */
static __noinline int table_in_cgroup(const struct sock *sk, __u64 id)
{
	struct cgroup *cg;
	int depth;

	if (!sk)
		return false;
	cg = sk->sk_cgrp_data.cgroup;
	for (depth = 0; depth < 12; depth++) {
		struct cgroup_subsys_state *up;

		if (!cg)
			return false;
		if (cg->kn->id == id)
			return true;
		up = cg->self.parent;
		if (!up)
			return false;
		cg = up->cgroup;
	}
	return false;
}

/* Limits of the run that never change in a life: cheap, and before anything is made. */
static __always_inline bool table_in_scope(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;

	if (family != AF_INET && family != AF_INET6 && (family != AF_UNIX || !(cfg.watched & SL_FACT_BIT(UNIX))))
		return false;
	if (cfg.netns && read_netns(sk) != cfg.netns)
		return false;
	return !cfg.cgroup_id || table_in_cgroup(sk, cfg.cgroup_id);
}

static __always_inline void table_flow_of(struct sl_flow_key *k, const struct sl_ident *id, bool as_peer)
{
	__builtin_memcpy(k->local, as_peer ? id->raddr : id->laddr, 16);
	__builtin_memcpy(k->remote, as_peer ? id->laddr : id->raddr, 16);
	k->lport = as_peer ? id->rport : id->lport;
	k->rport = as_peer ? id->lport : id->rport;
	k->netns = 0;
}

/* Following a command: its own sockets, their peers, and the children of its listeners. */
static __always_inline bool table_is_followed(const struct sl_ident *id)
{
	__u32 pid = id->pid;
	struct sl_flow_key k;

	if (id->known & SL_ID_OWNER && bpf_map_lookup_elem(&follow_pids, &pid))
		return true;
	if (id->known & SL_ID_PARENT && table_get(id->parent))
		return true;
	if (!(id->known & SL_ID_REMOTE))
		return false;
	table_flow_of(&k, id, false);
	return bpf_map_lookup_elem(&follow_flows, &k) != NULL;
}

/* A followed socket knows both ends: its peer, on this host, will be followed too. */
static __always_inline void table_follow_peer(const struct sl_ident *id)
{
	const __u32 both = SL_ID_LOCAL | SL_ID_REMOTE;
	struct sl_flow_key k;
	__u8 one = 1;

	if (!cfg.follow || (id->known & both) != both)
		return;
	table_flow_of(&k, id, true);
	bpf_map_update_elem(&follow_flows, &k, &one, BPF_ANY);
}

struct sl_table_eval {
	const struct sl_ident *id;
	struct sl_match_stack stack;
};

static int table_eval_step(__u32 k, struct sl_table_eval *e)
{
	const struct sl_match_insn *i;

	if (k >= SL_MATCH_MAX || k >= filter.len)
		return 1;
	i = (const struct sl_match_insn *)&filter.insn[k];
	sl_match_step(&e->stack, i->op, i->op == SL_OP_TERM ? sl_match_term(e->id, i, 0) : 0);
	return 0;
}

/* Always 0, and the verifier must not know it: before 6.7 it walks a callback once, takes the words of the stack that it sees
 * then for those of every round, and cuts away what they do not lead to: AND and OR of two terms were NO. */
__u32 table_zero;

/* Is a socket with this identity wanted? SL_TRI_*; id points into a map. */
static __noinline int table_verdict(const struct sl_ident *id)
{
	struct sl_table_eval e = { .id = id, .stack = { .yes = table_zero, .maybe = table_zero } };

	if (!id)
		return SL_TRI_NO;
	if (cfg.follow && !table_is_followed(id))
		return SL_TRI_NO;
	if (!filter.len)
		return SL_TRI_YES;
	bpf_loop(SL_MATCH_MAX, table_eval_step, &e, 0);
	return sl_match_pop(&e.stack);
}

/**
 * table_judge() - is this socket wanted, as far as is known now?
 *
 * Decided once: SL_TRI_YES stays. Returns false if the socket was ruled out; its life is then gone.
 */
static __always_inline bool table_judge(struct sl_life *life)
{
	if (life->scratch.match == SL_TRI_YES)
		return true;
	life->scratch.match = table_verdict(&life->id);
	if (life->scratch.match != SL_TRI_NO)
		return true;
	table_forget(life->id.cookie);
	return false;
}

/* Facts that are watched for this very socket. */
static __always_inline __u64 table_watched(const struct sock *sk)
{
	if (!cfg.attach_id || cfg.attach_id == cfg.cgroup_id || table_in_cgroup(sk, cfg.attach_id))
		return cfg.watched;
	return cfg.watched & ~cfg.cgroup_facts;
}

/* A fresh entry for the cookie, or the one that is there. */
static __always_inline struct sl_life *table_insert(__u64 cookie)
{
	struct sl_counters *c = emit_counters();
	long err = bpf_map_update_elem(&lives, &cookie, (const void *)&table_blank, BPF_NOEXIST);

	/* The CPU's few spare entries are used up; asking for one has called for more, by an interrupt that comes at once. */
	if (err == -12 /* ENOMEM */)
		err = bpf_map_update_elem(&lives, &cookie, (const void *)&table_blank, BPF_NOEXIST);
	if (err && err != -17 /* EEXIST */) {
		table_refused(cookie, err);
		return NULL;
	}
	if (!err && c)
		sl_count(&c->lives_begun);
	return table_get(cookie);
}

/* table_begin() for a socket that has been looked for. */
static __always_inline struct sl_life *table_begin_new(const struct sock *sk, __u64 cookie, __u8 origin, bool owned,
						       __u64 now_ns)
{
	struct sl_life *life;
	struct sl_owner owner;

	if (!table_in_scope(sk) || (table_refuses && bpf_map_lookup_elem(&refused, &cookie)))
		return NULL;
	life = table_insert(cookie);
	if (!life)
		return NULL;
	sl_life_begin(life, cookie, read_netns(sk), origin, now_ns, table_watched(sk));
	read_ident(&life->id, sk);
	if (origin == SL_ORIGIN_UNKNOWN && life->id.protocol == 6 /* TCP */)
		sl_life_seed(life, sk->__sk_common.skc_state);
	if (owned) {
		read_owner(&owner);
		sl_ident_own(&life->id, &owner);
	}
	return life;
}

/**
 * table_begin() - follow a socket from now on
 * @owned: the hook runs in the context of the process that the socket belongs to
 *
 * Returns its life, which may have begun before; NULL if it is not wanted or there is no room.
 */
static __always_inline struct sl_life *table_begin(const struct sock *sk, __u64 cookie, __u8 origin, bool owned,
						   __u64 now_ns)
{
	struct sl_life *life = table_get(cookie);

	return life ? life : table_begin_new(sk, cookie, origin, owned, now_ns);
}

/* The end: the whole life goes to the reader; if the ring is full, it waits here until the reader comes (census.c). */
static __always_inline void table_end(struct sl_life *life, __u64 now_ns)
{
	struct sl_counters *c = emit_counters();
	__u64 cookie = life->id.cookie;
	struct sl_life_rec *rec = (void *)life - offsetof(struct sl_life_rec, life);

	sl_life_end(&rec->life, now_ns);
	if (rec->life.close.flags & SL_CLF_TAIL_PENDING)
		bpf_map_update_elem(&tails, &cookie, &now_ns, BPF_ANY);
	if (emit_record(&rec->rec, &rec->life, SL_REC_LIFE, sizeof(*rec), now_ns))
		bpf_map_delete_elem(&lives, &cookie);
	else
		rec->life.scratch.ended = 1;
	if (c)
		sl_count(&c->lives_ended);
}

#endif
