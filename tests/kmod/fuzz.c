// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fuzz N [SEED]: N random calls at /dev/socklife and at maps of it: every ioctl with good, nearly good and wild arguments, every
 * file operation, every call that changes a map. It looks at no result: the kernel's log is the judge, and that the device
 * still works at the end.
 */
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "reader.h"

#define FILES 8
#define MAPS 16

static struct {
	char *at;
	size_t len;
	bool writable;
} map[MAPS];

static int file[FILES];
static uint64_t state, succeeded;

static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t below(uint64_t n)
{
	return rnd() % n;
}

static bool chance(unsigned in)
{
	return !below(in);
}

/* Numbers that mean something, and others. */
static uint64_t number(void)
{
	static const uint64_t some[] = { 0,    1,    2,     3,     4,     7,       8,   16,      64,
					 4096, 8192, 16384, 32768, 65536, 1 << 20, ~0u, 1u << 31 };

	return chance(4) ? rnd() : some[below(sizeof(some) / sizeof(some[0]))];
}

static void wild(void *buf, size_t size)
{
	char *p = buf;

	while (size--)
		*p++ = (char)rnd();
}

static void any_match(struct sl_match *m)
{
	unsigned i;

	memset(m, 0, sizeof(*m));
	m->len = (uint32_t)below(SL_MATCH_MAX + 2);
	for (i = 0; i < m->len && i < SL_MATCH_MAX; i++) {
		wild(&m->insn[i], sizeof(m->insn[i]));
		m->insn[i].op = (uint8_t)below(6);
		m->insn[i].field = (uint8_t)below(15);
		m->insn[i].cmp = (uint8_t)below(8);
	}
}

static void any_setup(struct sl_device_setup *s)
{
	memset(s, 0, sizeof(*s));
	s->level = (uint32_t)below(4);
	s->ring_bytes = chance(5) ? (uint32_t)number() : 16384u << below(3);
	if (s->ring_bytes > 65536)
		s->ring_bytes = 65536; /* memory for many of them at once */
	s->watermark_bytes = chance(2) ? 0 : (uint32_t)number();
	s->latency_ms = (uint32_t)below(20);
	s->netns = chance(8) ? (uint32_t)rnd() : 0;
	s->follow_pid = chance(8) ? (uint32_t)getpid() : 0;
	s->cgroup_fd = chance(8) ? (int)below(20) : -1;
	s->flags = chance(16);
	any_match(&s->match);
	if (chance(2))
		s->match.len = 0;
}

static long any_ioctl(int fd)
{
	static const unsigned long cmds[] = { SL_DEVICE_INFO,  SL_DEVICE_SETUP,    SL_DEVICE_START, SL_DEVICE_STOP,
					      SL_DEVICE_MATCH, SL_DEVICE_COUNTERS, SL_DEVICE_FACT };
	union {
		struct sl_device_setup setup;
		struct sl_match match;
		uint32_t word[4];
		char bytes[16384];
	} *arg = malloc(sizeof(*arg));
	unsigned long cmd = cmds[below(7)];
	long ret;

	if (chance(10))
		cmd = chance(2) ? rnd() : _IOC(below(4), SL_DEVICE_IOC, below(10), below(16384));
	else if (chance(10))
		cmd = _IOC(_IOC_DIR(cmd), _IOC_TYPE(cmd), _IOC_NR(cmd), below(2048));
	wild(arg, 4096);
	if (cmd == SL_DEVICE_SETUP && !chance(10))
		any_setup(&arg->setup);
	else if (cmd == SL_DEVICE_MATCH && !chance(10))
		any_match(&arg->match);
	else if (!chance(4))
		arg->word[0] = (uint32_t)below(40), arg->word[1] = (uint32_t)below(4);
	ret = ioctl(fd, cmd, chance(50) ? (void *)rnd() : arg);
	free(arg);
	return ret;
}

/* ---- maps --------------------------------------------------------------------------------------------------------- */

static long any_mmap(int fd)
{
	struct sl_device_info info = { .page_bytes = 4096 };
	unsigned i = (unsigned)below(MAPS);
	int prot = PROT_READ, flags = chance(8) ? MAP_PRIVATE : MAP_SHARED;
	size_t len = 4096;
	off_t at = 0;
	char *p;

	ioctl(fd, SL_DEVICE_INFO, &info);
	if (chance(2))
		prot |= PROT_WRITE;
	else
		len += 2 * info.ring_bytes, at = 4096;
	at += (off_t)(below(4) * info.stride_bytes);
	if (chance(5))
		len = 4096 * below(70);
	if (chance(5))
		at = (off_t)(4096 * below(200));
	if (chance(20))
		prot = (int)below(8);
	if (chance(20))
		flags |= MAP_POPULATE;
	p = mmap(NULL, len, prot, flags, fd, at);
	if (p == MAP_FAILED)
		return -1;
	if (map[i].at)
		munmap(map[i].at, map[i].len);
	map[i].at = p;
	map[i].len = len;
	map[i].writable = prot & PROT_WRITE && flags == MAP_SHARED;
	return 0;
}

