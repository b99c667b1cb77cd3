/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The analysis of expanded forms into nodes (ast.h). Special forms are dispatched by symbol; those that use the chain
 * of handlers are in special.c, patterns in patterns.c.
 */
#include "lang/ast.h"

#include "data/maps.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/reader.h"
#include "lang/special.h"
#include "pure.h"

/* --- nodes --------------------------------------------------------------------------------------------------- */

struct node *new_node(struct compiler *c, enum node_kind kind, unsigned n)
{
    struct node *node = c->failed ? NULL : arena_alloc(c, sizeof *node);
    struct node **items = NULL;
    if (node && n)
        items = arena_alloc(c, n * sizeof *items);
    if (!node || (n && !items)) {
        c->dummy = (struct node){.kind = N_CONST, .value = NIL};
        return &c->dummy;
    }
    *node = (struct node){.kind = (u8)kind, .n = n, .items = items, .value = NIL, .line = c->line, .column = c->column};
    for (unsigned i = 0; i < n; i++)
        items[i] = &c->dummy;
    return node;
}

struct node *const_node(struct compiler *c, term value)
{
    struct node *n = new_node(c, N_CONST, 0);
    n->value = value;
    return n;
}

struct node *var_node(struct compiler *c, term var)
{
    struct node *n = new_node(c, N_VAR, 0);
    n->value = var;
    return n;
}

term core_var(const char *name)
{
    return ns_intern(NS_core, intern_symbol(NULL, 0, name, strlen(name)));
}

struct node *core_call(struct compiler *c, const char *name, unsigned n)
{
    struct node *call = new_node(c, N_CALL, n);
    if (!c->failed)
        call->body = var_node(c, core_var(name));
    return call;
}

/* Elements from..n-1 as the body of a do; one alone stands for itself. */
struct node *analyse_body(struct compiler *c, const struct elements *e, unsigned from, bool tail)
{
    u32 line = c->line, column = c->column;
    if (from >= e->n)
        return const_node(c, NIL);
    struct node *n = e->n - from > 1 ? new_node(c, N_DO, e->n - from) : NULL;
    for (unsigned i = from; i < e->n && !c->failed; i++) {
        at_element(c, e, i);
        struct node *x = analyse(c, e->at[i], tail && i + 1 == e->n);
        c->line = line;
        c->column = column;
        if (!n)
            return x;
        n->items[i - from] = x;
    }
    return c->failed ? &c->dummy : n;
}

static bool analyse_items(struct compiler *c, struct node *n, const struct elements *e, unsigned from)
{
    u32 line = c->line, column = c->column;
    for (unsigned i = from; i < e->n && !c->failed; i++) {
        at_element(c, e, i);
        n->items[i - from] = analyse(c, e->at[i], false);
        c->line = line;
        c->column = column;
    }
    return !c->failed;
}

/* --- calls and literals -------------------------------------------------------------------------------------- */

static struct node *analyse_call(struct compiler *c, const struct elements *e)
{
    u32 line = c->line, column = c->column;
    struct node *call = new_node(c, N_CALL, e->n - 1);
    at_element(c, e, 0);
    struct node *f = analyse(c, e->at[0], false);
    c->line = line;
    c->column = column;
    if (c->failed || !analyse_items(c, call, e, 1))
        return &c->dummy;
    call->body = f;
    if (f->kind == N_CONST && is_keyword(f->value) && call->n == 1) {
        call->kind = N_GETK;
        call->value = f->value;
    } else if (f->kind == N_VAR) {
        struct node *op = intrinsic_call(c, f->value, call->items, call->n);
        if (op)
            return op;
    }
    return call;
}

/* The literal is its own value: every element's node is a constant that is the element itself. */
static bool all_constant(const struct node *n, const term *forms)
{
    for (unsigned i = 0; i < n->n; i++)
        if (n->items[i]->kind != N_CONST || !same(n->items[i]->value, forms[i]))
            return false;
    return true;
}

/* A literal with metadata whose value is computed: (with-meta literal meta). */
static struct node *with_meta(struct compiler *c, struct node *literal, term meta)
{
    if (c->failed || is_nil(meta) || !is_map(meta))
        return literal;
    struct node *m = analyse(c, meta, false);
    if (c->failed)
        return &c->dummy;
    struct node *call = core_call(c, "with-meta", 2);
    if (c->failed)
        return &c->dummy;
    call->items[0] = literal;
    call->items[1] = m;
    return call;
}

