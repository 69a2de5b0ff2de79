/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source: where records come from. One vtable; behind it the BPF programs, a recording, or a fake for tests. Sources
 * deliver records in time order and count what they could not deliver; they know nothing of views.
 */
#ifndef SL_SOURCE_H
#define SL_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/abi.h"
#include "../../core/fact.h"
#include "../../core/match.h"
#include "../../core/device.h"
#include "error.h"

struct sl_config {
	enum sl_level level;
	struct sl_match match; /* what the kernel may decide by itself; len 0: all */
	const char *cgroup;    /* path in a cgroup2 hierarchy, or NULL: host-wide */
	uint32_t netns;        /* inode number; 0: all */
	uint32_t follow_pid;   /* this process, its descendants, and the peers of their sockets on this host; 0: all */
	uint32_t ring_bytes;   /* for each CPU; a power of two, at least a page; 0: the default */
	uint32_t max_sockets;  /* ceiling of sockets followed at once; 0: the default */
	uint32_t latency_ms;   /* longest time that a record waits for the reader; 0: the default */
	const char *path;      /* source_file: the recording */
	uint64_t sock;         /* source_file: only blocks that may have this socket are read; 0: all */
	const char *filter;    /* savefile: the filter as it was typed, to be kept; NULL: none */
};

/* A fact in a run, or in `check`: watched by which hook, or why not and what would enable it. */
struct sl_fact_status {
	enum sl_fact fact;
	bool watched;
	enum sl_level from_level; /* the lowest level that watches it */
	char hook[96];            /* the hook chosen, such as "tp_btf/inet_sock_set_state" */
	char limit[192];          /* what this hook does not see; empty: nothing */
	char why[192];            /* not watched: the verified reason */
	char fix[192];            /* not watched: what would enable it */
};

struct sl_stats {
	struct sl_counters sum; /* of all CPUs */
	uint64_t hook_misses;   /* hits that the kernel skipped because the program was already running on that CPU */
	uint64_t order_violations; /* records that came out earlier than one already delivered */
	uint64_t delivered_bytes;
	uint64_t polls;
	uint32_t sockets; /* followed now */
	uint32_t hooks;   /* attached */
	uint64_t watched; /* bitmap of facts */
};

/* Called for each record in time order; the record is valid (see decode.h) and lives until the call returns. A
 * negative return stops the poll, which returns it. */
typedef int (*sl_record_fn)(void *ctx, const struct sl_rec *rec);

struct sl_source;

struct sl_source_ops {
	const char *name;
	/* Checks privilege and kernel, loads, attaches nothing yet. On error fills @err and returns -errno. */
	int (*open)(struct sl_source **source, const struct sl_config *config, struct sl_error *err);
	/* Attaches the hooks, then seeds the sockets that exist. */
	int (*start)(struct sl_source *source, struct sl_error *err);
	/* Waits up to timeout_ms for records and delivers those that are ripe. Returns how many were delivered, 0 on
	 * time-out, -errno; -ENODATA: this source has ended (a recording). */
	int (*poll)(struct sl_source *source, int timeout_ms, sl_record_fn fn, void *ctx);
	/* Detaches the hooks, emits the lives that are still open, delivers all that is left, in order. */
	int (*stop)(struct sl_source *source, sl_record_fn fn, void *ctx);
	int (*stats)(struct sl_source *source, struct sl_stats *stats);
	/* The facts of this run, SL_FACT_NR of them, in fact order; owned by the source. */
	const struct sl_fact_status *(*facts)(struct sl_source *source);
	void (*close)(struct sl_source *source); /* accepts NULL; detaches what is still attached */
};

/* Each source's struct begins with this. */
struct sl_source {
	const struct sl_source_ops *ops;
};

extern const struct sl_source_ops sl_source_bpf;
extern const struct sl_source_ops sl_source_kmod;
extern const struct sl_source_ops sl_source_file;
extern const struct sl_source_ops sl_source_fake;

#endif
