/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * base.h: words, attributes and assertions that every layer of Lona uses.
 *
 * Freestanding: only headers that a compiler itself supplies are included.
 */
#ifndef LONA_BASE_H
#define LONA_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef uint64_t word; /* one machine word of a heap or a stack */
typedef int64_t iword;

#define MUST_CHECK __attribute__((warn_unused_result))
#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NORETURN __attribute__((noreturn))
#define PACKED __attribute__((packed))
#define COLD __attribute__((cold, noinline))
#define UNUSED __attribute__((unused))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#ifdef __clang__
#define NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define NO_UNROLL
#endif
#define FALLTHROUGH __attribute__((fallthrough))

/* Marks a function that may run the collector: every term held in a C local is stale after it. */
#define MAY_GC

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define STATIC_ASSERT(cond, rule) _Static_assert(cond, rule)

/*
 * A sequentially consistent store, for those who store one word and then read another one, while another thread does
 * it the other way round: one of the two sees the other. An exchange, since what QEMU makes of aarch64's stlr and ldar
 * lets the load pass the store; on x86_64 such a store is an exchange anyway.
 */
#define STORE_SEQ_CST(object, value) ((void)__atomic_exchange_n(object, value, __ATOMIC_SEQ_CST))

/* A violated rule of our own: reported with the rule's text, then the machine or program stops. */
NORETURN void lona_panic(const char *file, int line, const char *rule);

/* ENSURE always checks (trust boundaries); ASSERT checks in debug builds (invariants). */
#define ENSURE(cond, rule)                        \
    do {                                          \
        if (UNLIKELY(!(cond)))                    \
            lona_panic(__FILE__, __LINE__, rule); \
    } while (0)

#ifdef LONA_DEBUG
#define ASSERT(cond, rule) ENSURE(cond, rule)
#else
#define ASSERT(cond, rule) ((void)sizeof(!(cond)))
#endif

/*
 * FIELD(type, name, hi, lo) declares accessors for bits hi..lo of a word-sized value:
 * type_name(w) reads it, type_with_name(w, v) returns w with the field replaced.
 */
#define FIELD(type, name, hi, lo)                                             \
    STATIC_ASSERT((hi) >= (lo) && (hi) < 64, "a field lies inside its word"); \
    static inline UNUSED u64 type##_##name(u64 w)                             \
    {                                                                         \
        return (w >> (lo)) & (~0ull >> (63 - ((hi) - (lo))));                 \
    }                                                                         \
    static inline UNUSED u64 type##_with_##name(u64 w, u64 v)                 \
    {                                                                         \
        u64 mask = (~0ull >> (63 - ((hi) - (lo)))) << (lo);                   \
        return (w & ~mask) | ((v << (lo)) & mask);                            \
    }

static inline u64 u64_rotl(u64 x, unsigned n)
{
    return (x << n) | (x >> (64 - n));
}
static inline u64 u64_rotr(u64 x, unsigned n)
{
    return (x >> n) | (x << (64 - n));
}
static inline word words_for_bytes(word bytes)
{
    return (bytes + 7) / 8;
}

#endif
