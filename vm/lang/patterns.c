/* SPDX-License-Identifier: GPL-3.0-only */
/* Analysis of patterns. How they are tested is in match.c. */
#include "lang/ast.h"
#include "lang/special_names.h"

#include "data/bits.h"
#include "data/maps.h"
#include "data/vectors.h"
#include "lang/words.h"
#include "pure.h"

struct scan {
    struct compiler *c;
    struct local *outer; /* names from here on are not the pattern's */
};

static struct pattern *pattern_of(struct scan *s, term form);

static struct pattern *pattern_new(struct scan *s, enum pattern_kind kind, unsigned n)
{
    struct compiler *c = s->c;
    struct pattern *k = arena_alloc(c, sizeof *k);
    if (!k)
        return NULL;
    *k = (struct pattern){.kind = (u8)kind, .n = n, .value = NIL, .line = c->line, .column = c->column};
    if (n && !(k->subs = arena_alloc(c, n * sizeof *k->subs)))
        return NULL;
    return k;
}

static struct pattern *const_pattern(struct scan *s, term value)
{
    struct pattern *k = pattern_new(s, P_CONST, 0);
    if (k)
        k->value = value;
    return k;
}

static struct pattern *symbol_pattern(struct scan *s, term symbol)
{
    struct compiler *c = s->c;
    if (!is_name(symbol)) {
        fail(c, "a pattern binds names without namespace, not %T", symbol, NIL);
        return NULL;
    }
    if (same(symbol, S_underscore) || same(intern_name(symbol), S_underscore))
        return pattern_new(s, P_ANY, 0);
    if (same(symbol, S_amp)) {
        fail(c, "& is followed by one pattern, at the end of a vector or (seq ...): %T", symbol, NIL);
        return NULL;
    }
    struct local *l = c->fn->scope;
    while (l != s->outer && !names_equal(l->name, symbol))
        l = l->next;
    bool bind = l == s->outer || l->hidden;
    struct pattern *k = pattern_new(s, bind ? P_BIND : P_SAME, 0);
    if (!k)
        return NULL;
    if (l == s->outer)
        l = scope_add(c, symbol);
    if (!l)
        return NULL;
    l->hidden = false;
    l->uses += !bind;
    k->local = l;
    return k;
}

/* Elements from.. of a vector or (seq ...) pattern. */
static struct pattern *elements_pattern(struct scan *s, enum pattern_kind kind, const struct elements *e, unsigned from)
{
    unsigned n = e->n - from;
    bool rest = false;
    for (unsigned i = from; i < e->n; i++)
        if (same(e->at[i], S_amp)) {
            if (i + 2 != e->n) {
                fail(s->c, "one pattern is wanted after &", NIL, NIL);
                return NULL;
            }
            rest = true;
            n = i - from;
            break;
        }
    if (n > 200) {
        fail(s->c, "a pattern of more than 200 elements", NIL, NIL);
        return NULL;
    }
    struct pattern *k = pattern_new(s, kind, n);
    if (!k)
        return NULL;
    for (unsigned i = 0; i < n; i++)
        if (!(k->subs[i] = pattern_of(s, e->at[from + i])))
            return NULL;
    if (rest && !(k->rest = pattern_of(s, e->at[e->n - 1])))
        return NULL;
    return k;
}

/* --- maps ---------------------------------------------------------------------------------------------------- */

struct map_entries {
    struct pattern *k;
    unsigned room;
    term or_map;
};

static bool add_entry(struct scan *s, struct map_entries *m, struct node *key, struct pattern *sub,
                      struct node *otherwise)
{
    struct pattern *k = m->k;
    struct compiler *c = s->c;
    if (!key || !sub || c->failed)
        return false;
    if (k->n == m->room) {
        unsigned room = m->room ? 2 * m->room : 8;
        struct pattern **subs = arena_alloc(c, room * sizeof *subs);
        struct node **keys = arena_alloc(c, room * sizeof *keys), **defaults = arena_alloc(c, room * sizeof *defaults);
        if (!subs || !keys || !defaults)
            return false;
        for (unsigned i = 0; i < k->n; i++) {
            subs[i] = k->subs[i];
            keys[i] = k->keys[i];
            defaults[i] = k->defaults[i];
        }
        k->subs = subs;
        k->keys = keys;
        k->defaults = defaults;
        m->room = room;
    }
    k->subs[k->n] = sub;
    k->keys[k->n] = key;
    k->defaults[k->n++] = otherwise;
    return true;
}

