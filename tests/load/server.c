// SPDX-License-Identifier: GPL-2.0-or-later
/* The server's side: a thread of this process, or with --fork a child of it. */
#include "load.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	void (*side)(int fd);
	int fd;
	pid_t child;
	pthread_t thread;
} server;

static void *run(void *unused)
{
	(void)unused;
	totals->server.pid = getpid();
	server.side(server.fd);
	return NULL;
}

static void start_child(void)
{
	fflush(stdout);
	server.child = fork();
	if (server.child < 0)
		load_fail_errno("fork");
	if (server.child > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run(NULL);
	fflush(stdout);
	_exit(0);
}

void load_server_start(void (*side)(int fd), int fd)
{
	int err;

	server.side = side;
	server.fd = fd;
	totals->client.pid = getpid();
	if (options.fork) {
		start_child();
		return;
	}
	err = pthread_create(&server.thread, NULL, run, NULL);
	if (err)
		load_fail("pthread_create: %s", strerror(err));
}

void load_server_join(void)
{
	int status = 0;

	if (!options.fork) {
		pthread_join(server.thread, NULL);
		return;
	}
	if (waitpid(server.child, &status, 0) < 0)
		load_fail_errno("waitpid");
	if (WIFSIGNALED(status))
		fprintf(stderr, "socklife-load: the server was ended by signal %d\n", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		_exit(1); /* it has said why */
}

int load_server_pid(void)
{
	return options.fork ? server.child : getpid();
}
