/* SPDX-License-Identifier: GPL-3.0-only */
/* Process heaps: random object graphs and their mirror in C, frames, limits, blocks. */
#include "unit.h"

#include "../../port/posix/posix.h"
#include "data/buf.h"
#include "data/str.h"
#include "lang/code.h"
#include "port.h"
#include "pure.h"
#include "run/frames.h"
#include "run/names.h"
#include "term/blocks.h"
#include "term/gc.h"
#include "term/shared.h"

#include <stdlib.h>

static u64 seed = 12345;
static u32 chance(u32 n)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (u32)((seed >> 33) % n);
}

/* --- frames made by hand: a STEP function whose registers 0..n-1 are all live --- */

#define CALL_ROOM (FRAME_HEADER + TAIL_ARGS_MAX)
static term step_fn_of(unsigned n)
{
    unsigned words = CODE_WORDS + 2;
    struct code *c = (struct code *)shared_alloc_box(T_CODE, 0, words - 1);
    memset((word *)c + 1, 0, 8 * (words - 1));
    c->nregs = (u16)(n + CALL_ROOM);
    c->flags = CODE_STEP;
    c->n_insns = 4;
    c->name = c->file = c->debug = NIL;
    c->insns[0] = INSN(OP_CALL, n, 0, 0);
    c->insns[2] = INSN(OP_HALT, 0, 0, 0);
    struct obj_fn *f = (struct obj_fn *)shared_alloc_box(T_FN, 0, 2);
    f->code = (word *)c;
    f->meta = NIL;
    return mk_box_ptr(f);
}
static const struct code *code_of(term fn)
{
    return (const struct code *)OBJ(fn, fn)->code;
}

/* Calls fn from the top frame: pushes a frame with registers nil. */
static bool push_frame(struct proc *p, term fn)
{
    const struct code *c = code_of(fn);
    const struct code *caller = p->fp ? frame_code(p->fp) : NULL;
    word need = c->nregs + FRAME_HEADER + 2;
    term *base = p->fp ? p->fp - (caller->nregs - CALL_ROOM) : proc_stack_end(p) - 1;
    if ((word *)(base - need) < p->limit) {
        if (!heap_grow_stack(p, need))
            return false;
        base = p->fp ? p->fp - (caller->nregs - CALL_ROOM) : proc_stack_end(p) - 1;
    }
    base->w = caller ? (word)(caller->insns + 2) : 0;
    p->fp = base - FRAME_RETURN;
    p->fp[FRAME_FN] = fn;
    for (unsigned i = 0; i < c->nregs; i++)
        REG(i) = NIL;
    p->pc = c->insns;
    return true;
}
static void pop_frame(struct proc *p)
{
    struct frame up = frame_up(frame_top(p));
    p->fp = up.fp;
    p->pc = up.fp ? up.pc : NULL;
}

/* --- the mirror --- */

enum node_kind { INT, CONS, TUPLE, TEXT, LONG_TEXT, CELL, BOXED_FLOAT, N_NODE_KINDS };
struct node {
    enum node_kind kind;
    u32 n, stamp;
    iword value;
    term seen;
    struct node *next_made;
    struct node *kid[];
};
static struct node *made;
static u32 stamp;

static struct node *new_node(enum node_kind kind, u32 n)
{
    struct node *x = malloc(sizeof *x + n * sizeof(struct node *)); /* not port_alloc, which may be told to fail */
    ENSURE(x, "the test has memory");
    *x = (struct node){.kind = kind, .n = n, .next_made = made};
    made = x;
    return x;
}
static void free_nodes(void)
{
    while (made) {
        struct node *next = made->next_made;
        free(made);
        made = next;
    }
}

static void text_of(iword value, bool is_long, char *out)
{
    snprintf(out, 400, is_long ? "%0200lld" : "%012lld", (long long)value);
}

