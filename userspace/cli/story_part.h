/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two tellers behind story_tell(). Internal to the story's files. */
#ifndef CLI_STORY_PART_H
#define CLI_STORY_PART_H

#include "story.h"

/* A call or its return: the application's sentence, and the kernel's part of it if it has one. Returns how many. */
unsigned story_app(struct story *story, struct sentence out[2], const struct step *step);
/* Anything else. */
void story_kernel(struct story *story, struct sentence *out, const struct step *step);

#endif
