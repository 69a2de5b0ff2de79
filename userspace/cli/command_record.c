// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife record: watch and keep. Shown is only what frames a run; the recording is for replay, report, export, diff. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "command.h"
#include "human.h"
#include "flight_run.h"
#include "session.h"

static void end(struct run *run, const struct run_end *e)
{
	uint64_t lives = e->source.sum.delivered[SL_REC_LIFE];
	const char *path = run->set->save;
	char size[32];
	struct stat st;

	view_text_end(run, e);
	if (run->set->quiet || stat(path, &st))
		return;
	human_bytes(size, sizeof(size), (uint64_t)st.st_size);
	fprintf(stderr, "%s: %s", path, size);
	if (lives)
		fprintf(stderr, ", %.1f bytes a life", (double)st.st_size / (double)lives);
	fprintf(stderr, "; see socklife replay %s\n", path);
}

static const struct view view_record = { .begin = view_text_begin, .end = end };

/* Without -o: a name that says when. */
static const char *default_name(char *buf, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(buf, size, "socklife-%Y%m%d-%H%M%S.rec", &tm);
	return buf;
}

int command_record(const struct settings *set, const char *filter)
{
	struct session_kind kind = { .text = &view_record, .level = set->command ? SL_LEVEL_CALLS : SL_LEVEL_LIFE };
	struct settings mine = *set;
	char name[64];

	mine.output = set->output ? set->output : default_name(name, sizeof(name));
	if (set->flight)
		return flight_run(&mine, &kind, filter);
	mine.save = mine.output;
	return session_run(&mine, &kind, filter);
}
