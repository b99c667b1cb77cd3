/* SPDX-License-Identifier: GPL-3.0-only */
#include "lang/emit.h"

#include "port.h"
#include "pure.h"

#define MAX_INSNS (1u << 24)
#define IS_CONST 0x80000000u

/* Room for one more element of size bytes; the old array stays in the arena. */
static void *grow(struct compiler *c, void *array, u32 n, u32 *room, word size)
{
    if (n < *room)
        return array;
    u32 more = *room ? *room * 2 : 16;
    void *grown = arena_alloc(c, more * size);
    if (!grown)
        return NULL;
    if (n)
        memcpy(grown, array, n * size);
    *room = more;
    return grown;
}
#define GROW(c, array, n, room)                                           \
    ({                                                                    \
        void *grown_ = grow((c), (array), (n), &(room), sizeof *(array)); \
        if (grown_)                                                       \
            (array) = grown_;                                             \
        grown_ != NULL;                                                   \
    })

struct emitter *emitter_new(struct compiler *c, struct emitter *outer, struct function *fn, struct arity *arity)
{
    struct emitter *e = arena_alloc(c, sizeof *e);
    if (!e)
        return NULL;
    *e = (struct emitter){.c = c, .outer = outer, .fn = fn, .arity = arity, .last_label_at = ~0u, .max = 1};
    new_label(e); /* label 0 is NO_LABEL */
    return e;
}

unsigned take_regs(struct emitter *e, unsigned n)
{
    unsigned first = e->next;
    if (n > MAX_REGS || first + n > MAX_REGS) {
        fail(e->c, "a function needs more than 250 registers: split it", NIL, NIL);
        return 0;
    }
    e->next += n;
    if (e->next > e->max)
        e->max = e->next;
    return first;
}

void at_node(struct emitter *e, const struct node *n)
{
    if (n->line) {
        e->line = e->c->line = n->line; /* errors of generation are told there too */
        e->column = e->c->column = n->column;
    }
}

/* --- instructions -------------------------------------------------------------------------------------------- */

static void put(struct emitter *e, u32 w)
{
    if (e->n >= MAX_INSNS) {
        fail(e->c, "a function is too long", NIL, NIL);
        return;
    }
    if (GROW(e->c, e->code, e->n, e->room))
        e->code[e->n++] = w;
}

static bool begin_insn(struct emitter *e, u32 insn)
{
    if (e->dead || e->c->failed)
        return false;
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    if (info->effects & EFF_END)
        e->dead = true;
    struct mark *last = e->n_marks ? &e->marks[e->n_marks - 1] : NULL;
    if (!last || last->line != e->line || last->column != e->column) {
        if (!GROW(e->c, e->marks, e->n_marks, e->mark_room))
            return false;
        e->marks[e->n_marks++] = (struct mark){e->n, e->line, e->column};
    }
    return true;
}

static void add_fixup(struct emitter *e, u32 at, u32 insn, u32 what)
{
    if (GROW(e->c, e->fixups, e->n_fixups, e->fixup_room))
        e->fixups[e->n_fixups++] = (struct fixup){at, insn, what};
}

void emit(struct emitter *e, u32 insn)
{
    ASSERT(op_infos[INSN_OP(insn)].words == 1, "an instruction has the words its table says");
    if (begin_insn(e, insn))
        put(e, insn);
}

void emit_word(struct emitter *e, u32 insn, u32 w1)
{
    ASSERT(op_infos[INSN_OP(insn)].words == 2, "an instruction has the words its table says");
    if (!begin_insn(e, insn))
        return;
    put(e, insn);
    put(e, w1);
}

/* Index of a constant; equal words share one. */
static u32 constant(struct emitter *e, term value)
{
    struct compiler *c = e->c;
    if (c->failed)
        return 0;
    if (is_pointer(value) && !is_shared(value)) {
        value = shared_copy(c->p, value);
        if (is_none(value)) {
            fail_pending(c);
            return 0;
        }
    }
    u32 from = e->n_consts > 256 ? e->n_consts - 256 : 0;
    for (u32 i = from; i < e->n_consts; i++)
        if (same(e->consts[i], value))
            return i;
    if (!GROW(c, e->consts, e->n_consts, e->const_room))
        return 0;
    e->consts[e->n_consts] = value;
    return e->n_consts++;
}

