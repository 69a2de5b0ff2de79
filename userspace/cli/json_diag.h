/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A socket of a snapshot as JSON: a life record, with what only the snapshot knows as its object "diag". */
#ifndef CLI_JSON_DIAG_H
#define CLI_JSON_DIAG_H

#include "json_record.h"
#include "snapshot_run.h"

/* Without the record's end: more may follow before sl_json_line(). */
void json_snapshot_begin(struct run *run, const struct snapshot_socket *socket);
void json_snapshot_socket(struct run *run, const struct snapshot_socket *socket);

#endif
