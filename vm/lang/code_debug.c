/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Debug information of a code object: a T_BYTES that holds
 *
 *   u32  n_live, set_bytes, marks_at, marks_end, names_end, 0        (byte offsets from here)
 *   u32  start[n_live]       sets i hold from instruction start[i] on, up to the next start
 *   u8   set[n_live][2][set_bytes]      live registers, spent ones
 *   marks: variable-length numbers (instruction delta, line delta, column), a delta as zigzag
 *   names: variable-length numbers (constant, register, from, length)
 *
 * Live sets are looked up by the collector for each frame: a binary search. The others are read front to back.
 */
#include "lang/emit.h"

#include "data/buf.h"
#include "port.h"
#include "pure.h"

enum { D_N_LIVE, D_SET_BYTES, D_MARKS_AT, D_MARKS_END, D_NAMES_END, D_SPARE, D_HEAD };

static void put_number(struct buf *b, u32 n)
{
    while (n >= 0x80) {
        buf_byte(b, (u8)(n | 0x80));
        n >>= 7;
    }
    buf_byte(b, (u8)n);
}

static u32 get_number(const u8 *data, word *at, word end)
{
    u32 n = 0;
    for (unsigned shift = 0; *at < end && shift < 35; shift += 7) {
        u8 b = data[(*at)++];
        n |= (u32)(b & 0x7f) << shift;
        if (!(b & 0x80))
            break;
    }
    return n;
}

static u32 zigzag(i32 n)
{
    return ((u32)n << 1) ^ (u32)(n >> 31);
}
static i32 unzigzag(u32 n)
{
    return (i32)(n >> 1) ^ -(i32)(n & 1);
}

/* --- writing ------------------------------------------------------------------------------------------------- */

