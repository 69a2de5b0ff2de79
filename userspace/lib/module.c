// SPDX-License-Identifier: GPL-2.0-or-later
/* See module.h. */
#include "module.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "device.h"
#include "kernel.h"

static void quiet(void *data, int priority, const char *file, int line, const char *fn, const char *format,
		  va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
}

static struct kmod_ctx *open_context(void)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);

	if (ctx)
		kmod_set_log_fn(ctx, quiet, NULL);
	return ctx;
}

static bool read_word(const char *path, char *word, size_t size)
{
	FILE *file = fopen(path, "re");
	bool ok = file && fgets(word, (int)size, file);

	if (file)
		fclose(file);
	if (ok)
		word[strcspn(word, "\n")] = 0;
	else
		word[0] = 0;
	return ok;
}

/* ---- who has the device open ---------------------------------------------------------------------------------------- */

static bool has_device(const char *pid)
{
	char path[300], target[64];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", pid, entry->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = 0;
		found = !strcmp(target, SL_DEVICE_PATH);
	}
	if (dir)
		closedir(dir);
	return found;
}

static void find_holders(char *text, size_t size)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	size_t used = 0;

	text[0] = 0;
	while (proc && (entry = readdir(proc))) {
		char path[64], comm[32];

		if (!isdigit((unsigned char)entry->d_name[0]) || !has_device(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/comm", entry->d_name);
		read_word(path, comm, sizeof(comm));
		if (used + 64 < size)
			used += (size_t)snprintf(text + used, size - used, "%s%.16s[%.20s]", used ? " " : "", comm,
						 entry->d_name);
	}
	if (proc)
		closedir(proc);
}

/* ---- status --------------------------------------------------------------------------------------------------------- */

static void find_file(struct kmod_ctx *ctx, char *path, size_t size)
{
	struct kmod_module *module = NULL;

	path[0] = 0;
	if (!ctx || kmod_module_new_from_name(ctx, SL_MODULE_NAME, &module) < 0)
		return;
	if (kmod_module_get_path(module))
		snprintf(path, size, "%s", kmod_module_get_path(module));
	kmod_module_unref(module);
}

void sl_module_status(struct sl_module_status *status)
{
	struct kmod_ctx *ctx = open_context();
	char word[32];

	memset(status, 0, sizeof(*status));
	status->possible = !access("/proc/modules", F_OK);
	status->loaded = !access("/sys/module/" SL_MODULE_NAME "/initstate", F_OK);
	status->users = status->loaded && read_word("/sys/module/" SL_MODULE_NAME "/refcnt", word, sizeof(word))
				? atoi(word)
				: -1;
	read_word("/sys/module/" SL_MODULE_NAME "/version", status->version, sizeof(status->version));
	find_file(ctx, status->file, sizeof(status->file));
	snprintf(status->lockdown, sizeof(status->lockdown), "%s", sl_kernel_lockdown_name(sl_kernel_lockdown()));
	status->signed_only = read_word("/sys/module/module/parameters/sig_enforce", word, sizeof(word)) &&
			      word[0] == 'Y';
	find_holders(status->holders, sizeof(status->holders));
	if (ctx)
		kmod_unref(ctx);
}

/* ---- load ----------------------------------------------------------------------------------------------------------- */

/* What the file was built for, by its own word. */
static void vermagic_of(struct kmod_module *module, char *text, size_t size)
{
	struct kmod_list *list = NULL, *item;

	text[0] = 0;
	if (kmod_module_get_info(module, &list) < 0)
		return;
	kmod_list_foreach(item, list)
	{
		if (!strcmp(kmod_module_info_get_key(item), "vermagic"))
			snprintf(text, size, "%.*s", (int)strcspn(kmod_module_info_get_value(item), " "),
				 kmod_module_info_get_value(item));
	}
	kmod_module_info_free_list(list);
}

static int explain_permission(int ret, struct sl_error *err)
{
	enum sl_lockdown lockdown = sl_kernel_lockdown();
	char why[160];

	if (geteuid() && ret == -EPERM && lockdown <= SL_LOCKDOWN_NONE)
		return sl_error_set(err, ret, SL_ERR_PRIVILEGE, "sudo socklife module load",
				    "loading a module needs CAP_SYS_MODULE",
				    "the module cannot be loaded by this user");
	if (lockdown > SL_LOCKDOWN_NONE) {
		snprintf(why, sizeof(why),
			 "lockdown is %s (Secure Boot), and it has no signature that this kernel trusts",
			 sl_kernel_lockdown_name(lockdown));
		return sl_error_set(
			err, ret, SL_ERR_PRIVILEGE,
			"sign it with a key that mokutil has enrolled; or --source bpf: no module is needed", why,
			"the kernel refuses the module");
	}
	return sl_error_set(err, ret, SL_ERR_PRIVILEGE, "load it outside the container",
			    "CAP_SYS_MODULE is missing, or kernel.modules_disabled is 1",
			    "the kernel refuses the module");
}

static int explain_none(int ret, struct sl_error *err)
{
	return sl_error_set(err, ret, SL_ERR_FEATURE, "socklife --source bpf: no module is needed",
			    "it is built without loadable modules (CONFIG_MODULES)", "this kernel takes no module");
}

static int explain_load(int ret, struct kmod_module *module, struct sl_error *err)
{
	char built[96], why[300];
	struct utsname host;

	uname(&host);
	vermagic_of(module, built, sizeof(built));
	switch (ret) {
	case -ENOSYS: return explain_none(ret, err);
	case -ENOENT:
		snprintf(why, sizeof(why), "it is not below /lib/modules/%.64s, or it lacks a symbol there: see dmesg",
			 host.release);
		return sl_error_set(err, ret, SL_ERR_RUNTIME, "make kmod && sudo socklife module load FILE.ko", why,
				    "the module is not found");
	case -EPERM:
	case -EACCES: return explain_permission(ret, err);
	case -EKEYREJECTED:
	case -ENOKEY:
		return sl_error_set(
			err, ret, SL_ERR_PRIVILEGE,
			"sign it with a key that mokutil has enrolled; or --source bpf: no module is needed",
			"this kernel takes only modules whose signature it trusts", "the kernel refuses the module");
	case -ENOEXEC:
	case -EINVAL:
		snprintf(why, sizeof(why), "it is built for %s, and this is %.64s",
			 *built ? built : "no kernel that it names", host.release);
		return sl_error_set(err, ret, SL_ERR_FEATURE, "make kmod",
				    !strcmp(built, host.release)
					    ? "it is built for this kernel, but something in it does not fit: see dmesg"
					    : why,
				    "the kernel cannot take the module");
	default:
		return sl_error_set(err, ret, SL_ERR_RUNTIME, "dmesg | tail", strerror(-ret),
				    "the module was not loaded");
	}
}

static int find_module(struct kmod_ctx *ctx, const char *file, struct kmod_module **module, struct sl_error *err)
{
	int ret;

	*module = NULL;
	if (!file) {
		ret = kmod_module_new_from_name(ctx, SL_MODULE_NAME, module);
		return ret < 0 ? ret : kmod_module_get_path(*module) ? 0 : -ENOENT;
	}
	if (access(file, R_OK))
		return sl_error_set(err, -errno, SL_ERR_USAGE, "socklife module load FILE.ko", strerror(errno),
				    "no module file %.160s", file);
	return kmod_module_new_from_path(ctx, file, module);
}

int sl_module_load(const char *file, const char *options, struct sl_error *err)
{
	struct kmod_ctx *ctx = open_context();
	struct kmod_module *module = NULL;
	int ret;

	if (!ctx)
		return sl_error_set(err, -ENOMEM, SL_ERR_RUNTIME, NULL, NULL, "out of memory");
	err->what[0] = 0;
	ret = find_module(ctx, file, &module, err);
	if (!ret)
		ret = kmod_module_insert_module(module, 0, options);
	if (ret == -EEXIST)
		ret = 1;
	else if (ret < 0 && !err->what[0])
		ret = explain_load(ret, module, err);
	if (module)
		kmod_module_unref(module);
	kmod_unref(ctx);
	return ret;
}

/* ---- unload --------------------------------------------------------------------------------------------------------- */

static int explain_unload(int ret, struct sl_error *err)
{
	struct sl_module_status status;
	char why[300];

	sl_module_status(&status);
	if (ret == -ENOSYS)
		return explain_none(ret, err);
	if (ret == -EPERM)
		return sl_error_set(err, ret, SL_ERR_PRIVILEGE, "sudo socklife module unload",
				    "unloading a module needs CAP_SYS_MODULE",
				    "the module cannot be unloaded by this user");
	if (ret != -EAGAIN && ret != -EBUSY && ret != -EWOULDBLOCK)
		return sl_error_set(err, ret, SL_ERR_RUNTIME, "dmesg | tail", strerror(-ret),
				    "the module was not unloaded");
	snprintf(why, sizeof(why), "it is in use by %s",
		 *status.holders ? status.holders : "somebody that cannot be seen from here");
	return sl_error_set(err, ret, SL_ERR_RUNTIME, "end them, then: socklife module unload", why,
			    "the module is not unloaded");
}

int sl_module_unload(struct sl_error *err)
{
	struct kmod_ctx *ctx = open_context();
	struct kmod_module *module = NULL;
	int ret = ctx ? kmod_module_new_from_name(ctx, SL_MODULE_NAME, &module) : -ENOMEM;

	if (ret >= 0)
		ret = kmod_module_remove_module(module, 0);
	if (ret == -ENOENT)
		ret = 1;
	else if (ret < 0)
		ret = explain_unload(ret, err);
	if (module)
		kmod_module_unref(module);
	if (ctx)
		kmod_unref(ctx);
	return ret;
}
