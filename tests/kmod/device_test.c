// SPDX-License-Identifier: GPL-2.0-or-later
/* device_test: what core/device.h promises of /dev/socklife, and what it refuses. As root, the module loaded, no other reader. */
#include <sys/prctl.h>

#include "reader.h"

#define RING 65536u

static int fresh(void)
{
	int fd = open(SL_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(SL_DEVICE_PATH);
	return fd;
}

static struct sl_device_setup usual(void)
{
	return (struct sl_device_setup){ .level = SL_LEVEL_LIFE, .ring_bytes = RING, .cgroup_fd = -1 };
}

static int set_up(int fd, struct sl_device_setup setup)
{
	return ioctl(fd, SL_DEVICE_SETUP, &setup);
}

static void before_setup(void)
{
	struct pollfd p = { .events = POLLIN };
	struct sl_device_info info;
	char byte;
	int fd = fresh();

	p.fd = fd;
	tap_errno(ioctl(fd, SL_DEVICE_INFO, &info), 0, "INFO before SETUP");
	tap(info.abi_major == SL_ABI_MAJOR && info.cpus && info.page_bytes == (unsigned)getpagesize() &&
		    !info.ring_bytes && !info.stride_bytes && info.flags == SL_DEVICE_HOST,
	    "INFO tells the interface, the CPUs, and that root sees the host");
	tap_errno(ioctl(fd, SL_DEVICE_START), ENXIO, "START before SETUP is refused");
	tap_errno(ioctl(fd, SL_DEVICE_STOP), ENXIO, "STOP before START is refused");
	tap(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENXIO,
	    "no map before SETUP");
	tap(poll(&p, 1, 0) == 1 && p.revents & POLLERR, "poll before SETUP is an error, not a wait");
	tap_errno(read(fd, &byte, 1), EINVAL, "read() is not how records are taken");
	tap_errno(write(fd, &byte, 1), EINVAL, "write() is refused");
	tap_errno(lseek(fd, 0, SEEK_SET), ESPIPE, "the device is not seekable");
	tap_errno(pread(fd, &byte, 1, 0), ESPIPE, "pread() is refused");
	close(fd);
}

static void setups_that_cannot_be(void)
{
	static const uint32_t sizes[] = {
		1, 4096, SL_RING_MIN_BYTES - 1, SL_RING_MIN_BYTES + 4096, SL_RING_MAX_BYTES * 2u, 1u << 31, ~0u
	};
	struct sl_device_setup s;
	int fd = fresh();
	unsigned i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		s = usual();
		s.ring_bytes = sizes[i];
		tap_errno(set_up(fd, s), EINVAL, "a ring's size that cannot be");
	}
	s = usual(), s.level = SL_LEVEL_NR;
	tap_errno(set_up(fd, s), EINVAL, "a level that there is not");
	s = usual(), s.flags = 1;
	tap_errno(set_up(fd, s), EINVAL, "a flag that there is not");
	s = usual(), s.latency_ms = SL_LATENCY_MAX_MS + 1;
	tap_errno(set_up(fd, s), EINVAL, "a latency of more than a minute");
	s = usual(), s.watermark_bytes = RING + 1;
	tap_errno(set_up(fd, s), EINVAL, "a watermark above the ring");
	s = usual(), s.match.len = SL_MATCH_MAX + 1;
	tap_errno(set_up(fd, s), EINVAL, "a filter that is too long");
	s = usual(), s.cgroup_fd = 12345;
	tap_errno(set_up(fd, s), EBADF, "a cgroup that is no descriptor");
	s = usual(), s.cgroup_fd = fd;
	tap(set_up(fd, s) == -1, "a cgroup that is no cgroup");
	tap_errno(set_up(fd, usual()), 0, "SETUP after refusals");
	tap_errno(set_up(fd, usual()), EALREADY, "SETUP twice is refused");
	close(fd);
}

