// SPDX-License-Identifier: GPL-2.0-only
/* Has the kernel ftrace_regs_get_argument()? */
#include <linux/ftrace.h>

unsigned long try(struct ftrace_regs *fregs);
unsigned long try(struct ftrace_regs *fregs)
{
	return ftrace_regs_get_argument(fregs, 0);
}
