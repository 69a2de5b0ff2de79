// SPDX-License-Identifier: GPL-2.0-only
/* Does the tracepoint kfree_skb name the socket, const? */
#include <trace/events/skb.h>

static void probe(void *data, struct sk_buff *skb, void *location, enum skb_drop_reason reason, const struct sock *sk)
{
}

void try(void);
void try(void)
{
	check_trace_callback_type_kfree_skb(probe);
}
