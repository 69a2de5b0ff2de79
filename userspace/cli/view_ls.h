/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The views of socklife ls, and its rows for others that list sockets. */
#ifndef CLI_VIEW_LS_H
#define CLI_VIEW_LS_H

#include "snapshot_run.h"

extern const struct snapshot_view view_ls;
extern const struct snapshot_view view_ls_json;

void ls_head(struct run *run);
void ls_row(struct run *run, const struct snapshot_socket *socket);

#endif
