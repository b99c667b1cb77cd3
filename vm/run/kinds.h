/* SPDX-License-Identifier: GPL-3.0-only */
/* kinds.h: the kinds of values that patterns test for, one for each line of kinds.def. */
#ifndef LONA_KINDS_H
#define LONA_KINDS_H

#include "term/term.h"

enum kind {
#define KIND(name, predicate) KIND_##name,
#include "run/kinds.def"
#undef KIND
    KIND_COUNT
};
/* Answers as the predicate named in kinds.def does. Never collects. */
bool kind_is(term t, unsigned kind);

#endif
