/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * bits_fuzz.c: bit syntax (data/bits.h). What the first byte chooses of
 *   0  segments with values that fit: they build the bits that a model keeping each bit in a byte says; the same
 * segments as a pattern give the values back, wherever in a byte the binary begins; one bit less does not match 1  one
 * integer too large or small for its segment: the condition is :range-error 2  any segments as a pattern over any bits:
 * what matches is built again from the values 3  the functions below the syntax with any arguments agree with each
 * other, or fail with a condition 4  the bytes as the text between #bits[ and ]: an expression and a pattern are
 * compiled, or refused with a condition
 */
#include "data/bits.h"
#include "data/buf.h"
#include "data/vectors.h"
#include "lang/compile.h"
#include "lang/reader.h"
#include "pure.h"
#include "run/interp.h"
#include "run/names.h"
#include "run/native.h"
#include "run/procs.h"
#include "run/vm.h"

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t count);

#define HEAP_WORDS (1u << 20)
#define SEGMENTS 8
#define MODEL_BITS 8192

struct input {
    const u8 *at, *end;
};
static unsigned byte(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}
static unsigned choose(struct input *in, unsigned n)
{
    return byte(in) % n;
}

/* --- running -------------------------------------------------------------------------------------------------------
 */

static term native_of(const char *name)
{
    return *var_cell(ns_var(NS_core, intern_symbol(NULL, 0, name, strlen(name))));
}

/* The value, or NONE with a condition in p->result. */
static term call(struct proc *p, term fn, unsigned n, const term *args)
{
    p->flags = 0;
    p->pending = PENDING_NOTHING;
    ENSURE(interp_start(p, fn, n, args), "there is memory for a call");
    while (!(p->flags & PROC_DONE)) {
        __atomic_and_fetch(&p->flags, ~PROC_YIELD, __ATOMIC_RELAXED);
        p->reductions = SLICE_REDUCTIONS;
        interp_run(p);
    }
    return p->flags & PROC_FAILED ? NONE : p->result;
}

static bool fails_with(const struct proc *p, term value, const char *kind)
{
    return is_none(value) && is_type(p->result, T_CONDITION) &&
           str_is(OBJ(symbol, OBJ(condition, p->result)->kind)->name, kind);
}

/* The value of the program in b, which is freed. NONE: it cannot be read, or fails. */
static term evaluate(struct proc *p, struct buf *b)
{
    struct reader r = {.text = b->data, .bytes = b->count, .line = 1, .column = 1, .ns = NS_core, .intern = true};
    term args[3] = {NIL, NS_core, NIL};
    enum read_status status = read_form(p, &r, &args[0]);
    buf_free(b);
    return status == READ_FORM ? call(p, native_of("%eval"), 3, args) : NONE;
}

/* --- the model -----------------------------------------------------------------------------------------------------
 */

struct segment {
    enum bits_kind kind;
    bool little, is_signed, rest;
    unsigned units, unit; /* size and unit as written, unit 0: none; both 0 and rest: what is left */
    unsigned bits;
    u8 bit[2048]; /* of an integer: the lowest first; else in the order of the binary */
};
struct model {
    struct segment segment[SEGMENTS];
    unsigned n, count;
    u8 bit[MODEL_BITS];
};

static void random_bits(struct input *in, u8 *bit, unsigned n)
{
    unsigned style = choose(in, 4); /* all 0, all 1, any */
    for (unsigned i = 0, x = 0; i < n; i++, x >>= 1) {
        if (i % 8 == 0)
            x = style == 0 ? 0 : style == 1 ? 0xff : byte(in);
        bit[i] = x & 1;
    }
}

/* Place in the binary of bit i, counted from the lowest, of an integer. */
static unsigned place_of(const struct segment *s, unsigned i)
{
    if (!s->little)
        return s->bits - 1 - i;
    unsigned first = i / 8 * 8, width = s->bits - first < 8 ? s->bits - first : 8;
    return first + width - 1 - (i - first);
}

static void append(struct model *m, const struct segment *s)
{
    for (unsigned i = 0; i < s->bits; i++)
        m->bit[m->count + (s->kind == BITS_INT ? place_of(s, i) : i)] = s->bit[i];
    m->count += s->bits;
}

