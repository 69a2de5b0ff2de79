// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The eBPF source: chooses the hooks (ladder.h), loads and attaches them, empties the rings into time order (rings.h,
 * merge.h), and at the end tells the lives that are still open. One thread; the caller's.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "../../bpf/config.bpf.h"
#include "cgroup.h"
#include "ladder.h"
#include "rings.h"
#include "source.h"
#include "source_bpf_open.h"
#include "socklife.skel.h"

#define DEFAULT_RING_BYTES (1024 * 1024)
#define DEFAULT_RING_BYTES_CALLS (4 * 1024 * 1024)
#define MIN_RING_BYTES (16 * 1024)
#define DEFAULT_LATENCY_MS 10
#define MAX_HELD 500000         /* records in the merge; beyond, the rings fill, and count what they lose */
#define SWEEP_NS 30000000000ULL /* how often sockets whose end no hook shows are looked for */
#define DRAIN_EVERY 128         /* records delivered between two looks at the rings */

struct source_bpf {
	struct sl_source source;
	struct sl_config config;
	struct sl_kernel *kernel;
	struct sl_ladder ladder;
	struct sl_cgroup cgroup;
	struct socklife_bpf *skel;
	struct sl_merge *merge;
	struct sl_rings *rings;
	struct bpf_link *link[SL_HOOK_NR];
	uint64_t polls, delivered_bytes, told_open, told_gone;
	uint64_t sweeps, next_sweep_ns;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	if (!getenv("SOCKLIFE_DEBUG_LIBBPF"))
		return 0;
	(void)level;
	return vfprintf(stderr, format, args);
}

/* ---- open ---------------------------------------------------------------------------------------------------------- */

/* Where the cgroup programs go: what the user named, a cgroup made for the command, or the whole hierarchy. */
static int choose_cgroup(struct source_bpf *s, struct sl_error *err)
{
	const char *path = s->config.cgroup;
	int ret;

	if (path && !strcmp(path, "none")) {
		s->config.cgroup = NULL;
		snprintf(s->ladder.no_cgroup, sizeof(s->ladder.no_cgroup), "--cgroup none was asked for");
		return 0;
	}
	if (s->config.follow_pid && !path)
		ret = sl_cgroup_make(&s->cgroup, s->config.follow_pid);
	else
		ret = sl_cgroup_open(&s->cgroup, path, path ? err : NULL);
	s->ladder.has_cgroup = !ret;
	if (ret && !path) {
		snprintf(s->ladder.no_cgroup, sizeof(s->ladder.no_cgroup), "no cgroup to attach to: %s",
			 strerror(-ret));
		return 0;
	}
	return ret;
}

static void fill_config(struct source_bpf *s, struct sl_bpf_config *cfg)
{
	const struct sl_kernel *k = s->kernel;

	cfg->watched = s->ladder.watched;
	cfg->cgroup_id = s->config.cgroup ? s->cgroup.id : 0;
	cfg->attach_id = s->config.cgroup || s->cgroup.ours ? s->cgroup.id : 0;
	cfg->cgroup_facts = s->ladder.cgroup_facts;
	cfg->netns = s->config.netns;
	cfg->events = s->config.level >= SL_LEVEL_CALLS;
	cfg->follow = s->config.follow_pid != 0;
	cfg->ring_bytes = s->config.ring_bytes;
	cfg->reserve_bytes = s->config.ring_bytes / 4;
	cfg->watermark = s->config.ring_bytes / 4;
	cfg->retransmit_err = sl_kernel_tracepoint_args(k, "tcp_retransmit_skb") >= 3;
	cfg->reset_reason = sl_kernel_tracepoint_args(k, "tcp_send_reset") >= 3;
	cfg->drop_reason = sl_kernel_tracepoint_args(k, "kfree_skb") >= 3;
	cfg->drop_sk = sl_kernel_tracepoint_args(k, "kfree_skb") >= 4;
	cfg->drop_none = sl_kernel_enum(k, "skb_drop_reason", "SKB_DROP_REASON_NOT_SPECIFIED", 0);
	cfg->tick_us = sl_kernel_tick_us();
	cfg->calls_told = sl_ladder_calls(&s->ladder, false);
	cfg->function_calls = sl_ladder_calls(&s->ladder, true);
	cfg->call_time = sl_ladder_wants(&s->ladder, "tp_sys_enter");
	cfg->cgroup_close = sl_ladder_wants(&s->ladder, "cg_release");
}

