// SPDX-License-Identifier: GPL-2.0-only
/* Has the kernel vm_flags_set()? */
#include <linux/mm.h>

void try(struct vm_area_struct *vma);
void try(struct vm_area_struct *vma)
{
	vm_flags_set(vma, VM_DONTCOPY);
}
