/* SPDX-License-Identifier: GPL-3.0-only */
/* Control macros: conditions, threading, small loops; and what all macros in C build with. */
#include "lang/macros.h"
#include "lang/special_names.h"

#include "data/seqs.h"
#include "data/vectors.h"
#include "port.h"
#include "pure.h"
#include "term/equal.h"

/* --- building ------------------------------------------------------------------------------------------------ */

term macro_error(struct proc *p, const char *usage)
{
    return raise(p, E_COMPILE_ERROR, "%s is wanted, not %T", usage, ARG(0));
}

bool macro_begin(struct proc *p, struct macro *m, word min_args, const char *usage)
{
    iword n = spine_count(ARG(0));
    if (n < 1 || (word)n - 1 < min_args) {
        macro_error(p, usage);
        return false;
    }
    if (!heap_reserve(p, MACRO_WORDS + WORDS_PER_ARG * (word)n))
        return false;
    term cell = spine_next(spine_cell(ARG(0)));
    *m = (struct macro){.n = (word)n - 1, .args = cell, .first = NIL, .rest = NIL};
    if (is_cons(cell)) {
        m->first = cons_head(cell);
        m->rest = spine_next(cell);
    }
    return true;
}

term list(struct proc *p, unsigned n, ...)
{
    struct cons *cells = (struct cons *)heap_take(p, CONS_WORDS * n);
    va_list items;
    va_start(items, n);
    for (unsigned i = 0; i < n; i++) {
        cells[i].head = va_arg(items, term);
        cells[i].tail = i + 1 < n ? mk_cons_ptr(&cells[i + 1]) : EMPTY_LIST;
    }
    va_end(items);
    return n ? mk_cons_ptr(cells) : EMPTY_LIST;
}

term vector_of(struct proc *p, unsigned n, ...)
{
    struct obj_tuple *t = heap_take_tuple(p, n);
    va_list items;
    va_start(items, n);
    for (unsigned i = 0; i < n; i++)
        t->item[i] = va_arg(items, term);
    va_end(items);
    return mk_box_ptr(t);
}

term temp_name(const char *stem, word n)
{
    char text[40];
    int length = snprintf(text, sizeof text, "%s__%llu", stem, (unsigned long long)n);
    return intern_symbol(NULL, 0, text, (word)length);
}

term vector_from_reversed_roots(struct proc *p, term cells, term *const *roots, unsigned n_roots)
{
    term *all[TAIL_ARGS_MAX + 1] = {&cells};
    word n = 0;
    ENSURE(n_roots <= TAIL_ARGS_MAX, "few roots");
    for (unsigned i = 0; i < n_roots; i++)
        all[i + 1] = roots[i];
    for (term l = cells; is_cons(l); l = cons_tail(l))
        n++;
    bool small = n <= TUPLE_MAX;
    if (!heap_reserve_roots(p, small ? 1 + n : CONS_WORDS * n, all, n_roots + 1))
        return NONE;
    if (small) {
        struct obj_tuple *t = heap_take_tuple(p, n);
        for (term l = cells; is_cons(l); l = cons_tail(l))
            t->item[--n] = cons_head(l);
        return mk_box_ptr(t);
    }
    term forward = EMPTY_LIST;
    for (term l = cells; is_cons(l); l = cons_tail(l))
        forward = mk_cons(p, cons_head(l), forward);
    /* vec_from_list may collect and knows its list only: the others wait where the process is scanned. */
    for (unsigned i = 0; i < n_roots; i++)
        p->worker->tail.arg[i] = *roots[i];
    term v = vec_from_list(p, forward);
    for (unsigned i = 0; i < n_roots; i++)
        *roots[i] = p->worker->tail.arg[i];
    return v;
}

/* An element of ARG(0) is a realised sequence of another kind than cells: the macro is called again with a plain list
 * there. */
