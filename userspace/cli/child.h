/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command after "--": forked before tracing begins so that its process id is known, but held back before its exec
 * until the hooks are attached, so that nothing of it is missed.
 */
#ifndef CLI_CHILD_H
#define CLI_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

struct child {
	pid_t pid; /* 0: none */
	int go;    /* -1: released */
	int fate;  /* tells why exec failed */
	bool ended;
	int status; /* as from waitpid */
};

/* Returns 0 or -errno with err filled. */
int child_create(struct child *child, char **command, struct sl_error *err);
/* One that was never released goes without having run. Waits for it. */
void child_destroy(struct child *child);
/* Lets it run. Returns 0, or -errno (of its exec) with err filled; then it has ended. */
int child_release(struct child *child, const char *name, struct sl_error *err);
/* Has it ended? Does not wait. */
bool child_poll(struct child *child);
void child_wait(struct child *child);
void child_signal(const struct child *child, int number);
/* The exit code that socklife takes over. */
int child_code(const struct child *child);

#endif
