/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vars.c: vars: cells, values, bindings, and what each definition records. The layout of records is in vars.h.
 *
 * A value is stored with one atomic word, so a caller on another thread sees the old or the new one. What was there
 * before is retired; the sweeper frees it once no process refers to it.
 */
#include "run/vars.h"

#include "data/maps.h"
#include "data/str.h"
#include "lang/code.h"
#include "lock.h"
#include "port.h"
#include "pure.h"
#include "run/chain.h"
#include "run/eval.h"
#include "run/native.h"

#define DYNAMIC(id, name, root) term VAR_##id;
#include "run/dynamic.def"
#undef DYNAMIC

static term *const vars = (term *)VARS_BASE; /* by cell; slot 0 is unused, so that a forgotten cell number shows */
static word n_vars = 1;                      /* atomic */
static struct nested_lock definitions;       /* new vars, what vars hold, texts kept */

static word n_records; /* atomic */

static term last_source, last_comment; /* of the newest definition: a form with several needs them once */

/* --- vars and values --- */

term var_new(term ns, term name)
{
    HOLD(&definitions);
    ENSURE(n_vars < MAX_CELLS, "there are fewer vars than cells");
    struct obj_var *o = (struct obj_var *)shared_alloc_box(T_VAR, 0, 7);
    o->cell = n_vars;
    o->flags = 0;
    o->ns = ns;
    o->name = name;
    o->meta = NIL;
    o->def = NIL;
    o->watches = NIL;
    slot_publish(&CELLS[n_vars], UNBOUND);
    vars[n_vars] = mk_box_ptr(o);
    __atomic_store_n(&n_vars, n_vars + 1, __ATOMIC_RELEASE);
    return mk_box_ptr(o);
}

term var_of_cell(word cell)
{
    return cell && cell < __atomic_load_n(&n_vars, __ATOMIC_ACQUIRE) ? vars[cell] : ABSENT;
}

/* The lock makes the handlers agree with the value that came last. */
void var_set(term var, term shared_value)
{
    HOLD(&definitions);
    shared_swap(var_cell(var), shared_value);
    ops_var_changed(var);
}

bool var_change(term var, term old, term shared_value)
{
    HOLD(&definitions);
    bool holds = same(var_root(var), old);
    if (holds)
        var_alter(var, shared_value);
    return holds;
}

term var_value(struct proc *p, term var)
{
    if (var_is(var, VAR_DYNAMIC)) {
        const term *slot = chain_binding(p, var);
        if (slot)
            return *slot;
    }
    return var_root(var);
}

bool var_set_binding(struct proc *p, term var, term value)
{
    term *slot = chain_binding(p, var);
    if (slot)
        *slot = value;
    return slot != NULL;
}

/* --- metadata --- */

struct var_meta {
    term map; /* shared, or nil */
    word flags;
};
/* False: pending. */
static bool meta_copy(struct proc *p, term meta, struct var_meta *copy)
{
    static const struct {
        term *key;
        u32 flag;
    } flags[] = {{&K_dynamic, VAR_DYNAMIC}, {&K_macro, VAR_MACRO}, {&K_private, VAR_PRIVATE}};
    *copy = (struct var_meta){.map = NIL};
    if (!is_map(meta))
        return true;
    copy->map = shared_copy(p, meta);
    for (unsigned i = 0; i < ARRAY_LEN(flags); i++) {
        term value = map_get(meta, *flags[i].key);
        if (!is_absent(value) && is_truthy(value))
            copy->flags |= flags[i].flag;
    }
    return !is_none(copy->map);
}
static void meta_store(term var, const struct var_meta *meta)
{
    word kept = var_flags(var) & (VAR_INSTRUCTION | VAR_ALTERED);
    __atomic_store_n(&OBJ(var, var)->flags, kept | meta->flags, __ATOMIC_RELAXED);
    shared_swap(&OBJ(var, var)->meta, meta->map);
}
term var_set_meta(struct proc *p, term var, term meta)
{
    struct var_meta copy;
    if (!meta_copy(p, meta, &copy))
        return NONE;
    HOLD(&definitions);
    meta_store(var, &copy);
    var_add_flags(var, VAR_META_ALTERED);
    return copy.map;
}