static term again_with_list(struct proc *p, term element)
{
    term cells, lazy;
    word count, at = 0;
    for (term c = spine_cell(ARG(0)); is_cons(c) && !same(cons_head(c), element); c = spine_next(c))
        at++;
    if (list_of(p, element, &cells, &count, &lazy) != SEQ_OK)
        return NONE;
    iword n = spine_count(ARG(0));
    if (!heap_reserve(p, CONS_WORDS * (word)n, &cells))
        return NONE;
    term first = EMPTY_LIST, *end = &first;
    for (term c = spine_cell(ARG(0)); is_cons(c); c = spine_next(c)) {
        term cell = mk_cons(p, at-- == 0 ? cells : cons_head(c), EMPTY_LIST);
        *end = cell;
        end = &cons_ptr(cell)->tail;
    }
    term form = is_type(ARG(0), T_LIST) ? mk_list(p, first, (word)n, OBJ(list, ARG(0))->meta) : first;
    if (is_none(form))
        return NONE;
    ARG(0) = form;
    return retry_when_ready(p, NIL);
}
bool has_lazy_part(term form, term *lazy)
{
    term x;
    if (!is_seq(form) || spine_count(form) >= 0)
        return false;
    struct cursor c = cursor_at(form);
    enum seq_status status;
    while ((status = cursor_next(&c, &x, lazy)) == SEQ_OK)
        ;
    return status == SEQ_LAZY;
}
bool clauses_realised(struct proc *p, term cells, term *answer)
{
    for (; is_cons(cells); cells = spine_next(cells)) {
        term form = cons_head(cells), lazy;
        if (!is_seq(form) || spine_count(form) >= 0)
            continue;
        *answer = has_lazy_part(form, &lazy) ? retry_after_force_all(p, lazy) : again_with_list(p, form);
        return false;
    }
    return true;
}

/* The body as one form. */
static term body_form(struct proc *p, term cells)
{
    if (is_cons(cells) && !is_cons(spine_next(cells)))
        return cons_head(cells);
    return is_cons(cells) ? mk_cons(p, S_do, cells) : NIL;
}

/* --- conditions ---------------------------------------------------------------------------------------------- */

term macro_when(struct proc *p, unsigned n)
{
    struct macro m;
    if (!macro_begin(p, &m, 1, "(when test body ...)"))
        return NONE;
    return list(p, 3, S_if, m.first, mk_cons(p, S_do, m.rest));
}

term macro_when_not(struct proc *p, unsigned n)
{
    struct macro m;
    if (!macro_begin(p, &m, 1, "(when-not test body ...)"))
        return NONE;
    return list(p, 4, S_if, m.first, NIL, mk_cons(p, S_do, m.rest));
}

term macro_if_not(struct proc *p, unsigned n)
{
    struct macro m;
    const char *usage = "(if-not test then else)";
    if (!macro_begin(p, &m, 2, usage))
        return NONE;
    if (m.n > 3)
        return macro_error(p, usage);
    term otherwise = spine_next(m.rest);
    return list(p, 4, S_if, m.first, is_cons(otherwise) ? cons_head(otherwise) : NIL, cons_head(m.rest));
}

/* (cond a b c d) is (if a b (if c d nil)), built from the front with the last cell open. */
term macro_cond(struct proc *p, unsigned n)
{
    struct macro m;
    if (!macro_begin(p, &m, 0, "(cond test value ...)"))
        return NONE;
    if (m.n % 2)
        return raise(p, E_COMPILE_ERROR, "cond wants pairs of test and value: an odd number stands in %T", ARG(0));
    term first = NIL;
    struct cons *open = NULL;
    for (term c = m.args; is_cons(c);) {
        term test = cons_head(c);
        c = spine_next(c);
        term last = mk_cons(p, NIL, EMPTY_LIST);
        term form = mk_cons(p, S_if, mk_cons(p, test, mk_cons(p, cons_head(c), last)));
        c = spine_next(c);
        if (open)
            open->head = form;
        else
            first = form;
        open = cons_ptr(last);
    }
    return first;
}

