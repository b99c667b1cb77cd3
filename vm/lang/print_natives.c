/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * print_natives.c: pr, println, pr-str and their family.
 *
 * All of a call's text is made first and then written at once, so a call that stops for a lazy sequence, or a long one,
 * has no effect yet and can begin again: (%pr-slow flags arguments) prints long sequences in parts, realises what there
 * is, asks print-method, and comes back to %print.
 *
 * *out* says where text goes: nil is the process's group leader, :stderr that one's error stream, a pid the process
 * that is asked instead (run/output.h), a volatile collects strings in a list, the newest first (with-out-str;
 * %out-text joins them), a function is called with each text, and with nil by flush (lona.pprint).
 */
#include "data/seqs.h"
#include "data/str.h"
#include "lang/printer.h"
#include "pure.h"
#include "run/io.h"
#include "run/names.h"
#include "run/native.h"
#include "run/output.h"
#include "run/procs.h"
#include "run/vars.h"

enum print_flags { READABLE = 1, NEWLINE = 2, TO_STRING = 4, FLAGS = 256 };

static iword limit_of(struct proc *p, term var)
{
    term value = var_value(p, var);
    return is_int(value) ? (int_value(value) < 0 ? 0 : int_value(value)) : -1;
}

static struct print_options options_now(struct proc *p, unsigned flags)
{
    bool readable = (flags & READABLE) && is_truthy(var_value(p, VAR_print_readably));
    return (struct print_options){
        .readable = readable,
        .meta = readable && is_truthy(var_value(p, VAR_print_meta)),
        .ns_maps = is_truthy(var_value(p, VAR_print_namespace_maps)),
        .length = limit_of(p, VAR_print_length),
        .level = limit_of(p, VAR_print_level),
        .process = p,
    };
}

/* --- where text goes -------------------------------------------------------------------------------------------------
 */

/* Adds the text to the list in the volatile that *out* is bound to. */
static term write_to_volatile(struct proc *p, struct buf *b)
{
    term text = str_from_buf(p, b);
    if (is_none(text) || !heap_reserve(p, CONS_WORDS, &text))
        return NONE;
    term out = var_value(p, VAR_out);
    struct obj_volatile *v = OBJ(volatile, out);
    term cells = mk_cons(p, text, is_cons(v->value) ? v->value : EMPTY_LIST);
    return cell_write(p, out, &v->value, cells) ? NIL : NONE;
}

/* Takes (frees) the buffer. Answers nil. */
static term write_out(struct proc *p, struct buf *b)
{
    term out = var_value(p, VAR_out);
    if (b->failed) {
        buf_free(b);
        return raise(p, E_OUT_OF_MEMORY, "no memory for the text to print");
    }
    native_charge(p, b->count / 1024);
    if (is_nil(out))
        return output_put(p, p->group_leader, PORT_STDOUT, b);
    if (is_keyword(out) && names_equal(out, K_stderr))
        return output_put(p, p->group_leader, PORT_STDERR, b);
    if (is_pid(out))
        return output_put(p, out, PORT_STDOUT, b);
    if (is_type(out, T_VOLATILE))
        return write_to_volatile(p, b);
    if (is_function(out)) {
        term text = str_from_buf(p, b);
        return is_none(text) ? NONE : tail_call(p, var_value(p, VAR_out), 1, text);
    }
    buf_free(b);
    return raise(p, E_TYPE_ERROR, "*out* is nil, :stderr, a pid, a volatile or a function, not %T", out);
}

static term deliver(struct proc *p, struct buf *b, unsigned flags)
{
    if (flags & NEWLINE)
        buf_byte(b, '\n');
    return flags & TO_STRING ? str_from_buf(p, b) : write_out(p, b);
}

/* --- printing arguments --------------------------------------------------------------------------------------------
 */

static term slow_print(struct proc *p, unsigned flags, unsigned n)
{
    term list = list_from_args(p, 0, n);
    return is_none(list) ? NONE : tail_call(p, SLOW_print, 2, mk_int(flags), list);
}

/* A collection of more text than this may hold a sequence that has no end. */
#define LONG_TEXT (word)(256 << 10)

static term print_args(struct proc *p, unsigned n, unsigned flags)
{
    struct print_options options = options_now(p, flags);
    struct buf b = buf_of(p);
    for (unsigned i = 0; i < n; i++) {
        term stopped;
        if (i)
            buf_byte(&b, ' ');
        word start = b.count;
        options.max_bytes = !(flags & TO_STRING) && is_coll(ARG(i)) ? LONG_TEXT : 0;
        switch (print_term(&b, ARG(i), &options, &stopped)) {
        case PRINT_OK:
            if (!options.max_bytes || b.count - start <= LONG_TEXT)
                break;
            buf_free(&b);
            return slow_print(p, flags, n);
        case PRINT_LAZY:
        case PRINT_METHOD:
            buf_free(&b);
            return slow_print(p, flags, n);
        case PRINT_MEMORY:
            b.failed = true;
            return deliver(p, &b, flags);
        case PRINT_INTERRUPTED:
            buf_free(&b);
            return retry_after_interrupt(p);
        }
    }
    return deliver(p, &b, flags);
}

