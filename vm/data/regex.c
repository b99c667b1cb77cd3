/* SPDX-License-Identifier: GPL-3.0-only */
/* regex.c: compiling, keeping and running regular expressions. The natives are in regex_natives.c. */
#include "data/regex.h"

#include "data/buf.h"
#include "pure.h"
#include "run/native.h"
#include "term/equal.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define SOURCE_MAX (1u << 20)
#define MATCH_STEPS 10000000u      /* of PCRE2's interpreter: some tenths of a second */
#define MATCH_HEAP_KIB (64u << 10) /* for backtracking */
#define SETS 64
#define WAYS 8

/* A place of the table. A regex that holds its number and generation means this code. */
struct place {
    pcre2_code *code; /* NULL: free */
    u8 *source;
    word bytes;
    u32 groups; /* without the whole match */
    u64 hash, used;
    word generation;
};
/* Each thread has its own: a match may take long, and compiling is rare. */
static __thread struct place table[SETS][WAYS];
static __thread u64 uses;
static word generations; /* atomic: no two fillings of any thread's places have the same */
static __thread pcre2_general_context *memory;
static __thread pcre2_compile_context *compile_context;
static __thread pcre2_match_context *match_context;
/* One for all matches, so that memory that backtracking took is not kept by each pattern. */
static __thread pcre2_match_data *match_data;

static void *memory_alloc(size_t bytes, void *unused)
{
    return port_alloc(bytes);
}

static void memory_free(void *block, void *unused)
{
    port_free(block);
}

static bool contexts_ready(void)
{
    if (match_context)
        return true;
    if (!memory)
        memory = pcre2_general_context_create(memory_alloc, memory_free, NULL);
    if (memory && !compile_context)
        compile_context = pcre2_compile_context_create(memory);
    if (compile_context)
        match_context = pcre2_match_context_create(memory);
    if (!match_context)
        return false;
    pcre2_set_newline(compile_context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_set_match_limit(match_context, MATCH_STEPS);
    pcre2_set_heap_limit(match_context, MATCH_HEAP_KIB);
    return true;
}

/* Room for the offsets of so many groups. */
static bool match_data_ready(u32 groups)
{
    if (match_data && pcre2_get_ovector_count(match_data) > groups)
        return true;
    pcre2_match_data *larger = pcre2_match_data_create(groups < 15 ? 16 : groups + 1, memory);
    if (larger) {
        pcre2_match_data_free(match_data);
        match_data = larger;
    }
    return larger;
}

static void place_clear(struct place *e)
{
    pcre2_code_free(e->code);
    port_free(e->source);
    *e = (struct place){0};
}

void regex_leave_thread(void)
{
    for (unsigned i = 0; i < SETS; i++) {
        for (unsigned j = 0; j < WAYS; j++)
            place_clear(&table[i][j]);
    }
    pcre2_match_data_free(match_data);
    pcre2_match_context_free(match_context);
    pcre2_compile_context_free(compile_context);
    pcre2_general_context_free(memory);
    match_data = NULL;
    match_context = NULL;
    compile_context = NULL;
    memory = NULL;
}

static term no_memory(struct proc *p)
{
    return raise(p, E_OUT_OF_MEMORY, "no memory for a regular expression");
}

/* Raises :regex-error; offset is one of the translation unless the translator itself stopped there. */
static term bad_regex(struct proc *p, term source, const char *what, word offset, bool translated)
{
    struct str_view v = str_view(source);
    if (translated) {
        struct buf again = BUF_INIT;
        regex_translate(&again, v.data, v.bytes, offset, &offset);
        buf_free(&again);
    }
    word at = utf8_count(v.data, offset < v.bytes ? offset : v.bytes);
    return raise(p, E_REGEX_ERROR, "%s at index %lu of the regular expression %T", what, (unsigned long)at, source);
}

/* Compiles into a place of the set that was unused for longest; NULL: pending. */
static struct place *place_fill(struct proc *p, term source, u64 hash)
{
    struct str_view v = str_view(source);
    if (v.bytes > SOURCE_MAX) {
        raise(p, E_SIZE_LIMIT, "a regular expression of %u bytes", v.bytes);
        return NULL;
    }
    struct buf text = BUF_INIT;
    word at;
    const char *wrong = regex_translate(&text, v.data, v.bytes, ~(word)0, &at);
    if (wrong || text.failed) {
        buf_free(&text);
        wrong ? bad_regex(p, source, wrong, at, false) : no_memory(p);
        return NULL;
    }
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code =
        pcre2_compile(text.data ? text.data : (const u8 *)"", text.count,
                      PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C, &error, &offset, compile_context);
    buf_free(&text);
    if (!code && error != PCRE2_ERROR_HEAP_FAILED) {
        char message[160];
        pcre2_get_error_message(error, (u8 *)message, sizeof(message));
        bad_regex(p, source, message, offset, true);
        return NULL;
    }
    struct place filled = {.code = code,
                           .bytes = v.bytes,
                           .hash = hash,
                           .generation = __atomic_add_fetch(&generations, 1, __ATOMIC_RELAXED)};
    filled.source = port_alloc(v.bytes + 1);
    if (!code || !filled.source || pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &filled.groups) ||
        !match_data_ready(filled.groups)) {
        place_clear(&filled);
        no_memory(p);
        return NULL;
    }
    memcpy(filled.source, v.data, v.bytes);
    struct place *set = table[hash % SETS], *oldest = set;
    for (unsigned i = 1; i < WAYS; i++)
        if (set[i].used < oldest->used)
            oldest = &set[i];
    place_clear(oldest);
    *oldest = filled;
    return oldest;
}

