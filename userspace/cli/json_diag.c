// SPDX-License-Identifier: GPL-2.0-or-later
/* See json_diag.h. tcp_info's figures keep their names and units; what this kernel does not have is absent. */
#include "json_diag.h"

#include "clock.h"
#include "diag_info.h"
#include "names.h"

static void put_timer(struct sl_json *json, const struct sl_diag *d)
{
	const char *name = sl_diag_timer_name(d->timer);

	if (!name)
		return;
	sl_json_object(json, "timer");
	json_word(json, "kind", name, d->timer);
	sl_json_uint(json, "expires_ms", d->timer_ms);
	sl_json_uint(json, "retrans", d->timer_retrans);
	sl_json_end(json);
}

static void put_memory(struct sl_json *json, const struct sl_diag *d)
{
	if (!(d->known & SL_DIAG_MEM))
		return;
	sl_json_object(json, "skmem");
	for (unsigned i = 0; i < SL_DIAG_MEM_NR; i++)
		sl_json_uint(json, sl_diag_mem_name(i), d->mem[i]);
	sl_json_end(json);
}

static void put_info(struct sl_json *json, const struct sl_diag *d)
{
	uint64_t value;

	if (!d->info_len)
		return;
	sl_json_object(json, "tcp_info");
	for (unsigned i = 0; i < sl_diag_figure_count; i++) {
		if (!sl_diag_figure_value(d, &sl_diag_figures[i], &value))
			continue;
		if (value > INT64_MAX) /* a rate without limit */
			sl_json_string(json, sl_diag_figures[i].name, "unlimited");
		else
			sl_json_uint(json, sl_diag_figures[i].name, value);
	}
	sl_json_uint(json, "snd_wscale", d->info.tcpi_snd_wscale);
	sl_json_uint(json, "rcv_wscale", d->info.tcpi_rcv_wscale);
	sl_json_bool(json, "app_limited", d->info.tcpi_delivery_rate_app_limited);
	sl_json_end(json);
}

static void put_options(struct sl_json *json, const struct sl_diag *d)
{
	const char *name;

	sl_json_array(json, "options");
	for (unsigned i = 0; (name = sl_diag_option(d, i)); i++)
		sl_json_string(json, NULL, name);
	sl_json_end(json);
	if (d->known & SL_DIAG_TOS)
		sl_json_uint(json, "tos", d->tos);
	if (d->known & SL_DIAG_CLASS)
		sl_json_uint(json, "tclass", d->tclass);
	if (d->known & SL_DIAG_MARK)
		sl_json_uint(json, "mark", d->mark);
	json_some(json, "ifindex", d->ifindex);
	json_some(json, "shutdown", d->shutdown);
	json_some(json, "cgroup_id", d->cgroup_id);
	if (*d->ulp)
		sl_json_text(json, "ulp", d->ulp, sizeof(d->ulp));
}

static void put_holders(struct sl_json *json, const struct sl_owner_of *holder)
{
	sl_json_array(json, "processes");
	for (; holder; holder = sl_owners_next(holder)) {
		sl_json_object(json, NULL);
		sl_json_uint(json, "pid", holder->pid);
		sl_json_text(json, "comm", holder->comm, sizeof(holder->comm));
		sl_json_int(json, "fd", holder->fd);
		sl_json_end(json);
	}
	sl_json_end(json);
}

static void put_diag(struct sl_json *json, const struct snapshot_socket *socket)
{
	const struct sl_diag *d = socket->diag;

	sl_json_object(json, "diag");
	if (d->known & SL_DIAG_QUEUES) {
		sl_json_uint(json, "recv_q", d->recv_q);
		sl_json_uint(json, "send_q", d->send_q);
	}
	sl_json_uint(json, "uid", d->uid);
	json_some(json, "inode", d->inode);
	if (*d->path)
		sl_json_text(json, "path", d->path, sizeof(d->path));
	json_some(json, "peer_inode", d->peer_inode);
	put_holders(json, socket->holders);
	put_timer(json, d);
	put_memory(json, d);
	put_options(json, d);
	put_info(json, d);
	sl_json_end(json);
}

void json_snapshot_begin(struct run *run, const struct snapshot_socket *socket)
{
	json_life_open(run, socket->life, sl_clock_ns(), socket->peer);
	if (socket->diag)
		put_diag(&run->json, socket);
}

void json_snapshot_socket(struct run *run, const struct snapshot_socket *socket)
{
	json_snapshot_begin(run, socket);
	sl_json_line(&run->json);
}