static struct node *analyse_vector(struct compiler *c, term form)
{
    struct elements e;
    if (!open_vector(c, form, &e))
        return &c->dummy;
    struct node *n = new_node(c, N_VECTOR, e.n);
    if (c->failed || !analyse_items(c, n, &e, 0))
        return &c->dummy;
    term meta = vec_meta(form);
    bool plain_meta = is_nil(meta);
    if (!plain_meta && is_map(meta)) {
        struct node *m = analyse(c, meta, false);
        if (c->failed)
            return &c->dummy;
        plain_meta = m->kind == N_CONST && same(m->value, meta);
    }
    if (plain_meta && all_constant(n, e.at))
        return const_node(c, form);
    return with_meta(c, n, meta);
}

/* Maps and sets: elements in iteration order, then a call of the function that builds one. */
static struct node *analyse_map(struct compiler *c, term form, bool set)
{
    word count = set ? set_count(form) : map_count(form);
    struct elements e = {.form = NIL};
    if (count > UINT32_MAX / 4) {
        fail(c, "literal too large", NIL, NIL);
        return &c->dummy;
    }
    e.at = arena_alloc(c, 2 * count * sizeof(term));
    if (!e.at)
        return &c->dummy;
    struct map_iter it = map_iter(set ? OBJ(set, form)->map : form);
    while (map_next(&it)) {
        e.at[e.n++] = it.key;
        if (!set)
            e.at[e.n++] = it.value;
    }
    struct node *call = core_call(c, set ? "%set" : "%map", e.n);
    if (c->failed || !analyse_items(c, call, &e, 0))
        return &c->dummy;
    term meta = set ? OBJ(set, form)->meta : map_meta(form);
    if (is_nil(meta) && all_constant(call, e.at))
        return const_node(c, form);
    return with_meta(c, call, meta);
}

/* --- special forms ------------------------------------------------------------------------------------------- */

static bool wants(struct compiler *c, const struct elements *e, unsigned min, unsigned max)
{
    if (e->n - 1 >= min && e->n - 1 <= max)
        return true;
    fail(c, e->n - 1 < min ? "too few arguments to %T: %T" : "too many arguments to %T: %T", e->at[0], e->form);
    return false;
}

static struct node *analyse_if(struct compiler *c, const struct elements *e, bool tail)
{
    if (!wants(c, e, 2, 3))
        return &c->dummy;
    struct node *n = new_node(c, N_IF, 3);
    if (c->failed)
        return n;
    u32 line = c->line, column = c->column;
    for (unsigned i = 0; i < 3 && !c->failed; i++) {
        at_element(c, e, i + 1);
        n->items[i] = i + 1 < e->n ? analyse(c, e->at[i + 1], i > 0 && tail) : const_node(c, NIL);
        c->line = line;
        c->column = column;
    }
    return n;
}

/* (let* [t a] (if t b t)) is a and b; (let* [t a] (if t t b)) is a or b: no variable is needed. */
static struct node *as_and_or(struct compiler *c, struct node *let)
{
    struct node *body = let->body;
    if (let->n != 1 || body->kind != N_IF || let->locals[0]->uses != 2)
        return let;
    struct local *t = let->locals[0];
    struct node **i = body->items;
    if (i[0]->kind != N_LOCAL || i[0]->local != t)
        return let;
    bool is_and = i[2]->kind == N_LOCAL && i[2]->local == t;
    bool is_or = i[1]->kind == N_LOCAL && i[1]->local == t;
    if (is_and == is_or)
        return let;
    struct node *n = new_node(c, is_and ? N_AND : N_OR, 2);
    if (c->failed)
        return n;
    n->items[0] = let->items[0];
    n->items[1] = is_and ? i[1] : i[2];
    return n;
}

static struct node *analyse_let(struct compiler *c, const struct elements *e, bool tail, bool loop)
{
    struct elements b;
    if (!wants(c, e, 1, UINT32_MAX) || !open_vector(c, e->at[1], &b))
        return &c->dummy;
    if (b.n % 2) {
        fail(c, "%T needs a value for each name: %T has none", e->at[0], b.at[b.n - 1]);
        return &c->dummy;
    }
    struct node *n = new_node(c, loop ? N_LOOP : N_LET, b.n / 2);
    struct local **locals = arena_alloc(c, (b.n / 2 + 1) * sizeof *locals);
    if (c->failed)
        return &c->dummy;
    struct local *scope = c->fn->scope;
    n->locals = locals;
    for (unsigned i = 0; i < n->n && !c->failed; i++) {
        if (!is_name(b.at[2 * i]))
            fail(c, "can't bind %T: a symbol without namespace is wanted", b.at[2 * i], NIL);
        else {
            n->items[i] = analyse(c, b.at[2 * i + 1], false);
            locals[i] = scope_add(c, b.at[2 * i]);
        }
    }
    if (c->failed)
        return &c->dummy;
    struct target *outer = c->target;
    if (loop) {
        n->target = arena_alloc(c, sizeof *n->target);
        if (!n->target)
            return &c->dummy;
        *n->target = (struct target){.locals = locals, .n = n->n};
        c->target = n->target;
    }
    n->body = analyse_body(c, e, 2, loop || tail);
    c->target = outer;
    c->fn->scope = scope;
    return c->failed || loop ? n : as_and_or(c, n);
}

