/* SPDX-License-Identifier: GPL-3.0-only */
/* The table of instructions, from ops.def. */
#include "lang/code.h"

#define HAS_WORD(kind) ((kind) != NO)
const struct op_info op_infos[N_OPS] = {
#define OP(name, a, b, c, w1, w2, effects, var, doc) \
    [OP_##name] = {#name, a, b, c, w1, w2, 1 + HAS_WORD(w1) + HAS_WORD(w2), effects, var, doc},
#include "lang/ops.def"
#undef OP
};
