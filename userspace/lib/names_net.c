// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of what the kernel's headers number: TCP states, errnos, address families, protocols. See names.h. */
#include "names.h"

#include <errno.h>
#include <linux/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#define NR(table) (sizeof(table) / sizeof((table)[0]))
#define ERRNO_MAX 4095 /* MAX_ERRNO of the kernel */

/* TCP_* of the kernel's net/tcp_states.h; BPF programs are promised that they never move. */
static const char *const states[] = {
	NULL,     "ESTABLISHED", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2",   "TIME-WAIT",
	"CLOSED", "CLOSE-WAIT",  "LAST-ACK", "LISTEN",   "CLOSING",    "NEW-SYN-RECV",
};

/* What ss and the kernel call them besides. */
static const struct {
	const char *name;
	int state;
} state_synonyms[] = {
	{ "estab", 1 }, { "connected", 1 }, { "unconnected", 7 }, { "unconn", 7 }, { "close", 7 }, { "listening", 10 },
};

const char *sl_name_state(unsigned state)
{
	return state < NR(states) ? states[state] : NULL;
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
}

/* FIN_WAIT1, fin-wait-1 and FinWait1 are one. */
static int same_state(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, "-_");
		b += strspn(b, "-_");
		if (lower(*a) != lower(*b))
			return 0;
		if (!*a)
			return 1;
	}
}

int sl_number_state(const char *name)
{
	size_t k;

	for (k = 1; k < NR(states); k++) {
		if (same_state(states[k], name))
			return (int)k;
	}
	for (k = 0; k < NR(state_synonyms); k++) {
		if (same_state(state_synonyms[k].name, name))
			return state_synonyms[k].state;
	}
	return -1;
}

const char *sl_name_errno(int err)
{
	if (err <= -ERRNO_MAX || err >= ERRNO_MAX || !err)
		return NULL;
	return strerrorname_np(err < 0 ? -err : err);
}

int sl_number_errno(const char *name)
{
	static const struct {
		const char *name;
		int err;
	} synonyms[] = { { "EWOULDBLOCK", EWOULDBLOCK },
			 { "EDEADLOCK", EDEADLOCK },
			 { "EOPNOTSUPP", EOPNOTSUPP },
			 { "ENOTSUP", ENOTSUP } };
	size_t k;
	int err;

	for (err = 1; err < ERRNO_MAX; err++) {
		const char *known = strerrorname_np(err);

		if (known && !strcasecmp(known, name))
			return err;
	}
	for (k = 0; k < NR(synonyms); k++) {
		if (!strcasecmp(synonyms[k].name, name))
			return synonyms[k].err;
	}
	return -1;
}

const char *sl_name_family(unsigned family)
{
	static const char *const names[] = {
		[AF_UNIX] = "unix",
		[AF_INET] = "ip",
		[AF_AX25] = "ax25",
		[AF_APPLETALK] = "appletalk",
		[AF_X25] = "x25",
		[AF_INET6] = "ip6",
		[AF_KEY] = "key",
		[AF_NETLINK] = "netlink",
		[AF_PACKET] = "packet",
		[AF_RDS] = "rds",
		[AF_PPPOX] = "pppox",
		[AF_CAN] = "can",
		[AF_TIPC] = "tipc",
		[AF_BLUETOOTH] = "bluetooth",
		[AF_RXRPC] = "rxrpc",
		[AF_PHONET] = "phonet",
		[AF_IEEE802154] = "ieee802154",
		[AF_ALG] = "alg",
		[AF_NFC] = "nfc",
		[AF_VSOCK] = "vsock",
		[AF_KCM] = "kcm",
		[AF_QIPCRTR] = "qipcrtr",
		[AF_SMC] = "smc",
		[AF_XDP] = "xdp",
	};

	return family < NR(names) ? names[family] : NULL;
}

static const char *name_inet(unsigned type, unsigned protocol)
{
	if (type == SOCK_RAW)
		return "raw";
	switch (protocol) {
	case 0: return type == SOCK_STREAM ? "tcp" : type == SOCK_DGRAM ? "udp" : NULL;
	case IPPROTO_TCP: return "tcp";
	case IPPROTO_UDP: return "udp";
	case IPPROTO_ICMP: return "icmp";
	case 58 /* IPPROTO_ICMPV6, which only linux/in6.h has */: return "icmp6";
	case IPPROTO_DCCP: return "dccp";
	case IPPROTO_SCTP: return "sctp";
	case IPPROTO_UDPLITE: return "udplite";
	case IPPROTO_MPTCP: return "mptcp";
	default: return NULL;
	}
}

const char *sl_name_protocol(unsigned family, unsigned type, unsigned protocol)
{
	static const char *const local[] = {
		[SOCK_STREAM] = "unix-stream", [SOCK_DGRAM] = "unix-dgram", [SOCK_SEQPACKET] = "unix-seqpacket"
	};

	if (family == AF_INET || family == AF_INET6)
		return name_inet(type, protocol);
	if (family == AF_UNIX && type < NR(local) && local[type])
		return local[type];
	return sl_name_family(family);
}
