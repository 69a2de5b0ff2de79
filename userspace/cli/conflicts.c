// SPDX-License-Identifier: GPL-2.0-or-later
/* Options against the command and against each other: the second half of options.h. */
#include <errno.h>
#include <string.h>

#include "options.h"
#include "options_table.h"

/* Pairs that make no sense together, and why. */
static const struct {
	const char *one, *other, *why;
} conflicts[] = {
	{ "columns", "json", "JSON has every field; columns are of the text" },
	{ "time", "json", "JSON has every time" },
	{ "save", "read", "what is read is a recording already" },
	{ "cgroup", "read", "cgroups are looked up by the kernel while it traces" },
	{ "ring", "read", "a recording has no ring" },
	{ "max-sockets", "read", "a recording holds what was followed" },
	{ "level", "read", "a recording has the level that it was made with" },
	{ "svg", "html", "each is a whole file" },
	{ "svg", "mermaid", "each is a whole file" },
	{ "html", "mermaid", "each is a whole file" },
	{ "ascii", "svg", "the picture has no characters to choose" },
	{ "ascii", "html", "the picture has no characters to choose" },
	{ "ascii", "mermaid", "the picture has no characters to choose" },
	{ "quiet", "verbose", "they ask for opposite things" },
};

static bool given(const struct settings *set, const char *name)
{
	for (unsigned i = 0; i < option_count; i++) {
		if (set->given & 1ULL << i && !strcmp(option_table[i].name, name))
			return true;
	}
	return false;
}

static int check_pairs(const struct settings *set, struct sl_error *err)
{
	char fix[96];

	for (unsigned i = 0; i < sizeof(conflicts) / sizeof(conflicts[0]); i++) {
		if (!given(set, conflicts[i].one) || !given(set, conflicts[i].other))
			continue;
		snprintf(fix, sizeof(fix), "leave out --%s or --%s", conflicts[i].one, conflicts[i].other);
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, conflicts[i].why, "--%s does not go with --%s",
				    conflicts[i].one, conflicts[i].other);
	}
	return 0;
}

static int check_command(const struct settings *set, unsigned command, const char *verb, struct sl_error *err)
{
	char fix[96];

	for (unsigned i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];

		if (!(set->given & 1ULL << i) || o->commands & command)
			continue;
		snprintf(fix, sizeof(fix), "socklife help %s", verb);
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, "the command has no use for it",
				    "option --%s does not go with '%s'", o->name, verb);
	}
	if (set->command && !(command & CMD_LIVE))
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "socklife trace -- COMMAND",
				    "this command runs no other", "'%s' does not take -- COMMAND", verb);
	return 0;
}

static int check_source(const struct settings *set, struct sl_error *err)
{
	bool kernel = !set->read && set->source <= SOURCE_KMOD;

	if (set->source == SOURCE_FILE && !set->read)
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "socklife --read FILE", "no recording is named",
				    "--source file needs --read");
	if (set->read && set->source > SOURCE_AUTO && set->source != SOURCE_FILE)
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "leave out --source",
				    "a recording is a source of its own", "--read does not go with this --source");
	if (set->command && !kernel)
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "leave out the command, or --read and --source",
				    "only the kernel can follow a command", "-- COMMAND needs a live source");
	if (set->cgroup && !kernel)
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "leave out --cgroup, or --source",
				    "cgroups are looked up by the kernel while it traces",
				    "--cgroup needs a live source");
	return 0;
}

static int check_flight(const struct settings *set, struct sl_error *err)
{
	if (!set->on || set->flight)
		return 0;
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "add -F 5m",
			    "what is to be written then must be kept until then", "--on needs a flight recorder");
}

static int check_ring(const struct settings *set, struct sl_error *err)
{
	char why[96], fix[64];
	uint64_t below = 4096;

	if (!(set->ring_bytes & (set->ring_bytes - 1)))
		return 0;
	while (below * 2 < set->ring_bytes)
		below *= 2;
	snprintf(why, sizeof(why), "%llu is not a power of two", (unsigned long long)set->ring_bytes);
	snprintf(fix, sizeof(fix), "--ring %llu or --ring %llu", (unsigned long long)below,
		 (unsigned long long)below * 2);
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, why, "--ring: not a ring's size");
}

int options_check(const struct settings *set, unsigned command, const char *verb, struct sl_error *err)
{
	int ret = check_command(set, command, verb, err);

	ret = ret ? ret : check_pairs(set, err);
	ret = ret ? ret : check_source(set, err);
	ret = ret ? ret : check_flight(set, err);
	return ret ? ret : check_ring(set, err);
}