/* {:keys [a b/c :d]}: what says keys, strs or syms; ns is the namespace of :ns/keys, or nil. */
static bool add_names(struct scan *s, struct map_entries *m, term what, term ns, term names)
{
    struct compiler *c = s->c;
    struct elements e;
    if (!open_vector(c, names, &e))
        return false;
    for (unsigned i = 0; i < e.n; i++) {
        term x = e.at[i];
        if (!is_symbol(x) && !is_keyword(x)) {
            fail(c, "a symbol is wanted in %T, not %T", what, x);
            return false;
        }
        struct str_view name = str_view(OBJ(symbol, x)->name);
        term key_ns = is_nil(OBJ(symbol, x)->ns) ? ns : OBJ(symbol, x)->ns;
        struct str_view n = {0};
        if (!is_nil(key_ns))
            n = str_view(key_ns);
        term local = intern_symbol(NULL, 0, (const char *)name.data, name.bytes), key;
        if (same(what, K_strs))
            key = OBJ(symbol, x)->name;
        else if (same(what, K_syms))
            key = intern_symbol((const char *)n.data, n.bytes, (const char *)name.data, name.bytes);
        else
            key = intern_keyword((const char *)n.data, n.bytes, (const char *)name.data, name.bytes);
        term otherwise = is_map(m->or_map) ? map_get(m->or_map, local) : ABSENT;
        struct node *key_node = const_node(c, key), *value = NULL;
        if (!is_absent(otherwise))
            value = analyse(c, otherwise, false);
        if (!add_entry(s, m, key_node, symbol_pattern(s, local), value))
            return false;
    }
    return true;
}

static struct pattern *map_pattern(struct scan *s, term form)
{
    struct compiler *c = s->c;
    struct map_entries m = {.k = pattern_new(s, P_MAP, 0)};
    if (!m.k)
        return NULL;
    term as = map_get(form, K_as);
    m.or_map = map_get(form, K_or);
    struct map_iter it = map_iter(form);
    while (map_next(&it)) {
        if (same(it.key, K_as) || same(it.key, K_or))
            continue;
        if (is_keyword(it.key)) {
            term name = OBJ(symbol, it.key)->name, ns = OBJ(symbol, it.key)->ns;
            term what = str_is(name, "keys")   ? K_keys
                        : str_is(name, "strs") ? K_strs
                        : str_is(name, "syms") ? K_syms
                                               : NIL;
            if (!is_nil(what) && is_vector(it.value)) {
                if (!add_names(s, &m, what, ns, it.value))
                    return NULL;
                continue;
            }
        }
        struct node *key = analyse(c, it.key, false);
        if (c->failed || !add_entry(s, &m, key, pattern_of(s, it.value), NULL))
            return NULL;
    }
    if (is_absent(as))
        return m.k;
    struct pattern *k = pattern_new(s, P_AS, 1), *name = is_symbol(as) ? symbol_pattern(s, as) : NULL;
    if (!k || !name || name->kind != P_BIND) {
        fail(c, ":as wants a new name, not %T", as, NIL);
        return NULL;
    }
    k->local = name->local;
    k->subs[0] = m.k;
    return k;
}

static struct pattern *set_pattern(struct scan *s, term form)
{
    struct compiler *c = s->c;
    struct pattern *k = pattern_new(s, P_SET, 0);
    word n = set_count(form);
    if (!k || !(k->keys = arena_alloc(c, (n + 1) * sizeof *k->keys)))
        return NULL;
    struct map_iter it = map_iter(OBJ(set, form)->map);
    while (map_next(&it)) {
        k->keys[k->n++] = analyse(c, it.key, false);
        if (c->failed)
            return NULL;
    }
    return k;
}

/* --- bit syntax ------------------------------------------------------------------------------------------------ */

