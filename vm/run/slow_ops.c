/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Second and third ways of instructions: C functions that call no Lonala code, then op_generic, which calls the
 * function that the instruction stands for in an adapter frame.
 */
#include "run/slow_ops.h"

#include "data/maps.h"
#include "data/num.h"
#include "data/records.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/frames.h"
#include "term/equal.h"

/* Orders for which a comparison holds, as bits: 1 less, 2 same, 4 more; 0: the instruction is no comparison. */
static u8 relation[N_OPS];
static term (*arithmetic[N_OPS])(struct proc *, term, term);
/* The var each instruction stands for, and what it was bound to when the instructions' meaning was laid down. */
static term op_var[N_OPS], op_native[N_OPS];

#define SAVE()      \
    do {            \
        p->pc = pc; \
        p->fp = fp; \
    } while (0)
#define RELOAD()    \
    do {            \
        pc = p->pc; \
        fp = p->fp; \
    } while (0)
/* Ends a handler whose helper answered r. */
#define FINISH(r)                          \
    do {                                   \
        term finished = (r);               \
        RELOAD();                          \
        if (UNLIKELY(is_none(finished)))   \
            CONTINUE(op_pending);          \
        pc = op_deliver(pc, fp, finished); \
        DISPATCH();                        \
    } while (0)

static bool operand(enum operand kind, u32 insn, unsigned field, const term *fp, term *out)
{
    unsigned byte = 255 - ((insn >> (8 * field)) & 0xff);
    switch (kind) {
    case RD:
    case RW:
        *out = R(byte);
        return true;
    case I8:
        *out = mk_int((i8)byte);
        return true;
    case D16:
        *out = mk_int(INSN_D_VALUE(insn));
        return true;
    default:
        return false;
    }
}
unsigned op_operands(const u32 *pc, const term *fp, term out[OP_OPERANDS])
{
    u32 insn = *pc;
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    unsigned n = 0;
    if (operand(info->a, insn, 1, fp, &out[n]))
        n++;
    if (operand(info->b, insn, 2, fp, &out[n]))
        n++;
    if (operand(info->c, insn, 3, fp, &out[n]))
        n++;
    if (info->w1 == KST && info->var[0])
        out[n++] = insn_const(pc, pc[1]);
    return n;
}

/* "jump unless" instructions are named JN..., but for JNIL, which jumps if. */
static bool jumps_unless(enum op op)
{
    return op_infos[op].name[1] == 'N' && op != OP_JNIL;
}
const u32 *op_deliver(const u32 *pc, term *fp, term result)
{
    u32 insn = *pc;
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    if (info->a == WR || info->a == RW)
        RA = result;
    unsigned jump = info->w1 == JMP ? 1 : info->w2 == JMP ? 2 : 0;
    bool taken = jump && is_truthy(result) != jumps_unless(INSN_OP(insn));
    return pc + info->words + (taken ? (i32)pc[jump] : 0);
}

/* --- third way --- */

HANDLER_CC void op_generic(STATE)
{
    term args[OP_OPERANDS];
    enum op op = INSN_OP(*pc);
    unsigned n = op_operands(pc, fp, args);
    term fn;
    if (op == OP_GETK)
        fn = insn_const(pc, pc[1]);
    else
        fn = var_root(op_var[op]);
    SAVE();
    term value;
    if (is_type(fn, T_NATIVE) && native_call(p, fn, n, args, &value))
        FINISH(value);
    if (!adapter_enter(p, fn, n, args, ADAPTER_INSTEAD))
        CONTINUE(op_pending);
    RELOAD();
    DISPATCH();
}

/* Nobody redefined the function that the instruction stands for. */
static bool means_itself(unsigned op)
{
    return is_nil(op_var[op]) || same(var_root(op_var[op]), op_native[op]);
}
/* A pair stands for each of the instructions that it is made of. */
static bool stands_for(unsigned op, term var)
{
    const struct op_pair *pair;
    for (; (pair = op_pair_of(op)); op = pair->second)
        if (same(op_var[op], var))
            return true;
    return same(op_var[op], var);
}
static bool all_mean_themselves(unsigned op)
{
    const struct op_pair *pair;
    for (; (pair = op_pair_of(op)); op = pair->second)
        if (!means_itself(op))
            return false;
    return means_itself(op);
}
/* Called by var_set: puts op_generic in the place of the instructions that stand for the var, or their own handlers
 * back. */
