/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * unit.h: tests of C modules.
 *
 *     TEST(an_empty_list_has_no_first)          a test's name states the rule it checks
 *     {
 *         struct proc *p = unit_proc();
 *         CHECK_EQ_INT(int_value(...), 3);
 *     }
 *
 * main.c runs all tests of the program, or those whose name contains one of its arguments; the last line is
 * "N passed, N failed". A failed check is reported and the test goes on.
 */
#ifndef LONA_UNIT_H
#define LONA_UNIT_H

#include "run/native.h"
#include "run/procs.h"

struct unit_test {
    const char *file, *name;
    void (*run)(void);
    struct unit_test *next;
};
void unit_register(struct unit_test *t);
void unit_fail(const char *file, int line, const char *format, ...) PRINTF_LIKE(3, 4);

#define TEST(id)                                                                           \
    static void test_##id(void);                                                           \
    static struct unit_test unit_##id = {.file = __FILE__, .name = #id, .run = test_##id}; \
    __attribute__((constructor)) static void unit_register_##id(void)                      \
    {                                                                                      \
        unit_register(&unit_##id);                                                         \
    }                                                                                      \
    static void test_##id(void)

#define CHECK(cond)                                     \
    do {                                                \
        if (!(cond))                                    \
            unit_fail(__FILE__, __LINE__, "%s", #cond); \
    } while (0)
#define CHECK_EQ_INT(a, b)                                                                              \
    do {                                                                                                \
        long long unit_a = (long long)(a), unit_b = (long long)(b);                                     \
        if (unit_a != unit_b)                                                                           \
            unit_fail(__FILE__, __LINE__, "%s is %lld, not %s, which is %lld", #a, unit_a, #b, unit_b); \
    } while (0)
#define CHECK_SAME(a, b)                                                                                               \
    do {                                                                                                               \
        term unit_a = (a), unit_b = (b);                                                                               \
        if (!same(unit_a, unit_b))                                                                                     \
            unit_fail(__FILE__, __LINE__, "%s is %#llx, not %s, which is %#llx", #a, (unsigned long long)unit_a.w, #b, \
                      (unsigned long long)unit_b.w);                                                                   \
    } while (0)

/* A fresh initialised process without frames; it is destroyed when the test ends. */
struct proc *unit_proc(void);
/* A second root beside p->result, which no native uses. */
#define UNIT_KEPT (proc_extra(p)->label)
/* Calls a native with n arguments from args. */
term unit_call(struct proc *p, native_fn *fn, unsigned n, const term *args);
/* The keyword of the pending condition; forgets it. NONE when nothing was raised. */
term unit_raised(struct proc *p);

#endif
