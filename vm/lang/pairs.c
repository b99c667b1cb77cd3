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

static bool reads(u32 insn, unsigned reg)
{
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    return (info->b == RD && INSN_B(insn) == reg) || (info->c == RD && INSN_C(insn) == reg);
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
    case LINK_LAST:
        return !reads(second, result);
    }
    return false;
}

/* What first's result may be to the last of three. */
static bool is_linked_to_last(enum pair_link link, u32 first, u32 second, u32 last)
{
    unsigned result = INSN_A(first);
    if (link == LINK_LAST)
        return INSN_B(last) == result && INSN_A(second) != result;
    return INSN_A(second) == result || !reads(last, result);
}

/* True when the instruction at `at` may be the pair's first, whatever its opcode. */
static bool is_followed(const struct op_pair *pair, const u32 *code, u32 n, u32 at)
{
    u32 next = at + op_infos[pair->first].words;
    if (next >= n || INSN_OP(code[next]) != pair->second ||
        !is_linked((enum pair_link)pair->link, code[at], code[next]))
        return false;
    if (!op_pair_of(pair->second))
        return true;
    u32 last = next + op_infos[pair->second].words;
    return last < n && is_linked_to_last((enum pair_link)pair->link, code[at], code[next], code[last]);
}

bool pair_fits(const u32 *code, u32 n, u32 at)
{
    const struct op_pair *pair = op_pair_of(INSN_OP(code[at]));
    return !pair || is_followed(pair, code, n, at);
}

static const struct op_pair *find_pair_at(const u32 *code, u32 n, u32 at)
{
    for (unsigned i = 0; i < ARRAY_LEN(pairs); i++)
        if (INSN_OP(code[at]) == pairs[i].first && is_followed(&pairs[i], code, n, at))
            return &pairs[i];
    return NULL;
}

/* One round makes pairs of single instructions; the next one puts a single instruction before them. */
#define ROUNDS 2
void pairs_fuse(u32 *code, u32 n)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        u32 next;
        for (u32 at = 0; at < n; at = next) {
            const struct op_pair *done = op_pair_of(INSN_OP(code[at])), *pair = done ? done : find_pair_at(code, n, at);
            next = at + op_infos[INSN_OP(code[at])].words;
            if (!pair)
                continue;
            code[at] = (code[at] & ~0xffu) | pair->op;
            if (!op_pair_of(pair->second))
                next += op_infos[pair->second].words; /* what is second is no first */
        }
    }
}
