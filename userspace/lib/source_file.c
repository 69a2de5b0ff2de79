// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The source behind which a recording is: see savefile_format.h for its bytes. It only reads forwards, so a pipe will
 * do. One poll delivers at most one block, and only after its checksum was found right. What is wrong with the file
 * becomes an error that names the place; everything before that has been delivered by then.
 */
#include "source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decode.h"
#include "pack.h"
#include "savefile_index.h"

#define MINIMUM 131072 /* bytes of the buffer; the longest header is shorter */
#define AT_EOF 1       /* what fill() returns at the end of the input */

enum stage { BETWEEN, IN_BLOCK, IN_PACKED, AFTER_FOOTER, ENDED };

struct file_source {
	struct sl_source source;
	int fd;
	const char *name;
	enum stage stage;
	int failed; /* -errno: for good */
	struct sl_error error;
	uint64_t offset; /* in the file, of what is in the buffer */
	size_t have;     /* bytes in the buffer */
	size_t room;     /* of the buffer */
	uint32_t at;     /* in the block's payload: the next record */
	uint32_t left;   /* records of the block still to come */
	struct sl_frame frame;
	struct sl_recording recording;
	struct sl_stats stats;
	struct sl_fact_status facts[SL_FACT_NR];
	char path[256]; /* for messages */
	struct sl_plan plan;
	struct sl_unpacker *unpacker; /* by that plan; NULL: none came */
	bool footer;                  /* it was read */
	uint64_t sock;                /* the only one that is asked for; 0: all */
	struct sl_index index;        /* if one is */
	uint32_t next;                /* entry of the index */
	uint8_t *buffer;
};

static int damage(struct file_source *f, const char *why)
{
	f->failed = sl_error_set(&f->error, -EBADMSG, SL_ERR_RUNTIME, "use what was read, or get the file again", why,
				 "%s: damaged at byte %" PRIu64 ", after %" PRIu64 " whole blocks with %" PRIu64
				 " records",
				 f->name, f->offset, f->recording.blocks, f->recording.records);
	return f->failed;
}

static int unreadable(struct file_source *f, int ret)
{
	f->failed = sl_error_set(&f->error, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "%s: cannot read the recording",
				 f->name);
	return f->failed;
}

/* A false length costs no more memory than what is really there. */
static int make_room(struct file_source *f, size_t need)
{
	size_t room = f->room ? f->room * 2 : MINIMUM;
	uint8_t *grown;

	if (f->have < f->room || need <= f->room)
		return 0;
	grown = realloc(f->buffer, room);
	if (!grown)
		return -ENOMEM;
	f->buffer = grown;
	f->room = room;
	return 0;
}

/* Gets the buffer up to @need bytes. Returns 0, AT_EOF, -EAGAIN (time-out or signal; what came is kept), -errno. */
static int fill(struct file_source *f, size_t need, int timeout_ms)
{
	while (f->have < need) {
		struct pollfd p = { .fd = f->fd, .events = POLLIN };
		int ready = poll(&p, 1, timeout_ms);
		ssize_t n;

		if (!ready || (ready < 0 && errno == EINTR))
			return -EAGAIN;
		if (make_room(f, need))
			return -ENOMEM;
		n = read(f->fd, f->buffer + f->have, (need < f->room ? need : f->room) - f->have);
		if (!n)
			return AT_EOF;
		if (n < 0)
			return errno == EINTR || errno == EAGAIN ? -EAGAIN : -errno;
		f->have += (size_t)n;
	}
	return 0;
}

static void consume(struct file_source *f)
{
	f->offset += f->have;
	f->recording.offset = f->offset;
	f->have = 0;
}

/* At the start a signal means that the user has lost patience with a pipe. */
static int read_start(struct file_source *f, size_t need, struct sl_error *err)
{
	int ret = fill(f, need, -1);

	if (ret == AT_EOF)
		return sl_error_set(err, -EBADMSG, SL_ERR_RUNTIME, "name a file that socklife recorded",
				    f->have ? "it ends within its header" : "it is empty", "%s: not a whole recording",
				    f->name);
	if (ret == -EAGAIN)
		ret = -EINTR;
	return ret ? sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "%s: cannot read", f->name) : 0;
}

