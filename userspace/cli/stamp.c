// SPDX-License-Identifier: GPL-2.0-or-later
/* Times of records: see stamp.h. */
#include "stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define SECOND 1000000000

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * SECOND + ts.tv_nsec;
}

/* The clocks cannot be read at once: the pair that took least time is the best of a few. */
int64_t stamp_offset(void)
{
	int64_t best = INT64_MAX, offset = 0;

	for (int i = 0; i < 5; i++) {
		int64_t before = clock_ns(CLOCK_MONOTONIC);
		int64_t real = clock_ns(CLOCK_REALTIME);
		int64_t took = clock_ns(CLOCK_MONOTONIC) - before;

		if (took < best) {
			best = took;
			offset = real - before - took / 2;
		}
	}
	return offset;
}

/* Whole seconds and what is left of them, for times before 1970 too. */
static time_t split(int64_t ns, long *rest)
{
	time_t s = ns / SECOND;

	*rest = ns % SECOND;
	if (*rest < 0) {
		*rest += SECOND;
		s--;
	}
	return s;
}

void stamp_rfc3339(char buf[STAMP_SIZE], int64_t realtime_ns)
{
	struct tm tm;
	long rest;
	time_t s = split(realtime_ns, &rest);
	size_t len;

	gmtime_r(&s, &tm);
	len = strftime(buf, STAMP_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + len, STAMP_SIZE - len, ".%09ldZ", rest);
}

static void wall(char buf[STAMP_SIZE], int64_t realtime_ns)
{
	struct tm tm;
	long rest;
	time_t s = split(realtime_ns, &rest);
	size_t len;

	localtime_r(&s, &tm);
	len = strftime(buf, STAMP_SIZE, "%H:%M:%S", &tm);
	snprintf(buf + len, STAMP_SIZE - len, ".%06ld", rest / 1000);
}

/* Milliseconds with the microseconds behind the point; a time before the first has a sign. */
static void millis(char buf[STAMP_SIZE], int64_t ns)
{
	uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

	snprintf(buf, STAMP_SIZE, "%s%" PRIu64 ".%03u", ns < 0 ? "-" : "", size / 1000000,
		 (unsigned)(size / 1000 % 1000));
}

void stamp_text(struct stamp *stamp, char buf[STAMP_SIZE], uint64_t ns)
{
	buf[0] = 0;
	if (!stamp->first_ns)
		stamp->first_ns = stamp->last_ns = ns;
	if (stamp->how == TIME_ABS)
		wall(buf, (int64_t)ns + stamp->realtime_offset_ns);
	else if (stamp->how == TIME_DELTA)
		millis(buf, (int64_t)(ns - stamp->last_ns));
	else if (stamp->how == TIME_REL)
		millis(buf, (int64_t)(ns - stamp->first_ns));
	stamp->last_ns = ns;
}
