/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of a socket's story in words: used by all text views. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stdint.h>

#include "../../core/abi.h"
#include "term.h"
#include "text.h"

/* "10.0.0.5:48122", "[::1]:80"; "?" for an end that is not known. */
void words_local(struct text *t, const struct sl_ident *id);
void words_remote(struct text *t, const struct sl_ident *id);
void words_ends(struct text *t, const struct term *term, const struct sl_ident *id); /* local -> remote */
void words_owner(struct text *t, const struct sl_ident *id);                         /* "curl[4242]" */
/* An address alone, without brackets; family AF_INET or AF_INET6. */
void words_ip(char *buf, unsigned size, unsigned family, const __u8 *addr);

/* How a life ended: "closed (peer FIN first)", "ECONNREFUSED (RST)", with what is missing in the record. */
void words_end(struct text *t, const struct sl_life *life);
enum signal_class words_end_signal(const struct sl_life *life);

/* What happened: "connect(127.0.0.1:8080) = 0", "SYN ->", "state SYN-SENT -> ESTABLISHED". */
void words_event(struct text *t, const struct term *term, const struct sl_event *ev, const struct sl_ident *id);
enum signal_class words_event_signal(const struct sl_event *ev);

/* A number's name, or the number itself if it has none. */
const char *words_or_number(const char *name, uint32_t number, char buf[16]);

#endif
