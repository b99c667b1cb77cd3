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
static void put_value(struct buf *b, term t, word max_bytes)
{
    struct print_options o = {.readable = true, .force_not = true, .length = 50, .level = 8, .max_bytes = max_bytes};
    term stopped;
    print_term(b, t, &o, &stopped);
}
/* "file:line:column: " of conditions that speak of a place in a text; true when that says all of the data. */
static bool put_place(struct buf *b, term c)
{
    term data = OBJ(condition, c)->data;
    if (!same(OBJ(condition, c)->kind, error_keywords[E_READ_ERROR]) &&
        !same(OBJ(condition, c)->kind, error_keywords[E_COMPILE_ERROR]))
        return false;
    term file = is_map(data) ? map_get(data, K_file) : ABSENT, line = is_map(data) ? map_get(data, K_line) : ABSENT;
    term column = is_map(data) ? map_get(data, K_column) : ABSENT;
    if (is_absent(file) || !is_string(file) || is_absent(line) || !is_int(line) || is_absent(column) || !is_int(column))
        return false;
    struct str_view v = str_view(file);
    buf_append(b, v.data, v.bytes);
    buf_format(b, ":%ld:%ld: ", (long)int_value(line), (long)int_value(column));
    return true;
}
static void put_condition(struct buf *b, term c, bool outermost)
{
    if (!outermost)
        buf_text(b, "caused by: ");
    bool placed = put_place(b, c);
    if (outermost && !placed)
        buf_text(b, "error: ");
    term message = OBJ(condition, c)->message, data = OBJ(condition, c)->data;
    put_value(b, OBJ(condition, c)->kind, 200);
    if (is_string(message)) {
        struct str_view v = str_view(message);
        buf_text(b, ": ");
        buf_append(b, v.data, v.bytes);
    }
    buf_byte(b, '\n');
    if (!placed && !is_nil(data) && !(is_map(data) && map_count(data) == 0)) {
        buf_text(b, "    ");
        put_value(b, data, 2000);
        buf_byte(b, '\n');
    }
}
#define MAX_CAUSES 8
/* "error: :kind: message", or "file:line:column: :kind: message", data, causes; and the stack, which stands as it was.
 */
static void report_failure(struct proc *p)
{
    struct buf b = BUF_INIT;
    term value = p->result;
    if (!is_type(value, T_CONDITION)) {
        buf_text(&b, "error: thrown: ");
        put_value(&b, value, 2000);
        buf_byte(&b, '\n');
    }
    for (unsigned i = 0; is_type(value, T_CONDITION) && i < MAX_CAUSES; i++, value = OBJ(condition, value)->cause)
        put_condition(&b, value, i == 0);
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
