// SPDX-License-Identifier: GPL-2.0-or-later
/* Recordings: what is written is read, and whatever happens to the file, the reader says so and gives what was whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>
#include <zlib.h>

#include "../../userspace/lib/clock.h"
#include "../../userspace/lib/decode.h"
#include "../../userspace/lib/pack.h"
#include "../../userspace/lib/savefile.h"
#include "../../userspace/lib/source_fake.h"
#include "../../userspace/lib/source_file.h"

#define S 1000000000ULL

/* A small recording: three packed blocks of two records. */
#define BLOCKS 3
#define A_BLOCK 2

static char dir[64];
static char path[128];

struct bytes {
	size_t size;
	uint8_t at[65536];
};

struct reading {
	unsigned records;
	union sl_any_rec record[64];
	int open; /* what open returned */
	int last; /* what the last poll returned */
	struct sl_error err;
	struct sl_stats stats;
	struct sl_recording recording;
	struct sl_fact_status facts[SL_FACT_NR];
};

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/sl-savefile-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/recording", dir);
	return 0;
}

static unsigned files_in_dir(char *name, size_t size)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	unsigned n = 0;

	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, size, "%.50s/%.60s", dir, entry->d_name);
		n++;
	}
	closedir(d);
	return n;
}

static int remove_dir(void **state)
{
	char name[128];

	(void)state;
	while (files_in_dir(name, sizeof(name)))
		unlink(name);
	return rmdir(dir);
}

static struct sl_savefile *create(void)
{
	struct sl_config config = { .level = SL_LEVEL_CALLS };
	struct sl_savefile *file;
	struct sl_error err;

	assert_int_equal(sl_savefile_create(&file, path, &config, SL_FACT_BIT(STATE) | SL_FACT_BIT(TAIL), &err), 0);
	return file;
}

static struct sl_event event_at(uint64_t ts_ns, uint64_t seq)
{
	return (struct sl_event){ .rec = { sizeof(struct sl_event), SL_REC_EVENT, 1, ts_ns, seq, 0x1001 },
				  .kind = SL_EV_STATE };
}

static void write_small(void)
{
	struct sl_stats stats = { .sum.seen[SL_REC_EVENT] = 6, .hooks = 11, .sockets = 22, .watched = 1, .polls = 33 };
	struct sl_savefile *file = create();
	struct sl_error err;

	stats.sum.lost[SL_REC_LIFE][SL_LOST_RESERVE] = 44;
	for (uint64_t i = 0; i < BLOCKS * A_BLOCK; i++) {
		struct sl_event ev = event_at(i / A_BLOCK * 2 * S, i);

		assert_int_equal(sl_savefile_record(file, &ev.rec, &err), 0);
	}
	assert_int_equal(sl_savefile_finish(file, &stats, &err), 0);
}

static void load(struct bytes *b)
{
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	b->size = fread(b->at, 1, sizeof(b->at), f);
	fclose(f);
}

static int take(void *ctx, const struct sl_rec *rec)
{
	struct reading *r = ctx;

	assert_true(r->records < 64);
	memcpy(&r->record[r->records++], rec, rec->len);
	return 0;
}

static void read_source(struct sl_source *source, struct reading *r)
{
	assert_int_equal(sl_source_file.start(source, NULL), 0);
	do
		r->last = sl_source_file.poll(source, 1000, take, r);
	while (r->last > 0);
	assert_int_equal(sl_source_file.poll(source, 0, take, r), r->last); /* it stays so */
	assert_int_equal(sl_source_file_error(source, &r->err), r->last == -ENODATA ? 0 : r->last);
	sl_source_file.stats(source, &r->stats);
	r->recording = *sl_source_file_recording(source);
	memcpy(r->facts, sl_source_file.facts(source), sizeof(r->facts));
	assert_int_equal(sl_source_file.stop(source, take, r), 0);
}

static void read_path(const char *name, struct reading *r)
{
	struct sl_config config = { .path = name };
	struct sl_source *source;

	memset(r, 0, sizeof(*r));
	r->open = sl_source_file.open(&source, &config, &r->err);
	if (r->open)
		return;
	read_source(source, r);
	sl_source_file.close(source);
}

