/* SPDX-License-Identifier: GPL-3.0-only */
/* Start-up order, the first process, the report of what it failed with. */
#include "run/vm.h"

#include "data/buf.h"
#include "data/maps.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/printer.h"
#include "pure.h"
#include "run/eval.h"
#include "run/interp.h"
#include "run/names.h"
#include "run/signal.h"
#include "term/equal.h"

#define FIRST_BLOCK_WORDS 32768
static struct proc first;

bool vm_init(void)
{
    if (!port_map_reserve(MAP_BASE, MAP_END - MAP_BASE))
        return false;
    hash_init();
    shared_init();
    names_init();
    vectors_init();
    maps_init();
    natives_install();
    calls_init();
    interp_init();
    signal_init();
    eval_init();
    return true;
}

static term argument_list(struct proc *p, int argc, char **argv)
{
    term list = EMPTY_LIST;
    for (int i = argc - 1; i >= 0; i--) {
        p->pending_value = list;
        term s = str_from_c(p, argv[i]);
        list = p->pending_value;
        if (is_none(s) || !heap_reserve(p, CONS_WORDS, &list, &s))
            return NONE;
        list = mk_cons(p, s, list);
    }
    p->pending_value = NIL;
    return list;
}
/* "error: :kind: message" and the stack, which still stands as it was. */
static void report_failure(struct proc *p)
{
    struct buf b = BUF_INIT;
    struct print_options o = {.readable = true, .force_not = true, .length = 50, .level = 8, .max_bytes = 2000};
    term stopped, value = p->result;
    buf_text(&b, "error: ");
    if (is_type(value, T_CONDITION)) {
        print_term(&b, OBJ(condition, value)->kind, &o, &stopped);
        if (is_string(OBJ(condition, value)->message)) {
            struct str_view v = str_view(OBJ(condition, value)->message);
            buf_text(&b, ": ");
            buf_append(&b, v.data, v.bytes);
        }
        if (!is_nil(OBJ(condition, value)->data)) {
            buf_text(&b, "\n    ");
            print_term(&b, OBJ(condition, value)->data, &o, &stopped);
        }
    } else {
        buf_text(&b, "thrown: ");
        print_term(&b, value, &o, &stopped);
    }
    buf_byte(&b, '\n');
    stack_print(p, &b, 40);
    port_console_write(PORT_STDERR, b.data, b.count);
    buf_free(&b);
}
int vm_main(int argc, char **argv)
{
    struct proc *p = &first;
    term boot = *var_cell(ns_intern(NS_core, intern_symbol(NULL, 0, "%boot", 5)));
    if (!heap_init(p, FIRST_BLOCK_WORDS))
        return 1;
    term args = argument_list(p, argc, argv);
    if (is_none(args) || !interp_start(p, boot, 1, &args))
        return 1;
    while (!(p->flags & PROC_DONE)) {
        __atomic_and_fetch(&p->flags, ~PROC_YIELD, __ATOMIC_RELAXED);
        p->reductions = SLICE_REDUCTIONS;
        shared_sweep(false);
        interp_run(p);
    }
    if (p->flags & PROC_FAILED) {
        report_failure(p);
        return 1;
    }
    return is_int(p->result) ? (int)int_value(p->result) & 0xff : 0;
}
void vm_interrupt(void)
{
    __atomic_or_fetch(&first.flags, PROC_INTERRUPT, __ATOMIC_RELAXED);
    /* the process looks at its flags when its reductions run out; a slice is short */
}
