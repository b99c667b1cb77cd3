/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Checks a code object as if it came from an enemy: its shape, then that on every path each register was written before
 * it is read, chain records nest and are not overwritten, and the collector's live sets are right.
 */
#include "lang/emit.h"
#include "port.h"
#include "pure.h"
#include "run/chain.h"

struct check {
    const struct code *c;
    const u32 *code;
    u32 n;
    unsigned w;   /* words of a set */
    u8 *is_start; /* by instruction index */
    u64 *assigned;
    struct flow flow;
    const char *why;
    bool changed;
};

static bool broken(struct check *k, const char *rule)
{
    if (!k->why)
        k->why = rule;
    return false;
}
#define RULE(cond, rule)            \
    do {                            \
        if (!(cond))                \
            return broken(k, rule); \
    } while (0)

/* --- shape ------------------------------------------------------------------------------------------------------ */

static bool check_register(struct check *k, enum operand kind, unsigned a, unsigned b, unsigned n)
{
    unsigned top = a;
    switch (kind) {
    case NO:
        RULE(!a, "an unused operand is zero");
        return true;
    case WR:
    case RD:
    case RW:
        break;
    case RN:
        RULE(a + n <= k->c->nregs, "a register is below nregs");
        return true;
    case CB:
    case CV:
        top = a + 1 + b;
        break;
    case CH:
        top = a + 3;
        break;
    case I8:
    case N8:
    case D16:
    case KST:
    case VAR:
    case JMP:
    case I32:
        return true;
    }
    RULE(top < k->c->nregs, "a register is below nregs");
    return true;
}

static bool constant_at(struct check *k, u32 at, u32 w, term *value)
{
    i64 from = ((i64)k->n + 1) & ~1ll, offset = (i64)at + (i32)w - from;
    RULE(offset >= 0 && !(offset & 1) && offset / 2 < k->c->n_consts, "a constant is in the code object");
    *value = code_consts(k->c)[offset / 2];
    return true;
}

static bool check_word(struct check *k, u32 at, enum operand kind, u32 w)
{
    u32 insn = k->code[at];
    term value;
    switch (kind) {
    case KST:
        if (!constant_at(k, at, w, &value))
            return false;
        RULE(INSN_OP(insn) != OP_GETK || is_keyword(value), "GETK has a keyword");
        RULE(!op_infos[INSN_OP(insn)].var[0] || is_float_imm(value), "K forms have an immediate float");
        RULE(INSN_OP(insn) != OP_MKFN || is_type(value, T_FN), "MKFN has a function");
        return true;
    case VAR:
        RULE(w < MAX_CELLS && is_type(var_of_cell(w), T_VAR), "a var's cell exists");
        return true;
    case JMP: {
        i64 target = (i64)at + op_infos[INSN_OP(insn)].words + (i32)w;
        if (INSN_OP(insn) == OP_PUSH && !w)
            return true;
        RULE(target >= 0 && target < k->n && k->is_start[target], "a jump leads to an instruction");
        return true;
    }
    default:
        return true;
    }
}

static bool check_special_operands(struct check *k, u32 at)
{
    u32 insn = k->code[at];
    switch (INSN_OP(insn)) {
    case OP_LOADS: {
        term t = TERM((i64)INSN_D_VALUE(insn));
        RULE(!is_pointer(t) && term_tag(t) != TAG_HDR && !is_imm(t, IMM_SPECIAL), "LOADS loads a value");
        break;
    }
    case OP_JKIND:
    case OP_JNKIND:
        RULE(INSN_B(insn) < N_KINDS, "a kind exists");
        break;
    case OP_MKVEC:
        RULE(INSN_C(insn) <= TUPLE_MAX, "MKVEC makes at most 32 elements");
        break;
    case OP_PUSH: {
        unsigned kind = INSN_B(insn);
        RULE(kind <= CHAIN_BINDING, "a kind of chain record exists");
        bool handler = kind == CHAIN_CATCH || kind == CHAIN_RESTART || kind == CHAIN_FINALLY;
        RULE(handler == (k->code[at + 1] != 0), "a record has a handler when its kind wants one");
        break;
    }
    case OP_RESUME:
        RULE(INSN_B(insn) == INSN_A(insn) + 1, "RESUME names target and value of one record");
        break;
    case OP_STEP:
    case OP_FOLD:
    case OP_FORCE:
    case OP_ADAPT:
    case OP_COMPILE:
    case OP_HALT:
        return broken(k, "compiled code has no instructions of the interpreter's own");
    }
    return true;
}

