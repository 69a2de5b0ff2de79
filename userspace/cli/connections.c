// SPDX-License-Identifier: GPL-2.0-or-later
/* Views of whole connections: see connections.h. */
#include "connections.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "report.h"
#include "sequence.h"

#define HOLD_NS 300000000ULL /* the last ACK of a TIME_WAIT socket, and a life of the same moment from another CPU */

static void remember(struct connections *all, const struct connection *c)
{
	struct text t;

	if (all->named == CONNECTIONS_NAMED)
		return;
	text_init(&t);
	sequence_title(&t, c, &all->run->term);
	text_copy(all->other[all->named++], sizeof(all->other[0]), &t);
}

static void ready(void *ctx, struct connection *c, bool matches)
{
	struct connections *all = ctx;
	const struct settings *set = all->run->set;

	if (all->enough)
		return;
	if (!matches) {
		remember(all, c);
	} else if (!set->verbose && connection_is_quiet(c)) {
		all->quiet++;
	} else {
		all->show(all->run, c);
		all->enough = set->count && all->shown >= set->count;
	}
}

void connections_init(struct connections *all, struct run *run, void (*show)(struct run *run, struct connection *c))
{
	uint64_t hold_ns = run->set->latency_ns * 2 > HOLD_NS ? run->set->latency_ns * 2 : HOLD_NS;

	memset(all, 0, sizeof(*all));
	all->run = run;
	all->show = show;
	all->enough = gather_init(&all->gather, run->chosen, hold_ns, ready, all);
	all->gather.no_memory = all->enough;
}

void connections_exit(struct connections *all)
{
	gather_exit(&all->gather);
}

void connections_event(struct run *run, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	struct connections *all = run->state;

	if (!all->enough)
		gather_event(&all->gather, ev, id, peer);
}

void connections_life(struct run *run, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	struct connections *all = run->state;

	if (!all->enough)
		gather_life(&all->gather, life, ts_ns, peer);
}

bool connections_tick(struct run *run, uint64_t now_ns)
{
	struct connections *all = run->state;

	if (!all->enough)
		gather_tick(&all->gather, now_ns);
	return all->enough;
}

unsigned connections_columns(void)
{
	const char *text = getenv("COLUMNS");
	uint64_t columns;

	return text && !sl_number_parse(text, 1, 1000, &columns) ? (unsigned)columns : 0;
}

void connections_finish(struct connections *all)
{
	if (!all->gather.no_memory || !all->enough)
		gather_finish(&all->gather);
}

static void say_seen(const struct connections *all, char *why, size_t size)
{
	int len = snprintf(why, size, "%" PRIu64 " socket%s seen%s", all->gather.sockets,
			   all->gather.sockets == 1 ? " was" : "s were", all->named ? ", for example:" : "");

	for (unsigned i = 0; i < all->named && len > 0 && (size_t)len < size; i++)
		len += snprintf(why + len, size - (size_t)len, "\n    %s", all->other[i]);
}

void connections_explain(struct connections *all)
{
	const char *filter = all->run->filter;
	char why[512], fix[96] = "";
	struct sl_error err;

	if (all->gather.no_memory) {
		sl_error_set(&err, -ENOMEM, SL_ERR_RUNTIME, NULL, strerror(ENOMEM), "not everything could be shown");
		all->run->code = report(&err, NULL);
		return;
	}
	if (all->shown || (!all->gather.sockets && all->run->live))
		return;
	say_seen(all, why, sizeof(why));
	if (all->quiet) {
		snprintf(why, sizeof(why), "%" PRIu64 " socket%s, but only listened, or did nothing that failed",
			 all->quiet, all->quiet == 1 ? " matches" : "s match");
		snprintf(fix, sizeof(fix), "-v shows them too");
	} else if (!strncmp(filter, "sock ", 5)) {
		snprintf(fix, sizeof(fix), "the id is the number behind sk: of ss -e, and SOCK of trace");
	} else if (*filter) {
		snprintf(fix, sizeof(fix), "leave out the filter to see all");
	}
	if (!strncmp(filter, "sock ", 5) && !all->quiet)
		sl_error_set(&err, -ENOENT, SL_ERR_RUNTIME, fix, why, "no socket %.20s was seen", filter + 5);
	else
		sl_error_set(&err, -ENOENT, SL_ERR_RUNTIME, fix, why,
			     *filter ? "nothing to show for '%.100s'" : "nothing to show", filter);
	report(&err, NULL);
	if (!all->run->live)
		all->run->code = SL_ERR_RUNTIME;
}
