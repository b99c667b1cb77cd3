/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Control flow and liveness over finished instructions, from nothing but the operand kinds of op_infos.
 *
 * Unwinding is an edge from every instruction under a PUSH to its handler; the record's four registers are live as long
 * as it is linked, for the chain leads the collector and the unwinder to them.
 */
#include "lang/emit.h"

#include "port.h"
#include "pure.h"

bool insn_target(const u32 *code, u32 at, u32 *target)
{
    const struct op_info *info = &op_infos[INSN_OP(code[at])];
    unsigned w = info->w1 == JMP ? 1 : info->w2 == JMP ? 2 : 0;
    if (!w || (INSN_OP(code[at]) == OP_PUSH && !code[at + 1]))
        return false;
    *target = at + info->words + code[at + w];
    return true;
}

/* --- chain records ------------------------------------------------------------------------------------------- */

/* Control reaches target with the record of region newest. False: it came with another one before. */
static bool reach(struct flow *f, u32 target, u32 region, bool *changed)
{
    if (target >= f->n)
        return false;
    if (f->region[target] == region)
        return true;
    if (f->region[target] != UNKNOWN_REGION)
        return false;
    f->region[target] = region;
    *changed = true;
    return true;
}

static const char *flow_insn(struct flow *f, u32 at, bool *changed)
{
    u32 insn = f->code[at], region = f->region[at], target;
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    bool jumps = insn_target(f->code, at, &target), ok = true;
    if (INSN_OP(insn) == OP_PUSH) {
        f->parent[at] = region;
        if (jumps)
            ok = reach(f, target, region, changed);
        ok = ok && reach(f, at + info->words, at + 1, changed);
        return ok ? NULL : "a place is reached with one chain record only";
    }
    if (INSN_OP(insn) == OP_POP) {
        if (region == NO_REGION || INSN_A(f->code[region - 1]) != INSN_A(insn))
            return "POP takes the newest chain record";
        region = f->parent[region - 1];
    }
    if (info->effects & EFF_END && !jumps && INSN_OP(insn) != OP_RESUME && region != NO_REGION)
        return "a function is not left under a chain record";
    if (jumps)
        ok = reach(f, target, region, changed);
    if (ok && !(info->effects & EFF_END))
        ok = reach(f, at + info->words, region, changed);
    return ok ? NULL : "a place is reached with one chain record only";
}

static const char *flow_regions(struct flow *f)
{
    for (u32 i = 0; i < f->n; i++)
        f->region[i] = UNKNOWN_REGION;
    f->region[0] = NO_REGION;
    for (bool changed = true; changed;) {
        changed = false;
        for (u32 i = 0; i < f->n_starts; i++) {
            u32 at = f->starts[i];
            if (f->region[at] == UNKNOWN_REGION)
                continue;
            const char *why = flow_insn(f, at, &changed);
            if (why)
                return why;
        }
        /* Code in order is done in one round; a second one is needed only for jumps backwards to unseen places. */
        bool unseen = false;
        for (u32 i = 0; i < f->n_starts && !unseen; i++)
            unseen = f->region[f->starts[i]] == UNKNOWN_REGION;
        if (!unseen)
            break;
    }
    return NULL;
}

bool flow_make(struct flow *f, const u32 *code, u32 n, unsigned nregs, const char **why)
{
    *f = (struct flow){.code = code, .n = n, .nregs = nregs};
    f->starts = port_alloc((n + 1) * sizeof(u32));
    if (!f->starts || !n)
        return false;
    bool pushes = false;
    for (u32 at = 0; at < n; at += op_infos[INSN_OP(code[at])].words) {
        f->starts[f->n_starts++] = at;
        pushes |= INSN_OP(code[at]) == OP_PUSH || INSN_OP(code[at]) == OP_POP;
    }
    if (!pushes)
        return true;
    f->region = port_alloc(n * sizeof(u32));
    f->parent = port_alloc(n * sizeof(u32));
    if (!f->region || !f->parent)
        return false;
    *why = flow_regions(f);
    return !*why;
}

void flow_free(struct flow *f)
{
    port_free(f->starts);
    port_free(f->region);
    port_free(f->parent);
    *f = (struct flow){0};
}

/* --- liveness ------------------------------------------------------------------------------------------------ */

static inline void set_add(u64 *set, unsigned reg)
{
    set[reg / 64] |= 1ull << (reg % 64);
}
static inline void set_remove(u64 *set, unsigned reg)
{
    set[reg / 64] &= ~(1ull << (reg % 64));
}
static void set_run(u64 *set, unsigned first, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        set_add(set, first + i);
}

/* set: live behind the instruction; becomes what is live before it. */
static void step_back(u32 insn, u64 *set)
{
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    unsigned a = INSN_A(insn), b = INSN_B(insn), c = INSN_C(insn);
    if (info->a == WR || info->a == CB || info->a == CV || info->a == CH)
        set_remove(set, a);
    if (info->a == CH)
        set_remove(set, a + 1);
    if (info->a == RD || info->a == RW)
        set_add(set, a);
    if (info->a == CB)
        set_run(set, a + 1, b + 1);
    if (info->a == CV)
        set_run(set, a + 2, b);
    if (info->a == CH)
        set_run(set, a + 2, 2);
    if (INSN_OP(insn) == OP_POP)
        set_run(set, a, 4);
    if (info->b == RD)
        set_add(set, b);
    if (info->b == RN)
        set_run(set, b, c);
    if (info->c == RD)
        set_add(set, c);
}

/* What unwinding from under a record needs: the records themselves and what their handlers read. */
static void add_unwinding(const struct flow *f, const u64 *live, unsigned w, u32 region, u64 *set)
{
    for (; region != NO_REGION && region != UNKNOWN_REGION; region = f->parent[region - 1]) {
        u32 push = region - 1, handler;
        unsigned a = INSN_A(f->code[push]);
        if (insn_target(f->code, push, &handler))
            for (unsigned i = 0; i < w; i++) {
                u64 given = 0;
                for (unsigned r = a + 2; r < a + 4; r++)
                    given |= r / 64 == i ? 1ull << (r % 64) : 0;
                set[i] |= live[(word)handler * w + i] & ~given;
            }
        set_run(set, a, 4);
    }
}

u64 *flow_live(const struct flow *f, unsigned *words_per_set)
{
    unsigned w = (f->nregs + 63) / 64;
    u64 *live = port_alloc((word)f->n * w * sizeof(u64));
    if (!live)
        return NULL;
    memset(live, 0, (word)f->n * w * sizeof(u64));
    *words_per_set = w;
    for (bool again = true; again;) {
        again = false;
        bool backwards = false, changed = false;
        for (u32 i = f->n_starts; i-- > 0;) {
            u32 at = f->starts[i], insn = f->code[at], target;
            const struct op_info *info = &op_infos[INSN_OP(insn)];
            u64 set[4] = {0};
            if (!(info->effects & EFF_END) && at + info->words < f->n)
                memcpy(set, &live[(word)(at + info->words) * w], w * sizeof(u64));
            if (INSN_OP(insn) != OP_PUSH && insn_target(f->code, at, &target)) {
                for (unsigned k = 0; k < w; k++)
                    set[k] |= live[(word)target * w + k];
                backwards |= target <= at;
            }
            step_back(insn, set);
            if (f->region)
                add_unwinding(f, live, w, f->region[at], set);
            if (memcmp(set, &live[(word)at * w], w * sizeof(u64)) != 0) {
                memcpy(&live[(word)at * w], set, w * sizeof(u64));
                changed = true;
            }
        }
        again = changed && (backwards || f->region);
    }
    return live;
}