void emit_const(struct emitter *e, u32 insn, term value)
{
    if (!begin_insn(e, insn))
        return;
    u32 at = e->n;
    u32 k = constant(e, value);
    put(e, insn);
    put(e, 0);
    add_fixup(e, at + 1, at, k | IS_CONST);
}

void emit_var(struct emitter *e, u32 insn, term var)
{
    emit_word(e, insn, (u32)OBJ(var, var)->cell);
}

static void jump_to(struct emitter *e, u32 at, u32 insn, u32 label)
{
    add_fixup(e, at, insn, label);
    if (!e->c->failed)
        e->labels[label].jumps++;
}

void emit_jump(struct emitter *e, u32 insn, u32 label)
{
    if (!begin_insn(e, insn))
        return;
    u32 at = e->n;
    put(e, insn);
    put(e, 0);
    jump_to(e, at + 1, at, label);
}

void emit_const_jump(struct emitter *e, u32 insn, term k, u32 label)
{
    if (!begin_insn(e, insn))
        return;
    u32 at = e->n;
    u32 index = constant(e, k);
    put(e, insn);
    put(e, 0);
    put(e, 0);
    add_fixup(e, at + 1, at, index | IS_CONST);
    jump_to(e, at + 2, at, label);
}

void emit_load(struct emitter *e, unsigned reg, term value)
{
    if ((iword)(i16)value.w == (iword)value.w)
        emit(e, INSN_D(OP_LOADS, reg, value.w));
    else
        emit_const(e, INSN(OP_LOADK, reg, 0, 0), value);
}

void emit_move(struct emitter *e, unsigned to, unsigned from)
{
    if (to != from)
        emit(e, INSN(OP_MOVE, to, from, 0));
}

/* --- labels -------------------------------------------------------------------------------------------------- */

u32 new_label(struct emitter *e)
{
    if (!GROW(e->c, e->labels, e->n_labels, e->label_room))
        return 0;
    e->labels[e->n_labels] = (struct label){.at = ~0u};
    return e->n_labels++;
}

/* A jump to the place right behind it is taken back, unless another label stands there too. */
static void drop_jump_to_next(struct emitter *e, u32 label)
{
    if (!e->n_fixups || e->n < 2 || e->last_label_at == e->n)
        return;
    struct fixup *f = &e->fixups[e->n_fixups - 1];
    if (f->what != label || f->at != e->n - 1 || INSN_OP(e->code[f->insn]) != OP_JMP || f->insn != e->n - 2)
        return;
    e->n -= 2;
    e->n_fixups--;
    e->labels[label].jumps--;
    e->dead = false;
    while (e->n_marks && e->marks[e->n_marks - 1].insn > e->n)
        e->n_marks--;
    for (u32 i = e->n_ranges; i-- > 0 && e->ranges[i].to > e->n && e->ranges[i].to != ~0u;)
        e->ranges[i].to = e->n;
}

void place_label(struct emitter *e, u32 label)
{
    if (e->c->failed)
        return;
    if (e->dead)
        drop_jump_to_next(e, label);
    e->labels[label].at = e->n;
    if (e->labels[label].jumps) {
        e->dead = false;
        e->last_label_at = e->n;
    }
    if (!e->dead)
        e->last_label_at = e->n; /* a later jump backwards may come here */
}

u32 begin_name(struct emitter *e, term name, unsigned reg)
{
    if (!is_nil(OBJ(symbol, name)->meta))
        name = intern_name(name);
    u32 k = constant(e, name);
    if (e->c->failed || !GROW(e->c, e->ranges, e->n_ranges, e->range_room))
        return 0;
    e->ranges[e->n_ranges] = (struct range){k, reg, e->n, ~0u};
    return e->n_ranges++;
}

