/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * ast.h: what the compiler makes of an expanded form before it writes instructions. Inside vm/lang only.
 *
 *   expanded form --analyse (analyse.c, special.c, scope.c, patterns.c)--> nodes --gen_* (codegen.c, branch.c,
 * unwind.c, match.c)--> emit.c
 *
 * All of it lives in one arena, freed when the form is done. No function here collects, so forms do not move. Errors
 * stick: the first sets compiler.failed, after which analysis answers a dummy node and generation writes nothing; the
 * condition itself is made at the very end, when no form is looked at any more.
 */
#ifndef LONA_AST_H
#define LONA_AST_H

#include "lang/compile.h"
#include "run/names.h"

#define MAX_NESTING 2000    /* of forms; analysis and generation recurse on the C stack */
#define MAX_DIRECT_ARGS 100 /* more arguments go through a vector and apply */
#define MAX_NAMES 2000      /* in scope at once in one function: looked up one after the other */
#define MAX_FOLD 32         /* (+ a b c ...) of more operands is a call */

enum local_kind { LOCAL_REG, LOCAL_CAPTURE, LOCAL_SELF };
struct local {
    term name;
    struct function *fn;  /* the function it is visible in */
    struct local *next;   /* the scope around it */
    struct local *origin; /* LOCAL_CAPTURE: the variable of the enclosing function */
    u8 kind;
    u8 index; /* LOCAL_CAPTURE: number of the captured value */
    i16 reg;  /* LOCAL_REG: once generation has bound it, else -1 */
    u32 uses;
    u32 depth;   /* names of the function around it */
    bool fixed;  /* bound by each alternative of an or pattern: keeps its own register */
    bool hidden; /* of an or pattern whose alternative being analysed has not bound it yet */
};

/* Where recur goes: a loop or an arity of a function. */
struct target {
    struct local **locals;
    unsigned n;
    u32 label;
};

struct arity {
    struct arity *next;
    struct local **params; /* the list of the rest, if any, last */
    unsigned n_fixed;
    bool variadic;
    struct target target;
    struct node *body;
    u32 line, column;
};
struct function {
    struct function *outer;
    struct local *scope; /* innermost variable in scope during analysis */
    struct local *self;  /* variable of its own name, or NULL */
    struct arity *arities;
    struct local **captures;
    unsigned n_captures, max_captures;
    term name; /* symbol or nil */
    u32 line, column;
};

enum node_kind {
    N_CONST,   /* value */
    N_LOCAL,   /* local */
    N_VAR,     /* value: the var */
    N_DO,      /* items */
    N_IF,      /* items: test, then, else */
    N_AND,     /* items: a, b */
    N_OR,      /* items: a, b */
    N_LET,     /* locals[n], items[n], body */
    N_LOOP,    /* likewise, and target */
    N_RECUR,   /* items, target */
    N_FN,      /* fn */
    N_LETFN,   /* locals[n], items[n] (all N_FN), body */
    N_CALL,    /* body: the function, items */
    N_OP,      /* op, items: an instruction that stands for a function */
    N_GETK,    /* value: keyword, items: the map */
    N_VECTOR,  /* items */
    N_TRY,     /* body, clauses (catch), cleanup */
    N_HANDLER, /* items: functions, values: selectors, body */
    N_RESTART, /* body, items: functions, values: names and reports */
    N_BINDING, /* items, values: vars, body */
    N_MATCH,   /* body: scrutinee, clauses */
    N_RECEIVE, /* body: milliseconds or NULL, cleanup: what is done then, clauses */
};

struct pattern;
struct clause { /* of try and match */
    struct clause *next;
    term selector;           /* try: keyword */
    struct local *local;     /* try: the thrown value */
    struct pattern *pattern; /* match */
    struct node *guard;      /* match: or NULL */
    bool takes;              /* receive: the body is preceded by taking the message out */
    struct node *body;
};

