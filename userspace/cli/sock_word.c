// SPDX-License-Identifier: GPL-2.0-or-later
/* A socket's id in place of a filter: see sock_word.h. No word of the filter language is made of hex digits alone. */
#include "sock_word.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "netns.h"

bool sock_word(const char *text, char filter[SOCK_WORD_SIZE])
{
	size_t len = strlen(text);

	if (!len || len > 16 || strspn(text, "0123456789abcdefABCDEF") != len)
		return false;
	snprintf(filter, SOCK_WORD_SIZE, "sock %s", text);
	return true;
}

struct wanted {
	uint64_t cookie;
	bool found;
};

static int look(void *ctx, const struct sl_diag *diag)
{
	struct wanted *wanted = ctx;

	wanted->found |= diag->life.id.cookie == wanted->cookie;
	return 0;
}

int sock_word_check(const struct settings *set, const char *text, struct sl_error *err)
{
	struct sl_diag_query query = { .tcp = true, .udp = true, .unix_ = true };
	struct wanted wanted = { .cookie = strtoull(text, NULL, 16) };
	int ret = 0;

	if (set->read || set->command || set->source > SOURCE_BPF)
		return 0;
	if (set->netns)
		ret = netns_inode(set->netns, &query.netns, err);
	ret = ret ? ret : sl_diag_dump(&query, look, &wanted, err);
	if (ret || wanted.found)
		return ret;
	return sl_error_set(err, -ENOENT, SL_ERR_RUNTIME,
			    set->netns ? "socklife ls --netns NS"
				       : "it may be in another network namespace: --netns NS",
			    "no socket with this cookie exists in this network namespace", "no socket %.20s", text);
}