static void sizes_of_arguments(void)
{
	struct {
		struct sl_device_setup s;
		uint64_t more;
	} longer = { .s = usual() };
	struct {
		struct sl_device_info info;
		uint64_t more;
	} info = { .more = 42 };
	int fd = fresh();

	longer.more = 1;
	tap_errno(ioctl(fd, _IOW(SL_DEVICE_IOC, 2, longer), &longer), E2BIG,
		  "a newer caller that wants what is not known");
	longer.more = 0;
	tap_errno(ioctl(fd, _IOW(SL_DEVICE_IOC, 2, longer), &longer), 0, "a newer caller that does not");
	tap(!ioctl(fd, _IOR(SL_DEVICE_IOC, 1, info), &info) && info.more == 42,
	    "INFO fills what it knows, and no more");
	tap(!ioctl(fd, _IOC(_IOC_READ, SL_DEVICE_IOC, 1, 8), &info), "INFO for an older caller");
	tap_errno(ioctl(fd, _IOC(_IOC_READ, SL_DEVICE_IOC, 1, 0), &info), EINVAL, "INFO of no bytes");
	tap_errno(ioctl(fd, _IOC(_IOC_WRITE, SL_DEVICE_IOC, 3, 8), &info), ENOTTY, "START with an argument");
	tap_errno(ioctl(fd, _IOR(SL_DEVICE_IOC, 99, info), &info), ENOTTY, "an ioctl that there is not");
	tap_errno(ioctl(fd, SL_DEVICE_INFO, NULL), EFAULT, "INFO to nowhere");
	tap_errno(ioctl(fd, SL_DEVICE_MATCH, (void *)1), EFAULT, "MATCH from nowhere");
	close(fd);
}

static void facts_and_counters(void)
{
	struct sl_device_counters c = { .cpu = 1u << 20 };
	struct sl_device_fact f = { .fact = SL_FACT_NR };
	struct sl_device_info info;
	int fd = fresh(), level, fact, wrong = 0;

	tap_errno(ioctl(fd, SL_DEVICE_COUNTERS, &c), EINVAL, "counters of a CPU that cannot be");
	tap_errno(ioctl(fd, SL_DEVICE_FACT, &f), EINVAL, "a fact that there is not");
	ioctl(fd, SL_DEVICE_INFO, &info);
	for (level = 0; level < SL_LEVEL_NR; level++) {
		for (fact = 0; fact < SL_FACT_NR; fact++) {
			f = (struct sl_device_fact){ .fact = (uint32_t)fact, .level = (uint32_t)level };
			wrong += ioctl(fd, SL_DEVICE_FACT, &f) || f.watched != (info.watched[level] >> fact & 1) ||
				 (f.watched ? !*f.hook : !*f.why);
		}
	}
	tap(!wrong, "each fact at each level has a hook, or a reason");
	c.cpu = ~0u;
	tap(!ioctl(fd, SL_DEVICE_COUNTERS, &c) && !c.counters.seq, "a reader that was not started has counted nothing");
	close(fd);
}

/* ---- maps ---------------------------------------------------------------------------------------------------------- */

static void bad_map(int fd, size_t len, int prot, int flags, off_t at, int wanted, const char *name)
{
	void *p = mmap(NULL, len, prot, flags, fd, at);

	tap_errno(p == MAP_FAILED ? -1 : 0, wanted, name);
	if (p != MAP_FAILED)
		munmap(p, len);
}

