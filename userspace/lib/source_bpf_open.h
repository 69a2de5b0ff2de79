/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why the eBPF source cannot be opened, said with the verified cause. Used by source_bpf.c. */
#ifndef SL_SOURCE_BPF_OPEN_H
#define SL_SOURCE_BPF_OPEN_H

#include "error.h"

/* 0 if this process has the capabilities; else fills @err and returns -EPERM. */
int sl_source_bpf_privilege(struct sl_error *err);
/* The object did not load. Returns @ret. */
int sl_source_bpf_explain_load(int ret, struct sl_error *err);

#endif
