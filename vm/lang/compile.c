/* SPDX-License-Identifier: GPL-3.0-only */
/* The compiler's driver: memory, errors, reading forms apart. */
#include "lang/ast.h"

#include "data/maps.h"
#include "data/vectors.h"
#include "lang/expand.h"
#include "lang/reader.h"
#include "lang/spine.h"
#include "port.h"
#include "pure.h"
#include "run/native.h"
#include "run/place.h"

/* --- arena --------------------------------------------------------------------------------------------------- */

struct chunk {
    struct chunk *next;
    u64 align;
};
#define CHUNK_BYTES 16384u

void *arena_alloc(struct compiler *c, word bytes)
{
    bytes = (bytes + 15) & ~(word)15;
    c->taken += bytes;
    if (c->left < bytes) {
        word size = bytes > CHUNK_BYTES / 4 ? bytes : CHUNK_BYTES - sizeof(struct chunk);
        struct chunk *chunk = c->failed ? NULL : port_alloc(sizeof *chunk + size);
        if (!chunk) {
            fail(c, "out of memory while compiling", NIL, NIL);
            return NULL;
        }
        chunk->next = c->chunks;
        c->chunks = chunk;
        if (size == bytes && size > CHUNK_BYTES / 4) { /* a chunk of its own: the current one goes on */
            memset(chunk + 1, 0, bytes);
            return chunk + 1;
        }
        c->at = (u8 *)(chunk + 1);
        c->left = size;
    }
    void *result = c->at;
    c->at += bytes;
    c->left -= bytes;
    return memset(result, 0, bytes);
}

static void arena_free(struct compiler *c)
{
    while (c->chunks) {
        struct chunk *next = c->chunks->next;
        port_free(c->chunks);
        c->chunks = next;
    }
}

/* --- errors -------------------------------------------------------------------------------------------------- */

void fail(struct compiler *c, const char *format, term a, term b)
{
    if (c->failed)
        return;
    c->failed = true;
    c->error = format;
    c->error_terms[0] = a;
    c->error_terms[1] = b;
    c->error_line = c->line;
    c->error_column = c->column;
}

void fail_pending(struct compiler *c)
{
    if (!c->failed)
        c->failed = c->pending = true;
}

/* Makes the condition; nothing of the compiler's state is looked at afterwards. MAY_GC */
static COLD term raise_failure(struct compiler *c)
{
    struct proc *p = c->p;
    if (c->pending)
        return NONE;
    char format[200];
    snprintf(format, sizeof format, "%s%s", c->error, c->hint);
    raise(p, E_COMPILE_ERROR, format, c->error_terms[0], c->error_terms[1]);
    /* The frames tell no more than where the whole form is. */
    term condition = p->pending_value, data = OBJ(condition, condition)->data;
    term file = is_pointer(c->file) && !is_shared(c->file) ? NIL : c->file; /* raise may have moved it */
    if (c->error_line && (!is_map(data) || same(map_get(data, K_file), file)))
        pending_add_place(p, &(struct text_place){file, c->error_line, c->error_column});
    return NONE;
}

/* --- reading forms ------------------------------------------------------------------------------------------- */

bool is_list_form(term t)
{
    return is_cons(t) || is_type(t, T_LIST) || same(t, EMPTY_LIST);
}

bool open_list(struct compiler *c, term form, struct elements *e)
{
    word n = 0;
    term t = spine_cell(form);
    for (; is_cons(t); t = spine_cell(cons_tail(t)))
        n++;
    *e = (struct elements){.form = form};
    if (is_absent(t) || n > UINT32_MAX / 2) {
        fail(c, "can't compile an unexpanded form", NIL, NIL);
        return false;
    }
    e->at = arena_alloc(c, n * sizeof(term));
    if (!e->at)
        return false;
    for (t = spine_cell(form); is_cons(t); t = spine_cell(cons_tail(t)))
        e->at[e->n++] = cons_head(t);
    return true;
}

bool open_vector(struct compiler *c, term form, struct elements *e)
{
    *e = (struct elements){.form = form};
    if (!is_vector(form)) {
        fail(c, "a vector is wanted here, not %T", form, NIL);
        return false;
    }
    word n = vec_count(form);
    e->at = arena_alloc(c, n * sizeof(term));
    if (!e->at)
        return false;
    for (; e->n < n; e->n++)
        e->at[e->n] = vec_nth(form, e->n);
    return true;
}

/* Errors from here on are at element i of the list, if its position is known. */
void at_element(struct compiler *c, const struct elements *e, unsigned i)
{
    u32 line, column;
    if (text_position(e->form, (int)i, &line, &column)) {
        c->line = line;
        c->column = column;
    }
}

#define BYTES_A_REDUCTION 4 /* of the arena: then a reduction lasts about 5 ns, as those of calls do */

/* --- driver -------------------------------------------------------------------------------------------------- */

term compile_form(struct proc *p, term form, term ns, term file)
{
    struct compiler c = {.p = p, .ns = ns, .file = file, .def_name = NIL, .dummy = {.kind = N_CONST, .value = NIL}};
    term result = NONE;
    struct function *fn = function_new(&c);
    struct arity *a = fn ? arena_alloc(&c, sizeof *a) : NULL;
    if (a) {
        fn->arities = a;
        c.fn = fn;
        a->body = analyse(&c, form, true);
        if (!text_position(form, -1, &a->line, &a->column))
            a->line = a->column = 0;
    }
    if (!c.failed)
        result = generate(&c, fn);
    arena_free(&c);
    native_charge(p, c.taken / BYTES_A_REDUCTION);
    return c.failed ? raise_failure(&c) : result;
}