static void maps_that_cannot_be(void)
{
	const size_t page = (size_t)getpagesize(), body = page + 2 * RING;
	const int rw = PROT_READ | PROT_WRITE, sh = MAP_SHARED;
	int fd = fresh(), ro = open(SL_DEVICE_PATH, O_RDONLY);
	struct sl_device_info info;

	set_up(fd, usual());
	set_up(ro, usual());
	ioctl(fd, SL_DEVICE_INFO, &info);
	tap(info.stride_bytes == 2 * page + 2 * (uint64_t)RING, "the stride is two pages and the ring twice");
	bad_map(fd, page, rw, MAP_PRIVATE, 0, EINVAL, "a private map of tail");
	bad_map(fd, body, PROT_READ, MAP_PRIVATE, (off_t)page, EINVAL, "a private map of the data");
	bad_map(fd, 2 * page, rw, sh, 0, EINVAL, "tail and more");
	bad_map(fd, body - page, PROT_READ, sh, (off_t)page, EINVAL, "not the whole ring");
	bad_map(fd, body + page, PROT_READ, sh, (off_t)page, EINVAL, "more than the ring");
	bad_map(fd, body, PROT_READ, sh, 2 * (off_t)page, EINVAL, "from the middle of the ring");
	bad_map(fd, (size_t)info.stride_bytes, PROT_READ, sh, 0, EINVAL, "everything in one map");
	bad_map(fd, body, rw, sh, (off_t)page, EPERM, "the data, writable");
	bad_map(fd, body, PROT_READ | PROT_EXEC, sh, (off_t)page, EINVAL, "the data, executable");
	bad_map(fd, page, rw, sh, (off_t)(info.stride_bytes * info.cpus), ENXIO, "a CPU that cannot be");
	bad_map(fd, page, rw, sh, (off_t)1 << 60, ENXIO, "far behind the end");
	bad_map(ro, body, PROT_READ, sh, (off_t)page, EINVAL, "through a file that is open for reading only");
	close(ro);
	close(fd);
}

