// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The writer of recordings: see savefile.h, and savefile_format.h for the bytes. Records collect in one block; a block
 * is written when it is full or nearly a second old, so that a crash costs little. The file keeps its temporary name until
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

#include "savefile_block.h"
#include "savefile_format.h"

struct sl_savefile {
	int fd;
	int failed; /* the first -errno: nothing is written after it */
	char *path;
	char *temporary;
	uint64_t offset; /* bytes written */
	struct sl_blocks blocks;
	struct sl_index index;
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

static int write_bytes(struct sl_savefile *f, const void *bytes, size_t size, struct sl_error *err)
{
	int ret = write_all(f->fd, bytes, size);

	f->offset += size;
	return ret ? fail(f, ret, err) : 0;
}

/* A small frame. */
static int write_frame(struct sl_savefile *f, uint32_t magic, const void *payload, size_t size, struct sl_error *err)
{
	uint8_t frame[SL_FRAME_HEAD + SL_FOOTER_MAX + SL_PLAN_BYTES];

	memcpy(frame + SL_FRAME_HEAD, payload, size);
	sl_frame_encode(frame, magic, (uint32_t)size, 0);
	return write_bytes(f, frame, SL_FRAME_HEAD + size, err);
}

int sl_savefile_block(struct sl_savefile *f, const uint8_t *frame, size_t size, struct sl_index_entry *entry,
		      struct sl_error *err)
{
	int ret = f->failed;

	if (ret) {
		sl_index_set_destroy(entry);
		return fail(f, ret, err);
	}
	entry->offset = f->offset;
	ret = sl_index_add(&f->index, entry);
	return ret ? fail(f, ret, err) : write_bytes(f, frame, size, err);
}

static int write_block(struct sl_savefile *f, struct sl_error *err)
{
	struct sl_index_entry entry;
	const uint8_t *frame;
	size_t size;
	int ret = sl_blocks_take(&f->blocks, &frame, &size, &entry);

	return ret ? fail(f, ret, err) : sl_savefile_block(f, frame, size, &entry, err);
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
	if (!uname(&host))
		memcpy(h->host, host.nodename, strnlen(host.nodename, sizeof(h->host) - 1));
	if (config->filter)
		snprintf(h->filter, sizeof(h->filter), "%s", config->filter);
	read_boot_id(h->boot_id, sizeof(h->boot_id));
}

static void file_free(struct sl_savefile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	sl_blocks_exit(&f->blocks);
	sl_index_exit(&f->index);
	free(f->temporary);
	free(f->path);
	free(f);
}

static int cannot_create(const char *path, int ret, struct sl_error *err)
{
	char part[256];

	snprintf(part, sizeof(part), "%.240s.part", path);
	if (ret == -EEXIST && access(path, F_OK))
		return sl_error_set(err, ret, SL_ERR_RUNTIME,
				    "read it with socklife replay, then remove it; or choose another name",
				    "another recorder writes it, or one was killed: it has all but its last second",
				    "%s: exists", part);
	if (ret == -EEXIST)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, "choose another name, or remove it first",
				    "a recording never overwrites a file", "%s: exists", path);
	return sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "%s: cannot create the recording", path);
}

static int open_temporary(struct sl_savefile *f, const char *path)
{
	size_t size = strlen(path) + sizeof(".part");

	f->path = strdup(path);
	f->temporary = malloc(size);
	if (!f->path || !f->temporary)
		return -ENOMEM;
	snprintf(f->temporary, size, "%s.part", path);
	if (!access(path, F_OK))
		return -EEXIST;
	f->fd = open(f->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	return f->fd < 0 ? -errno : 0;
}

static int write_start(struct sl_savefile *f, const struct sl_config *config, uint64_t watched)
{
	uint8_t bytes[SL_SAVEFILE_HEADER], plan[SL_PLAN_BYTES];
	struct sl_savefile_header header;
	struct sl_error err;
	int ret;

	describe(&header, config, watched);
	sl_savefile_header_encode(&header, bytes);
	ret = write_bytes(f, bytes, sizeof(bytes), &err);
	return ret ? ret : write_frame(f, SL_FRAME_PLAN, plan, sl_plan_encode(&f->blocks.plan, plan), &err);
}

int sl_savefile_create(struct sl_savefile **file, const char *path, const struct sl_config *config, uint64_t watched,
		       struct sl_error *err)
{
	struct sl_savefile *f = calloc(1, sizeof(*f));
	int ret;

	if (!f)
		return cannot_create(path, -ENOMEM, err);
	f->fd = -1;
	ret = sl_blocks_init(&f->blocks);
	ret = ret ? ret : open_temporary(f, path);
	if (ret)
		goto err_free;
	ret = write_start(f, config, watched);
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
	int ret = f->failed ? fail(f, f->failed, err) : 0;

	if (!ret && sl_blocks_due(&f->blocks, rec))
		ret = write_block(f, err);
	if (ret)
		return ret;
	ret = sl_blocks_add(&f->blocks, rec);
	if (ret == -ENOSPC) {
		ret = write_block(f, err);
		if (ret)
			return ret;
		ret = sl_blocks_add(&f->blocks, rec);
	}
	if (ret == -EINVAL)
		return refuse(f, err);
	return ret ? fail(f, ret, err) : 0;
}

int sl_savefile_tick(struct sl_savefile *f, uint64_t now_ns, struct sl_error *err)
{
	if (f->failed || !sl_blocks_late(&f->blocks, now_ns))
		return 0;
	return write_block(f, err);
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

static int write_index(struct sl_savefile *f, struct sl_error *err)
{
	uint32_t from = 0;
	int ret = 0;

	while (!ret && from < f->index.entries) {
		size_t size;
		uint8_t *frame = sl_index_encode(&f->index, &from, &size);

		if (!frame)
			return fail(f, -ENOMEM, err);
		ret = write_bytes(f, frame, size, err);
		free(frame);
	}
	return ret;
}

static int write_end(struct sl_savefile *f, const struct sl_stats *stats, struct sl_error *err)
{
	uint8_t footer[SL_FOOTER_MAX], trailer[8];
	int ret = f->failed ? fail(f, f->failed, err) : 0;

	if (!ret && f->blocks.records)
		ret = write_block(f, err);
	if (ret)
		return ret;
	sl_put64(trailer, f->offset);
	ret = write_index(f, err);
	if (!ret)
		ret = write_frame(f, SL_FRAME_FOOTER, footer, sl_footer_encode(stats, footer), err);
	if (!ret)
		ret = write_frame(f, SL_FRAME_TRAILER, trailer, sizeof(trailer), err);
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
