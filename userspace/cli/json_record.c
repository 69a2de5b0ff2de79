// SPDX-License-Identifier: GPL-2.0-or-later
/* What the JSON records have in common: see json_record.h. */
#include "json_record.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "names.h"
#include "words.h"

void json_begin(struct run *run, const char *type, uint64_t ts_ns)
{
	int64_t real = (int64_t)ts_ns + run->stamp.realtime_offset_ns;
	char ts[STAMP_SIZE];

	stamp_rfc3339(ts, real);
	sl_json_object(&run->json, NULL);
	sl_json_string(&run->json, "type", type);
	sl_json_string(&run->json, "ts", ts);
	sl_json_digits(&run->json, "ts_ns", real);
	sl_json_digits(&run->json, "mono_ns", (int64_t)ts_ns);
}

void json_socket(struct sl_json *json, const struct sl_ident *id, uint64_t peer)
{
	char sock[40];

	snprintf(sock, sizeof(sock), "%u:%" PRIx64, id->netns, (uint64_t)id->cookie);
	if (id->netns)
		sl_json_string(json, "sock", sock);
	json_some(json, "netns", id->netns);
	sl_json_hex(json, "cookie", id->cookie);
	if (!peer && id->known & SL_ID_PEER)
		peer = id->peer;
	if (peer)
		sl_json_hex(json, "peer", peer);
}

void json_end_of(struct sl_json *json, const char *key, unsigned family, const uint8_t *addr, unsigned port)
{
	char ip[INET6_ADDRSTRLEN];

	words_ip(ip, sizeof(ip), family, addr);
	sl_json_object(json, key);
	sl_json_string(json, "ip", ip);
	sl_json_uint(json, "port", port);
	sl_json_end(json);
}

void json_ends(struct sl_json *json, const struct sl_ident *id)
{
	bool ip = id->family == AF_INET || id->family == AF_INET6;

	if (id->known & SL_ID_TYPE)
		json_name(json, "proto", sl_name_protocol(id->family, id->type, id->protocol), id->protocol);
	if (ip && id->known & SL_ID_LOCAL)
		json_end_of(json, "local", id->family, id->laddr, id->lport);
	if (ip && id->known & SL_ID_REMOTE)
		json_end_of(json, "remote", id->family, id->raddr, id->rport);
	if (id->role)
		json_word(json, "role", sl_name_role(id->role), id->role);
}

void json_name(struct sl_json *json, const char *key, const char *name, uint32_t number)
{
	char buf[16];

	sl_json_string(json, key, words_or_number(name, number, buf));
}

void json_word(struct sl_json *json, const char *key, const char *name, uint32_t number)
{
	char word[48], buf[16];
	size_t i = 0;

	for (const char *p = words_or_number(name, number, buf); *p && i < sizeof(word) - 1; p++)
		word[i++] = *p == '-' ? '_' : (char)tolower((unsigned char)*p);
	word[i] = 0;
	sl_json_string(json, key, word);
}

void json_errno(struct sl_json *json, const char *key, int err)
{
	if (err)
		json_name(json, key, sl_name_errno(err), (uint32_t)(err < 0 ? -err : err));
}

void json_some(struct sl_json *json, const char *key, uint64_t value)
{
	if (value)
		sl_json_uint(json, key, value);
}

void json_between(struct sl_json *json, const char *key, uint64_t from_ns, uint64_t to_ns)
{
	if (from_ns && to_ns >= from_ns)
		sl_json_micros(json, key, (int64_t)(to_ns - from_ns));
}

void json_flag(struct sl_json *json, const char *key, bool on)
{
	if (on)
		sl_json_bool(json, key, true);
}