static void maps_stay_whole(void)
{
	const size_t page = (size_t)getpagesize(), body = page + 2 * RING;
	struct reader r;
	char *head, *tail, *p;
	int fd;

	reader_open(&r, SL_LEVEL_LIFE, RING);
	fd = r.device.fd;
	head = (char *)(uintptr_t)r.device.ring[0].head;
	tail = (char *)r.device.ring[0].tail;
	tap_errno(mprotect(head, body, PROT_READ | PROT_WRITE), EACCES, "the data cannot be made writable");
	tap_errno(mprotect(head, body, PROT_READ | PROT_EXEC), EACCES, "nor executable");
	tap_errno(mprotect(tail, page, PROT_READ | PROT_EXEC), EACCES, "tail cannot be made executable");
	tap(mprotect(head, page, PROT_NONE) == -1, "a part of the data cannot be protected otherwise");
	tap(munmap(head + page, page) == -1, "no part of it can be unmapped");
	tap(munmap(head + body / 2, body / 2) == -1, "nor its second half");
	p = mmap(head + page, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	tap(p == MAP_FAILED, "nor a part be covered by another map");
	tap(mremap(head, body, body + page, MREMAP_MAYMOVE) == MAP_FAILED, "it does not grow");
	tap(mremap(head, body, page, 0) == MAP_FAILED, "nor shrink");
	p = mmap(NULL, body, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	tap(mremap(head, body, body, MREMAP_MAYMOVE | MREMAP_FIXED, p) == MAP_FAILED, "nor move");
	tap_errno(madvise(head, body, MADV_DOFORK), EINVAL, "nor is it made inheritable");
	reader_start(&r);
	connections(20);
	reader_stop(&r);
	tap(r.got >= 40 && reader_balanced(&r, "after refusals"), "after all this the maps work: lives come");
	p = mmap(NULL, body, PROT_READ, MAP_SHARED, fd, (off_t)page);
	tap(p != MAP_FAILED && !memcmp(p, head, body), "a second map of a ring shows the same");
	munmap(p, body);
	tap(!memcmp(head + page, head + page + RING, RING), "the second half is the first once more");
	sl_device_close(&r.device);
}

static void fork_does_not_inherit(void)
{
	struct sl_device_info info;
	struct reader r;
	int status;
	pid_t pid;

	reader_open(&r, SL_LEVEL_LIFE, RING);
	pid = fork();
	if (!pid) {
		unsigned char here;

		/* ENOMEM: nothing is mapped there */
		_exit(!(mincore(r.device.ring[0].tail, 1, &here) == -1 && errno == ENOMEM &&
			mincore((void *)(uintptr_t)r.device.ring[0].head, 1, &here) == -1 && errno == ENOMEM &&
			!ioctl(r.device.fd, SL_DEVICE_INFO, &info)));
	}
	waitpid(pid, &status, 0);
	tap(WIFEXITED(status) && !WEXITSTATUS(status), "fork: the child has the file, and no map");
	sl_device_close(&r.device);
}

/* ---- readers ------------------------------------------------------------------------------------------------------- */

static void readers_at_once(void)
{
	int fd[SL_READERS_MAX + 1], i, ok = 0;

	for (i = 0; i < SL_READERS_MAX; i++) {
		fd[i] = fresh();
		ok += !set_up(fd[i], usual());
	}
	fd[i] = fresh();
	tap(ok == SL_READERS_MAX, "%d readers at once", SL_READERS_MAX);
	tap_errno(set_up(fd[i], usual()), EBUSY, "one more is refused");
	close(fd[3]);
	tap_errno(set_up(fd[i], usual()), 0, "until another has gone");
	for (i = 0; i <= SL_READERS_MAX; i++)
		if (i != 3)
			close(fd[i]);
}

static void readers_have_their_own(void)
{
	struct sl_device_setup none = usual();
	struct reader a, b, c;

	none.level = SL_LEVEL_CALLS;
	none.match = (struct sl_match){ .len = 1, .insn[0] = { .op = SL_OP_TERM, .field = SL_FIELD_RPORT, .lo = 1 } };
	reader_open(&a, SL_LEVEL_LIFE, 1u << 20);
	reader_open(&b, SL_LEVEL_CALLS, 1u << 20);
	memset(&c, 0, sizeof(c));
	c.device.fd = fresh();
	set_up(c.device.fd, none);
	reader_start(&a);
	reader_start(&b);
	reader_start(&c);
	connections(30);
	reader_stop(&a);
	reader_stop(&b);
	ioctl(c.device.fd, SL_DEVICE_STOP);
	tap(a.by_type[SL_REC_LIFE] >= 60 && !a.by_type[SL_REC_EVENT], "level life: lives, and no events");
	tap(b.by_type[SL_REC_LIFE] >= 60 && b.by_type[SL_REC_EVENT] >= 300,
	    "level calls, at the same time: events as well");
	tap(reader_balanced(&a, "life") && reader_balanced(&b, "calls"), "each has its own account");
	c.device.info.cpus = 0;
	tap(!reader_balanced(&c, "filter") || !c.got, "a filter keeps out what it rules out");
	close(c.device.fd);
	sl_device_close(&a.device);
	sl_device_close(&b.device);
}

static void order_of_orders(void)
{
	struct pollfd p = { .events = POLLIN };
	struct sl_match match = { 0 };
	int fd = fresh();

	set_up(fd, usual());
	tap_errno(ioctl(fd, SL_DEVICE_MATCH, &match), 0, "another filter before START");
	tap_errno(ioctl(fd, SL_DEVICE_START), 0, "START");
	tap_errno(ioctl(fd, SL_DEVICE_START), EALREADY, "START twice is refused");
	tap_errno(ioctl(fd, SL_DEVICE_MATCH, &match), 0, "another filter in mid-run");
	match.len = SL_MATCH_MAX + 1;
	tap_errno(ioctl(fd, SL_DEVICE_MATCH, &match), EINVAL, "one that is too long is refused");
	tap_errno(ioctl(fd, SL_DEVICE_STOP), 0, "STOP");
	tap_errno(ioctl(fd, SL_DEVICE_STOP), ENXIO, "STOP twice is refused");
	tap_errno(ioctl(fd, SL_DEVICE_START), EALREADY, "START after STOP is refused");
	p.fd = fd;
	tap(poll(&p, 1, 0) == 1 && p.revents & POLLHUP, "after STOP poll says that no more will come");
	close(fd);
}

static void file_passed_on(void)
{
	struct sl_device_setup s = usual();
	int fd = fresh(), status;
	pid_t pid = fork();

	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(2);
		_exit(!(set_up(fd, s) == -1 && errno == EPERM && open(SL_DEVICE_PATH, O_RDWR) == -1));
	}
	waitpid(pid, &status, 0);
	tap(WIFEXITED(status) && !WEXITSTATUS(status), "root's file in the hands of nobody: SETUP is refused");
	set_up(fd, s);
	pid = fork();
	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(2);
		_exit(!(ioctl(fd, SL_DEVICE_START) == -1 && errno == EPERM));
	}
	waitpid(pid, &status, 0);
	tap(WIFEXITED(status) && !WEXITSTATUS(status), "and START of what root has set up");
	close(fd);
}

