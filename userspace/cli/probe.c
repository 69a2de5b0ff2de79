// SPDX-License-Identifier: GPL-2.0-or-later
/* What this system and this user have: see probe.h. */
#include "probe.h"

#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel.h"

#define BTF_PATH "/sys/kernel/btf/vmlinux"

static const struct {
	cap_value_t value;
	const char *name;
} caps[] = {
	{ CAP_BPF, "cap_bpf" },
	{ CAP_PERFMON, "cap_perfmon" },
	{ CAP_SYS_ADMIN, "cap_sys_admin" },
	{ CAP_NET_ADMIN, "cap_net_admin" },
	{ CAP_SYS_RESOURCE, "cap_sys_resource" },
	{ CAP_SYS_PTRACE, "cap_sys_ptrace" },
	{ CAP_DAC_OVERRIDE, "cap_dac_override" },
};

const char *probe_cap_name(unsigned n)
{
	return n < sizeof(caps) / sizeof(caps[0]) ? caps[n].name : NULL;
}

static uint32_t read_caps(void)
{
	cap_t have = cap_get_proc();
	cap_flag_value_t on;
	uint32_t bits = 0;

	for (unsigned n = 0; have && probe_cap_name(n); n++) {
		if (!cap_get_flag(have, caps[n].value, CAP_EFFECTIVE, &on) && on == CAP_SET)
			bits |= 1u << n;
	}
	cap_free(have);
	return bits;
}

void probe_read(struct probe *probe)
{
	struct utsname name;

	memset(probe, 0, sizeof(*probe));
	if (!uname(&name))
		snprintf(probe->kernel, sizeof(probe->kernel), "%.64s", name.release);
	probe->btf = !access(BTF_PATH, R_OK);
	probe->uid = (unsigned)geteuid();
	probe->caps = read_caps();
	probe->lockdown = sl_kernel_lockdown_name(sl_kernel_lockdown());
}