/* (and a b c) is (let* [t a] (if t (let* [t b] (if t c t)) t)) */
static term and_or(struct proc *p, bool is_and)
{
    struct macro m;
    if (!macro_begin(p, &m, 0, "(and test ...)"))
        return NONE;
    if (!m.n)
        return is_and ? TRUE_TERM : NIL;
    term t = temp_name(is_and ? "and" : "or", 1), first = NIL;
    struct cons *open = NULL;
    for (term c = m.args; is_cons(c); c = spine_next(c)) {
        term form = cons_head(c), hole = NIL;
        if (is_cons(spine_next(c))) {
            term test = is_and ? list(p, 4, S_if, t, NIL, t) : list(p, 4, S_if, t, t, NIL);
            hole = cons_tail(cons_tail(test));
            if (!is_and)
                hole = cons_tail(hole);
            form = list(p, 3, S_let_, vector_of(p, 2, t, form), test);
        }
        if (open)
            open->head = form;
        else
            first = form;
        open = is_nil(hole) ? NULL : cons_ptr(hole);
    }
    return first;
}
term macro_and(struct proc *p, unsigned n)
{
    return and_or(p, true);
}
term macro_or(struct proc *p, unsigned n)
{
    return and_or(p, false);
}

/* (if-let [pattern e] a b): (let* [t e] (if t (let [pattern t] a) b)) */
static term if_bound(struct proc *p, bool some, bool when, const char *usage)
{
    struct macro m;
    if (!macro_begin(p, &m, when ? 1 : 2, usage))
        return NONE;
    if (!is_vector(m.first) || vec_count(m.first) != 2 || (!when && m.n > 3))
        return macro_error(p, usage);
    term t = temp_name("bound", 1), pattern = vec_nth(m.first, 0);
    term inner = list(p, 2, W(core_let), vector_of(p, 2, pattern, t)), otherwise = NIL;
    if (when) {
        cons_ptr(cons_tail(inner))->tail = m.rest;
    } else {
        cons_ptr(cons_tail(inner))->tail = mk_cons(p, cons_head(m.rest), EMPTY_LIST);
        if (m.n == 3)
            otherwise = cons_head(spine_next(m.rest));
    }
    term test =
        some ? list(p, 4, S_if, list(p, 2, W(core_nilp), t), otherwise, inner) : list(p, 4, S_if, t, inner, otherwise);
    return list(p, 3, S_let_, vector_of(p, 2, t, vec_nth(m.first, 1)), test);
}
term macro_if_let(struct proc *p, unsigned n)
{
    return if_bound(p, false, false, "(if-let [name value] then else)");
}
term macro_when_let(struct proc *p, unsigned n)
{
    return if_bound(p, false, true, "(when-let [name value] body ...)");
}
term macro_if_some(struct proc *p, unsigned n)
{
    return if_bound(p, true, false, "(if-some [name value] then else)");
}
term macro_when_some(struct proc *p, unsigned n)
{
    return if_bound(p, true, true, "(when-some [name value] body ...)");
}

/* --- threading ----------------------------------------------------------------------------------------------- */

