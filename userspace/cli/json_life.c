// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A life as JSON: a section of the record, an object. Times are us after the life's begin (created_ns). A figure whose
 * fact was not watched is absent; so are zeros of what is only counted when it happens.
 */
#include "json_record.h"

#include <netinet/in.h>

#include "../../core/fact.h"
#include "names.h"

static bool watched(const struct sl_life *life, uint64_t facts)
{
	return life->complete.watched & facts;
}

static void json_owner(struct sl_json *json, const struct sl_ident *id)
{
	if (!(id->known & SL_ID_OWNER))
		return;
	sl_json_object(json, "owner");
	sl_json_uint(json, "pid", id->pid);
	sl_json_uint(json, "tid", id->tid);
	sl_json_uint(json, "uid", id->uid);
	sl_json_text(json, "comm", id->comm, sizeof(id->comm));
	json_some(json, "cgroup_id", id->cgroup_id);
	sl_json_end(json);
}

static void json_identity(struct sl_json *json, const struct sl_ident *id)
{
	json_ends(json, id);
	json_word(json, "family", sl_name_family(id->family), id->family);
	if (id->origin != SL_ORIGIN_UNKNOWN)
		json_word(json, "origin", sl_name_origin(id->origin), id->origin);
	json_owner(json, id);
	if (id->known & SL_ID_PARENT)
		sl_json_hex(json, "parent", id->parent);
	if (id->known & SL_ID_MPTCP)
		sl_json_hex(json, "mptcp", id->mptcp);
	if (id->known & SL_ID_ISN) {
		sl_json_uint(json, "isn_local", id->isn_local);
		sl_json_uint(json, "isn_remote", id->isn_remote);
	}
}

static void json_call(struct sl_json *json, unsigned n, const struct sl_call *call)
{
	if (!call->count)
		return;
	sl_json_object(json, sl_name_call(n));
	sl_json_uint(json, "count", call->count);
	json_some(json, "errors", call->errors);
	json_errno(json, "last_errno", call->last_errno);
	if (call->timed) {
		sl_json_micros(json, "total_us", (int64_t)call->total_ns);
		sl_json_micros(json, "max_us", (int64_t)call->max_ns);
	}
	sl_json_end(json);
}

static void json_option(struct sl_json *json, const struct sl_option *o)
{
	sl_json_object(json, NULL);
	json_name(json, "level", sl_name_sockopt_level(o->level), o->level);
	json_name(json, "name", sl_name_sockopt(o->level, o->name), o->name);
	if (o->known & SL_OPT_ASKED)
		sl_json_int(json, "asked", o->asked);
	if (o->known & SL_OPT_IN_FORCE)
		sl_json_int(json, "in_force", o->in_force);
	if (o->known & SL_OPT_RET)
		sl_json_int(json, "result", o->ret);
	sl_json_end(json);
}

static void json_calls(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_calls *calls = &life->calls;
	unsigned kept = calls->options < SL_OPTION_NR ? calls->options : SL_OPTION_NR;

	sl_json_object(json, "calls");
	for (unsigned n = 0; n < SL_CALL_NR; n++)
		json_call(json, n, &calls->call[n]);
	sl_json_end(json);
	if (watched(life, SL_FACT_BIT(SEND)))
		sl_json_uint(json, "send_bytes", calls->send_bytes);
	if (watched(life, SL_FACT_BIT(RECV)))
		sl_json_uint(json, "recv_bytes", calls->recv_bytes);
	if (kept) {
		sl_json_array(json, "options");
		for (unsigned n = 0; n < kept; n++)
			json_option(json, &calls->option[n]);
		sl_json_end(json);
	}
	if (calls->options > kept)
		sl_json_uint(json, "options_set", calls->options);
	if (life->id.role == SL_ROLE_LISTENER) {
		if (watched(life, SL_FACT_BIT(BACKLOG_ASKED)))
			sl_json_uint(json, "backlog", calls->backlog);
		json_some(json, "backlog_in_force", calls->backlog_in_force);
	}
}

static void json_rates(struct sl_json *json, const struct sl_flow *flow)
{
	json_some(json, "srtt_us", flow->srtt_us);
	json_some(json, "rttvar_us", flow->rttvar_us);
	if (flow->min_rtt_us != UINT32_MAX)
		json_some(json, "min_rtt_us", flow->min_rtt_us);
	json_some(json, "snd_cwnd", flow->snd_cwnd);
	json_some(json, "snd_cwnd_max", flow->snd_cwnd_max);
	if (flow->ssthresh != 0x7fffffff)
		json_some(json, "ssthresh", flow->ssthresh);
	json_some(json, "mss", flow->mss);
	json_some(json, "rcv_wnd", flow->rcv_wnd);
	json_some(json, "snd_wnd", flow->snd_wnd);
	json_some(json, "delivery_rate", flow->delivery_rate);
	json_flag(json, "app_limited", flow->app_limited);
	if (flow->pacing_rate != UINT64_MAX)
		json_some(json, "pacing_rate", flow->pacing_rate);
	if (*flow->congestion)
		sl_json_text(json, "congestion", flow->congestion, sizeof(flow->congestion));
	json_flag(json, "ecn", flow->ecn);
}

