/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the workloads share. A workload has two sides: the client in the main thread, the server in a second thread or,
 * with --fork, in a child process. Each counts what it did in totals that both sides see, and every count is exact: a
 * call that does not do what the workload says ends the program with a message and exit code 1.
 */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct load_options {
	const char *command;
	uint64_t count;     /* N, BYTES or MS; bench: the reader's pid */
	int family;         /* AF_INET, AF_INET6 or AF_UNIX */
	uint16_t port;      /* of the (first) listener; 0: the kernel chooses */
	uint64_t bytes_out; /* client to server, each connection or request */
	uint64_t bytes_in;  /* server to client */
	bool reset;         /* the first to close resets (SO_LINGER 0) */
	bool server_first;  /* the server closes first */
	bool fork;          /* the server is a process of its own */
	bool cookie;        /* print each socket's cookie */
	const char *to;     /* connect there instead of to an own listener */
	int syn_count;      /* TCP_SYNCNT; 0: the system's */
	const char *only;   /* bench: the loads to measure, with commas between; NULL: all */
};

struct load_side {
	int32_t pid;
	uint64_t connects; /* client: connections established */
	uint64_t accepts;  /* server */
	uint64_t bytes_sent;
	uint64_t bytes_received;
	uint64_t resets_sent;
	uint64_t resets_received; /* ECONNRESET seen */
};

struct load_totals {
	struct load_side client;
	struct load_side server;
	uint64_t refused;
	uint64_t timed_out;
	uint64_t cancelled;
	uint64_t simultaneous; /* closes where both ends went through CLOSING */
	uint16_t port;
};

struct load_address {
	struct sockaddr_storage name;
	socklen_t len;
};

extern struct load_options options;
extern struct load_totals *totals; /* shared between the two sides */

/* message.c: all end the program, or the server's side of it, with exit code 1 */
void load_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void load_fail_errno(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* sock.c */
void load_address_own(struct load_address *address, uint16_t port); /* loopback of options.family */
void load_address_to(struct load_address *address);                 /* options.to and options.port */
int load_listen(struct load_address *address, int backlog);         /* fills in what was bound */
int load_bind_only(struct load_address *address);                   /* a port that refuses */
int load_socket(int type);
int load_connect(const struct load_address *address);
int load_accept(int listener);
void load_close(int fd, bool reset, struct load_side *side);
void load_cookie(int fd, const char *role);
uint16_t load_port(int fd);
uint64_t load_files_raise(uint64_t files); /* the limit of open files, as far as it may go; returns it */

/* transfer.c: whole counts or the end of the program */
void load_send(int fd, uint64_t bytes, struct load_side *side);
void load_receive(int fd, uint64_t bytes, struct load_side *side);
void load_receive_end(int fd, struct load_side *side); /* EOF, or a reset which is counted */

/* server.c: runs the server's side beside the caller's */
void load_server_start(void (*side)(int fd), int fd);
void load_server_join(void);
int load_server_pid(void);

/* the workloads */
void load_crr(void);
void load_rr(void);
void load_stream(void);
void load_hold(void);
void load_udp(void);
void load_refused(void);
void load_timedout(void);
void load_nonblock_refused(void);
void load_nonblock_cancel(void);
void load_halfclose(void);
void load_simclose(void);
void load_bench(void);

#endif