static bool check_shape(struct check *k)
{
    const struct code *c = k->c;
    RULE(c->nregs >= 1 && c->nregs <= MAX_REGS + 2, "a function has 1 to 256 registers");
    RULE(c->nargs + !!(c->flags & CODE_VARIADIC) <= c->nregs, "parameters are registers");
    RULE(!(c->flags & ~CODE_VARIADIC), "compiled code is no frame of the interpreter's");
    RULE(k->n, "a function has instructions");
    u32 last = 0;
    for (u32 at = 0; at < k->n; at += op_infos[INSN_OP(k->code[at])].words) {
        RULE(INSN_OP(k->code[at]) < N_OPS, "an instruction exists");
        RULE(op_infos[INSN_OP(k->code[at])].words <= k->n - at, "an instruction is complete");
        k->is_start[at] = 1;
        last = at;
    }
    RULE(op_infos[INSN_OP(k->code[last])].effects & EFF_END, "control does not run off the end");
    for (u32 at = 0; at < k->n; at += op_infos[INSN_OP(k->code[at])].words) {
        u32 insn = k->code[at];
        const struct op_info *info = &op_infos[INSN_OP(insn)];
        unsigned a = INSN_A(insn), b = INSN_B(insn), n = INSN_C(insn);
        if (!check_register(k, info->a, a, b, n) || (info->b != D16 && !check_register(k, info->b, b, b, n)) ||
            (info->b != D16 && !check_register(k, info->c, n, b, n)))
            return false;
        if ((info->words > 1 && !check_word(k, at, info->w1, k->code[at + 1])) ||
            (info->words > 2 && !check_word(k, at, info->w2, k->code[at + 2])) || !check_special_operands(k, at))
            return false;
    }
    return true;
}

/* --- registers written before they are read --------------------------------------------------------------------------
 */

static bool has(const u64 *set, unsigned reg)
{
    return set[reg / 64] >> (reg % 64) & 1;
}
static void add(u64 *set, unsigned reg)
{
    set[reg / 64] |= 1ull << (reg % 64);
}
static void remove_from(u64 *set, unsigned reg)
{
    for (unsigned r = reg; r < REGISTERS_MAX; r++)
        set[r / 64] &= ~(1ull << (r % 64));
}

static void flow_to(struct check *k, u32 target, const u64 set[4])
{
    u64 *there = &k->assigned[(word)target * k->w];
    for (unsigned i = 0; i < k->w; i++) {
        u64 both = there[i] & set[i];
        if (both != there[i]) {
            there[i] = both;
            k->changed = true;
        }
    }
}

static bool reads_run(const u64 *set, unsigned first, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!has(set, first + i))
            return false;
    return true;
}

static bool check_reads(struct check *k, u32 insn, const u64 *set)
{
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    unsigned a = INSN_A(insn), b = INSN_B(insn), c = INSN_C(insn);
    bool ok = true;
    if (info->a == RD || info->a == RW)
        ok = has(set, a);
    if (info->a == CB)
        ok = reads_run(set, a + 1, b + 1);
    if (info->a == CV)
        ok = reads_run(set, a + 2, b);
    if (info->a == CH)
        ok = reads_run(set, a + 2, 2);
    if (info->b == RD)
        ok = ok && has(set, b);
    if (info->b == RN)
        ok = ok && reads_run(set, b, c);
    if (info->c == RD)
        ok = ok && has(set, c);
    RULE(ok, "a register is written before it is read");
    return true;
}

/* Records that are linked stay as they are. */
static bool check_records(struct check *k, u32 at)
{
    u32 insn = k->code[at];
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    unsigned a = INSN_A(insn);
    u32 region = k->flow.region ? k->flow.region[at] : NO_REGION;
    for (; region != NO_REGION && region != UNKNOWN_REGION; region = k->flow.parent[region - 1]) {
        unsigned first = INSN_A(k->code[region - 1]);
        if (info->a == WR || info->a == RW)
            RULE(a < first || a > first + 3, "a linked chain record is not overwritten");
        if (info->a == CB || info->a == CV)
            RULE(a > first + 3, "a linked chain record is not overwritten");
        if (info->a == CH)
            RULE(a + 3 < first || a > first + 3, "a linked chain record is not overwritten");
    }
    return true;
}