struct node {
    u8 kind;
    u8 op;
    u32 line, column;
    unsigned n;
    term value;
    term *values;
    struct node **items;
    struct local **locals;
    struct local *local;
    struct node *body, *cleanup;
    struct function *fn;
    struct target *target;
    struct clause *clauses;
};

enum pattern_kind {
    P_ANY,
    P_BIND,   /* local */
    P_SAME,   /* local bound before in the pattern */
    P_CONST,  /* value, compared by identity where that is equality, else by = */
    P_EQUAL,  /* node */
    P_VECTOR, /* subs[n], rest or NULL */
    P_SEQ,    /* likewise, of any sequence */
    P_MAP,    /* keys[n], subs[n], defaults[n] (NULL: required) */
    P_SET,    /* keys[n] */
    P_OR,     /* subs[n] */
    P_AS,     /* local, subs[0] */
    P_RECORD, /* node: the record type, subs[0] or n = 0 */
    P_BITS,   /* segments: subs[n], keys[n] (sizes or NULL), specs[n] */
};
struct pattern {
    u8 kind;
    u32 line, column;
    unsigned n;
    term value;
    struct local *local;
    struct node *node;
    struct pattern **subs;
    struct pattern *rest;
    struct node **keys;
    struct node **defaults;
    term *specs;
};

struct chunk;
struct compiler {
    struct proc *p;
    term ns, file;
    struct chunk *chunks;
    u8 *at;
    word left;
    word taken;            /* bytes, of which the work is in proportion */
    struct function *fn;   /* being analysed */
    struct target *target; /* where recur goes here; NULL: nowhere */
    unsigned depth;
    u32 line, column; /* of the form being analysed */
    u32 n_fns;        /* for names of anonymous functions */
    term def_name;    /* of the definition whose value is analysed next, or nil */
    bool failed;
    bool pending; /* the condition is already there */
    const char *error;
    term error_terms[2];
    u32 error_line, error_column;
    char hint[160];
    struct node dummy; /* what new_node answers once something failed */
};

/* A form's elements, copied into the arena so that any kind of list reads alike. */
struct elements {
    term form;
    term *at;
    unsigned n;
};

/* --- compile.c --- */
void *arena_alloc(struct compiler *c, word bytes); /* zeroed; NULL: failed */
/* Reports the first error, at the current position; %T in format shows a, then b. */
void fail(struct compiler *c, const char *format, term a, term b);
void fail_pending(struct compiler *c);
bool open_list(struct compiler *c, term form, struct elements *e);
bool open_vector(struct compiler *c, term form, struct elements *e);
bool is_list_form(term t);
void at_element(struct compiler *c, const struct elements *e, unsigned i);

/* --- analyse.c --- */
struct node *new_node(struct compiler *c, enum node_kind kind, unsigned n);
struct node *const_node(struct compiler *c, term value);
struct node *var_node(struct compiler *c, term var);
struct node *core_call(struct compiler *c, const char *name, unsigned n); /* items to be filled */
/* tail: recur may go to c->target from here. */
struct node *analyse(struct compiler *c, term form, bool tail);
struct node *analyse_body(struct compiler *c, const struct elements *e, unsigned from, bool tail);
term core_var(const char *name); /* created unbound where missing */
term selector_of(struct compiler *c, term form);

/* --- scope.c --- */
struct local *scope_add(struct compiler *c, term name);
struct local *scope_find(struct compiler *c, term name); /* captures on the way; NULL */
struct node *resolve_symbol(struct compiler *c, term symbol);
bool is_name(term symbol); /* a symbol without namespace */
struct function *function_new(struct compiler *c);
term function_name(struct compiler *c, term own);

/* --- intrinsics.c: calls that are instructions --- */
struct node *intrinsic_call(struct compiler *c, term var, struct node **items, unsigned n); /* NULL: an ordinary call */

/* --- patterns.c --- */
struct pattern *analyse_pattern(struct compiler *c, term form, struct local *outer);

/* --- codegen.c: the function of no parameters; NONE: failed --- */
term generate(struct compiler *c, struct function *fn);

#endif
