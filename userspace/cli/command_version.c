// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife version: of the tool, of what kernel side and reader say to each other, of the JSON. */
#include "../../core/abi.h"
#include "command.h"
#include "json.h"
#include "json_record.h"
#include "output.h"

int command_version(const struct settings *set, const char *filter)
{
	struct sl_json json;

	(void)filter;
	if (!set->json) {
		printf("socklife %s\nabi %s\nschema %s\n", SL_VERSION, JSON_ABI_VERSION, JSON_SCHEMA_VERSION);
		return output_finish();
	}
	sl_json_init(&json, stdout);
	sl_json_object(&json, NULL);
	sl_json_string(&json, "tool", SL_VERSION);
	sl_json_string(&json, "abi", JSON_ABI_VERSION);
	sl_json_string(&json, "schema", JSON_SCHEMA_VERSION);
	sl_json_line(&json);
	return output_finish();
}
