/* SPDX-License-Identifier: GPL-3.0-only */
/* Symbols and keywords, namespaces, vars and what their definitions record. */
#include "unit.h"

#include "data/maps.h"
#include "data/str.h"
#include "run/names.h"
#include "run/vars.h"
#include "term/equal.h"

#include <stdio.h>
#include <string.h>

static term sym(const char *name)
{
    return intern_symbol(NULL, 0, name, strlen(name));
}

TEST(an_interned_name_is_one_object)
{
    CHECK_SAME(intern_symbol("a", 1, "b", 1), intern_symbol("a", 1, "b", 1));
    CHECK(!same(intern_symbol("a", 1, "b", 1), intern_symbol(NULL, 0, "a/b", 3)));
    CHECK(!same(intern_symbol(NULL, 0, "b", 1), intern_keyword(NULL, 0, "b", 1)));
    CHECK_SAME(S_quote, sym("quote"));
}

TEST(names_from_data_are_not_interned_but_equal)
{
    struct proc *p = unit_proc();
    term lazy, a = find_keyword(p, "some", 4, "thing-never-seen", 16);
    p->result = a;
    term b = find_keyword(p, "some", 4, "thing-never-seen", 16);
    a = p->result;
    CHECK(!is_shared(a) && !same(a, b));
    CHECK(names_equal(a, b));
    CHECK_EQ_INT(term_equal(a, b, &lazy), TRUTH_YES);
    CHECK_EQ_INT(key_hash(a), key_hash(b));
    CHECK_SAME(name_interned(a), ABSENT);
    term c = intern_name(a);
    CHECK(is_shared(c) && names_equal(a, c));
    CHECK_EQ_INT(key_hash(a), key_hash(c));
    CHECK_SAME(find_keyword(p, "some", 4, "thing-never-seen", 16), c);
    CHECK_SAME(find_symbol(p, NULL, 0, "quote", 5), S_quote);
}

TEST(long_names_from_data_work)
{
    struct proc *p = unit_proc();
    char text[600];
    memset(text, 'x', sizeof(text));
    term a = find_symbol(p, text, 300, text, 300);
    CHECK(!is_none(a));
    CHECK_EQ_INT(str_view(OBJ(symbol, a)->name).bytes, 300);
}

TEST(the_table_of_names_grows)
{
    char text[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20000; i++) {
            word n = (word)snprintf(text, sizeof(text), "many-%d", i);
            term t = intern_symbol(NULL, 0, text, n);
            if (!str_is(OBJ(symbol, t)->name, text))
                unit_fail(__FILE__, __LINE__, "%s", text);
        }
    }
}

TEST(clojures_namespaces_are_known_by_their_lona_names)
{
    CHECK_SAME(ns_find(S_clojure_core), NS_core);
    CHECK_SAME(ns_real_name(sym("clojure.string")), sym("lona.string"));
    CHECK_SAME(ns_real_name(sym("other")), sym("other"));
    CHECK_SAME(ns_name(ns_find_or_create(sym("clojure.walk"))), sym("lona.walk"));
}

TEST(a_name_means_the_own_var_then_the_referred_then_cores)
{
    term ns = ns_find_or_create(sym("names.test1")), other = ns_find_or_create(sym("names.test2"));
    term core = ns_var(NS_core, sym("println"));
    CHECK(!is_absent(core));
    CHECK_SAME(ns_lookup(ns, sym("println")), core);
    term referred = ns_intern(other, sym("println"));
    CHECK(ns_refer(ns, sym("println"), referred));
    CHECK_SAME(ns_lookup(ns, sym("println")), referred);
    CHECK(!ns_refer(ns, sym("println"), core));
    term own = ns_intern(ns, sym("println"));
    CHECK_SAME(ns_lookup(ns, sym("println")), own);
    ns_unmap(ns, sym("println"));
    CHECK_SAME(ns_lookup(ns, sym("println")), core);
    CHECK_SAME(ns_lookup(ns, sym("nobody-knows-it")), ABSENT);
}

