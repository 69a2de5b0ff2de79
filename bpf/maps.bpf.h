/* SPDX-License-Identifier: GPL-2.0-only */
/* All maps. Each says who inserts, who deletes, who reads, and its bound; the loader sets the bounds that depend on the run. */
#ifndef SL_MAPS_BPF_H
#define SL_MAPS_BPF_H

/* Lives by socket cookie. Inserted: table.bpf.h at a socket's begin. Deleted: at its end, or when the filter rules it out.
 * Read: every probe; the reader at the end of a run, and when lives were kept here because the ring was full: it deletes them. Bound: max_sockets; a refused insert is counted (table full). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 262144);
	__type(key, __u64);
	__type(value, struct sl_life_rec);
} lives SEC(".maps");

/* One ring a CPU: the slot's number is the CPU's. Written: emit.bpf.h on that CPU. Read: the reader. */
struct sl_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 262144);
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct sl_ring);
} rings SEC(".maps");

/* What was seen, delivered and lost. Written: emit.bpf.h and table.bpf.h. Read: the reader. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sl_counters);
} counters SEC(".maps");

/* Which listener has a port. Inserted: LISTEN entered. Deleted: LISTEN left. Read: when a child is born. Bound: full means that
 * children of the rest do not know their parent until accept(). */
struct sl_listener_key {
	__u32 netns;
	__u16 port;
	__u16 family;
};
struct sl_listener {
	__u64 cookie;
	__u64 others; /* further sockets that listen on this port (SO_REUSEPORT, other addresses): the parent is then unknown */
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct sl_listener_key);
	__type(value, struct sl_listener);
} listeners SEC(".maps");

/* Sockets that found no room in lives: counted once as lost, and not followed later in their lives. Inserted: table_insert.
 * Never deleted; the oldest make room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u8);
} refused SEC(".maps");

/* The last SYN, FIN or RST that came in for a flow, as the device saw it. Inserted: segment_received. Deleted: by the state
 * change that the segment causes. Bound: least recently used goes; the step then has the time of its state change. */
struct sl_flow_key {
	__u8 local[16];
	__u8 remote[16];
	__u16 lport;
	__u16 rport;
	__u32 netns;
};
struct sl_mark {
	__u64 ts_ns;
	__u32 seq;
	__u32 ack;
	__u16 flags;
	__u16 window;
	__u32 len;
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct sl_flow_key);
	__type(value, struct sl_mark);
} marks SEC(".maps");

/* Handshakes whose child is not born, by the server's flow: the SYN and the first SYN-ACK. Inserted: the SYN-ACK leaves. Deleted:
 * by the child's birth. Bound: least recently used goes (a SYN flood); the child then has only what its own state tells. */
struct sl_request {
	struct sl_mark syn; /* ts_ns 0: not seen */
	struct sl_mark synack;
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct sl_flow_key);
	__type(value, struct sl_request);
} requests SEC(".maps");

/* Ended lives whose peer's FIN is still to come, by cookie. Inserted: at the life's end. Deleted: when the FIN came. Bound: least
 * recently used goes; the life then stays without its tail, and says so. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u64);
} tails SEC(".maps");

/* Followed processes (thread group ids). Inserted: the reader, and fork. Deleted: never within a run. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} follow_pids SEC(".maps");

/* Flows of followed sockets, as their peer sees them (netns 0: the peer may be in another). Inserted: when a followed client
 * knows both addresses. Read: when a child is born. Bound: least recently used goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct sl_flow_key);
	__type(value, __u8);
} follow_flows SEC(".maps");

/* The call that a thread is in. Inserted and read: sys_enter, sys_exit, send and receive probes, waits of that thread. Freed with
 * the thread. */
struct sl_in_call {
	__u64 enter_ns;
	__u64 slept;   /* the thread's voluntary context switches when the call began */
	__u64 wait_ns; /* it waits for a buffer since; 0: it does not */
	__u32 nr;
	__u16 by; /* what refused something in it: SL_BY_*, and its detail */
	__u16 detail;
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct sl_in_call);
} in_calls SEC(".maps");

/* Windows that peers hold closed, over all lives: while there is none, a segment that comes with an open one is no news. */
__u64 buffer_closed_windows;

/* The connection that this CPU put into an accept queue last: what it is told there is wanted when it is established, a moment
 * later. Written and read: listen and state probes in softirq; a nested one only loses the depth of one connection. */
struct sl_queued {
	__u64 child;       /* its address: compared, never followed */
	__u64 listener;    /* cookie */
	__u64 established; /* cookie of the connection that was established last */
	__u32 depth;
	__u8 cookie; /* it came by a SYN cookie */
	__u8 tested; /* a cookie was looked at, and was good: 1, bad: 2 */
	__u16 pad;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sl_queued);
} queued SEC(".maps");

#endif