void ops_var_changed(term var);
extern const struct op_table original_ops;
void ops_var_changed(term var)
{
    if (!var_is(var, VAR_INSTRUCTION))
        return;
    for (unsigned op = 0; op < N_OPS; op++) {
        const struct op_pair *pair = op_pair_of(op);
        if (!stands_for(op, var))
            continue;
        op_handler *handler = !means_itself(op)                  ? op_generic
                              : pair && !all_mean_themselves(op) ? original_ops.handler[pair->first]
                                                                 : original_ops.handler[op];
        __atomic_store_n(&ops.handler[op], handler, __ATOMIC_RELAXED);
    }
}

/* --- second ways --- */

HANDLER_CC void op_unbound(STATE)
{
    SAVE();
    raise(p, E_UNBOUND, "%T has no value", var_of_cell(pc[1]));
    CONTINUE(op_pending);
}
HANDLER_CC void op_compare(STATE)
{
    term arg[OP_OPERANDS];
    op_operands(pc, fp, arg);
    if (!is_number(arg[0]) || !is_number(arg[1]))
        CONTINUE(op_generic);
    enum num_order o = num_order(arg[0], arg[1]);
    bool holds = o != NUM_UNORDERED && (relation[INSN_OP(*pc)] & (1u << (o + 1)));
    pc = op_deliver(pc, fp, mk_bool(holds));
    DISPATCH();
}
/* Different interned names, the commonest operands that = finds unequal. Symbols with metadata are not interned. */
static bool are_different_names(term a, term b)
{
    if (!is_box(a) || !is_box(b) || !is_shared(a) || !is_shared(b) || same(a, b))
        return false;
    enum type t = box_type(a);
    if (t != box_type(b))
        return false;
    return t == T_KEYWORD || (t == T_SYMBOL && is_nil(OBJ(symbol, a)->meta) && is_nil(OBJ(symbol, b)->meta));
}
/* Both are short strings, which are compared at once. */
static bool are_short_strings(term a, term b)
{
    return is_type(a, T_STRING) && is_type(b, T_STRING);
}
static bool short_strings_equal(term a, term b)
{
    u32 bytes = OBJ(string, a)->bytes;
    return bytes == OBJ(string, b)->bytes && memcmp(OBJ(string, a)->data, OBJ(string, b)->data, bytes) == 0;
}
HANDLER_CC void op_equal(STATE)
{
    term arg[OP_OPERANDS], lazy;
    op_operands(pc, fp, arg);
    if (are_short_strings(arg[0], arg[1])) {
        pc = op_deliver(pc, fp, mk_bool(short_strings_equal(arg[0], arg[1])));
        DISPATCH();
    }
    if (are_different_names(arg[0], arg[1])) {
        pc = op_deliver(pc, fp, FALSE_TERM);
        DISPATCH();
    }
    switch (term_equal_soon(p, arg[0], arg[1], &lazy)) {
    case TRUTH_YES:
        pc = op_deliver(pc, fp, TRUE_TERM);
        DISPATCH();
    case TRUTH_NO:
        pc = op_deliver(pc, fp, FALSE_TERM);
        DISPATCH();
    case TRUTH_LAZY:
    case TRUTH_MEMORY:
    case TRUTH_TYPES:
        break;
    }
    CONTINUE(op_generic);
}
HANDLER_CC void op_arithmetic(STATE)
{
    term arg[OP_OPERANDS] = {NIL, mk_int(1)};
    op_operands(pc, fp, arg);
    term (*function)(struct proc *, term, term) = arithmetic[INSN_OP(*pc)];
    bool integers = function == num_bit_shift_left || function == num_bit_shift_right;
    if (!is_number(arg[0]) || !is_number(arg[1]) || (integers && !(is_integer(arg[0]) && is_integer(arg[1]))))
        CONTINUE(op_generic); /* says which function was given it */
    SAVE();
    FINISH(function(p, arg[0], arg[1]));
}
HANDLER_CC void op_cons(STATE)
{
    term c = RC;
    if (!is_cons(c) && !is_nil(c) && !same(c, EMPTY_LIST) && !is_seq(c))
        CONTINUE(op_generic);
    SAVE();
    if (!heap_reserve(p, CONS_WORDS))
        CONTINUE(op_pending);
    fp = p->fp;
    c = RC;
    RA = mk_cons(p, RB, is_nil(c) ? EMPTY_LIST : c);
    NEXT(1);
}

