/* SPDX-License-Identifier: GPL-3.0-only */
#include "evaluate.h"

#include "data/str.h"
#include "lang/compile.h"
#include "lang/reader.h"
#include "run/interp.h"
#include "run/names.h"

#include <string.h>

static term run(struct proc *p, term thunk)
{
    if (!interp_start(p, thunk, 0, NULL))
        return NONE;
    while (!(p->flags & PROC_DONE)) {
        __atomic_and_fetch(&p->flags, ~PROC_YIELD, __ATOMIC_RELAXED);
        p->reductions = SLICE_REDUCTIONS;
        interp_run(p);
    }
    return p->flags & PROC_FAILED ? NONE : p->result;
}
term evaluate(const char *text, struct proc **process)
{
    struct proc *p = unit_proc();
    struct reader r = {.text = (const u8 *)text, .bytes = strlen(text), .line = 1, .column = 1, .intern = true};
    term form, last = NIL;
    r.ns = NS_core;
    if (process)
        *process = p;
    while (read_form(p, &r, &form) == READ_FORM && !is_none(last)) {
        term thunk = compile_form(p, form, NS_core, NIL);
        if (is_none(thunk)) {
            p->result = p->pending_value;
            return NONE;
        }
        last = run(p, thunk);
    }
    if (r.error)
        unit_fail(__FILE__, __LINE__, "cannot read %s: %s", text, r.error);
    return is_none(last) ? NONE : p->result; /* reading to the end may have moved the last value */
}
static void describe(const char *file, int line, const char *text, struct proc *p)
{
    term t = p->result;
    char message[200] = "";
    if (is_type(t, T_CONDITION) && is_string(OBJ(condition, t)->message)) {
        struct str_view v = str_view(OBJ(condition, t)->message);
        word n = v.bytes < sizeof message - 1 ? v.bytes : sizeof message - 1;
        memcpy(message, v.data, n);
    }
    unit_fail(file, line, "%s fails: %s", text, message);
}
void check_true(const char *file, int line, const char *text)
{
    struct proc *p;
    term t = evaluate(text, &p);
    if (is_none(t))
        describe(file, line, text, p);
    else if (!is_truthy(t))
        unit_fail(file, line, "%s", text);
}
void check_fails(const char *file, int line, const char *text, const char *kind)
{
    struct proc *p;
    if (!is_none(evaluate(text, &p))) {
        unit_fail(file, line, "%s does not fail", text);
        return;
    }
    term t = p->result;
    if (!is_type(t, T_CONDITION) || !str_is(OBJ(symbol, OBJ(condition, t)->kind)->name, kind))
        describe(file, line, text, p);
}
