// SPDX-License-Identifier: GPL-2.0-or-later
/* A policy as an administrator would attach it: connect() to port 9008 is refused with EPERM. */
#include <linux/bpf.h>

#define SEC(name) __attribute__((section(name), used))
#define DENIED __builtin_bswap16(9008)

SEC("cgroup/connect4") int deny4(struct bpf_sock_addr *ctx)
{
	return ctx->user_port != DENIED;
}

SEC("cgroup/connect6") int deny6(struct bpf_sock_addr *ctx)
{
	return ctx->user_port != DENIED;
}
