/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the steps of two ends to those of one connection. Internal to steps.c. */
#ifndef CLI_STEPS_JOIN_H
#define CLI_STEPS_JOIN_H

#include "steps.h"

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10
#define TCP_KIND (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK)

/* steps: end 0's, then from first on end 1's, each in order of time. Returns 0 or -ENOMEM. */
int steps_join(struct steps *steps, unsigned first, const struct connection *c);

#endif
