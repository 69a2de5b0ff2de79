// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rights [NETNS|watch]: what the device lets this process see: "host", "netns INODE", or how it refuses. With an inode number:
 * asks for that network namespace. watch: looks for two seconds, with traffic of its own, and tells whose records came.
 */
#include <sys/stat.h>

#include "reader.h"

static uint64_t own, others;
static uint32_t netns;

static int whose(void *ctx, const struct sl_rec *rec)
{
	const struct sl_life_rec *life = (const void *)rec;

	(void)ctx;
	if (rec->type == SL_REC_LIFE) {
		own += life->life.id.netns == netns;
		others += life->life.id.netns != netns;
	}
	return 0;
}

static int watch(void)
{
	struct reader r;
	struct stat st;
	int i;

	stat("/proc/self/ns/net", &st);
	netns = (uint32_t)st.st_ino;
	reader_open(&r, SL_LEVEL_LIFE, 1u << 20);
	reader_start(&r);
	for (i = 0; i < 20; i++) {
		connections(2);
		usleep(100000);
		sl_device_take(&r.device, whose, NULL);
	}
	printf("own %s, others %llu\n", own ? "yes" : "no", (unsigned long long)others);
	sl_device_close(&r.device);
	return 0;
}

int main(int argc, char **argv)
{
	struct sl_device_setup setup = { .ring_bytes = 65536, .cgroup_fd = -1 };
	struct sl_device_info info;
	int fd = open(SL_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, SL_DEVICE_INFO, &info))
		return printf("refused: %s\n", strerror(errno)), 0;
	if (argc > 1 && !strcmp(argv[1], "watch"))
		return close(fd), watch();
	if (argc > 1)
		setup.netns = (uint32_t)strtoul(argv[1], NULL, 10);
	if (ioctl(fd, SL_DEVICE_SETUP, &setup))
		return printf("SETUP: %s\n", strerror(errno)), 0;
	if (ioctl(fd, SL_DEVICE_START))
		return printf("START: %s\n", strerror(errno)), 0;
	if (info.flags & SL_DEVICE_HOST)
		puts("host");
	else
		printf("netns %u\n", info.netns);
	return 0;
}
