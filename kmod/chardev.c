// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/socklife: what core/device.h promises, as file operations. Process context. An open file is a reader, whoever holds
 * it; each ioctl takes the reader's lock. An open file, and each map through it, holds the module.
 *
 * Who may: for the whole host CAP_NET_ADMIN and CAP_PERFMON in the initial user namespace. Anybody else sees the network
 * namespace that they opened the file in, if they have CAP_NET_ADMIN over it. The scope is the opener's; whoever sets up,
 * starts or filters must have the rights for it as well, so a file passed on gives nobody more than they have.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>

#include "compat/vma.h"

#include "chardev.h"
#include "emit.h"
#include "hooks.h"
#include "reader.h"
#include "table.h"
#include "wakeup.h"

/* ---- rights ------------------------------------------------------------------------------------------------------ */

static bool may_see_host(void)
{
	return capable(CAP_NET_ADMIN) && capable(CAP_PERFMON);
}

static bool may_see_net(const struct net *net)
{
	return ns_capable(net->user_ns, CAP_NET_ADMIN);
}

static int check_rights(const struct sl_reader *r)
{
	return (r->net ? may_see_net(r->net) : may_see_host()) ? 0 : -EPERM;
}

/* ---- ioctls ------------------------------------------------------------------------------------------------------ */

static int ioctl_info(struct sl_reader *r, void *arg)
{
	struct sl_device_info *info = arg;
	int level;

	*info = (struct sl_device_info){
		.abi_major = SL_ABI_MAJOR,
		.abi_minor = SL_ABI_MINOR,
		.flags = r->flags | (r->net ? 0 : SL_DEVICE_HOST),
		.cpus = nr_cpu_ids,
		.page_bytes = PAGE_SIZE,
		.ring_bytes = r->ring_bytes,
		.ring_max_bytes = sl_reader_max_bytes(r),
		.stride_bytes = r->ring_bytes ? 2 * PAGE_SIZE + 2ULL * r->ring_bytes : 0,
		.netns = r->netns,
		.hooks = sl_hooks_attached(),
		.sockets = r->net ? 0 : sl_table_sockets(),
		.readers = sl_readers_count(),
	};
	for (level = 0; level < SL_LEVEL_NR; level++)
		info->watched[level] = sl_hooks_facts(level);
	return 0;
}

static int ioctl_setup(struct sl_reader *r, void *arg)
{
	return check_rights(r) ?: sl_reader_setup(r, arg);
}

static int ioctl_start(struct sl_reader *r, void *arg)
{
	return check_rights(r) ?: sl_reader_start(r);
}

static int ioctl_stop(struct sl_reader *r, void *arg)
{
	return sl_reader_stop(r);
}

static int ioctl_match(struct sl_reader *r, void *arg)
{
	return check_rights(r) ?: sl_reader_set_match(r, arg);
}

static int ioctl_counters(struct sl_reader *r, void *arg)
{
	struct sl_device_counters *c = arg;

	if (c->cpu != ~0u && c->cpu >= nr_cpu_ids)
		return -EINVAL;
	c->hooks = sl_hooks_attached();
	c->sockets = r->net ? 0 : sl_table_sockets();
	c->hook_misses = sl_hooks_missed();
	sl_reader_counters(r, c->cpu, &c->counters);
	return 0;
}

static int ioctl_fact(struct sl_reader *r, void *arg)
{
	struct sl_device_fact *in = arg, fact = { .fact = in->fact, .level = in->level };
	int ret;

	if (fact.fact >= SL_FACT_NR || fact.level >= SL_LEVEL_NR)
		return -EINVAL;
	ret = sl_hooks_fact_status(fact.level, fact.fact, &fact);
	*in = fact;
	return ret;
}

struct ioctl {
	unsigned int cmd;
	int (*run)(struct sl_reader *r, void *arg);
};

static const struct ioctl ioctls[] = {
	{ SL_DEVICE_INFO, ioctl_info }, { SL_DEVICE_SETUP, ioctl_setup }, { SL_DEVICE_START, ioctl_start },
	{ SL_DEVICE_STOP, ioctl_stop }, { SL_DEVICE_MATCH, ioctl_match }, { SL_DEVICE_COUNTERS, ioctl_counters },
	{ SL_DEVICE_FACT, ioctl_fact },
};

/* By number and direction: the size that the caller knows the argument by is its own. */
static const struct ioctl *find_ioctl(unsigned int cmd)
{
	const unsigned int key = ~(_IOC_SIZEMASK << _IOC_SIZESHIFT);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++) {
		if ((ioctls[i].cmd & key) == (cmd & key))
			return &ioctls[i];
	}
	return NULL;
}

