// SPDX-License-Identifier: GPL-2.0-or-later
/* Connections that work: many short ones, many requests on one, one long one. */
#include "load.h"

#include <unistd.h>

/* ---- crr, unix, linger0: connect, exchange, close, N times -------------------------------------------------- */

static void close_in_turn(int fd, bool first, struct load_side *side)
{
	if (!first)
		load_receive_end(fd, side);
	load_close(fd, first && options.reset, side);
}

static void crr_server(int listener)
{
	for (uint64_t i = 0; i < options.count; i++) {
		int fd = load_accept(listener);

		load_receive(fd, options.bytes_out, &totals->server);
		load_send(fd, options.bytes_in, &totals->server);
		close_in_turn(fd, options.server_first, &totals->server);
	}
}

void load_crr(void)
{
	struct load_address address;
	int listener;

	load_address_own(&address, options.port);
	listener = load_listen(&address, 128);
	load_server_start(crr_server, listener);
	for (uint64_t i = 0; i < options.count; i++) {
		int fd = load_connect(&address);

		load_send(fd, options.bytes_out, &totals->client);
		load_receive(fd, options.bytes_in, &totals->client);
		close_in_turn(fd, !options.server_first, &totals->client);
	}
	load_server_join();
	close(listener);
}

/* ---- rr: N requests on one connection ------------------------------------------------------------------------- */

static void rr_server(int listener)
{
	int fd = load_accept(listener);

	for (uint64_t i = 0; i < options.count; i++) {
		load_receive(fd, options.bytes_out, &totals->server);
		load_send(fd, options.bytes_in, &totals->server);
	}
	close_in_turn(fd, options.server_first, &totals->server);
}

void load_rr(void)
{
	struct load_address address;
	int listener, fd;

	load_address_own(&address, options.port);
	listener = load_listen(&address, 128);
	load_server_start(rr_server, listener);
	fd = load_connect(&address);
	for (uint64_t i = 0; i < options.count; i++) {
		load_send(fd, options.bytes_out, &totals->client);
		load_receive(fd, options.bytes_in, &totals->client);
	}
	close_in_turn(fd, !options.server_first, &totals->client);
	load_server_join();
	close(listener);
}

/* ---- stream: BYTES one way -------------------------------------------------------------------------------------- */

static void stream_server(int listener)
{
	int fd = load_accept(listener);

	load_receive(fd, options.count, &totals->server);
	close_in_turn(fd, options.server_first, &totals->server);
}

void load_stream(void)
{
	struct load_address address;
	int listener, fd;

	load_address_own(&address, options.port);
	listener = load_listen(&address, 128);
	load_server_start(stream_server, listener);
	fd = load_connect(&address);
	load_send(fd, options.count, &totals->client);
	close_in_turn(fd, !options.server_first, &totals->client);
	load_server_join();
	close(listener);
}