/* Reads bytes as if they were a file. */
static void read_bytes(const uint8_t *bytes, size_t size, struct reading *r)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	char name[32];

	assert_int_equal(write(fd, bytes, size), size);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	read_path(name, r);
	close(fd);
}

static void assert_damage(const struct reading *r, const char *why)
{
	assert_int_equal(r->open ? r->open : r->last, -EBADMSG);
	assert_true(r->err.what[0]);
	if (why)
		assert_non_null(strstr(r->err.why, why));
}

/* ---- round trips */

static void what_was_written_is_read(void **state)
{
	struct reading r;

	(void)state;
	write_small();
	read_path(path, &r);
	assert_int_equal(r.last, -ENODATA);
	assert_int_equal(r.records, BLOCKS * A_BLOCK);
	for (uint64_t i = 0; i < r.records; i++) {
		struct sl_event ev = event_at(i / A_BLOCK * 2 * S, i);

		assert_memory_equal(&r.record[i], &ev, sizeof(ev));
	}
	assert_int_equal(r.recording.blocks, BLOCKS);
	assert_int_equal(r.recording.records, BLOCKS * A_BLOCK);
	assert_true(r.recording.complete);
}

static int record(void *ctx, const struct sl_rec *rec)
{
	struct sl_error err;

	return sl_savefile_record(ctx, rec, &err);
}

static int count(void *ctx, const struct sl_rec *rec)
{
	(void)rec;
	++*(unsigned *)ctx;
	return 0;
}

static void every_kind_of_record_survives(void **state)
{
	struct sl_stats stats = { 0 };
	struct sl_savefile *file = create();
	struct reading r, expected = { 0 };
	struct sl_error err;

	(void)state;
	assert_int_equal(sl_fake_scene(record, file), 0);
	assert_int_equal(sl_savefile_finish(file, &stats, &err), 0);
	sl_fake_scene(take, &expected);
	read_path(path, &r);
	assert_int_equal(r.last, -ENODATA);
	assert_int_equal(r.records, expected.records);
	assert_memory_equal(r.record, expected.record, sizeof(r.record));
}

static void the_footer_brings_the_counters_of_the_recording_host(void **state)
{
	struct reading r;

	(void)state;
	write_small();
	read_path(path, &r);
	assert_int_equal(r.stats.sum.seen[SL_REC_EVENT], 6);
	assert_int_equal(r.stats.sum.lost[SL_REC_LIFE][SL_LOST_RESERVE], 44);
	assert_int_equal(r.stats.hooks, 11);
	assert_int_equal(r.stats.sockets, 22);
	assert_int_equal(r.stats.polls, 33);
	assert_int_equal(r.stats.watched, 1);
}

static void the_header_says_where_and_when_and_what_was_watched(void **state)
{
	const struct sl_savefile_header *h;
	struct reading r;

	(void)state;
	write_small();
	read_path(path, &r);
	h = &r.recording.header;
	assert_int_equal(h->major, SL_SAVEFILE_MAJOR);
	assert_int_equal(h->abi_minor, SL_ABI_MINOR);
	assert_int_equal(h->level, SL_LEVEL_CALLS);
	assert_true(h->kernel[0]);
	assert_int_equal(strlen(h->boot_id), 36);
	assert_true(h->start_ns && h->clock_offset_ns > 0);
	assert_true(r.facts[SL_FACT_STATE].watched && r.facts[SL_FACT_TAIL].watched);
	assert_string_equal(r.facts[SL_FACT_STATE].hook, "recording");
	assert_false(r.facts[SL_FACT_SEND].watched);
	assert_true(r.facts[SL_FACT_SEND].why[0]);
	assert_int_equal(r.facts[SL_FACT_SEND].fact, SL_FACT_SEND);
}

static void a_recording_without_records_is_one(void **state)
{
	struct sl_stats stats = { 0 };
	struct sl_error err;
	struct reading r;

	(void)state;
	assert_int_equal(sl_savefile_finish(create(), &stats, &err), 0);
	read_path(path, &r);
	assert_int_equal(r.last, -ENODATA);
	assert_int_equal(r.records, 0);
}

