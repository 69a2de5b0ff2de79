// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * failing: a reader's whole life, over and over, with its first allocation refused, its second, and so on until none is left to
 * refuse (/proc/thread-self/fail-nth). Each time it ends in an error that the manual of its call names, or it works.
 */
#include "reader.h"

static bool refuse_nth(unsigned n)
{
	char text[16];
	int fd = open("/proc/thread-self/fail-nth", O_RDWR), len = snprintf(text, sizeof(text), "%u", n);
	bool ok = fd >= 0 && write(fd, text, (size_t)len) == len;

	close(fd);
	return ok;
}

/* Was it refused? What is left of the count says so. */
static bool was_refused(void)
{
	char text[16] = "";
	int fd = open("/proc/thread-self/fail-nth", O_RDWR);
	bool left = fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && atoi(text) > 0;

	if (fd >= 0 && write(fd, "0", 1) != 1)
		die("fail-nth");
	close(fd);
	return !left;
}

/* Returns 0, or the errno of the call that failed. */
static int life(void)
{
	struct sl_device_setup setup = { .level = SL_LEVEL_CALLS, .ring_bytes = 65536, .cgroup_fd = -1 };
	struct sl_match match = { 0 };
	struct sl_device_info info;
	int fd = open(SL_DEVICE_PATH, O_RDWR), err = 0;
	void *p;

	if (fd < 0)
		return errno;
	setup.follow_pid = (uint32_t)getpid();
	if (ioctl(fd, SL_DEVICE_SETUP, &setup) || ioctl(fd, SL_DEVICE_INFO, &info))
		err = errno;
	if (!err) {
		p = mmap(NULL, 4096 + 2 * 65536, PROT_READ, MAP_SHARED, fd, 4096);
		if (p == MAP_FAILED)
			err = errno;
		else
			munmap(p, 4096 + 2 * 65536);
	}
	if (!err && (ioctl(fd, SL_DEVICE_START) || ioctl(fd, SL_DEVICE_MATCH, &match) || ioctl(fd, SL_DEVICE_STOP)))
		err = errno;
	close(fd);
	return err;
}

int main(void)
{
	unsigned n, refused = 0, odd = 0, worked = 0;

	if (!refuse_nth(0)) {
		puts("1..0 # SKIP this kernel refuses no allocation on demand (CONFIG_FAULT_INJECTION)");
		return 0;
	}
	life();
	for (n = 1; n < 2000; n++) {
		int err;

		refuse_nth(n);
		err = life();
		if (!was_refused())
			break;
		refused++;
		worked += !err;
		odd += err && err != ENOMEM && err != EFAULT && err != EAGAIN;
		if (err && err != ENOMEM)
			printf("# refusing allocation %u: %s\n", n, strerror(err));
	}
	printf("# %u allocations refused, one at a time; %u times it worked nevertheless\n", refused, worked);
	tap(n < 2000 && refused > 10, "each allocation of a reader's life was refused once");
	tap(!odd, "each time with ENOMEM");
	tap(!life(), "and afterwards a reader works");
	return tap_finish();
}
