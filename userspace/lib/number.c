// SPDX-License-Identifier: GPL-2.0-or-later
/* Text to numbers: see number.h. A fraction is taken where the unit makes it whole: 1.5KiB, 0.25ms, but not 1.5ns. */
#include "number.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* More digits than this behind the point are refused: 10^18 is the largest power of ten that fits. */
#define FRACTION_MAX 18

struct unit {
	const char *name;
	uint64_t scale;
};

/* As GNU coreutils: k and KiB are 1024, kB is 1000. */
static const struct unit byte_units[] = {
	{ "", 1 },
	{ "b", 1 },
	{ "k", 1ULL << 10 },
	{ "kib", 1ULL << 10 },
	{ "kb", 1000 },
	{ "m", 1ULL << 20 },
	{ "mib", 1ULL << 20 },
	{ "mb", 1000000 },
	{ "g", 1ULL << 30 },
	{ "gib", 1ULL << 30 },
	{ "gb", 1000000000 },
	{ "t", 1ULL << 40 },
	{ "tib", 1ULL << 40 },
	{ "tb", 1000000000000 },
};

static const struct unit time_units[] = {
	{ "", 1000000000 },      { "ns", 1 },
	{ "us", 1000 },          { "\302\265s", 1000 },
	{ "\316\274s", 1000 },   { "ms", 1000000 },
	{ "s", 1000000000 },     { "m", 60000000000 },
	{ "min", 60000000000 },  { "h", 3600000000000 },
	{ "d", 86400000000000 },
};

struct table {
	const struct unit *unit;
	size_t nr;
	bool any_case; /* of bytes; in times M and m would be too easily confused */
};

static int digit_of(char c, unsigned base)
{
	unsigned d = c >= '0' && c <= '9'                 ? (unsigned)(c - '0')
		     : (c | 32) >= 'a' && (c | 32) <= 'f' ? (unsigned)((c | 32) - 'a' + 10)
							  : base;

	return d < base ? (int)d : -1;
}

/* Reads digits of @base at *@text; at least one. Moves *@text behind them. */
static int read_digits(const char **text, unsigned base, uint64_t *value)
{
	const char *p = *text;
	bool over = false;
	int d;

	*value = 0;
	for (; (d = digit_of(*p, base)) >= 0; p++)
		over |= __builtin_mul_overflow(*value, base, value) || __builtin_add_overflow(*value, d, value);
	if (p == *text)
		return -EINVAL;
	*text = p;
	return over ? -ERANGE : 0;
}

static int check_range(uint64_t v, uint64_t min, uint64_t max, uint64_t *value)
{
	if (v < min || v > max)
		return -ERANGE;
	*value = v;
	return 0;
}

int sl_number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	unsigned base = 10;
	uint64_t v;
	int ret;

	if (text[0] == '0' && (text[1] | 32) == 'x') {
		base = 16;
		text += 2;
	}
	ret = read_digits(&text, base, &v);
	if (*text)
		return -EINVAL;
	return ret ? ret : check_range(v, min, max, value);
}

/* ".25" at *@text: @fraction 25, @power 100. No point: 0 and 1. */
static int read_fraction(const char **text, uint64_t *fraction, uint64_t *power)
{
	const char *begin;
	int ret;

	*fraction = 0;
	*power = 1;
	if (**text != '.')
		return 0;
	begin = ++*text;
	ret = read_digits(text, 10, fraction);
	if (ret || *text - begin > FRACTION_MAX)
		return -EINVAL;
	for (; begin < *text; begin++)
		*power *= 10;
	return 0;
}

static uint64_t unit_scale(const struct table *t, const char *name)
{
	size_t k;

	for (k = 0; k < t->nr; k++) {
		if (!(t->any_case ? strcasecmp(name, t->unit[k].name) : strcmp(name, t->unit[k].name)))
			return t->unit[k].scale;
	}
	return 0;
}

static int parse_scaled(const char *text, const struct table *t, uint64_t *value)
{
	uint64_t whole, fraction, power, scale;
	unsigned __int128 rest;
	int over, ret;

	over = read_digits(&text, 10, &whole);
	if (over == -EINVAL)
		return over;
	ret = read_fraction(&text, &fraction, &power);
	if (ret)
		return ret;
	scale = unit_scale(t, text);
	rest = (unsigned __int128)fraction * scale;
	if (!scale || rest % power)
		return -EINVAL;
	if (over || __builtin_mul_overflow(whole, scale, value) ||
	    __builtin_add_overflow(*value, (uint64_t)(rest / power), value))
		return -ERANGE;
	return 0;
}

int sl_number_bytes(const char *text, uint64_t min, uint64_t max, uint64_t *bytes)
{
	static const struct table table = { byte_units, sizeof(byte_units) / sizeof(byte_units[0]), true };
	uint64_t v;
	int ret = parse_scaled(text, &table, &v);

	return ret ? ret : check_range(v, min, max, bytes);
}

int sl_number_ns(const char *text, uint64_t min, uint64_t max, uint64_t *ns)
{
	static const struct table table = { time_units, sizeof(time_units) / sizeof(time_units[0]), false };
	uint64_t v;
	int ret = parse_scaled(text, &table, &v);

	return ret ? ret : check_range(v, min, max, ns);
}