term var_change_meta(struct proc *p, term var, term old, term meta)
{
    struct var_meta copy;
    if (!meta_copy(p, meta, &copy))
        return NONE;
    HOLD(&definitions);
    bool holds = same(slot_read(&OBJ(var, var)->meta), old);
    if (holds) {
        meta_store(var, &copy);
        var_add_flags(var, VAR_META_ALTERED);
    }
    return mk_bool(holds);
}

/* Field number i of the newest definition record; nil where there is none. */
static term newest(term var, unsigned i)
{
    term def = slot_read(&OBJ(var, var)->def);
    return is_nil(def) ? NIL : OBJ(tuple, OBJ(tuple, def)->item[0])->item[i];
}

term var_meta(struct proc *p, term var)
{
    struct {
        term key, value;
    } add[] = {{K_column, newest(var, DEF_COLUMN)},
               {K_line, newest(var, DEF_LINE)},
               {K_file, newest(var, DEF_FILE)},
               {K_name, OBJ(var, var)->name},
               {K_ns, OBJ(var, var)->ns},
               {K_macro, var_is(var, VAR_MACRO) ? TRUE_TERM : NIL},
               {K_dynamic, var_is(var, VAR_DYNAMIC) ? TRUE_TERM : NIL},
               {K_private, var_is(var, VAR_PRIVATE) ? TRUE_TERM : NIL}};
    term m = slot_read(&OBJ(var, var)->meta);
    if (is_nil(m))
        m = empty_map;
    /* All that is added is shared, so only the map itself moves. */
    for (unsigned i = 0; i < ARRAY_LEN(add) && !is_none(m); i++) {
        if (!is_nil(add[i].value))
            m = map_assoc(p, m, add[i].key, add[i].value);
    }
    return m;
}

/* --- definitions --- */

static struct obj_tuple *shared_tuple(word n)
{
    return (struct obj_tuple *)shared_alloc_box(T_TUPLE, 0, n);
}

/* The bytes as a shared string; *last when it says the same. Nil for none, or for what is no text. */
static term kept_text(term *last, const u8 *bytes, word count)
{
    if (!bytes || !count || count > STR_MAX_BYTES || utf8_valid(bytes, count, &(word){0}) != count)
        return NIL;
    if (is_string(*last)) {
        struct str_view v = str_view(*last);
        if (v.bytes == count && !memcmp(v.data, bytes, count))
            return *last;
    }
    return *last = str_shared(bytes, count);
}

static term record_make(const struct load_context *context)
{
    HOLD(&definitions);
    term source = kept_text(&last_source, context->source, context->source_bytes);
    term comment = kept_text(&last_comment, context->comment, context->comment_bytes);
    struct obj_tuple *r = shared_tuple(DEF_FIELDS);
    r->item[DEF_ORIGIN] = context->origin;
    r->item[DEF_FILE] = context->file;
    r->item[DEF_LINE] = context->line ? mk_int(context->line) : NIL;
    r->item[DEF_COLUMN] = context->line ? mk_int(context->column) : NIL;
    r->item[DEF_SOURCE] = source;
    r->item[DEF_COMMENT] = comment;
    bool dated = !same(context->origin, K_native);
    r->item[DEF_TIMESTAMP] = dated ? mk_int((iword)(port_wall_clock_ns() / 1000000)) : NIL;
    r->item[DEF_SERIAL] = mk_int((iword)__atomic_add_fetch(&n_records, 1, __ATOMIC_RELAXED));
    r->item[DEF_EVALUATION] = context->evaluation;
    r->item[DEF_DECLARED] = NIL;
    return mk_box_ptr(r);
}

term var_record_here(const struct proc *p)
{
    struct load_context context;
    return load_context_find(p, &context) ? record_make(&context) : ABSENT;
}

static word history_count(term history)
{
    return is_nil(history) ? 0 : tuple_count(history);
}

static bool is_declared(term record)
{
    return is_truthy(OBJ(tuple, record)->item[DEF_DECLARED]);
}

/* The newest record is added; of too many the one after the first definition goes. */
static void record_push(term var, term record)
{
    term old = OBJ(var, var)->def;
    word kept = history_count(old), dropped = kept;
    if (kept == VAR_VERSIONS)
        dropped = kept - 2 - is_declared(OBJ(tuple, old)->item[kept - 1]);
    struct obj_tuple *history = shared_tuple(kept + (dropped == kept));
    word n = 0;
    history->item[n++] = record;
    for (word i = 0; i < kept; i++) {
        if (i != dropped)
            history->item[n++] = OBJ(tuple, old)->item[i];
    }
    shared_swap(&OBJ(var, var)->def, mk_box_ptr(history));
}

