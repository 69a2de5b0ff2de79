// SPDX-License-Identifier: GPL-2.0-or-later
/* See cgroup.h. */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kernel.h"

#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif

static int open_dir(struct sl_cgroup *cgroup)
{
	struct statfs fs;
	struct stat st;
	int err = 0;

	cgroup->fd = open(cgroup->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cgroup->fd < 0)
		return -errno;
	if (fstat(cgroup->fd, &st) || fstatfs(cgroup->fd, &fs))
		err = -errno;
	else if (fs.f_type != CGROUP2_SUPER_MAGIC)
		err = -ENOTSUP;
	if (err) {
		close(cgroup->fd);
		cgroup->fd = -1;
		return err;
	}
	cgroup->id = st.st_ino;
	return 0;
}

static int explain(struct sl_error *err, int ret, const char *path, const char *mount)
{
	if (ret == -ENOTSUP)
		return sl_error_set(err, ret, SL_ERR_USAGE, "give a directory below the cgroup2 mount",
				    "it is a directory, but not of a cgroup2 hierarchy", "cgroup '%s' cannot be used",
				    path);
	return sl_error_set(err, ret, SL_ERR_USAGE, "see /proc/PID/cgroup: the path after 0::, below the cgroup2 mount",
			    strerror(-ret), "no cgroup '%s' below %s", path, mount);
}

int sl_cgroup_open(struct sl_cgroup *cgroup, const char *path, struct sl_error *err)
{
	char mount[256];
	int ret = sl_kernel_cgroup2(mount, sizeof(mount));

	cgroup->fd = -1;
	cgroup->ours = false;
	if (ret)
		return sl_error_set(err, ret, SL_ERR_FEATURE, "mount -t cgroup2 none /sys/fs/cgroup",
				    "no cgroup2 hierarchy is mounted", "cgroups cannot be used");
	if (!path)
		snprintf(cgroup->path, sizeof(cgroup->path), "%s", mount);
	else if (*path == '/' && !access(path, F_OK))
		snprintf(cgroup->path, sizeof(cgroup->path), "%s", path);
	else
		snprintf(cgroup->path, sizeof(cgroup->path), "%s/%s", mount, path + (*path == '/'));
	ret = open_dir(cgroup);
	return ret ? explain(err, ret, path ? path : mount, mount) : 0;
}

/* The cgroup2 path of a process, from the line "0::/path". */
static int path_of(pid_t pid, char *path, size_t size)
{
	char name[64], line[512];
	int err = -ENOENT;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%d/cgroup", (int)pid);
	f = fopen(name, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "0::/", 4))
			continue;
		line[strcspn(line, "\n")] = 0;
		err = snprintf(path, size, "%s", line + 3) < (int)size ? 0 : -ENAMETOOLONG;
		break;
	}
	fclose(f);
	return err;
}

static int move_to(const char *dir, pid_t pid)
{
	char name[600], text[16];
	int fd, len, err = 0;

	snprintf(name, sizeof(name), "%s/cgroup.procs", dir);
	fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = snprintf(text, sizeof(text), "%d", (int)pid);
	if (write(fd, text, len) != len)
		err = -errno;
	close(fd);
	return err;
}

int sl_cgroup_make(struct sl_cgroup *cgroup, pid_t pid)
{
	char mount[200], below[256];
	int err;

	cgroup->fd = -1;
	err = sl_kernel_cgroup2(mount, sizeof(mount));
	if (!err)
		err = path_of(pid, below, sizeof(below));
	if (err)
		return err;
	snprintf(cgroup->parent, sizeof(cgroup->parent), "%s%s", mount, strcmp(below, "/") ? below : "");
	if (snprintf(cgroup->path, sizeof(cgroup->path), "%s/socklife.%d", cgroup->parent, (int)pid) >=
	    (int)sizeof(cgroup->path))
		return -ENAMETOOLONG;
	if (mkdir(cgroup->path, 0755))
		return -errno;
	cgroup->ours = true;
	err = move_to(cgroup->path, pid);
	if (!err)
		err = open_dir(cgroup);
	if (err)
		sl_cgroup_close(cgroup);
	return err;
}

/* Descendants of the command that outlive it go back to where they would have been. */
static void move_back(const struct sl_cgroup *cgroup)
{
	char name[600];
	int pid;
	FILE *f;

	snprintf(name, sizeof(name), "%s/cgroup.procs", cgroup->path);
	f = fopen(name, "re");
	if (!f)
		return;
	while (fscanf(f, "%d", &pid) == 1)
		move_to(cgroup->parent, pid);
	fclose(f);
}

void sl_cgroup_close(struct sl_cgroup *cgroup)
{
	if (cgroup->fd >= 0)
		close(cgroup->fd);
	cgroup->fd = -1;
	if (!cgroup->ours)
		return;
	move_back(cgroup);
	rmdir(cgroup->path);
	cgroup->ours = false;
}
