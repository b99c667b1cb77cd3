/* SPDX-License-Identifier: GPL-3.0-only */
/* Analysis of try, handler-bind*, restart-case*, binding* and match*. Bodies under a chain record are not tail
 * positions. */
#include "lang/special.h"

#include "data/str.h"
#include "data/vectors.h"
#include "lang/words.h"
#include "pure.h"

bool is_chain_form(term symbol)
{
    return same(symbol, S_try) || same(symbol, S_match_) || same(symbol, S_receive_) ||
           same(symbol, W(handler_bind_)) || same(symbol, W(restart_case_)) || same(symbol, W(binding_));
}

/* What a catch or handler selects: a keyword; symbols stand for the kinds that portable code knows as classes, with or
 * without their packages. The host that these names come from throws now this class, now that one for a wrong argument,
 * so each of those selects every kind of wrong use. */
term selector_of(struct compiler *c, term form)
{
    static const struct {
        const char *class, *kind;
    } classes[] = {
        {"Throwable", "default"},
        {"Exception", "default"},
        {"RuntimeException", "default"},
        {"Error", "default"},
        {"Object", "default"},
        {"Default", "default"},
        {"_", "default"},
        {"ExecutionException", "default"},
        {"ExceptionInfo", "ex-info"},
        {"IExceptionInfo", "ex-info"},
        {"IllegalArgumentException", "usage-error"},
        {"ClassCastException", "usage-error"},
        {"NullPointerException", "usage-error"},
        {"UnsupportedOperationException", "usage-error"},
        {"NumberFormatException", "usage-error"},
        {"ArithmeticException", "arithmetic-error"},
        {"ArityException", "arity-error"},
        {"AbstractMethodError", "illegal-argument"},
        {"PatternSyntaxException", "regex-error"},
        {"IllegalStateException", "illegal-state"},
        {"IllegalAccessError", "illegal-state"},
        {"IndexOutOfBoundsException", "range-error"},
        {"StringIndexOutOfBoundsException", "range-error"},
        {"ArrayIndexOutOfBoundsException", "range-error"},
        {"AssertionError", "assertion-error"},
        {"OutOfMemoryError", "out-of-memory"},
        {"StackOverflowError", "stack-overflow"},
        {"CompilerException", "compile-error"},
        {"Compiler$CompilerException", "compile-error"},
        {"ClassNotFoundException", "compile-error"},
        {"CancellationException", "cancelled"},
        {"TimeoutException", "timeout"},
        {"InterruptedException", "interrupt"},
        {"FileNotFoundException", "io-error"},
        {"IOException", "io-error"},
    };
    if (is_keyword(form))
        return intern_name(form);
    if (!is_symbol(form)) {
        fail(c, "a keyword or symbol is wanted to select conditions, not %T", form, NIL);
        return K_default;
    }
    struct str_view name = str_view(OBJ(symbol, form)->name);
    word last = name.bytes;
    while (last && name.data[last - 1] != '.')
        last--;
    if (last == name.bytes)
        last = 0;
    const char *text = (const char *)name.data + last;
    word n = name.bytes - last;
    for (unsigned i = 0; i < ARRAY_LEN(classes); i++) {
        if (strlen(classes[i].class) == n && !memcmp(classes[i].class, text, n))
            return intern_keyword(NULL, 0, classes[i].kind, strlen(classes[i].kind));
    }
    return intern_keyword(NULL, 0, text, n);
}

static bool is_clause(term form, term head)
{
    term t = form;
    while (is_type(t, T_LIST))
        t = OBJ(list, t)->cells;
    if (!is_cons(t) || !is_symbol(cons_head(t)))
        return false;
    return same(cons_head(t), head) || same(intern_name(cons_head(t)), head);
}

