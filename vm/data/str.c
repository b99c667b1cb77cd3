/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * str.c: string objects: making, sharing, comparing and indexing them. What programs do with strings is in
 * str_natives.c.
 *
 * A bin's index holds the byte offset of every 64th code point of the whole bin (bytes that continue no sequence), so
 * that every substring uses the same one. It is built at the first indexing of a long string that is not ASCII.
 */
#include "data/str.h"

#include "data/buf.h"
#include "pure.h"
#include "run/native.h"
#include "term/equal.h"
#include "term/gc.h"
#include "term/off_heap.h"

#define LSTRING_WORDS (sizeof(struct obj_lstring) / 8)
#define INDEX_STRIDE 64u
#define INDEX_MIN_BYTES 512u /* shorter ones are scanned */

/* --- bins ------------------------------------------------------------------------------------------------------- */

struct bin *bin_new(word bytes)
{
    if (bytes > (word)1 << 40)
        return NULL;
    struct bin *b = port_alloc(sizeof(*b) + bytes + 1);
    if (!b)
        return NULL;
    b->refs = 1;
    b->bytes = bytes;
    b->index = NULL;
    b->data[bytes] = 0;
    return b;
}

void bin_retain(struct bin *b)
{
    __atomic_fetch_add(&b->refs, 1, __ATOMIC_RELAXED);
}

void bin_release(struct bin *b)
{
    if (__atomic_fetch_sub(&b->refs, 1, __ATOMIC_ACQ_REL) != 1)
        return;
    port_free(b->index);
    port_free(b);
}

/*
 * index[0] is the number n of entries, index[i] for 1 <= i <= n the offset of code point i * INDEX_STRIDE. NULL when
 * there is no memory for it. Two threads may build the same one: the first stays.
 */
