/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A life and an event as rows of a table: what CSV and SQLite have in common. One table of fields each; a field that is
 * not known has no value, which is never 0.
 */
#ifndef CLI_FIELDS_H
#define CLI_FIELDS_H

#include "run.h"

enum field_type { FIELD_INTEGER, FIELD_REAL, FIELD_TEXT };

struct value {
	int64_t integer;
	double real;
	char text[256];
};

struct record { /* life or ev is NULL */
	const struct run *run;
	const struct sl_life *life;
	const struct sl_event *ev;
	const struct sl_ident *id;
	uint64_t ts_ns;
	uint64_t peer;
};

struct field {
	const char *name;
	enum field_type type;
	bool (*get)(const struct record *r, struct value *v); /* false: not known */
};

extern const struct field life_fields[];
extern const unsigned life_field_count;
extern const struct field event_fields[];
extern const unsigned event_field_count;

/* Fields that both have: when, which socket, who, where. */
bool field_time(const struct record *r, struct value *v);
bool field_time_ns(const struct record *r, struct value *v);
bool field_sock(const struct record *r, struct value *v);
bool field_peer(const struct record *r, struct value *v);
bool field_netns(const struct record *r, struct value *v);
bool field_proto(const struct record *r, struct value *v);
bool field_local(const struct record *r, struct value *v);
bool field_local_port(const struct record *r, struct value *v);
bool field_remote(const struct record *r, struct value *v);
bool field_remote_port(const struct record *r, struct value *v);
bool field_role(const struct record *r, struct value *v);
bool field_pid(const struct record *r, struct value *v);
bool field_uid(const struct record *r, struct value *v);
bool field_comm(const struct record *r, struct value *v);

bool value_integer(struct value *v, uint64_t n);
bool value_some(struct value *v, uint64_t n); /* 0 is "not known" */
bool value_us(struct value *v, uint64_t from_ns, uint64_t to_ns);
bool value_text(struct value *v, const char *text);                  /* NULL: not known */
bool value_name(struct value *v, const char *name, uint32_t number); /* the number, if it has no name */
bool value_errno(struct value *v, int err);                          /* 0: none */

#endif