static int run_ioctl(const struct ioctl *io, struct sl_reader *r, void *arg)
{
	int ret = mutex_lock_interruptible(&r->lock);

	if (ret)
		return ret;
	ret = io->run(r, arg);
	mutex_unlock(&r->lock);
	return ret;
}

static long sl_chardev_ioctl(struct file *file, unsigned int cmd, unsigned long user)
{
	const struct ioctl *io = find_ioctl(cmd);
	size_t knows = _IOC_SIZE(cmd), size;
	void *arg = NULL;
	int ret = 0;

	if (!io)
		return -ENOTTY;
	size = _IOC_SIZE(io->cmd);
	if (!size != !knows)
		return -EINVAL;
	if (size)
		arg = kzalloc(size, GFP_KERNEL_ACCOUNT);
	if (size && !arg)
		return -ENOMEM;
	if (_IOC_DIR(cmd) & _IOC_WRITE)
		ret = copy_struct_from_user(arg, size, (void __user *)user, knows);
	if (!ret)
		ret = run_ioctl(io, file->private_data, arg);
	if (!ret && _IOC_DIR(cmd) & _IOC_READ && copy_to_user((void __user *)user, arg, min(size, knows)))
		ret = -EFAULT;
	kfree(arg);
	return ret;
}

/* ---- maps -------------------------------------------------------------------------------------------------------- */

/* A map is whole for as long as it is there: no part of it is unmapped or protected otherwise, and it stays where it is. */
static int refuse_split(struct vm_area_struct *vma, unsigned long addr)
{
	return -EINVAL;
}

static int refuse_move(struct vm_area_struct *vma)
{
	return -EINVAL;
}

static const struct vm_operations_struct map_ops = {
	.may_split = refuse_split,
	.mremap = refuse_move,
};

/* Which ring, and from which of its pages on. The two kinds of map that there are, and their exact lengths: core/device.h. */
static int map_ring(struct sl_reader *r, struct vm_area_struct *vma)
{
	unsigned long stride = 2 + 2 * (r->ring_bytes >> PAGE_SHIFT), page = vma->vm_pgoff % stride;
	unsigned long cpu = vma->vm_pgoff / stride, length = vma_pages(vma);

	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return -ENXIO;
	if (page > 1 || length != (page ? stride - 1 : 1))
		return -EINVAL;
	if (page && vma->vm_flags & VM_WRITE)
		return -EPERM;
	vm_flags_clear(vma, VM_MAYEXEC | (page ? VM_MAYWRITE : 0));
	vm_flags_set(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP | VM_IO);
	vma->vm_ops = &map_ops;
	return sl_pages_map(&per_cpu_ptr(r->cpu, cpu)->pages, vma, page);
}

static int sl_chardev_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct sl_reader *r = file->private_data;

	if (!(vma->vm_flags & VM_SHARED) || vma->vm_flags & VM_EXEC)
		return -EINVAL;
	/* The caller holds the lock of its address space, so the reader's, which an ioctl may hold while it waits for memory or
	 * a namespace, must not be waited for here: rings are there for good once READY is seen. */
	if (!(smp_load_acquire(&r->flags) & SL_DEVICE_READY))
		return -ENXIO;
	return map_ring(r, vma);
}

/* ---- the rest ---------------------------------------------------------------------------------------------------- */

static __poll_t sl_chardev_poll(struct file *file, struct poll_table_struct *wait)
{
	struct sl_reader *r = file->private_data;

	if (!(smp_load_acquire(&r->flags) & SL_DEVICE_READY))
		return EPOLLERR;
	return sl_wakeup_poll(r, file, wait);
}

static int sl_chardev_open(struct inode *inode, struct file *file)
{
	struct net *net = current->nsproxy->net_ns;
	bool host = may_see_host();
	struct sl_reader *r;
	int ret;

	if (!host && !may_see_net(net))
		return -EPERM;
	ret = sl_reader_create(&r);
	if (ret)
		return ret;
	if (!host) {
		r->net = get_net(net);
		r->netns = net->ns.inum;
	}
	file->private_data = r;
	return nonseekable_open(inode, file);
}

static int sl_chardev_release(struct inode *inode, struct file *file)
{
	struct sl_reader *r = file->private_data;
	struct net *net = r->net;

	sl_reader_destroy(r);
	if (net)
		put_net(net);
	return 0;
}

static const struct file_operations device_ops = {
	.owner = THIS_MODULE,
	.open = sl_chardev_open,
	.release = sl_chardev_release,
	.unlocked_ioctl = sl_chardev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = sl_chardev_mmap,
	.poll = sl_chardev_poll,
	.llseek = noop_llseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = SL_DEVICE_NAME,
	.fops = &device_ops,
	.mode = 0600,
};

int sl_chardev_init(void)
{
	return misc_register(&device);
}

/* No file is open: each holds the module. */
void sl_chardev_exit(void)
{
	misc_deregister(&device);
}
