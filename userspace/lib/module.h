/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel module as a thing that is loaded and unloaded, by libkmod. What refuses is named with its cause and a remedy. */
#ifndef SL_MODULE_H
#define SL_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

#define SL_MODULE_NAME "socklife"

struct sl_module_status {
	bool possible; /* this kernel can load modules */
	bool loaded;
	int users;         /* open files and maps, and what else holds it; -1: unknown */
	char version[64];  /* of the loaded one; empty: it does not say */
	char file[512];    /* where modprobe would find it for this kernel; empty: nowhere */
	char lockdown[32]; /* "none", "integrity", "confidentiality", "unknown" */
	bool signed_only;  /* this kernel takes no module without a signature that it trusts */
	char holders[160]; /* processes that have the device open: "nginx[12] socklife[40]"; as far as we may look */
};

/* Always fills @status; what cannot be found out is unknown or empty. */
void sl_module_status(struct sl_module_status *status);
/**
 * sl_module_load() - into the running kernel
 * @file: a .ko, or NULL: what `make modules_install` put below /lib/modules
 * @options: "name=value name=value", or ""
 *
 * Returns 0; 1: it was there already; -errno with @err filled.
 */
int sl_module_load(const char *file, const char *options, struct sl_error *err);
int sl_module_unload(struct sl_error *err); /* 0; 1: it was not there; -errno with @err filled */

#endif
