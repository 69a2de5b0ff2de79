// SPDX-License-Identifier: GPL-2.0-or-later
/* See netns.h. */
#include "netns.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN "/proc/thread-self/ns/net"

uint32_t sl_netns_own(void)
{
	struct stat st;

	return stat(OWN, &st) ? 0 : (uint32_t)st.st_ino;
}

/* Opens the first of dir's entries, each followed by suffix, that is the namespace. */
static int find_in(const char *dir, const char *suffix, bool numbers, uint32_t inode)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int fd = -ENOENT;
	char path[600];
	struct stat st;

	while (d && fd < 0 && (e = readdir(d))) {
		if (numbers && !isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%s/%s%s", dir, e->d_name, suffix);
		if (stat(path, &st) || st.st_ino != inode)
			continue;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
	}
	if (d)
		closedir(d);
	return fd;
}

int sl_netns_enter(uint32_t inode, int *back)
{
	int fd = find_in("/run/netns", "", false, inode), err = 0;

	if (fd < 0)
		fd = find_in("/proc", "/ns/net", true, inode);
	if (fd < 0)
		return fd;
	*back = open(OWN, O_RDONLY | O_CLOEXEC);
	if (*back < 0 || setns(fd, CLONE_NEWNET)) {
		err = -errno;
		if (*back >= 0)
			close(*back);
	}
	close(fd);
	return err;
}

int sl_netns_leave(int back)
{
	int err = setns(back, CLONE_NEWNET) ? -errno : 0;

	close(back);
	return err;
}
