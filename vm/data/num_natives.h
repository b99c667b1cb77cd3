/* SPDX-License-Identifier: GPL-3.0-only */
/* num_natives.h: prototypes of the natives of num.def. */
#ifndef LONA_NUM_NATIVES_H
#define LONA_NUM_NATIVES_H

#include "run/native.h"

#define NATIVE(ns, name, function, min, max, flags) native_fn function;
#include "data/num.def"
#undef NATIVE

#endif
