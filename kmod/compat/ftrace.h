/* SPDX-License-Identifier: GPL-2.0-only */
/* Arguments of a function, at its entry. */
#ifndef SL_COMPAT_FTRACE_H
#define SL_COMPAT_FTRACE_H

#include <linux/ftrace.h>

#ifndef SL_HAVE_FTRACE_REGS_GET_ARGUMENT
static __always_inline unsigned long ftrace_regs_get_argument(struct ftrace_regs *fregs, unsigned int n)
{
	return regs_get_kernel_argument(&fregs->regs, n);
}
#endif

#endif
