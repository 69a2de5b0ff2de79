// SPDX-License-Identifier: GPL-2.0-only
/* Does the tracepoint tcp_retransmit_skb tell whether it was sent? */
#include <trace/events/tcp.h>

static void probe(void *data, const struct sock *sk, const struct sk_buff *skb, int err)
{
}

void try(void);
void try(void)
{
	check_trace_callback_type_tcp_retransmit_skb(probe);
}
