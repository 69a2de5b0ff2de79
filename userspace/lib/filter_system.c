// SPDX-License-Identifier: GPL-2.0-or-later
/* Values that this system gives a number: services, users, cgroups and network namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <mntent.h>
#include <netdb.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "filter_parse.h"
#include "number.h"

#define LOOKUP_MAX 16384 /* bytes for an entry of /etc/passwd or /etc/services */

static int fail_value(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *fix,
		      const char *why, const char *value, const char *problem)
{
	char show[SL_FILTER_SHOW_MAX];

	return sl_filter_fail(p, phrase->value_at, fix, why, "%s \"%s\" %s", phrase->word->word,
			      sl_filter_show(value, strlen(value), show), problem);
}

static int fail_path(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
		     const char *path, int err)
{
	char why[192], show[SL_FILTER_SHOW_MAX];

	snprintf(why, sizeof(why), "%s: %s", sl_filter_show(path, strlen(path), show), strerror(err));
	return fail_value(p, phrase, NULL, why, value, "cannot be found");
}

int sl_filter_service_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			   struct sl_match_insn *insn)
{
	struct servent entry, *found = NULL;
	char buf[LOOKUP_MAX];

	if (getservbyname_r(value, NULL, &entry, buf, sizeof(buf), &found) || !found)
		return fail_value(p, phrase, NULL, "it is not in /etc/services", value,
				  "is neither a number nor a service");
	insn->lo = ntohs((uint16_t)entry.s_port);
	return 0;
}

int sl_filter_user_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			struct sl_match_insn *insn)
{
	struct passwd entry, *found = NULL;
	char buf[LOOKUP_MAX];

	if (getpwnam_r(value, &entry, buf, sizeof(buf), &found) || !found)
		return fail_value(p, phrase, NULL, NULL, value, "is neither a number nor a user of this system");
	insn->lo = entry.pw_uid;
	return 0;
}

/* Where the cgroup2 hierarchy is mounted. */
static bool find_cgroup2(char *mount, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	struct mntent entry;
	char buf[4096];
	bool found = false;

	while (mounts && !found && getmntent_r(mounts, &entry, buf, sizeof(buf))) {
		found = !strcmp(entry.mnt_type, "cgroup2") && strlen(entry.mnt_dir) < size;
		if (found)
			strcpy(mount, entry.mnt_dir);
	}
	if (mounts)
		endmntent(mounts);
	return found;
}

static bool climbs(const char *path)
{
	const char *dots;

	for (dots = strstr(path, ".."); dots; dots = strstr(dots + 1, "..")) {
		if ((dots == path || dots[-1] == '/') && (!dots[2] || dots[2] == '/'))
			return true;
	}
	return false;
}

/* @value may be given with the mount point or from it on. */
static bool cgroup_path(const char *mount, const char *value, char *path, size_t size)
{
	size_t len = strlen(mount);
	bool whole = !strncmp(value, mount, len) && (!value[len] || value[len] == '/');
	int n = whole ? snprintf(path, size, "%s", value)
		      : snprintf(path, size, "%s%s%s", mount, *value == '/' ? "" : "/", value);

	return n >= 0 && (size_t)n < size;
}

int sl_filter_cgroup_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			  struct sl_match_insn *insn)
{
	char mount[PATH_MAX], path[PATH_MAX];
	struct statfs fs;
	struct stat st;
	uint64_t id = 0;
	int ret = sl_number_parse(value, 1, UINT64_MAX, &id);

	insn->lo = id;
	if (!ret)
		return 0;
	if (ret == -ERANGE)
		return fail_value(p, phrase, NULL, NULL, value, "is out of range");
	if (climbs(value))
		return fail_value(p, phrase, NULL, "a cgroup's path has no \"..\"", value, "cannot be found");
	if (!find_cgroup2(mount, sizeof(mount)))
		return fail_value(p, phrase, "mount -t cgroup2 none /sys/fs/cgroup", "no cgroup2 hierarchy is mounted",
				  value, "cannot be found");
	if (!cgroup_path(mount, value, path, sizeof(path)))
		return fail_path(p, phrase, value, value, ENAMETOOLONG);
	if (statfs(path, &fs) || stat(path, &st))
		return fail_path(p, phrase, value, path, errno);
	if (fs.f_type != CGROUP2_SUPER_MAGIC || !S_ISDIR(st.st_mode))
		return fail_value(p, phrase, NULL, NULL, value, "is not a cgroup's directory");
	insn->lo = st.st_ino;
	return 0;
}

/* Only a regular file is opened: a FIFO would wait, a device might act. */
static int netns_inode(const char *path, uint64_t *inode)
{
	struct stat st;
	int fd, type;

	if (stat(path, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	type = ioctl(fd, NS_GET_NSTYPE);
	close(fd);
	*inode = st.st_ino;
	return type == CLONE_NEWNET ? 0 : -EINVAL;
}

int sl_filter_netns_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			 struct sl_match_insn *insn)
{
	char path[PATH_MAX];
	uint64_t inode = 0;
	int n, ret = sl_number_parse(value, 1, UINT32_MAX, &inode);

	insn->lo = inode;
	if (!ret)
		return 0;
	if (ret == -ERANGE)
		return fail_value(p, phrase, NULL, NULL, value, "is out of range");
	n = snprintf(path, sizeof(path), "%s%s", strchr(value, '/') ? "" : "/run/netns/", value);
	ret = n < (int)sizeof(path) ? netns_inode(path, &inode) : -ENAMETOOLONG;
	insn->lo = inode;
	if (ret == -EINVAL)
		return fail_value(p, phrase, "an inode number, a path such as /proc/1/ns/net, or a name of ip netns",
				  NULL, value, "is not a network namespace");
	return ret ? fail_path(p, phrase, value, path, -ret) : 0;
}
