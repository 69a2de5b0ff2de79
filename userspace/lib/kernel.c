// SPDX-License-Identifier: GPL-2.0-or-later
/* See kernel.h. */
#include "kernel.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

struct sl_kernel {
	struct btf *btf;
};

int sl_kernel_open(struct sl_kernel **kernel)
{
	struct sl_kernel *k = calloc(1, sizeof(*k));
	int err;

	if (!k)
		return -ENOMEM;
	k->btf = btf__load_vmlinux_btf();
	err = k->btf ? 0 : -errno;
	if (err) {
		free(k);
		return err;
	}
	*kernel = k;
	return 0;
}

void sl_kernel_close(struct sl_kernel *kernel)
{
	if (!kernel)
		return;
	btf__free(kernel->btf);
	free(kernel);
}

int sl_kernel_tracepoint_args(const struct sl_kernel *kernel, const char *tracepoint)
{
	const struct btf_type *type;
	char name[128];
	int id;

	snprintf(name, sizeof(name), "btf_trace_%s", tracepoint);
	id = btf__find_by_name_kind(kernel->btf, name, BTF_KIND_TYPEDEF);
	if (id < 0)
		return -ENOENT;
	type = btf__type_by_id(kernel->btf, id);
	type = btf__type_by_id(kernel->btf, type->type);
	if (!type || !btf_is_ptr(type))
		return -ENOENT;
	type = btf__type_by_id(kernel->btf, type->type);
	if (!type || !btf_is_func_proto(type))
		return -ENOENT;
	return btf_vlen(type) - 1; /* the first is the tracepoint's own data */
}

bool sl_kernel_has_function(const struct sl_kernel *kernel, const char *function)
{
	return btf__find_by_name_kind(kernel->btf, function, BTF_KIND_FUNC) > 0;
}

int64_t sl_kernel_enum(const struct sl_kernel *kernel, const char *type, const char *name, int64_t fallback)
{
	int id = btf__find_by_name_kind(kernel->btf, type, BTF_KIND_ENUM);
	const struct btf_type *t;
	const struct btf_enum *e;
	int i;

	if (id < 0)
		return fallback;
	t = btf__type_by_id(kernel->btf, id);
	e = btf_enum(t);
	for (i = 0; i < btf_vlen(t); i++) {
		if (!strcmp(btf__name_by_offset(kernel->btf, e[i].name_off), name))
			return e[i].val;
	}
	return fallback;
}

static FILE *open_lockdown(void)
{
	return fopen("/sys/kernel/security/lockdown", "re");
}

enum sl_lockdown sl_kernel_lockdown(void)
{
	enum sl_lockdown lockdown = SL_LOCKDOWN_UNKNOWN;
	FILE *f = open_lockdown();
	char line[128];

	if (!f)
		return lockdown;
	if (fgets(line, sizeof(line), f)) {
		if (strstr(line, "[none]"))
			lockdown = SL_LOCKDOWN_NONE;
		else if (strstr(line, "[integrity]"))
			lockdown = SL_LOCKDOWN_INTEGRITY;
		else if (strstr(line, "[confidentiality]"))
			lockdown = SL_LOCKDOWN_CONFIDENTIALITY;
	}
	fclose(f);
	return lockdown;
}

const char *sl_kernel_lockdown_name(enum sl_lockdown lockdown)
{
	static const char *const names[] = { "unknown", "none", "integrity", "confidentiality" };

	return names[lockdown];
}

static unsigned int find_hz(gzFile f)
{
	char line[256];

	while (gzgets(f, line, sizeof(line))) {
		if (!strncmp(line, "CONFIG_HZ=", 10))
			return strtoul(line + 10, NULL, 10);
	}
	return 0;
}

unsigned int sl_kernel_tick_us(void)
{
	struct utsname uts;
	unsigned int hz;
	char path[256];
	gzFile f;

	f = gzopen("/proc/config.gz", "re");
	if (!f && !uname(&uts)) {
		snprintf(path, sizeof(path), "/boot/config-%s", uts.release);
		f = gzopen(path, "re");
	}
	if (!f)
		return 0;
	hz = find_hz(f);
	gzclose(f);
	return hz ? 1000000 / hz : 0;
}

/* A detached mount: it has no place in the file system, and goes with the descriptor, that is with the process. */
static int mount_cgroup2(char *path, size_t size)
{
	static int mount = -1;
	int context;

	if (mount < 0) {
		context = fsopen("cgroup2", FSOPEN_CLOEXEC);
		if (context < 0)
			return -errno;
		if (!fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
			mount = fsmount(context, FSMOUNT_CLOEXEC, 0);
		close(context);
	}
	if (mount < 0)
		return -ENOENT;
	return snprintf(path, size, "/proc/self/fd/%d", mount) < (int)size ? 0 : -ENAMETOOLONG;
}

int sl_kernel_cgroup2(char *path, size_t size)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct mntent *m;
	int err = -ENOENT;

	if (!f)
		return -errno;
	while ((m = getmntent(f))) {
		if (strcmp(m->mnt_type, "cgroup2"))
			continue;
		err = snprintf(path, size, "%s", m->mnt_dir) < (int)size ? 0 : -ENAMETOOLONG;
		break;
	}
	endmntent(f);
	return err == -ENOENT ? mount_cgroup2(path, size) : err;
}

int sl_kernel_try_trampoline(void)
{
	struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY);
	int id = libbpf_find_vmlinux_btf_id("inet_release", BPF_TRACE_FENTRY), prog, link, err = 0;

	if (id < 0)
		return id;
	opts.attach_btf_id = id;
	prog = bpf_prog_load(BPF_PROG_TYPE_TRACING, "sl_try", "GPL", nothing, 2, &opts);
	if (prog < 0)
		return -errno;
	link = bpf_link_create(prog, 0, BPF_TRACE_FENTRY, NULL);
	if (link < 0)
		err = -errno;
	else
		close(link);
	close(prog);
	return err;
}

static bool has_cap(cap_t caps, cap_value_t cap)
{
	cap_flag_value_t set = CAP_CLEAR;

	return !cap_get_flag(caps, cap, CAP_EFFECTIVE, &set) && set == CAP_SET;
}

void sl_kernel_missing_caps(char *names, size_t size)
{
	static const struct {
		cap_value_t cap;
		const char *name;
	} needed[] = { { CAP_BPF, "cap_bpf" }, { CAP_PERFMON, "cap_perfmon" }, { CAP_NET_ADMIN, "cap_net_admin" } };
	cap_t caps = cap_get_proc();
	size_t i, used = 0;

	names[0] = 0;
	if (!caps)
		return;
	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (has_cap(caps, CAP_SYS_ADMIN) && needed[i].cap != CAP_NET_ADMIN)
			continue;
		if (has_cap(caps, needed[i].cap) || used >= size)
			continue;
		used += snprintf(names + used, size - used, "%s%s", used ? "," : "", needed[i].name);
	}
	cap_free(caps);
}