static void many_records_fill_many_blocks(void **state)
{
	struct sl_config config = { .path = path };
	struct sl_savefile *file = create();
	struct sl_life_rec rec = { .rec = { sizeof(rec), SL_REC_LIFE, 0, 5, 0, 7 } };
	struct sl_stats stats = { 0 };
	struct sl_source *source;
	struct sl_error err;
	const unsigned in_block = SL_PACK_BYTES / sizeof(rec);
	unsigned records = 0;

	(void)state;
	for (int i = 0; i < 5000; i++)
		assert_int_equal(sl_savefile_record(file, &rec.rec, &err), 0);
	assert_int_equal(sl_savefile_finish(file, &stats, &err), 0);
	assert_int_equal(sl_source_file.open(&source, &config, &err), 0);
	while (sl_source_file.poll(source, 0, count, &records) > 0)
		;
	assert_int_equal(records, 5000);
	assert_int_equal(sl_source_file_recording(source)->blocks, (5000 + in_block - 1) / in_block);
	sl_source_file.close(source);
}

static off_t size_of_only_file(void)
{
	struct stat st;
	char name[128];

	assert_int_equal(files_in_dir(name, sizeof(name)), 1);
	assert_int_equal(stat(name, &st), 0);
	return st.st_size;
}

static void a_block_does_not_wait_longer_than_a_second(void **state)
{
	struct sl_savefile *file = create();
	struct sl_event ev = event_at(0, 0);
	struct sl_stats stats = { 0 };
	struct sl_error err;
	off_t before, after;

	(void)state;
	assert_int_equal(sl_savefile_record(file, &ev.rec, &err), 0);
	before = size_of_only_file();
	ev = event_at(S, 1);
	assert_int_equal(sl_savefile_record(file, &ev.rec, &err), 0);
	after = size_of_only_file();
	assert_true(after > before);
	assert_int_equal(sl_savefile_tick(file, sl_clock_ns(), &err), 0);
	assert_int_equal(size_of_only_file(), after);
	assert_int_equal(sl_savefile_tick(file, sl_clock_ns() + S, &err), 0);
	assert_true(size_of_only_file() > after);
	assert_int_equal(sl_savefile_finish(file, &stats, &err), 0);
}

static int stop_at_third(void *ctx, const struct sl_rec *rec)
{
	struct reading *r = ctx;

	take(r, rec);
	return r->records == 3 ? -ECANCELED : 0;
}

static void a_stopped_poll_goes_on_where_it_stopped(void **state)
{
	struct sl_config config = { .path = path };
	struct reading r = { 0 };
	struct sl_source *source;

	(void)state;
	write_small();
	assert_int_equal(sl_source_file.open(&source, &config, &r.err), 0);
	assert_int_equal(sl_source_file.poll(source, 0, stop_at_third, &r), 2);
	assert_int_equal(sl_source_file.poll(source, 0, stop_at_third, &r), -ECANCELED);
	read_source(source, &r);
	assert_int_equal(r.last, -ENODATA);
	assert_int_equal(r.records, 6);
	assert_int_equal(r.record[3].rec.seq, 3);
	sl_source_file.close(source);
}

