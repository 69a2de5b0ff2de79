/* SPDX-License-Identifier: GPL-2.0-only */
/* When a reader that waits in poll() is woken; see wakeup.c. */
#ifndef SL_KMOD_WAKEUP_H
#define SL_KMOD_WAKEUP_H

#include <linux/poll.h>
#include <linux/types.h>

struct sl_reader;
struct sl_reader_cpu;

void sl_wakeup_init(struct sl_reader *r);
void sl_wakeup_exit(struct sl_reader *r);
void sl_wakeup_owed(struct sl_reader *r, struct sl_reader_cpu *c);
void sl_wakeup_now(struct sl_reader *r);
u32 sl_wakeup_fill(const struct sl_reader_cpu *c);
__poll_t sl_wakeup_poll(struct sl_reader *r, struct file *file, struct poll_table_struct *wait);

#endif