/* The UTF-8 bytes of a string as a constant binary. */
static term bytes_of(term string)
{
    struct str_view v = str_view(string);
    struct obj_binary *b = (struct obj_binary *)shared_alloc_box(T_BINARY, 0, 1 + words_for_bytes(v.bytes));
    b->bits = (u64)v.bytes * 8;
    memset(b->data, 0, 8 * words_for_bytes(v.bytes));
    memcpy(b->data, v.data, v.bytes);
    return mk_box_ptr(b);
}

static struct pattern *bits_pattern(struct scan *s, const struct elements *e)
{
    struct compiler *c = s->c;
    struct elements segments;
    if (e->n != 2 || !open_vector(c, e->at[1], &segments)) {
        fail(c, "bits: segments are wanted", NIL, NIL);
        return NULL;
    }
    struct pattern *k = pattern_new(s, P_BITS, segments.n);
    if (!k)
        return NULL;
    k->keys = arena_alloc(c, (k->n + 1) * sizeof *k->keys);
    k->specs = arena_alloc(c, (k->n + 1) * sizeof *k->specs);
    if (c->failed)
        return NULL;
    for (unsigned i = 0; i < k->n; i++) {
        struct elements g;
        word spec;
        const char *why;
        if (!open_vector(c, segments.at[i], &g) || g.n != 3 || !is_vector(g.at[2])) {
            fail(c, "bits: not a segment: %T", segments.at[i], NIL);
            return NULL;
        }
        if (!bits_spec(g.at[2], &spec, &why)) {
            fail(c, why, NIL, NIL);
            return NULL;
        }
        if (is_string(g.at[0]) && !vec_count(g.at[2])) {
            spec = spec_with_kind(spec, BITS_BYTES);
            if (is_nil(g.at[1]))
                g.at[1] = mk_int(str_view(g.at[0]).bytes);
            k->subs[i] = const_pattern(s, bytes_of(g.at[0]));
        }
        k->specs[i] = mk_int((iword)spec);
        k->keys[i] = analyse(c, g.at[1], false); /* before the segment's own names are bound */
        if (!k->subs[i])
            k->subs[i] = c->failed ? NULL : pattern_of(s, g.at[0]);
        if (c->failed || !k->subs[i])
            return NULL;
    }
    return k;
}

/* --- lists ------------------------------------------------------------------------------------------------------ */

/* The names that a pattern has bound so far. */
struct bound {
    struct local **local;
    unsigned n;
};

static bool note_bound(struct scan *s, struct bound *b)
{
    b->n = 0;
    for (struct local *l = s->c->fn->scope; l != s->outer; l = l->next)
        b->n += !l->hidden;
    if (!(b->local = arena_alloc(s->c, (b->n + 1) * sizeof *b->local)))
        return false;
    unsigned i = 0;
    for (struct local *l = s->c->fn->scope; l != s->outer; l = l->next)
        if (!l->hidden)
            b->local[i++] = l;
    return true;
}

static bool is_bound(const struct bound *b, const struct local *l)
{
    for (unsigned i = 0; i < b->n; i++)
        if (b->local[i] == l)
            return true;
    return false;
}

static struct pattern *or_pattern(struct scan *s, const struct elements *e)
{
    struct compiler *c = s->c;
    struct pattern *k = pattern_new(s, P_OR, e->n - 1);
    if (!k)
        return NULL;
    if (!k->n) {
        fail(c, "or: an alternative is wanted in %T", e->form, NIL);
        return NULL;
    }
    struct bound before, after, again;
    if (!note_bound(s, &before) || !(k->subs[0] = pattern_of(s, e->at[1])) || !note_bound(s, &after))
        return NULL;
    for (unsigned i = 0; i < after.n; i++)
        after.local[i]->fixed |= !is_bound(&before, after.local[i]);
    for (unsigned i = 1; i < k->n; i++) {
        for (unsigned n = 0; n < after.n; n++)
            after.local[n]->hidden = !is_bound(&before, after.local[n]);
        if (!(k->subs[i] = pattern_of(s, e->at[i + 1])) || !note_bound(s, &again))
            return NULL;
        bool agree = again.n == after.n;
        for (unsigned n = 0; n < after.n; n++)
            agree &= !after.local[n]->hidden;
        if (!agree) {
            fail(c, "each alternative of or must bind the same names: %T", e->form, NIL);
            return NULL;
        }
    }
    return k;
}

