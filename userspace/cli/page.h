/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of a recording: what is gathered for it in two passes, and its parts as HTML. The first pass counts, keeps a
 * timeline, chooses lives to be listed and connections to be drawn; the second fetches the events of these. So memory and
 * the page stay small whatever the recording's length, and the page says what it left out.
 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "gather.h"
#include "run.h"
#include "survey.h"

#define PAGE_BUCKETS 96
#define PAGE_REASONS 24 /* ways to fail that are told apart */
#define PAGE_EXAMPLES 3 /* of each, with their evidence and ladder */
#define PAGE_EXTREMES 6 /* slowest handshakes, ... with their ladder */
#define PAGE_PLAIN 4    /* first connections, with their ladder */
#define PAGE_LISTED 200 /* lives in the list: at most so many that failed, and so many others */
#define PAGE_DRAWN 100

struct page_life {
	struct sl_life life;
	uint64_t ts_ns, peer;
};

struct page_reason {
	char text[160]; /* as words_end() says it */
	uint64_t count;
	unsigned examples;
	struct page_life example[PAGE_EXAMPLES];
};

struct page_extreme { /* the lives with the greatest values of a measure */
	enum sl_measure measure;
	unsigned count;
	uint64_t value[PAGE_EXTREMES];
	struct page_life life[PAGE_EXTREMES];
};
#define PAGE_MEASURES 4

struct page_bucket {
	uint64_t ended, failed;
};

struct page {
	const char *recording;
	struct run_host host;
	int64_t realtime_offset_ns;
	const char *filter;
	enum sl_level level;
	uint64_t lost;
	bool whole; /* the recording was read to its end */
	struct survey survey;
	uint64_t begin_ns; /* of the timeline: when the first life ended */
	uint64_t width_ns; /* of a bucket */
	struct page_bucket bucket[PAGE_BUCKETS];
	unsigned reasons;
	struct page_reason reason[PAGE_REASONS];
	uint64_t other_reasons; /* failures of ways that found no place */
	struct page_extreme extreme[PAGE_MEASURES];
	unsigned plain_count;
	struct page_life plain[PAGE_PLAIN];
	unsigned failed_count, other_count;
	uint64_t stride, seen_others; /* each stride-th life that did not fail is listed */
	struct page_life failed[PAGE_LISTED], other[PAGE_LISTED];
	unsigned drawn;
	char *ladders; /* HTML */
	size_t ladders_size;
};

int page_init(struct page *p); /* 0 or -ENOMEM */
void page_exit(struct page *p);
void page_life(struct page *p, const struct sl_life *life, uint64_t ts_ns, uint64_t peer);
/* Whether this socket's connection is to be drawn. */
bool page_wants(const struct page *p, uint64_t cookie);

/* The page. Errors stay in the FILE. */
void page_write(struct page *p, FILE *out);

/* Parts: charts as SVG; all lives that are listed as a table; the data as JSON that may stand in HTML. */
void page_timeline(const struct page *p, FILE *out);
void page_histogram(const struct sl_histogram *h, enum sl_unit unit, FILE *out);
void page_lives(const struct page *p, FILE *out);
void page_data(const struct page *p, FILE *out);
void page_value(char *buf, size_t size, enum sl_unit unit, uint64_t value);
/* A connection's picture, its sums, and an anchor that the tables point to. */
void page_ladder(FILE *out, const struct connection *c, const struct stamp *stamp);

extern const char page_style[], page_script[];

#endif
