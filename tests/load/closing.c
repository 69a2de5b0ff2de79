// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Closes that are not one after the other. halfclose: the client ends its direction, the server sends after a pause.
 * simclose: both ends end theirs before either sees the other's FIN. That needs a network slower than two system
 * calls: a token bucket on the loopback device, which the data sent first has emptied. The workload looks at the
 * kernel's own table and counts the closes where both ends really were in CLOSING or came out of it to TIME_WAIT.
 */
#include "load.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define STATE_TIME_WAIT 6
#define STATE_CLOSING 11

static void shut(int fd)
{
	if (shutdown(fd, SHUT_WR))
		load_fail_errno("shutdown");
}

static void halfclose_server(int listener)
{
	const struct timespec pause = { .tv_sec = (time_t)(options.count / 1000),
					.tv_nsec = (long)(options.count % 1000) * 1000000 };
	int fd = load_accept(listener);

	load_receive(fd, options.bytes_out, &totals->server);
	load_receive_end(fd, &totals->server);
	nanosleep(&pause, NULL);
	load_send(fd, options.bytes_in, &totals->server);
	load_close(fd, false, &totals->server);
}

void load_halfclose(void)
{
	struct load_address address;
	int listener, fd;

	load_address_own(&address, options.port);
	listener = load_listen(&address, 128);
	load_server_start(halfclose_server, listener);
	fd = load_connect(&address);
	load_send(fd, options.bytes_out, &totals->client);
	shut(fd);
	load_receive(fd, options.bytes_in, &totals->client);
	load_receive_end(fd, &totals->client);
	load_close(fd, false, &totals->client);
	load_server_join();
	close(listener);
}

/* The state of the socket with these two ports, as this network namespace's table has it; 0: not there. */
static unsigned state_of(uint16_t local, uint16_t remote)
{
	char line[512];
	unsigned lport, rport, state, found = 0;
	FILE *table = fopen(options.family == AF_INET6 ? "/proc/net/tcp6" : "/proc/net/tcp", "r");

	if (!table)
		load_fail_errno("/proc/net/tcp");
	while (!found && fgets(line, sizeof(line), table)) {
		if (sscanf(line, " %*u: %*[0-9A-F]:%x %*[0-9A-F]:%x %x", &lport, &rport, &state) != 3)
			continue;
		if (lport == local && rport == remote)
			found = state;
	}
	fclose(table);
	return found;
}

static bool crossed(uint16_t local, uint16_t remote)
{
	unsigned state = state_of(local, remote);

	return state == STATE_CLOSING || state == STATE_TIME_WAIT;
}

static void close_both(int client, int server)
{
	uint16_t cport = load_port(client), sport = load_port(server);

	load_send(client, options.bytes_out, &totals->client);
	shut(client);
	shut(server);
	load_receive(server, options.bytes_out, &totals->server);
	load_receive_end(server, &totals->server);
	load_receive_end(client, &totals->client);
	if (crossed(cport, sport) && crossed(sport, cport))
		totals->simultaneous++;
	load_close(client, false, &totals->client);
	load_close(server, false, &totals->server);
}

void load_simclose(void)
{
	struct load_address address;
	int listener;

	totals->client.pid = totals->server.pid = getpid();
	load_address_own(&address, options.port);
	listener = load_listen(&address, 128);
	for (uint64_t i = 0; i < options.count; i++) {
		int client = load_connect(&address);

		close_both(client, load_accept(listener));
	}
	close(listener);
}
