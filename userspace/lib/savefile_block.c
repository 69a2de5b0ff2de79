// SPDX-License-Identifier: GPL-2.0-or-later
/* Records to blocks: see savefile_block.h. */
#include "savefile_block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define SPAN_NS 900000000ULL /* of a block: less than a second, for a crash may come before the next look */

int sl_blocks_init(struct sl_blocks *b)
{
	memset(b, 0, sizeof(*b));
	sl_plan_build(&b->plan);
	return sl_packer_create(&b->packer, &b->plan);
}

void sl_blocks_exit(struct sl_blocks *b)
{
	sl_packer_destroy(b->packer);
	free(b->frame);
	memset(b, 0, sizeof(*b));
}

bool sl_blocks_due(const struct sl_blocks *b, const struct sl_rec *rec)
{
	return b->records && rec->ts_ns > b->head.first_ns && rec->ts_ns - b->head.first_ns > SPAN_NS;
}

bool sl_blocks_late(const struct sl_blocks *b, uint64_t now_ns)
{
	return b->records && now_ns - b->begun_ns > SPAN_NS / 2;
}

int sl_blocks_add(struct sl_blocks *b, const struct sl_rec *rec)
{
	int ret = sl_packer_add(b->packer, rec);

	if (ret)
		return ret;
	if (!b->records)
		b->begun_ns = sl_clock_ns();
	if (!b->records++ || rec->ts_ns < b->head.first_ns)
		b->head.first_ns = rec->ts_ns;
	if (rec->ts_ns > b->head.last_ns)
		b->head.last_ns = rec->ts_ns;
	if (rec->type < SL_REC_NR)
		b->head.records[rec->type]++;
	return 0;
}

static int fill_entry(struct sl_blocks *b, struct sl_index_entry *entry)
{
	b->head.sockets = sl_packer_sockets(b->packer);
	*entry = (struct sl_index_entry){ .head = b->head };
	if (sl_index_set_create(entry))
		return -ENOMEM;
	for (uint32_t i = 0; i < b->head.sockets; i++)
		sl_index_set_add(entry, sl_packer_cookie(b->packer, i));
	return 0;
}

static int make_room(struct sl_blocks *b, size_t size)
{
	uint8_t *frame;

	if (b->room >= size)
		return 0;
	frame = realloc(b->frame, size);
	if (!frame)
		return -ENOMEM;
	b->frame = frame;
	b->room = size;
	return 0;
}

int sl_blocks_take(struct sl_blocks *b, const uint8_t **frame, size_t *size, struct sl_index_entry *entry)
{
	const size_t front = SL_FRAME_HEAD + SL_BLOCK_HEAD;
	const uint8_t *packed;
	size_t bytes;
	int ret = fill_entry(b, entry);

	if (!ret)
		ret = sl_packer_finish(b->packer, &packed, &bytes);
	if (!ret)
		ret = make_room(b, front + bytes);
	if (!ret) {
		sl_block_head_encode(&b->head, b->frame + SL_FRAME_HEAD);
		memcpy(b->frame + front, packed, bytes);
		sl_frame_encode(b->frame, SL_FRAME_PACKED, (uint32_t)(SL_BLOCK_HEAD + bytes), b->records);
		*frame = b->frame;
		*size = front + bytes;
	} else {
		sl_index_set_destroy(entry);
	}
	memset(&b->head, 0, sizeof(b->head));
	b->records = 0;
	return ret;
}
