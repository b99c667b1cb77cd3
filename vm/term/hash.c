/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Hash of values: seeded at boot so that a table cannot be flooded, consistent with `=` (equal.c). Sequences of all
 * kinds hash by their elements in order, maps and sets by the sum over their entries. The stack is explicit.
 */
#include "term/equal.h"

#include "data/maps.h"
#include "data/num.h"
#include "data/seqs.h"
#include "data/sorted.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/code.h"
#include "port.h"
#include "pure.h"
#include "run/native.h"

const u8 value_kind_of_type[TYPE_COUNT] = {
    [T_FLOAT] = VALUE_NUMBER,  [T_BIGINT] = VALUE_NUMBER,   [T_RATIO] = VALUE_NUMBER,  [T_DECIMAL] = VALUE_NUMBER,
    [T_STRING] = VALUE_STRING, [T_LSTRING] = VALUE_STRING,  [T_BINARY] = VALUE_BINARY, [T_LBINARY] = VALUE_BINARY,
    [T_SYMBOL] = VALUE_SYMBOL, [T_KEYWORD] = VALUE_KEYWORD, [T_LIST] = VALUE_SEQ,      [T_LAZY] = VALUE_SEQ,
    [T_CHUNKED] = VALUE_SEQ,   [T_SEQ] = VALUE_SEQ,         [T_RANGE] = VALUE_SEQ,     [T_TUPLE] = VALUE_VECTOR,
    [T_VECTOR] = VALUE_VECTOR, [T_FLATMAP] = VALUE_MAP,     [T_HASHMAP] = VALUE_MAP,   [T_SET] = VALUE_SET,
    [T_SORTED] = VALUE_SORTED, [T_RECORD] = VALUE_RECORD,   [T_REF] = VALUE_REF,       [T_CAP] = VALUE_REF,
    [T_INST] = VALUE_INST,     [T_UUID] = VALUE_UUID,       [T_TAGGED] = VALUE_TAGGED,
};
const u8 value_kind_of_imm[32] = {
    [IMM_NIL] = VALUE_NIL,   [IMM_FALSE] = VALUE_BOOL, [IMM_TRUE] = VALUE_BOOL,
    [IMM_CHAR] = VALUE_CHAR, [IMM_EMPTY] = VALUE_SEQ,  [IMM_PID] = VALUE_PID,
};

/* --- mixing --- */

u64 hash_seed[4] = {0x9e3779b97f4a7c15, 0xd1b54a32d192ed03, 0x8cb92ba72f3d8dd7, 0xabc98388fb8fac03};

void hash_init(void)
{
    port_entropy(hash_seed, sizeof hash_seed);
    for (unsigned i = 0; i < ARRAY_LEN(hash_seed); i++)
        hash_seed[i] |= 1;
}
static inline u64 load64(const u8 *at)
{
    u64 x;
    memcpy(&x, at, sizeof x);
    return x;
}
u64 hash_bytes(const void *bytes, word count)
{
    const u8 *at = bytes;
    u64 h = hash_seed[0] ^ hash_fold(count ^ hash_seed[1], hash_seed[2]);
    word left = count;
    for (; left > 16; left -= 16, at += 16)
        h = hash_fold(load64(at) ^ hash_seed[1], load64(at + 8) ^ h);
    u64 tail[2] = {0, 0};
    if (left)
        memcpy(tail, at, left);
    return hash_fold(tail[0] ^ hash_seed[2] ^ h, tail[1] ^ hash_seed[3] ^ count);
}

/* --- leaves --- */

enum salt {
    SALT_SEQ = 1,
    SALT_MAP,
    SALT_SET,
    SALT_RECORD,
    SALT_TAGGED,
    SALT_SYMBOL,
    SALT_KEYWORD,
    SALT_OTHER,
    SALT_DEEP
};

static bool hash_leaf(term t, u64 *h);

#define CAPTURED_TEXT_MAX 256 /* bytes of a captured text that its hash may cost */
/* Of a captured value, as far as that neither depends on its place nor takes long; of collections no more than how many
 * elements they have. */
static u64 hash_captured(term t)
{
    u64 h;
    enum value_kind kind = value_kind(t);
    if (is_type(t, T_ATOM) || is_type(t, T_VOLATILE))
        return box_aux(t);
    if (is_type(t, T_DELAY))
        return OBJ(delay, t)->number.w;
    if (kind == VALUE_STRING)
        return str_view(t).bytes <= CAPTURED_TEXT_MAX ? str_hash(t) : str_view(t).bytes;
    if (kind == VALUE_VECTOR)
        return vec_count(t);
    if (kind == VALUE_MAP)
        return map_count(t);
    if (kind == VALUE_OTHER || kind == VALUE_BINARY || kind >= VALUE_TAGGED || is_type(t, T_BIGINT))
        return is_pointer(t) ? 0 : t.w;
    return hash_leaf(t, &h) ? h : 0;
}
/* A function's name, since the code of one that was not called yet is going to be another; its code where it has none;
 * and what it captures. A number of its own would cost each closure a word, and the making of it as much again. */