static void standard_input_may_be_a_pipe(void **state)
{
	int kept = dup(STDIN_FILENO), ends[2];
	struct reading r;
	pid_t child;

	(void)state;
	write_small();
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		struct bytes *b = calloc(1, sizeof(*b));

		load(b);
		for (size_t i = 0; i < b->size; i++)
			if (write(ends[1], b->at + i, 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	read_path("-", &r);
	waitpid(child, NULL, 0);
	dup2(kept, STDIN_FILENO);
	close(kept);
	assert_int_equal(r.last, -ENODATA);
	assert_int_equal(r.records, 6);
}

static void a_slow_pipe_is_a_time_out_not_an_end(void **state)
{
	struct sl_config config = { .path = "-" };
	int kept = dup(STDIN_FILENO), ends[2];
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct reading r = { 0 };
	struct sl_source *source;

	(void)state;
	write_small();
	load(b);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(write(ends[1], b->at, SL_SAVEFILE_HEADER + 5), SL_SAVEFILE_HEADER + 5);
	assert_int_equal(sl_source_file.open(&source, &config, &r.err), 0);
	assert_int_equal(sl_source_file.poll(source, 1, take, &r), 0);
	b->size -= SL_SAVEFILE_HEADER + 5;
	assert_int_equal(write(ends[1], b->at + SL_SAVEFILE_HEADER + 5, b->size), b->size);
	close(ends[1]);
	read_source(source, &r);
	assert_int_equal(r.last, -ENODATA);
	assert_int_equal(r.records, 6);
	sl_source_file.close(source);
	dup2(kept, STDIN_FILENO);
	close(kept);
	test_free(b);
}

/* ---- the writer's manners */

static void it_never_overwrites(void **state)
{
	struct sl_config config = { 0 };
	struct sl_savefile *file;
	struct sl_error err = { 0 };

	(void)state;
	write_small();
	assert_int_equal(sl_savefile_create(&file, path, &config, 0, &err), -EEXIST);
	assert_non_null(strstr(err.what, path));
	assert_true(err.fix[0]);
}

static void a_file_that_appeared_meanwhile_is_left_alone(void **state)
{
	struct sl_savefile *file = create();
	struct sl_stats stats = { 0 };
	struct sl_error err = { 0 };
	struct reading r;
	char *temporary;
	int fd;

	(void)state;
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sl_savefile_finish(file, &stats, &err), -EEXIST);
	temporary = strstr(err.what, dir);
	temporary = strstr(temporary + 1, dir); /* the first is the path itself */
	assert_non_null(temporary);
	read_path(temporary, &r);
	assert_int_equal(r.last, -ENODATA);
}

static void it_is_private_and_has_its_name_only_when_whole(void **state)
{
	struct sl_savefile *file = create();
	struct sl_stats stats = { 0 };
	struct sl_error err;
	struct stat st;
	char name[128];

	(void)state;
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(files_in_dir(name, sizeof(name)), 1);
	assert_int_equal(sl_savefile_finish(file, &stats, &err), 0);
	assert_int_equal(files_in_dir(name, sizeof(name)), 1);
	assert_string_equal(name, path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_place_that_does_not_exist_is_an_error(void **state)
{
	struct sl_config config = { 0 };
	struct sl_savefile *file;
	struct sl_error err = { 0 };

	(void)state;
	assert_int_equal(sl_savefile_create(&file, "/nonexistent/recording", &config, 0, &err), -ENOENT);
	assert_non_null(strstr(err.what, "/nonexistent/recording"));
	assert_string_equal(err.why, strerror(ENOENT));
}

static void a_full_disk_is_told_and_what_was_written_is_kept(void **state)
{
	struct rlimit small = { 60000, RLIM_INFINITY }, kept;
	struct sl_savefile *file = create();
	struct sl_stats stats = { 0 };
	struct sl_error err = { 0 };
	struct reading r;
	char name[128];
	int ret = 0;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &kept);
	small.rlim_max = kept.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	for (uint64_t i = 0; !ret && i < 10; i++) {
		struct sl_event ev = event_at(i * 2 * S, i);

		ret = sl_savefile_record(file, &ev.rec, &err);
	}
	assert_int_equal(ret, 0);
	for (uint64_t i = 0; !ret && i < 40000; i++) {
		struct sl_event ev = event_at(100 * S, i * i * 0x9e3779b97f4a7c15ULL); /* nothing to be packed */

		ret = sl_savefile_record(file, &ev.rec, &err);
	}
	setrlimit(RLIMIT_FSIZE, &kept);
	assert_int_equal(ret, -EFBIG);
	assert_int_equal(files_in_dir(name, sizeof(name)), 1);
	assert_non_null(strstr(err.what, name));
	assert_int_equal(sl_savefile_finish(file, &stats, &err), -EFBIG);
	assert_int_equal(access(path, F_OK), -1);
	read_path(name, &r);
	assert_damage(&r, "ends within a block");
	assert_int_equal(r.records, 10);
}

static void what_is_not_a_record_is_refused(void **state)
{
	static const uint32_t bad[] = { 0, 31, 33, 84, 65544, 0xfffffff8 };
	struct sl_savefile *file = create();
	struct sl_stats stats = { 0 };
	struct sl_error err;
	struct reading r;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sl_rec rec = { .len = bad[i], .type = SL_REC_EVENT };

		assert_int_equal(sl_savefile_record(file, &rec, &err), -EINVAL);
	}
	assert_int_equal(sl_savefile_finish(file, &stats, &err), 0);
	read_path(path, &r);
	assert_int_equal(r.last, -ENODATA);
}

/* ---- foreign and damaged files */

static void a_foreign_file_is_named_as_such(void **state)
{
	static const uint8_t text[] = "#!/bin/sh\necho this is not a recording, whatever its name says\n";
	struct reading r;

	(void)state;
	read_bytes(text, sizeof(text), &r);
	assert_int_equal(r.open, -EBADMSG);
	assert_non_null(strstr(r.err.what, "not a socklife recording"));
	read_bytes(text, 0, &r);
	assert_int_equal(r.open, -EBADMSG);
	assert_non_null(strstr(r.err.why, "empty"));
	read_path("/nonexistent", &r);
	assert_int_equal(r.open, -ENOENT);
	read_path("/", &r);
	assert_int_equal(r.open, -EISDIR);
	read_path(NULL, &r);
	assert_int_equal(r.open, -EINVAL);
}

/* Changes header bytes as another program would have written them: with the right checksum. */
static void patch_header(struct bytes *b, size_t at, const void *with, size_t size)
{
	uint32_t crc;

	memcpy(b->at + at, with, size);
	crc = (uint32_t)crc32(0, b->at, SL_SAVEFILE_HEADER - 4);
	memcpy(b->at + SL_SAVEFILE_HEADER - 4, &crc, 4);
}

static void another_version_is_an_error_that_names_both(void **state)
{
	struct bytes *b = test_calloc(1, sizeof(*b));
	const uint16_t other = 7;
	struct reading r;

	(void)state;
	write_small();
	for (size_t at = 16; at <= 20; at += 4) {
		load(b);
		patch_header(b, at, &other, 2);
		read_bytes(b->at, b->size, &r);
		assert_int_equal(r.open, -ENOTSUP);
		assert_non_null(strstr(r.err.what, "7.0"));
		assert_non_null(strstr(r.err.what, "2.x"));
	}
	load(b);
	patch_header(b, 18, &other, 2); /* minor versions are fine */
	patch_header(b, 22, &other, 2);
	read_bytes(b->at, b->size, &r);
	assert_int_equal(r.last, -ENODATA);
	test_free(b);
}

static void the_other_byte_order_is_named_as_such(void **state)
{
	struct bytes *b = test_calloc(1, sizeof(*b));
	const uint32_t order = __builtin_bswap32(0x01020304);
	struct reading r;

	(void)state;
	write_small();
	load(b);
	memcpy(b->at + 8, &order, 4);
	read_bytes(b->at, b->size, &r);
	assert_int_equal(r.open, -ENOTSUP);
	assert_non_null(strstr(r.err.what, "byte order"));
	test_free(b);
}

static void a_longer_header_of_a_newer_minor_version_is_read(void **state)
{
	struct bytes *b = test_calloc(1, sizeof(*b));
	const uint32_t length = SL_SAVEFILE_HEADER + 24;
	uint32_t crc;
	struct reading r;

	(void)state;
	write_small();
	load(b);
	memmove(b->at + length, b->at + SL_SAVEFILE_HEADER, b->size - SL_SAVEFILE_HEADER);
	memset(b->at + SL_SAVEFILE_HEADER - 4, 0x77, 28);
	memcpy(b->at + 12, &length, 4);
	crc = (uint32_t)crc32(0, b->at, length - 4);
	memcpy(b->at + length - 4, &crc, 4);
	read_bytes(b->at, b->size + 24, &r);
	assert_int_equal(r.last, -ENODATA);
	assert_int_equal(r.records, 6);
	test_free(b);
}

static void read_index(struct sl_index *index)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_int_equal(sl_index_read(index, fd), 0);
	close(fd);
}

