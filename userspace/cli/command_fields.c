// SPDX-License-Identifier: GPL-2.0-or-later
/* socklife fields, socklife events: the words that filters, statistics, columns and traces are made of. From their tables. */
#include "cells.h"
#include "command.h"
#include "field.h"
#include "filter_word.h"
#include "measure.h"
#include "names.h"
#include "output.h"

static void print(const char *name, const char *about)
{
	printf("  %-14s %s\n", name, about);
}

int command_fields(const struct settings *set, const char *words)
{
	(void)set;
	(void)words;
	puts("Filter words, with an example:");
	for (size_t i = 0; i < sl_filter_words_nr; i++) {
		if (sl_filter_words[i].class == SL_WORD_KEY || sl_filter_words[i].class == SL_WORD_PROTO)
			print(sl_filter_words[i].word, sl_filter_words[i].example);
	}
	puts("\nMeasures, for stats MEASURE:");
	for (int i = 0; i < SL_MEASURE_NR; i++)
		print(sl_measures[i].name, sl_measures[i].about);
	puts("\nFields, for stats --by:");
	for (unsigned i = 0; i < sl_field_count; i++)
		print(sl_fields[i].name, sl_fields[i].about);
	puts("\nColumns, for -o:");
	for (unsigned i = 0; i < cell_count; i++)
		print(cell_table[i].name, cell_table[i].about);
	return output_finish();
}

static const char *const abouts[SL_EV_NR] = {
	[SL_EV_CALL] = "a call on the socket returned",
	[SL_EV_OPTION] = "an option was set",
	[SL_EV_STATE] = "the TCP state changed",
	[SL_EV_SEGMENT] = "a segment of handshake, close or reset, at the device",
	[SL_EV_RETRANS] = "a segment was sent again",
	[SL_EV_RESET] = "a RST was sent or received",
	[SL_EV_ERROR] = "the kernel reported an error to the socket",
	[SL_EV_DROP] = "a packet was dropped with the socket",
	[SL_EV_OUTCOME] = "the handshake ended, in a connection or not",
	[SL_EV_TAIL] = "the peer's FIN came after the socket's end, in TIME-WAIT",
};

int command_events(const struct settings *set, const char *words)
{
	(void)set;
	(void)words;
	puts("Events, as in: socklife trace event retrans");
	for (unsigned kind = SL_EV_CALL; kind < SL_EV_NR; kind++)
		print(sl_name_event(kind), abouts[kind] ? abouts[kind] : "");
	puts("\nCalls, as in: socklife trace event connect");
	for (unsigned call = 0; call < SL_CALL_NR; call++)
		print(sl_name_call(call), "");
	puts("\nFacts that they rest on (socklife check says which of them this kernel shows):");
	for (unsigned fact = 0; fact < SL_FACT_NR; fact++)
		print(sl_name_fact(fact), sl_about_fact(fact));
	return output_finish();
}
