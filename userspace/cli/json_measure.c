// SPDX-License-Identifier: GPL-2.0-or-later
/* See json_measure.h. */
#include "json_measure.h"

static void put_value(struct sl_json *json, const char *key, enum sl_unit unit, uint64_t v)
{
	if (unit == SL_UNIT_NS)
		sl_json_micros(json, key, v > INT64_MAX ? INT64_MAX : (int64_t)v);
	else
		sl_json_uint(json, key, v);
}

/* [least, greatest, count] of each bucket that is not empty. */
static void put_buckets(struct sl_json *json, enum sl_unit unit, const struct sl_histogram *h)
{
	struct sl_histogram_bucket b;
	unsigned at = 0;

	sl_json_array(json, "buckets");
	while (sl_histogram_next(h, &at, &b)) {
		sl_json_array(json, NULL);
		put_value(json, NULL, unit, b.least);
		put_value(json, NULL, unit, b.greatest);
		sl_json_uint(json, NULL, b.count);
		sl_json_end(json);
	}
	sl_json_end(json);
}

void json_measure(struct sl_json *json, const char *key, enum sl_unit unit, const struct sl_histogram *h)
{
	static const char *const units[] = { "", "count", "us", "bytes" };

	sl_json_object(json, key);
	sl_json_string(json, "unit", units[unit]);
	sl_json_uint(json, "count", h->count);
	if (h->count) {
		put_value(json, "min", unit, h->min);
		put_value(json, "p50", unit, sl_histogram_quantile(h, 5000));
		put_value(json, "p90", unit, sl_histogram_quantile(h, 9000));
		put_value(json, "p99", unit, sl_histogram_quantile(h, 9900));
		put_value(json, "max", unit, h->max);
		put_buckets(json, unit, h);
	}
	sl_json_end(json);
}
