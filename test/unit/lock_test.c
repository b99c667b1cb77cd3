/* SPDX-License-Identifier: GPL-3.0-only */
#include "unit.h"

#include "lock.h"
#include "port.h"

/*
 * Two threads that each store a word and then read the other's, again and again at the same time.
 */
enum { TRIES = 200000 };

static struct {
    u32 mine __attribute__((aligned(128))), others __attribute__((aligned(128)));
    u32 begun __attribute__((aligned(128))), ended __attribute__((aligned(128)));
    u32 others_saw;
} words;

static u32 store_and_look(u32 *to, const u32 *from)
{
    STORE_SEQ_CST(to, 1);
    return __atomic_load_n(from, __ATOMIC_SEQ_CST);
}
static void wait_for(const u32 *at, u32 value)
{
    while (__atomic_load_n(at, __ATOMIC_ACQUIRE) != value)
        ;
}
static void other(void *unused UNUSED)
{
    for (u32 i = 1; i <= TRIES; i++) {
        wait_for(&words.begun, i);
        words.others_saw = store_and_look(&words.others, &words.mine);
        __atomic_store_n(&words.ended, i, __ATOMIC_RELEASE);
    }
}

TEST(of_two_who_store_and_then_look_one_sees_the_other)
{
    word id;
    ENSURE(port_thread_start(other, NULL, &id), "a test has a thread");
    unsigned neither = 0;
    for (u32 i = 1; i <= TRIES; i++) {
        words.mine = words.others = 0;
        __atomic_store_n(&words.begun, i, __ATOMIC_RELEASE);
        for (u32 spin = 0; spin < i % 32; spin++)
            __asm__ volatile("");
        u32 saw = store_and_look(&words.mine, &words.others);
        wait_for(&words.ended, i);
        neither += !saw && !words.others_saw;
    }
    CHECK_EQ_INT(neither, 0);
}