/* ---- waking up ------------------------------------------------------------------------------------------------------ */

static void latency(void)
{
	struct sl_device_setup s = usual();
	struct reader r = { .device.fd = fresh() };
	uint64_t from;

	s.latency_ms = 300;
	set_up(r.device.fd, s);
	ioctl(r.device.fd, SL_DEVICE_START);
	tap(!reader_wait(&r, 100), "with nothing to tell poll waits");
	connections(1);
	from = now_ns();
	tap(reader_wait(&r, 20000), "a few records wake it");
	tap(now_ns() - from >= 150 * 1000000ull, "not before the latency is over");
	tap(reader_wait(&r, 0), "as long as they are not taken poll says so");
	close(r.device.fd);

	s.latency_ms = 300;
	memset(&r, 0, sizeof(r));
	r.device.fd = fresh();
	set_up(r.device.fd, s);
	ioctl(r.device.fd, SL_DEVICE_START);
	tap(!reader_wait(&r, 1500), "both ticks go by");
	connections(1);
	tap(reader_wait(&r, 20000), "a reader that slept long is woken as well");
	close(r.device.fd);
}

static void watermark(void)
{
	struct sl_device_setup s = usual();
	struct reader r = { .device.fd = fresh() };
	pthread_t thread;
	uint64_t from = now_ns();

	s.latency_ms = SL_LATENCY_MAX_MS;
	s.watermark_bytes = RING / 2;
	s.level = SL_LEVEL_CALLS;
	set_up(r.device.fd, s);
	ioctl(r.device.fd, SL_DEVICE_START);
	atomic_store(&traffic_over, false);
	pthread_create(&thread, NULL, traffic, NULL);
	tap(reader_wait(&r, 50000) && now_ns() - from < SL_LATENCY_MAX_MS * 1000000ull,
	    "a ring at its watermark wakes long before the latency");
	atomic_store(&traffic_over, true);
	pthread_join(thread, NULL);
	close(r.device.fd);
}

/* ---- unloading ------------------------------------------------------------------------------------------------------ */

static void unload_is_refused(void)
{
	struct reader r;
	int fd = fresh();

	tap(syscall(SYS_delete_module, "socklife", O_NONBLOCK) == -1 && (errno == EAGAIN || errno == EBUSY),
	    "an open file keeps the module");
	close(fd);
	reader_open(&r, SL_LEVEL_LIFE, RING);
	reader_start(&r);
	close(r.device.fd);
	r.device.fd = -1;
	tap(syscall(SYS_delete_module, "socklife", O_NONBLOCK) == -1 && (errno == EAGAIN || errno == EBUSY),
	    "so does a map whose file is closed");
	connections(5);
	tap(reader_take(&r) > 0, "and its reader goes on");
	sl_device_close(&r.device);
}

int main(void)
{
	before_setup();
	setups_that_cannot_be();
	sizes_of_arguments();
	facts_and_counters();
	maps_that_cannot_be();
	maps_stay_whole();
	fork_does_not_inherit();
	readers_at_once();
	readers_have_their_own();
	order_of_orders();
	file_passed_on();
	latency();
	watermark();
	unload_is_refused();
	return tap_finish();
}