static int read_header(struct file_source *f, struct sl_error *err)
{
	size_t length;
	int ret = read_start(f, SL_SAVEFILE_START, err);

	if (!ret)
		ret = sl_savefile_header_length(f->buffer, f->name, &length, err);
	if (!ret)
		ret = read_start(f, length, err);
	if (!ret)
		ret = sl_savefile_header_decode(f->buffer, length, f->name, &f->recording.header, err);
	if (!ret)
		consume(f);
	return ret;
}

static void tell_facts(struct file_source *f)
{
	for (int i = 0; i < SL_FACT_NR; i++) {
		struct sl_fact_status *s = &f->facts[i];

		s->fact = (enum sl_fact)i;
		s->watched = f->recording.header.watched >> i & 1;
		if (s->watched)
			snprintf(s->hook, sizeof(s->hook), "recording");
		else
			snprintf(s->why, sizeof(s->why), "was not watched when this was recorded");
	}
	f->stats.watched = f->recording.header.watched;
}

static void file_close(struct sl_source *source)
{
	struct file_source *f = (struct file_source *)source;

	if (!f)
		return;
	if (f->fd > STDIN_FILENO)
		close(f->fd);
	sl_unpacker_destroy(f->unpacker);
	sl_index_exit(&f->index);
	free(f->buffer);
	free(f);
}

static int open_input(struct file_source *f, const char *path, struct sl_error *err)
{
	struct stat st;

	if (!path)
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "name a file, or - for standard input", NULL,
				    "no recording to read");
	snprintf(f->path, sizeof(f->path), "%s", strcmp(path, "-") ? path : "standard input");
	f->name = f->path;
	f->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (f->fd < 0)
		return sl_error_set(err, -errno, SL_ERR_RUNTIME, NULL, strerror(errno), "%s: cannot open the recording",
				    f->name);
	if (!fstat(f->fd, &st) && S_ISREG(st.st_mode))
		f->recording.size = (uint64_t)st.st_size;
	return 0;
}

static int file_open(struct sl_source **source, const struct sl_config *config, struct sl_error *err)
{
	struct file_source *f = calloc(1, sizeof(*f));
	int ret;

	if (!f)
		return sl_error_set(err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "cannot open the recording");
	f->source.ops = &sl_source_file;
	f->fd = -1;
	ret = open_input(f, config->path, err);
	if (!ret)
		ret = read_header(f, err);
	if (ret) {
		file_close(&f->source);
		return ret;
	}
	tell_facts(f);
	if (config->sock && f->recording.size && !sl_index_read(&f->index, f->fd) && !f->index.rebuilt)
		f->sock = config->sock;
	*source = &f->source;
	return 0;
}

static int file_start(struct sl_source *source, struct sl_error *err)
{
	(void)source;
	(void)err;
	return 0;
}

static int cut(struct file_source *f)
{
	return damage(f, f->have ? "the file ends within a block" : "the file ends without its closing counters");
}

static int begin_plan(struct file_source *f)
{
	int ret = f->unpacker ? -EBADMSG : sl_plan_decode(&f->plan, f->buffer + SL_FRAME_HEAD, f->frame.bytes);

	if (ret == -ENOTSUP) {
		f->failed = sl_error_set(&f->error, ret, SL_ERR_RUNTIME, "use the version of socklife that recorded it",
					 "it is packed in a way that this program does not know",
					 "%s: cannot read the recording", f->name);
		return ret;
	}
	if (!ret)
		ret = sl_unpacker_create(&f->unpacker, &f->plan);
	if (ret)
		return ret == -EBADMSG ? damage(f, "its plan contradicts itself") : ret;
	consume(f);
	return 0;
}

static int begin_packed(struct file_source *f)
{
	const uint32_t front = SL_BLOCK_HEAD;
	int ret = -EBADMSG;

	if (f->unpacker && f->frame.bytes > front)
		ret = sl_unpacker_begin(f->unpacker, f->buffer + SL_FRAME_HEAD + front, f->frame.bytes - front);
	if (ret)
		return ret == -EBADMSG ? damage(f, "a block cannot be unpacked") : ret;
	f->stage = IN_PACKED;
	return 0;
}

