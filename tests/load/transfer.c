// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes over a blocking socket, exactly as many as asked. */
#include "load.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

static char zeroes[65536];

static size_t piece(uint64_t bytes)
{
	return bytes < sizeof(zeroes) ? (size_t)bytes : sizeof(zeroes);
}

void load_send(int fd, uint64_t bytes, struct load_side *side)
{
	while (bytes > 0) {
		ssize_t n = send(fd, zeroes, piece(bytes), MSG_NOSIGNAL);

		if (n < 0)
			load_fail_errno("send, %" PRIu64 " bytes to go", bytes);
		side->bytes_sent += (uint64_t)n;
		bytes -= (uint64_t)n;
	}
}

void load_receive(int fd, uint64_t bytes, struct load_side *side)
{
	char buf[65536];

	while (bytes > 0) {
		ssize_t n = recv(fd, buf, piece(bytes), 0);

		if (n < 0)
			load_fail_errno("recv, %" PRIu64 " bytes to go", bytes);
		if (n == 0)
			load_fail("recv: the peer closed, %" PRIu64 " bytes to go", bytes);
		side->bytes_received += (uint64_t)n;
		bytes -= (uint64_t)n;
	}
}

void load_receive_end(int fd, struct load_side *side)
{
	char buf[1];
	ssize_t n = recv(fd, buf, sizeof(buf), 0);

	if (n > 0)
		load_fail("recv: more than was sent");
	if (n < 0 && errno != ECONNRESET)
		load_fail_errno("recv at the end");
	if (n < 0)
		side->resets_received++;
}
