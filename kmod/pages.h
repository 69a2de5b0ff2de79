/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory of one ring: a page for tail, a page for head, the data, and the data's address space once more. */
#ifndef SL_KMOD_PAGES_H
#define SL_KMOD_PAGES_H

#include <linux/types.h>

struct page;
struct vm_area_struct;

struct sl_pages {
	struct page **page; /* 2 + data */
	unsigned int count;
	void *base; /* all of them, mapped in a row; the data twice */
};

int sl_pages_init(struct sl_pages *pages, u32 data_bytes, int node);
void sl_pages_exit(struct sl_pages *pages);
u64 *sl_pages_tail(const struct sl_pages *pages);
u64 *sl_pages_head(const struct sl_pages *pages);
void *sl_pages_data(const struct sl_pages *pages);
int sl_pages_map(const struct sl_pages *pages, struct vm_area_struct *vma, unsigned long page);

#endif
