// SPDX-License-Identifier: GPL-2.0-or-later
/* The request and the dump: see diag.h. What a reply says: diag_parse.c. */
#include "diag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "netns.h"

#define REPLY_BYTES 32768 /* what the kernel fills at once */

struct dump {
	struct mnl_socket *nl;
	unsigned family, protocol;
	uint32_t netns;
	sl_diag_fn fn;
	void *ctx;
	int ret; /* of fn */
};

/* Opens the netlink socket in the namespace that is asked: it stays there, and the thread comes back. */
static int open_in(struct mnl_socket **nl, uint32_t netns, struct sl_error *err)
{
	int back = -1, ret = 0;

	if (netns && netns != sl_netns_own())
		ret = sl_netns_enter(netns, &back);
	if (ret)
		return sl_error_set(err, ret, ret == -EPERM ? SL_ERR_PRIVILEGE : SL_ERR_RUNTIME,
				    ret == -EPERM ? "run it as root" : NULL, strerror(-ret),
				    "cannot enter network namespace %u", netns);
	*nl = mnl_socket_open(NETLINK_SOCK_DIAG);
	ret = *nl ? 0 : -errno;
	if (back >= 0 && sl_netns_leave(back) && !ret)
		ret = -EIO;
	if (ret)
		return sl_error_set(err, ret, SL_ERR_FEATURE, NULL, strerror(-ret),
				    "cannot ask for sockets (sock_diag)");
	return 0;
}

static int on_reply(const struct nlmsghdr *msg, void *ctx)
{
	struct dump *d = ctx;
	const void *payload = mnl_nlmsg_get_payload(msg);
	uint32_t len = (uint32_t)mnl_nlmsg_get_payload_len(msg);
	struct sl_diag diag;
	bool known;

	if (msg->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return MNL_CB_OK;
	if (d->family == AF_UNIX)
		known = sl_diag_parse_unix(&diag, payload, len);
	else
		known = sl_diag_parse_inet(&diag, payload, len, d->protocol);
	if (!known)
		return MNL_CB_OK;
	diag.life.id.netns = d->netns;
	d->ret = d->fn(d->ctx, &diag);
	return d->ret < 0 ? MNL_CB_ERROR : MNL_CB_OK;
}

static int receive(struct dump *d)
{
	char buf[REPLY_BYTES];
	unsigned port = mnl_socket_get_portid(d->nl);
	int ret = MNL_CB_OK;

	while (ret == MNL_CB_OK) {
		ssize_t got = mnl_socket_recvfrom(d->nl, buf, sizeof(buf));

		if (got < 0)
			return -errno;
		ret = mnl_cb_run(buf, (size_t)got, 0, port, on_reply, d);
	}
	if (d->ret < 0)
		return d->ret;
	return ret < 0 ? -errno : 0;
}

static int ask(struct dump *d, const void *request, size_t size)
{
	char buf[256];
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);

	msg->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	msg->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	memcpy(mnl_nlmsg_put_extra_header(msg, size), request, size);
	if (mnl_socket_sendto(d->nl, msg, msg->nlmsg_len) < 0)
		return -errno;
	return receive(d);
}

static int dump_inet(struct dump *d, unsigned family, unsigned protocol, uint32_t states)
{
	struct inet_diag_req_v2 request = { .sdiag_family = (__u8)family,
					    .sdiag_protocol = (__u8)protocol,
					    .idiag_ext = 0xff, /* all that there are */
					    .idiag_states = states };

	d->family = family;
	d->protocol = protocol;
	return ask(d, &request, sizeof(request));
}

static int dump_unix(struct dump *d, uint32_t states)
{
	struct unix_diag_req request = { .sdiag_family = AF_UNIX,
					 .udiag_states = states,
					 .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN |
						       UDIAG_SHOW_MEMINFO | UDIAG_SHOW_UID };

	d->family = AF_UNIX;
	return ask(d, &request, sizeof(request));
}

/* A kernel without IPv6, or without the module that tells of a protocol, has none of its sockets to show. */
static int is_there(int ret)
{
	return ret == -ENOENT || ret == -EOPNOTSUPP || ret == -EPROTONOSUPPORT ? 0 : ret;
}

int sl_diag_dump(const struct sl_diag_query *q, sl_diag_fn fn, void *ctx, struct sl_error *err)
{
	struct dump d = { .netns = q->netns ? q->netns : sl_netns_own(), .fn = fn, .ctx = ctx };
	uint32_t states = q->states ? q->states : ~0u;
	int ret = open_in(&d.nl, q->netns, err);

	if (ret)
		return ret;
	if (mnl_socket_bind(d.nl, 0, MNL_SOCKET_AUTOPID) < 0)
		ret = -errno;
	if (!ret && q->tcp)
		ret = dump_inet(&d, AF_INET, IPPROTO_TCP, states);
	if (!ret && q->tcp)
		ret = is_there(dump_inet(&d, AF_INET6, IPPROTO_TCP, states));
	if (!ret && q->udp)
		ret = is_there(dump_inet(&d, AF_INET, IPPROTO_UDP, states));
	if (!ret && q->udp)
		ret = is_there(dump_inet(&d, AF_INET6, IPPROTO_UDP, states));
	if (!ret && q->unix_)
		ret = is_there(dump_unix(&d, states));
	mnl_socket_close(d.nl);
	if (ret && ret != d.ret)
		sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "cannot list the sockets");
	return ret;
}
