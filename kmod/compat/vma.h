/* SPDX-License-Identifier: GPL-2.0-only */
/* vm_flags_set() and vm_flags_clear() where the kernel has only the field. */
#ifndef SL_COMPAT_VMA_H
#define SL_COMPAT_VMA_H

#include <linux/mm.h>

#ifndef SL_HAVE_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#endif
