/* SPDX-License-Identifier: GPL-3.0-only */
/* The shared area: copies into it, what may not go there, the sweep. */
#include "unit.h"

#include "data/str.h"
#include "lang/code.h"
#include "port.h"
#include "pure.h"
#include "run/mailbox.h"
#include "run/names.h"
#include "run/procs.h"
#include "term/gc.h"
#include "term/scan.h"
#include "term/shared.h"

static term make_tuple(struct proc *p, term a, term b, term c)
{
    if (!heap_reserve(p, 4, &a, &b, &c))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, 3);
    t->item[0] = a;
    t->item[1] = b;
    t->item[2] = c;
    return mk_box_ptr(t);
}
static term item(term tuple, unsigned i)
{
    return OBJ(tuple, tuple)->item[i];
}

TEST(a_shared_copy_keeps_sharing_and_leaves_the_source_alone)
{
    struct proc *p = unit_proc();
    term list = EMPTY_LIST;
    for (iword i = 0; i < 200000; i++) {
        CHECK(heap_reserve(p, CONS_WORDS, &list));
        list = mk_cons(p, mk_int(i), list);
    }
    p->result = list;
    term text = str_from_c(p, "some text that is short");
    term t = make_tuple(p, p->result, text, p->result);
    p->result = t;
    term s = shared_copy(p, t);
    CHECK(is_shared(s));
    CHECK_SAME(item(s, 0), item(s, 2));
    CHECK(str_is(item(s, 1), "some text that is short"));
    heap_check(p);
    iword n = 200000;
    bool ok = true;
    for (term a = item(s, 0), b = item(t, 0); is_cons(a) || is_cons(b); a = cons_tail(a), b = cons_tail(b))
        ok = ok && is_shared(a) && !is_shared(b) && same(cons_head(a), cons_head(b)) && int_value(cons_head(a)) == --n;
    CHECK(ok && n == 0);
    CHECK_SAME(shared_copy(p, s), s);
    term outer = shared_copy(p, make_tuple(p, s, NIL, mk_int(1)));
    CHECK_SAME(item(outer, 0), s);
}

TEST(cycles_are_shared_as_cycles)
{
    struct proc *p = unit_proc();
    CHECK(heap_reserve(p, 10));
    word *o = heap_take_box(p, T_ATOM, 0, 4);
    term atom = mk_box_ptr(o);
    for (unsigned i = 1; i <= 4; i++)
        o[i] = NIL.w;
    term list = mk_cons(p, atom, NIL);
    heap_write(p, atom, &OBJ(atom, atom)->value, list);
    term s = shared_copy(p, list);
    CHECK_SAME(OBJ(atom, cons_head(s))->value, s);
    CHECK_SAME(OBJ(atom, cons_head(list))->value, list);
}

TEST(what_belongs_to_a_process_is_not_shared)
{
    struct proc *p = unit_proc();
    static const enum type types[] = {T_TRANSIENT, T_LAZY, T_DELAY};
    static const unsigned words[] = {5, 2, 1};
    sweep_whole();
    word before = shared_used_bytes();
    for (unsigned i = 0; i < ARRAY_LEN(types); i++) {
        char text[300];
        memset(text, 'a', sizeof text);
        term s = str_make(p, text, sizeof text);
        CHECK(heap_reserve(p, 20, &s));
        struct bin *bin = OBJ(lstring, s)->bin;
        word *o = heap_take_box(p, types[i], LAZY_RUNNING, words[i]);
        for (unsigned k = 1; k <= words[i]; k++)
            o[k] = NIL.w;
        term cell = mk_box_ptr(o);
        term list = mk_cons(p, mk_int(1), mk_cons(p, s, mk_cons(p, cell, NIL)));
        p->result = list;
        CHECK(is_none(shared_copy(p, list)));
        CHECK_SAME(unit_raised(p), error_keywords[E_NOT_SENDABLE]);
        CHECK_EQ_INT(bin->refs, 1);
        heap_check(p);
        CHECK_EQ_INT(before, shared_used_bytes());
    }
}