static u32 first_start_from(const struct flow *f, u32 insn)
{
    u32 low = 0, high = f->n_starts;
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        if (f->starts[middle] < insn)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
/* The spent registers just before each instruction: those that have a name there, and are not live. NULL: no memory. */
static u64 *spent_sets(const struct emitter *e, const struct flow *f, const u64 *live, unsigned w)
{
    u64 *spent = port_alloc((word)f->n * w * sizeof(u64));
    if (!spent)
        return NULL;
    memset(spent, 0, (word)f->n * w * sizeof(u64));
    for (u32 i = 0; i < e->n_ranges; i++) {
        const struct range *r = &e->ranges[i];
        if (r->reg >= f->nregs)
            continue;
        for (u32 k = first_start_from(f, r->from); k < f->n_starts && f->starts[k] < r->to; k++)
            spent[(word)f->starts[k] * w + r->reg / 64] |= 1ull << (r->reg % 64);
    }
    for (word i = 0; i < (word)f->n * w; i++)
        spent[i] &= ~live[i];
    return spent;
}

static void put_sets(struct buf *b, u32 head[D_HEAD], const struct flow *f, const u64 *live, const u64 *spent,
                     unsigned w)
{
    u32 set_bytes = (f->nregs + 7) / 8;
    head[D_SET_BYTES] = set_bytes;
    for (unsigned round = 0; round < 2; round++) {
        word last = ~(word)0;
        for (u32 i = 0; i < f->n_starts; i++) {
            word at = (word)f->starts[i] * w;
            if (~last && !memcmp(&live[last], &live[at], w * sizeof(u64)) &&
                !memcmp(&spent[last], &spent[at], w * sizeof(u64)))
                continue;
            last = at;
            if (!round) {
                buf_append(b, &f->starts[i], 4);
                head[D_N_LIVE]++;
            } else {
                buf_append(b, &live[at], set_bytes); /* little endian */
                buf_append(b, &spent[at], set_bytes);
            }
        }
    }
}

term debug_make(const struct emitter *e, const struct flow *f, const u64 *live, unsigned words_per_set)
{
    struct buf b = BUF_INIT;
    u32 head[D_HEAD] = {0};
    u64 *spent = spent_sets(e, f, live, words_per_set);
    if (!spent)
        return NONE;
    buf_append(&b, head, sizeof head);
    put_sets(&b, head, f, live, spent, words_per_set);
    port_free(spent);
    head[D_MARKS_AT] = (u32)b.count;
    u32 insn = 0, line = 0;
    for (u32 i = 0; i < e->n_marks; i++) {
        const struct mark *m = &e->marks[i];
        if (m->insn >= e->n)
            break;
        put_number(&b, m->insn - insn);
        put_number(&b, zigzag((i32)(m->line - line)));
        put_number(&b, m->column);
        insn = m->insn;
        line = m->line;
    }
    head[D_MARKS_END] = (u32)b.count;
    for (u32 i = 0; i < e->n_ranges; i++) {
        const struct range *r = &e->ranges[i];
        u32 to = r->to < e->n ? r->to : e->n;
        if (r->from >= to)
            continue;
        put_number(&b, r->name);
        put_number(&b, r->reg);
        put_number(&b, r->from);
        put_number(&b, to - r->from);
    }
    head[D_NAMES_END] = (u32)b.count;
    term result = NONE;
    if (!b.failed) {
        memcpy(b.data, head, sizeof head);
        word words = words_for_bytes(b.count);
        u8 *blob = (u8 *)(shared_alloc_box(T_BYTES, 0, words) + 1);
        result = mk_box_ptr(blob - 8);
        memset(blob, 0, words * 8);
        memcpy(blob, b.data, b.count);
    }
    buf_free(&b);
    return result;
}

/* --- reading ------------------------------------------------------------------------------------------------- */

static const u8 *debug_blob(const struct code *c, const u32 **head)
{
    if (!is_type(c->debug, T_BYTES))
        return NULL;
    const u8 *blob = (const u8 *)(box_ptr(c->debug) + 1);
    *head = (const u32 *)(const void *)blob;
    return blob;
}

void code_registers(const struct code *c, u32 insn, struct reg_sets *sets)
{
    const u32 *head;
    const u8 *blob = debug_blob(c, &head);
    memset(sets, 0, sizeof *sets);
    if (!blob) { /* frames of natives and the interpreter: all, or what CODE_ADAPTER's walker knows */
        for (unsigned i = 0; c->flags & CODE_STEP && i < c->nregs; i++)
            sets->live[i / 64] |= 1ull << (i % 64);
        return;
    }
    u32 n = head[D_N_LIVE], low = 0, high = n;
    const u32 *starts = head + D_HEAD;
    while (high - low > 1) {
        u32 middle = low + (high - low) / 2;
        if (starts[middle] <= insn)
            low = middle;
        else
            high = middle;
    }
    if (!n)
        return;
    u32 set_bytes = head[D_SET_BYTES];
    const u8 *set = blob + 4 * (D_HEAD + n) + (word)low * 2 * set_bytes;
    memcpy(sets->live, set, set_bytes);
    memcpy(sets->spent, set + set_bytes, set_bytes);
}

bool code_position(const struct code *c, u32 insn, u32 *line, u32 *column)
{
    const u32 *head;
    const u8 *blob = debug_blob(c, &head);
    bool found = false;
    if (!blob)
        return false;
    word at = head[D_MARKS_AT], end = head[D_MARKS_END];
    u32 here = 0, l = 0;
    while (at < end) {
        here += get_number(blob, &at, end);
        l += (u32)unzigzag(get_number(blob, &at, end));
        u32 col = get_number(blob, &at, end);
        if (here > insn)
            break;
        *line = l;
        *column = col;
        found = l != 0;
    }
    return found;
}

bool code_local(const struct code *c, u32 insn, unsigned i, term *name, unsigned *reg)
{
    const u32 *head;
    const u8 *blob = debug_blob(c, &head);
    if (!blob)
        return false;
    word at = head[D_MARKS_END], end = head[D_NAMES_END];
    while (at < end) {
        u32 k = get_number(blob, &at, end), r = get_number(blob, &at, end);
        u32 from = get_number(blob, &at, end), length = get_number(blob, &at, end);
        if (insn < from || insn - from >= length || i--)
            continue;
        *name = k < c->n_consts ? code_consts(c)[k] : NIL;
        *reg = r;
        return true;
    }
    return false;
}
