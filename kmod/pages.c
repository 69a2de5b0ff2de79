// SPDX-License-Identifier: GPL-2.0-only
/*
 * See pages.h. Process context. The pages are charged to the memory cgroup of whoever calls, and zeroed: nothing old is
 * ever shown. A user map holds a reference of each page, and its file besides, so neither goes while it is there.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "pages.h"

#define CONTROL_PAGES 2

static int alloc(struct sl_pages *pages, unsigned int count, int node)
{
	for (pages->count = 0; pages->count < count; pages->count++) {
		struct page *page =
			alloc_pages_node(node, GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN | __GFP_RETRY_MAYFAIL, 0);

		if (!page)
			return -ENOMEM;
		pages->page[pages->count] = page;
		cond_resched();
	}
	return 0;
}

/**
 * sl_pages_init() - the memory of a ring
 * @pages: zeroed
 * @data_bytes: a multiple of the page size
 * @node: of the CPU that will write, or NUMA_NO_NODE
 *
 * Returns 0 or -ENOMEM, and then nothing is left.
 */
int sl_pages_init(struct sl_pages *pages, u32 data_bytes, int node)
{
	unsigned int data = data_bytes >> PAGE_SHIFT, count = CONTROL_PAGES + data, i;

	pages->page = kvcalloc(count + data, sizeof(*pages->page), GFP_KERNEL_ACCOUNT);
	if (!pages->page)
		return -ENOMEM;
	if (alloc(pages, count, node))
		goto err;
	for (i = 0; i < data; i++)
		pages->page[count + i] = pages->page[CONTROL_PAGES + i];
	pages->base = vmap(pages->page, count + data, VM_MAP | VM_USERMAP, PAGE_KERNEL);
	if (pages->base)
		return 0;
err:
	sl_pages_exit(pages);
	return -ENOMEM;
}

/* Nobody writes any more. Accepts what sl_pages_init() never saw. */
void sl_pages_exit(struct sl_pages *pages)
{
	unsigned int i;

	if (pages->base)
		vunmap(pages->base);
	for (i = 0; i < pages->count; i++)
		__free_page(pages->page[i]);
	kvfree(pages->page);
	memset(pages, 0, sizeof(*pages));
}

u64 *sl_pages_tail(const struct sl_pages *pages)
{
	return pages->base;
}

u64 *sl_pages_head(const struct sl_pages *pages)
{
	return pages->base + PAGE_SIZE;
}

void *sl_pages_data(const struct sl_pages *pages)
{
	return pages->base + CONTROL_PAGES * PAGE_SIZE;
}

/* Into a user's address space, from page number @page on, as long as @vma is. The caller has checked both. */
int sl_pages_map(const struct sl_pages *pages, struct vm_area_struct *vma, unsigned long page)
{
	return remap_vmalloc_range(vma, pages->base, page);
}
