/* SPDX-License-Identifier: GPL-3.0-only */
/* Which variable a symbol means: locals, captured values, vars; and what functions are called. */
#include "lang/ast.h"

#include "data/str.h"
#include "pure.h"

bool is_name(term symbol)
{
    return is_symbol(symbol) && is_nil(OBJ(symbol, symbol)->ns);
}

static struct local *local_new(struct compiler *c, struct function *fn, term name, enum local_kind kind)
{
    struct local *l = arena_alloc(c, sizeof *l);
    if (l)
        *l = (struct local){.name = name, .fn = fn, .kind = (u8)kind, .reg = -1};
    return l;
}

struct local *scope_add(struct compiler *c, term name)
{
    struct local *l = local_new(c, c->fn, name, LOCAL_REG);
    if (!l)
        return NULL;
    l->next = c->fn->scope;
    l->depth = l->next ? l->next->depth + 1 : 0;
    if (l->depth >= MAX_NAMES) {
        fail(c, "more than 2000 local names in a function: split it", NIL, NIL);
        return NULL;
    }
    c->fn->scope = l;
    return l;
}

/* The variable by which fn sees origin, a variable of the function around it. */
static struct local *capture(struct compiler *c, struct function *fn, struct local *origin)
{
    for (unsigned i = 0; i < fn->n_captures; i++)
        if (fn->captures[i]->origin == origin)
            return fn->captures[i];
    if (fn->n_captures == MAX_REGS / 2) {
        fail(c, "a function can capture at most 125 variables", NIL, NIL);
        return NULL;
    }
    if (fn->n_captures == fn->max_captures) {
        unsigned room = fn->max_captures ? fn->max_captures * 2 : 4;
        struct local **grown = arena_alloc(c, room * sizeof *grown);
        if (!grown)
            return NULL;
        if (fn->n_captures)
            memcpy(grown, fn->captures, fn->n_captures * sizeof *grown);
        fn->captures = grown;
        fn->max_captures = room;
    }
    struct local *l = local_new(c, fn, origin->name, LOCAL_CAPTURE);
    if (!l)
        return NULL;
    l->origin = origin;
    l->index = (u8)fn->n_captures;
    origin->uses++;
    fn->captures[fn->n_captures++] = l;
    return l;
}

struct local *scope_find(struct compiler *c, term name)
{
    struct function *owner = c->fn;
    struct local *found = NULL;
    for (; owner && !found; owner = owner->outer) {
        for (struct local *l = owner->scope; l; l = l->next)
            if (!l->hidden && (same(l->name, name) || names_equal(l->name, name))) {
                found = l;
                break;
            }
        if (found)
            break;
    }
    if (!found)
        return NULL;
    /* Each function between the owner and here captures it from the one around it. */
    while (found && found->fn != c->fn) {
        struct function *inner = c->fn;
        while (inner->outer != found->fn)
            inner = inner->outer;
        found = capture(c, inner, found);
    }
    return found;
}

struct function *function_new(struct compiler *c)
{
    struct function *fn = arena_alloc(c, sizeof *fn);
    if (!fn)
        return NULL;
    fn->outer = c->fn;
    fn->name = NIL;
    fn->line = c->line;
    fn->column = c->column;
    return fn;
}

/* --- names of functions -------------------------------------------------------------------------------------- */

static unsigned put_text(char *out, unsigned at, unsigned room, term string)
{
    struct str_view v = str_view(string);
    unsigned n = v.bytes < room - at ? v.bytes : room - at;
    while (n && n < v.bytes && (v.data[n] & 0xc0) == 0x80)
        n--;
    memcpy(out + at, v.data, n);
    return at + n;
}

/* own is the name in fn*, or nil. A definition's function is ns/name; inner ones are outer$name, outer$fn-line. */
term function_name(struct compiler *c, term own)
{
    enum { ROOM = 200 };
    char text[ROOM + 24];
    unsigned n = 0;
    if (!is_nil(c->def_name))
        return c->def_name;
    const struct function *outer = c->fn;
    term ns = OBJ(symbol, ns_name(c->ns))->name;
    if (outer && is_symbol(outer->name)) {
        if (!is_nil(OBJ(symbol, outer->name)->ns))
            ns = OBJ(symbol, outer->name)->ns;
        n = put_text(text, n, ROOM - 60, OBJ(symbol, outer->name)->name);
        text[n++] = '$';
    }
    if (is_symbol(own))
        n = put_text(text, n, ROOM, OBJ(symbol, own)->name);
    else
        n += (unsigned)snprintf(text + n, 24, "fn-%u", c->line ? c->line : ++c->n_fns);
    struct str_view ns_text = str_view(ns);
    return intern_symbol((const char *)ns_text.data, ns_text.bytes, text, n);
}