static long change_map(void)
{
	static const int advice[] = { MADV_NORMAL, MADV_DONTNEED, MADV_DONTFORK, MADV_DOFORK,   MADV_REMOVE, MADV_FREE,
				      MADV_COLD,   MADV_PAGEOUT,  MADV_WILLNEED, MADV_HUGEPAGE, MADV_DODUMP };
	unsigned i = (unsigned)below(MAPS);
	size_t from, len;
	char *p = map[i].at, *to;

	if (!p)
		return -1;
	from = chance(2) ? 0 : 4096 * below(map[i].len / 4096);
	len = chance(2) ? map[i].len - from : 4096 * (1 + below(map[i].len / 4096));
	if (from + len > map[i].len)
		len = map[i].len - from;
	switch (below(8)) {
	case 0: /* whole: it goes; a part: it must not, and if it did, the rest goes too */
		if (munmap(p + from, len))
			return -1;
		munmap(p, map[i].len);
		map[i].at = NULL;
		return 0;
	case 1: return mprotect(p + from, len, (int)below(8));
	case 2:
		to = mremap(p + from, len, 4096 * (1 + below(64)), MREMAP_MAYMOVE);
		if (to == MAP_FAILED)
			return -1;
		munmap(to, 4096);
		munmap(p, map[i].len);
		map[i].at = NULL;
		return 0;
	case 3: return madvise(p + from, len, advice[below(sizeof(advice) / sizeof(advice[0]))]);
	case 4: return mlock(p + from, len) | munlock(p, map[i].len);
	case 5: return msync(p + from, len, MS_SYNC);
	case 6:
		if (mmap(p + from, len, PROT_READ, MAP_SHARED | MAP_FIXED, file[below(FILES)], 0) == MAP_FAILED)
			return -1;
		return 0;
	default: {
		struct iovec own = { malloc(64), 64 }, far = { p, 64 };
		long ret = process_vm_readv(getpid(), &own, 1, &far, 1, 0);

		free(own.iov_base);
		return ret;
	}
	}
}

static volatile sig_atomic_t probing;
static void no_page(int sig)
{
	(void)sig;
	if (!probing)
		_exit(99);
	_exit(0);
}

/* Garbage into a word that may be written, in a child: MADV_DONTNEED may have taken the page, and then there is none. */
static long write_word(void)
{
	unsigned i = (unsigned)below(MAPS);

	if (!map[i].at || !map[i].writable || fork())
		return 0;
	signal(SIGBUS, no_page);
	signal(SIGSEGV, no_page);
	probing = 1;
	*(volatile uint64_t *)(void *)map[i].at = number();
	_exit(0);
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

static long any_file_call(int fd)
{
	struct pollfd p = { .fd = fd, .events = (short)rnd() };
	struct epoll_event event = { .events = EPOLLIN | (chance(2) ? EPOLLET : 0) };
	char buf[64];
	static int ep = -1;
	int other;

	switch (below(16)) {
	case 0: return read(fd, buf, sizeof(buf));
	case 1: return write(fd, buf, sizeof(buf));
	case 2: return lseek(fd, (off_t)number(), (int)below(5));
	case 3: return pread(fd, buf, sizeof(buf), 0);
	case 4: return ftruncate(fd, (off_t)number());
	case 5: return fallocate(fd, 0, 0, 4096);
	case 6: return fsync(fd);
	case 7: return flock(fd, LOCK_EX | LOCK_NB) | flock(fd, LOCK_UN);
	case 8: return fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK);
	case 9: return sendfile(fd, file[below(FILES)], NULL, 4096);
	case 10: return splice(fd, NULL, file[below(FILES)], NULL, 4096, SPLICE_F_NONBLOCK);
	case 11:
		if (ep < 0)
			ep = epoll_create1(EPOLL_CLOEXEC);
		return epoll_ctl(ep, (int)(1 + below(3)), fd, &event) | epoll_wait(ep, &event, 1, 0);
	case 12:
		other = dup(fd);
		close(other);
		return other;
	case 13: return fcntl(fd, F_SETOWN, getpid());
	default: return poll(&p, 1, (int)below(2));
	}
}

static void reopen(void)
{
	unsigned i = (unsigned)below(FILES);

	close(file[i]);
	file[i] = open(SL_DEVICE_PATH, chance(10) ? O_RDONLY : O_RDWR | (chance(4) ? O_NONBLOCK : 0));
}

static long any_call(void)
{
	int fd = file[below(FILES)];

	if (chance(3))
		return any_ioctl(fd);
	if (chance(3))
		return any_mmap(fd);
	if (chance(2))
		return change_map();
	if (chance(50))
		return write_word();
	if (chance(10))
		return reopen(), 0;
	return any_file_call(fd);
}

int main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000, i;
	unsigned k;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) | 1 : 0x9e3779b97f4a7c15u;
	signal(SIGCHLD, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (k = 0; k < FILES; k++)
		file[k] = open(SL_DEVICE_PATH, O_RDWR);
	for (i = 0; i < n; i++)
		succeeded += any_call() != -1;
	for (k = 0; k < FILES; k++)
		close(file[k]);
	for (k = 0; k < MAPS; k++)
		if (map[k].at)
			munmap(map[k].at, map[k].len);
	printf("# %llu calls, of which %llu were not refused\n", (unsigned long long)n, (unsigned long long)succeeded);
	tap(succeeded > n / 20 && succeeded < n, "calls of both kinds were made");
	return tap_finish();
}