/* True when the term is built as the node says, and each node is one object. */
static bool agrees(struct node *x, term t)
{
    static struct {
        struct node *x;
        term t;
    } todo[1 << 16];
    unsigned n = 0;
    stamp++;
    todo[n].x = x;
    todo[n++].t = t;
    while (n) {
        n--;
        x = todo[n].x;
        t = todo[n].t;
        if (!x) {
            if (!is_nil(t))
                return false;
            continue;
        }
        if (x->stamp == stamp) {
            if (!same(x->seen, t))
                return false;
            continue;
        }
        x->stamp = stamp;
        x->seen = t;
        const term *kids = NULL;
        char text[400];
        switch (x->kind) {
        case INT:
            if (!same(t, mk_int(x->value)))
                return false;
            break;
        case CONS:
            if (!is_cons(t))
                return false;
            kids = &cons_ptr(t)->head;
            break;
        case TUPLE:
            if (!is_type(t, T_TUPLE) || tuple_count(t) != x->n)
                return false;
            kids = OBJ(tuple, t)->item;
            break;
        case CELL:
            if (!is_type(t, T_VOLATILE))
                return false;
            kids = &OBJ(volatile, t)->value;
            break;
        case TEXT:
        case LONG_TEXT:
            text_of(x->value, x->kind == LONG_TEXT, text);
            if (!is_string(t) || !str_is(t, text))
                return false;
            break;
        case BOXED_FLOAT:
            if (!is_type(t, T_FLOAT) || OBJ(float, t)->value != 1e300 * (double)x->value)
                return false;
            break;
        case N_NODE_KINDS:
            return false;
        }
        for (u32 i = 0; kids && i < x->n && n < ARRAY_LEN(todo); i++) {
            todo[n].x = x->kid[i];
            todo[n++].t = kids[i];
        }
    }
    return true;
}

/* --- a random program on registers of frames --- */

#define REGS 12
#define DEPTH 40
static struct {
    struct proc *p;
    term fn;
    struct node *reg[DEPTH][REGS];
    unsigned depth;
} m;

static struct frame nth_frame(unsigned depth)
{
    struct frame f = frame_top(m.p);
    for (unsigned i = m.depth - 1; i > depth; i--)
        f = frame_up(f);
    return f;
}
static term *slot_of(unsigned depth, unsigned reg)
{
    return &nth_frame(depth).fp[-(iword)reg];
}

static bool refused(term built)
{
    return is_none(built) && same(unit_raised(m.p), error_keywords[E_OUT_OF_MEMORY]);
}

static void make_random(void)
{
    unsigned d = chance(m.depth), r = chance(REGS);
    enum node_kind kind = (enum node_kind)chance(N_NODE_KINDS);
    u32 n = kind == CONS ? 2 : kind == CELL ? 1 : kind == TUPLE ? chance(chance(50) ? 5 : 3000) : 0;
    struct node *x = new_node(kind, n);
    x->value = (iword)chance(1000000);
    term local = *slot_of(d, chance(REGS)), built = NIL, before = local;
    struct node *local_node = NULL; /* found by comparing words, since registers and locals hold the same reference */
    for (unsigned i = 0; i < m.depth && !local_node; i++) {
        for (unsigned k = 0; k < REGS; k++) {
            if (same(*slot_of(i, k), before)) {
                local_node = m.reg[i][k];
                break;
            }
        }
    }
    char text[400];
    text_of(x->value, kind == LONG_TEXT, text);
    if (kind == TEXT || kind == LONG_TEXT)
        built = str_make(m.p, text, strlen(text));
    else if (!heap_reserve(m.p, 1 + (n > 2 ? n : 2), &local))
        built = NONE;
    if (refused(built))
        return;
    CHECK(!is_none(built));
    if (kind != TEXT && kind != LONG_TEXT)
        CHECK(agrees(local_node, local));
    term kids[3000];
    for (u32 i = 0; i < n; i++) {
        unsigned from = chance(m.depth), reg = chance(REGS);
        kids[i] = *slot_of(from, reg);
        x->kid[i] = m.reg[from][reg];
    }
    if (kind == CONS)
        built = mk_cons(m.p, kids[0], kids[1]);
    else if (kind == INT)
        built = mk_int(x->value);
    else if (kind == BOXED_FLOAT)
        built = mk_float(m.p, 1e300 * (double)x->value);
    else if (kind == TUPLE || kind == CELL) {
        word *o = heap_take_box(m.p, kind == CELL ? T_VOLATILE : T_TUPLE, 0, n);
        memcpy(o + 1, kids, n * sizeof(term));
        built = mk_box_ptr(o);
    }
    if (kind == BOXED_FLOAT && x->value == 0)
        x->kind = INT, built = mk_int(0);
    *slot_of(d, r) = built;
    m.reg[d][r] = x;
}

