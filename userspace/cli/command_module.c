// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife module load|unload|status: the kernel module, which is there for those who want its lower cost or its /proc files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "module.h"
#include "output.h"
#include "report.h"

static int wrong(const char *what, const char *word)
{
	struct sl_error err;

	sl_error_set(&err, -EINVAL, SL_ERR_USAGE, "socklife module load [FILE.ko] [NAME=VALUE...] | unload | status",
		     NULL, "module: %s%.80s%s", what, word, *word ? "'" : "");
	return report(&err, NULL);
}

static int status(void)
{
	struct sl_module_status s;

	sl_module_status(&s);
	printf("loaded    %s\n", s.loaded ? "yes" : "no");
	if (s.loaded && s.users >= 0)
		printf("users     %d%s%s\n", s.users, *s.holders ? ": " : "", s.holders);
	if (*s.version)
		printf("version   %s\n", s.version);
	printf("file      %s\n", *s.file ? s.file : "none below /lib/modules for this kernel");
	printf("lockdown  %s\n", s.lockdown);
	if (!s.possible)
		printf("modules   none: this kernel is built without (CONFIG_MODULES)\n");
	else
		printf("unsigned  %s\n",
		       s.signed_only || !strcmp(s.lockdown, "integrity") || !strcmp(s.lockdown, "confidentiality")
			       ? "refused: only modules with a signature that this kernel trusts"
			       : "allowed");
	return output_finish();
}

static int load(char **words, unsigned count)
{
	const char *file = count && !strchr(words[0], '=') ? words[0] : NULL;
	char options[1024] = "";
	struct sl_error err = { .column = -1 };
	size_t used = 0;
	int ret;

	for (unsigned i = file ? 1 : 0; i < count; i++) {
		if (!strchr(words[i], '='))
			return wrong("not a parameter: '", words[i]);
		if (used + strlen(words[i]) + 2 > sizeof(options))
			return wrong("too many parameters", "");
		used += (size_t)snprintf(options + used, sizeof(options) - used, "%s%s", used ? " " : "", words[i]);
	}
	ret = sl_module_load(file, options, &err);
	if (ret < 0)
		return report(&err, NULL);
	printf(ret ? "socklife: the module was loaded already\n" : "socklife: the module is loaded\n");
	return output_finish();
}

static int unload(void)
{
	struct sl_error err = { .column = -1 };
	int ret = sl_module_unload(&err);

	if (ret < 0)
		return report(&err, NULL);
	printf(ret ? "socklife: the module was not loaded\n" : "socklife: the module is unloaded\n");
	return output_finish();
}

int command_module(const struct settings *set, const char *filter)
{
	unsigned count = set->word_count - 1;
	char **words = set->words + 1;

	(void)filter;
	if (count && !strcmp(words[0], "load"))
		return load(words + 1, count - 1);
	if (count == 1 && !strcmp(words[0], "unload"))
		return unload();
	if (!count || (count == 1 && !strcmp(words[0], "status")))
		return status();
	return wrong("unknown: '", words[0]);
}
