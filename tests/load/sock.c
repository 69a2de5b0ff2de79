// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets of the chosen family on this host's loopback. */
#include "load.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

static void address_unix(struct load_address *address)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&address->name;

	/* Abstract (the path begins with 0): nothing to clean up. */
	un->sun_family = AF_UNIX;
	address->len = (socklen_t)offsetof(struct sockaddr_un, sun_path) + 1;
	address->len += (socklen_t)snprintf(un->sun_path + 1, sizeof(un->sun_path) - 1, "socklife-load-%d", getpid());
}

static void address_inet(struct load_address *address, const char *text, uint16_t port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&address->name;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address->name;

	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		address->len = sizeof(*in);
	} else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		address->len = sizeof(*in6);
	} else {
		load_fail("%s: not an IPv4 or IPv6 address", text);
	}
}

void load_address_own(struct load_address *address, uint16_t port)
{
	memset(address, 0, sizeof(*address));
	if (options.family == AF_UNIX)
		address_unix(address);
	else
		address_inet(address, options.family == AF_INET6 ? "::1" : "127.0.0.1", port);
}

void load_address_to(struct load_address *address)
{
	memset(address, 0, sizeof(*address));
	address_inet(address, options.to, options.port);
	options.family = address->name.ss_family;
}

int load_socket(int type)
{
	int fd = socket(options.family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		load_fail_errno("socket");
	if (options.syn_count && setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &options.syn_count, sizeof(options.syn_count)))
		load_fail_errno("setsockopt TCP_SYNCNT %d", options.syn_count);
	return fd;
}

static int bind_own(struct load_address *address)
{
	int fd = load_socket(SOCK_STREAM), one = 1;

	if (options.family != AF_UNIX && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)))
		load_fail_errno("setsockopt SO_REUSEADDR");
	if (bind(fd, (struct sockaddr *)&address->name, address->len))
		load_fail_errno("bind port %u", options.port);
	if (getsockname(fd, (struct sockaddr *)&address->name, &address->len))
		load_fail_errno("getsockname");
	return fd;
}

int load_bind_only(struct load_address *address)
{
	int fd = bind_own(address);

	load_cookie(fd, "bound");
	return fd;
}

int load_listen(struct load_address *address, int backlog)
{
	int fd = bind_own(address);

	if (listen(fd, backlog))
		load_fail_errno("listen");
	load_cookie(fd, "listener");
	if (!totals->port)
		totals->port = load_port(fd);
	return fd;
}

int load_connect(const struct load_address *address)
{
	int fd = load_socket(SOCK_STREAM);

	load_cookie(fd, "client");
	if (connect(fd, (const struct sockaddr *)&address->name, address->len))
		load_fail_errno("connect number %" PRIu64, totals->client.connects + 1);
	totals->client.connects++;
	return fd;
}

int load_accept(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		load_fail_errno("accept number %" PRIu64, totals->server.accepts + 1);
	load_cookie(fd, "server");
	totals->server.accepts++;
	return fd;
}

void load_close(int fd, bool reset, struct load_side *side)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (reset) {
		if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)))
			load_fail_errno("setsockopt SO_LINGER");
		side->resets_sent++;
	}
	if (close(fd))
		load_fail_errno("close");
}

void load_cookie(int fd, const char *role)
{
	uint64_t cookie;
	socklen_t len = sizeof(cookie);

	if (!options.cookie)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len))
		load_fail_errno("getsockopt SO_COOKIE");
	printf("cookie %s %" PRIx64 "\n", role, cookie);
	fflush(stdout);
}

uint16_t load_port(int fd)
{
	struct sockaddr_storage name = { 0 };
	socklen_t len = sizeof(name);

	if (getsockname(fd, (struct sockaddr *)&name, &len))
		load_fail_errno("getsockname");
	if (name.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)&name)->sin_port);
	if (name.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&name)->sin6_port);
	return 0;
}

uint64_t load_files_raise(uint64_t files)
{
	struct rlimit limit, raised;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		load_fail_errno("getrlimit");
	if (limit.rlim_cur >= files)
		return files;
	raised.rlim_cur = files;
	raised.rlim_max = limit.rlim_max > files ? limit.rlim_max : files;
	if (!setrlimit(RLIMIT_NOFILE, &raised))
		return files;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		load_fail_errno("setrlimit");
	return limit.rlim_cur;
}