static struct place *place_of_source(struct proc *p, term source)
{
    if (!contexts_ready()) {
        no_memory(p);
        return NULL;
    }
    struct str_view v = str_view(source);
    u64 hash = str_hash(source);
    struct place *set = table[hash % SETS];
    for (unsigned i = 0; i < WAYS; i++)
        if (set[i].code && set[i].hash == hash && set[i].bytes == v.bytes && !memcmp(set[i].source, v.data, v.bytes))
            return &set[i];
    return place_fill(p, source, hash);
}

/* A regex may be in the shared area, and used by several threads: its two raw words are only a hint, which holds when
 * it leads into this thread's table, to what was filled there at that time. */
static bool is_mine(const struct place *e)
{
    return (word)e - (word)table < sizeof table;
}
static void remember(struct obj_regex *o, struct place *e)
{
    __atomic_store_n(&o->compiled, (void *)e, __ATOMIC_RELAXED);
    __atomic_store_n(&o->flags, e->generation, __ATOMIC_RELAXED);
}
static struct place *place_of(struct proc *p, term regex)
{
    struct obj_regex *o = OBJ(regex, regex);
    struct place *e = __atomic_load_n(&o->compiled, __ATOMIC_RELAXED);
    if (!is_mine(e) || e->generation != __atomic_load_n(&o->flags, __ATOMIC_RELAXED)) {
        e = place_of_source(p, o->source);
        if (!e)
            return NULL;
        remember(o, e);
    }
    e->used = ++uses;
    return e;
}

term regex_compile(struct proc *p, term source)
{
    if (!heap_reserve(p, REGEX_WORDS, &source))
        return NONE;
    struct place *e = place_of_source(p, source);
    if (!e)
        return NONE;
    e->used = ++uses;
    struct obj_regex *o = (struct obj_regex *)heap_take_box(p, T_REGEX, 0, REGEX_WORDS - 1);
    remember(o, e);
    o->source = source;
    return mk_box_ptr(o);
}

static enum regex_result match_failed(struct proc *p, term regex, int error)
{
    switch (error) {
    case PCRE2_ERROR_NOMEMORY:
        no_memory(p);
        break;
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
        raise(p, E_REGEX_LIMIT, "matching the regular expression %T takes too many steps", OBJ(regex, regex)->source);
        break;
    default: {
        char message[160];
        pcre2_get_error_message(error, (u8 *)message, sizeof(message));
        raise(p, E_REGEX_ERROR, "%s, with the regular expression %T", message, OBJ(regex, regex)->source);
    }
    }
    return REGEX_STOPPED;
}

enum regex_result regex_match(struct proc *p, term regex, const u8 *text, word bytes, word start, enum regex_mode mode,
                              struct regex_match *match)
{
    static const u32 options[] = {
        [REGEX_FIND] = 0,
        [REGEX_AT] = PCRE2_ANCHORED,
        [REGEX_WHOLE] = PCRE2_ANCHORED | PCRE2_ENDANCHORED,
    };
    struct place *e = place_of(p, regex);
    if (!e)
        return REGEX_STOPPED;
    int rc = pcre2_match(e->code, text, bytes, start, PCRE2_NO_UTF_CHECK | options[mode], match_data, match_context);
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_NO;
    if (rc < 0)
        return match_failed(p, regex, rc);
    PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(match_data);
    match->groups = e->groups;
    match->offsets = offsets;
    if (offsets[0] > offsets[1]) /* \K in a look-ahead */
        offsets[0] = offsets[1];
    native_charge(p, (offsets[1] - start) / 256 + 1);
    return REGEX_YES;
}

/* --- groups ---------------------------------------------------------------------------------------------------------
 */

bool regex_group_count(struct proc *p, term regex, u32 *count)
{
    struct place *e = place_of(p, regex);
    if (e)
        *count = e->groups;
    return e;
}

bool regex_group_name(struct proc *p, term regex, u32 i, const char **name, u32 *number)
{
    struct place *e = place_of(p, regex);
    u32 names = 0, entry_bytes = 0;
    PCRE2_SPTR entries = NULL;
    if (!e || pcre2_pattern_info(e->code, PCRE2_INFO_NAMECOUNT, &names) || i >= names ||
        pcre2_pattern_info(e->code, PCRE2_INFO_NAMEENTRYSIZE, &entry_bytes) ||
        pcre2_pattern_info(e->code, PCRE2_INFO_NAMETABLE, &entries))
        return false;
    const u8 *entry = entries + (word)i * entry_bytes;
    *number = (u32)entry[0] << 8 | entry[1];
    *name = (const char *)entry + 2;
    return true;
}

bool regex_group_named(struct proc *p, term regex, const u8 *name, word bytes, u32 *number)
{
    const char *candidate;
    for (u32 i = 0; regex_group_name(p, regex, i, &candidate, number); i++)
        if (strlen(candidate) == bytes && !memcmp(candidate, name, bytes))
            return true;
    return false;
}
