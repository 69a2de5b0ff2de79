// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of socket options, by level. The numbers are the headers' own; those that are newer than the oldest headers
 * this is built with are given here, for they never change. Options that differ by word size carry the plain name.
 */
#include "names.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <linux/tls.h>
#include <linux/udp.h>
#include <sys/socket.h>

#ifndef TCP_AO_ADD_KEY
#define TCP_AO_ADD_KEY 38
#define TCP_AO_DEL_KEY 39
#define TCP_AO_INFO 40
#define TCP_AO_GET_KEY 41
#define TCP_AO_REPAIR 42
#endif
#ifndef TCP_IS_MPTCP
#define TCP_IS_MPTCP 43
#endif
#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif
#ifndef TCP_RTO_MIN_US
#define TCP_RTO_MIN_US 45
#define TCP_DELACK_MAX_US 46
#endif
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52
#endif
#ifndef SOL_MPTCP
#define SOL_MPTCP 284
#endif
#ifndef MPTCP_INFO
#define MPTCP_INFO 1
#define MPTCP_TCPINFO 2
#define MPTCP_SUBFLOW_ADDRS 3
#endif
#ifndef MPTCP_FULL_INFO
#define MPTCP_FULL_INFO 4
#endif
#ifndef SOL_VSOCK
#define SOL_VSOCK 287
#endif

#define NR(table) (sizeof(table) / sizeof((table)[0]))
#define OPT(number)                                                                                                    \
	{                                                                                                              \
		number, #number                                                                                        \
	}

struct opt {
	unsigned number;
	const char *name;
};

/* clang-format off */
static const struct opt socket_opts[] = {
	OPT(SO_DEBUG), OPT(SO_REUSEADDR), OPT(SO_TYPE), OPT(SO_ERROR), OPT(SO_DONTROUTE), OPT(SO_BROADCAST),
	OPT(SO_SNDBUF), OPT(SO_RCVBUF), OPT(SO_SNDBUFFORCE), OPT(SO_RCVBUFFORCE), OPT(SO_KEEPALIVE),
	OPT(SO_OOBINLINE), OPT(SO_NO_CHECK), OPT(SO_PRIORITY), OPT(SO_LINGER), OPT(SO_BSDCOMPAT), OPT(SO_REUSEPORT),
	OPT(SO_PASSCRED), OPT(SO_PEERCRED), OPT(SO_RCVLOWAT), OPT(SO_SNDLOWAT), { SO_RCVTIMEO_OLD, "SO_RCVTIMEO" },
	{ SO_SNDTIMEO_OLD, "SO_SNDTIMEO" }, OPT(SO_SECURITY_AUTHENTICATION), OPT(SO_SECURITY_ENCRYPTION_TRANSPORT),
	OPT(SO_SECURITY_ENCRYPTION_NETWORK), OPT(SO_BINDTODEVICE), OPT(SO_ATTACH_FILTER), OPT(SO_DETACH_FILTER),
	OPT(SO_PEERNAME), OPT(SO_ACCEPTCONN), OPT(SO_PEERSEC), OPT(SO_PASSSEC), OPT(SO_MARK), OPT(SO_PROTOCOL),
	OPT(SO_DOMAIN), OPT(SO_RXQ_OVFL), OPT(SO_WIFI_STATUS), OPT(SO_PEEK_OFF), OPT(SO_NOFCS), OPT(SO_LOCK_FILTER),
	OPT(SO_SELECT_ERR_QUEUE), OPT(SO_BUSY_POLL), OPT(SO_MAX_PACING_RATE), OPT(SO_BPF_EXTENSIONS),
	OPT(SO_INCOMING_CPU), OPT(SO_ATTACH_BPF), OPT(SO_ATTACH_REUSEPORT_CBPF), OPT(SO_ATTACH_REUSEPORT_EBPF),
	OPT(SO_CNX_ADVICE), OPT(SO_MEMINFO), OPT(SO_INCOMING_NAPI_ID), OPT(SO_COOKIE), OPT(SO_PEERGROUPS),
	OPT(SO_ZEROCOPY), OPT(SO_TXTIME), OPT(SO_BINDTOIFINDEX), { SO_TIMESTAMP_OLD, "SO_TIMESTAMP" },
	{ SO_TIMESTAMPNS_OLD, "SO_TIMESTAMPNS" }, { SO_TIMESTAMPING_OLD, "SO_TIMESTAMPING" }, OPT(SO_TIMESTAMP_NEW),
	OPT(SO_TIMESTAMPNS_NEW), OPT(SO_TIMESTAMPING_NEW), OPT(SO_RCVTIMEO_NEW), OPT(SO_SNDTIMEO_NEW),
	OPT(SO_DETACH_REUSEPORT_BPF), OPT(SO_PREFER_BUSY_POLL), OPT(SO_BUSY_POLL_BUDGET), OPT(SO_NETNS_COOKIE),
	OPT(SO_BUF_LOCK), OPT(SO_RESERVE_MEM), OPT(SO_TXREHASH),
#ifdef SO_RCVMARK
	OPT(SO_RCVMARK),
#endif
#ifdef SO_PASSPIDFD
	OPT(SO_PASSPIDFD), OPT(SO_PEERPIDFD),
#elif defined(__x86_64__) || defined(__aarch64__) || defined(__riscv)
	{ 76, "SO_PASSPIDFD" }, { 77, "SO_PEERPIDFD" },
#endif
#ifdef SO_RCVPRIORITY
	OPT(SO_RCVPRIORITY),
#elif defined(__x86_64__) || defined(__aarch64__) || defined(__riscv)
	{ 82, "SO_RCVPRIORITY" },
#endif
#ifdef SO_PASSRIGHTS
	OPT(SO_PASSRIGHTS),
#elif defined(__x86_64__) || defined(__aarch64__) || defined(__riscv)
	{ 83, "SO_PASSRIGHTS" },
#endif
};