static int size_maps(struct source_bpf *s)
{
	struct bpf_map *rings = s->skel->maps.rings;
	bool events = s->config.level >= SL_LEVEL_CALLS;
	int err = bpf_map__set_max_entries(rings, sl_rings_cpus());

	if (!err && s->config.max_sockets)
		err = bpf_map__set_max_entries(s->skel->maps.lives, s->config.max_sockets);
	if (!err && !events)
		err = bpf_map__set_max_entries(s->skel->maps.marks, 1);
	if (!err && !events)
		err = bpf_map__set_max_entries(s->skel->maps.requests, 1);
	if (!err && !s->config.follow_pid)
		err = bpf_map__set_max_entries(s->skel->maps.follow_flows, 1);
	return err;
}

static void set_autoload(struct source_bpf *s, int only)
{
	int i;

	for (i = 0; i < s->ladder.hooks; i++) {
		const struct sl_hook *hook = sl_ladder_hook(&s->ladder, i);
		struct bpf_program *prog = bpf_object__find_program_by_name(s->skel->obj, hook->program);
		bool want = s->ladder.hook[i].state == SL_HOOK_WANTED && (only < 0 || only == i);

		if (prog)
			bpf_program__set_autoload(prog, want);
	}
}

/* Opens the object and loads it with all the hooks that are wanted, or with just one. */
static int load(struct source_bpf *s, int only)
{
	int err;

	s->skel = socklife_bpf__open();
	if (!s->skel)
		return -errno;
	fill_config(s, (struct sl_bpf_config *)&s->skel->rodata->cfg);
	memcpy((void *)&s->skel->rodata->filter, &s->config.match, sizeof(s->config.match));
	set_autoload(s, only);
	err = size_maps(s);
	if (!err)
		err = socklife_bpf__load(s->skel);
	if (err) {
		socklife_bpf__destroy(s->skel);
		s->skel = NULL;
	}
	return err;
}

/* One hook spoils the whole object: find which the kernel refuses, and do without. */
static int load_singly(struct source_bpf *s)
{
	int i, err, refused = 0;

	for (i = 0; i < s->ladder.hooks; i++) {
		if (s->ladder.hook[i].state != SL_HOOK_WANTED)
			continue;
		err = load(s, i);
		if (err) {
			sl_ladder_refuse(&s->ladder, i, -err, "");
			refused++;
		}
		socklife_bpf__destroy(s->skel);
		s->skel = NULL;
	}
	return refused;
}

static int load_ladder(struct source_bpf *s)
{
	int err;

	s->ladder.no_trampoline = -sl_kernel_try_trampoline();
	sl_ladder_choose(&s->ladder, s->kernel, s->config.level, s->config.follow_pid != 0);
	sl_ladder_settle(&s->ladder);
	err = load(s, -1);
	if (!err || err == -EPERM)
		return err;
	if (!load_singly(s))
		return err;
	sl_ladder_settle(&s->ladder);
	return load(s, -1);
}

static void default_config(struct source_bpf *s, const struct sl_config *config)
{
	s->config = *config;
	if (!s->config.ring_bytes)
		s->config.ring_bytes = config->level >= SL_LEVEL_CALLS ? DEFAULT_RING_BYTES_CALLS : DEFAULT_RING_BYTES;
	if (!s->config.latency_ms)
		s->config.latency_ms = DEFAULT_LATENCY_MS;
}

static int check_config(const struct sl_config *config, struct sl_error *err)
{
	uint32_t b = config->ring_bytes;

	if (b >= MIN_RING_BYTES && !(b & (b - 1)) && b % getpagesize() == 0)
		return 0;
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, "--ring 64KiB, or another power of two from 16KiB on",
			    "a ring is a power of two and at least 16 KiB", "a ring of %u bytes is not possible", b);
}

static void bpf_source_close(struct sl_source *source);

static int open_kernel(struct source_bpf *s, struct sl_error *err)
{
	int ret = sl_source_bpf_privilege(err);

	if (ret)
		return ret;
	ret = sl_kernel_open(&s->kernel);
	if (ret)
		return sl_error_set(err, ret, SL_ERR_FEATURE,
				    "boot a kernel with CONFIG_DEBUG_INFO_BTF=y (Debian's kernels are)",
				    "it has no type information: /sys/kernel/btf/vmlinux is missing or unreadable",
				    "this kernel cannot be traced by eBPF");
	return 0;
}