static size_t end_of_block(const struct bytes *b, const struct sl_index *index, size_t n)
{
	struct sl_frame frame;

	sl_frame_decode(b->at + index->entry[n].offset, &frame);
	return index->entry[n].offset + SL_FRAME_HEAD + frame.bytes;
}

static void the_index_has_each_block_its_times_and_its_sockets(void **state)
{
	struct sl_index index;

	(void)state;
	write_small();
	read_index(&index);
	assert_false(index.rebuilt);
	assert_int_equal(index.entries, BLOCKS);
	for (uint64_t i = 0; i < BLOCKS; i++) {
		assert_int_equal(index.entry[i].head.first_ns, i * 2 * S);
		assert_int_equal(index.entry[i].head.last_ns, i * 2 * S);
		assert_int_equal(index.entry[i].head.records[SL_REC_EVENT], A_BLOCK);
		assert_int_equal(index.entry[i].head.sockets, 1);
		assert_true(sl_index_may_have(&index.entry[i], 0x1001));
		assert_false(sl_index_may_have(&index.entry[i], 0x1002));
	}
	sl_index_exit(&index);
}

static void blocks_without_the_socket_that_is_asked_for_are_passed_over(void **state)
{
	struct sl_config config = { .path = path, .sock = 7 };
	struct sl_savefile *file = create();
	struct reading r = { 0 };
	struct sl_stats stats = { .hooks = 5 };
	struct sl_source *source;

	(void)state;
	for (uint64_t i = 0; i < 30; i++) {
		struct sl_event ev = event_at(i * 2 * S, i);

		ev.rec.cookie = i % 10 ? 1000 + i : 7;
		assert_int_equal(sl_savefile_record(file, &ev.rec, &r.err), 0);
	}
	assert_int_equal(sl_savefile_finish(file, &stats, &r.err), 0);
	assert_int_equal(sl_source_file.open(&source, &config, &r.err), 0);
	read_source(source, &r);
	sl_source_file.close(source);
	assert_int_equal(r.last, -ENODATA);
	assert_true(r.recording.complete);
	assert_int_equal(r.stats.hooks, 5);
	assert_int_equal(r.recording.blocks + r.recording.passed, 30);
	assert_in_range(r.recording.blocks, 3, 10); /* the set may say yes in error */
	for (unsigned i = 0, found = 0; i < r.records; i++) {
		found += r.record[i].rec.cookie == 7;
		assert_true(i + 1 < r.records || found == 3);
	}
}

