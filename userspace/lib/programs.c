// SPDX-License-Identifier: GPL-2.0-or-later
/* See programs.h. */
#include "programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../../bpf/config.bpf.h"
#include "rings.h"
#include "source_bpf_open.h"
#include "socklife.skel.h"

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	if (!getenv("SOCKLIFE_DEBUG_LIBBPF"))
		return 0;
	(void)level;
	return vfprintf(stderr, format, args);
}

/* Where the cgroup programs go: what the user named, or a cgroup made for the command; where that cannot be, the whole hierarchy. */
static int choose_cgroup(struct sl_programs *p, struct sl_error *err)
{
	const char *path = p->config.cgroup;
	int ret;

	if (path && !strcmp(path, "none")) {
		p->config.cgroup = NULL;
		snprintf(p->ladder.no_cgroup, sizeof(p->ladder.no_cgroup), "--cgroup none was asked for");
		return 0;
	}
	ret = p->config.follow_pid && !path ? sl_cgroup_make(&p->cgroup, p->config.follow_pid) : -ENOENT;
	if (ret)
		ret = sl_cgroup_open(&p->cgroup, path, path ? err : NULL);
	p->ladder.has_cgroup = !ret;
	if (ret && !path) {
		snprintf(p->ladder.no_cgroup, sizeof(p->ladder.no_cgroup), "no cgroup to attach to: %s",
			 strerror(-ret));
		return 0;
	}
	return ret;
}

/* The running kernel's number for a reason of kfree_skb; ~0: it has none of that name. */
static unsigned int drop_reason(const struct sl_kernel *k, const char *name)
{
	char full[96];

	snprintf(full, sizeof(full), "SKB_DROP_REASON_%s", name);
	return sl_kernel_enum(k, "skb_drop_reason", full, ~0u);
}

static void fill_config(struct sl_programs *p, struct sl_bpf_config *cfg)
{
	const struct sl_kernel *k = p->kernel;

	cfg->watched = p->ladder.watched;
	cfg->cgroup_id = p->config.cgroup ? p->cgroup.id : 0;
	cfg->attach_id = p->config.cgroup || p->cgroup.ours ? p->cgroup.id : 0;
	cfg->cgroup_facts = p->ladder.cgroup_facts;
	cfg->netns = p->config.netns;
	cfg->events = p->config.level >= SL_LEVEL_CALLS;
	cfg->follow = p->config.follow_pid != 0;
	cfg->ring_bytes = p->config.ring_bytes;
	cfg->reserve_bytes = p->config.ring_bytes / 4;
	cfg->watermark = p->config.ring_bytes / 4;
	cfg->retransmit_err = sl_kernel_tracepoint_args(k, "tcp_retransmit_skb") >= 3;
	cfg->reset_reason = sl_kernel_tracepoint_args(k, "tcp_send_reset") >= 3;
	cfg->drop_reason = sl_kernel_tracepoint_args(k, "kfree_skb") >= 3;
	cfg->drop_sk = sl_kernel_tracepoint_args(k, "kfree_skb") >= 4;
	cfg->drop_none = sl_kernel_enum(k, "skb_drop_reason", "SKB_DROP_REASON_NOT_SPECIFIED", 0);
	cfg->drop_netfilter = drop_reason(k, "NETFILTER_DROP");
	cfg->drop_overflow = sl_ladder_wants(&p->ladder, "fn_syn") ? ~0u : drop_reason(k, "TCP_LISTEN_OVERFLOW");
	cfg->room_rcvbuf = drop_reason(k, "SOCKET_RCVBUFF");
	cfg->room_zero_window = drop_reason(k, "TCP_ZEROWINDOW");
	cfg->room_backlog = drop_reason(k, "SOCKET_BACKLOG");
	cfg->room_ofo = drop_reason(k, "TCP_OFO_QUEUE_PRUNE");
	cfg->room_memory = drop_reason(k, "PROTO_MEM");
	cfg->tick_us = sl_kernel_tick_us();
	cfg->calls_told = sl_ladder_calls(&p->ladder, false);
	cfg->function_calls = sl_ladder_calls(&p->ladder, true);
	cfg->call_time = sl_ladder_wants(&p->ladder, "tp_sys_enter") || sl_ladder_wants(&p->ladder, "tp_call_time");
	cfg->wait_by_call = !sl_ladder_wants(&p->ladder, "fn_wait_send") && p->ladder.watched & SL_FACT_BIT(BLOCKED);
	cfg->probe_by_segment = !sl_ladder_wants(&p->ladder, "fn_probe");
	cfg->undo_by_state = !sl_ladder_wants(&p->ladder, "fn_undo");
	cfg->cgroup_close = sl_ladder_wants(&p->ladder, "cg_release");
}