static word hash_fn(term fn)
{
    const struct code *code = fn_some_code(fn);
    u64 h = hash_mix(is_symbol(code->name) ? OBJ(symbol, code->name)->hash : (word)code, SALT_OTHER);
    const struct obj_fn *f = OBJ(fn, fn);
    const term *end = (const term *)((const word *)f + 1 + box_words(fn));
    for (const term *c = f->capture; c < end; c++) {
        h = hash_mix(h, is_pointer(*c) ? hash_captured(*c) : c->w);
    }
    return h;
}
/* Objects with identity may move, so only what does not change with their place may count. */
static u64 hash_identity(term t)
{
    if (!is_box(t))
        return hash_mix(t.w, SALT_OTHER);
    word x = box_type(t);
    if (x == T_FN)
        x = hash_fn(t);
    else if (x == T_ATOM || x == T_VOLATILE)
        x |= (word)box_aux(t) << 8;
    else if (x == T_DELAY)
        x = OBJ(delay, t)->number.w;
    else if (x == T_NATIVE)
        x = (word)OBJ(native, t)->desc;
    else if (x == T_VAR)
        x = OBJ(var, t)->cell;
    else if (x == T_NS)
        x = (word)OBJ(ns, t)->table;
    else if (x == T_REGEX)
        x = str_hash(OBJ(regex, t)->source);
    return hash_mix(x, SALT_OTHER);
}
/* True for all but collections. */
static bool hash_leaf(term t, u64 *h)
{
    switch (value_kind(t)) {
    case VALUE_NUMBER:
        *h = num_hash(t);
        return true;
    case VALUE_STRING:
        *h = str_hash(t);
        return true;
    case VALUE_BINARY:
        *h = binary_hash(t);
        return true;
    case VALUE_SYMBOL:
        *h = hash_mix(OBJ(symbol, t)->hash, SALT_SYMBOL);
        return true;
    case VALUE_KEYWORD:
        *h = hash_mix(OBJ(symbol, t)->hash, SALT_KEYWORD);
        return true;
    case VALUE_UUID:
        *h = hash_mix(OBJ(uuid, t)->high, OBJ(uuid, t)->low);
        return true;
    case VALUE_REF:
        *h = hash_mix(OBJ(ref, t)->id[0], OBJ(ref, t)->id[1]);
        return true;
    case VALUE_INST:
        *h = hash_mix(num_hash(OBJ(inst, t)->millis), SALT_OTHER);
        return true;
    case VALUE_NIL:
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
    case VALUE_OTHER:
        *h = hash_identity(t);
        return true;
    case VALUE_TAGGED:
    case VALUE_SEQ:
    case VALUE_VECTOR:
    case VALUE_MAP:
    case VALUE_SET:
    case VALUE_SORTED:
    case VALUE_RECORD:
        break;
    }
    return false;
}

/* --- collections: a stack of frames of two sizes, each with its header on top --- */