static const struct opt tcp_opts[] = {
	OPT(TCP_NODELAY), OPT(TCP_MAXSEG), OPT(TCP_CORK), OPT(TCP_KEEPIDLE), OPT(TCP_KEEPINTVL), OPT(TCP_KEEPCNT),
	OPT(TCP_SYNCNT), OPT(TCP_LINGER2), OPT(TCP_DEFER_ACCEPT), OPT(TCP_WINDOW_CLAMP), OPT(TCP_INFO),
	OPT(TCP_QUICKACK), OPT(TCP_CONGESTION), OPT(TCP_MD5SIG), OPT(TCP_THIN_LINEAR_TIMEOUTS),
	OPT(TCP_THIN_DUPACK), OPT(TCP_USER_TIMEOUT), OPT(TCP_REPAIR), OPT(TCP_REPAIR_QUEUE), OPT(TCP_QUEUE_SEQ),
	OPT(TCP_REPAIR_OPTIONS), OPT(TCP_FASTOPEN), OPT(TCP_TIMESTAMP), OPT(TCP_NOTSENT_LOWAT), OPT(TCP_CC_INFO),
	OPT(TCP_SAVE_SYN), OPT(TCP_SAVED_SYN), OPT(TCP_REPAIR_WINDOW), OPT(TCP_FASTOPEN_CONNECT), OPT(TCP_ULP),
	OPT(TCP_MD5SIG_EXT), OPT(TCP_FASTOPEN_KEY), OPT(TCP_FASTOPEN_NO_COOKIE), OPT(TCP_ZEROCOPY_RECEIVE),
	OPT(TCP_INQ), OPT(TCP_TX_DELAY), OPT(TCP_AO_ADD_KEY), OPT(TCP_AO_DEL_KEY), OPT(TCP_AO_INFO),
	OPT(TCP_AO_GET_KEY), OPT(TCP_AO_REPAIR), OPT(TCP_IS_MPTCP), OPT(TCP_RTO_MAX_MS), OPT(TCP_RTO_MIN_US),
	OPT(TCP_DELACK_MAX_US),
};