static term thread(struct proc *p, bool last, const char *usage)
{
    struct macro m;
    term answer;
    if (!macro_begin(p, &m, 1, usage))
        return NONE;
    if (!clauses_realised(p, m.rest, &answer))
        return answer;
    if (last) { /* (f a) becomes (f a x): the elements are copied */
        word words = 0;
        for (term c = m.rest; is_cons(c); c = spine_next(c))
            words += CONS_WORDS * (word)(is_seq(cons_head(c)) ? spine_count(cons_head(c)) : 1);
        if (!heap_reserve(p, MACRO_WORDS + words + 8 * m.n))
            return NONE;
        m.args = spine_next(spine_cell(ARG(0)));
        m.first = cons_head(m.args);
        m.rest = spine_next(m.args);
    }
    term x = m.first;
    for (term c = m.rest; is_cons(c); c = spine_next(c)) {
        term form = cons_head(c), cell = is_seq(form) ? spine_cell(form) : NIL;
        if (!is_cons(cell)) {
            x = list(p, 2, form, x);
            continue;
        }
        term cells;
        if (!last) {
            cells = mk_cons(p, cons_head(cell), mk_cons(p, x, spine_next(cell)));
        } else {
            struct cons *end = NULL;
            cells = NIL;
            for (; is_cons(cell); cell = spine_next(cell)) {
                term copy = mk_cons(p, cons_head(cell), EMPTY_LIST);
                if (end)
                    end->tail = copy;
                else
                    cells = copy;
                end = cons_ptr(copy);
            }
            end->tail = mk_cons(p, x, EMPTY_LIST);
        }
        if (is_type(form, T_LIST) && !is_nil(OBJ(list, form)->meta)) { /* keeps its position */
            struct obj_list *l = (struct obj_list *)heap_take_box(p, T_LIST, 0, 3);
            l->cells = cells;
            l->count = mk_int(spine_count(cells));
            l->meta = OBJ(list, form)->meta;
            cells = mk_box_ptr(l);
        }
        x = cells;
    }
    return x;
}
term macro_thread_first(struct proc *p, unsigned n)
{
    return thread(p, false, "(-> x form ...)");
}
term macro_thread_last(struct proc *p, unsigned n)
{
    return thread(p, true, "(->> x form ...)");
}

term macro_doto(struct proc *p, unsigned n)
{
    struct macro m;
    term answer;
    if (!macro_begin(p, &m, 1, "(doto x form ...)"))
        return NONE;
    if (!clauses_realised(p, m.rest, &answer))
        return answer;
    term x = temp_name("doto", 1), cells = mk_cons(p, x, EMPTY_LIST);
    struct cons *end = NULL;
    term first = cells;
    for (term c = m.rest; is_cons(c); c = spine_next(c)) {
        term form = cons_head(c), cell = is_seq(form) ? spine_cell(form) : NIL;
        form = is_cons(cell) ? mk_cons(p, cons_head(cell), mk_cons(p, x, spine_next(cell))) : list(p, 2, form, x);
        term added = mk_cons(p, form, cells);
        if (end)
            end->tail = added;
        else
            first = added;
        end = cons_ptr(added);
    }
    return mk_cons(p, S_let_, mk_cons(p, vector_of(p, 2, x, m.first), first));
}

/* --- small ones ------------------------------------------------------------------------------------------------ */

static term thunk_call(struct proc *p, term maker)
{
    struct macro m;
    if (!macro_begin(p, &m, 0, "(lazy-seq body ...)"))
        return NONE;
    term arity = mk_cons(p, vector_of(p, 0), m.args);
    return list(p, 2, maker, list(p, 2, S_fn_, arity));
}
term macro_lazy_seq(struct proc *p, unsigned n)
{
    return thunk_call(p, W(core_lazy));
}
term macro_delay(struct proc *p, unsigned n)
{
    return thunk_call(p, W(core_delay));
}

term macro_comment(struct proc *p, unsigned n)
{
    return NIL;
}

