// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench: what an operation costs, and who pays. Each load runs in one thread, client and server in turn, so no switch of
 * tasks is in what it measures; tests/bench/run has it in a guest whose nanosecond is an instruction. The scheduler's run
 * times tell the load's own share, the reader's, and that of all tasks. They are brought up to date when a task leaves
 * the CPU: so before each look the load sleeps, long enough for a reader to have taken what is in its buffers. A window
 * without an operation is measured too, and subtracted. Of ROUNDS windows the median counts, with holes_fill() before
 * each.
 */
#include "bench.h"
#include "load.h"

#include <dirent.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SETTLE_NS 150000000
#define ROUNDS 3
#define QUEUED 128

struct usage {
	uint64_t wall_ns;
	uint64_t load_ns;
	uint64_t reader_ns;
	uint64_t all_ns;
};

/* The file's first number behind what pattern skips; 0: the file has gone, or there is none. */
static uint64_t number_in(const char *path, const char *pattern)
{
	uint64_t value = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return 0;
	if (fscanf(file, pattern, &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

/* Run time of all tasks on all CPUs: the seventh number of each cpu line. */
static uint64_t run_time_all(void)
{
	FILE *file = fopen("/proc/schedstat", "re");
	char line[512];
	uint64_t sum = 0, ns;

	if (!file)
		load_fail_errno("/proc/schedstat");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "cpu%*u %*u %*u %*u %*u %*u %*u %" SCNu64, &ns) == 1)
			sum += ns;
	}
	fclose(file);
	return sum;
}

static uint64_t run_time_of(uint64_t pid)
{
	char path[300];
	uint64_t sum = 0;
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/task", pid);
	dir = opendir(path);
	if (!dir)
		load_fail_errno("the reader, %s", path);
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%" PRIu64 "/task/%.20s/schedstat", pid, entry->d_name);
		if (entry->d_name[0] != '.')
			sum += number_in(path, "%" SCNu64);
	}
	closedir(dir);
	return sum;
}

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void look(struct usage *u)
{
	static const struct timespec settle = { .tv_nsec = SETTLE_NS };

	u->wall_ns = clock_ns();
	nanosleep(&settle, NULL);
	u->all_ns = run_time_all();
	u->load_ns = number_in("/proc/self/schedstat", "%" SCNu64);
	u->reader_ns = options.count ? run_time_of(options.count) : 0;
}

static void queue_unix(size_t size)
{
	static const int bytes = 16 * 65536;
	static char data[1500];
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) ||
	    setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)))
		load_fail_errno("socketpair");
	for (int n = 0; n < QUEUED && send(fds[0], data, size, MSG_NOSIGNAL) > 0; n++)
		;
}

/* A socket under repair is connected at once, to nobody, and keeps what is sent: no segment, no timer. */
static void queue_tcp(void)
{
	static const int on = 1, queue = TCP_SEND_QUEUE;
	struct load_address nobody;
	int fd = load_socket(SOCK_STREAM | SOCK_NONBLOCK);

	load_address_own(&nobody, 9);
	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) ||
	    connect(fd, (struct sockaddr *)&nobody.name, nobody.len) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof(queue)))
		load_fail_errno("TCP_REPAIR");
	for (int n = 0; n < QUEUED && send(fd, "", 1, MSG_NOSIGNAL | MSG_EOR) > 0; n++)
		;
}

/*
 * The kernel's allocator is slower where each allocation takes the last room of its page and each release goes to another
 * page: two pages with one hole each can be in that state for as long as a load runs, and in another run they are not
 * (seen: 560 instructions of a round trip). So the holes of buffers are filled first, with data that nobody receives.
 */
static void holes_fill(void)
{
	queue_unix(100);
	queue_unix(500);
	queue_unix(1500);
	queue_tcp();
}

static void window(struct usage *used, const struct bench_load *load, uint64_t operations)
{
	struct usage before, after;
	uint64_t begin_ns;

	look(&before);
	begin_ns = clock_ns();
	if (operations)
		load->run(operations);
	look(&after);
	used->wall_ns = after.wall_ns - begin_ns;
	used->load_ns = after.load_ns - before.load_ns;
	used->reader_ns = after.reader_ns - before.reader_ns;
	used->all_ns = after.all_ns - before.all_ns;
}

static void window_net(struct usage *used, const struct bench_load *load)
{
	struct usage empty;

	window(&empty, load, 0);
	window(used, load, load->operations);
	used->load_ns -= empty.load_ns;
	used->reader_ns -= empty.reader_ns;
	used->all_ns -= empty.all_ns;
}

static int by_all(const void *a, const void *b)
{
	int64_t diff = (int64_t)(((const struct usage *)a)->all_ns - ((const struct usage *)b)->all_ns);

	return diff < 0 ? -1 : diff > 0;
}

static void measure(const struct bench_load *load)
{
	int rounds = load->once ? 1 : ROUNDS;
	struct usage used[ROUNDS];
	const struct usage *median = &used[rounds / 2];

	load->begin();
	load->run(load->warm_up);
	for (int i = 0; i < rounds; i++) {
		holes_fill();
		window_net(&used[i], load);
	}
	load->end();
	qsort(used, (size_t)rounds, sizeof(used[0]), by_all);
	printf("{\"load\":\"%s\",\"operations\":%" PRIu64 ",\"rounds\":%d,\"warm_up\":%" PRIu64 ",\"wall_ns\":%" PRIu64
	       ",\"load_ns\":%" PRId64 ",\"reader_ns\":%" PRId64 ",\"all_ns\":%" PRId64 "}\n",
	       load->name, load->operations, rounds, load->warm_up, median->wall_ns, (int64_t)median->load_ns,
	       (int64_t)median->reader_ns, (int64_t)median->all_ns);
	fflush(stdout);
}

/* Is the name in the comma list? Without a list each is. */
static bool chosen(const char *name)
{
	size_t len = strlen(name);
	const char *at = options.only;

	while (at) {
		if (!strncmp(at, name, len) && (!at[len] || at[len] == ','))
			return true;
		at = strchr(at, ',');
		at += at ? 1 : 0;
	}
	return !options.only;
}

void load_bench(void)
{
	unsigned measured = 0;

	for (const struct bench_load *load = bench_loads; load->name; load++) {
		if (!chosen(load->name))
			continue;
		measure(load);
		measured++;
	}
	if (!measured)
		load_fail("bench: no load is called %s", options.only);
}
