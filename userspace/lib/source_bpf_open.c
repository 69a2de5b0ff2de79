// SPDX-License-Identifier: GPL-2.0-or-later
/* See source_bpf_open.h. */
#include "source_bpf_open.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

static void own_path(char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);

	snprintf(path + (n > 0 ? n : 0), size - (n > 0 ? n : 0), "%s", n > 0 ? "" : "/usr/sbin/socklife");
}

int sl_source_bpf_privilege(struct sl_error *err)
{
	char missing[128], path[256], why[256], fix[400];

	sl_kernel_missing_caps(missing, sizeof(missing));
	if (!*missing)
		return 0;
	own_path(path, sizeof(path));
	snprintf(why, sizeof(why), "user %u has not the capabilities %s", (unsigned)geteuid(), missing);
	snprintf(fix, sizeof(fix), "sudo setcap cap_bpf,cap_perfmon,cap_net_admin+ep %s   (or run it by sudo)", path);
	return sl_error_set(err, -EPERM, SL_ERR_PRIVILEGE, fix, why, "tracing sockets needs privileges");
}

int sl_source_bpf_explain_load(int ret, struct sl_error *err)
{
	char why[256];

	snprintf(why, sizeof(why), "%s; lockdown is %s", strerror(-ret), sl_kernel_lockdown_name(sl_kernel_lockdown()));
	if (ret == -EPERM)
		return sl_error_set(err, ret, SL_ERR_PRIVILEGE, "run it outside the container, or with --privileged",
				    why, "the kernel does not let this process load BPF programs");
	if (ret == -ENOMEM)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, "--max-sockets 65536", why,
				    "the maps do not fit into memory");
	return sl_error_set(err, ret, SL_ERR_FEATURE, "socklife check", why, "the kernel refused the BPF programs");
}