/* --- vars ---------------------------------------------------------------------------------------------------- */

struct nearest {
    struct str_view wanted;
    term here; /* the namespace that may use its private names */
    unsigned distance;
    char name[40];
};

/* Edit distance of short texts (a swap of neighbours counts once), cut off at limit. */
static unsigned edit_distance(struct str_view a, struct str_view b, unsigned limit)
{
    enum { LONGEST = 32 };
    u8 rows[3][LONGEST + 1];
    u8 *row = rows[0], *above = rows[1], *two_above = rows[2];
    if (a.bytes > LONGEST || b.bytes > LONGEST || (a.bytes > b.bytes ? a.bytes - b.bytes : b.bytes - a.bytes) >= limit)
        return limit;
    for (unsigned j = 0; j <= b.bytes; j++)
        row[j] = (u8)j;
    for (unsigned i = 1; i <= a.bytes; i++) {
        u8 *spare = two_above;
        two_above = above;
        above = row;
        row = spare;
        row[0] = (u8)i;
        for (unsigned j = 1; j <= b.bytes; j++) {
            unsigned change = above[j - 1] + (a.data[i - 1] != b.data[j - 1]);
            unsigned gap = 1u + (row[j - 1] < above[j] ? row[j - 1] : above[j]);
            unsigned best = change < gap ? change : gap;
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1] &&
                two_above[j - 2] + 1u < best)
                best = two_above[j - 2] + 1u;
            row[j] = (u8)best;
        }
    }
    return row[b.bytes];
}

static void consider_name(void *context, term name, term value)
{
    struct nearest *best = context;
    struct str_view v = str_view(OBJ(symbol, name)->name);
    if (v.bytes >= sizeof best->name || !v.bytes || v.data[0] == '%')
        return;
    if (is_type(value, T_VAR) && var_is(value, VAR_PRIVATE) && !same(OBJ(var, value)->ns, best->here))
        return;
    unsigned d = edit_distance(best->wanted, v, best->distance);
    if (d < best->distance) {
        best->distance = d;
        memcpy(best->name, v.data, v.bytes);
        best->name[v.bytes] = 0;
    }
}

/* Natives alone are there before the file is loaded that defines the namespace. */
static void note_name(void *known, term name, term value)
{
    struct str_view v = str_view(OBJ(symbol, name)->name);
    if (!v.bytes || v.data[0] != '%')
        *(bool *)known = true;
}

/* Names that people bring along from elsewhere, or put where they have no meaning. */
static const char *word_hint(term symbol)
{
    static const struct {
        const char *name, *hint;
    } words[] = {
        {"catch", "it stands inside of (try ...)"},
        {"finally", "it stands inside of (try ...)"},
        {"%", "it names an argument inside of #(...)"},
        {"&", "it stands in parameters, before the name of the rest"},
        {"else", "the last test of cond is :else"},
        {"elif", "(cond test value ... :else value) has several tests"},
        {"return", "the value of a body is that of its last form"},
        {"this", "methods name it as their first parameter"},
        {"null", "it is nil"},
        {"lambda", "it is (fn [parameter ...] body ...)"},
        {"setq", "nothing is assigned: let binds a name, an atom holds what changes"},
        {"defun", "it is (defn name [parameter ...] body ...)"},
        {"dosync", "there are no refs: an atom or a process holds what changes"},
        {"ref", "there are no refs: an atom or a process holds what changes"},
        {"alter", "there are no refs: an atom or a process holds what changes"},
        {"agent", "there are no agents: a process receives messages"},
        {"proxy", "there are no host classes: (reify protocol (method [this] ...) ...)"},
        {"gen-class", "there are no host classes: (defrecord name [field ...])"},
    };
    if (!is_nil(OBJ(symbol, symbol)->ns))
        return NULL;
    for (unsigned i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(OBJ(symbol, symbol)->name, words[i].name))
            return words[i].hint;
    return NULL;
}

