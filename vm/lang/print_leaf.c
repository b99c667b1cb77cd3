/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * print_leaf.c: values that are printed in one piece: numbers, text, names, and the #<...> of what cannot be read back.
 */
#include "lang/printer.h"

#include "data/inst.h"
#include "data/maps.h"
#include "data/num.h"
#include "data/str.h"
#include "lang/code.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"

#define SHOWN_LIMBS 32 /* of an integer, where the output is to be short */

static void print_escaped(struct buf *b, const u8 *data, word bytes)
{
    static const char from[] = "\"\\\n\t\r\f\b", to[] = "\"\\ntrfb";
    word plain = 0; /* what is before i and not yet written */
    buf_byte(b, '"');
    for (word i = 0; i < bytes; i++) {
        if (data[i] >= 0x20 && data[i] != '"' && data[i] != '\\' && data[i] != 0x7f)
            continue;
        const char *escape = data[i] ? strchr(from, data[i]) : NULL;
        buf_append(b, data + plain, i - plain);
        if (escape) {
            buf_byte(b, '\\');
            buf_byte(b, (u8)to[escape - from]);
        } else {
            buf_format(b, "\\u%04X", data[i]);
        }
        plain = i + 1;
    }
    buf_append(b, data + plain, bytes - plain);
    buf_byte(b, '"');
}

static void print_string(struct buf *b, term s, const struct print_options *o)
{
    struct str_view v = str_view(s);
    bool cut = o->max_bytes && v.bytes > o->max_bytes;
    word bytes = cut ? utf8_valid(v.data, o->max_bytes, &(word){0}) : v.bytes;
    if (o->readable)
        print_escaped(b, v.data, bytes);
    else
        buf_append(b, v.data, bytes);
}

static void print_char(struct buf *b, u32 c, bool readable)
{
    static const struct {
        u32 value;
        const char *name;
    } names[] = {{'\n', "\\newline"}, {' ', "\\space"},   {'\t', "\\tab"},
                 {'\r', "\\return"},  {8, "\\backspace"}, {'\f', "\\formfeed"}};
    if (!readable) {
        buf_code_point(b, c);
        return;
    }
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        if (names[i].value == c) {
            buf_text(b, names[i].name);
            return;
        }
    }
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
        buf_format(b, "\\u%04X", c);
        return;
    }
    buf_byte(b, '\\');
    buf_code_point(b, c);
}

void print_name(struct buf *b, term t)
{
    const struct obj_symbol *o = OBJ(symbol, t);
    struct str_view name = str_view(o->name);
    if (box_type(t) == T_KEYWORD)
        buf_byte(b, ':');
    if (!is_nil(o->ns)) {
        struct str_view ns = str_view(o->ns);
        buf_append(b, ns.data, ns.bytes);
        buf_byte(b, '/');
    }
    buf_append(b, name.data, name.bytes);
}

static void print_number(struct buf *b, term t, const struct print_options *o)
{
    if (is_float(t)) {
        char text[NUM_TEXT_MAX];
        buf_append(b, text, num_float_text(float_value(t), text));
        return;
    }
    if (o->max_bytes && is_type(t, T_BIGINT) && box_words(t) > SHOWN_LIMBS) {
        buf_format(b, "#<integer of %llu bits>", (unsigned long long)box_words(t) * 64);
        return;
    }
    num_print(b, t, 10);
}

/* #bytes[0x48 0x69]; of a length that is no multiple of 8 the rest is written with its size: #bits[0x48 0x3:3]. */
static void print_binary(struct buf *b, term t, const struct print_options *o)
{
    struct bin_view v = bin_view(t);
    unsigned rest = v.bits % 8;
    buf_text(b, rest ? "#bits[" : "#bytes[");
    word start = b->count;
    for (u64 at = 0; at < v.bits; at += 8) {
        if (o->max_bytes && b->count - start > o->max_bytes) {
            buf_text(b, " ...");
            break;
        }
        u64 from = v.bit_offset + at, length = v.bits - at < 8 ? v.bits - at : 8;
        unsigned two = (unsigned)v.data[from / 8] << 8;
        if (from % 8 + length > 8)
            two |= v.data[from / 8 + 1];
        unsigned byte = (two >> (16 - from % 8 - length)) & ((1u << length) - 1);
        buf_format(b, at ? " 0x%02X" : "0x%02X", byte);
        if (length < 8)
            buf_format(b, ":%u", (unsigned)length);
    }
    buf_byte(b, ']');
}

/* The metadata of a multimethod (core/multimethods.lona-s) holds the atom with its table. */
static term multimethod_name(term fn)
{
    term meta = OBJ(fn, fn)->meta;
    term cell = is_map(meta) ? map_get(meta, intern_keyword("lona.core", 9, "multimethod", 11)) : ABSENT;
    term table = is_type(cell, T_ATOM) ? slot_read(&OBJ(atom, cell)->value) : NIL;
    return is_map(table) ? map_get(table, K_name) : NIL;
}

