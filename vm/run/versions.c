/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * versions.c: what definitions record, as data, and the way back to an earlier one. Nothing here calls a function that
 * can be redefined, but for macros in the text that is evaluated again.
 */
#include "data/buf.h"
#include "data/str.h"
#include "lang/compile.h"
#include "lang/reader.h"
#include "pure.h"
#include "run/chain.h"
#include "run/eval.h"
#include "run/native.h"
#include "run/ns.h"
#include "run/vars.h"

/* --- records as maps --- */

#define RECORD_KEYS 11
#define RECORD_WORDS (2 + 2 * RECORD_KEYS)

/* One record as a map; previous is a map or nil. Room is reserved. Records are shared: only previous and the map move.
 */
static term record_map(struct proc *p, const struct obj_tuple *r, term previous)
{
    term key[RECORD_KEYS] = {K_origin,    K_file,   K_line,       K_column,   K_source,  K_comment,
                             K_timestamp, K_serial, K_evaluation, K_declared, K_previous};
    struct obj_flatmap *m = (struct obj_flatmap *)heap_take_box(p, T_FLATMAP, 0, 1 + 2 * RECORD_KEYS);
    m->meta = NIL;
    word entries = 0;
    for (unsigned i = 0; i < RECORD_KEYS; i++) {
        term value = i < DEF_FIELDS ? r->item[i] : previous;
        if (is_nil(value))
            continue;
        m->kv[2 * entries] = key[i];
        m->kv[2 * entries + 1] = value;
        entries++;
    }
    m->hdr = mk_header(T_FLATMAP, 0, 1 + 2 * entries);
    p->hp -= 2 * (RECORD_KEYS - entries);
    return mk_box_ptr(m);
}

/* {:origin :file :line :column :source :comment :timestamp :serial :evaluation :declared :previous}, what is unknown
 * left out; nil: not recorded. */
term native_var_def(struct proc *p, unsigned n)
{
    if (!var_argument(p, 0))
        return NONE;
    term history = slot_read(&OBJ(var, ARG(0))->def);
    if (is_nil(history))
        return NIL;
    if (!heap_reserve(p, VAR_VERSIONS * RECORD_WORDS))
        return NONE;
    term map = NIL;
    for (word i = tuple_count(history); i--;)
        map = record_map(p, OBJ(tuple, OBJ(tuple, history)->item[i]), map);
    return map;
}

term native_var_source(struct proc *p, unsigned n)
{
    if (!var_argument(p, 0))
        return NONE;
    term history = slot_read(&OBJ(var, ARG(0))->def);
    return is_nil(history) ? NIL : OBJ(tuple, OBJ(tuple, history)->item[0])->item[DEF_SOURCE];
}

/* (%native-place var part): of the function in C that var held at first the part 0: file of its declaration, 1: line,
 * 2: name of the C function; nil: there was none. */
term native_var_native_place(struct proc *p, unsigned n)
{
    if (!var_argument(p, 0))
        return NONE;
    term native = native_of_var(ARG(0));
    if (is_absent(native))
        return NIL;
    const struct native_place *place = native_place(fn_native_desc(native));
    if (same(ARG(1), mk_int(1)))
        return mk_int(place->line);
    return str_from_c(p, same(ARG(1), mk_int(0)) ? place->file : place->function);
}

/* Whether a function of the library has another definition than the library's. */
static bool is_redefined(term var)
{
    term history = slot_read(&OBJ(var, var)->def);
    if (!same(OBJ(var, var)->ns, NS_core) || is_nil(history) || var_is(var, VAR_DYNAMIC))
        return false;
    const struct obj_tuple *newest = OBJ(tuple, OBJ(tuple, history)->item[0]);
    word last = tuple_count(history) - 1;
    const struct obj_tuple *first = OBJ(tuple, OBJ(tuple, history)->item[last]);
    if (last && is_truthy(first->item[DEF_DECLARED]))
        first = OBJ(tuple, OBJ(tuple, history)->item[last - 1]);
    return var_is(var, VAR_ALTERED) || !same(newest->item[DEF_ORIGIN], first->item[DEF_ORIGIN]) ||
           !same(newest->item[DEF_FILE], first->item[DEF_FILE]);
}

/* (%redefined): a text, the names of the vars of lona.core that have another definition than the library's. */
term native_redefined(struct proc *p, unsigned n)
{
    struct buf b = BUF_INIT;
    term var;
    for (word cell = 1; !is_absent(var = var_of_cell(cell)); cell++) {
        if (!is_redefined(var))
            continue;
        struct str_view name = str_view(OBJ(symbol, OBJ(var, var)->name)->name);
        buf_text(&b, b.count ? " lona.core/" : "lona.core/");
        buf_append(&b, name.data, name.bytes);
    }
    return str_from_buf(p, &b);
}

