/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernels differ, and nowhere else. Never by version: what the running kernel has is asked of its BTF. Structures
 * are read by direct loads, since lockdown "confidentiality" forbids bpf_probe_read_kernel(); a pointer that BTF does not
 * type is given its type by bpf_rdonly_cast() (Linux 6.2), and programs that need it are not loaded without it.
 */
#ifndef SL_COMPAT_BPF_H
#define SL_COMPAT_BPF_H

extern void *bpf_rdonly_cast(void *obj, __u32 btf_id) __ksym __weak;
#define sl_cast(type, ptr) ((type *)bpf_rdonly_cast((void *)(ptr), bpf_core_type_id_kernel(type)))

/* A file's count of references: atomic_long_t f_count, or since 6.13 a file_ref_t that starts at 0 for one. */
struct file___count {
	atomic_long_t f_count;
} __attribute__((preserve_access_index));

struct file_ref___ref {
	atomic_long_t refcnt;
} __attribute__((preserve_access_index));

struct file___ref {
	struct file_ref___ref f_ref;
} __attribute__((preserve_access_index));

static __always_inline bool sl_file_is_last(struct file *file)
{
	struct file___count *old = (void *)file;
	struct file___ref *new = (void *)file;

	if (bpf_core_field_exists(old->f_count))
		return old->f_count.counter == 1;
	return new->f_ref.refcnt.counter == 0;
}

/* System call numbers and arguments, by architecture. Arguments are still in their registers when the call returns. */
#if defined(__TARGET_ARCH_x86)
#define SL_NR_READ 0
#define SL_NR_WRITE 1
#define SL_NR_CLOSE 3
#define SL_NR_READV 19
#define SL_NR_WRITEV 20
#define SL_NR_SENDFILE 40
#define SL_NR_SOCKET 41
#define SL_NR_CONNECT 42
#define SL_NR_ACCEPT 43
#define SL_NR_SENDTO 44
#define SL_NR_RECVFROM 45
#define SL_NR_SENDMSG 46
#define SL_NR_RECVMSG 47
#define SL_NR_SHUTDOWN 48
#define SL_NR_BIND 49
#define SL_NR_LISTEN 50
#define SL_NR_SETSOCKOPT 54
#define SL_NR_SPLICE 275
#define SL_NR_ACCEPT4 288
#define SL_NR_RECVMMSG 299
#define SL_NR_SENDMMSG 307
#define sl_regs_nr(regs) ((long)(regs)->orig_ax)
#define sl_regs_arg1(regs) ((regs)->di)
#define sl_regs_arg2(regs) ((regs)->si)
#define sl_regs_arg3(regs) ((regs)->dx)
#elif defined(__TARGET_ARCH_arm64)
#define SL_NR_CLOSE 57
#define SL_NR_READ 63
#define SL_NR_WRITE 64
#define SL_NR_READV 65
#define SL_NR_WRITEV 66
#define SL_NR_SENDFILE 71
#define SL_NR_SPLICE 76
#define SL_NR_SOCKET 198
#define SL_NR_BIND 200
#define SL_NR_LISTEN 201
#define SL_NR_ACCEPT 202
#define SL_NR_CONNECT 203
#define SL_NR_SENDTO 206
#define SL_NR_RECVFROM 207
#define SL_NR_SETSOCKOPT 208
#define SL_NR_SHUTDOWN 210
#define SL_NR_SENDMSG 211
#define SL_NR_RECVMSG 212
#define SL_NR_ACCEPT4 242
#define SL_NR_RECVMMSG 243
#define SL_NR_SENDMMSG 269
#define sl_regs_nr(regs) ((long)(regs)->syscallno)
#define sl_regs_arg1(regs) ((regs)->orig_x0)
#define sl_regs_arg2(regs) ((regs)->regs[1])
#define sl_regs_arg3(regs) ((regs)->regs[2])
#else
#error "system call numbers of this architecture are not known: add them here"
#endif

/* A 32-bit program's call: its numbers mean something else. */
static __always_inline bool sl_call_is_compat(struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	return task->thread_info.status & 2; /* TS_COMPAT */
#else
	return task->thread_info.flags & (1UL << 22); /* TIF_32BIT of arm64 */
#endif
}

#endif