static void print_fn(struct buf *b, const char *kind, term name)
{
    buf_format(b, "#<%s", kind);
    if (is_symbol(name)) {
        buf_byte(b, ' ');
        print_name(b, name);
    }
    buf_byte(b, '>');
}

static void print_var(struct buf *b, term var)
{
    buf_text(b, "#'");
    print_name(b, ns_name(OBJ(var, var)->ns));
    buf_byte(b, '/');
    print_name(b, OBJ(var, var)->name);
}

static void print_regex(struct buf *b, term regex)
{
    struct str_view v = str_view(OBJ(regex, regex)->source);
    buf_text(b, "#\"");
    buf_append(b, v.data, v.bytes);
    buf_byte(b, '"');
}

static void print_transient(struct buf *b, term t)
{
    static const char *const kinds[] = {"vector", "map", "set"};
    buf_format(b, "#<transient %s>", kinds[box_aux(t) % ARRAY_LEN(kinds)]);
}

static bool print_box(struct buf *b, term t, const struct print_options *o)
{
    switch (box_type(t)) {
    case T_FLOAT:
    case T_BIGINT:
    case T_RATIO:
    case T_DECIMAL:
        print_number(b, t, o);
        return true;
    case T_STRING:
    case T_LSTRING:
        print_string(b, t, o);
        return true;
    case T_BINARY:
    case T_LBINARY:
        print_binary(b, t, o);
        return true;
    case T_REGEX:
        print_regex(b, t);
        return true;
    case T_SYMBOL:
    case T_KEYWORD:
        print_name(b, t);
        return true;
    case T_FN: {
        term multimethod = multimethod_name(t);
        if (is_symbol(multimethod))
            print_fn(b, "multimethod", multimethod);
        else
            print_fn(b, "fn", fn_some_code(t)->name);
        return true;
    }
    case T_NATIVE:
        buf_format(b, "#<fn %s/%s>", OBJ(native, t)->desc->ns, OBJ(native, t)->desc->name);
        return true;
    case T_CODE:
        print_fn(b, "code", code_ptr(t)->name);
        return true;
    case T_VAR:
        print_var(b, t);
        return true;
    case T_NS:
        print_fn(b, "namespace", ns_name(t));
        return true;
    case T_TRANSIENT:
        print_transient(b, t);
        return true;
    case T_ARITIES:
    case T_NODE:
        buf_text(b, box_type(t) == T_NODE ? "#<node>" : "#<arities>");
        return true;
    case T_BYTES:
        buf_format(b, "#<%llu raw bytes>", (unsigned long long)box_words(t) * 8);
        return true;
    case T_REF:
        buf_format(b, "#<ref %llx.%llx>", (unsigned long long)OBJ(ref, t)->id[0],
                   (unsigned long long)OBJ(ref, t)->id[1]);
        return true;
    case T_CAP:
        buf_format(b, "#<capability %llu>", (unsigned long long)OBJ(ref, t)->id[0]);
        return true;
    case T_INST:
        buf_text(b, "#inst \"");
        inst_print(b, int_value(OBJ(inst, t)->millis));
        buf_byte(b, '"');
        return true;
    case T_UUID:
        buf_text(b, "#uuid \"");
        uuid_print(b, OBJ(uuid, t)->high, OBJ(uuid, t)->low);
        buf_byte(b, '"');
        return true;
    case T_LIST:
    case T_LAZY:
    case T_CHUNKED:
    case T_SEQ:
    case T_RANGE:
    case T_TUPLE:
    case T_VECTOR:
    case T_FLATMAP:
    case T_HASHMAP:
    case T_SET:
    case T_SORTED:
    case T_RECORD:
    case T_ATOM:
    case T_VOLATILE:
    case T_DELAY:
    case T_REDUCED:
    case T_CONDITION:
    case T_TAGGED:
    case TYPE_COUNT:
        break;
    }
    return false;
}

static void print_imm(struct buf *b, term t, const struct print_options *o)
{
    if (is_nil(t))
        buf_text(b, "nil");
    else if (is_bool(t))
        buf_text(b, is_truthy(t) ? "true" : "false");
    else if (is_char(t))
        print_char(b, char_value(t), o->readable);
    else if (same(t, EMPTY_LIST))
        buf_text(b, "()");
    else if (is_imm(t, IMM_PID))
        buf_format(b, "#<pid %llu.%llu>", (unsigned long long)(imm_payload(t) & 0xfffffff),
                   (unsigned long long)(imm_payload(t) >> 28));
    else
        buf_text(b, same(t, UNBOUND) ? "#<unbound>" : "#<absent>");
}

bool print_leaf(struct buf *b, term t, const struct print_options *o)
{
    switch ((enum term_tag)term_tag(t)) {
    case TAG_BOX:
        return print_box(b, t, o);
    case TAG_CONS:
        return false;
    case TAG_IMM:
        print_imm(b, t, o);
        return true;
    case TAG_INT:
    case TAG_FLOAT_TINY:
    case TAG_FLOAT_LOW:
    case TAG_FLOAT_HIGH:
        print_number(b, t, o);
        return true;
    case TAG_HDR:
        break;
    }
    buf_text(b, "#<header>");
    return true;
}
