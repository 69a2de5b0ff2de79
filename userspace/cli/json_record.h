/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the JSON records. The keys are those of schema.json; what is unknown is absent. */
#ifndef CLI_JSON_RECORD_H
#define CLI_JSON_RECORD_H

#include "run.h"

#define JSON_SCHEMA_VERSION "1.0" /* of schema.json: a new key raises the minor, a changed one the major */
#define JSON_STRING(x) #x
#define JSON_PAIR(major, minor) JSON_STRING(major) "." JSON_STRING(minor)
#define JSON_ABI_VERSION JSON_PAIR(SL_ABI_MAJOR, SL_ABI_MINOR)

/* "type", the times, and who the socket is; opens the record's object, which sl_json_line() closes. */
void json_begin(struct run *run, const char *type, uint64_t ts_ns);
void json_socket(struct sl_json *json, const struct sl_ident *id, uint64_t peer);
void json_ends(struct sl_json *json, const struct sl_ident *id); /* protocol, addresses, role */
/* An address and a port (host order) as an object. */
void json_end_of(struct sl_json *json, const char *key, unsigned family, const uint8_t *addr, unsigned port);

/* An enumeration's word in lower case with underscores, or its number as text. */
void json_word(struct sl_json *json, const char *key, const char *name, uint32_t number);
/* A name as the field spells it ("ECONNREFUSED", "SO_REUSEADDR"), or its number as text. */
void json_name(struct sl_json *json, const char *key, const char *name, uint32_t number);
void json_errno(struct sl_json *json, const char *key, int err); /* 0: writes nothing */
/* Each writes nothing for what is 0 or false, which means unknown or none. */
void json_some(struct sl_json *json, const char *key, uint64_t value);

void json_between(struct sl_json *json, const char *key, uint64_t from_ns, uint64_t to_ns);
void json_flag(struct sl_json *json, const char *key, bool on);

/* Sections of a life that are worth a file of their own. */
void json_handshake(struct sl_json *json, const struct sl_life *life);
void json_close(struct sl_json *json, const struct sl_life *life);
void json_buffers(struct sl_json *json, const struct sl_life *life);
void json_listen(struct sl_json *json, const struct sl_life *life);
void json_bind(struct sl_json *json, const struct sl_life *life);
void json_security(struct sl_json *json, const struct sl_life *life);

void json_event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer);
/* A life without the record's end: more may follow before sl_json_line(). */
void json_life_open(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer);
void json_life(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer);

#endif
