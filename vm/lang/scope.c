/* SPDX-License-Identifier: GPL-3.0-only */
/* Which variable a symbol means: locals, captured values, vars; and what functions are called. */
#include "lang/ast.h"

#include "data/str.h"
#include "port.h"
#include "pure.h"
#include "run/place.h"

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

enum { MAX_NEAREST = 3, LONGEST_NEAREST = 32 };
struct nearest {
    struct str_view wanted;
    term here; /* the namespace that may use its private names */
    unsigned distance, n;
    struct str_view name[MAX_NEAREST]; /* all at that distance; of names that are kept */
};

/* Edit distance of short texts (a swap of neighbours counts once), cut off at limit. */
static unsigned edit_distance(struct str_view a, struct str_view b, unsigned limit)
{
    u8 rows[3][LONGEST_NEAREST + 1];
    u8 *row = rows[0], *above = rows[1], *two_above = rows[2];
    if (a.bytes > LONGEST_NEAREST || b.bytes > LONGEST_NEAREST ||
        (a.bytes > b.bytes ? a.bytes - b.bytes : b.bytes - a.bytes) >= limit)
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

/* Whether a is told before b: names that begin like the wanted one first, then as they are sorted. */
static bool stands_before(struct str_view wanted, struct str_view a, struct str_view b)
{
    bool a_begins = a.data[0] == wanted.data[0], b_begins = b.data[0] == wanted.data[0];
    if (a_begins != b_begins)
        return a_begins;
    int order = memcmp(a.data, b.data, a.bytes < b.bytes ? a.bytes : b.bytes);
    return order ? order < 0 : a.bytes < b.bytes;
}

static void consider_text(struct nearest *best, struct str_view v)
{
    if (!v.bytes || v.data[0] == '%')
        return;
    unsigned d = edit_distance(best->wanted, v, best->distance + 1), at = 0;
    if (d > best->distance)
        return;
    if (d < best->distance)
        best->n = 0;
    best->distance = d;
    while (at < best->n && stands_before(best->wanted, best->name[at], v))
        at++;
    if (at == MAX_NEAREST ||
        (at < best->n && best->name[at].bytes == v.bytes && !memcmp(best->name[at].data, v.data, v.bytes)))
        return;
    best->n += best->n < MAX_NEAREST;
    for (unsigned i = best->n - 1; i > at; i--)
        best->name[i] = best->name[i - 1];
    best->name[at] = v;
}

static void consider_locals(const struct compiler *c, struct nearest *best)
{
    for (const struct function *f = c->fn; f; f = f->outer)
        for (const struct local *l = f->scope; l; l = l->next)
            if (!l->hidden && is_symbol(l->name))
                consider_text(best, str_view(OBJ(symbol, l->name)->name));
}

/* "; is it a, b or c?" or nothing. */
static void put_nearest(const struct nearest *best, char *text, size_t room)
{
    size_t at = 0;
    for (unsigned i = 0; i < best->n && at < room; i++)
        at += (size_t)snprintf(text + at, room - at, "%s%.*s",
                               i == 0            ? "; is it "
                               : i + 1 < best->n ? ", "
                                                 : " or ",
                               (int)best->name[i].bytes, best->name[i].data);
    if (best->n && at < room)
        snprintf(text + at, room - at, "?");
}

static void consider_name(void *context, term name, term value)
{
    struct nearest *best = context;
    if (is_type(value, T_VAR) && var_is(value, VAR_PRIVATE) && !same(OBJ(var, value)->ns, best->here))
        return;
    consider_text(best, str_view(OBJ(symbol, name)->name));
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
        {"deftest", "(require '[lona.test :refer [deftest is]]) makes it known"},
        {"is", "(require '[lona.test :refer [is]]) makes it known"},
        {"are", "(require '[lona.test :refer [are]]) makes it known"},
        {"testing", "(require '[lona.test :refer [testing]]) makes it known"},
        {"run-tests", "(require '[lona.test :refer [run-tests]]) makes it known"},
        {"defspec", "(require '[lona.check.clojure-test :refer [defspec]]) makes it known"},
        {"pprint", "(require '[lona.pprint :refer [pprint]]) makes it known"},
        {"def-supervisor", "(require '[lona.otp.supervisor :refer [def-supervisor]]) makes it known"},
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

/* a.b, not .b or a. or java.util.Date */
static bool is_dotted(struct str_view name)
{
    word dot = 0;
    for (word i = 1; i + 1 < name.bytes; i++)
        if (name.data[i] == '.')
            dot = i;
    return dot && name.data[name.bytes - 1] != '.' && name.data[dot + 1] >= 'a' && name.data[dot + 1] <= 'z';
}

/* The x of the namespace lona.x of the library that people know by this alias; empty: there is none. */
static struct str_view library_of(struct str_view alias)
{
    static const struct {
        const char *alias, *library;
    } others[] = {{"str", "string"}, {"pp", "pprint"}, {"t", "test"}};
    for (unsigned i = 0; i < ARRAY_LEN(others); i++)
        if (strlen(others[i].alias) == alias.bytes && !memcmp(others[i].alias, alias.data, alias.bytes))
            return (struct str_view){.data = (const u8 *)others[i].library, .bytes = strlen(others[i].library)};
    char path[64];
    word bytes;
    snprintf(path, sizeof path, "lona/%.*s.lona-s", (int)alias.bytes, (const char *)alias.data);
    return port_archive_find(path, &bytes) ? alias : (struct str_view){.bytes = 0};
}

/* As fail does, at the place of the symbol in the text. */
static void fail_at_symbol(struct compiler *c, const char *format, term a, term symbol, term b)
{
    bool first = !c->failed;
    fail(c, format, a, b);
    if (first)
        text_find_symbol(c->p, symbol, &c->error_line, &c->error_column);
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
            struct str_view library = library_of(v);
            if (!c->failed && library.bytes)
                snprintf(c->hint, sizeof c->hint, "; (require '[lona.%.*s :as %.*s]) makes it known",
                         (int)library.bytes, library.data, (int)v.bytes, v.data);
            else if (!c->failed)
                snprintf(c->hint, sizeof c->hint, "; %s%s",
                         hint ? "there are no host classes" : "(require '[the.name :as alias]) makes one known",
                         hint ? hint : "");
            fail_at_symbol(c, "no such namespace: %T (in %T)", ns_symbol, symbol, symbol);
            return const_node(c, NIL);
        }
    }
    struct nearest best = {.wanted = str_view(OBJ(symbol, symbol)->name), .here = c->ns};
    best.distance = best.wanted.bytes < 2 ? 0 : best.wanted.bytes < 6 ? 1 : 2;
    if (is_nil(OBJ(symbol, symbol)->ns))
        consider_locals(c, &best);
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
    else if (!c->failed && is_nil(OBJ(symbol, symbol)->ns) && is_dotted(best.wanted))
        snprintf(c->hint, sizeof c->hint, "; the name of a namespace is quoted: '%.*s", (int)best.wanted.bytes,
                 best.wanted.data);
    else if (!c->failed)
        put_nearest(&best, c->hint, sizeof c->hint);
    fail_at_symbol(c, "unable to resolve symbol: %T", symbol, symbol, NIL);
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
