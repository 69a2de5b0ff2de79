/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /dev/socklife, opened: what it can, what it was asked for, and its rings. See core/device.h. */
#ifndef SL_DEVICE_LIB_H
#define SL_DEVICE_LIB_H

#include "device_ring.h"
#include "source.h"

struct sl_device {
	int fd; /* -1: not open */
	struct sl_device_info info;
	struct sl_device_ring *ring; /* info.cpus of them; head NULL: no such CPU */
};

#define SL_DEVICE_PATH "/dev/" SL_DEVICE_NAME

/* Opens it and checks that both speak the same interface. On error fills @err and returns -errno; sl_device_close() is due. */
int sl_device_open(struct sl_device *device, struct sl_error *err);
/* Can this process watch through the module? Asks quietly. */
bool sl_device_usable(void);
/* Asks for what @config says, and maps the rings. */
int sl_device_setup(struct sl_device *device, const struct sl_config *config, struct sl_error *err);
/* All records that are there now, ring by ring. Returns how many, or -errno. */
int sl_device_take(struct sl_device *device, sl_record_fn fn, void *ctx);
int sl_device_counters(struct sl_device *device, struct sl_device_counters *counters); /* of all CPUs */
int sl_device_fact(struct sl_device *device, enum sl_level level, enum sl_fact fact, struct sl_fact_status *status);
void sl_device_close(struct sl_device *device);

#endif