static const struct opt ip_opts[] = {
	OPT(IP_TOS), OPT(IP_TTL), OPT(IP_HDRINCL), OPT(IP_OPTIONS), OPT(IP_ROUTER_ALERT), OPT(IP_RECVOPTS),
	OPT(IP_RETOPTS), OPT(IP_PKTINFO), OPT(IP_PKTOPTIONS), OPT(IP_MTU_DISCOVER), OPT(IP_RECVERR),
	OPT(IP_RECVTTL), OPT(IP_RECVTOS), OPT(IP_MTU), OPT(IP_FREEBIND), OPT(IP_IPSEC_POLICY), OPT(IP_XFRM_POLICY),
	OPT(IP_PASSSEC), OPT(IP_TRANSPARENT), OPT(IP_RECVORIGDSTADDR), OPT(IP_MINTTL), OPT(IP_NODEFRAG),
	OPT(IP_CHECKSUM), OPT(IP_BIND_ADDRESS_NO_PORT), OPT(IP_RECVFRAGSIZE), OPT(IP_RECVERR_RFC4884),
	OPT(IP_MULTICAST_IF), OPT(IP_MULTICAST_TTL), OPT(IP_MULTICAST_LOOP), OPT(IP_ADD_MEMBERSHIP),
	OPT(IP_DROP_MEMBERSHIP), OPT(IP_UNBLOCK_SOURCE), OPT(IP_BLOCK_SOURCE), OPT(IP_ADD_SOURCE_MEMBERSHIP),
	OPT(IP_DROP_SOURCE_MEMBERSHIP), OPT(IP_MSFILTER), OPT(MCAST_JOIN_GROUP), OPT(MCAST_BLOCK_SOURCE),
	OPT(MCAST_UNBLOCK_SOURCE), OPT(MCAST_LEAVE_GROUP), OPT(MCAST_JOIN_SOURCE_GROUP),
	OPT(MCAST_LEAVE_SOURCE_GROUP), OPT(MCAST_MSFILTER), OPT(IP_MULTICAST_ALL), OPT(IP_UNICAST_IF),
	OPT(IP_LOCAL_PORT_RANGE), OPT(IP_PROTOCOL),
};

static const struct opt ipv6_opts[] = {
	OPT(IPV6_ADDRFORM), OPT(IPV6_2292PKTINFO), OPT(IPV6_2292HOPOPTS), OPT(IPV6_2292DSTOPTS),
	OPT(IPV6_2292RTHDR), OPT(IPV6_2292PKTOPTIONS), OPT(IPV6_CHECKSUM), OPT(IPV6_2292HOPLIMIT),
	OPT(IPV6_NEXTHOP), OPT(IPV6_AUTHHDR), OPT(IPV6_FLOWINFO), OPT(IPV6_UNICAST_HOPS), OPT(IPV6_MULTICAST_IF),
	OPT(IPV6_MULTICAST_HOPS), OPT(IPV6_MULTICAST_LOOP), OPT(IPV6_ADD_MEMBERSHIP), OPT(IPV6_DROP_MEMBERSHIP),
	OPT(IPV6_ROUTER_ALERT), OPT(IPV6_MTU_DISCOVER), OPT(IPV6_MTU), OPT(IPV6_RECVERR), OPT(IPV6_V6ONLY),
	OPT(IPV6_JOIN_ANYCAST), OPT(IPV6_LEAVE_ANYCAST), OPT(IPV6_MULTICAST_ALL), OPT(IPV6_ROUTER_ALERT_ISOLATE),
	OPT(IPV6_RECVERR_RFC4884), OPT(IPV6_FLOWLABEL_MGR), OPT(IPV6_FLOWINFO_SEND), OPT(IPV6_IPSEC_POLICY),
	OPT(IPV6_XFRM_POLICY), OPT(IPV6_HDRINCL), OPT(MCAST_JOIN_GROUP), OPT(MCAST_BLOCK_SOURCE),
	OPT(MCAST_UNBLOCK_SOURCE), OPT(MCAST_LEAVE_GROUP), OPT(MCAST_JOIN_SOURCE_GROUP),
	OPT(MCAST_LEAVE_SOURCE_GROUP), OPT(MCAST_MSFILTER), OPT(IPV6_RECVPKTINFO), OPT(IPV6_PKTINFO),
	OPT(IPV6_RECVHOPLIMIT), OPT(IPV6_HOPLIMIT), OPT(IPV6_RECVHOPOPTS), OPT(IPV6_HOPOPTS),
	OPT(IPV6_RTHDRDSTOPTS), OPT(IPV6_RECVRTHDR), OPT(IPV6_RTHDR), OPT(IPV6_RECVDSTOPTS), OPT(IPV6_DSTOPTS),
	OPT(IPV6_RECVPATHMTU), OPT(IPV6_PATHMTU), OPT(IPV6_DONTFRAG), OPT(IPV6_RECVTCLASS), OPT(IPV6_TCLASS),
	OPT(IPV6_AUTOFLOWLABEL), OPT(IPV6_ADDR_PREFERENCES), OPT(IPV6_MINHOPCOUNT), OPT(IPV6_RECVORIGDSTADDR),
	OPT(IPV6_TRANSPARENT), OPT(IPV6_UNICAST_IF), OPT(IPV6_RECVFRAGSIZE), OPT(IPV6_FREEBIND),
};

