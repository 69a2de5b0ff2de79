// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The decoder on any bytes, as a stream of records: whatever it takes must keep what decode.h promises, decode to
 * itself again, and be fit for the model, which trusts it.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/lib/decode.h"
#include "../../userspace/lib/model.h"

#define CHECK(cond)                                                                                                    \
	do {                                                                                                           \
		if (!(cond))                                                                                           \
			abort();                                                                                       \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_ident(const struct sl_ident *id, const struct sl_rec *rec)
{
	CHECK(id->cookie == rec->cookie);
	CHECK(id->role <= SL_ROLE_LISTENER && id->origin <= SL_ORIGIN_SEEDED);
	CHECK(memchr(id->comm, 0, sizeof(id->comm)));
}

static void check_life(const struct sl_life *life, const struct sl_rec *rec)
{
	check_ident(&life->id, rec);
	CHECK(life->handshake.outcome <= SL_HS_OTHER && life->close.class_ <= SL_CLOSE_UNCONNECTED);
	CHECK(memchr(life->flow.congestion, 0, sizeof(life->flow.congestion)));
	CHECK(life->handshake.err != INT_MIN && life->errors.last_sk_err != INT_MIN);
	CHECK(life->security.last_call < SL_CALL_NR);
	for (int i = 0; i < SL_ERRNO_NR; i++)
		CHECK(life->calls.err[i].call < SL_CALL_NR);
}

static void check_event(const struct sl_event *ev)
{
	CHECK(ev->ret != INT_MIN);
	CHECK(ev->kind != SL_EV_CALL || ev->call.call < SL_CALL_NR);
	CHECK(ev->kind != SL_EV_OUTCOME || ev->state.new_state <= SL_HS_OTHER);
}

static void check(const union sl_any_rec *any)
{
	union sl_any_rec again;
	size_t used;

	switch (any->rec.type) {
	case SL_REC_IDENT: check_ident(&any->ident.id, &any->rec); break;
	case SL_REC_EVENT: check_event(&any->event); break;
	case SL_REC_LIFE: check_life(&any->life.life, &any->rec); break;
	default: abort();
	}
	CHECK(!sl_decode(any, any->rec.len, &again, &used) && used == any->rec.len);
	CHECK(!memcmp(any, &again, used));
}

static void on_event(void *ctx, const struct sl_event *ev, const struct sl_ident *id, uint64_t peer)
{
	(void)ctx;
	(void)peer;
	CHECK(id->cookie == ev->rec.cookie);
}

static void on_life(void *ctx, const struct sl_life *life, uint64_t ts_ns, uint64_t peer)
{
	(void)ctx;
	(void)ts_ns;
	CHECK(!peer || peer != life->id.cookie);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sl_model_ops ops = { on_event, on_life };
	struct sl_model_config config = { .with_events = true, .with_open = true, .max_held = 4 };
	union sl_any_rec any;
	struct sl_model *model;
	size_t used;
	int ret;

	CHECK(!sl_model_create(&model, &config, &ops, NULL));
	while (size) {
		ret = sl_decode(data, size, &any, &used);
		CHECK(!ret || ret == -EAGAIN || ret == -EBADMSG || ret == -ENOTSUP);
		if (ret && ret != -ENOTSUP)
			break;
		CHECK(used >= sizeof(struct sl_rec) && used <= size);
		if (!ret) {
			check(&any);
			CHECK(!sl_model_record(model, &any.rec));
		}
		data += used;
		size -= used;
	}
	sl_model_finish(model);
	sl_model_destroy(model);
	return 0;
}
