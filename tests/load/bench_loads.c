// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loads of `bench`: one thread has both ends, so each call finds its data there and never waits. Numbers of operations
 * are as small as is steady: a window of a tenth of a second on a clock of one instruction per nanosecond.
 */
#include "bench.h"
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 65536
#define HELD_MAX 6000
#define FILES (2 * HELD_MAX + 64)

static struct {
	struct load_address address;
	int listener;
	int client, server; /* one connection; of held ones the arrays */
	int file;
	int clients[HELD_MAX];
	int servers[HELD_MAX];
} b;

static void listen_here(void)
{
	load_address_own(&b.address, options.port);
	b.listener = load_listen(&b.address, 4096);
}

static void end_listener(void)
{
	close(b.listener);
}

static void send_byte(int fd)
{
	load_send(fd, 1, &totals->client);
}

static void receive_byte(int fd)
{
	load_receive(fd, 1, &totals->server);
}

static void round_trips(uint64_t operations)
{
	while (operations--) {
		send_byte(b.client);
		receive_byte(b.server);
		send_byte(b.server);
		receive_byte(b.client);
	}
}

/* ---- one connection ------------------------------------------------------------------------------------------- */

static void buffers(int fd)
{
	static const int bytes = 16 * BLOCK;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)))
		load_fail_errno("setsockopt SO_SNDBUF, SO_RCVBUF");
}

static void pair_begin(void)
{
	listen_here();
	buffers(b.listener);
	b.client = load_connect(&b.address);
	b.server = load_accept(b.listener);
	buffers(b.client);
}

static void pair_end(void)
{
	close(b.client);
	close(b.server);
	end_listener();
}

static void stream(uint64_t operations)
{
	while (operations--) {
		load_send(b.client, BLOCK, &totals->client);
		load_receive(b.server, BLOCK, &totals->server);
	}
}

static void sendfile_begin(void)
{
	pair_begin();
	b.file = memfd_create("bench", MFD_CLOEXEC);
	if (b.file < 0 || ftruncate(b.file, BLOCK))
		load_fail_errno("memfd_create");
}

static void sendfile_end(void)
{
	close(b.file);
	pair_end();
}

static void send_files(uint64_t operations)
{
	while (operations--) {
		off_t at = 0;

		if (sendfile(b.client, b.file, &at, BLOCK) != BLOCK)
			load_fail_errno("sendfile");
		load_receive(b.server, BLOCK, &totals->server);
	}
}

static void end_both(void)
{
	close(b.client);
	close(b.server);
}

static int udp_bound(struct load_address *address)
{
	int fd = load_socket(SOCK_DGRAM);

	load_address_own(address, 0);
	if (bind(fd, (struct sockaddr *)&address->name, address->len) ||
	    getsockname(fd, (struct sockaddr *)&address->name, &address->len))
		load_fail_errno("bind");
	return fd;
}

static void udp_begin(void)
{
	struct load_address client, server;

	b.client = udp_bound(&client);
	b.server = udp_bound(&server);
	if (connect(b.client, (struct sockaddr *)&server.name, server.len) ||
	    connect(b.server, (struct sockaddr *)&client.name, client.len))
		load_fail_errno("connect");
}

static void unix_begin(void)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		load_fail_errno("socketpair");
	b.client = fds[0];
	b.server = fds[1];
}

/* ---- connections ---------------------------------------------------------------------------------------------- */

static void connect_exchange(bool reset)
{
	b.client = load_connect(&b.address);
	b.server = load_accept(b.listener);
	round_trips(1);
	load_close(b.client, reset, &totals->client);
	load_receive_end(b.server, &totals->server);
	load_close(b.server, false, &totals->server);
}

static void exchanges_fin(uint64_t operations)
{
	while (operations--)
		connect_exchange(false);
}

static void exchanges_reset(uint64_t operations)
{
	while (operations--)
		connect_exchange(true);
}

static void refused_begin(void)
{
	load_address_own(&b.address, options.port);
	b.listener = load_bind_only(&b.address);
}

static void refusals(uint64_t operations)
{
	while (operations--) {
		int fd = load_socket(SOCK_STREAM);

		if (!connect(fd, (struct sockaddr *)&b.address.name, b.address.len) || errno != ECONNREFUSED)
			load_fail_errno("connect, wanted ECONNREFUSED");
		load_close(fd, false, &totals->client);
	}
}

static void held_begin(void)
{
	if (load_files_raise(FILES) < FILES)
		load_fail("bench: %d open files are needed", FILES);
	listen_here();
}

static void close_held(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		load_close(b.clients[i], false, &totals->client);
	for (uint64_t i = 0; i < count; i++)
		load_close(b.servers[i], false, &totals->server);
}

static void hold_and_close(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		b.clients[i] = load_connect(&b.address);
		b.servers[i] = load_accept(b.listener);
	}
	close_held(count);
}

static void burst(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		b.clients[i] = load_connect(&b.address);
	for (uint64_t i = 0; i < count; i++)
		b.servers[i] = load_accept(b.listener);
	close_held(count);
}

/* ---- nothing -------------------------------------------------------------------------------------------------- */

static void none(void)
{
}

static void seconds(uint64_t operations)
{
	const struct timespec pause = { .tv_sec = (time_t)operations };

	nanosleep(&pause, NULL);
}

const struct bench_load bench_loads[] = {
	{ "rr", 1000, 3000, false, pair_begin, round_trips, pair_end },
	{ "crr", 300, 1000, false, listen_here, exchanges_fin, end_listener },
	{ "crr_rst", 300, 1000, false, listen_here, exchanges_reset, end_listener },
	{ "refused", 300, 1000, false, refused_begin, refusals, end_listener },
	{ "stream", 200, 500, false, pair_begin, stream, pair_end },
	{ "sendfile", 200, 500, false, sendfile_begin, send_files, sendfile_end },
	{ "udp_rr", 1000, 3000, false, udp_begin, round_trips, end_both },
	{ "unix_rr", 1000, 3000, false, unix_begin, round_trips, end_both },
	{ "held", 100, HELD_MAX, true, held_begin, hold_and_close, end_listener },
	{ "burst", 100, 2000, true, held_begin, burst, end_listener },
	{ "second", 1, 2, true, none, seconds, none },
	{ .name = NULL },
};