static struct node *analyse_recur(struct compiler *c, const struct elements *e, bool tail)
{
    if (!c->target)
        fail(c, "recur outside of a loop or function: %T", e->form, NIL);
    else if (!tail)
        fail(c, "recur is possible in tail position only: something is left to do after %T", e->form, NIL);
    else if (e->n - 1 != c->target->n)
        fail(c, c->target->n == 1 ? "recur wants %T value, not %T" : "recur wants %T values, not %T",
             mk_int(c->target->n), mk_int((iword)e->n - 1));
    struct target *target = c->target;
    struct node *n = new_node(c, N_RECUR, e->n - 1);
    if (c->failed || !analyse_items(c, n, e, 1))
        return &c->dummy;
    n->target = target;
    return n;
}

/* ([p ... & r] e ...) into the function c->fn. */
static struct arity *analyse_arity(struct compiler *c, term form)
{
    struct elements e, ps;
    if (!is_list_form(form)) {
        fail(c, "fn*: ([parameter ...] body ...) is wanted, not %T", form, NIL);
        return NULL;
    }
    struct arity *a = arena_alloc(c, sizeof *a);
    if (!a || !open_list(c, form, &e))
        return NULL;
    if (e.n < 1) {
        fail(c, "fn*: no parameters in %T", form, NIL);
        return NULL;
    }
    u32 line, column;
    a->line = c->line;
    a->column = c->column;
    if (text_position(form, -1, &line, &column)) {
        a->line = line;
        a->column = column;
    }
    if (!open_vector(c, e.at[0], &ps))
        return NULL;
    a->params = arena_alloc(c, (ps.n + 1) * sizeof *a->params);
    if (!a->params)
        return NULL;
    for (unsigned i = 0; i < ps.n; i++) {
        if (same(ps.at[i], S_amp)) {
            if (i + 2 != ps.n || !is_name(ps.at[i + 1]))
                fail(c, "one name is wanted after &, at the end: %T", e.at[0], NIL);
            else
                a->variadic = true;
            i++;
        }
        if (!c->failed && !is_name(ps.at[i]))
            fail(c, "can't use %T as a parameter", ps.at[i], NIL);
        if (c->failed || !(a->params[a->n_fixed++] = scope_add(c, ps.at[i])))
            return NULL;
    }
    a->target = (struct target){.locals = a->params, .n = a->n_fixed};
    if (a->variadic)
        a->n_fixed--;
    if (a->n_fixed > MAX_PARAMS) {
        fail(c, "more than 20 parameters", NIL, NIL);
        return NULL;
    }
    struct target *outer = c->target;
    c->target = &a->target;
    a->body = analyse_body(c, &e, 1, true);
    c->target = outer;
    return c->failed ? NULL : a;
}

static bool arities_agree(struct compiler *c, const struct function *fn)
{
    const struct arity *variadic = NULL;
    for (const struct arity *a = fn->arities; a; a = a->next) {
        if (a->variadic && variadic)
            fail(c, "more than one arity with &", NIL, NIL);
        if (a->variadic)
            variadic = a;
        for (const struct arity *b = a->next; b; b = b->next)
            if (!a->variadic && !b->variadic && a->n_fixed == b->n_fixed)
                fail(c, "two arities with %T parameters", mk_int(a->n_fixed), NIL);
    }
    for (const struct arity *a = fn->arities; a && variadic; a = a->next)
        if (!a->variadic && a->n_fixed > variadic->n_fixed)
            fail(c, "a fixed arity has more parameters than the one with &", NIL, NIL);
    return !c->failed;
}

