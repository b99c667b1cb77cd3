/* SPDX-License-Identifier: GPL-3.0-only */
/* inspect.c: what prompts and inspectors ask about values and names: sizes, columns on a screen, known keywords. */
#include <utf8proc.h>

#include "data/num.h"
#include "data/str.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "term/scan.h"

/* --- (%term-size x)
 * --------------------------------------------------------------------------------------------------- */

/* Objects that were met: an open hash table of addresses, and a list of those still to be scanned. */
struct visited {
    word *slot;
    word size, count;
    word **todo;
    word n_todo, room;
    bool failed;
};
static bool table_add(word *slot, word size, word address)
{
    word i = (address >> 3) * 0x9e3779b97f4a7c15ull >> 20;
    for (;; i++) {
        i &= size - 1;
        if (slot[i] == address)
            return false;
        if (!slot[i]) {
            slot[i] = address;
            return true;
        }
    }
}
static bool visited_grow(struct visited *v)
{
    word size = v->size ? 2 * v->size : 1024;
    word *slot = port_alloc(size * sizeof(word));
    if (!slot)
        return false;
    memset(slot, 0, size * sizeof(word));
    for (word i = 0; i < v->size; i++) {
        if (v->slot[i])
            table_add(slot, size, v->slot[i]);
    }
    port_free(v->slot);
    v->slot = slot;
    v->size = size;
    return true;
}
/* True when the address is new. */
static bool visit(struct visited *v, const void *address)
{
    if (2 * v->count >= v->size && !visited_grow(v))
        v->failed = true;
    if (v->failed || !table_add(v->slot, v->size, (word)address))
        return false;
    v->count++;
    return true;
}
static void visit_term(struct visited *v, term t)
{
    if (!is_pointer(t) || (is_box(t) && (is_symbol(t) || is_keyword(t) || is_type(t, T_VAR) || is_type(t, T_NS) ||
                                         is_type(t, T_NATIVE) || is_type(t, T_CODE) || is_type(t, T_ARITIES))))
        return; /* the system's */
    word *object = pointer_target(t.w);
    if (!visit(v, object))
        return;
    if (v->n_todo == v->room) {
        word room = v->room ? 2 * v->room : 256;
        word **more = port_realloc(v->todo, room * sizeof *more);
        if (!more) {
            v->failed = true;
            return;
        }
        v->todo = more;
        v->room = room;
    }
    v->todo[v->n_todo++] = object;
}
/* Bytes of the object; what it refers to is visited. */
static word scan_object(struct visited *v, word *o)
{
    word words = object_words(o), from = 0, bytes = words * sizeof(word);
    if (is_header(*o)) {
        enum type type = hdr_type(*o);
        struct bin *b = type == T_LSTRING   ? ((struct obj_lstring *)o)->bin
                        : type == T_LBINARY ? ((struct obj_lbinary *)o)->bin
                                            : NULL;
        if (b && visit(v, b))
            bytes += sizeof *b + b->bytes;
        from = 1 + scan_skip(*o);
    }
    for (word i = from; i < words; i++)
        visit_term(v, TERM(o[i]));
    return bytes;
}
/* (%term-size x): [bytes objects] that x consists of, shared parts counted once; names and code are not counted. */
term native_term_size(struct proc *p, unsigned n)
{
    struct visited v = {0};
    word bytes = 0, objects = 0;
    visit_term(&v, ARG(0));
    for (; v.n_todo && !v.failed; objects++)
        bytes += scan_object(&v, v.todo[--v.n_todo]);
    port_free(v.slot);
    port_free(v.todo);
    if (v.failed)
        return raise(p, E_OUT_OF_MEMORY, "no memory to count with");
    native_charge(p, objects / 10);
    if (!heap_reserve(p, 3))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, 2);
    t->item[0] = mk_int((iword)bytes);
    t->item[1] = mk_int((iword)objects);
    return mk_box_ptr(t);
}

/* --- (%text-columns s)
 * ------------------------------------------------------------------------------------------------ */

/* Columns that the text takes on a terminal: East Asian wide characters take two, combining ones none. */
term native_text_columns(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    word columns = 0;
    native_charge(p, v.bytes / 256);
    for (word at = 0; at < v.bytes;) {
        int width = utf8proc_charwidth((utf8proc_int32_t)utf8_next(v.data, &at));
        columns += width > 0 ? (word)width : 0;
    }
    return mk_int((iword)columns);
}

/* --- (%keywords)
 * ------------------------------------------------------------------------------------------------------ */

struct keywords {
    struct proc *p;
    term list;
    word count;
};
static void count_keyword(void *context, term *root)
{
    struct keywords *k = context;
    k->count += is_pointer(*root) && is_keyword(*root);
}
static void take_keyword(void *context, term *root)
{
    struct keywords *k = context;
    if (is_pointer(*root) && is_keyword(*root))
        k->list = mk_cons(k->p, *root, k->list);
}
/* (%keywords): a list of all keywords that code has mentioned. */
term native_keywords(struct proc *p, unsigned n)
{
    struct keywords k = {.p = p, .list = EMPTY_LIST};
    names_each_root(count_keyword, &k);
    native_charge(p, k.count / 20);
    if (!heap_reserve(p, k.count * CONS_WORDS))
        return NONE;
    names_each_root(take_keyword, &k);
    return k.list;
}