struct frame {
    u8 kind; /* enum value_kind; VALUE_SEQ for all that a cursor walks */
    u8 salt;
    bool set; /* keys only */
    bool have_key;
    u64 acc, n;
    u64 key;
};
struct seq_frame {
    struct cursor at;
    struct frame f;
};
struct map_frame {
    struct map_iter it;
    struct frame f;
};
struct sorted_frame {
    struct sorted_iter it;
    struct frame f;
};
struct stack {
    u8 *base;
    word used, room; /* bytes */
    u64 inline_room[128];
};
static struct frame *top(struct stack *s)
{
    return (struct frame *)(s->base + s->used) - 1;
}
static bool push_bytes(struct stack *s, word bytes)
{
    if (UNLIKELY(bytes > s->room - s->used)) {
        word room = 2 * s->room + bytes;
        u8 *base = port_alloc(room);
        if (!base)
            return false;
        memcpy(base, s->base, s->used);
        if (s->base != (u8 *)s->inline_room)
            port_free(s->base);
        s->base = base;
        s->room = room;
    }
    s->used += bytes;
    return true;
}
static word frame_bytes(const struct frame *f)
{
    return f->kind == VALUE_MAP      ? sizeof(struct map_frame)
           : f->kind == VALUE_SORTED ? sizeof(struct sorted_frame)
                                     : sizeof(struct seq_frame);
}
static bool push_map(struct stack *s, term map, bool set)
{
    if (!push_bytes(s, sizeof(struct map_frame)))
        return false;
    struct frame *f = top(s);
    *f = (struct frame){.kind = VALUE_MAP, .salt = set ? SALT_SET : SALT_MAP, .set = set};
    ((struct map_frame *)(f + 1) - 1)->it = map_iter(map);
    return true;
}
static bool push_sorted(struct stack *s, term t)
{
    if (!push_bytes(s, sizeof(struct sorted_frame)))
        return false;
    struct frame *f = top(s);
    bool set = box_aux(t) == 1;
    *f = (struct frame){.kind = VALUE_SORTED, .salt = set ? SALT_SET : SALT_MAP, .set = set};
    ((struct sorted_frame *)(f + 1) - 1)->it = sorted_iter(OBJ(sorted, t)->root, false);
    return true;
}
static bool push_seq(struct stack *s, term t, u8 salt)
{
    if (!push_bytes(s, sizeof(struct seq_frame)))
        return false;
    struct frame *f = top(s);
    *f = (struct frame){.kind = VALUE_SEQ, .salt = salt};
    ((struct seq_frame *)(f + 1) - 1)->at = cursor_at(t);
    return true;
}
static bool push(struct stack *s, term t)
{
    switch (value_kind(t)) {
    case VALUE_MAP:
        return push_map(s, t, false);
    case VALUE_SET:
        return push_map(s, set_map(t), true);
    case VALUE_SORTED:
        return push_sorted(s, t);
    case VALUE_RECORD:
        return push_seq(s, t, SALT_RECORD);
    case VALUE_TAGGED:
        return push_seq(s, t, SALT_TAGGED);
    case VALUE_OTHER:
    case VALUE_NIL:
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
    case VALUE_NUMBER:
    case VALUE_STRING:
    case VALUE_BINARY:
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
    case VALUE_UUID:
    case VALUE_INST:
    case VALUE_REF:
    case VALUE_SEQ:
    case VALUE_VECTOR:
        break;
    }
    return push_seq(s, t, SALT_SEQ);
}

/* The next part of the top frame; false: there are no more. */
static bool next_part(struct frame *f, term *part)
{
    if (f->kind == VALUE_SEQ) {
        term lazy;
        return f->n < SEQ_MAX && cursor_next(&((struct seq_frame *)(f + 1) - 1)->at, part, &lazy) == SEQ_OK;
    }
    term key, value;
    if (f->kind == VALUE_MAP) {
        struct map_iter *it = &((struct map_frame *)(f + 1) - 1)->it;
        if (!f->have_key && !map_next(it))
            return false;
        key = it->key;
        value = it->value;
    } else {
        struct sorted_iter *it = &((struct sorted_frame *)(f + 1) - 1)->it;
        if (!f->have_key && !sorted_next(it))
            return false;
        key = it->key;
        value = it->value;
    }
    *part = f->have_key ? value : key;
    return true;
}
static void feed(struct frame *f, u64 h)
{
    if (f->kind == VALUE_SEQ) {
        f->acc = hash_fold(f->acc ^ hash_seed[2], h ^ hash_seed[3]) + h;
        f->n++;
    } else if (f->set) {
        f->acc += hash_mix(h, SALT_SET);
        f->n++;
    } else if (!f->have_key) {
        f->key = h;
        f->have_key = true;
    } else {
        f->acc += hash_mix(f->key, h);
        f->have_key = false;
        f->n++;
    }
}

#define HASH_LOOKS 0x4000 /* parts between two looks at whether the process is asked to stop */

/* p may be NULL; true and a hash, or false: it is asked to stop. */
static bool hash_deep(const struct proc *p, term t, u64 *hash)
{
    struct stack s;
    s.base = (u8 *)s.inline_room;
    s.used = 0;
    s.room = sizeof s.inline_room;
    u64 h = SALT_DEEP;
    bool stopped = false;
    (void)!push(&s, t);
    for (word n = 1; s.used; n++) {
        if (UNLIKELY(n % HASH_LOOKS == 0) && p && interrupt_asked(p)) {
            stopped = true;
            break;
        }
        struct frame *f = top(&s);
        term part;
        if (!next_part(f, &part)) {
            h = hash_mix(f->acc ^ f->n, f->salt);
            s.used -= frame_bytes(f);
            if (s.used)
                feed(top(&s), h);
        } else if (hash_leaf(part, &h)) {
            feed(f, h);
        } else if (!push(&s, part)) {
            feed(f, SALT_DEEP); /* no memory: what is deeper does not count */
        }
    }
    if (s.base != (u8 *)s.inline_room)
        port_free(s.base);
    *hash = h;
    return !stopped;
}

u64 key_hash_any(term t)
{
    u64 h;
    if (!hash_leaf(t, &h))
        (void)!hash_deep(NULL, t, &h);
    return h;
}
bool key_hash_unless_stopped(const struct proc *p, term t, u64 *h)
{
    return hash_leaf(t, h) || hash_deep(p, t, h);
}
