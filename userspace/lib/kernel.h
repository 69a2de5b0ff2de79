/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the running kernel has: asked of its BTF and of the files it shows, never of its version. */
#ifndef SL_KERNEL_H
#define SL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sl_lockdown { SL_LOCKDOWN_UNKNOWN, SL_LOCKDOWN_NONE, SL_LOCKDOWN_INTEGRITY, SL_LOCKDOWN_CONFIDENTIALITY };

struct sl_kernel; /* holds the kernel's BTF */

/* Returns 0, -ENOENT (the kernel has no BTF) or -errno. */
int sl_kernel_open(struct sl_kernel **kernel);
void sl_kernel_close(struct sl_kernel *kernel); /* accepts NULL */

/* Arguments of a tracepoint as a BTF program gets them; -ENOENT: the kernel has no such tracepoint. */
int sl_kernel_tracepoint_args(const struct sl_kernel *kernel, const char *tracepoint);
bool sl_kernel_has_function(const struct sl_kernel *kernel, const char *function);
/* The value of an enumerator; @fallback if there is none. */
int64_t sl_kernel_enum(const struct sl_kernel *kernel, const char *type, const char *name, int64_t fallback);

enum sl_lockdown sl_kernel_lockdown(void);
const char *sl_kernel_lockdown_name(enum sl_lockdown lockdown);
/* Microseconds of a jiffy, from the kernel's configuration; 0: not to be found. */
unsigned int sl_kernel_tick_us(void);
/* A path to the cgroup2 hierarchy: where it is mounted, else (as inside `ip netns exec`) a mount of our own that only this
 * process sees, below /proc/self/fd. Returns 0, -ENOENT or -EPERM. */
int sl_kernel_cgroup2(char *path, size_t size);
/* Attaches an empty program to a function and takes it away again. Returns 0, or why the kernel refuses: -errno. */
int sl_kernel_try_trampoline(void);
/* The effective capabilities that tracing needs and this process has not, as setcap spells them; empty: none is missing. */
void sl_kernel_missing_caps(char *names, size_t size);

#endif
