/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Facts: what can be known of a socket's life. Each is watched or not in a run, by whichever hook the running kernel
 * offers (the ladder in the BPF source, the hook list of the module), and a life carries the bitmap of those that
 * were, so that "0" and "not watched" differ. Numbers are ABI: append only.
 */
#ifndef SL_FACT_H
#define SL_FACT_H

/*      name            bit  what it is, for people */
#define SL_FACTS(X)                                                                                                    \
	X(STATE, 0, "state", "TCP state changes, and with them handshake and close")                                   \
	X(END, 1, "end", "the end of a TCP socket")                                                                    \
	X(OWNER, 2, "owner", "which process owns a socket, taken in its own context")                                  \
	X(SOCKET, 3, "socket", "socket() itself, before anything else is done with the socket")                        \
	X(OPTION, 4, "option", "options set: level, name and the value asked")                                         \
	X(OPTION_RESULT, 5, "option-result", "whether setting an option succeeded")                                    \
	X(BIND, 6, "bind", "bind() that succeeded, with the address in force")                                         \
	X(BIND_ERROR, 7, "bind-error", "bind() that failed, with its errno")                                           \
	X(LISTEN, 8, "listen", "listen(), with the backlog in force")                                                  \
	X(BACKLOG_ASKED, 9, "backlog-asked", "the backlog that listen() asked for")                                    \
	X(CONNECT, 10, "connect", "TCP connects and their final outcome")                                              \
	X(CONNECT_ERRNO, 11, "connect-errno", "connect() that fails before a SYN is sent, with its errno")             \
	X(ACCEPT, 12, "accept", "accept(): who took the connection, and when")                                         \
	X(SEND, 13, "send", "each send: bytes and errno")                                                              \
	X(RECV, 14, "recv", "each receive: bytes and errno")                                                           \
	X(CALL_TIME, 15, "call-time", "how long calls took")                                                           \
	X(SHUTDOWN, 16, "shutdown", "shutdown() with its direction")                                                   \
	X(CLOSE, 17, "close", "close() by the program")                                                                \
	X(SEGMENT, 18, "segment", "SYN, FIN and RST segments, and the ACKs that answer them, at the device")           \
	X(SYN_RECEIVED, 19, "syn-received", "when the SYN reached a listener")                                         \
	X(RETRANS, 20, "retrans", "segments sent again")                                                               \
	X(SYNACK_RETRANS, 21, "synack-retrans", "SYN-ACKs sent again")                                                 \
	X(RESET_SENT, 22, "reset-sent", "RSTs sent, with the kernel's reason where it has one")                        \
	X(RESET_RECEIVED, 23, "reset-received", "RSTs received")                                                       \
	X(SOCK_ERROR, 24, "sock-error", "errors that the kernel reports to a socket")                                  \
	X(DROP, 25, "drop", "skbs dropped with a socket, with the kernel's reason")                                    \
	X(TAIL, 26, "tail", "the peer's FIN when it reaches a TIME_WAIT socket")                                       \
	X(BYTES, 27, "bytes", "TCP payload bytes and segments, from the kernel's own counters")                        \
	X(SEED, 28, "seed", "sockets that existed before tracing began")                                               \
	X(UDP_END, 29, "udp-end", "the end of UDP and raw sockets")                                                    \
	X(UNIX, 30, "unix", "UNIX sockets' lives")                                                                     \
	X(DENIED, 31, "denied", "calls refused by policy, with what refused them")                                     \
	X(BUFFER, 32, "buffer", "limits and fill of the buffers, looked at when the state changes")                    \
	X(BUFFER_IO, 33, "buffer-io", "the same at each send and receive: high-water marks")                           \
	X(BLOCKED, 34, "blocked", "time that sends waited for room, and receives for data")                            \
	X(ZERO_WINDOW_SENT, 35, "zero-window-sent", "this end's closed windows, how often and how long")               \
	X(ZERO_WINDOW_RECEIVED, 36, "zero-window-received", "the peer's closed windows, how often and how long")       \
	X(PROBE, 37, "probe", "probes of a window that the peer has closed")                                           \
	X(RECV_DROP, 38, "recv-drop", "data dropped for want of room: receive buffer, backlog, pruning, memory")       \
	X(MEMORY, 39, "memory", "memory that the kernel refused to a socket")                                          \
	X(CA_STATE, 40, "ca-state", "time in each state of congestion control")                                        \
	X(LIMITED, 41, "limited", "time that the peer's window or the send buffer held back sending")                  \
	X(SPURIOUS, 42, "spurious", "retransmissions that the kernel found to be needless")                            \
	X(ACCEPT_QUEUE, 43, "accept-queue", "the accept queue that a connection met, and a listener's peak")           \
	X(LISTEN_DROP, 44, "listen-drop", "what a listener dropped")                                                   \
	X(LISTEN_OVERFLOW, 45, "listen-overflow", "of it, connections that found the accept queue full")               \
	X(SYN_COOKIE, 46, "syn-cookie", "SYN cookies sent, accepted and failed, by listener")                          \
	X(CONFLICT, 47, "address-conflict", "the address that a failed bind() asked for, and the listener there")      \
	X(OPTION_IN_FORCE, 48, "option-in-force", "the value that an option has after it was set")                     \
	X(UNIX_PEER, 49, "unix-peer", "which UNIX socket is at the other end")                                         \
	X(MPTCP, 50, "mptcp", "the MPTCP connection that a subflow belongs to")

#define SL_FACT_ENUM(id, bit, name, about) SL_FACT_##id = (bit),
enum sl_fact { SL_FACTS(SL_FACT_ENUM) SL_FACT_NR = 51 };
#undef SL_FACT_ENUM

#define SL_FACT_BIT(id) (1ULL << SL_FACT_##id)

#endif
