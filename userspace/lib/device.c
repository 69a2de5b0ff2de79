// SPDX-License-Identifier: GPL-2.0-or-later
/* See device.h. */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cgroup.h"

static int explain_open(int err_no, struct sl_error *err)
{
	char why[128];

	if (err_no == ENOENT || err_no == ENXIO || err_no == ENODEV)
		return sl_error_set(err, -ENOENT, SL_ERR_FEATURE,
				    "sudo socklife module load   (or --source bpf: no module is needed)",
				    SL_DEVICE_PATH " is not there", "the module is not loaded");
	snprintf(why, sizeof(why), SL_DEVICE_PATH ": %s", strerror(err_no));
	if (err_no == EACCES || err_no == EPERM)
		return sl_error_set(err, -err_no, SL_ERR_PRIVILEGE, "run it by sudo", why,
				    "watching through the module needs privileges");
	return sl_error_set(err, -err_no, SL_ERR_RUNTIME, "socklife module status", why, "the module does not answer");
}

static int check_version(const struct sl_device *d, struct sl_error *err)
{
	char why[160];

	if (d->info.abi_major == SL_ABI_MAJOR)
		return 0;
	snprintf(why, sizeof(why), "the module's records are version %u.%u, this program's are %u.%u",
		 d->info.abi_major, d->info.abi_minor, SL_ABI_MAJOR, SL_ABI_MINOR);
	return sl_error_set(err, -EPROTO, SL_ERR_FEATURE, "load the module of this version, or --source bpf", why,
			    "module and program do not fit together");
}

int sl_device_open(struct sl_device *d, struct sl_error *err)
{
	memset(d, 0, sizeof(*d));
	d->fd = open(SL_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	if (d->fd < 0 || ioctl(d->fd, SL_DEVICE_INFO, &d->info))
		return explain_open(errno, err);
	return check_version(d, err);
}

bool sl_device_usable(void)
{
	struct sl_device device;
	bool usable = !sl_device_open(&device, NULL);

	sl_device_close(&device);
	return usable;
}

static int explain_setup(int err_no, const struct sl_device *d, const struct sl_device_setup *setup,
			 struct sl_error *err)
{
	char why[160], fix[64];

	switch (err_no) {
	case EBUSY:
		snprintf(why, sizeof(why), "%u readers are there, and %u is the limit", d->info.readers,
			 SL_READERS_MAX);
		return sl_error_set(err, -EBUSY, SL_ERR_RUNTIME, "end another socklife", why, "the module has no room");
	case EPERM:
		return sl_error_set(err, -EPERM, SL_ERR_PRIVILEGE, "run it by sudo, in the host's namespaces",
				    "only the own network namespace may be watched from here",
				    "the module does not show another network namespace");
	case EINVAL:
		snprintf(why, sizeof(why), "a ring is a power of two from %u KiB to %u KiB", SL_RING_MIN_BYTES >> 10,
			 d->info.ring_max_bytes >> 10);
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "--ring 1MiB", why,
				    "a ring of %u bytes is not possible", setup->ring_bytes);
	case ENOMEM:
		snprintf(fix, sizeof(fix), "--ring %uKiB", setup->ring_bytes >> 12 > 16 ? setup->ring_bytes >> 12 : 16);
		return sl_error_set(err, -ENOMEM, SL_ERR_RUNTIME, fix, strerror(ENOMEM),
				    "the rings of %u CPUs do not fit into memory", d->info.cpus);
	default:
		return sl_error_set(err, -err_no, SL_ERR_RUNTIME, "socklife module status", strerror(err_no),
				    "the module refused the set-up");
	}
}

/* tail, and head with the data: two maps at the ring's place in the file. */
static int map_ring(struct sl_device *d, unsigned cpu)
{
	size_t page = d->info.page_bytes;
	off_t at = (off_t)(cpu * d->info.stride_bytes);
	struct sl_device_ring *ring = &d->ring[cpu];
	char *tail, *head;

	tail = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, d->fd, at);
	if (tail == MAP_FAILED)
		return errno == ENXIO ? 0 : -errno; /* a number that no CPU has */
	head = mmap(NULL, page + 2 * (size_t)d->info.ring_bytes, PROT_READ, MAP_SHARED, d->fd, at + (off_t)page);
	if (head == MAP_FAILED) {
		munmap(tail, page);
		return -errno;
	}
	*ring = (struct sl_device_ring){
		.tail = (void *)tail,
		.head = (const void *)head,
		.data = (const uint8_t *)head + page,
		.size = d->info.ring_bytes,
	};
	return 0;
}