static bool flow_insn_sets(struct check *k, u32 at)
{
    u32 insn = k->code[at], target;
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    unsigned a = INSN_A(insn);
    u64 set[4] = {0};
    memcpy(set, &k->assigned[(word)at * k->w], k->w * sizeof(u64));
    if (!check_reads(k, insn, set) || !check_records(k, at))
        return false;
    if (info->a == CB || info->a == CV)
        remove_from(set, a + 1);
    u32 region = k->flow.region ? k->flow.region[at] : NO_REGION;
    for (; region != NO_REGION; region = k->flow.parent[region - 1]) {
        if (!insn_target(k->code, region - 1, &target))
            continue;
        u64 given[4];
        memcpy(given, set, sizeof given);
        add(given, INSN_A(k->code[region - 1]) + 2u);
        add(given, INSN_A(k->code[region - 1]) + 3u);
        flow_to(k, target, given);
    }
    if (info->a == WR || info->a == CB || info->a == CV || info->a == CH)
        add(set, a);
    if (info->a == CH)
        add(set, a + 1);
    if (insn_target(k->code, at, &target))
        flow_to(k, target, set);
    if (!(info->effects & EFF_END))
        flow_to(k, at + info->words, set);
    return true;
}

static bool check_assigned(struct check *k)
{
    unsigned params = k->c->nargs + !!(k->c->flags & CODE_VARIADIC);
    memset(k->assigned, 0xff, (word)k->n * k->w * sizeof(u64));
    memset(k->assigned, 0, k->w * sizeof(u64));
    for (unsigned i = 0; i < params; i++)
        add(k->assigned, i);
    do {
        k->changed = false;
        for (u32 i = 0; i < k->flow.n_starts; i++) {
            u32 at = k->flow.starts[i];
            if (k->flow.region && k->flow.region[at] == UNKNOWN_REGION)
                continue;
            if (!flow_insn_sets(k, at))
                return false;
        }
    } while (k->changed);
    return true;
}

/* --- debug information
 * ------------------------------------------------------------------------------------------------ */

static bool check_debug_shape(struct check *k)
{
    term debug = k->c->debug;
    RULE(is_type(debug, T_BYTES), "there is debug information");
    word bytes = box_words(debug) * 8;
    const u32 *head = (const u32 *)(const void *)(box_ptr(debug) + 1);
    RULE(bytes >= 24, "debug information is complete");
    word sets_end = 24 + (word)head[0] * (4 + 2 * (word)head[1]);
    RULE(head[0] && head[1] <= 32 && sets_end <= head[2] && head[2] <= head[3] && head[3] <= head[4] &&
             head[4] <= bytes,
         "debug information is complete");
    return true;
}

static bool check_live(struct check *k)
{
    unsigned w;
    u64 *live = flow_live(&k->flow, &w);
    if (!live)
        return broken(k, "out of memory");
    for (u32 i = 0; i < k->flow.n_starts && !k->why; i++) {
        u32 at = k->flow.starts[i];
        struct reg_sets told;
        if (k->flow.region && k->flow.region[at] == UNKNOWN_REGION)
            continue;
        code_registers(k->c, at, &told);
        if (!pair_fits(&(struct live_code){k->code, k->n, w, live}, at))
            broken(k, "a pair's second is behind it, and nobody else reads what is between");
        for (unsigned j = 0; j < 4; j++) {
            u64 must = j < w ? live[(word)at * w + j] : 0;
            u64 may = j < w ? k->assigned[(word)at * w + j] : 0;
            if (must & ~told.live[j])
                broken(k, "live sets cover what is read later");
            if ((told.live[j] | told.spent[j]) & ~may)
                broken(k, "live and spent sets name written registers only");
        }
    }
    port_free(live);
    return !k->why;
}

bool code_verify(const struct code *c, const char **why)
{
    struct check check = {.c = c, .code = c->insns, .n = c->n_insns, .w = (c->nregs + 63u) / 64}, *k = &check;
    bool ok = false;
    if (hdr_type(c->hdr) != T_CODE || c->n_insns > (1u << 26) ||
        hdr_words(c->hdr) + 1 != CODE_WORDS + (c->n_insns + 1) / 2 + (word)c->n_consts) {
        *why = "a code object has the size it says";
        return false;
    }
    if (!c->nregs || c->nregs > REGISTERS_MAX) {
        *why = "a function has 1 to 256 registers";
        return false;
    }
    k->is_start = port_alloc(k->n + 1);
    k->assigned = port_alloc((word)(k->n + 1) * k->w * sizeof(u64));
    if (k->is_start && k->assigned) {
        memset(k->is_start, 0, k->n + 1);
        ok = check_shape(k) && flow_make(&k->flow, k->code, k->n, c->nregs, &k->why) && check_assigned(k) &&
             check_debug_shape(k) && check_live(k);
    }
    flow_free(&k->flow);
    port_free(k->is_start);
    port_free(k->assigned);
    if (!ok)
        *why = k->why ? k->why : "out of memory";
    return ok;
}