/* Time in each state of congestion control, and how often it was entered; those that never were are left out. */
static void json_congestion(struct sl_json *json, const struct sl_flow *flow)
{
	static const char *const state[SL_CA_NR] = { "open", "disorder", "cwr", "recovery", "loss" };

	sl_json_object(json, "ca");
	for (unsigned i = 0; i < SL_CA_NR; i++) {
		if (!flow->ca_ns[i] && !flow->ca_entered[i])
			continue;
		sl_json_object(json, state[i]);
		sl_json_micros(json, "us", (int64_t)flow->ca_ns[i]);
		json_some(json, "entered", flow->ca_entered[i]);
		sl_json_end(json);
	}
	sl_json_end(json);
}

static void json_limited(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_flow *flow = &life->flow;

	if (watched(life, SL_FACT_BIT(LIMITED))) {
		sl_json_uint(json, "busy_us", flow->busy_us);
		sl_json_uint(json, "rwnd_limited_us", flow->rwnd_limited_us);
		sl_json_uint(json, "sndbuf_limited_us", flow->sndbuf_limited_us);
	}
	if (watched(life, SL_FACT_BIT(CA_STATE)))
		json_congestion(json, flow);
}

static void json_flow(struct sl_json *json, const struct sl_life *life)
{
	const struct sl_flow *flow = &life->flow;

	if (!watched(life, SL_FACT_BIT(BYTES)) || life->id.role == SL_ROLE_LISTENER || life->id.protocol != IPPROTO_TCP)
		return;
	sl_json_object(json, "flow");
	sl_json_uint(json, "bytes_sent", flow->bytes_sent);
	sl_json_uint(json, "bytes_acked", flow->bytes_acked);
	sl_json_uint(json, "bytes_received", flow->bytes_received);
	sl_json_uint(json, "bytes_retrans", flow->bytes_retrans);
	sl_json_uint(json, "segs_out", flow->segs_out);
	sl_json_uint(json, "segs_in", flow->segs_in);
	sl_json_uint(json, "data_segs_out", flow->data_segs_out);
	sl_json_uint(json, "data_segs_in", flow->data_segs_in);
	json_rates(json, flow);
	json_limited(json, life);
	sl_json_end(json);
}

static void json_drops(struct sl_json *json, const struct sl_errors *errors)
{
	if (!errors->drops)
		return;
	sl_json_uint(json, "dropped", errors->drops);
	sl_json_array(json, "drops");
	for (unsigned i = 0; i < SL_DROP_NR && errors->drop[i].count; i++) {
		sl_json_object(json, NULL);
		json_name(json, "reason", sl_name_drop_reason(errors->drop[i].reason), errors->drop[i].reason);
		sl_json_uint(json, "count", errors->drop[i].count);
		sl_json_end(json);
	}
	sl_json_end(json);
}

static void json_errors(struct sl_json *json, const struct sl_errors *errors)
{
	sl_json_object(json, "errors");
	json_some(json, "retrans", errors->retrans);
	json_some(json, "retrans_rto", errors->retrans_rto);
	json_some(json, "retrans_fast", errors->retrans_fast);
	json_some(json, "retrans_tlp", errors->retrans_tlp);
	json_some(json, "spurious", errors->spurious);
	json_some(json, "lost", errors->lost);
	json_some(json, "reordering", errors->reordering);
	json_some(json, "dsack", errors->dsack);
	json_some(json, "icmp", errors->icmp);
	json_some(json, "sock_errors", errors->sock_errors);
	json_errno(json, "last_errno", errors->last_sk_err);
	json_drops(json, errors);
	json_some(json, "resets_sent", errors->resets_sent);
	json_some(json, "resets_received", errors->resets_received);
	sl_json_end(json);
}

static void json_completeness(struct run *run, const struct sl_life *life)
{
	const struct sl_completeness *complete = &life->complete;
	struct sl_json *json = &run->json;

	sl_json_bool(json, "complete", !(complete->flags & (SL_LIFE_SEEN_LATE | SL_LIFE_LOST | SL_LIFE_END_GUESSED)));
	json_flag(json, "seen_late", complete->flags & SL_LIFE_SEEN_LATE);
	json_flag(json, "end_guessed", complete->flags & SL_LIFE_END_GUESSED);
	if (complete->flags & SL_LIFE_LOST)
		sl_json_uint(json, "lost_records", complete->lost);
	if (!run->set->verbose)
		return;
	sl_json_array(json, "not_watched");
	for (unsigned fact = 0; fact < SL_FACT_NR; fact++) {
		if (!(complete->watched & 1ULL << fact))
			sl_json_string(json, NULL, sl_name_fact(fact));
	}
	sl_json_end(json);
}

void json_life_open(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	struct sl_json *json = &run->json;

	json_begin(run, "life", ts_ns);
	json_socket(json, &life->id, peer);
	json_flag(json, "open", life->complete.flags & SL_LIFE_OPEN);
	json_identity(json, &life->id);
	json_between(json, "life_us", life->id.created_ns, life->close.end_ns);
	json_calls(json, life);
	json_handshake(json, life);
	json_close(json, life);
	json_flow(json, life);
	json_buffers(json, life);
	json_listen(json, life);
	json_bind(json, life);
	json_security(json, life);
	json_errors(json, &life->errors);
	json_completeness(run, life);
}

void json_life(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	json_life_open(run, life, ts_ns, peer);
	sl_json_line(&run->json);
}
