// SPDX-License-Identifier: GPL-2.0-or-later
/* Who a socket is, in words: see words.h. */
#include "words.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

void words_ip(char *buf, unsigned size, unsigned family, const __u8 *addr)
{
	if (!inet_ntop((int)family, addr, buf, size))
		snprintf(buf, size, "?");
}

static void words_ipv4(struct text *t, const __u8 *addr, unsigned port)
{
	char buf[32], *at = buf, *end = buf + sizeof(buf) - 1;

	for (int i = 0; i < 4; i++) {
		at = text_digits(at, end, addr[i]);
		*at++ = i < 3 ? '.' : ':';
	}
	at = text_digits(at, end, port);
	*at = 0;
	text_string(t, buf);
}

static void words_address(struct text *t, unsigned family, const __u8 *addr, unsigned port)
{
	char ip[INET6_ADDRSTRLEN];

	if (family == AF_INET) {
		words_ipv4(t, addr, port);
		return;
	}
	words_ip(ip, sizeof(ip), family, addr);
	text_add(t, "[%s]:%u", ip, port);
}

static bool has_addresses(const struct sl_ident *id)
{
	return id->family == AF_INET || id->family == AF_INET6;
}

void words_local(struct text *t, const struct sl_ident *id)
{
	if (has_addresses(id) && id->known & SL_ID_LOCAL)
		words_address(t, id->family, id->laddr, id->lport);
	else
		text_string(t, "?");
}

void words_remote(struct text *t, const struct sl_ident *id)
{
	if (has_addresses(id) && id->known & SL_ID_REMOTE)
		words_address(t, id->family, id->raddr, id->rport);
	else
		text_add(t, id->role == SL_ROLE_LISTENER ? "*" : "?");
}

void words_ends(struct text *t, const struct term *term, const struct sl_ident *id)
{
	words_local(t, id);
	text_add(t, " %s ", term_right(term));
	words_remote(t, id);
}

void words_owner(struct text *t, const struct sl_ident *id)
{
	if (!(id->known & SL_ID_OWNER)) {
		text_string(t, "?");
		return;
	}
	text_add_foreign(t, id->comm, sizeof(id->comm));
	text_add(t, "[%u]", id->pid);
}

const char *words_or_number(const char *name, uint32_t number, char buf[16])
{
	if (name)
		return name;
	snprintf(buf, 16, "%u", number);
	return buf;
}
