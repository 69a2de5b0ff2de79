// SPDX-License-Identifier: GPL-2.0-or-later
/* The command after "--": see child.h. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

/* In the child: never returns. A closed pipe instead of a byte means that it shall not run. */
static void run(const struct child *child, char **command, int go, int fate)
{
	char byte;
	int err;

	close(child->go);
	signal(SIGPIPE, SIG_DFL);
	while (read(go, &byte, 1) != 1) {
		if (errno != EINTR)
			_exit(0);
	}
	execvp(command[0], command);
	err = errno;
	if (write(fate, &err, sizeof(err)) < 0)
		_exit(EXIT_NOT_EXECUTABLE);
	_exit(err == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

static int no_child(int err_no, struct sl_error *err)
{
	return sl_error_set(err, -err_no, SL_ERR_RUNTIME, NULL, strerror(err_no),
			    "cannot make a process for the command");
}

int child_create(struct child *child, char **command, struct sl_error *err)
{
	int go[2], fate[2];

	*child = (struct child){ .go = -1, .fate = -1 };
	if (pipe2(go, O_CLOEXEC))
		return no_child(errno, err);
	if (pipe2(fate, O_CLOEXEC)) {
		close(go[0]);
		close(go[1]);
		return no_child(errno, err);
	}
	child->go = go[1];
	child->fate = fate[0];
	child->pid = fork();
	if (!child->pid) {
		errno = 0;
		run(child, command, go[0], fate[1]);
	}
	close(go[0]);
	close(fate[1]);
	if (child->pid > 0)
		return 0;
	child->pid = 0;
	child_destroy(child);
	return no_child(EAGAIN, err);
}

static void close_once(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void child_destroy(struct child *child)
{
	close_once(&child->go);
	close_once(&child->fate);
	child_wait(child);
}

static int not_started(const char *name, int err_no, struct sl_error *err)
{
	const char *fix = err_no == ENOENT   ? "check the spelling and PATH"
			  : err_no == EACCES ? "it must be a program file that you may execute"
					     : NULL;

	return sl_error_set(err, -err_no, SL_ERR_RUNTIME, fix, strerror(err_no), "cannot start '%.80s'", name);
}

int child_release(struct child *child, const char *name, struct sl_error *err)
{
	ssize_t n;
	int why;

	if (write(child->go, "g", 1) < 0)
		return not_started(name, errno, err);
	close_once(&child->go);
	do {
		n = read(child->fate, &why, sizeof(why));
	} while (n < 0 && errno == EINTR);
	close_once(&child->fate);
	if (n != sizeof(why))
		return 0; /* closed by the exec that succeeded */
	child_wait(child);
	return not_started(name, why, err);
}

bool child_poll(struct child *child)
{
	if (child->pid && !child->ended && waitpid(child->pid, &child->status, WNOHANG) == child->pid)
		child->ended = true;
	return child->ended;
}

void child_wait(struct child *child)
{
	while (child->pid && !child->ended) {
		if (waitpid(child->pid, &child->status, 0) == child->pid || errno == ECHILD)
			child->ended = true;
	}
}

void child_signal(const struct child *child, int number)
{
	if (child->pid && !child->ended)
		kill(child->pid, number);
}

int child_code(const struct child *child)
{
	if (WIFSIGNALED(child->status))
		return EXIT_SIGNAL + WTERMSIG(child->status);
	return WEXITSTATUS(child->status);
}