/* The value of a chain of finished lazy cells; a lazy cell where one is not finished. */
static term see_through(term t)
{
    while (is_type(t, T_LAZY) && lazy_is_done(t))
        t = OBJ(lazy, t)->thunk_or_value;
    return t;
}
/* Calls f on operand B; a tail call it asks for (something lazy is in the way) becomes the generic way. */
static ALWAYS_INLINE bool try_seq(struct proc *p, const u32 *pc, term *fp, term (*f)(struct proc *, term), term *r)
{
    term b = see_through(RB);
    SAVE();
    if (is_type(b, T_LAZY))
        return false;
    p->args = fp;
    bool own = may_be_own(b);
    *r = f(p, b);
    if (is_none(*r) && (own || p->pending == PENDING_TAIL)) {
        p->pending = PENDING_NOTHING;
        return false;
    }
    return true;
}
#define SEQ_OP(name, function)                   \
    static HANDLER_CC void name(STATE)           \
    {                                            \
        term r;                                  \
        if (!try_seq(p, pc, fp, function, &r)) { \
            RELOAD();                            \
            CONTINUE(op_generic);                \
        }                                        \
        FINISH(r);                               \
    }
SEQ_OP(first_of, seq_first)
SEQ_OP(rest_of, seq_rest)
SEQ_OP(next_of, seq_next)
SEQ_OP(sequence_of, seq_seq)

/* The lazy cell that t stands for, when it must be forced and its thunk is a function; else ABSENT. */
static term waiting_cell(term t)
{
    t = see_through(t);
    return is_type(t, T_LAZY) && !lazy_is_native(t) ? t : ABSENT;
}
/* What begins behind the first element, where that is at hand; else ABSENT. */
static term behind_first(term s)
{
    s = see_through(s);
    if (is_cons(s))
        return cons_tail(s);
    if (!is_type(s, T_CHUNKED))
        return ABSENT;
    const struct obj_chunked *o = OBJ(chunked, s);
    return (word)int_value(o->index) + 1 == tuple_count(o->chunk) ? o->rest : ABSENT;
}
/* An instruction that meets a cell has it forced: its sequence is the value, or the instruction runs anew. */
#define FORCE_FIRST(cell, kind)                                           \
    do {                                                                  \
        term waits = (cell);                                              \
        if (!is_absent(waits)) {                                          \
            SAVE();                                                       \
            if (!adapter_enter(p, var_root(SLOW_force), 1, &waits, kind)) \
                CONTINUE(op_pending);                                     \
            RELOAD();                                                     \
            DISPATCH();                                                   \
        }                                                                 \
    } while (0)
HANDLER_CC void op_first(STATE)
{
    FORCE_FIRST(waiting_cell(RB), ADAPTER_AGAIN);
    CONTINUE(first_of);
}
HANDLER_CC void op_rest(STATE)
{
    FORCE_FIRST(waiting_cell(RB), ADAPTER_AGAIN);
    CONTINUE(rest_of);
}
HANDLER_CC void op_next(STATE)
{
    FORCE_FIRST(waiting_cell(RB), ADAPTER_AGAIN);
    FORCE_FIRST(waiting_cell(behind_first(RB)), ADAPTER_INSTEAD);
    CONTINUE(next_of);
}
HANDLER_CC void op_seq(STATE)
{
    FORCE_FIRST(waiting_cell(RB), ADAPTER_INSTEAD);
    CONTINUE(sequence_of);
}