term native_pr(struct proc *p, unsigned n)
{
    return print_args(p, n, READABLE);
}
term native_prn(struct proc *p, unsigned n)
{
    return print_args(p, n, READABLE | NEWLINE);
}
term native_print(struct proc *p, unsigned n)
{
    return print_args(p, n, 0);
}
term native_println(struct proc *p, unsigned n)
{
    return print_args(p, n, NEWLINE);
}
term native_pr_str(struct proc *p, unsigned n)
{
    return print_args(p, n, READABLE | TO_STRING);
}
term native_prn_str(struct proc *p, unsigned n)
{
    return print_args(p, n, READABLE | NEWLINE | TO_STRING);
}
term native_print_str(struct proc *p, unsigned n)
{
    return print_args(p, n, TO_STRING);
}
term native_println_str(struct proc *p, unsigned n)
{
    return print_args(p, n, NEWLINE | TO_STRING);
}
term native_newline(struct proc *p, unsigned n)
{
    struct buf b = buf_of(p);
    return deliver(p, &b, NEWLINE);
}
term native_flush(struct proc *p, unsigned n)
{
    term out = var_value(p, VAR_out);
    return is_function(out) ? tail_call(p, out, 1, NIL) : NIL;
}

/* (%print flags list): the same for the elements of a realised list, each cut after flags / FLAGS bytes if that is not
 * 0. A lazy cell inside is forced, then this runs again. */
term native_print_list(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)) || int_value(ARG(0)) < 0)
        return raise_arg(p, 0, "flags");
    unsigned flags = (unsigned)int_value(ARG(0)) & (READABLE | NEWLINE | TO_STRING);
    struct print_options options = options_now(p, flags);
    options.max_bytes = (word)int_value(ARG(0)) / FLAGS;
    struct buf b = buf_of(p);
    struct cursor c = cursor_at(ARG(1));
    term x, lazy;
    for (word i = 0;; i++) {
        enum seq_status more = cursor_next(&c, &x, &lazy);
        if (more == SEQ_END)
            return deliver(p, &b, flags);
        enum print_status status = PRINT_LAZY;
        if (more == SEQ_OK) {
            if (i)
                buf_byte(&b, ' ');
            status = print_term(&b, x, &options, &lazy);
        }
        if (status == PRINT_OK)
            continue;
        if (status == PRINT_MEMORY) {
            b.failed = true;
            return deliver(p, &b, flags);
        }
        buf_free(&b);
        if (more == SEQ_ERROR)
            return raise_arg(p, 1, "a list");
        if (status == PRINT_INTERRUPTED)
            return retry_after_interrupt(p);
        if (status == PRINT_METHOD)
            return tail_call(p, SLOW_print, 2, ARG(0), ARG(1));
        return options.length < 0 ? retry_when_ready(p, lazy) : retry_after_force(p, lazy);
    }
}

/* (%print-record record): a record as it is printed where print-method says nothing else. */
term native_print_record(struct proc *p, unsigned n)
{
    struct print_options options = options_now(p, READABLE);
    struct buf b = buf_of(p);
    term stopped;
    options.force_not = true;
    enum print_status status = print_term(&b, ARG(0), &options, &stopped);
    b.failed |= status == PRINT_MEMORY;
    if (status == PRINT_INTERRUPTED) {
        buf_free(&b);
        return retry_after_interrupt(p);
    }
    return deliver(p, &b, 0);
}

/* (%print-methods known?): from now on records are (not) asked for. Answers what was before; nil only asks. */
term native_print_methods(struct proc *p, unsigned n)
{
    bool before = print_methods_known;
    if (!is_nil(ARG(0)))
        print_methods_known = is_truthy(ARG(0));
    return mk_bool(before);
}

/* (%print-error string): a line on the console's error stream, for what must be said whoever listens. */
term native_print_error(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    struct buf b = BUF_INIT;
    buf_append(&b, v.data, v.bytes);
    buf_byte(&b, '\n');
    io_console_report(p, b.data, b.count);
    buf_free(&b);
    return NIL;
}

/* (%plain-text x): x as it is printed without asking any function in Lonala, cut when it is long. */
term native_plain_text(struct proc *p, unsigned n)
{
    struct buf b = buf_of(p);
    struct print_options options = {.readable = true, .force_not = true, .length = 100, .level = 20, .max_bytes = 4000};
    term stopped_at;
    print_term(&b, ARG(0), &options, &stopped_at);
    return str_from_buf(p, &b);
}

/* (%out-text volatile): what was printed to it, as one string. */
term native_out_text(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_VOLATILE))
        return raise_arg(p, 0, "a volatile");
    word total = 0, code_points = 0;
    for (term l = OBJ(volatile, ARG(0))->value; is_cons(l); l = cons_tail(l)) {
        if (!is_string(cons_head(l)))
            return raise_arg(p, 0, "a volatile with a list of strings");
        total += str_view(cons_head(l)).bytes;
        code_points += str_view(cons_head(l)).code_points;
    }
    u8 *text;
    term s = str_room(p, total, code_points, &text);
    if (is_none(s))
        return NONE;
    native_charge(p, total / 1024);
    for (term l = OBJ(volatile, ARG(0))->value; is_cons(l); l = cons_tail(l)) {
        struct str_view v = str_view(cons_head(l));
        total -= v.bytes;
        memcpy(text + total, v.data, v.bytes);
    }
    return s;
}