static int size_maps(struct sl_programs *p)
{
	struct bpf_map *rings = p->skel->maps.rings;
	bool events = p->config.level >= SL_LEVEL_CALLS;
	int err = bpf_map__set_max_entries(rings, sl_rings_cpus());

	if (!err && p->config.max_sockets)
		err = bpf_map__set_max_entries(p->skel->maps.lives, p->config.max_sockets);
	if (!err && !events)
		err = bpf_map__set_max_entries(p->skel->maps.marks, 1);
	if (!err && !events)
		err = bpf_map__set_max_entries(p->skel->maps.requests, 1);
	if (!err && !p->config.follow_pid)
		err = bpf_map__set_max_entries(p->skel->maps.follow_flows, 1);
	return err;
}

static void set_autoload(struct sl_programs *p, int only)
{
	int i;

	for (i = 0; i < p->ladder.hooks; i++) {
		const struct sl_hook *hook = sl_ladder_hook(&p->ladder, i);
		struct bpf_program *prog = bpf_object__find_program_by_name(p->skel->obj, hook->program);
		bool want = p->ladder.hook[i].state == SL_HOOK_WANTED && (only < 0 || only == i);

		if (prog)
			bpf_program__set_autoload(prog, want);
	}
}

/* Opens the object and loads it with all the hooks that are wanted, or with just one. */
static int load(struct sl_programs *p, int only)
{
	int err;

	p->skel = socklife_bpf__open();
	if (!p->skel)
		return -errno;
	fill_config(p, (struct sl_bpf_config *)&p->skel->rodata->cfg);
	memcpy((void *)&p->skel->rodata->filter, &p->config.match, sizeof(p->config.match));
	set_autoload(p, only);
	err = size_maps(p);
	if (!err)
		err = socklife_bpf__load(p->skel);
	if (err) {
		socklife_bpf__destroy(p->skel);
		p->skel = NULL;
	}
	return err;
}

/* One hook spoils the whole object: find which the kernel refuses, and do without. */
static int load_singly(struct sl_programs *p)
{
	int i, err, refused = 0;

	for (i = 0; i < p->ladder.hooks; i++) {
		if (p->ladder.hook[i].state != SL_HOOK_WANTED)
			continue;
		err = load(p, i);
		if (err) {
			sl_ladder_refuse(&p->ladder, i, -err, "");
			refused++;
		}
		socklife_bpf__destroy(p->skel);
		p->skel = NULL;
	}
	return refused;
}

static int load_ladder(struct sl_programs *p)
{
	int err;

	p->ladder.no_trampoline = -sl_kernel_try_trampoline();
	sl_ladder_choose(&p->ladder, p->kernel, p->config.level, p->config.follow_pid != 0);
	sl_ladder_settle(&p->ladder);
	err = load(p, -1);
	if (!err || !load_singly(p) || !sl_programs_hooks(p))
		return err;
	sl_ladder_settle(&p->ladder);
	return load(p, -1);
}

static int open_kernel(struct sl_programs *p, struct sl_error *err)
{
	int ret = sl_source_bpf_privilege(err);

	if (ret)
		return ret;
	ret = sl_kernel_open(&p->kernel);
	if (ret)
		return sl_error_set(err, ret, SL_ERR_FEATURE,
				    "boot a kernel with CONFIG_DEBUG_INFO_BTF=y (Debian's kernels are)",
				    "it has no type information: /sys/kernel/btf/vmlinux is missing or unreadable",
				    "this kernel cannot be traced by eBPF");
	return 0;
}

static int start_follow(struct sl_programs *p)
{
	uint32_t pid = p->config.follow_pid;
	uint8_t one = 1;

	if (!pid)
		return 0;
	return bpf_map_update_elem(bpf_map__fd(p->skel->maps.follow_pids), &pid, &one, BPF_ANY);
}

int sl_programs_init(struct sl_programs *p, const struct sl_config *config, struct sl_error *err)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	int ret;

	memset(p, 0, sizeof(*p));
	p->config = *config;
	p->cgroup.fd = -1;
	libbpf_set_print(quiet);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* only kernels before 5.11 count maps so */
	ret = open_kernel(p, err);
	if (!ret)
		ret = choose_cgroup(p, err);
	if (ret)
		return ret;
	ret = load_ladder(p);
	if (!ret)
		ret = start_follow(p);
	return ret ? sl_source_bpf_explain_load(ret, err) : 0;
}

