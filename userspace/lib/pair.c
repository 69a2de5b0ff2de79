// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs of sockets: see pair.h. The index key is the same for both ends, so each finds the other in its own chain. */
#include "pair.h"

#include <string.h>
#include <sys/socket.h>

enum { NO_PAIR, BY_NETNS, BY_ISN };

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

static void end_of(uint8_t end[SL_PAIR_ADDR], uint16_t family, const uint8_t addr[16], uint16_t port)
{
	if (family == AF_INET) {
		memcpy(end, mapped, sizeof(mapped));
		memcpy(end + sizeof(mapped), addr, 4);
	} else {
		memcpy(end, addr, 16);
	}
	end[16] = (uint8_t)(port >> 8);
	end[17] = (uint8_t)port;
}

static void key_of(struct sl_pair_key *key, const struct sl_ident *id)
{
	memset(key, 0, sizeof(*key));
	if (id->family != AF_INET && id->family != AF_INET6)
		return;
	if (!(id->known & SL_ID_LOCAL) || !(id->known & SL_ID_REMOTE) || !id->lport || !id->rport)
		return;
	key->usable = true;
	key->protocol = id->protocol;
	key->netns = id->netns;
	end_of(key->local, id->family, id->laddr, id->lport);
	end_of(key->remote, id->family, id->raddr, id->rport);
	if (id->known & SL_ID_ISN) {
		key->has_isn = true;
		key->isn_local = id->isn_local;
		key->isn_remote = id->isn_remote;
	}
}

static uint64_t hash_end(const uint8_t end[SL_PAIR_ADDR])
{
	uint64_t high, low, h;
	uint16_t port;

	memcpy(&high, end, sizeof(high));
	memcpy(&low, end + sizeof(high), sizeof(low));
	memcpy(&port, end + SL_PAIR_ADDR - sizeof(port), sizeof(port));
	h = (high ^ low * 0xff51afd7ed558ccdULL ^ port) * 0xc4ceb9fe1a85ec53ULL;
	return h ^ h >> 32;
}

static uint64_t hash_key(const struct sl_pair_key *key)
{
	return hash_end(key->local) + hash_end(key->remote);
}

static int match(const struct sl_pair_key *a, const struct sl_pair_key *b)
{
	if (a->protocol != b->protocol || memcmp(a->local, b->remote, SL_PAIR_ADDR) ||
	    memcmp(a->remote, b->local, SL_PAIR_ADDR))
		return NO_PAIR;
	if (a->has_isn && b->has_isn)
		return a->isn_local == b->isn_remote && a->isn_remote == b->isn_local ? BY_ISN : NO_PAIR;
	return a->netns == b->netns ? BY_NETNS : NO_PAIR;
}

static struct sl_pair_end *find(const struct sl_table *index, const struct sl_pair_end *end)
{
	struct sl_table_node *node = sl_table_first(index, hash_key(&end->key));
	struct sl_pair_end *found = NULL;

	for (; node; node = sl_table_next(node)) {
		struct sl_pair_end *other = sl_table_entry(node, struct sl_pair_end, node);
		int how = other == end ? NO_PAIR : match(&end->key, &other->key);

		if (how == BY_ISN)
			return other;
		if (how == BY_NETNS && !other->peer && !found)
			found = other;
	}
	return found;
}

static void part(struct sl_pair_end *end)
{
	if (end->other) {
		end->other->other = NULL;
		end->other->peer = 0;
	}
	end->other = NULL;
	end->peer = 0;
}

static void join(struct sl_pair_end *a, struct sl_pair_end *b)
{
	part(b);
	a->other = b;
	b->other = a;
	a->peer = b->cookie;
	b->peer = a->cookie;
}

void sl_pair_update(struct sl_table *index, struct sl_pair_end *end, const struct sl_ident *id)
{
	struct sl_pair_end *other;
	struct sl_pair_key key;

	key_of(&key, id);
	if (!memcmp(&key, &end->key, sizeof(key)))
		return;
	if (end->key.usable)
		sl_table_remove(index, &end->node);
	part(end);
	end->key = key;
	if (!key.usable)
		return;
	sl_table_insert(index, &end->node, hash_key(&key));
	other = find(index, end);
	if (other)
		join(end, other);
}

void sl_pair_remove(struct sl_table *index, struct sl_pair_end *end)
{
	if (end->key.usable)
		sl_table_remove(index, &end->node);
	if (end->other)
		end->other->other = NULL;
	end->other = NULL;
	memset(&end->key, 0, sizeof(end->key));
}