static int map_rings(struct sl_device *d)
{
	int ret = ioctl(d->fd, SL_DEVICE_INFO, &d->info) ? -errno : 0;
	unsigned cpu;

	if (ret)
		return ret;
	d->ring = calloc(d->info.cpus, sizeof(*d->ring));
	if (!d->ring)
		return -ENOMEM;
	for (cpu = 0; cpu < d->info.cpus && !ret; cpu++)
		ret = map_ring(d, cpu);
	return ret;
}

static int open_cgroup(const char *path, struct sl_cgroup *cgroup, struct sl_error *err)
{
	cgroup->fd = -1;
	return path && strcmp(path, "none") ? sl_cgroup_open(cgroup, path, err) : 0;
}

int sl_device_setup(struct sl_device *d, const struct sl_config *config, struct sl_error *err)
{
	struct sl_device_setup setup = {
		.level = config->level,
		.ring_bytes = config->ring_bytes,
		.latency_ms = config->latency_ms,
		.netns = config->netns,
		.follow_pid = config->follow_pid,
		.match = config->match,
	};
	struct sl_cgroup cgroup = SL_CGROUP_NONE;
	int ret = open_cgroup(config->cgroup, &cgroup, err);

	if (ret)
		return ret;
	setup.cgroup_fd = cgroup.fd;
	ret = ioctl(d->fd, SL_DEVICE_SETUP, &setup) ? -errno : 0;
	sl_cgroup_close(&cgroup);
	if (ret)
		return explain_setup(-ret, d, &setup, err);
	ret = map_rings(d);
	return ret ? sl_error_set(err, ret, SL_ERR_RUNTIME, NULL, strerror(-ret), "the rings cannot be mapped") : 0;
}

int sl_device_take(struct sl_device *d, sl_record_fn fn, void *ctx)
{
	unsigned cpu;
	int taken = 0;

	for (cpu = 0; cpu < d->info.cpus; cpu++) {
		int n = d->ring[cpu].head ? sl_device_ring_take(&d->ring[cpu], fn, ctx) : 0;

		if (n < 0)
			return n;
		taken += n;
	}
	return taken;
}

int sl_device_counters(struct sl_device *d, struct sl_device_counters *counters)
{
	memset(counters, 0, sizeof(*counters));
	counters->cpu = ~0u;
	return ioctl(d->fd, SL_DEVICE_COUNTERS, counters) ? -errno : 0;
}

int sl_device_fact(struct sl_device *d, enum sl_level level, enum sl_fact fact, struct sl_fact_status *status)
{
	struct sl_device_fact f = { .fact = fact, .level = level };

	if (ioctl(d->fd, SL_DEVICE_FACT, &f))
		return -errno;
	*status = (struct sl_fact_status){ .fact = fact,
					   .watched = f.watched,
					   .from_level = (enum sl_level)f.from_level };
	snprintf(status->hook, sizeof(status->hook), "%.*s", (int)sizeof(f.hook), f.hook);
	snprintf(status->limit, sizeof(status->limit), "%.*s", (int)sizeof(f.limit), f.limit);
	snprintf(status->why, sizeof(status->why), "%.*s", (int)sizeof(f.why), f.why);
	snprintf(status->fix, sizeof(status->fix), "%.*s", (int)sizeof(f.fix), f.fix);
	return 0;
}

void sl_device_close(struct sl_device *d)
{
	unsigned cpu;

	for (cpu = 0; d->ring && cpu < d->info.cpus; cpu++) {
		if (!d->ring[cpu].head)
			continue;
		munmap((void *)d->ring[cpu].head, d->info.page_bytes + 2 * (size_t)d->info.ring_bytes);
		munmap(d->ring[cpu].tail, d->info.page_bytes);
	}
	free(d->ring);
	if (d->fd >= 0)
		close(d->fd);
	memset(d, 0, sizeof(*d));
	d->fd = -1;
}