static void write_random(void)
{
    unsigned d = chance(m.depth), r = chance(REGS), d2 = chance(m.depth), r2 = chance(REGS);
    struct node *cell = m.reg[d][r];
    if (!cell || cell->kind != CELL)
        return;
    term t = *slot_of(d, r);
    heap_write(m.p, t, &OBJ(volatile, t)->value, *slot_of(d2, r2));
    cell->kid[0] = m.reg[d2][r2];
}

static void stack_random(void)
{
    if (chance(2) && m.depth < DEPTH) {
        CHECK(push_frame(m.p, m.fn));
        memset(m.reg[m.depth++], 0, sizeof m.reg[0]);
    } else if (m.depth > 1) {
        pop_frame(m.p);
        m.depth--;
    }
}

static bool all_agree(void)
{
    bool ok = true;
    for (unsigned d = 0; d < m.depth; d++) {
        for (unsigned r = 0; r < REGS; r++)
            ok = ok && agrees(m.reg[d][r], *slot_of(d, r));
    }
    return ok;
}

/* What is counted as alive is what a full collection copies. */
static bool allocations_fail;
static void collect_counted(struct proc *p)
{
    word live = live_words(p, &(struct gc_request){0});
    heap_collect(p, true);
    CHECK(live == heap_used_words(p) || (live == LIVE_UNKNOWN && allocations_fail));
}

static void run_random(unsigned steps)
{
    memset(&m, 0, sizeof m);
    m.p = unit_proc();
    m.fn = step_fn_of(REGS);
    CHECK(push_frame(m.p, m.fn));
    m.depth = 1;
    for (unsigned i = 0; i < steps; i++) {
        u32 what = chance(1000);
        if (what < 700)
            make_random();
        else if (what < 900)
            write_random();
        else if (what < 950)
            stack_random();
        else if (what < 980) {
            unsigned d = chance(m.depth), r = chance(REGS);
            *slot_of(d, r) = NIL;
            m.reg[d][r] = NULL;
        } else if (what < 990) {
            heap_collect(m.p, false);
        } else if (what < 993) {
            collect_counted(m.p);
        } else if (what < 997) {
            CHECK(heap_grow_stack(m.p, chance(500)));
        } else {
            heap_check(m.p);
            CHECK(all_agree());
        }
    }
    CHECK(all_agree());
    heap_collect(m.p, true);
    CHECK(all_agree());
    heap_check(m.p);
}

TEST(random_graphs_survive_collections)
{
    for (unsigned i = 0; i < 10; i++) {
        run_random(3000);
        free_nodes();
    }
}

TEST(more_is_alive_than_waits_at_a_time_while_it_is_counted)
{
    struct proc *p = unit_proc();
    CHECK(push_frame(p, step_fn_of(2)));
    REG(0) = NIL;
    for (iword i = 0; i < 3; i++) { /* a tuple of many lists, the first of which holds the tuple before */
        const word many = 100000;
        CHECK(heap_reserve(p, 1 + many + 2 * many * CONS_WORDS));
        struct obj_tuple *t = heap_take_tuple(p, many);
        term before = REG(0);
        REG(0) = mk_box_ptr(t);
        for (word k = 0; k < many; k++)
            t->item[k] = mk_cons(p, k ? mk_int((iword)k) : before, mk_cons(p, NIL, EMPTY_LIST));
        collect_counted(p);
    }
    REG(0) = NIL;
    collect_counted(p);
}

TEST(a_long_list_survives_and_is_freed)
{
    struct proc *p = unit_proc();
    CHECK(push_frame(p, step_fn_of(2)));
    REG(0) = EMPTY_LIST;
    for (iword i = 0; i < 1000000; i++) {
        CHECK(heap_reserve(p, CONS_WORDS));
        REG(0) = mk_cons(p, mk_int(i), REG(0));
    }
    heap_check(p);
    iword n = 1000000;
    bool ok = true;
    for (term l = REG(0); is_cons(l); l = cons_tail(l))
        ok = ok && int_value(cons_head(l)) == --n;
    CHECK(ok);
    CHECK_EQ_INT(n, 0);
    CHECK(heap_used_words(p) >= 2000000);
    REG(0) = NIL;
    heap_collect(p, true);
    CHECK_EQ_INT(heap_used_words(p), 0);
    CHECK(p->block_words < 256);
}

