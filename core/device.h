/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The specification of /dev/socklife: how a reader asks the module for records, and where it finds them. Rules as in
 * abi.h; a struct grows only at its end, and either side takes what it knows: what a newer caller says in bytes that the
 * module does not know must be 0, and what an older module does not fill reads as 0.
 *
 * An open file is a reader: open (O_RDWR), INFO, SETUP, mmap, START, then poll and read the rings; STOP tells the lives
 * that are open, and close frees everything. There is a ring for each CPU number below info.cpus. In the file, ring n
 * stands at n * stride_bytes:
 *
 *        +0                 +page_bytes         +2*page_bytes              +2*page_bytes + ring_bytes
 *        | tail: __u64      | head: __u64       | ring_bytes of records    | the same bytes again |
 *        | map read/write   | map read-only, as one, exactly this long                            |
 *
 * head and tail count bytes and never wrap; a record is at (position & (ring_bytes - 1)), and always in one piece,
 * because the bytes are there twice. The module writes records, then head (release); the reader loads head (acquire),
 * takes what is between tail and head, then stores tail (release). A tail that is not in [head - ring_bytes, head] makes
 * the ring full, until it is right again: what the reader writes can hurt nobody else. Maps are shared, whole, and stay
 * as they are: no part of one can be unmapped, none can be moved, grown or inherited.
 *
 * poll() says EPOLLIN when a ring holds watermark_bytes, or when its oldest record is latency_ms old.
 */
#ifndef SL_DEVICE_H
#define SL_DEVICE_H

#include "abi.h"
#include "match.h"

#ifndef __VMLINUX_H__
#include <linux/ioctl.h>
#endif

#define SL_DEVICE_NAME "socklife" /* /dev/socklife */

#define SL_RING_MIN_BYTES (16u << 10)
#define SL_RING_MAX_BYTES (64u << 20)      /* of each CPU, for a reader of the whole host */
#define SL_RING_NETNS_MAX_BYTES (4u << 20) /* for one that sees only its network namespace */
#define SL_READERS_MAX 16
#define SL_LATENCY_MAX_MS 60000

/* What is watched; each level watches all that the one before does. */
enum sl_level { SL_LEVEL_LIFE, SL_LEVEL_IO, SL_LEVEL_CALLS };
#define SL_LEVEL_NR 3

#define SL_DEVICE_HOST (1u << 0)    /* the whole host; without it: only the opener's network namespace */
#define SL_DEVICE_READY (1u << 1)   /* SETUP was done */
#define SL_DEVICE_STARTED (1u << 2) /* between START and STOP */

struct sl_device_info {
	__u16 abi_major; /* of the records: abi.h */
	__u16 abi_minor;
	__u32 flags; /* SL_DEVICE_* */
	__u32 cpus;
	__u32 page_bytes;
	__u32 ring_bytes;     /* 0 before SETUP */
	__u32 ring_max_bytes; /* what SETUP would grant */
	__u64 stride_bytes;   /* 0 before SETUP */
	__u32 netns;          /* inode number of the only network namespace that is shown; 0: all */
	__u32 hooks;          /* attached now, for all readers together */
	__u32 sockets;        /* followed now, by the module */
	__u32 readers;        /* set up now, this one included */
	__u64 watched[4];     /* by level: bit n: fact n of fact.h is watched at it */
};

struct sl_device_setup {
	__u32 level;           /* SL_LEVEL_* */
	__u32 ring_bytes;      /* a power of two; 0: 1 MiB */
	__u32 watermark_bytes; /* 0: a quarter of the ring */
	__u32 latency_ms;      /* 0: 10 */
	__u32 netns;           /* inode number; 0: all that this reader may see */
	__u32 follow_pid; /* this process (of the caller's pid namespace), its descendants, and the peers of their sockets on this host; 0: all */
	__s32 cgroup_fd; /* of a cgroup2 directory: only sockets of it and below; -1: all */
	__u32 flags;     /* 0 */
	struct sl_match match;
};

struct sl_device_counters {
	__u32 cpu;   /* in: which; ~0: the sum of all */
	__u32 hooks; /* attached now */
	__u64 sockets;
	__u64 hook_misses; /* hits that the kernel did not pass on to the module */
	struct sl_counters counters;
};

/* A fact at a level: by which hook, or why not and what would enable it. */
struct sl_device_fact {
	__u32 fact;  /* in: SL_FACT_* */
	__u32 level; /* in: SL_LEVEL_* */
	__u32 watched;
	__u32 from_level; /* the lowest that watches it */
	char hook[96];
	char limit[192]; /* what this hook does not see; empty: nothing */
	char why[192];   /* not watched: the reason */
	char fix[192];   /* not watched: what would enable it */
};

#define SL_DEVICE_IOC 0xbe
#define SL_DEVICE_INFO _IOR(SL_DEVICE_IOC, 1, struct sl_device_info)
#define SL_DEVICE_SETUP _IOW(SL_DEVICE_IOC, 2, struct sl_device_setup)
#define SL_DEVICE_START _IO(SL_DEVICE_IOC, 3)
#define SL_DEVICE_STOP _IO(SL_DEVICE_IOC, 4)
#define SL_DEVICE_MATCH _IOW(SL_DEVICE_IOC, 5, struct sl_match) /* another filter from now on */
#define SL_DEVICE_COUNTERS _IOWR(SL_DEVICE_IOC, 6, struct sl_device_counters)
#define SL_DEVICE_FACT _IOWR(SL_DEVICE_IOC, 7, struct sl_device_fact)

SL_ASSERT_SIZE(sl_match_insn, 40);
SL_ASSERT_SIZE(sl_match, 1288);
SL_ASSERT_SIZE(sl_device_info, 80);
SL_ASSERT_SIZE(sl_device_setup, 1320);
SL_ASSERT_SIZE(sl_device_counters, 256);
SL_ASSERT_SIZE(sl_device_fact, 688);

#endif