static struct node *analyse_fn(struct compiler *c, const struct elements *e)
{
    struct node *n = new_node(c, N_FN, 0);
    struct function *fn = function_new(c), *outer = c->fn;
    if (c->failed)
        return &c->dummy;
    unsigned i = 1;
    term own = e->n > 1 && is_symbol(e->at[1]) ? e->at[i++] : NIL;
    fn->name = function_name(c, own);
    c->def_name = NIL;
    c->fn = fn;
    if (is_name(own)) {
        fn->self = scope_add(c, own);
        if (fn->self)
            fn->self->kind = LOCAL_SELF;
    }
    struct arity **last = &fn->arities;
    if (i < e->n && is_vector(e->at[i])) {
        fail(c, "fn*: ([parameter ...] body ...) is wanted, not %T", e->at[i], NIL);
    }
    struct target *target = c->target;
    c->target = NULL;
    for (; i < e->n && !c->failed; i++) {
        fn->scope = fn->self;
        *last = analyse_arity(c, e->at[i]);
        if (*last)
            last = &(*last)->next;
    }
    c->target = target;
    c->fn = outer;
    if (!c->failed && !fn->arities)
        fail(c, "fn*: no arity", NIL, NIL);
    if (c->failed || !arities_agree(c, fn))
        return &c->dummy;
    n->fn = fn;
    return n;
}

static struct node *analyse_letfn(struct compiler *c, const struct elements *e, bool tail)
{
    struct elements b;
    if (!wants(c, e, 1, UINT32_MAX) || !open_vector(c, e->at[1], &b))
        return &c->dummy;
    if (b.n % 2) {
        fail(c, "letfn*: %T is not given a function", b.at[b.n - 1], NIL);
        return &c->dummy;
    }
    struct node *n = new_node(c, N_LETFN, b.n / 2);
    n->locals = arena_alloc(c, (b.n / 2 + 1) * sizeof *n->locals);
    if (c->failed)
        return &c->dummy;
    struct local *scope = c->fn->scope;
    for (unsigned i = 0; i < n->n; i++) {
        if (!is_name(b.at[2 * i])) {
            fail(c, "letfn*: a name is wanted, not %T", b.at[2 * i], NIL);
            return &c->dummy;
        }
        n->locals[i] = scope_add(c, b.at[2 * i]);
        if (c->failed)
            return &c->dummy;
    }
    for (unsigned i = 0; i < n->n && !c->failed; i++) {
        n->items[i] = analyse(c, b.at[2 * i + 1], false);
        if (!c->failed && n->items[i]->kind != N_FN)
            fail(c, "letfn*: %T is not given a function", b.at[2 * i], NIL);
    }
    if (!c->failed)
        n->body = analyse_body(c, e, 2, tail);
    c->fn->scope = scope;
    return n;
}

/* Flags that the code compiled from here on must know. */
static void note_flags(term var, term meta)
{
    if (!is_map(meta))
        return;
    term dynamic = map_get(meta, K_dynamic), private = map_get(meta, K_private);
    if (!is_absent(dynamic) && is_truthy(dynamic))
        var_add_flags(var, VAR_DYNAMIC);
    if (!is_absent(private) && is_truthy(private))
        var_add_flags(var, VAR_PRIVATE);
}

/* The namespace that a definition of symbol belongs to: a qualified name takes it there. */
term definition_ns(term ns, term symbol)
{
    if (is_nil(OBJ(symbol, symbol)->ns))
        return ns;
    struct str_view v = str_view(OBJ(symbol, symbol)->ns);
    term name = intern_symbol(NULL, 0, (const char *)v.data, v.bytes);
    term target = ns_alias_target(ns, name);
    return is_absent(target) ? ns_find_or_create(name) : target;
}

/* (def s): %declare var meta. (def s e), (def s doc e), and from the expander (def s doc e meta): %def var value meta
 * doc */
static struct node *analyse_def(struct compiler *c, const struct elements *e)
{
    if (!wants(c, e, 1, 4))
        return &c->dummy;
    if (e->n > 4 && !is_map(e->at[4])) {
        fail(c, "too many arguments to %T: %T", e->at[0], e->form);
        return &c->dummy;
    }
    term symbol = e->at[1];
    if (!is_symbol(symbol)) {
        fail(c, "def: a symbol is wanted, not %T", symbol, NIL);
        return &c->dummy;
    }
    term ns = c->ns, name = intern_name(symbol);
    struct str_view text = str_view(OBJ(symbol, symbol)->name);
    if (!is_nil(OBJ(symbol, symbol)->ns)) {
        c->ns = definition_ns(ns, symbol);
        name = intern_symbol(NULL, 0, (const char *)text.data, text.bytes);
    }
    term var = ns_intern(c->ns, name);
    term meta = OBJ(symbol, symbol)->meta;
    note_flags(var, meta);
    struct node *result;
    if (e->n == 2) {
        struct node *call = core_call(c, "%declare", 2);
        call->items[0] = const_node(c, var);
        call->items[1] = is_map(meta) ? analyse(c, meta, false) : const_node(c, NIL);
        result = call;
    } else {
        struct node *call = core_call(c, "%def", 4);
        struct str_view ns_text = str_view(OBJ(symbol, ns_name(c->ns))->name);
        c->def_name = intern_symbol((const char *)ns_text.data, ns_text.bytes, (const char *)text.data, text.bytes);
        term doc = e->n > 3 ? e->at[2] : NIL;
        struct node *value = analyse(c, e->at[e->n > 3 ? 3 : 2], false);
        c->def_name = NIL;
        if (!is_nil(doc) && !is_string(doc))
            fail(c, "def: the docstring must be a string, not %T", doc, NIL);
        if (!c->failed) {
            call->items[0] = const_node(c, var);
            call->items[1] = value;
            call->items[2] =
                e->n > 4 || is_map(meta) ? analyse(c, e->n > 4 ? e->at[4] : meta, false) : const_node(c, NIL);
            call->items[3] = const_node(c, doc);
        }
        result = call;
    }
    c->ns = ns;
    return result;
}

