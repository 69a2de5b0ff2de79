// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Connects that come to nothing. A port that refuses is bound and not listening. Where nothing answers is a listener
 * whose accept queue is full (the kernel drops a SYN that finds it so), or the address given with --to.
 */
#include "load.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

static void expect_refused(int fd, int err)
{
	if (err != ECONNREFUSED) {
		errno = err;
		load_fail_errno("connect number %" PRIu64 ", wanted ECONNREFUSED", totals->refused + 1);
	}
	totals->refused++;
	load_close(fd, false, &totals->client);
}

static int refusing(struct load_address *address)
{
	if (options.to) {
		load_address_to(address);
		return -1;
	}
	load_address_own(address, options.port);
	return load_bind_only(address);
}

void load_refused(void)
{
	struct load_address address;
	int bound = refusing(&address);

	for (uint64_t i = 0; i < options.count; i++) {
		int fd = load_socket(SOCK_STREAM);

		load_cookie(fd, "client");
		expect_refused(fd, connect(fd, (struct sockaddr *)&address.name, address.len) ? errno : 0);
	}
	if (bound >= 0)
		close(bound);
}

static int connect_later(const struct load_address *address)
{
	int fd = load_socket(SOCK_STREAM | SOCK_NONBLOCK);

	load_cookie(fd, "client");
	if (!connect(fd, (const struct sockaddr *)&address->name, address->len))
		load_fail("connect: done at once, wanted EINPROGRESS");
	if (errno != EINPROGRESS)
		load_fail_errno("connect, wanted EINPROGRESS");
	return fd;
}

void load_nonblock_refused(void)
{
	struct load_address address;
	int bound = refusing(&address);

	for (uint64_t i = 0; i < options.count; i++) {
		int fd = connect_later(&address), err = 0;
		struct pollfd wait = { .fd = fd, .events = POLLOUT };
		socklen_t len = sizeof(err);

		if (poll(&wait, 1, 10000) != 1)
			load_fail("poll: no outcome in 10 s");
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len))
			load_fail_errno("getsockopt SO_ERROR");
		expect_refused(fd, err);
	}
	if (bound >= 0)
		close(bound);
}

struct silence {
	struct load_address address;
	int listener;
	int filler; /* the connection that fills the accept queue */
};

static void silence_open(struct silence *s)
{
	s->listener = s->filler = -1;
	if (options.to) {
		load_address_to(&s->address);
		return;
	}
	load_address_own(&s->address, options.port);
	s->listener = load_listen(&s->address, 0);
	s->filler = load_connect(&s->address);
}

static void silence_close(struct silence *s)
{
	if (s->listener < 0)
		return;
	close(s->filler);
	close(s->listener);
}

void load_nonblock_cancel(void)
{
	struct silence s;

	silence_open(&s);
	for (uint64_t i = 0; i < options.count; i++) {
		load_close(connect_later(&s.address), false, &totals->client);
		totals->cancelled++;
	}
	silence_close(&s);
}

void load_timedout(void)
{
	struct silence s;

	silence_open(&s);
	for (uint64_t i = 0; i < options.count; i++) {
		int fd = load_socket(SOCK_STREAM);

		load_cookie(fd, "client");
		if (!connect(fd, (struct sockaddr *)&s.address.name, s.address.len))
			load_fail("connect: established, wanted ETIMEDOUT");
		if (errno != ETIMEDOUT)
			load_fail_errno("connect, wanted ETIMEDOUT");
		totals->timed_out++;
		load_close(fd, false, &totals->client);
	}
	silence_close(&s);
}
