/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * natives.c: the table of all functions written in C, from natives.def, and their vars.
 */
#include "run/native.h"

#include "data/str.h"
#include "lang/code.h"
#include "pure.h"
#include "run/frames.h"
#include "run/names.h"

const struct native_desc native_descs[] = {
#define NATIVE(ns, name, function, min, max, flags) {ns, name, function, NULL, min, max, flags, 0},
#define STEP_NATIVE(ns, name, function, args, registers) {ns, name, NULL, function, args, args, ALLOC, registers},
#include "natives.def"
#undef NATIVE
#undef STEP_NATIVE
};
const unsigned n_native_descs = ARRAY_LEN(native_descs);

/* Apart from native_descs: calls read those. */
static const struct native_place places[] = {
#define NATIVE(ns, name, function, min, max, flags) {__FILE__, #function, __LINE__},
#define STEP_NATIVE(ns, name, function, args, registers) {__FILE__, #function, __LINE__},
#include "natives.def"
#undef NATIVE
#undef STEP_NATIVE
};
STATIC_ASSERT(ARRAY_LEN(places) == ARRAY_LEN(native_descs), "each native has a place");

const struct native_place *native_place(const struct native_desc *d)
{
    return &places[d - native_descs];
}

static struct {
    term var, value;
} installed[ARRAY_LEN(native_descs)];

/* The instruction of a STEP native, with the number of arguments of the calls that it makes itself. */
static u32 step_instruction(const struct native_desc *d)
{
    if (d->step == step_fold)
        return INSN(OP_FOLD, d->registers, 2, 0);
    if (d->step == step_force)
        return INSN(OP_FORCE, d->registers, 0, 0);
    return INSN(OP_STEP, d->registers, 0, 0);
}
const struct native_desc *code_step_native(const struct code *c)
{
    if (hdr_type(c->hdr) != T_CODE || !(c->flags & CODE_STEP))
        return NULL;
    u8 op = INSN_OP(c->insns[0]);
    return op == OP_STEP || op == OP_FOLD || op == OP_FORCE ? &native_descs[c->insns[1]] : NULL;
}
const struct native_desc *fn_native_desc(term fn)
{
    if (is_type(fn, T_NATIVE))
        return OBJ(native, fn)->desc;
    if (!is_type(fn, T_FN))
        return NULL;
    return code_step_native((const struct code *)fn_code(fn));
}

term native_of_var(term var)
{
    for (unsigned i = 0; i < n_native_descs; i++) {
        if (same(installed[i].var, var))
            return installed[i].value;
    }
    return ABSENT;
}

void natives_each_root(void (*visit)(void *context, term *root), void *context)
{
    for (unsigned i = 0; i < n_native_descs; i++) {
        if (installed[i].var.w)
            visit(context, &installed[i].value);
    }
}

static term native_new(const struct native_desc *d)
{
    struct obj_native *o = (struct obj_native *)shared_alloc_box(T_NATIVE, NO_QUICK_WAY, 3);
    o->desc = d;
    o->quick = NULL;
    o->meta = NIL;
    return mk_box_ptr(o);
}

#define STEP_INSNS 4

/*
 * A STEP native is a function of ordinary code: STEP at its entry; STEP again behind it, so that the return address of
 * a call made by the first leads back into the step function. The call's base is behind the step's own registers.
 */
static term step_new(unsigned index, term qualified)
{
    const struct native_desc *d = &native_descs[index];
    word words = CODE_WORDS + STEP_INSNS / 2;
    struct code *c = (struct code *)shared_alloc_box(T_CODE, 0, words - 1);
    memset((word *)c + 1, 0, (words - 1) * 8);
    c->nregs = d->registers + 2 + TAIL_ARGS_MAX;
    c->nargs = d->min_args;
    c->flags = CODE_STEP;
    c->n_insns = STEP_INSNS;
    c->name = qualified;
    c->file = c->debug = NIL;
    for (unsigned i = 0; i < STEP_INSNS; i += CALL_WORDS) {
        c->insns[i] = step_instruction(d);
        c->insns[i + 1] = index;
    }
    struct obj_fn *f = (struct obj_fn *)shared_alloc_box(T_FN, d->min_args, 2);
    f->code = (word *)c;
    f->meta = NIL;
    return mk_box_ptr(f);
}

void natives_install(void)
{
    for (unsigned i = 0; i < n_native_descs; i++) {
        const struct native_desc *d = &native_descs[i];
        word n_ns = strlen(d->ns), n_name = strlen(d->name);
        term ns = ns_find_or_create(intern_symbol(NULL, 0, d->ns, n_ns));
        term var = ns_intern(ns, intern_symbol(NULL, 0, d->name, n_name));
        ENSURE(same(var_root(var), UNBOUND), "a native is declared once");
        term fn = d->step ? step_new(i, intern_symbol(d->ns, n_ns, d->name, n_name)) : native_new(d);
        var_set(var, fn);
        installed[i].var = var;
        installed[i].value = fn;
        if (d->flags & MACRO)
            var_add_flags(var, VAR_MACRO);
    }
}