static struct node *analyse_var(struct compiler *c, const struct elements *e)
{
    if (!wants(c, e, 1, 1))
        return &c->dummy;
    term var = is_symbol(e->at[1]) ? ns_resolve(c->ns, e->at[1]) : ABSENT;
    if (is_absent(var) || !is_type(var, T_VAR)) {
        fail(c, "no such var: %T", e->at[1], NIL);
        return &c->dummy;
    }
    return const_node(c, var);
}

static struct node *analyse_set(struct compiler *c, const struct elements *e)
{
    if (!wants(c, e, 2, 2))
        return &c->dummy;
    if (!is_symbol(e->at[1]) || (is_name(e->at[1]) && scope_find(c, e->at[1]))) {
        fail(c, "set!: the name of a dynamic var is wanted, not %T", e->at[1], NIL);
        return &c->dummy;
    }
    struct node *var = resolve_symbol(c, e->at[1]);
    struct node *call = core_call(c, "%var-set", 2);
    if (c->failed)
        return &c->dummy;
    var->kind = N_CONST;
    call->items[0] = var;
    call->items[1] = analyse(c, e->at[2], false);
    return call;
}

static struct node *analyse_list(struct compiler *c, term form, bool tail)
{
    struct elements e;
    if (!open_list(c, form, &e))
        return &c->dummy;
    if (!e.n)
        return const_node(c, EMPTY_LIST);
    term head = e.at[0];
    term def_name = c->def_name;
    c->def_name = NIL;
    if (is_name(head)) {
        term s = is_nil(OBJ(symbol, head)->meta) ? head : intern_name(head);
        if (same(s, S_if))
            return analyse_if(c, &e, tail);
        if (same(s, S_let_))
            return analyse_let(c, &e, tail, false);
        if (same(s, S_do))
            return analyse_body(c, &e, 1, tail);
        if (same(s, S_quote))
            return wants(c, &e, 1, 1) ? const_node(c, e.at[1]) : &c->dummy;
        if (same(s, S_fn_)) {
            c->def_name = def_name;
            return analyse_fn(c, &e);
        }
        if (same(s, S_loop_))
            return analyse_let(c, &e, tail, true);
        if (same(s, S_recur))
            return analyse_recur(c, &e, tail);
        if (same(s, S_def))
            return analyse_def(c, &e);
        if (same(s, S_var))
            return analyse_var(c, &e);
        if (same(s, S_set))
            return analyse_set(c, &e);
        if (same(s, S_letfn_))
            return analyse_letfn(c, &e, tail);
        if (is_chain_form(s))
            return analyse_chain_form(c, s, &e, tail);
    }
    return analyse_call(c, &e);
}

struct node *analyse(struct compiler *c, term form, bool tail)
{
    if (c->failed)
        return &c->dummy;
    if (is_symbol(form))
        return resolve_symbol(c, form);
    if (!is_pointer(form))
        return const_node(c, form);
    if (c->depth >= MAX_NESTING) {
        fail(c, "nested too deeply", NIL, NIL);
        return &c->dummy;
    }
    struct node *n;
    u32 line = c->line, column = c->column, here, there;
    c->depth++;
    if (is_list_form(form)) {
        if (text_position(form, -1, &here, &there)) {
            c->line = here;
            c->column = there;
        }
        n = analyse_list(c, form, tail);
    } else if (is_vector(form)) {
        n = analyse_vector(c, form);
    } else if (is_map(form)) {
        n = analyse_map(c, form, false);
    } else if (is_set(form)) {
        n = analyse_map(c, form, true);
    } else {
        n = const_node(c, form);
    }
    c->depth--;
    c->line = line;
    c->column = column;
    return n;
}