static const u32 *bin_index(struct bin *b)
{
    u32 *index = __atomic_load_n(&b->index, __ATOMIC_ACQUIRE);
    if (index || b->bytes > UINT32_MAX)
        return index;
    word n = utf8_count(b->data, b->bytes) / INDEX_STRIDE;
    index = port_alloc((n + 1) * sizeof(*index));
    if (!index)
        return NULL;
    index[0] = (u32)n;
    word at = 0;
    for (word i = 1; i <= n; i++) {
        at += utf8_skip(b->data + at, b->bytes - at, INDEX_STRIDE);
        index[i] = (u32)at;
    }
    u32 *other = NULL;
    if (!__atomic_compare_exchange_n(&b->index, &other, index, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        port_free(index);
        return other;
    }
    return index;
}

/* Code points of the bin before byte offset. */
static word index_rank(const struct bin *b, const u32 *index, word offset)
{
    word low = 0, high = index[0]; /* entry low is at or before offset; entry 0 stands for the start */
    while (low < high) {
        word middle = (low + high + 1) / 2;
        if (index[middle] <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    word start = low ? index[low] : 0;
    return low * INDEX_STRIDE + utf8_count(b->data + start, offset - start);
}

static word index_offset(const struct bin *b, const u32 *index, word code_point)
{
    word entry = code_point / INDEX_STRIDE;
    word start = entry ? index[entry] : 0;
    return start + utf8_skip(b->data + start, b->bytes - start, code_point % INDEX_STRIDE);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

struct str_view str_view(term s)
{
    if (box_type(s) == T_STRING) {
        const struct obj_string *o = OBJ(string, s);
        return (struct str_view){o->data, o->bytes, o->code_points, o->bytes == o->code_points};
    }
    const struct obj_lstring *o = OBJ(lstring, s);
    return (struct str_view){o->data, o->bytes, o->code_points, o->bytes == o->code_points};
}

word str_offset(term s, word i)
{
    struct str_view v = str_view(s);
    if (v.ascii)
        return i;
    if (i >= v.code_points)
        return v.bytes;
    if (v.bytes >= INDEX_MIN_BYTES && i >= INDEX_STRIDE && box_type(s) == T_LSTRING) {
        const struct bin *b = OBJ(lstring, s)->bin;
        const u32 *index = bin_index((struct bin *)b);
        if (index) {
            word start = v.data - b->data;
            return index_offset(b, index, index_rank(b, index, start) + i) - start;
        }
    }
    return utf8_skip(v.data, v.bytes, i);
}

word str_index(term s, word offset)
{
    struct str_view v = str_view(s);
    if (v.ascii)
        return offset;
    if (offset >= INDEX_MIN_BYTES && box_type(s) == T_LSTRING) {
        const struct bin *b = OBJ(lstring, s)->bin;
        const u32 *index = bin_index((struct bin *)b);
        if (index) {
            word start = v.data - b->data;
            return index_rank(b, index, start + offset) - index_rank(b, index, start);
        }
    }
    return utf8_count(v.data, offset);
}

u32 str_char_at(term s, word i)
{
    struct str_view v = str_view(s);
    word at = str_offset(s, i);
    return utf8_next(v.data, &at);
}

bool str_equal(term a, term b)
{
    if (same(a, b))
        return true;
    struct str_view x = str_view(a), y = str_view(b);
    return x.bytes == y.bytes && x.code_points == y.code_points &&
           (x.data == y.data || !memcmp(x.data, y.data, x.bytes));
}

int bytes_compare(const u8 *a, word n_a, const u8 *b, word n_b)
{
    int order = memcmp(a, b, n_a < n_b ? n_a : n_b);
    if (order)
        return order < 0 ? -1 : 1;
    return n_a < n_b ? -1 : n_a > n_b;
}

/* The order of UTF-8 bytes is that of code points. */
int str_compare(term a, term b)
{
    struct str_view x = str_view(a), y = str_view(b);
    return bytes_compare(x.data, x.bytes, y.data, y.bytes);
}

u64 str_hash(term s)
{
    struct str_view v = str_view(s);
    return hash_bytes(v.data, v.bytes);
}

bool str_is(term s, const char *text)
{
    struct str_view v = str_view(s);
    word n = strlen(text);
    return v.bytes == n && !memcmp(v.data, text, n);
}

/* --- making ------------------------------------------------------------------------------------------------------ */

static word inline_words(word bytes)
{
    return 1 + words_for_bytes(bytes + 1);
}

/* Answers where the bytes go. */
static u8 *start_inline(word *at, word bytes, word code_points)
{
    struct obj_string *o = (struct obj_string *)at;
    o->bytes = (u32)bytes;
    o->code_points = (u32)code_points;
    at[inline_words(bytes)] = 0; /* the NUL and the padding */
    return o->data;
}
static term fill_inline(word *at, const u8 *data, word bytes, word code_points)
{
    memcpy(start_inline(at, bytes, code_points), data, bytes);
    return mk_box_ptr(at);
}

static unsigned ascii_flag(word bytes, word code_points)
{
    return bytes == code_points ? STR_ASCII : 0;
}

/* LSTRING_WORDS are reserved; takes the reference to bin. charge: bytes that would be freed with it. */
static term mk_long(struct proc *p, struct bin *bin, const u8 *data, word bytes, word code_points, word charge)
{
    struct obj_lstring *o =
        (struct obj_lstring *)heap_take_box(p, T_LSTRING, ascii_flag(bytes, code_points), LSTRING_WORDS - 1);
    o->bytes = (u32)bytes;
    o->code_points = (u32)code_points;
    o->bin = bin;
    o->data = data;
    o->spare = 0;
    off_heap_push(p, (word *)o, charge);
    return mk_box_ptr(o);
}

void off_heap_push(struct proc *p, word *object, word bytes)
{
    ENSURE(heap_more(p), "there is memory for the accounts of bytes outside the heap");
    ((struct obj_lstring *)object)->next = p->more->off_heap;
    p->more->off_heap = object;
    p->more->off_heap_bytes += bytes;
    view_set_charged(object, bytes != 0);
}

bool off_heap_reserve(struct proc *p, word words, word bytes, term *root)
{
    if (p->more->off_heap_bytes + bytes >= off_heap_limit(p))
        return heap_reserve_bytes(p, words, bytes, root ? (term *const[]){root} : NULL, root != NULL);
    return root ? heap_reserve(p, words, root) : heap_reserve(p, words);
}

static term too_long(struct proc *p)
{
    return raise(p, E_SIZE_LIMIT, "a string of more than %lu bytes", (unsigned long)STR_MAX_BYTES);
}

static bool reserve_long(struct proc *p, word bytes)
{
    if (bytes > STR_MAX_BYTES)
        return !is_none(too_long(p));
    return off_heap_reserve(p, LSTRING_WORDS, bytes, NULL);
}

term str_room(struct proc *p, word bytes, word code_points, u8 **data)
{
    if (bytes < STR_INLINE_MAX) {
        word words = inline_words(bytes);
        if (!heap_reserve(p, 1 + words))
            return NONE;
        word *at = heap_take_box(p, T_STRING, ascii_flag(bytes, code_points), words);
        *data = start_inline(at, bytes, code_points);
        return mk_box_ptr(at);
    }
    if (!reserve_long(p, bytes))
        return NONE;
    struct bin *bin = bin_new(bytes);
    if (!bin)
        return raise(p, E_OUT_OF_MEMORY, "no memory for a string of %lu bytes", (unsigned long)bytes);
    *data = bin->data;
    return mk_long(p, bin, bin->data, bytes, code_points, bytes);
}

/* Valid text outside the heaps. */
static term make_valid(struct proc *p, const u8 *data, word bytes, word code_points)
{
    u8 *to;
    term s = str_room(p, bytes, code_points, &to);
    if (!is_none(s))
        memcpy(to, data, bytes);
    return s;
}

/* Each byte that belongs to no valid sequence becomes one U+FFFD. */
bool utf8_repair(struct buf *b, const u8 *data, word bytes)
{
    for (word at = 0; at < bytes;) {
        word code_points, valid = utf8_valid(data + at, bytes - at, &code_points);
        buf_append(b, data + at, valid);
        at += valid;
        if (at < bytes) {
            buf_code_point(b, REPLACEMENT_CHARACTER);
            at++;
        }
    }
    return !b->failed;
}

static term make_repaired(struct proc *p, const u8 *data, word bytes)
{
    struct buf b = buf_of(p);
    utf8_repair(&b, data, bytes);
    return str_from_buf(p, &b);
}

term str_make(struct proc *p, const void *bytes, word count)
{
    word code_points;
    if (UNLIKELY(utf8_valid(bytes, count, &code_points) != count))
        return make_repaired(p, bytes, count);
    return make_valid(p, bytes, count, code_points);
}

term str_from_c(struct proc *p, const char *text)
{
    return str_make(p, text, strlen(text));
}

term str_from_counted(struct proc *p, struct buf *b, word code_points)
{
    term s = NONE;
    if (b->failed)
        raise(p, E_OUT_OF_MEMORY, "no memory for a long string");
    else if (b->count < STR_INLINE_MAX)
        s = make_valid(p, b->data ? b->data : (const u8 *)"", b->count, code_points);
    else if (reserve_long(p, b->count)) {
        struct bin *bin = buf_take(b);
        s = mk_long(p, bin, bin->data, bin->bytes, code_points, bin->bytes);
    }
    buf_free(b);
    return s;
}

term str_from_buf(struct proc *p, struct buf *b)
{
    word code_points = 0;
    if (!b->failed && UNLIKELY(utf8_valid(b->data, b->count, &code_points) != b->count)) {
        term s = make_repaired(p, b->data, b->count);
        buf_free(b);
        return s;
    }
    return str_from_counted(p, b, code_points);
}

term str_from_valid(struct proc *p, struct buf *b)
{
    ASSERT(utf8_valid(b->data, b->count, &(word){0}) == b->count, "what is made of strings is valid UTF-8");
    return str_from_counted(p, b, utf8_count(b->data, b->count));
}

/* Long ones that are not ASCII get a bin, for its index; without memory they are inline and slow to index. */
term str_shared(const void *bytes, word count)
{
    word code_points, valid = utf8_valid(bytes, count, &code_points);
    ENSURE(valid == count && count <= STR_MAX_BYTES, "names and literals are valid UTF-8 of bounded length");
    struct bin *bin = NULL;
    if (count >= INDEX_MIN_BYTES && code_points != count)
        bin = bin_new(count);
    if (!bin) {
        word *at = shared_alloc_box(T_STRING, ascii_flag(count, code_points), inline_words(count));
        return fill_inline(at, bytes, count, code_points);
    }
    memcpy(bin->data, bytes, count);
    struct obj_lstring *o = (struct obj_lstring *)shared_alloc_box(T_LSTRING, 0, LSTRING_WORDS - 1);
    o->bytes = (u32)count;
    o->code_points = (u32)code_points;
    o->bin = bin;
    o->data = bin->data;
    o->next = NULL;
    o->spare = 0;
    return mk_box_ptr(o);
}

term str_slice(struct proc *p, term s, word from, word to, word code_points)
{
    struct str_view v = str_view(s);
    word bytes = to - from;
    if (bytes == v.bytes)
        return s;
    if (bytes < STR_INLINE_MAX) {
        word words = inline_words(bytes);
        if (!heap_reserve(p, 1 + words, &s))
            return NONE;
        word *at = heap_take_box(p, T_STRING, ascii_flag(bytes, code_points), words);
        return fill_inline(at, str_view(s).data + from, bytes, code_points);
    }
    if (box_type(s) == T_STRING) /* long and shared: never moves */
        return make_valid(p, v.data + from, bytes, code_points);
    if (!off_heap_reserve(p, LSTRING_WORDS, 0, &s))
        return NONE;
    struct obj_lstring *o = OBJ(lstring, s);
    bin_retain(o->bin);
    return mk_long(p, o->bin, o->data + from, bytes, code_points, 0);
}

word str_part_words(term s, word bytes)
{
    bool shares = box_type(s) == T_LSTRING && bytes >= STR_INLINE_MAX;
    return shares ? LSTRING_WORDS : 1 + inline_words(bytes);
}

term mk_str_part(struct proc *p, term s, word from, word bytes)
{
    struct str_view v = str_view(s);
    word code_points = v.ascii ? bytes : utf8_count(v.data + from, bytes);
    if (box_type(s) == T_LSTRING && bytes >= STR_INLINE_MAX) {
        bin_retain(OBJ(lstring, s)->bin);
        return mk_long(p, OBJ(lstring, s)->bin, v.data + from, bytes, code_points, 0);
    }
    word *at = heap_take_box(p, T_STRING, ascii_flag(bytes, code_points), inline_words(bytes));
    return fill_inline(at, v.data + from, bytes, code_points);
}

term str_substring(struct proc *p, term s, word from, word to)
{
    return str_slice(p, s, str_offset(s, from), str_offset(s, to), to - from);
}

term str_of_bin(struct proc *p, term binary, const u8 *data, word bytes, word code_points)
{
    if (bytes < STR_INLINE_MAX)
        return make_valid(p, data, bytes, code_points); /* data is in the bin: it does not move */
    if (bytes > STR_MAX_BYTES)
        return too_long(p);
    if (!off_heap_reserve(p, LSTRING_WORDS, 0, &binary))
        return NONE;
    struct obj_lbinary *o = OBJ(lbinary, binary);
    bin_retain(o->bin);
    return mk_long(p, o->bin, data, bytes, code_points, 0);
}
