/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source for tests: it delivers what was pushed, or, when that is nothing, always the same scene. */
#ifndef SL_SOURCE_FAKE_H
#define SL_SOURCE_FAKE_H

#include "source.h"

/* Copies a record; it is delivered by the next poll, in the order of pushes. Returns 0, -ENOMEM, or
 * -EINVAL for a record that is longer than this version knows. Not from within a poll's callback. */
int sl_source_fake_push(struct sl_source *source, const struct sl_rec *rec);

/* The scene: curl fetches a page from nginx over loopback, from the listener's socket() to the last ACK. */
#define SL_FAKE_START_NS 1000000000000ULL
#define SL_FAKE_NETNS 4026531840u
#define SL_FAKE_LISTENER 0x1000
#define SL_FAKE_CLIENT 0x1001
#define SL_FAKE_SERVER 0x1002

/* Calls fn for each record of the scene, in time order; the listener's life is an open one and the last. Returns 0 or
 * fn's negative return. */
int sl_fake_scene(sl_record_fn fn, void *ctx);

#endif
