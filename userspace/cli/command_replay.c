// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * socklife replay FILE: what a recording holds. With a command behind the file, main() runs that on the recording instead.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "command.h"
#include "human.h"
#include "json.h"
#include "json_record.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "run.h"
#include "source_file.h"

struct contents {
	uint64_t records[SL_REC_NR];
	uint64_t first_ns, last_ns;
};

static int take(void *ctx, const struct sl_rec *rec)
{
	struct contents *c = ctx;

	c->records[rec->type % SL_REC_NR]++;
	if (!c->first_ns || rec->ts_ns < c->first_ns)
		c->first_ns = rec->ts_ns;
	if (rec->ts_ns > c->last_ns)
		c->last_ns = rec->ts_ns;
	return 0;
}

/* Reads it all. Returns 0, or what made it end too early. */
static int read_all(struct sl_source *source, struct contents *c)
{
	const struct sl_recording *r = sl_source_file_recording(source);
	struct progress progress;
	int ret;

	progress_init(&progress, true);
	do {
		ret = source->ops->poll(source, 1000, take, c);
		progress_show(&progress, r->offset, r->size, r->records);
	} while (ret >= 0);
	progress_clear(&progress);
	return ret == -ENODATA ? 0 : ret;
}

static void print_stamp(const char *name, uint64_t mono_ns, int64_t offset)
{
	char ts[STAMP_SIZE];

	stamp_rfc3339(ts, (int64_t)mono_ns + offset);
	printf("%-10s %s\n", name, ts);
}

static void print(const char *path, const struct sl_recording *r, const struct contents *c,
		  const struct sl_stats *stats)
{
	const struct sl_savefile_header *h = &r->header;
	struct run_end end = { .source = *stats };
	char buf[32];

	printf("%-10s %s, format %u.%u, %s\n", "recording", path, h->major, h->minor,
	       r->complete ? "whole" : "not whole");
	printf("%-10s %s, boot %s, level %s\n", "kernel", h->kernel, h->boot_id,
	       run_level_name(h->level <= SL_LEVEL_CALLS ? h->level : SL_LEVEL_LIFE));
	if (*h->host || *h->filter)
		printf("%-10s %s, filter: %s\n", "host", *h->host ? h->host : "not known",
		       *h->filter ? h->filter : "none");
	print_stamp("begun", h->start_ns, h->clock_offset_ns);
	if (c->first_ns) {
		print_stamp("first", c->first_ns, h->clock_offset_ns);
		print_stamp("last", c->last_ns, h->clock_offset_ns);
		human_time(buf, sizeof(buf), c->last_ns - c->first_ns, false);
		printf("%-10s %s\n", "span", buf);
	}
	printf("%-10s %" PRIu64 " lives, %" PRIu64 " events, %" PRIu64 " identities in %" PRIu64 " blocks\n", "records",
	       c->records[SL_REC_LIFE], c->records[SL_REC_EVENT], c->records[SL_REC_IDENT], r->blocks);
	printf("%-10s %" PRIu64 " bytes", "size", r->offset);
	if (c->records[SL_REC_LIFE])
		printf(", %.1f a life", (double)r->offset / (double)c->records[SL_REC_LIFE]);
	putchar('\n');
	if (r->complete)
		printf("%-10s %" PRIu64 " records\n", "lost", run_lost(&end));
}

static void print_json(const char *path, const struct sl_recording *r, const struct contents *c,
		       const struct sl_stats *stats)
{
	const struct sl_savefile_header *h = &r->header;
	struct run_end end = { .source = *stats };
	struct sl_json json;
	char version[32];

	sl_json_init(&json, stdout);
	sl_json_object(&json, NULL);
	sl_json_string(&json, "type", "recording");
	sl_json_string(&json, "schema", JSON_SCHEMA_VERSION);
	sl_json_string(&json, "path", path);
	snprintf(version, sizeof(version), "%u.%u", h->major, h->minor);
	sl_json_string(&json, "format", version);
	sl_json_bool(&json, "whole", r->complete);
	sl_json_string(&json, "kernel", h->kernel);
	if (*h->host)
		sl_json_string(&json, "host", h->host);
	sl_json_string(&json, "boot_id", h->boot_id);
	sl_json_string(&json, "level", run_level_name(h->level <= SL_LEVEL_CALLS ? h->level : SL_LEVEL_LIFE));
	sl_json_string(&json, "filter", h->filter);
	sl_json_digits(&json, "realtime_offset_ns", h->clock_offset_ns);
	sl_json_digits(&json, "begun_ns", (int64_t)h->start_ns);
	if (c->first_ns) {
		sl_json_digits(&json, "first_ns", (int64_t)c->first_ns);
		sl_json_digits(&json, "last_ns", (int64_t)c->last_ns);
	}
	sl_json_uint(&json, "lives", c->records[SL_REC_LIFE]);
	sl_json_uint(&json, "events", c->records[SL_REC_EVENT]);
	sl_json_uint(&json, "identities", c->records[SL_REC_IDENT]);
	sl_json_uint(&json, "blocks", r->blocks);
	sl_json_uint(&json, "bytes", r->offset);
	if (r->complete)
		sl_json_uint(&json, "lost_total", run_lost(&end));
	sl_json_line(&json);
}

int command_replay(const struct settings *set, const char *filter)
{
	struct sl_config config = { .path = set->files[0] };
	struct contents contents = { .first_ns = 0 };
	struct sl_source *source;
	struct sl_error err;
	struct sl_stats stats;
	int ret, code;

	(void)filter;
	if (sl_source_file.open(&source, &config, &err))
		return report(&err, NULL);
	ret = read_all(source, &contents);
	sl_source_file.stats(source, &stats);
	if (set->json)
		print_json(set->files[0], sl_source_file_recording(source), &contents, &stats);
	else
		print(set->files[0], sl_source_file_recording(source), &contents, &stats);
	code = output_finish();
	if (ret && sl_source_file_error(source, &err))
		code = report(&err, NULL);
	sl_source_file.close(source);
	return code;
}