static void code_point_bits(struct segment *s, u32 c)
{
    u8 utf8[4];
    unsigned n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (unsigned i = n; i-- > 1; c >>= 6)
        utf8[i] = 0x80 | (c & 63);
    utf8[0] = (u8)(n == 1 ? c : ((0xf00u >> n) & 0xff) | c);
    s->bits = n * 8;
    for (unsigned i = 0; i < s->bits; i++)
        s->bit[i] = utf8[i / 8] >> (7 - i % 8) & 1;
}

static void grow_segment(struct input *in, struct segment *s, bool last)
{
    static const u8 kinds[] = {BITS_INT, BITS_INT, BITS_INT, BITS_FLOAT, BITS_BYTES, BITS_BITS, BITS_UTF8};
    *s = (struct segment){.kind = kinds[choose(in, ARRAY_LEN(kinds))], .little = choose(in, 2)};
    s->unit = choose(in, 3) ? 0 : 1 + choose(in, 40);
    unsigned unit = s->unit ? s->unit : s->kind == BITS_BYTES ? 8 : 1;
    switch (s->kind) {
    case BITS_INT:
        s->is_signed = choose(in, 2);
        s->units = choose(in, 5) ? choose(in, 80) : byte(in);
        if (s->units * unit > sizeof s->bit)
            s->units = 1;
        break;
    case BITS_FLOAT:
        s->unit = choose(in, 2) ? 16 : 0;
        unit = s->unit ? 16 : 1;
        s->units = (16 << choose(in, 3)) / unit;
        break;
    case BITS_BYTES:
    case BITS_BITS:
        s->units = choose(in, 40);
        s->rest = last && choose(in, 2);
        if (s->kind == BITS_BYTES && s->units * unit % 8)
            s->units = 8;
        break;
    case BITS_UTF8:
        s->unit = 0;
        code_point_bits(s, choose(in, 2) ? byte(in) % 128 : (byte(in) << 12 | byte(in) << 4 | byte(in)) % 0xd800);
        return;
    }
    s->bits = s->units * unit;
    random_bits(in, s->bit, s->bits);
}

static void grow_model(struct input *in, struct model *m)
{
    m->n = choose(in, SEGMENTS + 1);
    m->count = 0;
    for (unsigned i = 0; i < m->n; i++) {
        grow_segment(in, &m->segment[i], i + 1 == m->n);
        if (m->count + m->segment[i].bits > MODEL_BITS)
            m->n = i;
        else
            append(m, &m->segment[i]);
    }
}

/* --- segments as text ----------------------------------------------------------------------------------------------
 */

static void put_integer(struct buf *b, const struct segment *s)
{
    bool negative = s->is_signed && s->bits && s->bit[s->bits - 1];
    u8 magnitude[sizeof s->bit] = {0};
    for (unsigned i = 0, carry = negative; i < s->bits; i++) {
        unsigned x = negative ? (s->bit[i] ^ 1) + carry : s->bit[i];
        magnitude[i] = x & 1;
        carry = x >> 1;
    }
    buf_text(b, negative ? "-2r" : "2r");
    if (!s->bits)
        buf_byte(b, '0');
    for (unsigned i = s->bits; i--;)
        buf_byte(b, '0' + magnitude[i]);
}

/* The bits of a float, its bytes in big-endian order. */
static u64 float_bits(const struct segment *s)
{
    u64 x = 0;
    for (unsigned i = 0; i < s->bits; i++) {
        unsigned at = s->little ? (s->bits / 8 - 1 - i / 8) * 8 + i % 8 : i;
        x = x << 1 | s->bit[at];
    }
    return x;
}

/* False: it is no number. */
static bool model_float(const struct segment *s, double *value)
{
    u64 x = float_bits(s);
    unsigned exponent_bits = s->bits == 64 ? 11 : s->bits == 32 ? 8 : 5, fraction_bits = s->bits - 1 - exponent_bits;
    u64 fraction = x & ((1ull << fraction_bits) - 1), exponent = x >> fraction_bits & ((1u << exponent_bits) - 1);
    int bias = (1 << (exponent_bits - 1)) - 1;
    if (exponent == (1u << exponent_bits) - 1) {
        *value = INFINITY;
        if (fraction)
            return false;
    } else if (exponent) {
        *value = ldexp((double)(fraction | 1ull << fraction_bits), (int)exponent - bias - (int)fraction_bits);
    } else {
        *value = ldexp((double)fraction, 1 - bias - (int)fraction_bits);
    }
    if (x >> (s->bits - 1))
        *value = -*value;
    return true;
}

