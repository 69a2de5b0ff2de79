// SPDX-License-Identifier: GPL-2.0-or-later
/* Network namespaces by name (as ip netns keeps them), path or inode number: see netns.h. */
#include "netns.h"

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "number.h"

#define NAMED "/run/netns/"

static int no_namespace(const char *text, int ret, const char *why, struct sl_error *err)
{
	return sl_error_set(err, ret, SL_ERR_USAGE, "ip netns list, or lsns -t net, show what there is", why,
			    "--netns: no network namespace '%.80s'", text);
}

static int inode_of(const char *text, const char *path, uint32_t *inode, struct sl_error *err)
{
	struct statfs fs;
	struct stat st;

	if (stat(path, &st) || statfs(path, &fs))
		return no_namespace(text, -errno, strerror(errno), err);
	if (fs.f_type != NSFS_MAGIC)
		return no_namespace(text, -EINVAL, "the file is not a namespace", err);
	*inode = (uint32_t)st.st_ino;
	return 0;
}

int netns_inode(const char *text, uint32_t *inode, struct sl_error *err)
{
	char path[PATH_MAX];
	uint64_t number;

	if (!sl_number_parse(text, 1, UINT32_MAX, &number)) {
		*inode = (uint32_t)number;
		return 0;
	}
	if (strspn(text, "0123456789") == strlen(text))
		return no_namespace(text, -EINVAL, "an inode number is 1 to 4294967295", err);
	snprintf(path, sizeof(path), "%s%s", strchr(text, '/') ? "" : NAMED, text);
	return inode_of(text, path, inode, err);
}