/* The constants of case, one after the other. */
struct case_constants {
    term clause; /* the cell of the next clause */
    term more;   /* cells of what is left of a list of constants */
};
static term next_constant(struct case_constants *at)
{
    while (!is_cons(at->more)) {
        if (!is_cons(at->clause) || !is_cons(spine_next(at->clause)))
            return ABSENT;
        term k = cons_head(at->clause);
        at->clause = spine_next(spine_next(at->clause));
        if (!is_seq(k) || !is_cons(spine_cell(k)))
            return k;
        at->more = spine_cell(k);
    }
    term k = cons_head(at->more);
    at->more = spine_next(at->more);
    return k;
}
/* ABSENT: no constant stands twice. NONE: pending. A constant in which something is lazy is not looked at. */
static term constant_twice(struct proc *p, term clauses)
{
    struct case_constants at = {clauses, NIL};
    word n = 0, size = 4;
    while (!is_absent(next_constant(&at)))
        n++;
    while (size < 2 * n)
        size *= 2;
    term *table = port_alloc(size * sizeof(term));
    if (!table)
        return raise(p, E_OUT_OF_MEMORY, "case: no memory for %lu constants", (unsigned long)n);
    for (word i = 0; i < size; i++)
        table[i] = ABSENT;
    at = (struct case_constants){clauses, NIL};
    term k, lazy, twice = ABSENT;
    while (is_absent(twice) && !is_absent(k = next_constant(&at))) {
        if (!key_ready(p, k, &lazy))
            continue;
        word i = key_hash(k) & (size - 1);
        while (!is_absent(table[i]) && !key_equal(table[i], k))
            i = (i + 1) & (size - 1);
        twice = table[i];
        table[i] = k;
    }
    port_free(table);
    return twice;
}

/* (case e k a (k l) b default): (match* e 'k nil a (or 'k 'l) nil b _ nil default) */
term macro_case(struct proc *p, unsigned n)
{
    struct macro m;
    term answer;
    if (!macro_begin(p, &m, 1, "(case value constant result ... default)"))
        return NONE;
    if (!clauses_realised(p, m.rest, &answer))
        return answer;
    term twice = constant_twice(p, m.rest);
    if (!is_absent(twice))
        return is_none(twice) ? NONE : raise(p, E_COMPILE_ERROR, "case: the constant %T stands twice", twice);
    word words = MACRO_WORDS;
    for (term c = m.rest; is_cons(c); c = spine_next(c))
        words += 16 + 6 * (word)(is_seq(cons_head(c)) ? spine_count(cons_head(c)) : 1);
    if (!heap_reserve(p, words))
        return NONE;
    term args = spine_next(spine_cell(ARG(0)));
    term first = list(p, 2, S_match_, cons_head(args));
    struct cons *end = cons_ptr(cons_tail(first));
    for (term c = spine_next(args); is_cons(c); c = spine_next(c)) {
        term k = cons_head(c), value = spine_next(c), pattern = S_underscore, result = k;
        if (is_cons(value)) {
            pattern = list(p, 2, S_quote, k);
            if (is_seq(k) && is_cons(spine_cell(k))) {
                pattern = list(p, 1, W(or));
                struct cons *last = cons_ptr(pattern);
                for (term x = spine_cell(k); is_cons(x); x = spine_next(x)) {
                    last->tail = mk_cons(p, list(p, 2, S_quote, cons_head(x)), EMPTY_LIST);
                    last = cons_ptr(last->tail);
                }
            }
            result = cons_head(value);
            c = value;
        }
        end->tail = list(p, 3, pattern, NIL, result);
        end = cons_ptr(cons_tail(cons_tail(end->tail)));
    }
    return first;
}

/* (dotimes [i n] body ...): (let* [end (long n)] (loop* [i 0] (if (< i end) (do body ... (recur (inc i))) nil))) */
term macro_dotimes(struct proc *p, unsigned n)
{
    struct macro m;
    const char *usage = "(dotimes [name count] body ...)";
    if (!macro_begin(p, &m, 1, usage))
        return NONE;
    if (!is_vector(m.first) || vec_count(m.first) != 2 || !is_symbol(vec_nth(m.first, 0)))
        return macro_error(p, usage);
    term i = vec_nth(m.first, 0), end = temp_name("times", 1);
    term again = list(p, 1, list(p, 2, S_recur, list(p, 2, W(core_inc), i))), body = again;
    struct cons *last = NULL;
    for (term c = m.rest; is_cons(c); c = spine_next(c)) {
        term cell = mk_cons(p, cons_head(c), again);
        if (last)
            last->tail = cell;
        else
            body = cell;
        last = cons_ptr(cell);
    }
    term test = list(p, 4, S_if, list(p, 3, W(core_lt), i, end), mk_cons(p, S_do, body), NIL);
    term loop = list(p, 3, S_loop_, vector_of(p, 2, i, mk_int(0)), test);
    return list(p, 3, S_let_, vector_of(p, 2, end, list(p, 2, W(core_long), vec_nth(m.first, 1))), loop);
}