static void put_float(struct buf *b, const struct segment *s)
{
    double x;
    char text[40];
    if (!model_float(s, &x))
        buf_text(b, "##NaN");
    else if (isinf(x))
        buf_text(b, x < 0 ? "##-Inf" : "##Inf");
    else {
        snprintf(text, sizeof text, "%.17e", x);
        buf_text(b, text);
    }
}

/* A part, which begins at any bit, of a longer binary. */
static void put_binary(struct buf *b, const u8 *bit, unsigned n, unsigned skip)
{
    buf_format(b, "(subbits #bytes[");
    for (unsigned i = 0; i < (skip + n + 7) / 8; i++) {
        unsigned x = 0;
        for (unsigned k = i * 8; k < i * 8 + 8; k++)
            x = x << 1 | (k >= skip && k < skip + n ? bit[k - skip] : k & 1);
        buf_format(b, "%u ", x);
    }
    buf_format(b, "] %u %u)", skip, skip + n);
}

static void put_char(struct buf *b, const struct segment *s)
{
    u32 c = 0;
    for (unsigned i = 0; i < s->bits; i += 8) {
        unsigned x = 0;
        for (unsigned k = i; k < i + 8; k++)
            x = x << 1 | s->bit[k];
        c = i ? c << 6 | (x & 63) : s->bits == 8 ? x : x & (0x7f >> s->bits / 8);
    }
    buf_format(b, "(char %u)", (unsigned)c);
}

static void put_value(struct buf *b, const struct segment *s)
{
    switch (s->kind) {
    case BITS_INT:
        put_integer(b, s);
        break;
    case BITS_FLOAT:
        put_float(b, s);
        break;
    case BITS_BYTES:
    case BITS_BITS:
        put_binary(b, s->bit, s->bits, (s->bits ^ s->bits >> 3) % 11);
        break;
    case BITS_UTF8:
        put_char(b, s);
        break;
    }
    buf_byte(b, ' ');
}

static void put_options(struct buf *b, const struct segment *s, unsigned i)
{
    static const char *const kinds[] = {"int", "float", "bytes", "bits", "utf8"};
    if (s->kind != BITS_UTF8 && !s->rest)
        buf_format(b, i % 2 ? ":(+ 0 %u)" : ":%u", s->units);
    buf_format(b, "/%s", kinds[s->kind]);
    if (s->unit)
        buf_format(b, "-unit:%u", s->unit);
    buf_format(b, "%s%s ", s->little ? "-little" : "", s->is_signed ? "-signed" : "");
}

/* #bits[v0:8/int v1/bytes ...] */
static void put_syntax(struct buf *b, const struct model *m)
{
    buf_text(b, "#bits[");
    for (unsigned i = 0; i < m->n; i++) {
        buf_format(b, "v%u", i);
        put_options(b, &m->segment[i], i);
    }
    buf_text(b, "]");
}

static void put_names(struct buf *b, const struct model *m)
{
    buf_text(b, "[");
    for (unsigned i = 0; i < m->n; i++)
        buf_format(b, "v%u ", i);
    buf_text(b, "]");
}

static void put_values(struct buf *b, const struct model *m)
{
    buf_text(b, "[");
    for (unsigned i = 0; i < m->n; i++)
        put_value(b, &m->segment[i]);
    buf_text(b, "]");
}

static void put_builder(struct buf *b, const struct model *m)
{
    buf_text(b, "(fn ");
    put_names(b, m);
    put_syntax(b, m);
    buf_text(b, ")");
}

static void put_matcher(struct buf *b, const struct model *m)
{
    buf_text(b, "(fn [x] (match x ");
    put_syntax(b, m);
    put_names(b, m);
    buf_text(b, " _ :no))");
}

/* --- the ways ------------------------------------------------------------------------------------------------------
 */