TEST(names_are_interned_when_they_are_shared)
{
    struct proc *p = unit_proc();
    static const char *const words[] = {"never-interned-1", "never-interned-2"};
    term k = find_keyword(p, "some.ns", 7, words[0], strlen(words[0]));
    CHECK(!is_shared(k));
    p->result = k;
    term s = find_symbol(p, NULL, 0, words[1], strlen(words[1]));
    term t = make_tuple(p, s, OBJ(symbol, s)->name, p->result);
    term shared = shared_copy(p, t);
    CHECK_SAME(item(shared, 0), intern_symbol(NULL, 0, words[1], strlen(words[1])));
    CHECK_SAME(item(shared, 2), intern_keyword("some.ns", 7, words[0], strlen(words[0])));
    CHECK(str_is(item(shared, 1), words[1]));
    term first = make_tuple(p, OBJ(symbol, s)->name, NIL, NIL);
    CHECK(!is_none(first));
}

TEST(long_bytes_are_shared_by_reference)
{
    struct proc *p = unit_proc();
    char text[300];
    memset(text, 'b', sizeof text);
    term s = str_make(p, text, sizeof text);
    struct bin *bin = OBJ(lstring, s)->bin;
    term copy = shared_copy(p, s);
    CHECK_EQ_INT(bin->refs, 2);
    CHECK(str_equal(s, copy));
    p->result = copy;
    heap_collect(p, true); /* s is not a root */
    CHECK_EQ_INT(bin->refs, 1);
    sweep_whole();
    CHECK_EQ_INT(bin->refs, 1);
    bin_retain(bin);
    p->result = NIL;
    sweep_whole();
    CHECK_EQ_INT(bin->refs, 1);
    bin_release(bin);
}

TEST(a_sweep_frees_what_nothing_refers_to)
{
    struct proc *p = unit_proc();
    static term root;
    static bool is_root;
    if (!is_root)
        shared_root(&root);
    is_root = true;
    root = NIL;
    sweep_whole();
    word before = shared_used_bytes();
    term list = NIL;
    for (iword i = 0; i < 100000; i++) {
        CHECK(heap_reserve(p, CONS_WORDS, &list));
        list = mk_cons(p, mk_int(i), list);
    }
    root = shared_copy(p, list);
    CHECK(shared_used_bytes() >= before + 1600000);
    sweep_whole();
    CHECK(shared_used_bytes() >= before + 1600000);
    iword n = 0;
    for (term l = root; is_cons(l); l = cons_tail(l))
        n += int_value(cons_head(l));
    CHECK_EQ_INT(n, 100000ll * 99999 / 2);
    p->result = root; /* now only a process refers to it */
    root = NIL;
    sweep_whole();
    CHECK(shared_used_bytes() >= before + 1600000);
    p->result = NIL;
    sweep_whole();
    CHECK_EQ_INT(before, shared_used_bytes());
}

/* Makes steps of a cycle until it is in the phase. */
static void step_to(u32 phase)
{
    while (sweep_phase_now() != phase)
        sweep_step(0);
}
static term made_string(struct proc *p, const char *text)
{
    return shared_copy(p, str_from_c(p, text));
}