static bool is_after(term clause)
{
    term cell = is_cons(clause) || is_type(clause, T_LIST) ? spine_cell(clause) : NIL;
    return is_cons(cell) && is_symbol(cons_head(cell)) && same(pattern_head(cons_head(cell)), W(after));
}

/* (pattern [:when guard] body ...) as triples behind *end; `until`: the cell where the clauses end. NONE: pending. */
static term clause_triples(struct proc *p, const char *macro, term cells, term until, struct cons *end)
{
    for (term c = cells; is_cons(c) && !same(c, until); c = spine_next(c)) {
        term pattern = cons_head(c), guard = NIL;
        if (is_after(pattern))
            return raise(p, E_COMPILE_ERROR, "%s: %T stands at the end of receive only", macro, pattern);
        c = spine_next(c);
        if (is_cons(c) && same(cons_head(c), K_when)) {
            c = spine_next(c);
            if (!is_cons(c) || same(c, until))
                return raise(p, E_COMPILE_ERROR, "%s: :when of the pattern %T has no guard", macro, pattern);
            guard = cons_head(c);
            c = spine_next(c);
        }
        if (!is_cons(c) || same(c, until))
            return raise(p, E_COMPILE_ERROR, "%s: the pattern %T has no result", macro, pattern);
        end->tail = list(p, 3, pattern, guard, cons_head(c));
        end = cons_ptr(cons_tail(cons_tail(end->tail)));
    }
    return NIL;
}

/* (match e pattern :when guard body ...): (match* e pattern guard body ...) */
term macro_match(struct proc *p, unsigned n)
{
    struct macro m;
    if (!macro_begin(p, &m, 1, "(match value pattern result ...)"))
        return NONE;
    term first = list(p, 2, S_match_, m.first);
    if (is_none(clause_triples(p, "match", m.rest, NIL, cons_ptr(cons_tail(first)))))
        return NONE;
    return first;
}

/* The cell of the clause (after ms body ...) that may stand last, or nil. */
static term after_cell(term cells)
{
    term last = NIL;
    for (term c = cells; is_cons(c); c = spine_next(c))
        last = c;
    return is_cons(last) && is_after(cons_head(last)) ? last : NIL;
}

/* (receive pattern :when guard body ... (after ms body ...)): (receive* ms (do body ...) pattern guard body ...), or
 * with nil and nil where there is no after. */
term macro_receive(struct proc *p, unsigned n)
{
    const char *usage = "(receive pattern result ... (after milliseconds result))";
    struct macro m;
    if (!macro_begin(p, &m, 0, usage))
        return NONE;
    term cells = spine_next(spine_cell(ARG(0))), last = after_cell(cells), ms = NIL, body = NIL;
    if (!is_nil(last)) {
        term clause = spine_next(spine_cell(cons_head(last)));
        if (!is_cons(clause))
            return macro_error(p, usage);
        ms = cons_head(clause);
        body = mk_cons(p, S_do, spine_next(clause));
    }
    term first = list(p, 3, S_receive_, ms, body);
    if (is_none(clause_triples(p, "receive", cells, last, cons_ptr(cons_tail(cons_tail(first))))))
        return NONE;
    return first;
}

term macro_binding(struct proc *p, unsigned n)
{
    struct macro m;
    const char *usage = "(binding [var value ...] body ...)";
    if (!macro_begin(p, &m, 1, usage))
        return NONE;
    if (!is_vector(m.first) || vec_count(m.first) % 2)
        return macro_error(p, usage);
    return list(p, 3, W(binding_), m.first, body_form(p, m.rest));
}