static bool has_bits(term binary, const u8 *bit, word n)
{
    if (!is_binary(binary) || bin_view(binary).bits != n)
        return false;
    struct bin_view v = bin_view(binary);
    for (word i = 0; i < n; i++)
        if ((v.data[(v.bit_offset + i) / 8] >> (7 - (v.bit_offset + i) % 8) & 1) != bit[i])
            return false;
    return true;
}

static void without_nan(struct model *m)
{
    double x;
    for (unsigned i = 0; i < m->n; i++)
        if (m->segment[i].kind == BITS_FLOAT && !model_float(&m->segment[i], &x))
            memset(m->segment[i].bit, 0, m->segment[i].bits);
    m->count = 0;
    for (unsigned i = 0; i < m->n; i++)
        append(m, &m->segment[i]);
}

static void build_and_match(struct proc *p, struct input *in)
{
    static struct model m;
    struct buf b = BUF_INIT;
    grow_model(in, &m);
    without_nan(&m);
    unsigned skip = choose(in, 20);
    buf_text(&b, "(let [build ");
    put_builder(&b, &m);
    buf_text(&b, " parts ");
    put_matcher(&b, &m);
    buf_text(&b, " values ");
    put_values(&b, &m);
    buf_text(&b, " b (apply build values) n (bit-size b)] [b (= values (parts b)) (= values (parts ");
    put_binary(&b, m.bit, m.count, skip);
    buf_text(&b, ")) (parts (subbits b 0 (if (= n 0) 0 (- n 1))))])");
    term v = evaluate(p, &b);
    ENSURE(is_vector(v), "what fits builds and matches");
    ENSURE(has_bits(vec_nth(v, 0), m.bit, m.count), "what is built has the bits of the model");
    ENSURE(is_truthy(vec_nth(v, 1)), "matching gives the values back");
    ENSURE(is_truthy(vec_nth(v, 2)), "matching does not depend on where in a byte a binary begins");
    bool rest = m.n && m.segment[m.n - 1].rest;
    ENSURE(rest || !m.count || is_keyword(vec_nth(v, 3)), "one bit less does not match");
}

static void too_large(struct proc *p, struct input *in)
{
    static struct segment s;
    struct buf b = BUF_INIT;
    do
        grow_segment(in, &s, false);
    while (s.kind != BITS_INT && in->at < in->end);
    if (s.kind != BITS_INT || (s.is_signed && !s.bits))
        return;
    bool below = choose(in, 2);
    const char *bound = !s.is_signed ? below ? "-1" : "(bit-shift-left 1 %u)"
                        : below      ? "(- -1 (bit-shift-left 1 %u))"
                                     : "(bit-shift-left 1 %u)";
    char text[80];
    snprintf(text, sizeof text, bound, s.is_signed ? s.bits - 1 : s.bits);
    buf_format(&b, "(let [v %s] #bits[7:3 v", text);
    put_options(&b, &s, choose(in, 2));
    buf_text(&b, "])");
    term v = evaluate(p, &b);
    ENSURE(fails_with(p, v, "range-error"), "an integer that does not fit is a :range-error");
}

static void match_and_build(struct proc *p, struct input *in)
{
    static struct model m;
    u8 bit[512];
    struct buf b = BUF_INIT;
    grow_model(in, &m);
    unsigned n = choose(in, 4) ? m.count < sizeof bit ? m.count : 0 : choose(in, 256);
    random_bits(in, bit, n);
    buf_text(&b, "(let [build ");
    put_builder(&b, &m);
    buf_text(&b, " parts ");
    put_matcher(&b, &m);
    buf_text(&b, " x ");
    put_binary(&b, bit, n, choose(in, 9));
    buf_text(&b,
             " values (parts x)] (if (vector? values) (let [y (apply build values)] [values (= x y) (= values (parts "
             "y))]) values))");
    term v = evaluate(p, &b);
    ENSURE(is_vector(v) || is_keyword(v), "what matched can be built again");
    if (is_keyword(v))
        return;
    bool nan = false;
    for (word i = 0; i < vec_count(vec_nth(v, 0)); i++) {
        term x = vec_nth(vec_nth(v, 0), i);
        nan |= is_float(x) && isnan(float_value(x));
    }
    ENSURE(nan || is_truthy(vec_nth(v, 1)), "building from what matched gives the binary back");
    ENSURE(nan || is_truthy(vec_nth(v, 2)), "and that matches with the same values");
}