static int bpf_source_open(struct sl_source **source, const struct sl_config *config, struct sl_error *err)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct source_bpf *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return sl_error_set(err, -ENOMEM, SL_ERR_RUNTIME, NULL, NULL, "out of memory");
	s->source.ops = &sl_source_bpf;
	s->cgroup.fd = -1;
	default_config(s, config);
	libbpf_set_print(quiet);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* only kernels before 5.11 count maps so */
	ret = check_config(&s->config, err);
	if (!ret)
		ret = open_kernel(s, err);
	if (!ret)
		ret = choose_cgroup(s, err);
	if (!ret) {
		ret = load_ladder(s);
		if (ret)
			sl_source_bpf_explain_load(ret, err);
	}
	if (ret) {
		bpf_source_close(&s->source);
		return ret;
	}
	*source = &s->source;
	return 0;
}

/* ---- start ---------------------------------------------------------------------------------------------------------- */

static bool is_iterator(const struct sl_hook *hook)
{
	return !strncmp(hook->section, "iter/", 5);
}

static int attach_hook(struct source_bpf *s, int i)
{
	const struct sl_hook *hook = sl_ladder_hook(&s->ladder, i);
	struct bpf_program *prog = bpf_object__find_program_by_name(s->skel->obj, hook->program);

	if (hook->needs & SL_NEEDS_CGROUP)
		s->link[i] = bpf_program__attach_cgroup(prog, s->cgroup.fd);
	else
		s->link[i] = bpf_program__attach(prog);
	return s->link[i] ? 0 : -errno;
}

static int attach_all(struct source_bpf *s, struct sl_error *err)
{
	int i, ret, attached = 0, last = 0;

	for (i = 0; i < s->ladder.hooks; i++) {
		if (s->ladder.hook[i].state != SL_HOOK_WANTED || is_iterator(sl_ladder_hook(&s->ladder, i)))
			continue;
		ret = attach_hook(s, i);
		if (ret) {
			sl_ladder_refuse(&s->ladder, i, -ret, "on attaching");
			last = ret;
		} else {
			attached++;
		}
	}
	sl_ladder_settle(&s->ladder);
	if (attached)
		return 0;
	return sl_error_set(err, last ? last : -ENOTSUP, SL_ERR_FEATURE, "socklife check", strerror(-last),
			    "not one hook could be attached");
}

/* Runs an iterator to its end; what it finds goes into the maps. */
static int iterate(struct source_bpf *s, const char *program)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(s->skel->obj, program);
	int i = sl_ladder_find(&s->ladder, program), fd, err = 0;
	struct bpf_link *link;
	char sink[256];
	ssize_t n;

	if (s->ladder.hook[i].state != SL_HOOK_WANTED)
		return 0;
	link = bpf_program__attach_iter(prog, NULL);
	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0) {
		err = -errno;
	} else {
		while ((n = read(fd, sink, sizeof(sink))) > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
			;
		if (n < 0)
			err = -errno;
		close(fd);
	}
	bpf_link__destroy(link);
	return err;
}

/* The first sweep finds the sockets that exist; later ones mark the lives that are still there. */
static int sweep(struct source_bpf *s)
{
	int err;

	s->next_sweep_ns = now_ns() + SWEEP_NS;
	s->skel->bss->seed_sweep = ++s->sweeps;
	err = iterate(s, "it_tcp");
	return iterate(s, "it_file") ?: err;
}

static int start_follow(struct source_bpf *s)
{
	uint32_t pid = s->config.follow_pid;
	uint8_t one = 1;

	if (!pid)
		return 0;
	return bpf_map_update_elem(bpf_map__fd(s->skel->maps.follow_pids), &pid, &one, BPF_ANY);
}

static int bpf_source_start(struct sl_source *source, struct sl_error *err)
{
	struct source_bpf *s = (struct source_bpf *)source;
	int ret = sl_merge_create(&s->merge, (uint64_t)s->config.latency_ms * 1000000);

	if (!ret)
		ret = sl_rings_create(&s->rings, s->skel->maps.rings, s->config.ring_bytes, s->merge);
	if (!ret)
		ret = start_follow(s);
	if (ret)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, "--ring 64KiB", strerror(-ret),
				    "the rings cannot be made");
	ret = attach_all(s, err);
	if (ret)
		return ret;
	s->sweeps = s->config.follow_pid !=
		    0; /* with a command to follow nothing is seeded: its sweeps are later ones */
	s->next_sweep_ns = now_ns() + SWEEP_NS;
	ret = s->config.follow_pid ? 0 : sweep(s);
	if (ret)
		sl_ladder_refuse(&s->ladder, sl_ladder_find(&s->ladder, "it_file"), -ret, "while seeding");
	sl_ladder_settle(&s->ladder);
	return 0;
}