static const struct opt udp_opts[] = {
	OPT(UDP_CORK), OPT(UDP_ENCAP), OPT(UDP_NO_CHECK6_TX), OPT(UDP_NO_CHECK6_RX), OPT(UDP_SEGMENT), OPT(UDP_GRO),
};

static const struct opt mptcp_opts[] = {
	OPT(MPTCP_INFO), OPT(MPTCP_TCPINFO), OPT(MPTCP_SUBFLOW_ADDRS), OPT(MPTCP_FULL_INFO),
};

static const struct opt tls_opts[] = {
	OPT(TLS_TX), OPT(TLS_RX), OPT(TLS_TX_ZEROCOPY_RO), OPT(TLS_RX_EXPECT_NO_PAD),
};

static const struct opt netlink_opts[] = {
	OPT(NETLINK_ADD_MEMBERSHIP), OPT(NETLINK_DROP_MEMBERSHIP), OPT(NETLINK_PKTINFO),
	OPT(NETLINK_BROADCAST_ERROR), OPT(NETLINK_NO_ENOBUFS), OPT(NETLINK_LISTEN_ALL_NSID),
	OPT(NETLINK_LIST_MEMBERSHIPS), OPT(NETLINK_CAP_ACK), OPT(NETLINK_EXT_ACK), OPT(NETLINK_GET_STRICT_CHK),
};
/* clang-format on */

#define LEVEL(number, table)                                                                                           \
	{                                                                                                              \
		number, #number, table, NR(table)                                                                      \
	}
#define LEVEL_ONLY(number)                                                                                             \
	{                                                                                                              \
		number, #number, NULL, 0                                                                               \
	}

static const struct {
	unsigned number;
	const char *name;
	const struct opt *opt;
	size_t nr;
} levels[] = {
	LEVEL(SOL_SOCKET, socket_opts),
	LEVEL(IPPROTO_TCP, tcp_opts),
	LEVEL(IPPROTO_IP, ip_opts),
	LEVEL(IPPROTO_IPV6, ipv6_opts),
	LEVEL(IPPROTO_UDP, udp_opts),
	LEVEL(SOL_TLS, tls_opts),
	LEVEL(SOL_NETLINK, netlink_opts),
	LEVEL_ONLY(IPPROTO_UDPLITE),
	LEVEL_ONLY(IPPROTO_ICMPV6),
	LEVEL_ONLY(IPPROTO_RAW),
	LEVEL_ONLY(IPPROTO_SCTP),
	LEVEL_ONLY(SOL_PACKET),
	LEVEL_ONLY(SOL_ALG),
	LEVEL(SOL_MPTCP, mptcp_opts),
	LEVEL_ONLY(SOL_VSOCK),
	LEVEL_ONLY(SOL_XDP),
};

const char *sl_name_sockopt_level(unsigned level)
{
	size_t k;

	for (k = 0; k < NR(levels); k++) {
		if (levels[k].number == level)
			return levels[k].name;
	}
	return NULL;
}

const char *sl_name_sockopt(unsigned level, unsigned name)
{
	size_t k, n;

	for (k = 0; k < NR(levels); k++) {
		for (n = 0; levels[k].number == level && n < levels[k].nr; n++) {
			if (levels[k].opt[n].number == name)
				return levels[k].opt[n].name;
		}
	}
	return NULL;
}