static struct pattern *as_pattern(struct scan *s, const struct elements *e)
{
    struct compiler *c = s->c;
    struct pattern *k = pattern_new(s, P_AS, 1);
    if (!k || e->n != 3 || !(k->subs[0] = pattern_of(s, e->at[1])))
        goto bad;
    struct pattern *name = is_symbol(e->at[2]) ? symbol_pattern(s, e->at[2]) : NULL;
    if (!name || name->kind != P_BIND)
        goto bad;
    k->local = name->local;
    return k;
bad:
    fail(c, "(as pattern new-name) is wanted, not %T", e->form, NIL);
    return NULL;
}

static struct pattern *record_pattern(struct scan *s, const struct elements *e)
{
    struct compiler *c = s->c;
    struct node *type = analyse(c, e->at[0], false);
    if (!c->failed && (type->kind != N_VAR || e->n > 2 || (e->n == 2 && !is_map(e->at[1]))))
        fail(c, "not a pattern: (%T ...)", e->at[0], NIL);
    if (c->failed)
        return NULL;
    struct pattern *k = pattern_new(s, P_RECORD, e->n - 1);
    if (!k || (e->n == 2 && !(k->subs[0] = pattern_of(s, e->at[1]))))
        return NULL;
    k->node = type;
    return k;
}

/* The word that a pattern list begins with: syntax-quote may have qualified it. */
term pattern_head(term head)
{
    if (!is_symbol(head))
        return NIL;
    struct str_view name = str_view(OBJ(symbol, head)->name);
    if (is_nil(OBJ(symbol, head)->ns) || str_is(OBJ(symbol, head)->ns, "lona.core"))
        return intern_symbol(NULL, 0, (const char *)name.data, name.bytes);
    return NIL;
}

static struct pattern *list_pattern(struct scan *s, term form)
{
    struct compiler *c = s->c;
    struct elements e;
    if (!open_list(c, form, &e))
        return NULL;
    if (!e.n)
        return const_pattern(s, EMPTY_LIST);
    term head = pattern_head(e.at[0]);
    if (same(head, S_quote) && e.n == 2)
        return const_pattern(s, e.at[1]);
    if (same(head, W(eq)) && e.n == 2) {
        struct pattern *k = pattern_new(s, P_EQUAL, 0);
        if (k)
            k->node = analyse(c, e.at[1], false);
        return c->failed ? NULL : k;
    }
    if (same(head, W(seq)))
        return elements_pattern(s, P_SEQ, &e, 1);
    if (same(head, W(or)))
        return or_pattern(s, &e);
    if (same(head, W(as)))
        return as_pattern(s, &e);
    if (same(head, W(bits_)))
        return bits_pattern(s, &e);
    if (is_symbol(e.at[0]))
        return record_pattern(s, &e);
    fail(c, "not a pattern: %T", form, NIL);
    return NULL;
}

static struct pattern *pattern_of(struct scan *s, term form)
{
    struct compiler *c = s->c;
    struct pattern *k;
    if (c->failed)
        return NULL;
    if (is_symbol(form))
        return symbol_pattern(s, form);
    if (!is_pointer(form) && !same(form, EMPTY_LIST))
        return const_pattern(s, form);
    if (++c->depth > MAX_NESTING) {
        fail(c, "nested too deeply", NIL, NIL);
        return NULL;
    }
    if (is_list_form(form)) {
        k = list_pattern(s, form);
    } else if (is_vector(form)) {
        struct elements e;
        k = open_vector(c, form, &e) ? elements_pattern(s, P_VECTOR, &e, 0) : NULL;
    } else if (is_map(form)) {
        k = map_pattern(s, form);
    } else if (is_set(form)) {
        k = set_pattern(s, form);
    } else {
        k = const_pattern(s, form);
    }
    c->depth--;
    return c->failed ? NULL : k;
}

/* The names that the pattern binds are added to the scope; those outside are below outer. NULL: failed. */
struct pattern *analyse_pattern(struct compiler *c, term form, struct local *outer)
{
    struct scan s = {.c = c, .outer = outer};
    return pattern_of(&s, form);
}
