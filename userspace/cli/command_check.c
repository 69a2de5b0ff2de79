// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * socklife check: opens the source as a run would, attaches nothing, and shows fact by fact which hook would watch it or
 * why none can. Exit 0 if lives can be watched at all, else the error's code.
 */
#include <errno.h>

#include "command.h"
#include "output.h"
#include "report.h"
#include "run.h"
#include "source.h"
#include "view_check.h"

/* A socket's life needs at least its states and its end. */
static int check_essential(const struct check *check, struct sl_error *err)
{
	uint64_t need = SL_FACT_BIT(STATE) | SL_FACT_BIT(END);

	if ((check->watched & need) == need)
		return 0;
	return sl_error_set(err, -ENOTSUP, SL_ERR_FEATURE, "see the facts state and end",
			    "no hook shows states and ends of sockets", "lives cannot be watched on this kernel");
}

static void gather(struct check *check, struct sl_source *source)
{
	check->facts = source->ops->facts ? source->ops->facts(source) : NULL;
	for (unsigned i = 0; check->facts && i < SL_FACT_NR; i++)
		check->watched |= (uint64_t)check->facts[i].watched << i;
}

int command_check(const struct settings *set, const char *filter)
{
	const struct sl_source_ops *ops = run_source(set);
	struct sl_config config = { .level = set->level ? (enum sl_level)(set->level - 1) : SL_LEVEL_CALLS };
	struct check check = { .source = ops->name, .level = config.level };
	struct sl_source *source = NULL;
	struct sl_error err = { .column = -1 };
	int ret, code;

	(void)filter;
	probe_read(&check.probe);
	ret = ops->open(&source, &config, &err);
	if (!ret) {
		gather(&check, source);
		ret = check_essential(&check, &err);
	}
	check.error = ret ? &err : NULL;
	if (set->json)
		check_json(&check);
	else
		check_text(&check, set);
	code = output_finish();
	if (!code && ret)
		code = report(&err, NULL);
	ops->close(source);
	return code;
}
