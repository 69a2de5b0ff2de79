/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A life's record told again as events: all that is known of a socket whose steps were not watched (level life). */
#ifndef CLI_RETELL_H
#define CLI_RETELL_H

#include "../../core/abi.h"

#define RETELL_MAX 24

/* Fills events, in order of time; times that the record does not have make no event. Returns how many. */
unsigned retell(const struct sl_life *life, struct sl_event events[RETELL_MAX]);

#endif