static struct node *analyse_try(struct compiler *c, const struct elements *e, bool tail)
{
    struct node *n = new_node(c, N_TRY, 0);
    unsigned body_end = 1, catch_end;
    while (body_end < e->n && !is_clause(e->at[body_end], S_catch) && !is_clause(e->at[body_end], S_finally))
        body_end++;
    catch_end = body_end;
    while (catch_end < e->n && is_clause(e->at[catch_end], S_catch))
        catch_end++;
    bool has_finally = catch_end < e->n && is_clause(e->at[catch_end], S_finally);
    if (catch_end + has_finally != e->n) {
        fail(c, "try: expressions, then catch clauses, then at most one finally; misplaced is %T",
             e->at[catch_end + has_finally], NIL);
        return n;
    }
    struct elements body = {.form = e->form, .at = e->at, .n = body_end};
    if (catch_end == 1 && !has_finally)
        return const_node(c, NIL);
    n->body = analyse_body(c, &body, 1, tail && catch_end == body_end && !has_finally);
    struct clause **last = &n->clauses;
    for (unsigned i = body_end; i < catch_end && !c->failed; i++) {
        struct elements k;
        struct clause *clause = arena_alloc(c, sizeof *clause);
        if (!clause || !open_list(c, e->at[i], &k))
            return n;
        if (k.n < 3 || !is_name(k.at[2])) {
            fail(c, "(catch selector name body ...) is wanted, not %T", e->at[i], NIL);
            return n;
        }
        struct local *scope = c->fn->scope;
        clause->selector = selector_of(c, k.at[1]);
        clause->local = scope_add(c, k.at[2]);
        clause->body = analyse_body(c, &k, 3, tail && !has_finally);
        c->fn->scope = scope;
        *last = clause;
        last = &clause->next;
    }
    if (has_finally && !c->failed) {
        struct elements k;
        if (open_list(c, e->at[catch_end], &k))
            n->cleanup = analyse_body(c, &k, 1, false);
    }
    return c->failed || n->clauses || n->cleanup ? n : n->body;
}

/* (handler-bind* [selector f ...] body ...) */
static struct node *analyse_handlers(struct compiler *c, const struct elements *e)
{
    struct elements b;
    if (e->n < 2 || !open_vector(c, e->at[1], &b) || b.n % 2) {
        fail(c, "handler-bind: [selector function ...] is wanted", NIL, NIL);
        return &c->dummy;
    }
    struct node *n = new_node(c, N_HANDLER, b.n / 2);
    n->values = arena_alloc(c, (b.n / 2 + 1) * sizeof(term));
    if (c->failed)
        return &c->dummy;
    for (unsigned i = 0; i < n->n && !c->failed; i++) {
        n->values[i] = selector_of(c, b.at[2 * i]);
        n->items[i] = analyse(c, b.at[2 * i + 1], false);
    }
    n->body = analyse_body(c, e, 2, false);
    return n;
}

/* (restart-case* e (:name "report" (fn* ...)) ...); values: names, then reports */
static struct node *analyse_restarts(struct compiler *c, const struct elements *e)
{
    if (e->n < 2) {
        fail(c, "restart-case: an expression is wanted", NIL, NIL);
        return &c->dummy;
    }
    struct node *n = new_node(c, N_RESTART, e->n - 2);
    n->values = arena_alloc(c, (2 * e->n + 1) * sizeof(term));
    if (c->failed)
        return &c->dummy;
    n->body = analyse(c, e->at[1], false);
    if (n->n > TUPLE_MAX)
        fail(c, "restart-case: more than 32 restarts", NIL, NIL);
    for (unsigned i = 0; i < n->n && !c->failed; i++) {
        struct elements k;
        if (!is_list_form(e->at[i + 2]) || !open_list(c, e->at[i + 2], &k) || k.n != 3 || !is_keyword(k.at[0]) ||
            !(is_nil(k.at[1]) || is_string(k.at[1]))) {
            fail(c, "restart-case*: (:name \"report\" function) is wanted", NIL, NIL);
            return &c->dummy;
        }
        n->values[i] = k.at[0];
        n->values[n->n + i] = k.at[1];
        n->items[i] = analyse(c, k.at[2], false);
    }
    return n;
}

