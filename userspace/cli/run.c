// SPDX-License-Identifier: GPL-2.0-or-later
/* One run of a command: see run.h. */
#include "run.h"

#include <string.h>
#include <sys/utsname.h>

#include "device.h"

static void read_line(const char *path, char *buf, size_t size)
{
	FILE *file = fopen(path, "re");

	buf[0] = 0;
	if (!file)
		return;
	if (fgets(buf, (int)size, file))
		buf[strcspn(buf, "\n")] = 0;
	fclose(file);
}

const struct sl_source_ops *run_source(const struct settings *set)
{
	if (set->read)
		return &sl_source_file;
	switch (set->source) {
	case SOURCE_FILE: return &sl_source_file;
	case SOURCE_FAKE: return &sl_source_fake;
	case SOURCE_KMOD: return &sl_source_kmod;
	case SOURCE_BPF: return &sl_source_bpf;
	default: return sl_device_usable() ? &sl_source_kmod : &sl_source_bpf;
	}
}

void run_host_read(struct run_host *host)
{
	struct utsname name;

	memset(host, 0, sizeof(*host));
	read_line("/proc/sys/kernel/random/boot_id", host->boot_id, sizeof(host->boot_id));
	if (uname(&name))
		return;
	snprintf(host->kernel, sizeof(host->kernel), "%.64s", name.release);
	snprintf(host->name, sizeof(host->name), "%.64s", name.nodename);
}

void run_watch(struct run *run, struct sl_source *source)
{
	struct sl_stats stats;

	memset(&stats, 0, sizeof(stats));
	if (source->ops->stats && !source->ops->stats(source, &stats)) {
		run->watched = stats.watched;
		run->hooks = stats.hooks;
	}
	run->facts = source->ops->facts ? source->ops->facts(source) : NULL;
	for (unsigned i = 0; run->facts && i < SL_FACT_NR; i++)
		run->watched |= (uint64_t)run->facts[i].watched << i;
}

const char *run_level_name(enum sl_level level)
{
	static const char *const names[] = {
		[SL_LEVEL_LIFE] = "life", [SL_LEVEL_IO] = "io", [SL_LEVEL_CALLS] = "calls"
	};

	return names[level];
}

unsigned run_missing(const struct run *run)
{
	unsigned n = 0;

	for (unsigned i = 0; run->facts && i < SL_FACT_NR; i++)
		n += !run->facts[i].watched && run->facts[i].from_level <= run->level;
	return n;
}

uint64_t run_lost(const struct run_end *end)
{
	uint64_t lost = 0;

	for (unsigned type = 0; type < SL_REC_NR; type++) {
		for (unsigned reason = 0; reason < SL_LOST_NR; reason++)
			lost += end->source.sum.lost[type][reason];
	}
	return lost;
}
