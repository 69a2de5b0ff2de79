/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A histogram as JSON: count, quantiles and buckets, times in us. */
#ifndef CLI_JSON_MEASURE_H
#define CLI_JSON_MEASURE_H

#include "histogram.h"
#include "json.h"
#include "measure.h"

void json_measure(struct sl_json *json, const char *key, enum sl_unit unit, const struct sl_histogram *h);

#endif
