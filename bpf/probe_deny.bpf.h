/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Refusals. What refuses is seen where it does so, and kept with the thread; what it refused is told when the call comes back
 * with EPERM or EACCES. Process context.
 */
#ifndef SL_PROBE_DENY_BPF_H
#define SL_PROBE_DENY_BPF_H

/* Something said no to this thread, in whatever call it is. */
static __always_inline int deny_mark(__u32 by, __u32 detail)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sl_in_call *in = bpf_task_storage_get(&in_calls, task, NULL, 0);

	if (in) {
		in->by = by;
		in->detail = detail;
	}
	return 0;
}

/* A call was refused. */
static __noinline int deny_told(struct sl_life *life, __u32 call, int err)
{
	struct sl_in_call *in;

	if (!life || sl_security_explains(&life->security, call, err))
		return 0;
	if (life->scratch.denied_by) {
		sl_security_denied(&life->security, call, err, life->scratch.denied_by, 0);
		life->scratch.denied_by = SL_BY_UNKNOWN;
		return 0;
	}
	in = bpf_task_storage_get(&in_calls, bpf_get_current_task_btf(), NULL, 0);
	sl_security_denied(&life->security, call, err, in ? in->by : SL_BY_UNKNOWN, in ? in->detail : 0);
	if (in)
		in->by = SL_BY_UNKNOWN;
	return 0;
}

/* Any call came back. */
static __always_inline void deny_returned(struct sl_life *life, __u32 call, int ret)
{
	if (cfg.watched & SL_FACT_BIT(DENIED) && sl_security_is_refusal(ret))
		deny_told(life, call, -ret);
}

/* A cgroup's program ran before ours, and said no. Where calls are told, the call tells it when it comes back; the note is in
 * the life, since programs of a cgroup have no storage of tasks on older kernels. */
static __always_inline void deny_by_cgroup(struct sl_life *life, __u32 call, int verdict)
{
	life->scratch.denied_by = SL_BY_UNKNOWN;
	if (!verdict || !(cfg.watched & SL_FACT_BIT(DENIED)))
		return;
	if (cfg.calls_told & 1 << call)
		life->scratch.denied_by = SL_BY_CGROUP;
	else
		sl_security_denied(&life->security, call, verdict < 0 ? -verdict : SL_EPERM, SL_BY_CGROUP, 0);
}

/* Netfilter dropped a packet of the socket. In the call that made it this comes first, and the call's errno after it. */
static __always_inline void deny_packet(const struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;
	struct sl_life *life = sk ? table_get(read_cookie(sk)) : NULL;

	if (life && cfg.watched & SL_FACT_BIT(DENIED))
		sl_security_denied(&life->security, SL_CALL_SEND, 0, SL_BY_NETFILTER, 0);
}

#endif