/* What does here what a static member of a host's class does elsewhere; NULL for names that are no classes'. */
static const char *class_hint(struct str_view class, term member)
{
    static const struct {
        const char *class, *member, *hint;
    } classes[] = {
        {"Math", NULL, ": clojure.math has functions of these names"},
        {"System", "exit", ": (halt status) ends the program"},
        {"System", "currentTimeMillis", ": it is (lona.clock/wall-ms)"},
        {"System", "nanoTime", ": it is (lona.clock/monotonic-ns)"},
        {"System", "getenv", ": it is (lona.host/setting name)"},
        {"Thread", "sleep", ": it is (sleep milliseconds)"},
        {"Integer", "parseInt", ": it is (parse-long string)"},
        {"Long", "parseLong", ": it is (parse-long string)"},
        {"Integer", NULL, ": integers have any size"},
        {"Long", NULL, ": integers have any size"},
        {"Double", "parseDouble", ": it is (parse-double string)"},
        {"Boolean", "parseBoolean", ": it is (parse-boolean string)"},
        {"String", "format", ": it is (format string value ...)"},
        {"String", "valueOf", ": it is (str value)"},
        {"String", "join", ": it is (clojure.string/join separator values)"},
        {"Character", NULL, ": (re-matches #\"\\d\" (str c)) tells kinds of characters"},
        {"UUID", "randomUUID", ": it is (random-uuid)"},
    };
    for (unsigned i = class.bytes; i > 0; i--)
        if (class.data[i - 1] == '.') {
            class.data += i;
            class.bytes -= i;
            break;
        }
    if (!class.bytes || class.data[0] < 'A' || class.data[0] > 'Z')
        return NULL;
    for (unsigned i = 0; i < ARRAY_LEN(classes); i++)
        if (strlen(classes[i].class) == class.bytes && !memcmp(classes[i].class, class.data, class.bytes) &&
            (!classes[i].member || str_is(member, classes[i].member)))
            return classes[i].hint;
    return "";
}

static COLD struct node *unresolved(struct compiler *c, term symbol)
{
    term ns = c->ns;
    if (!is_nil(OBJ(symbol, symbol)->ns)) {
        struct str_view v = str_view(OBJ(symbol, symbol)->ns);
        term ns_symbol = intern_symbol(NULL, 0, (const char *)v.data, v.bytes);
        ns = ns_alias_target(c->ns, ns_symbol);
        if (is_absent(ns))
            ns = ns_find(ns_symbol);
        if (is_absent(ns)) {
            const char *hint = class_hint(v, OBJ(symbol, symbol)->name);
            if (!c->failed)
                snprintf(c->hint, sizeof c->hint, "; %s%s",
                         hint ? "there are no host classes" : "(require '[the.name :as alias]) makes one known",
                         hint ? hint : "");
            fail(c, "no such namespace: %T (in %T)", ns_symbol, symbol);
            return const_node(c, NIL);
        }
    }
    struct nearest best = {.wanted = str_view(OBJ(symbol, symbol)->name), .here = c->ns};
    best.distance = best.wanted.bytes < 2 ? 1 : best.wanted.bytes < 6 ? 2 : 3;
    ns_each(ns, 0, consider_name, &best);
    if (same(ns, c->ns)) {
        ns_each(ns, 1, consider_name, &best);
        ns_each(NS_core, 0, consider_name, &best);
    }
    bool known = same(ns, c->ns);
    if (!known)
        ns_each(ns, 0, note_name, &known);
    struct str_view file = str_view(OBJ(symbol, OBJ(ns, ns)->name)->name);
    const char *known_word = word_hint(symbol);
    if (!c->failed && known_word)
        snprintf(c->hint, sizeof c->hint, "; %s", known_word);
    else if (!c->failed && !known)
        snprintf(c->hint, sizeof c->hint, "; its namespace is not loaded: (require '%.*s)", (int)file.bytes, file.data);
    else if (!c->failed && best.name[0])
        snprintf(c->hint, sizeof c->hint, "; is it %s?", best.name);
    fail(c, "unable to resolve symbol: %T", symbol, NIL);
    return const_node(c, NIL);
}

struct node *resolve_symbol(struct compiler *c, term symbol)
{
    if (is_nil(OBJ(symbol, symbol)->ns)) {
        struct local *l = scope_find(c, symbol);
        if (l) {
            struct node *n = new_node(c, N_LOCAL, 0);
            n->local = l;
            l->uses++;
            return n;
        }
        if (c->failed)
            return const_node(c, NIL);
    }
    term var = ns_resolve(c->ns, symbol);
    if (is_absent(var) || !is_type(var, T_VAR))
        return unresolved(c, symbol);
    if (var_is(var, VAR_PRIVATE) && !same(OBJ(var, var)->ns, c->ns)) {
        fail(c, "%T is private to its namespace", symbol, NIL);
        return const_node(c, NIL);
    }
    if (var_is(var, VAR_MACRO)) {
        fail(c, "can't take the value of a macro: %T", symbol, NIL);
        return const_node(c, NIL);
    }
    return var_node(c, var);
}