/* (binding* [var e ...] body ...) */
static struct node *analyse_binding(struct compiler *c, const struct elements *e)
{
    struct elements b;
    if (e->n < 2 || !open_vector(c, e->at[1], &b) || b.n % 2) {
        fail(c, "binding: [var value ...] is wanted", NIL, NIL);
        return &c->dummy;
    }
    struct node *n = new_node(c, N_BINDING, b.n / 2);
    n->values = arena_alloc(c, (b.n / 2 + 1) * sizeof(term));
    if (c->failed)
        return &c->dummy;
    for (unsigned i = 0; i < n->n && !c->failed; i++) {
        term symbol = b.at[2 * i];
        term var = is_symbol(symbol) ? ns_resolve(c->ns, symbol) : ABSENT;
        if (is_absent(var) || !is_type(var, T_VAR))
            fail(c, "binding: no such var: %T", symbol, NIL);
        else if (!var_is(var, VAR_DYNAMIC))
            fail(c, "binding: %T is not dynamic", symbol, NIL);
        else
            n->items[i] = analyse(c, b.at[2 * i + 1], false);
        n->values[i] = var;
    }
    n->body = analyse_body(c, e, 2, false);
    return n;
}

/* pattern guard body ... from element `from` on */
static struct clause *analyse_clauses(struct compiler *c, const struct elements *e, unsigned from, bool takes,
                                      bool tail)
{
    struct clause *first = NULL, **last = &first;
    for (unsigned i = from; i < e->n && !c->failed; i += 3) {
        struct clause *clause = arena_alloc(c, sizeof *clause);
        if (!clause)
            break;
        struct local *scope = c->fn->scope;
        u32 line = c->line, column = c->column;
        at_element(c, e, i);
        clause->takes = takes;
        clause->pattern = analyse_pattern(c, e->at[i], scope);
        c->line = line;
        c->column = column;
        if (!is_nil(e->at[i + 1]))
            clause->guard = analyse(c, e->at[i + 1], false);
        clause->body = analyse(c, e->at[i + 2], tail);
        c->fn->scope = scope;
        *last = clause;
        last = &clause->next;
    }
    return first;
}
/* (match* e pattern guard body ...) */
static struct node *analyse_match(struct compiler *c, const struct elements *e, bool tail)
{
    if (e->n < 2 || (e->n - 2) % 3) {
        fail(c, "match: an expression, then patterns with their bodies are wanted", NIL, NIL);
        return &c->dummy;
    }
    struct node *n = new_node(c, N_MATCH, 0);
    n->body = analyse(c, e->at[1], false);
    n->clauses = analyse_clauses(c, e, 2, false, tail);
    return n;
}
/* (receive* ms late pattern guard body ...) */
static struct node *analyse_receive(struct compiler *c, const struct elements *e, bool tail)
{
    if (e->n < 3 || e->n % 3) {
        fail(c, "receive: patterns with their bodies are wanted", NIL, NIL);
        return &c->dummy;
    }
    struct node *n = new_node(c, N_RECEIVE, 0);
    if (!is_nil(e->at[1])) {
        n->body = analyse(c, e->at[1], false);
        n->cleanup = analyse(c, e->at[2], tail);
    }
    n->clauses = analyse_clauses(c, e, 3, true, tail);
    return n;
}

struct node *analyse_chain_form(struct compiler *c, term symbol, const struct elements *e, bool tail)
{
    if (same(symbol, S_try))
        return analyse_try(c, e, tail);
    if (same(symbol, S_match_))
        return analyse_match(c, e, tail);
    if (same(symbol, S_receive_))
        return analyse_receive(c, e, tail);
    if (same(symbol, W(handler_bind_)))
        return analyse_handlers(c, e);
    if (same(symbol, W(restart_case_)))
        return analyse_restarts(c, e);
    return analyse_binding(c, e);
}