HANDLER_CC void op_count(STATE)
{
    CONTINUE(op_generic);
}
/* True: t is a transient vector that has an element i. */
static bool tvec_has(term t, term i)
{
    return is_transient(t, TRANSIENT_VECTOR) && is_int(i) && (word)int_value(i) < OBJ(transient, t)->count &&
           OBJ(transient, t)->count != TRANSIENT_DONE;
}
HANDLER_CC void op_nth(STATE)
{
    term arg[OP_OPERANDS];
    op_operands(pc, fp, arg);
    word i = (word)int_value(arg[1]);
    if (is_string(arg[0]) && is_int(arg[1]) && i < str_view(arg[0]).code_points) {
        RA = mk_char(str_char_at(arg[0], i));
        NEXT(1);
    }
    if (tvec_has(arg[0], arg[1])) {
        RA = tvec_nth(arg[0], i);
        NEXT(1);
    }
    if (is_binary(arg[0]) && is_int(arg[1])) {
        struct bin_view v = bin_view(arg[0]);
        if (!v.bit_offset && i < v.bits / 8) {
            RA = mk_int(v.data[i]);
            NEXT(1);
        }
    }
    CONTINUE(op_generic);
}
HANDLER_CC void op_assoct(STATE)
{
    term arg[OP_OPERANDS];
    op_operands(pc, fp, arg);
    if (!tvec_has(arg[0], arg[1]))
        CONTINUE(op_generic);
    SAVE();
    FINISH(tvec_assoc(p, arg[0], (word)int_value(arg[1]), arg[2]));
}
HANDLER_CC void op_conjt(STATE)
{
    term t = RB;
    if (!is_transient(t, TRANSIENT_VECTOR) || OBJ(transient, t)->count == TRANSIENT_DONE)
        CONTINUE(op_generic);
    SAVE();
    FINISH(tvec_conj(p, t, RC));
}
/* A key that needs no forcing and a map or set: the common look-ups. */
static term quick_get(struct proc *p, term coll, term key)
{
    term lazy;
    if (!is_box(coll) || !key_ready(p, key, &lazy))
        return NONE;
    term v;
    if (is_map(coll))
        v = map_get(coll, key);
    else
        return NONE;
    return is_absent(v) ? NIL : v;
}
HANDLER_CC void op_get(STATE)
{
    term r = quick_get(p, RB, RC);
    if (is_none(r))
        CONTINUE(op_generic);
    RA = r;
    NEXT(1);
}
HANDLER_CC void op_getk(STATE)
{
    term b = RB, k = insn_const(pc, pc[1]);
    if (is_map(b)) {
        term v = map_get(b, k);
        RA = is_absent(v) ? NIL : v;
        NEXT(2);
    }
    if (!is_box(b)) {
        RA = NIL;
        NEXT(2);
    }
    CONTINUE(op_generic);
}
HANDLER_CC void op_mkvec(STATE)
{
    unsigned n = INSN_C(*pc);
    SAVE();
    if (!heap_reserve(p, n + 1))
        CONTINUE(op_pending);
    fp = p->fp;
    struct obj_tuple *v = heap_take_tuple(p, n);
    const term *from = &RB;
    for (unsigned i = 0; i < n; i++)
        v->item[i] = from[-(iword)i];
    RA = mk_box_ptr(v);
    NEXT(1);
}
HANDLER_CC void op_mkfn(STATE)
{
    unsigned n = INSN_C(*pc);
    SAVE();
    if (!heap_reserve(p, FN_WORDS + n))
        CONTINUE(op_pending);
    fp = p->fp;
    RA = fn_with_captures(p, insn_const(pc, pc[1]), &RB, n);
    NEXT(2);
}

/* The end of an adapter frame: B = 0 hands the result to the interrupted instruction, B = 1 runs it anew. */
HANDLER_CC void op_adapt(STATE)
{
    term result = R(ADAPTER_BASE);
    bool again = INSN_B(*pc);
    pc = (const u32 *)R(ADAPTER_PC).w;
    fp += int_value(R(ADAPTER_DELTA));
    if (!again)
        pc = op_deliver(pc, fp, result);
    DISPATCH();
}

/* --- tables --- */

static u8 relation_of(const char *var)
{
    static const struct {
        const char *name;
        u8 bits;
    } relations[] = {{"<", 1}, {"<=", 3}, {">", 4}, {">=", 6}};
    for (unsigned i = 0; i < ARRAY_LEN(relations); i++) {
        if (strcmp(relations[i].name, var) == 0)
            return relations[i].bits;
    }
    return 0;
}
static void arithmetic_init(void)
{
    static const struct {
        u8 op;
        term (*function)(struct proc *, term, term);
    } functions[] = {
        {OP_ADD, num_add},
        {OP_SUB, num_sub},
        {OP_MUL, num_mul},
        {OP_DIV, num_div},
        {OP_QUOT, num_quot},
        {OP_REM, num_rem},
        {OP_MOD, num_mod},
        {OP_ADDI, num_add},
        {OP_SUBI, num_sub},
        {OP_ADDK, num_add},
        {OP_SUBK, num_sub},
        {OP_MULK, num_mul},
        {OP_DIVK, num_div},
        {OP_INC, num_add},
        {OP_DEC, num_sub},
        {OP_BAND, num_bit_and},
        {OP_BOR, num_bit_or},
        {OP_BXOR, num_bit_xor},
        {OP_BSHL, num_bit_shift_left},
        {OP_BSHR, num_bit_shift_right},
    };
    for (unsigned i = 0; i < ARRAY_LEN(functions); i++)
        arithmetic[functions[i].op] = functions[i].function;
    for (unsigned op = 0; op < N_OPS; op++) {
        if (op_pair_of(op))
            arithmetic[op] = arithmetic[op_pair_of(op)->first];
    }
}
void interp_init(void)
{
    ops = original_ops;
    arithmetic_init();
    for (unsigned op = 0; op < N_OPS; op++) {
        const char *var = op_infos[op].var;
        op_var[op] = op_native[op] = NIL;
        relation[op] = relation_of(var);
        if (*var) {
            op_var[op] = ns_intern_text(var);
            op_native[op] = var_root(op_var[op]);
            var_add_flags(op_var[op], VAR_INSTRUCTION);
            ENSURE(!same(op_native[op], UNBOUND), "an instruction stands for a function that exists");
        }
    }
}
