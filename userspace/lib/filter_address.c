// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * host and net: an address or prefix as match.h wants it. An IPv4-mapped IPv6 one becomes IPv4, because match.h counts
 * an IPv4-mapped socket as IPv4 too. Names are not looked up: that would make traffic in the trace.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "filter_parse.h"
#include "number.h"

static void unmap(struct sl_match_insn *insn)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (insn->hi != AF_INET6 || insn->bits < 96 || memcmp(insn->addr, mapped, sizeof(mapped)) != 0)
		return;
	memmove(insn->addr, insn->addr + 12, 4);
	memset(insn->addr + 4, 0, 12);
	insn->bits = (uint8_t)(insn->bits - 96);
	insn->hi = AF_INET;
}

static bool read_address(const char *text, struct sl_match_insn *insn)
{
	if (inet_pton(AF_INET, text, insn->addr) == 1)
		insn->hi = AF_INET;
	else if (inet_pton(AF_INET6, text, insn->addr) == 1)
		insn->hi = AF_INET6;
	else
		return false;
	insn->bits = insn->hi == AF_INET ? 32 : 128;
	return true;
}

/* Clears what lies behind the prefix. Returns whether there was anything. */
static bool clear_host_bits(struct sl_match_insn *insn)
{
	bool had = false;
	unsigned k;

	for (k = 0; k < 16; k++) {
		unsigned keep = insn->bits > k * 8 ? insn->bits - k * 8 : 0;
		uint8_t mask = keep >= 8 ? 0xff : (uint8_t)(0xff00 >> keep);

		had |= insn->addr[k] & ~mask;
		insn->addr[k] &= mask;
	}
	return had;
}

static int fail_address(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value)
{
	bool zone = strchr(value, '%') && strchr(value, ':');
	char show[SL_FILTER_SHOW_MAX], fix[96];

	snprintf(fix, sizeof(fix), "for example: %s", phrase->word->example);
	return sl_filter_fail(p, phrase->value_at, zone ? "leave out what follows the %" : fix,
			      zone ? "sockets keep no zone with an address" : "names are not looked up",
			      "\"%s\" is not an address", sl_filter_show(value, strlen(value), show));
}

static int fail_host_bits(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			  const struct sl_match_insn *insn)
{
	char text[INET6_ADDRSTRLEN], fix[128], show[SL_FILTER_SHOW_MAX];

	inet_ntop((int)insn->hi, insn->addr, text, sizeof(text));
	snprintf(fix, sizeof(fix), "did you mean \"net %s/%u\"?", text, insn->bits);
	return sl_filter_fail(p, phrase->value_at, fix, NULL, "\"%s\" has bits set behind its prefix",
			      sl_filter_show(value, strlen(value), show));
}

static int make_net(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
		    struct sl_match_insn *insn)
{
	char address[INET6_ADDRSTRLEN + 1], fix[128], show[SL_FILTER_SHOW_MAX];
	const char *slash = strchr(value, '/');
	size_t len = slash ? (size_t)(slash - value) : strlen(value);
	uint64_t bits;

	if (len >= sizeof(address))
		return fail_address(p, phrase, value);
	memcpy(address, value, len);
	address[len] = '\0';
	if (!read_address(address, insn))
		return fail_address(p, phrase, value);
	snprintf(fix, sizeof(fix), "did you mean \"host %s\"?", address);
	if (!slash)
		return sl_filter_fail(p, phrase->value_at, fix, NULL, "\"%s\" has no prefix length",
				      sl_filter_show(value, strlen(value), show));
	if (sl_number_parse(slash + 1, 0, insn->bits, &bits))
		return sl_filter_fail(p, phrase->value_at, NULL,
				      insn->hi == AF_INET ? "IPv4 prefixes are 0 to 32 bits long"
							  : "IPv6 prefixes are 0 to 128 bits long",
				      "\"%s\" has a bad prefix length", sl_filter_show(value, strlen(value), show));
	insn->bits = (uint8_t)bits;
	return clear_host_bits(insn) ? fail_host_bits(p, phrase, value, insn) : 0;
}

int sl_filter_address_make(struct sl_filter_parse *p, const struct sl_filter_phrase *phrase, const char *value,
			   struct sl_match_insn *insn)
{
	char show[SL_FILTER_SHOW_MAX], fix[128];
	const char *slash = strchr(value, '/');
	int ret = 0;

	sl_filter_show(value, strlen(value), show);
	snprintf(fix, sizeof(fix), "did you mean \"net %s\"?", show);
	if (phrase->word->key == SL_KEY_NET)
		ret = make_net(p, phrase, value, insn);
	else if (slash)
		ret = sl_filter_fail(p, phrase->value_at, fix, NULL, "\"%s\" is not one address", show);
	else if (!read_address(value, insn))
		ret = fail_address(p, phrase, value);
	if (!ret)
		unmap(insn);
	return ret;
}