/* Its writer was killed: cut anywhere behind the second block. */
static void the_index_of_a_cut_file_is_made_anew(void **state)
{
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct sl_index whole, index;
	size_t from;

	(void)state;
	write_small();
	load(b);
	read_index(&whole);
	from = end_of_block(b, &whole, 1);
	for (size_t size = b->size - 1; size >= from; size--) {
		assert_int_equal(truncate(path, (off_t)size), 0);
		read_index(&index);
		assert_true(index.rebuilt);
		assert_int_equal(index.entries, size < end_of_block(b, &whole, 2) ? 2 : 3);
		assert_int_equal(index.entry[1].offset, whole.entry[1].offset);
		assert_int_equal(index.entry[1].head.first_ns, 2 * S);
		assert_true(sl_index_may_have(&index.entry[1], 7)); /* not known, so it may */
		sl_index_exit(&index);
	}
	sl_index_exit(&whole);
	test_free(b);
}

static void a_file_cut_at_any_byte_gives_all_whole_blocks_and_says_so(void **state)
{
	struct sl_index index;
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct reading *r = test_calloc(1, sizeof(*r));

	(void)state;
	write_small();
	load(b);
	read_index(&index);
	for (size_t size = 0; size < b->size; size++) {
		size_t whole = 0;

		while (whole < BLOCKS && size >= end_of_block(b, &index, whole))
			whole++;
		read_bytes(b->at, size, r);
		assert_damage(r, NULL);
		assert_int_equal(!!r->open, size < SL_SAVEFILE_HEADER);
		assert_int_equal(r->records, whole * A_BLOCK);
		assert_false(r->recording.complete);
	}
	sl_index_exit(&index);
	test_free(r);
	test_free(b);
}

