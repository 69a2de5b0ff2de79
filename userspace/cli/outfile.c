// SPDX-License-Identifier: GPL-2.0-or-later
/* Whole or not at all: see outfile.h. */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const struct outfile *o, int ret, const char *what, struct sl_error *err)
{
	bool there = ret == -EEXIST || ret == -ENOTEMPTY;

	return sl_error_set(err, ret, SL_ERR_RUNTIME, there ? "remove it, or choose another name" : NULL,
			    strerror(-ret), "%s: cannot %s", there && o->part ? o->part : o->path, what);
}

static int create(struct outfile *o)
{
	struct stat st;
	int fd;

	if (o->kind == OUTFILE_DIRECTORY)
		return mkdir(o->part, 0777) ? -errno : 0;
	if (!stat(o->path, &st) && !S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	fd = open(o->part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	if (o->kind == OUTFILE_NAME)
		return close(fd) ? -errno : 0;
	o->file = fdopen(fd, "w");
	return o->file ? 0 : -errno;
}

int outfile_open(struct outfile *o, const char *path, enum outfile_kind kind, struct sl_error *err)
{
	int ret;

	*o = (struct outfile){ .kind = kind };
	if (kind == OUTFILE_STREAM && !strcmp(path, "-")) {
		o->file = stdout;
		return 0;
	}
	o->path = strdup(path);
	if (!o->path || asprintf(&o->part, "%s.part", path) < 0) {
		o->part = NULL;
		ret = -ENOMEM;
	} else if (kind == OUTFILE_DIRECTORY && !access(path, F_OK)) {
		free(o->part);
		o->part = NULL;
		ret = -EEXIST;
	} else {
		ret = create(o);
	}
	if (!ret)
		return 0;
	fail(o, ret, "create it", err);
	free(o->part); /* not ours: it stays */
	o->part = NULL;
	outfile_discard(o);
	return ret;
}

int outfile_finish(struct outfile *o, struct sl_error *err)
{
	int ret = 0;

	if (!o->part)
		return 0;
	if (o->file) {
		ret = ferror(o->file) ? -EIO : 0;
		if (fclose(o->file))
			ret = -errno;
		o->file = NULL;
	}
	if (!ret && rename(o->part, o->path))
		ret = -errno;
	if (ret)
		return fail(o, ret, "write it", err);
	free(o->part);
	o->part = NULL;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void outfile_discard(struct outfile *o)
{
	if (o->file && o->file != stdout)
		fclose(o->file);
	if (o->part && o->kind == OUTFILE_DIRECTORY)
		nftw(o->part, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	else if (o->part)
		unlink(o->part);
	free(o->part);
	free(o->path);
	*o = (struct outfile){ 0 };
}
