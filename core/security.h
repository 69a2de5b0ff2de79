/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* Security: calls and packets that a policy refused, and which kind of policy it was, as far as the kernel shows it. */
#ifndef SL_SECURITY_H
#define SL_SECURITY_H

#include "base.h"

/* Errnos by which policies refuse. Others (ECONNREFUSED by netfilter's reject, for one) have honest causes too. */
static __always_inline int sl_security_is_refusal(__s32 ret)
{
	return ret == -SL_EPERM || ret == -SL_EACCES;
}

/* A call failed after netfilter had dropped its packet: that was counted, and has its errno now. Returns 1 if it was so. */
static __always_inline int sl_security_explains(struct sl_security *s, __u32 call, __s32 err)
{
	if (s->last_by != SL_BY_NETFILTER || s->last_err || s->last_call != call)
		return 0;
	s->last_err = err;
	return 1;
}

/**
 * sl_security_denied() - something was refused
 * @call: SL_CALL_* that it was, or belongs to
 * @err: positive errno that the caller gets; 0: none, a packet was dropped in silence
 * @by: SL_BY_*
 * @detail: see there; 0: none
 */
static __always_inline void sl_security_denied(struct sl_security *s, __u32 call, __s32 err, __u32 by, __u32 detail)
{
	switch (by) {
	case SL_BY_LSM: sl_count(&s->denied_lsm); break;
	case SL_BY_CGROUP: sl_count(&s->denied_cgroup); break;
	case SL_BY_NETFILTER: sl_count(&s->denied_netfilter); break;
	case SL_BY_PRIVILEGE: sl_count(&s->denied_privilege); break;
	default: sl_count(&s->denied_unknown); break;
	}
	s->last_call = call;
	s->last_err = err;
	s->last_by = by;
	s->last_detail = detail;
}

#endif
