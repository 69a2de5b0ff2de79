// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers for people: see human.h. All is rounded down, so that a sum never looks bigger than it is. */
#include "human.h"

#include <inttypes.h>
#include <string.h>

#include "text.h"

/* A number and its unit. */
static void whole(char *buf, size_t size, uint64_t n, const char *unit)
{
	size_t len = strlen(unit);
	char *end = text_digits(buf, buf + size - len - 1, n);

	if (end)
		memcpy(end, unit, len + 1);
}

void human_bytes(char *buf, size_t size, uint64_t bytes)
{
	static const char units[] = "BKMGTPE";
	unsigned unit = 0;
	uint64_t tenths = bytes;

	if (bytes < 1024) {
		whole(buf, size, bytes, "B");
		return;
	}
	while (tenths >= 1024) {
		unit++;
		tenths >>= 10;
	}
	/* The unit's own multiple, then one decimal of what is left. */
	if (tenths >= 10)
		text_print(buf, size, "%" PRIu64 "%c", tenths, units[unit]);
	else
		text_print(buf, size, "%" PRIu64 ".%" PRIu64 "%c", tenths,
			   ((bytes >> (10 * (unit - 1))) - (tenths << 10)) * 10 >> 10, units[unit]);
}

static void scaled(char *buf, size_t size, uint64_t value, uint64_t one, const char *unit)
{
	if (value >= 10 * one)
		whole(buf, size, value / one, unit);
	else
		text_print(buf, size, "%" PRIu64 ".%" PRIu64 "%s", value / one, value % one * 10 / one, unit);
}

static void clock_pair(char *buf, size_t size, uint64_t seconds, unsigned big, unsigned small, const char *units)
{
	text_print(buf, size, "%" PRIu64 "%c%02" PRIu64 "%c", seconds / big, units[0], seconds % big / small, units[1]);
}

void human_time(char *buf, size_t size, uint64_t ns, bool utf8)
{
	uint64_t s = ns / 1000000000;

	if (ns < 1000)
		whole(buf, size, ns, "ns");
	else if (ns < 1000000)
		whole(buf, size, ns / 1000, utf8 ? "µs" : "us");
	else if (s < 1)
		scaled(buf, size, ns, 1000000, "ms");
	else if (s < 60)
		scaled(buf, size, ns, 1000000000, "s");
	else if (s < 3600)
		clock_pair(buf, size, s, 60, 1, "ms");
	else if (s < 86400)
		clock_pair(buf, size, s, 3600, 60, "hm");
	else
		clock_pair(buf, size, s, 86400, 3600, "dh");
}
