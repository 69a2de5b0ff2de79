/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many rings, one stream in time order. Records are pushed in any order and come out by (ts_ns, cpu, seq) once no earlier
 * one can still arrive: everything older than the last complete look at all rings, less a slack for records whose stamp was
 * taken before they were visible.
 */
#ifndef SL_MERGE_H
#define SL_MERGE_H

#include <stdint.h>

#include "source.h"

struct sl_merge;

int sl_merge_create(struct sl_merge **merge, uint64_t slack_ns);
void sl_merge_destroy(struct sl_merge *merge); /* accepts NULL; frees what was not delivered */
/* Copies the record. Returns 0 or -ENOMEM. */
int sl_merge_push(struct sl_merge *merge, const struct sl_rec *rec);
/* Delivers all records with ts_ns + slack <= looked_ns; UINT64_MAX: all. Returns how many, or fn's negative return. */
int sl_merge_release(struct sl_merge *merge, uint64_t looked_ns, sl_record_fn fn, void *ctx);
uint64_t sl_merge_violations(const struct sl_merge *merge); /* delivered after a later one */
uint64_t sl_merge_held(const struct sl_merge *merge);

#endif
