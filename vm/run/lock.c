/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/lock.h"

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

void lock_wake(struct lock *l)
{
    port_unpark(&l->word, 1);
}
