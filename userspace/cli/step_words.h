/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A step in the few words that fit on an arrow of the ladder. */
#ifndef CLI_STEP_WORDS_H
#define CLI_STEP_WORDS_H

#include "steps.h"
#include "term.h"

/* "connect()", "= EINPROGRESS", "send 78 B", "SYN-SENT", "SYN again", "dropped 60 B: TCP_ZEROWINDOW". */
void step_words(struct text *t, const struct step *step, const struct sl_ident *id, const struct term *term);
enum signal_class step_signal(const struct step *step);

#endif