TEST(what_a_marked_process_gets_hold_of_during_a_cycle_stays)
{
    struct proc *p = unit_proc();
    term var = ns_intern(NS_core, intern_symbol(NULL, 0, "held", 4));
    term other = ns_intern(NS_core, intern_symbol(NULL, 0, "other", 5));
    p->result = NIL;
    var_set(var, made_string(p, "what the var held at the beginning of the cycle"));
    var_set(other, NIL);
    heap_collect(p, true);
    sweep_soon();
    step_to(SWEEP_MARKING);
    sweep_mark_process(p); /* as before its next slice */
    term held = *var_cell(var), born = made_string(p, "what was made meanwhile"), unseen = made_string(p, "not kept");
    var_set(other, born);
    var_set(var, NIL);
    var_set(other, NIL);
    p->result = make_tuple(p, held, born, NIL);
    u32 was = p->state;
    p->state = PROC_WAITING; /* so that the cycle ends */
    step_to(SWEEP_IDLE);
    p->state = was;
    CHECK(shared_is_object(pointer_target(held.w)) && shared_is_object(pointer_target(born.w)));
    CHECK(str_is(item(p->result, 0), "what the var held at the beginning of the cycle"));
    CHECK(shared_is_object(pointer_target(unseen.w))); /* born marked */
    sweep_whole();
    CHECK(shared_is_object(pointer_target(held.w)) && shared_is_object(pointer_target(born.w)));
    CHECK(!shared_is_object(pointer_target(unseen.w)));
}
TEST(what_leaves_a_process_that_is_not_marked_yet_stays)
{
    struct proc *p = unit_proc();
    term s = made_string(p, "in the heap only, and then in a message");
    sweep_soon();
    step_to(SWEEP_MARKING);
    struct message *m = message_make(p, MESSAGE, make_tuple(p, s, NIL, NIL));
    heap_collect(p, true);
    sweep_mark_process(p);
    u32 was = p->state;
    p->state = PROC_WAITING;
    step_to(SWEEP_IDLE);
    p->state = was;
    CHECK(shared_is_object(pointer_target(s.w)));
    CHECK(str_is(item(m->value, 0), "in the heap only, and then in a message"));
    message_free(m);
    sweep_whole();
    CHECK(!shared_is_object(pointer_target(s.w)));
}

/* A function as the compiler makes it, with a constant. */
static term make_function(struct proc *p, iword i)
{
    char text[40];
    snprintf(text, sizeof text, "constant %lld", (long long)i);
    word words = CODE_WORDS + 2 + 1;
    term constant = str_shared(text, strlen(text));
    struct code *c = (struct code *)shared_alloc_box(T_CODE, 0, words - 1);
    memset((word *)c + 1, 0, 8 * (words - 1));
    c->nregs = 1;
    c->n_insns = 4;
    c->n_consts = 1;
    c->name = c->file = c->debug = NIL;
    code_consts(c)[0] = constant;
    CHECK(heap_reserve(p, 3));
    struct obj_fn *f = (struct obj_fn *)heap_take_box(p, T_FN, 0, 2);
    f->code = (word *)c;
    f->meta = NIL;
    return shared_copy(p, mk_box_ptr(f));
}

TEST(redefinitions_do_not_use_up_memory)
{
    struct proc *p = unit_proc();
    term var = ns_intern(NS_core, intern_symbol(NULL, 0, "redefined", 9));
    var_set(var, make_function(p, 0));
    p->result = *var_cell(var);
    sweep_whole();
    word before = shared_used_bytes(), most = 0;
    for (iword i = 0; i < 100000; i++) {
        var_set(var, make_function(p, i));
        if (sweep_is_due())
            sweep_whole();
        word now = shared_used_bytes();
        most = now > most ? now : most;
    }
#ifdef LONA_DEBUG
    CHECK(most < 2 * before + (40 << 20)); /* checks make sweeps slow, and sweeps leave most of the time to others */
#else
    CHECK(most < before + before / 20 + (4 << 20));
#endif
    heap_collect(p, true); /* garbage in a heap keeps what it refers to */
    sweep_whole();
    CHECK(shared_used_bytes() <= before + 1000);
    const struct code *c = (const struct code *)OBJ(fn, p->result)->code;
    CHECK(str_is(code_consts(c)[0], "constant 0"));
    c = (const struct code *)OBJ(fn, *var_cell(var))->code;
    CHECK(str_is(code_consts(c)[0], "constant 99999"));
}
