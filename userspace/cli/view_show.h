/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything about one socket, a line for each subject. */
#ifndef CLI_VIEW_SHOW_H
#define CLI_VIEW_SHOW_H

#include "snapshot_run.h"

void show_socket(struct run *run, const struct snapshot_socket *socket, FILE *out);

#endif
