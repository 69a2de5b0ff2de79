/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kmod/ring.c takes from the kernel, for user space; and memory that is mapped twice in a row. */
#ifndef SL_RING_SHIM_H
#define SL_RING_SHIM_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif

#define smp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

/* size bytes, twice; a page that nobody may touch before and behind. Never freed. */
static inline void *shim_map(u32 size)
{
	long page = sysconf(_SC_PAGESIZE);
	int fd = memfd_create("ring", 0);
	char *area = mmap(NULL, 2 * (size_t)size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int k;

	if (fd < 0 || ftruncate(fd, size) || area == MAP_FAILED) {
		perror("a ring's memory");
		exit(1);
	}
	for (k = 0; k < 2; k++) {
		if (mmap(area + page + (size_t)k * size, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
		    MAP_FAILED) {
			perror("a ring's second map");
			exit(1);
		}
	}
	close(fd);
	return area + page;
}

#endif
