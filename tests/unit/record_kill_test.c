// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recorder that is killed at any moment leaves a recording that opens and has all but what came in its last second. Each
 * child records a stream of its own and notes, in memory that outlives it, the time of the last record it was given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../userspace/lib/clock.h"
#include "../../userspace/lib/savefile.h"
#include "../../userspace/lib/source_file.h"

#define S 1000000000ULL
#define AT_ONCE 25
#define ROUNDS 4
#define MANY 20000 /* more than a child gets to in its time */

struct given {
	volatile uint64_t records;
	volatile uint64_t ts_ns[MANY]; /* of each */
};

static char dir[] = "/tmp/sl-kill-XXXXXX";

static void name_of(char *path, size_t size, unsigned n, const char *suffix)
{
	snprintf(path, size, "%s/%u%s", dir, n, suffix);
}

static void pause_ns(uint64_t ns)
{
	struct timespec t = { (time_t)(ns / S), (long)(ns % S) };

	nanosleep(&t, NULL);
}

/* Never returns. */
static void record_for_ever(unsigned n, struct given *given)
{
	struct sl_config config = { .level = SL_LEVEL_LIFE };
	struct sl_savefile *file;
	struct sl_error err;
	char path[64];

	name_of(path, sizeof(path), n, "");
	if (sl_savefile_create(&file, path, &config, 1, &err))
		_exit(1);
	for (uint64_t i = 0; i < MANY; i++) {
		struct sl_event ev = { .rec = { sizeof(ev), SL_REC_EVENT, 0, sl_clock_ns(), i, i / 10 },
				       .kind = SL_EV_STATE };

		given->ts_ns[i] = ev.rec.ts_ns;
		if (sl_savefile_record(file, &ev.rec, &err) || sl_savefile_tick(file, sl_clock_ns(), &err))
			_exit(1);
		given->records = i + 1;
		pause_ns(S / 2000);
	}
	_exit(1);
}

static int take(void *ctx, const struct sl_rec *rec)
{
	uint64_t *records = ctx;

	assert_int_equal(rec->seq, *records);
	++*records;
	return 0;
}

/* The header is written before the first record is asked for, so there always is a recording. */
static void check(unsigned n, const struct given *given)
{
	struct sl_config config = { 0 };
	uint64_t records = 0;
	struct sl_source *source;
	struct sl_error err;
	char path[64];
	int ret;

	name_of(path, sizeof(path), n, ".part");
	config.path = path;
	if (given->records) {
		assert_int_equal(sl_source_file.open(&source, &config, &err), 0);
		while ((ret = sl_source_file.poll(source, 1000, take, &records)) >= 0)
			;
		assert_int_equal(ret, -EBADMSG); /* it says that its end is missing */
		assert_true(records <= given->records + 1);
		if (records < given->records)
			assert_true(given->ts_ns[records] + S > given->ts_ns[given->records - 1]);
		sl_source_file.close(source);
	}
	unlink(path);
}

static void a_recorder_killed_at_any_moment_loses_at_most_its_last_second(void **state)
{
	struct given *given =
		mmap(NULL, AT_ONCE * sizeof(*given), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child[AT_ONCE];

	(void)state;
	assert_true(given != MAP_FAILED);
	srand(1);
	assert_non_null(mkdtemp(dir));
	for (unsigned round = 0; round < ROUNDS; round++) {
		memset(given, 0, AT_ONCE * sizeof(*given));
		for (unsigned n = 0; n < AT_ONCE; n++) {
			child[n] = fork();
			assert_true(child[n] >= 0);
			if (!child[n])
				record_for_ever(n, &given[n]);
		}
		for (unsigned n = 0; n < AT_ONCE; n++) {
			pause_ns((uint64_t)rand() % (S / 8));
			kill(child[n], SIGKILL);
			waitpid(child[n], NULL, 0);
			check(n, &given[n]);
		}
	}
	assert_int_equal(rmdir(dir), 0);
	munmap(given, AT_ONCE * sizeof(*given));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recorder_killed_at_any_moment_loses_at_most_its_last_second),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("record_kill", tests, NULL, NULL);
}