/* ---- poll, stop ------------------------------------------------------------------------------------------------------ */

struct deliver {
	struct source_bpf *s;
	sl_record_fn fn;
	void *ctx;
	uint64_t delivered;
};

/* What is done with a record takes longer than to take it: the rings are emptied in between, so that they do not fill. */
static int deliver(void *ctx, const struct sl_rec *rec)
{
	struct deliver *d = ctx;
	int err;

	d->s->delivered_bytes += rec->len;
	if (++d->delivered % DRAIN_EVERY == 0 && sl_merge_held(d->s->merge) < MAX_HELD) {
		err = sl_rings_consume(d->s->rings);
		if (err < 0)
			return err;
	}
	return d->fn(d->ctx, rec);
}

static uint64_t program_misses(struct source_bpf *s, int i)
{
	const struct sl_hook *hook = sl_ladder_hook(&s->ladder, i);
	struct bpf_program *prog = bpf_object__find_program_by_name(s->skel->obj, hook->program);
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (!prog || bpf_program__fd(prog) < 0 || bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size))
		return 0;
	return info.recursion_misses;
}

static void detach(struct source_bpf *s)
{
	int i;

	for (i = 0; i < s->ladder.hooks; i++) {
		if (!s->link[i])
			continue;
		bpf_link__destroy(s->link[i]);
		s->link[i] = NULL;
	}
}

/* A life that the table still holds, told as it is now. */
static int tell(struct source_bpf *s, struct sl_life_rec *rec, uint32_t flag, uint64_t ts_ns)
{
	rec->life.complete.flags |= flag;
	rec->rec.len = sizeof(*rec);
	rec->rec.type = SL_REC_LIFE;
	rec->rec.cpu = 0;
	rec->rec.ts_ns = ts_ns;
	rec->rec.seq = 0;
	rec->rec.cookie = rec->life.id.cookie;
	return sl_merge_push(s->merge, &rec->rec);
}

/* Did the last sweep, begun at swept_ns, miss a socket that only a sweep can find gone? TCP tells its end itself. */
static bool is_gone(const struct source_bpf *s, const struct sl_life *life, uint64_t swept_ns)
{
	return life->id.protocol != IPPROTO_TCP && s->ladder.watched & SL_FACT_BIT(SEED) &&
	       life->scratch.sweep < s->sweeps && life->id.created_ns < swept_ns;
}

/* Walks the table after a sweep: lives that are gone are told and forgotten; with @all the open ones are told too. */
static int tell_table(struct source_bpf *s, uint64_t swept_ns, bool all)
{
	int fd = bpf_map__fd(s->skel->maps.lives), err = 0;
	__u64 key, next, ts_ns = now_ns();
	static struct sl_life_rec rec;
	bool more, gone;

	more = !bpf_map_get_next_key(fd, NULL, &next);
	while (more && !err) {
		key = next;
		more = !bpf_map_get_next_key(fd, &key, &next);
		if (bpf_map_lookup_elem(fd, &key, &rec))
			continue;
		gone = is_gone(s, &rec.life, swept_ns);
		if (!gone && !all)
			continue;
		err = tell(s, &rec, gone ? SL_LIFE_END_GUESSED : SL_LIFE_OPEN, ts_ns);
		s->told_open += !gone;
		s->told_gone += gone;
		if (gone)
			bpf_map_delete_elem(fd, &key);
	}
	return err;
}

/* On rungs that do not show the end of UDP or UNIX sockets the table would fill with the dead. */
static int sweep_gone(struct source_bpf *s, uint64_t now)
{
	if (now < s->next_sweep_ns || sl_ladder_wants(&s->ladder, "fn_free"))
		return 0;
	sweep(s);
	return tell_table(s, now, false);
}

