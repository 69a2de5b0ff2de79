/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures of a snapshot by name: tcp_info's as <linux/tcp.h> spells them without their prefix, skmem's as ss does. */
#ifndef SL_DIAG_INFO_H
#define SL_DIAG_INFO_H

#include "diag.h"

struct sl_diag_figure {
	const char *name;
	uint16_t at, size; /* in struct tcp_info: bytes */
};

extern const struct sl_diag_figure sl_diag_figures[];
extern const unsigned sl_diag_figure_count;

/* False: this kernel's tcp_info does not have it. */
bool sl_diag_figure_value(const struct sl_diag *diag, const struct sl_diag_figure *figure, uint64_t *value);

const char *sl_diag_mem_name(unsigned nth); /* "rmem_alloc", ... */
/* Words for what is set: "reuse"-like flags of the socket as ss --inet-sockopt names them; NULL past the last. */
const char *sl_diag_option(const struct sl_diag *diag, unsigned nth);

#endif
