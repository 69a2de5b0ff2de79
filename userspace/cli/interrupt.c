// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals: see interrupt.h. */
#include "interrupt.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t asked;
static volatile sig_atomic_t ours;
static volatile sig_atomic_t wished;

static void take(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (number == SIGUSR1)
		wished = 1;
	if (number == SIGCHLD || number == SIGUSR1)
		return;
	ours = info->si_code == SI_USER || info->si_code == SI_QUEUE;
	asked = number;
}

static void catch_signal(int number, int flags)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_sigaction = take;
	action.sa_flags = SA_SIGINFO | flags; /* no SA_RESTART: a wait shall end */
	sigaction(number, &action, NULL);
}

void interrupt_init(void)
{
	asked = ours = 0;
	catch_signal(SIGINT, (int)SA_RESETHAND);
	catch_signal(SIGTERM, (int)SA_RESETHAND);
	catch_signal(SIGCHLD, SA_NOCLDSTOP);
	signal(SIGPIPE, SIG_IGN);
}

void interrupt_take_wishes(void)
{
	catch_signal(SIGUSR1, 0);
}

bool interrupt_wished(void)
{
	bool now = wished;

	wished = 0;
	return now;
}

int interrupt_asked(void)
{
	return asked;
}

bool interrupt_is_ours(void)
{
	return ours;
}
