// SPDX-License-Identifier: GPL-2.0-or-later
/* See rings.h. */
#include "rings.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct sl_rings {
	struct ring_buffer *readers;
	struct sl_merge *merge;
	int cpus;
	int fds[]; /* of the rings, by CPU */
};

int sl_rings_cpus(void)
{
	return libbpf_num_possible_cpus();
}

static int take(void *ctx, void *data, size_t size)
{
	struct sl_rings *rings = ctx;
	const struct sl_rec *rec = data;

	if (size < sizeof(*rec) || rec->len > size)
		return -EBADMSG;
	return sl_merge_push(rings->merge, rec);
}

static int add_ring(struct sl_rings *rings, struct bpf_map *map, int cpu, uint32_t bytes)
{
	int err;

	rings->fds[cpu] = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "sl_ring", 0, 0, bytes, NULL);
	if (rings->fds[cpu] < 0)
		return -errno;
	err = bpf_map_update_elem(bpf_map__fd(map), &cpu, &rings->fds[cpu], BPF_ANY);
	if (err)
		return err;
	if (rings->readers)
		return ring_buffer__add(rings->readers, rings->fds[cpu], take, rings);
	rings->readers = ring_buffer__new(rings->fds[cpu], take, rings, NULL);
	return rings->readers ? 0 : -errno;
}

int sl_rings_create(struct sl_rings **result, struct bpf_map *map, uint32_t bytes, struct sl_merge *merge)
{
	int cpus = sl_rings_cpus(), cpu, err = 0;
	struct sl_rings *rings;

	if (cpus < 0)
		return cpus;
	rings = calloc(1, sizeof(*rings) + cpus * sizeof(rings->fds[0]));
	if (!rings)
		return -ENOMEM;
	rings->cpus = cpus;
	rings->merge = merge;
	for (cpu = 0; cpu < cpus; cpu++)
		rings->fds[cpu] = -1;
	for (cpu = 0; cpu < cpus && !err; cpu++)
		err = add_ring(rings, map, cpu, bytes);
	if (err) {
		sl_rings_destroy(rings);
		return err;
	}
	*result = rings;
	return 0;
}

void sl_rings_destroy(struct sl_rings *rings)
{
	int cpu;

	if (!rings)
		return;
	ring_buffer__free(rings->readers);
	for (cpu = 0; cpu < rings->cpus; cpu++) {
		if (rings->fds[cpu] >= 0)
			close(rings->fds[cpu]);
	}
	free(rings);
}

int sl_rings_wait(struct sl_rings *rings, int timeout_ms)
{
	struct epoll_event event;
	int n = epoll_wait(ring_buffer__epoll_fd(rings->readers), &event, 1, timeout_ms);

	return n < 0 && errno != EINTR ? -errno : n < 0 ? -EINTR : n;
}

int sl_rings_consume(struct sl_rings *rings)
{
	return ring_buffer__consume(rings->readers);
}
