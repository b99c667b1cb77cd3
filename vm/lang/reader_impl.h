/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * reader_impl.h: what the reader's files share. Others use reader.h.
 *
 * Reading is a loop around two stacks. Frames, in C memory, are what is open: brackets that wait for their end,
 * prefixes (quote, metadata, tags ...) that wait for a form. Values, forms that are read but not yet part of one, form
 * a list in the process's heap whose first element is the newest, rooted in SCRATCH(SCRATCH_READER); slots, in C
 * memory, hold the position of each. A bracket's end takes the values above its frame's base and makes one value of
 * them.
 *
 *   lexer.c          characters to tokens: numbers, names, strings; blank space; errors
 *   reader.c         the loop; brackets and prefixes
 *   forms.c          values to collections; metadata, tags, bit syntax
 *   syntax_quote.c   templates
 *
 * A function that fails has set status (and the error or the pending condition); it answers false or NONE.
 */
#ifndef LONA_READER_IMPL_H
#define LONA_READER_IMPL_H

#include "lang/reader.h"

enum frame_kind {
    /* closed by a bracket */
    FRAME_LIST,
    FRAME_VECTOR,
    FRAME_MAP,
    FRAME_SET,
    FRAME_FN, /* #( */
    FRAME_BITS,
    FRAME_CONDITIONAL, /* #?( */
    FRAME_SPLICING,    /* #?@( */
    /* closed by the form they precede */
    FRAME_QUOTE,
    FRAME_DEREF,
    FRAME_VAR,
    FRAME_UNQUOTE,
    FRAME_UNQUOTE_SPLICING,
    FRAME_SYNTAX_QUOTE,
    FRAME_META, /* by the second form */
    FRAME_DISCARD,
    FRAME_TAG,
    FRAME_SIZE, /* : before ( in a segment of #bits[ ] */
};

struct place {
    u32 line, column;
};
struct frame {
    u8 kind;  /* enum frame_kind */
    u8 state; /* FRAME_CONDITIONAL: enum branch; FRAME_META: 1 once the metadata is read */
    struct place at;
    word base;      /* values below it are not this frame's */
    const u8 *text; /* FRAME_MAP: namespace of its keys, or NULL; FRAME_TAG: the tag. In the text or the shared area */
    word n_text;
};
struct slot {
    struct place at;
    u8 part; /* syntax_quote.c: enum part; 0 elsewhere */
};

#define SMALL_FRAMES 32
#define SMALL_SLOTS 64

struct reading {
    struct proc *p;
    struct reader *r;
    enum read_status status; /* why a function failed */
    struct frame *frame;
    word n_frames, max_frames;
    struct slot *slot;
    word n_slots, max_slots;
    word ignore; /* frames open inside which forms are only skipped: unknown names are no errors */
    word bits;   /* FRAME_BITS open */
    bool in_fn;  /* inside #( */
    bool fn_rest;
    u32 fn_params;
    struct frame small_frame[SMALL_FRAMES];
    struct slot small_slot[SMALL_SLOTS];
};

/* --- errors (lexer.c) --- */
bool read_fail(struct reading *g, struct place at, const char *format, ...) PRINTF_LIKE(3, 4);
bool read_unfinished(struct reading *g, struct place at, const char *format, ...) PRINTF_LIKE(3, 4);
bool read_no_memory(struct reading *g); /* a condition is pending, or is made so */

/* --- the stacks (reader.c) --- */
bool push_frame(struct reading *g, enum frame_kind kind, struct place at);
void pop_frame(struct reading *g);
bool push_value(struct reading *g, term value, struct place at); /* MAY_GC */
term pop_value(struct reading *g);
bool swap_values(struct reading *g); /* the two newest change places. MAY_GC */
static inline struct frame *top_frame(struct reading *g)
{
    return g->n_frames ? &g->frame[g->n_frames - 1] : NULL;
}

/* --- lexer.c --- */
static inline struct place place_now(const struct reading *g)
{
    return (struct place){g->r->line, g->r->column};
}
void advance_to(struct reading *g, word at); /* keeps line and column */
bool skip_blank(struct reading *g, bool top);
/* End of the token that begins at `from`; false: it holds what no token may. */
bool token_end(struct reading *g, word from, bool in_bits, word *end);
term lex_token(struct reading *g, bool in_bits); /* number, symbol, keyword, nil, true, false. MAY_GC */
term lex_string(struct reading *g);
term lex_char(struct reading *g, bool in_bits);
term lex_regex(struct reading *g);
/* The namespace that #:: or #::alias names: *ns and *n are the alias before, the name after. */
bool resolve_prefix(struct reading *g, struct place at, const u8 **ns, word *n);
term lex_symbolic(struct reading *g); /* after ## */
term read_symbol(struct reading *g, const char *ns, word n_ns, const char *name, word n_name);
term read_keyword(struct reading *g, const char *ns, word n_ns, const char *name, word n_name);

/* --- forms.c: all MAY_GC; the values are on the stack --- */
/* The newest n values, taken off, as cons cells ending in (). */
term take_cells(struct reading *g, word n);
/* The same as a list form, with positions where they are wanted. */
term take_list(struct reading *g, word n, struct place at);
term take_vector(struct reading *g, word n);
term take_map(struct reading *g, word n, struct place at);
term take_set(struct reading *g, word n, struct place at);
/* (symbol value), value being the newest on the stack. */
term take_wrapped(struct reading *g, term symbol, struct place at);
term take_with_meta(struct reading *g, struct place at); /* [metadata form] on the stack */
term take_tagged(struct reading *g, const struct frame *f);
/* The newest value is the form of a segment of #bits[ ]. False: failed. Where a size in parentheses follows, FRAME_SIZE
 * is opened, otherwise the segment takes the form's place. */
bool read_segment(struct reading *g);
/* [form size] on the stack: the segment, with the options that follow in the text. */
term take_segment(struct reading *g, struct place at);
term namespaced_key(struct reading *g, const struct frame *f, term key);
/* The elements of a list or vector as cons cells of their own, ending in (); ABSENT: it is neither. */
term list_elements(struct reading *g, term coll);

/* --- syntax_quote.c --- */
/* The newest value on the stack, taken off, becomes the code that builds it. MAY_GC */
term take_template(struct reading *g, struct place at);

#endif
