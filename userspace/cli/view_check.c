// SPDX-License-Identifier: GPL-2.0-or-later
/* The view of check: what the system gives, then a line for each fact. */
#include "view_check.h"

#include <string.h>

#include "json.h"
#include "json_record.h"
#include "names.h"
#include "run.h"
#include "term.h"

#define FACT_WIDTH 15
#define LEVEL_WIDTH 5

static unsigned count_watched(const struct check *check)
{
	return (unsigned)__builtin_popcountll(check->watched);
}

static void system_text(const struct check *check)
{
	const struct probe *p = &check->probe;
	const char *before = "";

	printf("kernel    %s\n", p->kernel);
	printf("BTF       %s\n",
	       p->btf ? "/sys/kernel/btf/vmlinux" : "none: the kernel was built without CONFIG_DEBUG_INFO_BTF");
	printf("lockdown  %s\n", p->lockdown);
	printf("rights    uid %u, capabilities: ", p->uid);
	for (unsigned n = 0; probe_cap_name(n); n++) {
		if (!(p->caps & 1u << n))
			continue;
		printf("%s%s", before, probe_cap_name(n));
		before = " ";
	}
	printf("%s\n", p->caps ? "" : "none");
	printf("source    %s\n", check->source);
}

static void note(const char *label, const char *text)
{
	if (*text)
		printf("    %*s %s: %s\n", FACT_WIDTH + LEVEL_WIDTH + 1, "", label, text);
}

static void fact_text(const struct check *check, const struct sl_fact_status *f, const struct term *term, bool about)
{
	bool late = f->from_level > check->level;
	enum signal_class signal = f->watched || late ? SIGNAL_NONE : SIGNAL_WARN;
	struct text t;

	text_init(&t);
	term_begin(term, &t, signal);
	text_add(&t, "%s", f->watched ? "yes" : late ? " - " : "no ");
	term_end(term, &t, signal);
	text_add(&t, " %-*s %s", FACT_WIDTH, sl_name_fact(f->fact), run_level_name(f->from_level));
	if (f->watched)
		text_add(&t, "%*s%s", LEVEL_WIDTH + 1 - (int)strlen(run_level_name(f->from_level)), "", f->hook);
	printf("%s\n", t.s);
	if (about)
		note("what", sl_about_fact(f->fact));
	if (f->watched) {
		note("limit", f->limit);
		return;
	}
	note("why", f->why);
	note("fix", f->fix);
}

void check_text(const struct check *check, const struct settings *set)
{
	struct term term;

	system_text(check);
	if (!check->facts)
		return;
	term_init(&term, stdout, set->colour);
	printf("\n    %-*s %-*s %s\n", FACT_WIDTH, "FACT", LEVEL_WIDTH, "LEVEL", "HOOK");
	for (unsigned i = 0; i < SL_FACT_NR; i++)
		fact_text(check, &check->facts[i], &term, set->verbose);
	printf("\nresult    %u of %u facts are watched at level %s\n", count_watched(check), (unsigned)SL_FACT_NR,
	       run_level_name(check->level));
}

static void some(struct sl_json *json, const char *key, const char *text)
{
	if (*text)
		sl_json_string(json, key, text);
}

static void fact_json(struct sl_json *json, const struct sl_fact_status *f)
{
	sl_json_object(json, NULL);
	sl_json_string(json, "fact", sl_name_fact(f->fact));
	sl_json_bool(json, "watched", f->watched);
	sl_json_string(json, "from_level", run_level_name(f->from_level));
	if (f->watched) {
		some(json, "hook", f->hook);
		some(json, "limit", f->limit);
	} else {
		some(json, "why", f->why);
		some(json, "fix", f->fix);
	}
	sl_json_end(json);
}

static void error_json(struct sl_json *json, const struct sl_error *err)
{
	sl_json_object(json, "error");
	sl_json_string(json, "what", err->what);
	some(json, "why", err->why);
	some(json, "fix", err->fix);
	sl_json_end(json);
}

static void system_json(struct sl_json *json, const struct check *check)
{
	const struct probe *p = &check->probe;

	sl_json_string(json, "kernel", p->kernel);
	sl_json_bool(json, "btf", p->btf);
	sl_json_string(json, "lockdown", p->lockdown);
	sl_json_uint(json, "uid", p->uid);
	sl_json_array(json, "capabilities");
	for (unsigned n = 0; probe_cap_name(n); n++) {
		if (p->caps & 1u << n)
			sl_json_string(json, NULL, probe_cap_name(n));
	}
	sl_json_end(json);
}

void check_json(const struct check *check)
{
	struct sl_json json;

	sl_json_init(&json, stdout);
	sl_json_object(&json, NULL);
	sl_json_string(&json, "type", "check");
	sl_json_string(&json, "schema", JSON_SCHEMA_VERSION);
	sl_json_string(&json, "tool", SL_VERSION);
	system_json(&json, check);
	sl_json_string(&json, "source", check->source);
	sl_json_string(&json, "level", run_level_name(check->level));
	if (check->facts) {
		sl_json_array(&json, "facts");
		for (unsigned i = 0; i < SL_FACT_NR; i++)
			fact_json(&json, &check->facts[i]);
		sl_json_end(&json);
		sl_json_uint(&json, "watched", count_watched(check));
	}
	if (check->error)
		error_json(&json, check->error);
	sl_json_line(&json);
}
