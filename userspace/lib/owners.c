// SPDX-License-Identifier: GPL-2.0-or-later
/* See owners.h. */
#include "owners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "number.h"

static int keep(struct sl_owners *o, const struct sl_owner_of *process, int fd, uint64_t inode)
{
	struct sl_owner_of *owner, **all = o->all;

	if (!(o->count & (o->count + 1))) /* room for 1, 3, 7, 15, ... */
		all = realloc(o->all, (2 * (size_t)o->count + 2) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	o->all = all;
	owner = malloc(sizeof(*owner));
	if (!owner)
		return -ENOMEM;
	*owner = *process;
	owner->fd = fd;
	o->all[o->count++] = owner;
	sl_table_insert(&o->by_inode, &owner->node, inode);
	return 0;
}

/* Descriptor @name of an open /proc/PID/fd: a socket? */
static int look_at(struct sl_owners *o, const struct sl_owner_of *process, int dir, const char *name)
{
	char target[64];
	uint64_t inode, fd;
	ssize_t len = readlinkat(dir, name, target, sizeof(target) - 1);
	char *end;

	if (len <= 0 || sl_number_parse(name, 0, INT32_MAX, &fd))
		return 0;
	target[len] = 0;
	if (strncmp(target, "socket:[", 8) || !(end = strchr(target, ']')))
		return 0;
	*end = 0;
	return sl_number_parse(target + 8, 1, UINT32_MAX, &inode) ? 0 : keep(o, process, (int)fd, inode);
}

static void read_comm(struct sl_owner_of *process)
{
	char path[32];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/comm", process->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	len = read(fd, process->comm, sizeof(process->comm));
	close(fd);
	if (len > 0 && process->comm[len - 1] == '\n')
		process->comm[len - 1] = 0;
}

static int look_into(struct sl_owners *o, uint32_t pid)
{
	struct sl_owner_of process = { .pid = pid };
	struct dirent *entry;
	struct stat st;
	char path[32];
	int ret = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	dir = opendir(path);
	if (!dir) {
		o->hidden += errno == EACCES || errno == EPERM;
		return 0; /* else it has gone */
	}
	if (!fstat(dirfd(dir), &st))
		process.uid = st.st_uid;
	read_comm(&process);
	while (!ret && (entry = readdir(dir)))
		ret = look_at(o, &process, dirfd(dir), entry->d_name);
	closedir(dir);
	return ret;
}

int sl_owners_init(struct sl_owners *o)
{
	struct dirent *entry;
	uint64_t pid;
	DIR *proc;
	int ret;

	memset(o, 0, sizeof(*o));
	ret = sl_table_init(&o->by_inode);
	if (ret)
		return ret;
	proc = opendir("/proc");
	if (!proc)
		return -errno;
	while (!ret && (entry = readdir(proc))) {
		if (!sl_number_parse(entry->d_name, 1, INT32_MAX, &pid))
			ret = look_into(o, (uint32_t)pid);
	}
	closedir(proc);
	return ret;
}

void sl_owners_exit(struct sl_owners *o)
{
	for (uint32_t i = 0; i < o->count; i++)
		free(o->all[i]);
	free(o->all);
	sl_table_exit(&o->by_inode);
	memset(o, 0, sizeof(*o));
}

static const struct sl_owner_of *owner_of(struct sl_table_node *node)
{
	return node ? sl_table_entry(node, struct sl_owner_of, node) : NULL;
}

const struct sl_owner_of *sl_owners_first(const struct sl_owners *o, uint32_t inode)
{
	return inode ? owner_of(sl_table_first(&o->by_inode, inode)) : NULL;
}

const struct sl_owner_of *sl_owners_next(const struct sl_owner_of *owner)
{
	return owner_of(sl_table_next(&owner->node));
}