/* While a receive looks at a message, what is aged is not promoted. */
TEST(what_is_aged_has_room_in_the_next_block_during_a_receive)
{
    struct proc *p = unit_proc();
    struct gc_request request = {.stack_words = 32};
    CHECK(push_frame(p, step_fn_of(2)));
    CHECK(heap_reserve(p, 800 * CONS_WORDS));
    REG(0) = EMPTY_LIST;
    for (iword i = 0; i < 800; i++)
        REG(0) = mk_cons(p, mk_int(i), REG(0));
    heap_collect(p, false);
    iword aged = p->aged - p->block;
    CHECK_EQ_INT(aged, 800 * CONS_WORDS);
    p->receiving = true;
    p->busy = false;
    CHECK(gc_run(p, &request));
    p->receiving = false;
    CHECK(p->hp <= proc_stack_low(p));
    CHECK_EQ_INT(p->hp - p->block, aged);
    heap_check(p);
}

TEST(deep_recursion_grows_the_stack_until_its_limit)
{
    struct proc *p = unit_proc();
    p->max_words = 1 << 20;
    term fn = step_fn_of(3);
    iword depth = 0;
    while (push_frame(p, fn)) {
        CHECK(heap_reserve(p, CONS_WORDS));
        REG(0) = mk_cons(p, mk_int(depth++), NIL);
    }
    CHECK_SAME(unit_raised(p), error_keywords[E_STACK_OVERFLOW]);
    CHECK(depth > 50000);
    heap_collect(p, true);
    bool ok = true;
    for (; p->fp; pop_frame(p))
        ok = ok && int_value(cons_head(REG(0))) == --depth;
    CHECK(ok);
    CHECK_EQ_INT(depth, 0);
    CHECK(push_frame(p, fn));
    CHECK(heap_grow_stack(p, 1000));
    heap_collect(p, true);
    CHECK(p->block_words < 256);
    CHECK(!p->reserve || heap_reserve(p, 10));
}

TEST(the_heap_limit_raises_and_the_process_goes_on)
{
    struct proc *p = unit_proc();
    p->max_words = 1 << 18;
    CHECK(push_frame(p, step_fn_of(1)));
    for (unsigned again = 0; again < 3; again++) {
        word n = 0;
        REG(0) = NIL;
        while (heap_reserve(p, CONS_WORDS)) {
            REG(0) = mk_cons(p, NIL, REG(0));
            n++;
        }
        CHECK_SAME(unit_raised(p), error_keywords[E_OUT_OF_MEMORY]);
        CHECK(n > (1 << 17) - 1000 && n < 1 << 18);
        CHECK(heap_reserve(p, 100)); /* the handler's room */
        while (heap_reserve(p, CONS_WORDS))
            REG(0) = mk_cons(p, NIL, REG(0));
        CHECK_SAME(unit_raised(p), error_keywords[E_OUT_OF_MEMORY]);
    }
    REG(0) = NIL;
    CHECK(!heap_reserve(p, ~(word)0 / 16));
    CHECK_SAME(unit_raised(p), error_keywords[E_OUT_OF_MEMORY]);
    CHECK(heap_reserve(p, 1000));
}

TEST(bytes_outside_the_heap_are_freed)
{
    struct proc *p = unit_proc();
    CHECK(push_frame(p, step_fn_of(1)));
    char text[5000];
    memset(text, 'x', sizeof text);
    word most = 0;
    for (unsigned i = 0; i < 200000; i++) {
        term t = str_make(p, text, sizeof text); /* may move the stack, hence REG(0) */
        REG(0) = t;
        CHECK(!is_none(t));
        most = p->more->off_heap_bytes > most ? p->more->off_heap_bytes : most;
    }
    CHECK(most < (word)40 << 20);
    CHECK(p->collections > 20);
    struct obj_lstring *s = OBJ(lstring, REG(0));
    CHECK_EQ_INT(s->bin->refs, 1);
    CHECK(p->more->off_heap_bytes < (word)40 << 20);
}

TEST(bytes_outside_the_heap_count_before_they_are_allocated)
{
    enum { KILOBYTES_400 = 400 << 10 };
    struct proc *p = unit_proc();
    CHECK(push_frame(p, step_fn_of(1)));
    p->max_words = 1 << 17; /* one MiB */
    char *text = port_alloc(2 << 20);
    CHECK(text != NULL);
    memset(text, 'x', 2 << 20);
    for (int i = 0; i < 5; i++) { /* garbage makes room */
        term t = str_make(p, text, KILOBYTES_400);
        CHECK(!is_none(t));
        REG(0) = t;
    }
    REG(0) = NIL;
    CHECK(is_none(str_make(p, text, 2 << 20)));
    CHECK_SAME(unit_raised(p), error_keywords[E_OUT_OF_MEMORY]);
    struct buf b = buf_of(p);
    buf_fill(&b, 'x', 2 << 20);
    CHECK(b.failed);
    CHECK(is_none(str_from_buf(p, &b)));
    CHECK_SAME(unit_raised(p), error_keywords[E_OUT_OF_MEMORY]);
    port_free(text);
}

