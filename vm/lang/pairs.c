/* SPDX-License-Identifier: GPL-3.0-only */
/* Instructions done two at a time (PAIR in ops.def): where they fit. */
#include "lang/code.h"

static const struct op_pair pairs[] = {
#define OP(...)
#define PAIR(name, first, second, link, ...) {OP_##name, OP_##first, OP_##second, LINK_##link},
#include "lang/ops.def"
#undef OP
};

const struct op_pair *op_pair_of(unsigned op)
{
    if (op < pairs[0].op || op > pairs[ARRAY_LEN(pairs) - 1].op)
        return NULL;
    return &pairs[op - pairs[0].op];
}

static bool is_linked(enum pair_link link, u32 first, u32 second)
{
    unsigned result = INSN_A(first);
    switch (link) {
    case LINK_NONE:
        return true;
    case LINK_B:
        return INSN_B(second) == result && (op_infos[INSN_OP(second)].c != RD || INSN_C(second) != result);
    case LINK_C:
        return INSN_C(second) == result && INSN_B(second) != result;
    }
    return false;
}

bool pair_fits(const u32 *code, u32 n, u32 at)
{
    const struct op_pair *pair = op_pair_of(INSN_OP(code[at]));
    if (!pair)
        return true;
    u32 next = at + op_infos[pair->first].words;
    return next < n && INSN_OP(code[next]) == pair->second &&
           is_linked((enum pair_link)pair->link, code[at], code[next]);
}

void pairs_fuse(u32 *code, u32 n)
{
    u32 next;
    for (u32 at = 0; at < n; at = next) {
        next = at + op_infos[INSN_OP(code[at])].words;
        for (unsigned i = 0; i < ARRAY_LEN(pairs) && next < n; i++) {
            if (INSN_OP(code[at]) != pairs[i].first || INSN_OP(code[next]) != pairs[i].second ||
                !is_linked((enum pair_link)pairs[i].link, code[at], code[next]))
                continue;
            code[at] = (code[at] & ~0xffu) | pairs[i].op;
            next += op_infos[INSN_OP(code[next])].words; /* what is second is no first */
            break;
        }
    }
}
