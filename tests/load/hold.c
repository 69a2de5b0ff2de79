// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hold: N connections open at the same time, until a line or the end comes on stdin. They are shared out to as many
 * processes as are needed, each with a listener of its own: a process has a limit of open files, which only the
 * privileged may raise, and connect() has fewer ports to choose from for one destination than N may be.
 */
#include "load.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHARE_MAX 20000
#define FILES_SPARE 32

static struct {
	int *clients;
	int *servers;
	int accepted[2]; /* pipe: the server has accepted all */
	int closing[2];  /* pipe; its end: the server may close now, or the client is gone */
	int ready[2];    /* pipe: a byte for each process whose share is open */
	int go[2];       /* pipe; its end: the processes may close now */
} hold;

static int *numbers(uint64_t count)
{
	int *array = calloc(count ? count : 1, sizeof(*array));

	if (!array)
		load_fail("no memory for %" PRIu64 " connections", count);
	return array;
}

static void make_pipe(int ends[2])
{
	if (pipe(ends))
		load_fail_errno("pipe");
}

static void tell(int fd)
{
	if (write(fd, "", 1) != 1)
		load_fail_errno("write to a pipe");
}

static void wait_for_end(int fd)
{
	char byte;

	if (read(fd, &byte, 1) < 0)
		load_fail_errno("read from a pipe");
}

static void hold_server(int listener)
{
	struct load_side *side = &totals->server;

	if (options.fork) {
		close(hold.closing[1]);
		prctl(PR_SET_PDEATHSIG, 0); /* a client that is killed leaves its connections to the server */
	}
	for (uint64_t i = 0; i < options.count; i++)
		hold.servers[i] = load_accept(listener);
	tell(hold.accepted[1]);
	wait_for_end(hold.closing[0]);
	for (uint64_t i = 0; i < options.count; i++) {
		if (!options.server_first)
			load_receive_end(hold.servers[i], side);
		load_close(hold.servers[i], options.server_first && options.reset, side);
	}
}

static void open_share(void)
{
	struct load_address address;
	char byte;

	hold.clients = numbers(options.count);
	hold.servers = numbers(options.count);
	make_pipe(hold.accepted);
	make_pipe(hold.closing);
	load_address_own(&address, options.port);
	load_server_start(hold_server, load_listen(&address, 4096));
	for (uint64_t i = 0; i < options.count; i++)
		hold.clients[i] = load_connect(&address);
	if (options.fork)
		close(hold.accepted[1]); /* so that a server which has gone is the pipe's end */
	if (read(hold.accepted[0], &byte, 1) != 1)
		load_fail("hold: the server has gone");
}

static void close_share(void)
{
	struct load_side *side = &totals->client;

	close(hold.closing[1]);
	for (uint64_t i = 0; i < options.count; i++) {
		if (options.server_first)
			load_receive_end(hold.clients[i], side);
		load_close(hold.clients[i], !options.server_first && options.reset, side);
	}
	load_server_join();
}

static void wait_for_line(void)
{
	char line[16];

	if (!fgets(line, sizeof(line), stdin) && ferror(stdin))
		load_fail_errno("stdin");
}

static void hold_here(void)
{
	open_share();
	printf("held %" PRIu64 " client %d server %d\n", options.count, getpid(), load_server_pid());
	fflush(stdout);
	wait_for_line();
	close_share();
}

static void share_process(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(hold.go[1]);
	open_share();
	tell(hold.ready[1]);
	wait_for_end(hold.go[0]);
	close_share();
	fflush(stdout);
	_exit(0);
}

static void start_shares(struct load_totals *all, uint64_t shares, uint64_t share)
{
	uint64_t left = options.count;
	uint16_t port = options.port;

	for (uint64_t i = 0; i < shares; i++) {
		options.count = left < share ? left : share;
		options.port = port ? (uint16_t)(port + i) : 0;
		left -= options.count;
		totals = &all[i];
		fflush(stdout);
		switch (fork()) {
		case -1: load_fail_errno("fork");
		case 0: share_process();
		}
	}
	close(hold.ready[1]);
}

static void wait_for_shares(uint64_t shares)
{
	bool failed = false;
	int status;

	for (uint64_t i = 0; i < shares; i++)
		if (wait(&status) < 0 || status != 0)
			failed = true;
	if (failed)
		load_fail("hold: not all processes closed their share");
}

static void add_side(struct load_side *sum, const struct load_side *side)
{
	sum->pid = side->pid;
	sum->connects += side->connects;
	sum->accepts += side->accepts;
	sum->resets_sent += side->resets_sent;
	sum->resets_received += side->resets_received;
}

static void hold_shared(uint64_t shares, uint64_t share)
{
	struct load_totals *sum = totals, *all;
	uint64_t count = options.count;
	char byte;

	all = mmap(NULL, shares * sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		load_fail_errno("mmap");
	make_pipe(hold.ready);
	make_pipe(hold.go);
	start_shares(all, shares, share);
	for (uint64_t i = 0; i < shares; i++)
		if (read(hold.ready[0], &byte, 1) != 1)
			load_fail("hold: not all processes could open their share");
	printf("held %" PRIu64 " in %" PRIu64 " processes\n", count, shares);
	fflush(stdout);
	wait_for_line();
	close(hold.go[1]);
	wait_for_shares(shares);
	options.count = count;
	for (uint64_t i = 0; i < shares; i++) {
		add_side(&sum->client, &all[i].client);
		add_side(&sum->server, &all[i].server);
	}
	sum->port = all[0].port;
	totals = sum;
}

void load_hold(void)
{
	uint64_t ends = options.fork ? 1 : 2; /* of each connection in one process */
	uint64_t share, shares, files;

	files = load_files_raise(SHARE_MAX * ends + FILES_SPARE);
	if (files < FILES_SPARE + ends)
		load_fail("hold: a limit of %" PRIu64 " open files is too low", files);
	share = (files - FILES_SPARE) / ends;
	share = share < SHARE_MAX ? share : SHARE_MAX;
	shares = (options.count + share - 1) / share;
	if (options.port && options.port + shares > 65536)
		load_fail("hold: %" PRIu64 " listeners do not fit above port %u", shares, options.port);
	if (shares <= 1)
		hold_here();
	else
		hold_shared(shares, share);
}
