/* SPDX-License-Identifier: GPL-3.0-only */
/* kinds.h: asks for the kinds of values that patterns test for: enum kind of lang/code.h, declared in kinds.def. */
#ifndef LONA_KINDS_H
#define LONA_KINDS_H

#include "lang/code.h"

/* Answers as the predicate named in kinds.def does. Never collects. */
bool kind_is(term t, unsigned kind);

#endif
