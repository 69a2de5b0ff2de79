// SPDX-License-Identifier: GPL-2.0-or-later
/* udp: N requests by a connected UDP socket, each answered before the next is sent, so that none can be dropped. */
#include "load.h"

#include <inttypes.h>
#include <unistd.h>

static char buf[65536];

static void udp_server(int fd)
{
	struct load_side *side = &totals->server;
	static char in[65536];

	for (uint64_t i = 0; i < options.count; i++) {
		struct sockaddr_storage from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from, &len);

		if (n < 0)
			load_fail_errno("recvfrom number %" PRIu64, i + 1);
		side->bytes_received += (uint64_t)n;
		n = sendto(fd, in, options.bytes_in, 0, (struct sockaddr *)&from, len);
		if (n < 0)
			load_fail_errno("sendto number %" PRIu64, i + 1);
		side->bytes_sent += (uint64_t)n;
	}
}

static void ask(int fd, uint64_t i)
{
	struct load_side *side = &totals->client;
	ssize_t n = send(fd, buf, options.bytes_out, 0);

	if (n < 0)
		load_fail_errno("send number %" PRIu64, i + 1);
	side->bytes_sent += (uint64_t)n;
	n = recv(fd, buf, sizeof(buf), 0);
	if (n < 0)
		load_fail_errno("recv number %" PRIu64, i + 1);
	side->bytes_received += (uint64_t)n;
}

void load_udp(void)
{
	struct load_address address;
	int server = load_socket(SOCK_DGRAM), client = load_socket(SOCK_DGRAM);

	if (options.bytes_out > 65507 || options.bytes_in > 65507)
		load_fail("udp: a datagram has at most 65507 bytes");
	load_cookie(server, "server");
	load_cookie(client, "client");
	load_address_own(&address, options.port);
	if (bind(server, (struct sockaddr *)&address.name, address.len))
		load_fail_errno("bind port %u", options.port);
	if (getsockname(server, (struct sockaddr *)&address.name, &address.len))
		load_fail_errno("getsockname");
	totals->port = load_port(server);
	load_server_start(udp_server, server);
	if (connect(client, (struct sockaddr *)&address.name, address.len))
		load_fail_errno("connect");
	for (uint64_t i = 0; i < options.count; i++)
		ask(client, i);
	load_server_join();
	close(client);
	close(server);
}
