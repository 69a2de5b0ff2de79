// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drop and reset reasons. Their numbers move between kernels, so the names are the running kernel's own, out of its BTF:
 * read once, when the first is asked for (it takes about 100 ms), by whichever thread comes first. Kept for the
 * process' life, since views keep the strings.
 */
#include "names.h"

#include <bpf/btf.h>
#include <linux/btf.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define VMLINUX "/sys/kernel/btf/vmlinux"
#define REASON_MAX 1024 /* those of a subsystem's own lie from 0x10000 on and are in no vmlinux */

struct reasons {
	const char *enum_name;
	const char *prefix[2]; /* stripped; the first that fits */
	char **name;
	uint32_t nr;
};

static struct reasons drop = { "skb_drop_reason", { "SKB_DROP_REASON_", "SKB_" }, NULL, 0 };
static struct reasons reset = { "sk_rst_reason", { "SK_RST_REASON_", "SK_" }, NULL, 0 };
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char *strip(const struct reasons *r, const char *name)
{
	size_t k, len;

	for (k = 0; k < 2; k++) {
		len = strlen(r->prefix[k]);
		if (!strncmp(name, r->prefix[k], len))
			return name + len;
	}
	return name;
}

static void load_enum(const struct btf *btf, struct reasons *r)
{
	int id = btf__find_by_name_kind(btf, r->enum_name, BTF_KIND_ENUM);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
	const struct btf_enum *e;
	int k;

	if (!t)
		return;
	r->name = calloc(REASON_MAX, sizeof(*r->name));
	if (!r->name)
		return;
	r->nr = REASON_MAX;
	for (k = 0, e = btf_enum(t); k < btf_vlen(t); k++, e++) {
		const char *name = strip(r, btf__name_by_offset(btf, e->name_off));

		if (e->val >= 0 && e->val < REASON_MAX && strcmp(name, "MAX"))
			r->name[e->val] = strdup(name);
	}
}

static void load(void)
{
	struct btf *btf = btf__parse(VMLINUX, NULL);

	if (!btf)
		return;
	load_enum(btf, &drop);
	load_enum(btf, &reset);
	btf__free(btf);
}

static const char *reason_name(const struct reasons *r, uint32_t reason)
{
	pthread_once(&once, load);
	return reason < r->nr ? r->name[reason] : NULL;
}

const char *sl_name_drop_reason(uint32_t reason)
{
	return reason_name(&drop, reason);
}

const char *sl_name_reset_reason(uint32_t reason)
{
	return reason_name(&reset, reason);
}
