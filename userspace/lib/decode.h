/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes to records, total: any bytes give a valid record or an error, never a crash. A record from a newer minor
 * version is cut to what is known here; one from an older is padded with zeros.
 */
#ifndef SL_DECODE_H
#define SL_DECODE_H

#include <stddef.h>

#include "../../core/abi.h"

/* Room for any record that this version knows. */
union sl_any_rec {
	struct sl_rec rec;
	struct sl_ident_rec ident;
	struct sl_event event;
	struct sl_life_rec life;
};

/**
 * sl_decode() - check one record at the start of a buffer and copy it out
 * @data: bytes, any alignment
 * @size: how many
 * @out: the record, normalised: len is its length here, strings are terminated, enumerations in range
 * @used: the bytes that the record took
 *
 * Returns 0; -EAGAIN: more bytes are needed; -EBADMSG: not a record; -ENOTSUP: a type this version does not know (skip
 * @used bytes).
 */
int sl_decode(const void *data, size_t size, union sl_any_rec *out, size_t *used);

#endif