/* Text of an argument that is sometimes of the wrong type or size. */
static const char *argument(struct input *in, char text[24])
{
    static const char *const odd[] = {"nil ", "-1 ",  "1152921504606846975 ", "1152921504606846976 ",
                                      "\\a ", "1.5 ", "#bytes[1] ",           "\"s\" "};
    unsigned i = choose(in, 24);
    if (i < ARRAY_LEN(odd))
        return odd[i];
    snprintf(text, 24, "%llu ", i == 23 ? 1ull << byte(in) % 62 : (unsigned long long)byte(in));
    return text;
}

static void functions(struct proc *p, struct input *in)
{
    u8 bit[256];
    char text[24];
    struct buf b = BUF_INIT;
    unsigned n = byte(in);
    random_bits(in, bit, n);
    buf_text(&b, "(let [b ");
    put_binary(&b, bit, n, choose(in, 9));
    buf_format(&b, " n %u at ", n);
    buf_text(&b, argument(in, text));
    buf_text(&b, "spec ");
    if (choose(in, 8))
        buf_format(&b, "%u ", byte(in) | (choose(in, 4) ? 0 : byte(in) << 8));
    else
        buf_text(&b, argument(in, text));
    buf_text(&b, "size ");
    buf_text(&b, choose(in, 3) ? argument(in, text) : "nil ");
    buf_text(&b, "value ");
    buf_text(&b, argument(in, text));
    buf_text(
        &b,
        "end (try (%bits-end b at spec size) (catch :type-error e :error)) "
        "value-there (try (%bits-read b at spec size) (catch :range-error e :none) (catch :type-error e :error)) "
        "taken (if (integer? end) (%bits-take (subbits b at n) spec size)) "
        "extended (try (%bits-append #bits[5:3] spec size value) (catch :default e :error)) "
        "built (try (%bits-build spec size value) (catch :default e :error))]"
        "(if (integer? end)"
        "    (if (<= at end n)"
        "        (if (= (bit-size (nth taken 1)) (- n end))"
        "            (if (= (pr-str (nth taken 0)) (pr-str value-there)) :good :taken-is-not-what-is-read) "
        ":rest-is-not-what-is-left)"
        "        :end-is-outside)"
        "    (if (= value-there (if end :error :none))"
        "        (if (= extended (if (binary? built) (binary #bits[5:3] built) :error)) :good :extended-is-not-built)"
        "        :read-without-an-end)))");
    term v = evaluate(p, &b);
    ENSURE(is_keyword(v) && str_is(OBJ(symbol, v)->name, "good"), "the functions of bit syntax agree");
}

static void compiled(struct proc *p, const char *before, const u8 *text, word n, const char *after)
{
    struct buf b = BUF_INIT;
    buf_text(&b, before);
    buf_append(&b, text, n);
    buf_text(&b, after);
    struct reader r = {.text = b.data, .bytes = b.count, .line = 1, .column = 1, .positions = true, .intern = true};
    r.ns = ns_find_or_create(intern_symbol(NULL, 0, "fuzz", 4));
    term args[2] = {NIL, r.ns};
    while (read_form(p, &r, &args[0]) == READ_FORM) {
        term expanded = call(p, native_of("%expand"), 2, args);
        if (!is_none(expanded))
            compile_form(p, expanded, r.ns, NIL);
        p->pending = PENDING_NOTHING;
    }
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t count)
{
    static bool ready;
    if (!ready)
        ENSURE(vm_init(), "the address range of the VM is free");
    ready = true;
    if (!count)
        return 0;
    struct proc *p = proc_first(256);
    struct input in = {bytes + 1, bytes + count};
    ENSURE(p, "there is memory for a process");
    worker_clear(p->worker);
    p->max_words = HEAP_WORDS;
    switch (bytes[0] % 5) {
    case 0:
        build_and_match(p, &in);
        break;
    case 1:
        too_large(p, &in);
        break;
    case 2:
        match_and_build(p, &in);
        break;
    case 3:
        functions(p, &in);
        break;
    case 4:
        compiled(p, "#bits[", bytes + 1, count - 1, "]");
        compiled(p, "(fn [x] (match x #bits[", bytes + 1, count - 1, "] 1))");
        break;
    }
    proc_drop(p);
    return 0;
}
