/* SPDX-License-Identifier: GPL-3.0-only */
#include "lock.h"

#include "port.h"

#define SPINS 100

void lock_wait(struct lock *l)
{
    for (unsigned i = 0; i < SPINS; i++) {
        u32 free = 0;
        if (__atomic_load_n(&l->word, __ATOMIC_RELAXED) == 0 &&
            __atomic_compare_exchange_n(&l->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return;
    }
    while (__atomic_exchange_n(&l->word, 2, __ATOMIC_ACQUIRE) != 0)
        port_park(&l->word, 2, PORT_FOREVER);
}

static const void *this_thread(void)
{
    static __thread char here;
    return &here;
}
struct nested_lock *nested_lock_take(struct nested_lock *l)
{
    if (__atomic_load_n(&l->holder, __ATOMIC_RELAXED) != this_thread()) {
        lock_take(&l->lock);
        __atomic_store_n(&l->holder, this_thread(), __ATOMIC_RELAXED);
    }
    l->depth++;
    return l;
}
void nested_lock_release(struct nested_lock **l)
{
    if (--(*l)->depth)
        return;
    __atomic_store_n(&(*l)->holder, NULL, __ATOMIC_RELAXED);
    lock_release(&(*l)->lock);
}

void lock_wake(struct lock *l)
{
    port_unpark(&l->word, 1);
}
