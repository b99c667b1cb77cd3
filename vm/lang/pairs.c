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

static unsigned single_op(unsigned op)
{
    const struct op_pair *pair = op_pair_of(op);
    return pair ? pair->first : op;
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

/* True when nobody reads the result of the instruction at `at` once the one at last is done. */
static bool is_spent(const struct live_code *c, u32 at, u32 last)
{
    unsigned result = INSN_A(c->code[at]);
    u32 after = last + op_infos[INSN_OP(c->code[last])].words;
    if (INSN_A(c->code[last]) == result)
        return true;
    return after < c->n && !(c->live[(word)after * c->set_words + result / 64] >> (result % 64) & 1);
}

/* True when the instructions from `at` on are those of pair, whatever is joined already. keeps: their results may be
 * wanted later. */
static bool is_followed(const struct op_pair *pair, const struct live_code *c, u32 at, bool keeps)
{
    enum pair_link link = (enum pair_link)pair->link;
    const struct op_pair *inner = op_pair_of(pair->second);
    u32 next = at + op_infos[pair->first].words;
    if (next >= c->n || single_op(INSN_OP(c->code[next])) != single_op(pair->second) ||
        !is_linked(link, c->code[at], c->code[next]))
        return false;
    keeps = keeps || link == LINK_LAST || link == LINK_NONE;
    if (!inner)
        return keeps || is_spent(c, at, next);
    u32 last = next + op_infos[inner->first].words;
    return is_followed(inner, c, next, keeps) && is_linked_to_last(link, c->code[at], c->code[next], c->code[last]) &&
           (keeps || is_spent(c, at, last));
}

bool pair_fits(const struct live_code *c, u32 at)
{
    const struct op_pair *pair = op_pair_of(INSN_OP(c->code[at]));
    return !pair || is_followed(pair, c, at, false);
}

/* The longest that fits: those of three come last. */
static const struct op_pair *find_pair_at(const struct live_code *c, u32 at)
{
    for (unsigned i = ARRAY_LEN(pairs); i-- > 0;)
        if (INSN_OP(c->code[at]) == pairs[i].first && is_followed(&pairs[i], c, at, false))
            return &pairs[i];
    return NULL;
}

void pairs_fuse(u32 *code, const struct live_code *c)
{
    u32 next;
    for (u32 at = 0; at < c->n; at = next) {
        const struct op_pair *pair = find_pair_at(c, at);
        next = at + op_infos[INSN_OP(code[at])].words;
        if (!pair)
            continue;
        code[at] = (code[at] & ~0xffu) | pair->op;
        if (!op_pair_of(pair->second))
            next += op_infos[pair->second].words; /* what is second is no first */
    }
}
