// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife schema: the JSON Schema of what --json prints. The build puts schema.json in as sl_schema_json. */
#include "command.h"
#include "output.h"

extern const char sl_schema_json[];

int command_schema(const struct settings *set, const char *filter)
{
	(void)set;
	(void)filter;
	fputs(sl_schema_json, stdout);
	return output_finish();
}
