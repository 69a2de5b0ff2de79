// SPDX-License-Identifier: GPL-2.0-or-later
/* See diag_info.h. Bit-fields of tcp_info are not in the table: the life's flow has them. */
#include "diag_info.h"

#include <stddef.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof((table)[0]))
#define FIGURE(name)                                                                                                   \
	{                                                                                                              \
#name, offsetof(struct tcp_info, tcpi_##name), sizeof(((struct tcp_info *)0)->tcpi_##name)             \
	}

/* clang-format off */
const struct sl_diag_figure sl_diag_figures[] = {
	FIGURE(ca_state), FIGURE(retransmits), FIGURE(probes), FIGURE(backoff), FIGURE(rto), FIGURE(ato), FIGURE(snd_mss),
	FIGURE(rcv_mss), FIGURE(advmss), FIGURE(pmtu), FIGURE(unacked), FIGURE(sacked), FIGURE(lost), FIGURE(retrans),
	FIGURE(last_data_sent), FIGURE(last_data_recv), FIGURE(last_ack_recv), FIGURE(rcv_ssthresh), FIGURE(rtt), FIGURE(rttvar),
	FIGURE(min_rtt), FIGURE(snd_ssthresh), FIGURE(snd_cwnd), FIGURE(reordering), FIGURE(rcv_rtt), FIGURE(rcv_space),
	FIGURE(total_retrans), FIGURE(pacing_rate), FIGURE(max_pacing_rate), FIGURE(delivery_rate), FIGURE(bytes_sent),
	FIGURE(bytes_acked), FIGURE(bytes_received), FIGURE(bytes_retrans), FIGURE(segs_out), FIGURE(segs_in),
	FIGURE(data_segs_out), FIGURE(data_segs_in), FIGURE(notsent_bytes), FIGURE(busy_time), FIGURE(rwnd_limited),
	FIGURE(sndbuf_limited), FIGURE(delivered), FIGURE(delivered_ce), FIGURE(dsack_dups), FIGURE(reord_seen),
	FIGURE(rcv_ooopack), FIGURE(snd_wnd),
};
/* clang-format on */
const unsigned sl_diag_figure_count = NR(sl_diag_figures);

bool sl_diag_figure_value(const struct sl_diag *d, const struct sl_diag_figure *f, uint64_t *value)
{
	const char *at = (const char *)&d->info + f->at;
	uint32_t word;

	if (d->info_len < (uint32_t)f->at + f->size)
		return false;
	if (f->size == sizeof(*value)) {
		memcpy(value, at, sizeof(*value));
	} else if (f->size == sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		*value = word;
	} else {
		*value = *(const uint8_t *)at;
	}
	return true;
}

const char *sl_diag_mem_name(unsigned nth)
{
	static const char *const names[SL_DIAG_MEM_NR] = { "rmem_alloc",  "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc",
							   "wmem_queued", "optmem", "backlog",    "drops" };

	return nth < SL_DIAG_MEM_NR ? names[nth] : NULL;
}

const char *sl_diag_option(const struct sl_diag *d, unsigned nth)
{
	const struct inet_diag_sockopt *o = &d->opt;
	const struct {
		bool set;
		const char *name;
	} all[] = {
		{ d->known & SL_DIAG_V6ONLY && d->v6only, "v6only" },
		{ o->recverr, "recverr" },
		{ o->freebind, "freebind" },
		{ o->hdrincl, "hdrincl" },
		{ o->transparent, "transparent" },
		{ o->nodefrag, "nodefrag" },
		{ o->bind_address_no_port, "bind_address_no_port" },
		{ o->recverr_rfc4884, "recverr_rfc4884" },
		{ o->defer_connect, "defer_connect" },
	};

	for (unsigned i = 0; i < NR(all); i++) {
		if (all[i].set && !nth--)
			return all[i].name;
	}
	return NULL;
}
