/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/place.h"

#include "data/maps.h"
#include "pure.h"
#include "run/frames.h"
#include "run/names.h"

/* Where a program is, the library's own code left out. */
static bool program_place(struct frame f, struct text_place *place)
{
    static const char library[] = "lona/";
    const struct code *c = frame_running_code(f);
    if (!is_string(c->file))
        return false;
    struct str_view file = str_view(c->file);
    if (file.bytes > sizeof library && !memcmp(file.data, library, sizeof library - 1))
        return false;
    *place = (struct text_place){.file = c->file, .line = c->line, .column = c->column};
    code_position(c, (u32)(f.pc - c->insns) - (f.waits ? CALL_WORDS : 0), &place->line, &place->column);
    return place->line != 0;
}

bool text_place_from(struct frame f, struct text_place *place)
{
    enum text_work last = WORK_OTHER;
    *place = (struct text_place){.file = NIL};
    for (; f.fp; f = frame_up(f)) {
        const struct code *c = frame_running_code(f);
        if (c->flags & CODE_ADAPTER)
            continue;
        const struct native_desc *native = frame_step_native(f.fp);
        if (!native) {
            bool evaluated = last != WORK_OTHER; /* by the program of this frame */
            if (evaluated && program_place(f, place))
                return true;
            if (!evaluated && !is_symbol(c->name))
                return false; /* a form at top level is running */
            continue;
        }
        struct text_place here = {.file = NIL};
        enum text_work work;
        if (is_expander(native)) {
            term macro;
            expander_place(f.fp, &here, &macro);
            work = WORK_EXPANDS;
        } else {
            work = evaluator_place(f.fp, native, &here);
        }
        if (work == WORK_OTHER)
            continue;
        if (!place->line) {
            place->line = here.line;
            place->column = here.column;
        }
        place->file = here.file;
        last = work;
        if (place->line && (work == WORK_LOADS || is_string(place->file)))
            return true;
    }
    return last != WORK_OTHER;
}

bool text_place_find(const struct proc *p, struct text_place *place)
{
    return text_place_from(frame_top(p), place);
}

bool pending_add_data(struct proc *p, term key, term value)
{
    term c = p->pending_value, data = OBJ(condition, c)->data;
    data = map_assoc(p, is_map(data) ? data : empty_map, key, value);
    if (is_none(data))
        return false;
    c = p->pending_value;
    heap_write(p, c, &OBJ(condition, c)->data, data);
    return true;
}

void pending_add_place(struct proc *p, const struct text_place *place)
{
    term c = p->pending_value;
    if (p->pending != PENDING_RAISE || !is_type(c, T_CONDITION) || is_shared(c))
        return;
    if (!pending_add_data(p, K_file, place->file) || !place->line)
        return;
    if (pending_add_data(p, K_line, mk_int(place->line)))
        pending_add_data(p, K_column, mk_int(place->column));
}

static bool says_line(term data)
{
    return is_map(data) && is_int(map_get(data, K_line));
}

term condition_placed(struct proc *p, term c)
{
    struct text_place place;
    term kind = OBJ(condition, c)->kind, data = OBJ(condition, c)->data;
    if (!same(kind, error_keywords[E_COMPILE_ERROR]) && !same(kind, error_keywords[E_READ_ERROR]))
        return c;
    if (!is_nil(data) && !is_map(data))
        return c;
    if (says_line(data) || !text_place_find(p, &place))
        return c;
    raise_value(p, c);
    pending_add_place(p, &place);
    c = p->pending_value;
    if (!is_type(c, T_CONDITION) || is_shared(c))
        return NONE; /* no memory */
    p->pending = PENDING_NOTHING;
    p->pending_value = NIL;
    return c;
}

/* --- symbols in a text ------------------------------------------------------------------------------------------ */

struct scan {
    const u8 *at, *end;
    u32 line, column;
};

static void scan_on(struct scan *s)
{
    if (*s->at == '\n') {
        s->line++;
        s->column = 0; /* characters, of which continuing bytes are no beginning */
    }
    s->at++;
    if (s->at == s->end || (*s->at & 0xC0) != 0x80)
        s->column++;
}

static bool is_any_of(u8 c, const char *set)
{
    return c && strchr(set, c);
}

static bool in_token(u8 c)
{
    return c > ' ' && c != ',' && c != ';' && !is_any_of(c, "()[]{}\"@^`~\\");
}

/* Over what is no form: a string, a comment, a character. False: s is at none of them. */
static bool scan_over(struct scan *s)
{
    if (*s->at == '"') {
        for (scan_on(s); s->at < s->end && *s->at != '"'; scan_on(s))
            if (*s->at == '\\' && s->at + 1 < s->end)
                scan_on(s);
        if (s->at < s->end)
            scan_on(s);
    } else if (*s->at == ';') {
        while (s->at < s->end && *s->at != '\n')
            scan_on(s);
    } else if (*s->at == '\\') {
        for (int n = 0; n < 2 && s->at < s->end; n++)
            scan_on(s);
        while (s->at < s->end && in_token(*s->at))
            scan_on(s);
    } else {
        return false;
    }
    return true;
}

static bool is_symbol_text(struct str_view token, term symbol)
{
    struct str_view name = str_view(OBJ(symbol, symbol)->name);
    if (!is_nil(OBJ(symbol, symbol)->ns)) {
        struct str_view ns = str_view(OBJ(symbol, symbol)->ns);
        if (token.bytes != ns.bytes + 1 + name.bytes || memcmp(token.data, ns.data, ns.bytes) ||
            token.data[ns.bytes] != '/')
            return false;
        token.data += ns.bytes + 1;
        token.bytes -= ns.bytes + 1;
    }
    return token.bytes == name.bytes && !memcmp(token.data, name.data, name.bytes);
}

static bool loading(const struct proc *p, struct str_view *text, struct text_place *place)
{
    for (struct frame f = frame_top(p); f.fp; f = frame_up(f)) {
        const struct native_desc *native = frame_step_native(f.fp);
        if (native && loaded_form(f.fp, native, text, place))
            return true;
    }
    return false;
}

void text_find_symbol(const struct proc *p, term symbol, u32 *line, u32 *column)
{
    struct str_view text;
    struct text_place begin;
    if (!loading(p, &text, &begin) || (*line && *line < begin.line))
        return;
    struct scan s = {text.data, text.data + text.bytes, begin.line, begin.column};
    while (s.at < s.end && (s.line < *line || (s.line == *line && s.column < *column)))
        scan_on(&s);
    for (iword depth = 0; s.at < s.end && depth >= 0;) {
        if (scan_over(&s))
            continue;
        if (!in_token(*s.at)) {
            depth += is_any_of(*s.at, "([{") ? 1 : is_any_of(*s.at, ")]}") ? -1 : 0;
            bool ends = !depth && is_any_of(*s.at, ")]}");
            scan_on(&s);
            if (ends)
                return;
            continue;
        }
        struct scan token = s;
        while (s.at < s.end && in_token(*s.at))
            scan_on(&s);
        if (is_symbol_text((struct str_view){.data = token.at, .bytes = (u32)(s.at - token.at)}, symbol)) {
            *line = token.line;
            *column = token.column;
            return;
        }
    }
}