TEST(views_that_die_do_not_count_for_the_bytes_they_showed)
{
    struct proc *p = unit_proc();
    CHECK(push_frame(p, step_fn_of(1)));
    char text[5000];
    memset(text, 'x', sizeof text);
    term t = str_make(p, text, sizeof text);
    REG(0) = t;
    CHECK(!is_none(t));
    heap_collect(p, true);
    CHECK_EQ_INT(p->more->off_heap_bytes, sizeof text);
    for (int i = 0; i < 10; i++)
        CHECK(!is_none(str_slice(p, REG(0), 1, sizeof text, sizeof text - 1)));
    heap_collect(p, false);
    CHECK_EQ_INT(p->more->off_heap_bytes, sizeof text);
}

TEST(a_small_view_does_not_keep_a_large_parent)
{
    struct proc *p = unit_proc();
    CHECK(push_frame(p, step_fn_of(2)));
    char *text = port_alloc(1 << 20);
    CHECK(text != NULL);
    memset(text, 'x', 1 << 20);
    text[5000] = 'y';
    term t = str_make(p, text, 1 << 20);
    REG(0) = t;
    port_free(text);
    t = str_substring(p, REG(0), 5000, 5100);
    REG(1) = t;
    CHECK_SAME(mk_bool(OBJ(lstring, REG(1))->bin == OBJ(lstring, REG(0))->bin), TRUE_TERM);
    heap_collect(p, true);
    CHECK_EQ_INT(OBJ(lstring, REG(1))->bin->refs, 1); /* it has left the parent */
    CHECK_EQ_INT(str_char_at(REG(1), 0), 'y');
    CHECK_EQ_INT(str_char_at(REG(1), 99), 'x');
    CHECK_EQ_INT(OBJ(lstring, REG(0))->bin->refs, 1);
    struct str_view v = str_view(REG(1));
    CHECK_EQ_INT(v.bytes, 100);
    CHECK_EQ_INT(v.code_points, 100);
}

TEST(failing_allocations_lose_nothing)
{
    posix_fail_allocations(3);
    allocations_fail = true;
    run_random(3000);
    allocations_fail = false;
    posix_fail_allocations(0);
    free_nodes();
}

TEST(a_copy_keeps_sharing_and_leaves_the_source_alone)
{
    struct proc *p = unit_proc(), *q = unit_proc();
    CHECK(push_frame(p, step_fn_of(2)));
    REG(0) = EMPTY_LIST;
    for (iword i = 0; i < 300000; i++) {
        CHECK(heap_reserve(p, CONS_WORDS));
        REG(0) = mk_cons(p, mk_int(i), REG(0));
    }
    CHECK(heap_reserve(p, 40));
    word *o = heap_take_box(p, T_TUPLE, 0, 20);
    for (unsigned i = 1; i <= 20; i++)
        o[i] = REG(0).w;
    REG(1) = mk_box_ptr(o);
    CHECK_EQ_INT(copy_size(REG(1), NULL), 600000 + 21);
    CHECK(heap_reserve(q, copy_size(REG(1), NULL)));
    term t = copy_to(q, REG(1));
    heap_check(p);
    CHECK(heap_reserve(q, 10, &t));
    heap_check(q);
    CHECK_SAME(OBJ(tuple, t)->item[0], OBJ(tuple, t)->item[19]);
    iword n = 300000;
    bool ok = true;
    term a = REG(0), b = OBJ(tuple, t)->item[7];
    for (; is_cons(a) && is_cons(b); a = cons_tail(a), b = cons_tail(b))
        ok = ok && same(cons_head(a), cons_head(b)) && int_value(cons_head(a)) == --n;
    CHECK(ok && n == 0);
    CHECK_SAME(b, EMPTY_LIST);
    CHECK_EQ_INT(copy_size(REG(1), NULL), 600000 + 21);
}

