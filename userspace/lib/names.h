/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers to the field's words and back. Names that differ between kernels (drop and reset reasons) come from the
 * running kernel's BTF; all others from the headers that this was compiled with.
 */
#ifndef SL_NAMES_H
#define SL_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* Each returns a static string, or NULL for a number without a name. */
const char *sl_name_state(unsigned state);   /* "ESTABLISHED", "SYN-SENT", ...: as ss spells them */
const char *sl_name_errno(int err);          /* 111 or -111 -> "ECONNREFUSED" */
const char *sl_name_family(unsigned family); /* "ip", "ip6", "unix", "netlink", ... */
const char *sl_name_protocol(unsigned family, unsigned type, unsigned protocol); /* "tcp", "udp", "unix-stream", ... */
const char *sl_name_call(unsigned call);                                         /* "socket", "setsockopt", ... */
const char *sl_name_role(unsigned role);       /* "none", "client", "server", "listener" */
const char *sl_name_origin(unsigned origin);   /* "unknown", "created", "accepted", "seeded" */
const char *sl_name_outcome(unsigned outcome); /* "established", "refused", "timed-out", ... SL_HS_* */
const char *sl_name_close(unsigned class_);    /* "active", "passive", ... SL_CLOSE_* */
const char *sl_name_by(unsigned by);           /* "unknown", "lsm", "cgroup", ... SL_BY_* */
const char *sl_name_event(unsigned kind);      /* "call", "state", "segment", ... SL_EV_* */
const char *sl_name_fact(unsigned fact);       /* fact.h */
const char *sl_about_fact(unsigned fact);
const char *sl_name_lost(unsigned reason);                  /* "ring-full", ... SL_LOST_* */
const char *sl_name_sockopt(unsigned level, unsigned name); /* "SO_REUSEADDR", "TCP_NODELAY", ... */
const char *sl_name_sockopt_level(unsigned level);          /* "SOL_SOCKET", ... */

/* Words back to numbers; -1: no such name. Case does not matter. */
int sl_number_errno(const char *name);
int sl_number_state(const char *name);
int sl_number_event(const char *name);
int sl_number_call(const char *name);

/* "S", "SA", "A", "FA", "R", ...: TCP header flags as one word: "SYN", "SYN-ACK", "ACK", "FIN-ACK", "RST", ... */
const char *sl_name_segment(unsigned tcp_flags, char *buf, size_t size);

/* Reasons of the running kernel, from BTF, loaded on first use; NULL: unknown number or no BTF. Names are the kernel's
 * without their prefix ("TCP_LISTEN_OVERFLOW"). */
const char *sl_name_drop_reason(uint32_t reason);
const char *sl_name_reset_reason(uint32_t reason);

#endif
