// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The writer of recordings: see savefile.h, and savefile_format.h for the bytes. Records collect in one block; a block
 * is written when it is full or spans a second, so that a crash costs little. The file keeps its temporary name until
 * it is whole, and when that fails the error says what it is called: what was recorded is never thrown away.
 */
#include "savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "savefile_format.h"

#define BLOCK_SPAN_NS 1000000000ULL

struct sl_savefile {
	int fd;
	int failed; /* the first -errno: nothing is written after it */
	char *path;
	char *temporary;
	uint32_t bytes; /* payload in the block */
	uint32_t records;
	uint64_t first_ns; /* of the block */
	uint8_t block[SL_FRAME_HEAD + SL_FRAME_MAX];
};

static int fail(struct sl_savefile *f, int ret, struct sl_error *err)
{
	f->failed = ret;
	return sl_error_set(err, ret, SL_ERR_RUNTIME, "free space there or record elsewhere", strerror(-ret),
			    "%s: cannot write the recording; what it has so far is in %s", f->path, f->temporary);
}

static int write_all(int fd, const uint8_t *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

/* Writes the payload that stands in the block as one frame. */
static int write_frame(struct sl_savefile *f, uint32_t magic, struct sl_error *err)
{
	int ret;

	sl_frame_encode(f->block, magic, f->bytes, f->records);
	ret = write_all(f->fd, f->block, SL_FRAME_HEAD + f->bytes);
	f->bytes = 0;
	f->records = 0;
	return ret ? fail(f, ret, err) : 0;
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts = { 0 };

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Empty when it cannot be read: a recording without it is still a recording. */
static void read_boot_id(char *text, size_t size)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, size - 1);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static void describe(struct sl_savefile_header *h, const struct sl_config *config, uint64_t watched)
{
	struct utsname host;

	memset(h, 0, sizeof(*h));
	h->major = SL_SAVEFILE_MAJOR;
	h->minor = SL_SAVEFILE_MINOR;
	h->abi_major = SL_ABI_MAJOR;
	h->abi_minor = SL_ABI_MINOR;
	h->start_ns = clock_ns(CLOCK_MONOTONIC);
	h->clock_offset_ns = (int64_t)(clock_ns(CLOCK_REALTIME) - h->start_ns);
	h->watched = watched;
	h->level = config->level;
	if (!uname(&host))
		memcpy(h->kernel, host.release, strnlen(host.release, sizeof(h->kernel) - 1));
	read_boot_id(h->boot_id, sizeof(h->boot_id));
}

static void file_free(struct sl_savefile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->temporary);
	free(f->path);
	free(f);
}

static int cannot_create(const char *path, int ret, struct sl_error *err)
{
	if (ret == -EEXIST)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, "choose another name, or remove it first",
				    "a recording never overwrites a file", "%s: exists", path);
	return sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "%s: cannot create the recording", path);
}

static int open_temporary(struct sl_savefile *f, const char *path)
{
	size_t size = strlen(path) + sizeof(".XXXXXX");

	f->fd = -1;
	f->path = strdup(path);
	f->temporary = malloc(size);
	if (!f->path || !f->temporary)
		return -ENOMEM;
	snprintf(f->temporary, size, "%s.XXXXXX", path);
	if (!access(path, F_OK))
		return -EEXIST;
	f->fd = mkstemp(f->temporary); /* 0600 */
	if (f->fd < 0)
		return -errno;
	fcntl(f->fd, F_SETFD, FD_CLOEXEC);
	return 0;
}

int sl_savefile_create(struct sl_savefile **file, const char *path, const struct sl_config *config, uint64_t watched,
		       struct sl_error *err)
{
	struct sl_savefile *f = calloc(1, sizeof(*f));
	struct sl_savefile_header header;
	uint8_t bytes[SL_SAVEFILE_HEADER];
	int ret;

	if (!f)
		return cannot_create(path, -ENOMEM, err);
	ret = open_temporary(f, path);
	if (ret)
		goto err_free;
	describe(&header, config, watched);
	sl_savefile_header_encode(&header, bytes);
	ret = write_all(f->fd, bytes, sizeof(bytes));
	if (ret)
		goto err_unlink;
	*file = f;
	return 0;

err_unlink:
	unlink(f->temporary);
err_free:
	file_free(f);
	return cannot_create(path, ret, err);
}

static int refuse(const struct sl_savefile *f, struct sl_error *err)
{
	return sl_error_set(err, -EINVAL, SL_ERR_RUNTIME, NULL, "its length is not that of a record",
			    "%s: a record was refused", f->path);
}

int sl_savefile_record(struct sl_savefile *f, const struct sl_rec *rec, struct sl_error *err)
{
	bool full = rec->len > SL_FRAME_MAX - f->bytes;
	int ret;

	if (f->failed)
		return fail(f, f->failed, err);
	if (rec->len < sizeof(*rec) || rec->len > SL_FRAME_MAX || rec->len % 8)
		return refuse(f, err);
	if (f->records && (full || rec->ts_ns - f->first_ns > BLOCK_SPAN_NS)) {
		ret = write_frame(f, SL_FRAME_BLOCK, err);
		if (ret)
			return ret;
	}
	if (!f->records)
		f->first_ns = rec->ts_ns;
	memcpy(f->block + SL_FRAME_HEAD + f->bytes, rec, rec->len);
	f->bytes += rec->len;
	f->records++;
	return 0;
}

/* Never over a file that has come into being meanwhile. link() is for file systems that cannot rename so. */
static int give_name(const struct sl_savefile *f)
{
	if (!renameat2(AT_FDCWD, f->temporary, AT_FDCWD, f->path, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (link(f->temporary, f->path))
		return -errno;
	unlink(f->temporary);
	return 0;
}

static int write_end(struct sl_savefile *f, const struct sl_stats *stats, struct sl_error *err)
{
	int ret = f->failed ? fail(f, f->failed, err) : 0;

	if (!ret && f->records)
		ret = write_frame(f, SL_FRAME_BLOCK, err);
	if (ret)
		return ret;
	f->bytes = (uint32_t)sl_footer_encode(stats, f->block + SL_FRAME_HEAD);
	ret = write_frame(f, SL_FRAME_FOOTER, err);
	if (!ret && fsync(f->fd) && errno != EINVAL)
		ret = fail(f, -errno, err);
	return ret;
}

int sl_savefile_finish(struct sl_savefile *f, const struct sl_stats *stats, struct sl_error *err)
{
	int ret = write_end(f, stats, err);

	if (!ret) {
		ret = give_name(f);
		if (ret)
			sl_error_set(err, ret, SL_ERR_RUNTIME, "rename it by hand", strerror(-ret),
				     "%s: cannot name the recording so; it is whole, in %s", f->path, f->temporary);
	}
	file_free(f);
	return ret;
}