static int begin_frame(struct file_source *f)
{
	f->at = 0;
	f->left = f->frame.records;
	switch (f->frame.magic) {
	case SL_FRAME_PLAN: return begin_plan(f);
	case SL_FRAME_PACKED: return begin_packed(f);
	case SL_FRAME_BLOCK: f->stage = IN_BLOCK; return 0;
	case SL_FRAME_FOOTER:
		memset(&f->stats, 0, sizeof(f->stats));
		sl_footer_decode(f->buffer + SL_FRAME_HEAD, f->frame.bytes, &f->stats);
		f->footer = true;
		if (f->recording.header.major == SL_SAVEFILE_MAJOR_OLD)
			f->stage = AFTER_FOOTER;
		break;
	case SL_FRAME_TRAILER: f->stage = AFTER_FOOTER; break;
	}
	consume(f);
	return 0;
}

/* Whether such a frame may stand here. */
static bool expected(const struct file_source *f)
{
	bool old = f->recording.header.major == SL_SAVEFILE_MAJOR_OLD;

	switch (f->frame.magic) {
	case SL_FRAME_BLOCK: return old;
	case SL_FRAME_FOOTER: return !f->footer;
	case SL_FRAME_PLAN:
	case SL_FRAME_PACKED:
	case SL_FRAME_INDEX: return !old && !f->footer;
	case SL_FRAME_TRAILER: return f->footer;
	default: return false;
	}
}

/* The block whose head was read has nothing of the socket that is asked for. */
static bool may_pass(struct file_source *f)
{
	const struct sl_index_entry *e;

	if (!f->sock || f->frame.magic != SL_FRAME_PACKED)
		return false;
	while (f->next < f->index.entries && f->index.entry[f->next].offset < f->offset)
		f->next++;
	e = &f->index.entry[f->next];
	return f->next < f->index.entries && e->offset == f->offset && !sl_index_may_have(e, f->sock);
}

static int pass(struct file_source *f)
{
	if (lseek(f->fd, f->frame.bytes, SEEK_CUR) < 0)
		return -errno;
	f->have += f->frame.bytes;
	consume(f);
	f->recording.passed++;
	return 0;
}

/* Takes the next block or the footer in, whole and checked. */
static int load_frame(struct file_source *f, int timeout_ms)
{
	int ret = fill(f, SL_FRAME_HEAD, timeout_ms);

	if (ret)
		return ret == AT_EOF ? cut(f) : ret;
	sl_frame_decode(f->buffer, &f->frame);
	if (!expected(f))
		return damage(f, "there is no block where one should begin");
	if (f->frame.bytes > SL_FRAME_MAX)
		return damage(f, "a block's length is impossible");
	if (may_pass(f))
		return pass(f);
	ret = fill(f, SL_FRAME_HEAD + f->frame.bytes, timeout_ms);
	if (ret)
		return ret == AT_EOF ? cut(f) : ret;
	if (sl_frame_crc(f->buffer, f->frame.bytes) != f->frame.crc)
		return damage(f, "a block's checksum does not match its content");
	return begin_frame(f);
}

/* Nothing may follow the footer: two recordings in one file are not one recording. */
static int check_end(struct file_source *f, int timeout_ms)
{
	int ret = fill(f, 1, timeout_ms);

	if (!ret)
		return damage(f, "there is more after the closing counters");
	if (ret != AT_EOF)
		return ret;
	f->recording.complete = true;
	f->stage = ENDED;
	return -ENODATA;
}

static void count(struct file_source *f, const struct sl_rec *rec, size_t bytes)
{
	f->recording.records++;
	f->stats.sum.seen[rec->type]++;
	f->stats.sum.delivered[rec->type]++;
	f->stats.delivered_bytes += bytes;
}

