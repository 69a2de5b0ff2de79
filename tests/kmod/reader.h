/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the tests of /dev/socklife: TAP, readers by the library's device.c, and traffic that makes records. */
#ifndef SL_TEST_KMOD_READER_H
#define SL_TEST_KMOD_READER_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "device.h"

static int tap_count, tap_failed;

static inline void tap(bool passed, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	printf("%sok %d - ", passed ? "" : "not ", ++tap_count);
	vprintf(name, args);
	printf("\n");
	fflush(stdout);
	va_end(args);
	tap_failed += !passed;
}

/* A system call that must fail with @wanted (0: must not fail). */
static inline void tap_errno(long ret, int wanted, const char *name)
{
	int got = ret == -1 ? errno : 0;

	tap(got == wanted, "%s", name);
	if (got != wanted)
		printf("# got %s, wanted %s\n", got ? strerror(got) : "success", wanted ? strerror(wanted) : "success");
}

static inline int tap_finish(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

static inline uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static inline void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- readers -------------------------------------------------------------------------------------------------------- */

struct reader {
	struct sl_device device;
	uint64_t next_seq[64]; /* by CPU */
	uint64_t got, gaps, wrong, by_type[SL_REC_NR];
};

static inline void reader_open(struct reader *r, enum sl_level level, uint32_t ring_bytes)
{
	struct sl_config config = { .level = level, .ring_bytes = ring_bytes };
	struct sl_error err;

	memset(r, 0, sizeof(*r));
	if (sl_device_open(&r->device, &err) || sl_device_setup(&r->device, &config, &err)) {
		printf("# %s: %s\n", err.what, err.why);
		die("a reader cannot be opened");
	}
}

static inline void reader_start(struct reader *r)
{
	if (ioctl(r->device.fd, SL_DEVICE_START))
		die("START");
}

static inline int reader_record(void *ctx, const struct sl_rec *rec)
{
	struct reader *r = ctx;

	if (rec->cpu >= 64 || rec->type == 0 || rec->type >= SL_REC_NR || rec->seq < r->next_seq[rec->cpu]) {
		r->wrong++;
		return 0;
	}
	r->gaps += rec->seq - r->next_seq[rec->cpu];
	r->next_seq[rec->cpu] = rec->seq + 1;
	r->by_type[rec->type]++;
	r->got++;
	return 0;
}

static inline int reader_take(struct reader *r)
{
	return sl_device_take(&r->device, reader_record, r);
}

static inline bool reader_wait(struct reader *r, int ms)
{
	struct pollfd fd = { .fd = r->device.fd, .events = POLLIN };

	return poll(&fd, 1, ms) == 1 && fd.revents & POLLIN;
}

/* STOP tells open lives while it runs, so the rings are read meanwhile. */
static inline void *reader_stopping(void *ctx)
{
	struct reader *r = ctx;

	if (ioctl(r->device.fd, SL_DEVICE_STOP))
		die("STOP");
	return NULL;
}

static inline void reader_stop(struct reader *r)
{
	pthread_t thread;

	pthread_create(&thread, NULL, reader_stopping, r);
	while (pthread_tryjoin_np(thread, NULL))
		reader_take(r);
	reader_take(r);
}

static inline uint64_t sum(const __u64 *v, unsigned n)
{
	uint64_t s = 0;

	while (n--)
		s += v[n];
	return s;
}

/* The account at rest: seen = delivered + lost, for each type; what was delivered was read; each gap is a loss. */
static inline bool reader_balanced(struct reader *r, const char *who)
{
	struct sl_device_counters c;
	bool ok = !sl_device_counters(&r->device, &c);
	uint64_t lost = 0, delivered = 0;
	unsigned type;

	for (type = 1; type < SL_REC_NR; type++) {
		uint64_t l = sum(c.counters.lost[type], SL_LOST_NR);

		ok = ok && c.counters.seen[type] == c.counters.delivered[type] + l;
		ok = ok && c.counters.delivered[type] == r->by_type[type];
		lost += l;
		delivered += c.counters.delivered[type];
		printf("# %s: type %u: seen %llu delivered %llu lost %llu, read %llu\n", who, type,
		       (unsigned long long)c.counters.seen[type], (unsigned long long)c.counters.delivered[type],
		       (unsigned long long)l, (unsigned long long)r->by_type[type]);
	}
	printf("# %s: gaps %llu wrong %llu, begun %llu ended %llu filtered %llu\n", who, (unsigned long long)r->gaps,
	       (unsigned long long)r->wrong, (unsigned long long)c.counters.lives_begun,
	       (unsigned long long)c.counters.lives_ended, (unsigned long long)c.counters.filtered);
	return ok && !r->wrong && r->gaps <= lost && c.counters.seq == delivered + lost;
}

/* ---- traffic -------------------------------------------------------------------------------------------------------- */

static atomic_bool traffic_over;
static atomic_ulong traffic_connections;

/* One connection on loopback: two lives, and at level calls some twenty events. */
static inline bool connect_once(int listener, const struct sockaddr_in *to)
{
	int a = socket(AF_INET, SOCK_STREAM, 0), b;
	char byte = 'x';
	struct linger reset = { 1, 0 };

	if (a < 0 || connect(a, (const void *)to, sizeof(*to))) {
		close(a);
		return false;
	}
	b = accept(listener, NULL, NULL);
	if (b >= 0 && write(a, &byte, 1) == 1 && read(b, &byte, 1) == 1)
		atomic_fetch_add(&traffic_connections, 1);
	setsockopt(a, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)); /* no TIME_WAIT: ports do not run out */
	close(a);
	close(b);
	return true;
}

static inline int listen_somewhere(struct sockaddr_in *at)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t size = sizeof(*at);

	*at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (fd < 0 || bind(fd, (void *)at, size) || listen(fd, 64) || getsockname(fd, (void *)at, &size))
		die("listen");
	return fd;
}

static inline void *traffic(void *unused)
{
	struct sockaddr_in at;
	int fd = listen_somewhere(&at);

	while (!atomic_load(&traffic_over))
		connect_once(fd, &at);
	close(fd);
	return unused;
}

static inline void connections(unsigned n)
{
	struct sockaddr_in at;
	int fd = listen_somewhere(&at);

	while (n--)
		connect_once(fd, &at);
	close(fd);
}

#endif