/* (%load-record): where the form under evaluation comes from, as such a map; nil when nothing is being loaded. */
term native_load_record(struct proc *p, unsigned n)
{
    if (!heap_reserve(p, RECORD_WORDS))
        return NONE;
    term record = var_record_here(p);
    return is_absent(record) ? NIL : record_map(p, OBJ(tuple, record), NIL);
}

/* --- back --- */

/* (%restore-var var): its registers. */
enum {
    BACK_VAR,
    BACK_RECORD /* nil: not begun */,
    BACK_EVALUATION,
    BACK_NS_RECORD,
    BACK_REGISTERS = BACK_NS_RECORD + CHAIN_WORDS
};
STATIC_ASSERT(BACK_REGISTERS == 7, "names_natives.def says so");

static struct str_view record_text(const struct obj_tuple *record, enum def_field i)
{
    return is_string(record->item[i]) ? str_view(record->item[i]) : (struct str_view){0};
}

static u32 record_place(const struct obj_tuple *record, enum def_field i)
{
    return is_int(record->item[i]) ? (u32)int_value(record->item[i]) : 0;
}

bool restore_context(const term *fp, struct load_context *context)
{
    if (is_nil(fp[-BACK_RECORD]))
        return false;
    const struct obj_tuple *record = OBJ(tuple, fp[-BACK_RECORD]);
    struct str_view source = record_text(record, DEF_SOURCE), comment = record_text(record, DEF_COMMENT);
    *context = (struct load_context){.origin = record->item[DEF_ORIGIN],
                                     .file = record->item[DEF_FILE],
                                     .evaluation = fp[-BACK_EVALUATION],
                                     .source = source.data,
                                     .source_bytes = source.bytes,
                                     .comment = comment.data,
                                     .comment_bytes = comment.bytes,
                                     .line = record_place(record, DEF_LINE),
                                     .column = record_place(record, DEF_COLUMN),
                                     .stub = NIL,
                                     .restored = fp[-BACK_VAR],
                                     .restored_serial = (word)int_value(record->item[DEF_SERIAL])};
    return true;
}

/* What the var held before: the record to go back to. ABSENT: there is none. */
static term version_before(term var)
{
    term history = slot_read(&OBJ(var, var)->def);
    word i = var_is(var, VAR_ALTERED) ? 0 : 1;
    if (is_nil(history) || tuple_count(history) <= i)
        return ABSENT;
    term record = OBJ(tuple, history)->item[i];
    return is_truthy(OBJ(tuple, record)->item[DEF_DECLARED]) ? ABSENT : record;
}

static enum step evaluate_again(struct proc *p)
{
    const struct obj_tuple *record = OBJ(tuple, REG(BACK_RECORD));
    struct str_view source = record_text(record, DEF_SOURCE);
    struct reader r = {.text = source.data,
                       .bytes = source.bytes,
                       .line = record_place(record, DEF_LINE),
                       .column = record_place(record, DEF_COLUMN),
                       .ns = OBJ(var, REG(BACK_VAR))->ns,
                       .positions = true,
                       .intern = true};
    term form;
    enum read_status status = read_form(p, &r, &form);
    if (status == READ_MEMORY)
        return STEP_RAISE;
    if (status != READ_FORM) {
        raise(p, E_READ_ERROR, "%s", status == READ_END ? "the version before has no text" : r.error);
        return STEP_RAISE;
    }
    bind_here(p, BACK_NS_RECORD, VAR_ns, r.ns);
    return step_call(p, r.made_tagged ? SLOW_eval_tagged : var_root(ns_intern_text("%eval")), 3, form, r.ns,
                     OBJ(tuple, REG(BACK_RECORD))->item[DEF_FILE]);
}

enum step step_restore_var(struct proc *p)
{
    term var = REG(BACK_VAR);
    if (!is_nil(REG(BACK_RECORD))) {
        p->chain = (word)int_value(REG(BACK_NS_RECORD + CHAIN_PREV));
        return step_return(p, var);
    }
    if (!is_type(var, T_VAR)) {
        raise(p, E_TYPE_ERROR, "restore-var wants a var, not %T", var);
        return STEP_RAISE;
    }
    term record = version_before(var);
    if (is_absent(record)) {
        raise(p, E_ILLEGAL_STATE, "%T has no earlier version", var);
        return STEP_RAISE;
    }
    term native = native_of_var(var);
    if (same(OBJ(tuple, record)->item[DEF_ORIGIN], K_native) && !is_absent(native)) {
        var_restore_native(var, native, fn_native_desc(native)->flags & MACRO ? VAR_MACRO : 0);
        return step_return(p, var);
    }
    REG(BACK_RECORD) = record;
    REG(BACK_EVALUATION) = mk_int(new_evaluation());
    return evaluate_again(p);
}