static void any_bit_that_flips_is_found(void **state)
{
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct reading *r = test_calloc(1, sizeof(*r));

	(void)state;
	write_small();
	load(b);
	for (size_t bit = 0; bit < b->size * 8; bit++) {
		b->at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		read_bytes(b->at, b->size, r);
		assert_damage(r, NULL);
		assert_int_equal(r->records % A_BLOCK, 0);
		for (unsigned i = 0; i < r->records; i++) {
			struct sl_event ev = event_at(i / A_BLOCK * 2 * S, i);

			assert_memory_equal(&r->record[i], &ev, sizeof(ev));
		}
		b->at[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	test_free(r);
	test_free(b);
}

static void nothing_may_follow_the_footer(void **state)
{
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct reading r;

	(void)state;
	write_small();
	load(b);
	read_bytes(b->at, b->size + 1, &r);
	assert_damage(&r, "more after");
	assert_int_equal(r.records, 6);
	test_free(b);
}

/* ---- format 1: records as they are, in blocks */

/* A frame with the right checksum, whatever it holds. */
static void append_frame(struct bytes *b, uint32_t magic, const void *payload, uint32_t size, uint32_t records)
{
	memcpy(b->at + b->size + SL_FRAME_HEAD, payload, size);
	sl_frame_encode(b->at + b->size, magic, size, records);
	b->size += SL_FRAME_HEAD + size;
}

static void start_file(struct bytes *b)
{
	const uint16_t old = SL_SAVEFILE_MAJOR_OLD;

	write_small();
	load(b);
	unlink(path);
	patch_header(b, 16, &old, sizeof(old));
	b->size = SL_SAVEFILE_HEADER;
}

static void unknown_records_are_skipped_and_counted(void **state)
{
	struct sl_event ev[3] = { event_at(1, 0), event_at(2, 1), event_at(3, 2) };
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct reading r;

	(void)state;
	start_file(b);
	ev[1].rec.type = 99;
	append_frame(b, SL_FRAME_BLOCK, ev, sizeof(ev), 3);
	append_frame(b, SL_FRAME_FOOTER, "", 0, 0);
	read_bytes(b->at, b->size, &r);
	assert_int_equal(r.last, -ENODATA);
	assert_int_equal(r.records, 2);
	assert_int_equal(r.recording.skipped, 1);
	test_free(b);
}

static void a_block_that_contradicts_itself_is_damage(void **state)
{
	struct sl_event ev[2] = { event_at(1, 0), event_at(2, 1) };
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct reading r;

	(void)state;
	for (uint32_t records = 0; records < 5; records++) {
		start_file(b);
		append_frame(b, SL_FRAME_BLOCK, ev, sizeof(ev), records);
		append_frame(b, SL_FRAME_FOOTER, "", 0, 0);
		read_bytes(b->at, b->size, &r);
		if (records == 2)
			assert_int_equal(r.last, -ENODATA);
		else
			assert_damage(&r, "as many records");
	}
	ev[1].rec.len = 88; /* beyond the block's end */
	start_file(b);
	append_frame(b, SL_FRAME_BLOCK, ev, sizeof(ev), 2);
	read_bytes(b->at, b->size, &r);
	assert_damage(&r, "not a record");
	assert_int_equal(r.records, 1);
	test_free(b);
}

static void a_footer_of_any_length_is_taken_as_far_as_it_is_known(void **state)
{
	static const uint64_t counters[64] = { 5, 6, 7 };
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct reading r;

	(void)state;
	for (uint32_t size = 0; size <= sizeof(counters); size += 4) {
		start_file(b);
		append_frame(b, SL_FRAME_FOOTER, counters, size, 0);
		read_bytes(b->at, b->size, &r);
		assert_int_equal(r.last, -ENODATA);
		assert_int_equal(r.stats.sum.seen[2], size >= 24 ? 7 : 0);
	}
	test_free(b);
}

static void a_packed_block_that_contradicts_itself_is_damage(void **state)
{
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct sl_index index;
	struct sl_frame frame;
	struct reading r;

	(void)state;
	write_small();
	load(b);
	read_index(&index);
	sl_frame_decode(b->at + index.entry[1].offset, &frame);
	sl_frame_encode(b->at + index.entry[1].offset, SL_FRAME_PACKED, frame.bytes, A_BLOCK - 1);
	read_bytes(b->at, b->size, &r);
	assert_damage(&r, "as many records");
	sl_frame_encode(b->at + index.entry[1].offset, SL_FRAME_PACKED, frame.bytes, A_BLOCK + 1);
	read_bytes(b->at, b->size, &r);
	assert_damage(&r, "as many records");
	b->at[index.entry[1].offset + SL_FRAME_HEAD + SL_BLOCK_HEAD] ^= 1;
	sl_frame_encode(b->at + index.entry[1].offset, SL_FRAME_PACKED, frame.bytes, A_BLOCK);
	read_bytes(b->at, b->size, &r);
	assert_damage(&r, "unpacked");
	assert_int_equal(r.records, A_BLOCK);
	sl_index_exit(&index);
	test_free(b);
}

static void a_huge_length_does_not_make_it_read_on(void **state)
{
	struct bytes *b = test_calloc(1, sizeof(*b));
	struct reading r;

	(void)state;
	start_file(b);
	sl_frame_encode(b->at + b->size, SL_FRAME_BLOCK, 0, 0);
	memset(b->at + b->size + 4, 0xff, 4);
	b->size += 1000;
	read_bytes(b->at, b->size, &r);
	assert_damage(&r, "length is impossible");
	sl_put32(b->at + SL_SAVEFILE_HEADER + 4, SL_FRAME_MAX);
	read_bytes(b->at, b->size, &r);
	assert_damage(&r, "ends within a block");
	test_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_dir, remove_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_read),
		TEST(every_kind_of_record_survives),
		TEST(the_footer_brings_the_counters_of_the_recording_host),
		TEST(the_header_says_where_and_when_and_what_was_watched),
		TEST(a_recording_without_records_is_one),
		TEST(many_records_fill_many_blocks),
		TEST(a_block_does_not_wait_longer_than_a_second),
		TEST(a_stopped_poll_goes_on_where_it_stopped),
		TEST(standard_input_may_be_a_pipe),
		TEST(a_slow_pipe_is_a_time_out_not_an_end),
		TEST(it_never_overwrites),
		TEST(a_file_that_appeared_meanwhile_is_left_alone),
		TEST(it_is_private_and_has_its_name_only_when_whole),
		TEST(a_place_that_does_not_exist_is_an_error),
		TEST(a_full_disk_is_told_and_what_was_written_is_kept),
		TEST(what_is_not_a_record_is_refused),
		TEST(a_foreign_file_is_named_as_such),
		TEST(another_version_is_an_error_that_names_both),
		TEST(the_other_byte_order_is_named_as_such),
		TEST(a_longer_header_of_a_newer_minor_version_is_read),
		TEST(the_index_has_each_block_its_times_and_its_sockets),
		TEST(blocks_without_the_socket_that_is_asked_for_are_passed_over),
		TEST(the_index_of_a_cut_file_is_made_anew),
		TEST(a_packed_block_that_contradicts_itself_is_damage),
		TEST(a_file_cut_at_any_byte_gives_all_whole_blocks_and_says_so),
		TEST(any_bit_that_flips_is_found),
		TEST(nothing_may_follow_the_footer),
		TEST(unknown_records_are_skipped_and_counted),
		TEST(a_block_that_contradicts_itself_is_damage),
		TEST(a_footer_of_any_length_is_taken_as_far_as_it_is_known),
		TEST(a_huge_length_does_not_make_it_read_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("savefile", tests, NULL, NULL);
}