TEST(only_pages_that_were_written_are_idle_and_given_back)
{
    static struct blocks b;
    word base = HEAPS_BASE + HEAPS_BYTES - ((word)1 << 30), got;
    blocks_init(&b, base, (word)1 << 30, false);
    word *large = blocks_alloc(&b, 1000 * BLOCK_PAGE_WORDS, &got);
    word *fence = blocks_alloc(&b, 100 * BLOCK_PAGE_WORDS, &got);
    blocks_free_touched(&b, large, 70 * BLOCK_PAGE_WORDS);
    CHECK_EQ_INT(b.idle_pages, 70);
    blocks_free(&b, fence); /* joins what was never written, which stays so */
    CHECK_EQ_INT(b.idle_pages, 170);
    word *again = blocks_alloc(&b, 1100 * BLOCK_PAGE_WORDS, &got);
    CHECK(again == large);
    CHECK_EQ_INT(b.idle_pages, 0);
    blocks_trim(&b, again, 50 * BLOCK_PAGE_WORDS, 50 * BLOCK_PAGE_WORDS);
    CHECK_EQ_INT(b.idle_pages, 20 + 100);
    again[0] = 1;
    again[60 * BLOCK_PAGE_WORDS] = 2; /* idle: may be given back, and is zero then */
    blocks_release_idle(&b);
    CHECK_EQ_INT(b.idle_pages, 0);
    CHECK_EQ_INT(again[0], 1);
    CHECK_EQ_INT(again[60 * BLOCK_PAGE_WORDS], 0);
    blocks_free(&b, again);
    CHECK_EQ_INT(b.idle_pages, 50);
    port_map_use(base, (word)1 << 30, PORT_USE_NONE);
}

TEST(idle_pages_are_kept_in_proportion_to_those_in_use)
{
    static struct blocks b;
    enum { N = 64, PAGES = 1024, MIN = 8192 };
    word base = HEAPS_BASE + HEAPS_BYTES - ((word)1 << 30), *at[N], got;
    blocks_init(&b, base, (word)1 << 30, false);
    for (unsigned i = 0; i < N; i++)
        at[i] = blocks_alloc(&b, PAGES * BLOCK_PAGE_WORDS, &got);
    for (unsigned i = 0; i < N; i++) {
        blocks_free(&b, at[i]);
        CHECK(b.idle_pages <= MIN || b.idle_pages <= b.used_pages / 2);
    }
    CHECK(b.idle_pages > MIN / 2);
    port_map_use(base, (word)1 << 30, PORT_USE_NONE);
}

TEST(blocks_do_not_overlap_and_coalesce)
{
    static struct blocks b;
    enum { N = 3000 };
    static struct {
        word *at, words;
    } have[N];
    /* a part of the heaps' range that nothing else uses */
    word base = HEAPS_BASE + HEAPS_BYTES - ((word)1 << 30);
    blocks_init(&b, base, (word)1 << 30, false);
    word in_use = 0;
    for (unsigned step = 0; step < 300000; step++) {
        unsigned i = chance(N);
        if (have[i].at) {
            CHECK(have[i].at[0] == i && have[i].at[have[i].words - 1] == i);
            CHECK_EQ_INT(blocks_words(&b, have[i].at), have[i].words);
            if (chance(4) == 0 && have[i].words > 4000) {
                have[i].words = blocks_trim(&b, have[i].at, have[i].words / 2, have[i].words);
                have[i].at[have[i].words - 1] = i;
                continue;
            }
            blocks_free(&b, have[i].at);
            have[i].at = NULL;
        } else {
            word want = 1 + (chance(10) ? chance(1100) : chance(100) ? chance(30000) : chance(3000000));
            have[i].at = blocks_alloc(&b, want, &have[i].words);
            if (!have[i].at)
                continue;
            CHECK(have[i].words >= want);
            have[i].at[0] = have[i].at[have[i].words - 1] = i;
        }
    }
    for (unsigned i = 0; i < N; i++) {
        if (have[i].at)
            in_use += have[i].words;
    }
    CHECK_EQ_INT(in_use, b.used_words);
    for (unsigned i = 0; i < N; i++) {
        if (have[i].at)
            blocks_free(&b, have[i].at);
    }
    CHECK_EQ_INT(b.used_words, 0);
    CHECK(b.used_pages <= BLOCK_CLASSES * SLAB_PAGES);
    blocks_release_idle(&b);
    word got, *all = blocks_alloc(&b, ((word)1 << 27) / 100 * 90, &got);
    CHECK(all != NULL);
    port_map_use(base, (word)1 << 30, PORT_USE_NONE);
}
