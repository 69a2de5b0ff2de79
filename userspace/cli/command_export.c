// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife export: a recording in another tool's format. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "export.h"
#include "output.h"
#include "report.h"
#include "session.h"
#include "suggest.h"

static const struct exporter *const exporters[] = {
	&export_jsonl, &export_csv, &export_csv_events, &export_pcapng, &export_ctf, &export_perfetto, &export_sqlite,
};
#define EXPORTERS (sizeof(exporters) / sizeof(exporters[0]))

static const char *exporter_name(unsigned n)
{
	return n < EXPORTERS ? exporters[n]->name : NULL;
}

static const struct exporter *find_exporter(const char *name)
{
	for (unsigned i = 0; i < EXPORTERS; i++) {
		if (!strcmp(exporters[i]->name, name))
			return exporters[i];
	}
	return NULL;
}

static int list_formats(void)
{
	for (unsigned i = 0; i < EXPORTERS; i++)
		printf("  %-10s %s\n", exporters[i]->name, exporters[i]->about);
	return output_finish();
}

static int unknown_format(const char *name, struct sl_error *err)
{
	const char *near = name ? suggest(name, exporter_name) : NULL;
	char list[160] = "formats:", fix[96];

	for (unsigned i = 0; i < EXPORTERS; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), " %s", exporters[i]->name);
	snprintf(fix, sizeof(fix), near ? "did you mean --to %s?" : "--to %s", near ? near : exporters[0]->name);
	if (!name)
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, list, "export needs --to FORMAT");
	return sl_error_set(err, -EINVAL, SL_ERR_USAGE, fix, list, "--to: unknown format '%.80s'", name);
}

/* Without -o, text goes to standard output, and so does all that is not for a terminal; a directory has a name made up. */
static int open_output(struct export *x, const struct settings *set, struct sl_error *err)
{
	const struct exporter *e = x->exporter;
	char name[64];

	if (set->output && (e->kind == OUTFILE_STREAM || strcmp(set->output, "-")))
		return outfile_open(&x->out, set->output, e->kind, err);
	snprintf(name, sizeof(name), "-o FILE%s", e->suffix);
	if (set->output || e->kind != OUTFILE_STREAM)
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, name, "this format is no stream of bytes",
				    "--to %s needs -o with a name", e->name);
	if (!e->text && isatty(STDOUT_FILENO))
		return sl_error_set(err, -EINVAL, SL_ERR_USAGE, name, "standard output is a terminal",
				    "--to %s is binary", e->name);
	return outfile_open(&x->out, "-", e->kind, err);
}

void export_fail(struct run *run, int ret, const char *what, const char *why)
{
	if (run->failed)
		return;
	run->failed = sl_error_set(&run->why, ret, SL_ERR_RUNTIME, NULL, why ? why : strerror(-ret), "%s", what);
}

static void begin(struct run *run)
{
	const struct view *view = &export_of(run)->exporter->view;

	if (view->begin)
		view->begin(run);
}

static void event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	const struct view *view = &export_of(run)->exporter->view;

	if (!run->failed)
		view->event(run, ev, id, peer);
}

static void life(struct run *run, const struct sl_life *l, uint64_t ts_ns, uint64_t peer)
{
	const struct view *view = &export_of(run)->exporter->view;

	if (view->life && !run->failed)
		view->life(run, l, ts_ns, peer);
}

static void end(struct run *run, const struct run_end *e)
{
	struct export *x = export_of(run);

	x->why = e->why;
	if (x->exporter->view.end)
		x->exporter->view.end(run, e);
}

/* What a damaged recording still had is exported; what a signal or an error of the output cut is not kept. */
static int conclude(struct export *x, const struct settings *set, int code)
{
	bool whole = x->why && strcmp(x->why, "signal");
	struct sl_error err;

	if (whole && outfile_finish(&x->out, &err))
		code = report(&err, NULL);
	if (!whole && !code)
		fprintf(stderr, "socklife: export: stopped by a signal, nothing was written\n");
	else if (x->left_out && !set->quiet)
		fprintf(stderr, "%" PRIu64 " records left out: %s has no place for them\n", x->left_out,
			x->exporter->name);
	outfile_discard(&x->out);
	return code;
}

int command_export(const struct settings *set, const char *filter)
{
	struct export x = { .exporter = set->to ? find_exporter(set->to) : NULL, .recording = set->files[0] };
	struct view view = { .begin = begin, .life = life, .end = end };
	struct session_kind kind = { .text = &view, .events = true, .open = true, .progress = true };
	struct settings mine = *set;
	struct sl_error err;

	if (set->to && !strcmp(set->to, "help"))
		return list_formats();
	if (!x.exporter)
		return unknown_format(set->to, &err), report(&err, NULL);
	if (open_output(&x, set, &err))
		return report(&err, NULL);
	mine.read = set->files[0];
	view.event = x.exporter->view.event ? event : NULL;
	kind.out = x.out.file;
	kind.state = &x;
	return conclude(&x, set, session_run(&mine, &kind, filter));
}