/* The newest record goes, unless it is the only one. */
static void record_pop(term var)
{
    term old = OBJ(var, var)->def;
    word kept = history_count(old);
    if (kept < 2)
        return;
    struct obj_tuple *history = shared_tuple(kept - 1);
    for (word i = 1; i < kept; i++)
        history->item[i - 1] = OBJ(tuple, old)->item[i];
    shared_swap(&OBJ(var, var)->def, mk_box_ptr(history));
}

/* Gives what the library made without a record one, because it is about to be replaced. */
static void record_library_version(term var)
{
    term root = var_root(var);
    if (!is_nil(OBJ(var, var)->def) || same(root, UNBOUND))
        return;
    struct load_context context = {.origin = K_native, .file = NIL, .evaluation = NIL};
    if (fn_native_desc(root) || stub_context(root, &context))
        record_push(var, record_make(&context));
}

void var_alter(term var, term shared_value)
{
    HOLD(&definitions);
    record_library_version(var);
    var_add_flags(var, VAR_ALTERED);
    var_set(var, shared_value);
}

static void record_definition(term var, const struct load_context *context)
{
    if (!same(context->restored, var)) {
        record_push(var, record_make(context));
        return;
    }
    term history = OBJ(var, var)->def;
    if (!is_nil(history) &&
        (word)int_value(OBJ(tuple, OBJ(tuple, history)->item[0])->item[DEF_SERIAL]) > context->restored_serial)
        record_pop(var);
}

/* What has a value stays as it was defined. */
static void declare(term var, const struct var_meta *meta, const struct load_context *context)
{
    if (!same(var_root(var), UNBOUND))
        return;
    meta_store(var, meta);
    if (context) {
        term record = record_make(context);
        OBJ(tuple, record)->item[DEF_DECLARED] = TRUE_TERM;
        record_push(var, record);
    }
}

term var_define(struct proc *p, term var, term value, term meta)
{
    struct var_meta kept;
    struct load_context context;
    term copy = same(value, UNBOUND) ? value : shared_copy(p, value);
    if (is_none(copy) || !meta_copy(p, meta, &kept))
        return NONE;
    bool known = load_context_find(p, &context);
    bool waits = known && !is_nil(context.stub) && same(context.stub_var, var);
    HOLD(&definitions);
    if (same(copy, UNBOUND)) {
        declare(var, &kept, known ? &context : NULL);
        return var;
    }
    if (!waits || (fn_stub(context.stub) && same(var_root(var), context.stub))) {
        if (!waits)
            record_library_version(var);
        meta_store(var, &kept);
        var_drop_flags(var, VAR_ALTERED);
        if (known)
            record_definition(var, &context);
    }
    if (waits)
        stub_fill(context.stub, copy);
    else
        var_set(var, copy);
    return var;
}

void var_restore_native(term var, term native, word flags)
{
    HOLD(&definitions);
    meta_store(var, &(struct var_meta){.map = NIL, .flags = flags});
    var_drop_flags(var, VAR_ALTERED);
    var_set(var, native);
    term record = OBJ(tuple, OBJ(var, var)->def)->item[0];
    if (!same(OBJ(tuple, record)->item[DEF_ORIGIN], K_native))
        record_pop(var);
}

/* --- start and sweep --- */

static term dynamic_var(const char *name, term root)
{
    term var = ns_intern(NS_core, intern_symbol(NULL, 0, name, strlen(name)));
    var_add_flags(var, VAR_DYNAMIC);
    slot_publish(var_cell(var), root);
    return var;
}

void vars_init(void)
{
    last_source = last_comment = NIL;
#define DYNAMIC(id, name, root) VAR_##id = dynamic_var(name, root);
#include "run/dynamic.def"
#undef DYNAMIC
}

void vars_each_root(void (*visit)(void *context, term *root), void *context)
{
    for (word i = 1, n = __atomic_load_n(&n_vars, __ATOMIC_ACQUIRE); i < n; i++) {
        visit(context, &vars[i]);
        visit(context, &CELLS[i]);
    }
    HOLD(&definitions);
    visit(context, &last_source);
    visit(context, &last_comment);
}