void sl_programs_exit(struct sl_programs *p)
{
	sl_programs_detach(p);
	if (p->skel)
		socklife_bpf__destroy(p->skel);
	p->skel = NULL;
	sl_cgroup_close(&p->cgroup);
	sl_kernel_close(p->kernel);
	p->kernel = NULL;
}

static bool is_iterator(const struct sl_hook *hook)
{
	return !strncmp(hook->section, "iter/", 5);
}

static int attach_hook(struct sl_programs *p, int i)
{
	const struct sl_hook *hook = sl_ladder_hook(&p->ladder, i);
	struct bpf_program *prog = bpf_object__find_program_by_name(p->skel->obj, hook->program);

	if (hook->needs & SL_NEEDS_CGROUP)
		p->link[i] = bpf_program__attach_cgroup(prog, p->cgroup.fd);
	else
		p->link[i] = bpf_program__attach(prog);
	return p->link[i] ? 0 : -errno;
}

int sl_programs_attach(struct sl_programs *p, struct sl_error *err)
{
	int i, ret, attached = 0, last = 0;

	for (i = 0; i < p->ladder.hooks; i++) {
		if (p->ladder.hook[i].state != SL_HOOK_WANTED || is_iterator(sl_ladder_hook(&p->ladder, i)))
			continue;
		ret = attach_hook(p, i);
		if (ret) {
			sl_ladder_refuse(&p->ladder, i, -ret, "on attaching");
			last = ret;
		} else {
			attached++;
		}
	}
	sl_ladder_settle(&p->ladder);
	if (attached)
		return 0;
	return sl_error_set(err, last ? last : -ENOTSUP, SL_ERR_FEATURE, "socklife check", strerror(-last),
			    "not one hook could be attached");
}

void sl_programs_detach(struct sl_programs *p)
{
	int i;

	for (i = 0; i < p->ladder.hooks; i++) {
		if (!p->link[i])
			continue;
		bpf_link__destroy(p->link[i]);
		p->link[i] = NULL;
	}
}

int sl_programs_iterate(struct sl_programs *p, const char *program)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(p->skel->obj, program);
	int i = sl_ladder_find(&p->ladder, program), fd, err = 0;
	struct bpf_link *link;
	char sink[256];
	ssize_t n;

	if (p->ladder.hook[i].state != SL_HOOK_WANTED)
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

static void add_counters(struct sl_counters *sum, const struct sl_counters *one)
{
	const uint64_t *from = (const uint64_t *)one;
	uint64_t *to = (uint64_t *)sum;
	size_t i;

	for (i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
}

int sl_programs_counters(struct sl_programs *p, struct sl_counters *sum)
{
	int cpus = sl_rings_cpus(), cpu, err;
	struct sl_counters *each = calloc(cpus, sizeof(*each));
	__u32 zero = 0;

	if (!each)
		return -ENOMEM;
	err = bpf_map_lookup_elem(bpf_map__fd(p->skel->maps.counters), &zero, each);
	for (cpu = 0; cpu < cpus && !err; cpu++)
		add_counters(sum, &each[cpu]);
	free(each);
	return err;
}

static uint64_t program_misses(struct sl_programs *p, int i)
{
	const struct sl_hook *hook = sl_ladder_hook(&p->ladder, i);
	struct bpf_program *prog = bpf_object__find_program_by_name(p->skel->obj, hook->program);
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (!prog || bpf_program__fd(prog) < 0 || bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size))
		return 0;
	return info.recursion_misses;
}

/* Of a program that has a second copy: what one misses is seen by the other, which cannot be at work as well. */
static bool has_copy(const struct sl_programs *p, int i)
{
	char again[64];

	snprintf(again, sizeof(again), "%s_again", sl_ladder_hook(&p->ladder, i)->program);
	return sl_ladder_wants(&p->ladder, again);
}

static bool is_copy(const struct sl_programs *p, int i)
{
	return i > 0 && has_copy(p, i - 1) && strstr(sl_ladder_hook(&p->ladder, i)->program, "_again");
}

uint64_t sl_programs_misses(struct sl_programs *p)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < p->ladder.hooks; i++)
		if (!has_copy(p, i) && !is_copy(p, i))
			sum += program_misses(p, i);
	return sum;
}

unsigned int sl_programs_hooks(const struct sl_programs *p)
{
	unsigned int n = 0;
	int i;

	for (i = 0; i < p->ladder.hooks; i++)
		n += p->ladder.hook[i].state == SL_HOOK_WANTED;
	return n;
}