void end_name(struct emitter *e, u32 range)
{
    if (!e->c->failed && range < e->n_ranges)
        e->ranges[range].to = e->n;
}

/* --- the end ------------------------------------------------------------------------------------------------- */

static void resolve_fixups(struct emitter *e)
{
    u32 consts_at = (e->n + 1) & ~1u;
    for (u32 i = 0; i < e->n_fixups; i++) {
        struct fixup f = e->fixups[i];
        if (f.what & IS_CONST) {
            e->code[f.at] = consts_at + 2 * (f.what & ~IS_CONST) - f.insn;
        } else {
            u32 after = f.insn + op_infos[INSN_OP(e->code[f.insn])].words;
            ENSURE(e->labels[f.what].at != ~0u, "a label that is jumped to is placed");
            e->code[f.at] = e->labels[f.what].at - after;
        }
    }
}

/* Variable ranges of register reg around insn, and those within them, which name the same value, name none. */
static void unname(struct emitter *e, unsigned reg, u32 insn)
{
    for (u32 i = 0; i < e->n_ranges; i++) {
        struct range around = e->ranges[i];
        if (around.reg != reg || around.from > insn || insn >= around.to)
            continue;
        for (u32 k = i; k < e->n_ranges; k++)
            if (e->ranges[k].reg == reg && e->ranges[k].from >= around.from && e->ranges[k].from < around.to)
                e->ranges[k].reg = REG_NOWHERE;
    }
}
/* Pairs do not store what only their second, or third, reads. */
static void unname_unstored(struct emitter *e)
{
    for (u32 at = 0; at < e->n; at += op_infos[INSN_OP(e->code[at])].words) {
        const struct op_pair *pair = op_pair_of(INSN_OP(e->code[at]));
        if (!pair || pair->link == LINK_NONE || pair->link == LINK_LAST)
            continue;
        u32 second = at + op_infos[pair->first].words;
        unname(e, INSN_A(e->code[at]), second);
        const struct op_pair *inner = op_pair_of(pair->second);
        if (inner)
            unname(e, INSN_A(e->code[second]), second + op_infos[inner->first].words);
    }
}

term emit_finish(struct emitter *e, term name, unsigned nargs, unsigned flags)
{
    struct compiler *c = e->c;
    struct flow flow;
    const char *why = NULL;
    unsigned words_per_set = 0;
    term debug = NIL;
    if (c->failed)
        return NONE;
    resolve_fixups(e);
    u64 *live = NULL;
    if (flow_make(&flow, e->code, e->n, e->max, &why))
        live = flow_live(&flow, &words_per_set);
    if (live) {
        pairs_fuse(e->code, &(struct live_code){e->code, e->n, words_per_set, live});
        unname_unstored(e);
        debug = debug_make(e, &flow, live, words_per_set);
    }
    port_free(live);
    flow_free(&flow);
    if (!live || is_none(debug)) {
        fail(c, why ? why : "out of memory while compiling", NIL, NIL);
        return NONE;
    }
    word words = CODE_WORDS + (e->n + 1) / 2 + e->n_consts;
    struct code *code = (struct code *)shared_alloc_box(T_CODE, 0, words - 1);
    term hdr = TERM(code->hdr);
    *code = (struct code){.hdr = hdr.w,
                          .nregs = (u16)e->max,
                          .nargs = (u8)nargs,
                          .flags = (u8)flags,
                          .n_consts = e->n_consts,
                          .n_insns = e->n,
                          .line = e->arity->line,
                          .column = e->arity->column,
                          .name = name,
                          .file = c->file,
                          .debug = debug};
    memcpy(code->insns, e->code, e->n * sizeof(u32));
    if (e->n & 1)
        code->insns[e->n] = 0;
    if (e->n_consts)
        memcpy(code_consts(code), e->consts, e->n_consts * sizeof(term));
#ifdef LONA_DEBUG
    if (!code_verify(code, &why))
        lona_panic(__FILE__, __LINE__, why);
#endif
    return mk_box_ptr(code);
}