TEST(qualified_names_go_through_aliases)
{
    term ns = ns_find_or_create(sym("names.test3")), other = ns_find_or_create(sym("names.test4"));
    term var = ns_intern(other, sym("x"));
    term qualified = intern_symbol("t4", 2, "x", 1);
    CHECK_SAME(ns_resolve(ns, qualified), ABSENT);
    ns_alias(ns, sym("t4"), other);
    CHECK_SAME(ns_resolve(ns, qualified), var);
    CHECK_SAME(ns_resolve(ns, intern_symbol("names.test4", 11, "x", 1)), var);
    ns_unalias(ns, sym("t4"));
    CHECK_SAME(ns_resolve(ns, qualified), ABSENT);
}

TEST(tables_of_a_namespace_survive_removals)
{
    term ns = ns_find_or_create(sym("names.test5"));
    char text[16];
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof(text), "v%d", i);
        ns_intern(ns, sym(text));
    }
    for (int i = 0; i < 500; i += 3) {
        snprintf(text, sizeof(text), "v%d", i);
        ns_unmap(ns, sym(text));
    }
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof(text), "v%d", i);
        if (is_absent(ns_var(ns, sym(text))) != (i % 3 == 0))
            unit_fail(__FILE__, __LINE__, "%s", text);
    }
}

TEST(a_removed_namespace_is_not_found)
{
    ns_find_or_create(sym("names.test6"));
    word n = ns_count();
    CHECK(!is_absent(ns_remove(sym("names.test6"))));
    CHECK_EQ_INT(ns_count(), n - 1);
    CHECK(is_absent(ns_find(sym("names.test6"))));
    CHECK(is_absent(ns_remove(S_lona_core)));
}

TEST(a_var_keeps_a_shared_copy_of_its_value)
{
    struct proc *p = unit_proc();
    term var = ns_intern(ns_find(S_user), sym("kept"));
    CHECK_SAME(*var_cell(var), UNBOUND);
    CHECK_SAME(var_of_cell(OBJ(var, var)->cell), var);
    CHECK(heap_reserve(p, CONS_WORDS));
    CHECK_SAME(var_define(p, var, mk_cons(p, mk_int(1), EMPTY_LIST), NIL), var);
    CHECK(is_shared(*var_cell(var)));
    CHECK_SAME(cons_head(var_value(p, var)), mk_int(1));
    CHECK_SAME(var_define(p, var, UNBOUND, NIL), var);
    CHECK_SAME(cons_head(var_value(p, var)), mk_int(1));
}

TEST(metadata_sets_the_flags_of_a_var)
{
    struct proc *p = unit_proc();
    term var = ns_intern(ns_find(S_user), sym("flagged"));
    term meta = map_assoc(p, empty_map, K_dynamic, TRUE_TERM);
    meta = map_assoc(p, meta, K_private, FALSE_TERM);
    CHECK_SAME(var_define(p, var, NIL, meta), var);
    CHECK(var_is(var, VAR_DYNAMIC) && !var_is(var, VAR_PRIVATE) && !var_is(var, VAR_MACRO));
    term shown = var_meta(p, var);
    CHECK_SAME(map_get(shown, K_name), sym("flagged"));
    CHECK_SAME(map_get(shown, K_ns), ns_find(S_user));
    CHECK_SAME(map_get(shown, K_dynamic), TRUE_TERM);
    CHECK_SAME(var_define(p, var, NIL, NIL), var);
    CHECK(!var_is(var, VAR_DYNAMIC));
}

static word roots;
static void count_root(void *context, term *root)
{
    ENSURE(!is_pointer(*root) || is_shared(*root), "names keep only shared terms alive");
    roots++;
}
TEST(all_that_names_keep_alive_is_shared)
{
    names_each_root(count_root, NULL);
    CHECK(roots > 1000);
}