/* One record of the block to fn. Returns 1, 0 (skipped), fn's negative return, -EBADMSG. */
static int deliver_record(struct file_source *f, sl_record_fn fn, void *ctx)
{
	union sl_any_rec any;
	size_t used;
	int ret = sl_decode(f->buffer + SL_FRAME_HEAD + f->at, f->frame.bytes - f->at, &any, &used);

	if (ret && ret != -ENOTSUP)
		return damage(f, "a block holds what is not a record");
	f->at += (uint32_t)used;
	f->left--;
	if (ret) {
		f->recording.skipped++;
		return 0;
	}
	count(f, &any.rec, used);
	ret = fn(ctx, &any.rec);
	return ret < 0 ? ret : 1;
}

static int deliver_packed_record(struct file_source *f, sl_record_fn fn, void *ctx)
{
	const struct sl_rec *rec;
	union sl_any_rec any;
	size_t used;
	int ret = sl_unpacker_next(f->unpacker, &rec);

	if (ret == -ENODATA)
		return damage(f, "a block does not hold as many records as it says");
	if (!ret)
		ret = sl_decode(rec, rec->len, &any, &used);
	if (ret && ret != -ENOTSUP)
		return damage(f, "a block holds what is not a record");
	f->left--;
	if (ret) {
		f->recording.skipped++;
		return 0;
	}
	count(f, &any.rec, used);
	ret = fn(ctx, &any.rec);
	return ret < 0 ? ret : 1;
}

static int deliver_packed(struct file_source *f, sl_record_fn fn, void *ctx)
{
	const struct sl_rec *rec;
	int delivered = 0;

	while (f->left) {
		int ret = deliver_packed_record(f, fn, ctx);

		if (ret < 0)
			return ret;
		delivered += ret;
	}
	if (sl_unpacker_next(f->unpacker, &rec) != -ENODATA)
		return damage(f, "a block does not hold as many records as it says");
	consume(f);
	f->recording.blocks++;
	f->stage = BETWEEN;
	return delivered;
}

/* A callback's stop leaves the rest of the block for the next poll. */
static int deliver_block(struct file_source *f, sl_record_fn fn, void *ctx)
{
	int delivered = 0;

	while (f->left && f->at < f->frame.bytes) {
		int ret = deliver_record(f, fn, ctx);

		if (ret < 0)
			return ret;
		delivered += ret;
	}
	if (f->left || f->at < f->frame.bytes)
		return damage(f, "a block does not hold as many records as it says");
	consume(f);
	f->recording.blocks++;
	f->stage = BETWEEN;
	return delivered;
}

static int file_poll(struct sl_source *source, int timeout_ms, sl_record_fn fn, void *ctx)
{
	struct file_source *f = (struct file_source *)source;
	int ret = f->failed;

	if (f->stage < AFTER_FOOTER)
		f->stats.polls++;
	while (!ret && f->stage == BETWEEN)
		ret = load_frame(f, timeout_ms);
	if (!ret && f->stage == AFTER_FOOTER)
		ret = check_end(f, timeout_ms);
	if (ret == -EAGAIN)
		return 0;
	if (ret)
		return ret == -ENODATA || f->failed ? ret : unreadable(f, ret);
	if (f->stage == ENDED)
		return -ENODATA;
	return f->stage == IN_PACKED ? deliver_packed(f, fn, ctx) : deliver_block(f, fn, ctx);
}

/* The lives that were open are in the recording already. */
static int file_stop(struct sl_source *source, sl_record_fn fn, void *ctx)
{
	(void)source;
	(void)fn;
	(void)ctx;
	return 0;
}

/* Up to the footer, what was read; from then on, what the recording host counted. */
static int file_stats(struct sl_source *source, struct sl_stats *stats)
{
	*stats = ((struct file_source *)source)->stats;
	return 0;
}

static const struct sl_fact_status *file_facts(struct sl_source *source)
{
	return ((struct file_source *)source)->facts;
}

int sl_source_file_error(struct sl_source *source, struct sl_error *err)
{
	struct file_source *f = (struct file_source *)source;

	if (f->failed)
		*err = f->error;
	return f->failed;
}

const struct sl_recording *sl_source_file_recording(struct sl_source *source)
{
	return &((struct file_source *)source)->recording;
}

const struct sl_source_ops sl_source_file = {
	.name = "file",
	.open = file_open,
	.start = file_start,
	.poll = file_poll,
	.stop = file_stop,
	.stats = file_stats,
	.facts = file_facts,
	.close = file_close,
};