static int bpf_source_poll(struct sl_source *source, int timeout_ms, sl_record_fn fn, void *ctx)
{
	struct source_bpf *s = (struct source_bpf *)source;
	struct deliver d = { .s = s, .fn = fn, .ctx = ctx };
	uint64_t deadline = now_ns() + (uint64_t)(timeout_ms < 0 ? 0 : timeout_ms) * 1000000;
	int err, released;

	for (;;) {
		int wait = timeout_ms < (int)s->config.latency_ms ? timeout_ms : (int)s->config.latency_ms;
		uint64_t looked;

		err = sl_rings_wait(s->rings, wait);
		if (err < 0)
			return err;
		looked = now_ns();
		err = sl_rings_consume(s->rings);
		s->polls++;
		if (err < 0)
			return err;
		err = sweep_gone(s, looked);
		if (err < 0)
			return err;
		released = sl_merge_release(s->merge, looked, deliver, &d);
		if (released || now_ns() >= deadline)
			return released;
	}
}

static int bpf_source_stop(struct sl_source *source, sl_record_fn fn, void *ctx)
{
	struct source_bpf *s = (struct source_bpf *)source;
	struct deliver d = { .s = s, .fn = fn, .ctx = ctx };
	uint64_t swept_ns;
	int err;

	if (!s->rings)
		return 0;
	detach(s);
	swept_ns = now_ns();
	sweep(s);
	err = sl_rings_consume(s->rings);
	if (err >= 0)
		err = tell_table(s, swept_ns, true);
	if (err < 0)
		return err;
	return sl_merge_release(s->merge, UINT64_MAX, deliver, &d);
}

/* ---- stats, facts, close ---------------------------------------------------------------------------------------------- */

static void add_counters(struct sl_counters *sum, const struct sl_counters *one)
{
	const uint64_t *from = (const uint64_t *)one;
	uint64_t *to = (uint64_t *)sum;
	size_t i;

	for (i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
}

static int sum_counters(struct source_bpf *s, struct sl_counters *sum)
{
	int cpus = sl_rings_cpus(), cpu, err;
	struct sl_counters *each = calloc(cpus, sizeof(*each));
	__u32 zero = 0;

	if (!each)
		return -ENOMEM;
	err = bpf_map_lookup_elem(bpf_map__fd(s->skel->maps.counters), &zero, each);
	for (cpu = 0; cpu < cpus && !err; cpu++)
		add_counters(sum, &each[cpu]);
	free(each);
	return err;
}

static int bpf_source_stats(struct sl_source *source, struct sl_stats *stats)
{
	struct source_bpf *s = (struct source_bpf *)source;
	uint64_t gone;
	int i, err;

	memset(stats, 0, sizeof(*stats));
	err = sum_counters(s, &stats->sum);
	if (err)
		return err;
	for (i = 0; i < s->ladder.hooks; i++) {
		stats->hook_misses += program_misses(s, i);
		stats->hooks += s->ladder.hook[i].state == SL_HOOK_WANTED;
	}
	stats->sum.seen[SL_REC_LIFE] += s->told_open + s->told_gone;
	stats->sum.delivered[SL_REC_LIFE] += s->told_open + s->told_gone;
	stats->sum.lives_ended += s->told_gone;
	gone = stats->sum.lives_ended + stats->sum.filtered;
	stats->sockets = stats->sum.lives_begun > gone ? stats->sum.lives_begun - gone : 0;
	stats->order_violations = s->merge ? sl_merge_violations(s->merge) : 0;
	stats->delivered_bytes = s->delivered_bytes;
	stats->polls = s->polls;
	stats->watched = s->ladder.watched;
	return 0;
}

static const struct sl_fact_status *bpf_source_facts(struct sl_source *source)
{
	return ((struct source_bpf *)source)->ladder.facts;
}

static void bpf_source_close(struct sl_source *source)
{
	struct source_bpf *s = (struct source_bpf *)source;

	if (!s)
		return;
	detach(s);
	sl_rings_destroy(s->rings);
	sl_merge_destroy(s->merge);
	if (s->skel)
		socklife_bpf__destroy(s->skel);
	sl_cgroup_close(&s->cgroup);
	sl_kernel_close(s->kernel);
	free(s);
}

const struct sl_source_ops sl_source_bpf = {
	.name = "bpf",
	.open = bpf_source_open,
	.start = bpf_source_start,
	.poll = bpf_source_poll,
	.stop = bpf_source_stop,
	.stats = bpf_source_stats,
	.facts = bpf_source_facts,
	.close = bpf_source_close,
};
