/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * host.h: tests of the portable kernel as a program of the host. Each test has a process of its own, in which the
 * kernel boots a root task; the test plays the threads: it puts values into their registers and makes system calls.
 */
#ifndef LONA_TEST_HOST_H
#define LONA_TEST_HOST_H

#include "bootinfo.h"
#include "cap.h"
#include "fake.h"
#include "kernel.h"
#include "message.h"
#include "object.h"

struct host_test {
    const char *name;
    void (*run)(void);
    struct host_test *next;
};
void host_register(struct host_test *t);
void host_fail(const char *file, int line, const char *format, ...) PRINTF_LIKE(3, 4);
#define TEST(id)                                                         \
    static void test_##id(void);                                         \
    static struct host_test host_##id = {.name = #id, .run = test_##id}; \
    __attribute__((constructor)) static void host_register_##id(void)    \
    {                                                                    \
        host_register(&host_##id);                                       \
    }                                                                    \
    static void test_##id(void)
#define CHECK(cond)                                     \
    do {                                                \
        if (!(cond))                                    \
            host_fail(__FILE__, __LINE__, "%s", #cond); \
    } while (0)
#define CHECK_EQ(a, b)                                                                                  \
    do {                                                                                                \
        long long host_a = (long long)(a), host_b = (long long)(b);                                     \
        if (host_a != host_b)                                                                           \
            host_fail(__FILE__, __LINE__, "%s is %lld, not %s, which is %lld", #a, host_a, #b, host_b); \
    } while (0)

extern struct boot_info *host_info;
extern struct tcb *host_root;
/* An untyped of 8 MiB or more, and the first of many empty slots. */
extern u64 host_untyped, host_empty;

struct tcb *host_now(void); /* the thread that runs */
/* The running thread makes this system call, again when it was interrupted. */
void host_syscall(i64 number, u64 cap, u64 info);
/* An invocation by the running thread: words and capability pointers end with no more than are given. The error. */
struct host_args {
    u64 words[8];
    unsigned n_words;
    u64 caps[3];
    unsigned n_caps;
};
enum error host_invoke(u64 cap, enum label label, struct host_args a);
u64 host_word(unsigned i); /* of the running thread's message */
/* Retypes count objects into root slots from `slot` on. */
enum error host_retype(u64 untyped, enum object_type type, u64 bits, u64 slot, u64 count);
struct slot *host_slot(u64 pointer); /* of the root CNode */
static inline void *host_object(u64 pointer)
{
    return cap_object(host_slot(pointer)->cap);
}
#define CNODE_ARGS(slot) (slot), 64

#endif
