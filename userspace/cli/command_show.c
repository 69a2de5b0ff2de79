// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * socklife show SOCK: everything about one socket. SOCK is its cookie, as ss -e prints it (hexadecimal), or as SO_COOKIE
 * gives it (decimal). Digits alone may be either: what exists is meant, and if both do, that is said.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "command.h"
#include "json_diag.h"
#include "number.h"
#include "report.h"
#include "view_show.h"

struct wanted {
	uint64_t hex, decimal; /* 0: the text cannot be that */
	bool hex_seen, decimal_seen;
};

/* With "sk:" or "0x" before it, or a letter in it, it is hexadecimal. */
static bool read_cookie(const char *text, struct wanted *w)
{
	const char *digits = text + (!strncasecmp(text, "sk:", 3) ? 3 : 0);
	char hex[32];

	digits += !strncasecmp(digits, "0x", 2) ? 2 : 0;
	snprintf(hex, sizeof(hex), "0x%.20s", digits);
	if (strlen(digits) > 20 || sl_number_parse(hex, 1, UINT64_MAX, &w->hex))
		w->hex = 0;
	if (digits != text || strspn(text, "0123456789") != strlen(text) ||
	    sl_number_parse(text, 1, UINT64_MAX, &w->decimal) || w->decimal == w->hex)
		w->decimal = 0;
	return w->hex || w->decimal;
}

static int no_cookie(const char *text)
{
	struct sl_error err;

	sl_error_set(&err, -EINVAL, SL_ERR_USAGE, "socklife ls shows them as SOCK, ss -e behind sk:",
		     *text ? "a cookie is expected, as in: socklife show 407a5" : "which socket?",
		     *text ? "show: '%.60s' is not a socket" : "show: a socket is missing", text);
	return report(&err, NULL);
}

static bool is_wanted(struct wanted *w, uint64_t cookie)
{
	w->hex_seen |= w->hex && cookie == w->hex;
	w->decimal_seen |= w->decimal && cookie == w->decimal;
	return (w->hex && cookie == w->hex) || (w->decimal && cookie == w->decimal);
}

static void text_socket(struct run *run, const struct snapshot_socket *socket)
{
	if (is_wanted(snapshot_of(run)->ctx, socket->life->id.cookie))
		show_socket(run, socket, stdout);
}

static void json_socket_wanted(struct run *run, const struct snapshot_socket *socket)
{
	if (is_wanted(snapshot_of(run)->ctx, socket->life->id.cookie))
		json_snapshot_socket(run, socket);
}

static const struct snapshot_view text = { .socket = text_socket };
static const struct snapshot_view json = { .socket = json_socket_wanted };

static int not_there(const struct settings *set, const char *sock)
{
	struct sl_error err;

	sl_error_set(&err, -ENOENT, SL_ERR_RUNTIME,
		     set->read    ? "socklife -r FILE tells those that ended"
		     : set->netns ? "socklife ls --netns NS"
				  : "it may be in another network namespace: --netns NS",
		     set->read ? "no socket with this cookie was open when the recording ended"
			       : "no socket with this cookie exists in this network namespace",
		     "show: no socket %.60s", sock);
	return report(&err, NULL);
}

int command_show(const struct settings *set, const char *sock)
{
	struct wanted wanted = { 0 };
	struct snapshot_run s = { .view = set->json ? &json : &text,
				  .ctx = &wanted,
				  .snapshot.query = { .tcp = true, .udp = true, .unix_ = true } };
	int code;

	if (!read_cookie(sock, &wanted))
		return no_cookie(sock);
	code = snapshot_run(&s, set, "", "show");
	if (code)
		return code;
	if (!wanted.hex_seen && !wanted.decimal_seen)
		return not_there(set, sock);
	if (wanted.hex_seen && wanted.decimal_seen)
		fprintf(stderr, "%s is the cookie of two sockets: 0x%" PRIx64 ", and 0x%" PRIx64 " in decimal\n", sock,
			wanted.hex, wanted.decimal);
	return 0;
}
