/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of a life that lives can be grouped by, as words. */
#ifndef SL_FIELD_H
#define SL_FIELD_H

#include <stddef.h>

#include "../../core/abi.h"

#define SL_FIELD_MAX 64 /* bytes of a field's text, its end included */

struct sl_field {
	const char *name;
	const char *about;
	/* Writes the life's value; leaves buf empty if it is not known. */
	void (*put)(char buf[SL_FIELD_MAX], const struct sl_life *life);
};

extern const struct sl_field sl_fields[];
extern const unsigned sl_field_count;

const struct sl_field *sl_field_find(const char *name); /* NULL: there is none */
/* The life's value, "?" for one that is not known; bytes that could steer a terminal become '?'. */
void sl_field_text(const struct sl_field *field, char buf[SL_FIELD_MAX], const struct sl_life *life);

#endif
