/* SPDX-License-Identifier: GPL-3.0-only */
/* asid.c: who has which ASID, and the invocations that give them out. */
#include "asid.h"

#include "derive.h"
#include "kernel.h"
#include "vspace.h"
#include "window.h"

STATIC_ASSERT(sizeof(struct asid_pool) == PAGE_SIZE, "a pool is a page");

struct asid_pool *asid_pools[ASID_POOLS];

enum error asid_fail(struct failure *f)
{
    f->from_source = false;
    f->lookup = (struct lookup_failure){.kind = LOOKUP_INVALID_ROOT};
    return fail(f, ERROR_FAILED_LOOKUP);
}

enum error asid_check(struct cap c, unsigned argument, u64 **top, struct failure *f)
{
    if (!cap_is(c, CAP_VSPACE) || !cap_asid(c))
        return fail_capability(f, argument);
    *top = asid_find(cap_asid(c));
    if (!*top)
        return asid_fail(f);
    return *top == cap_object(c) ? ERROR_NONE : fail_capability(f, argument);
}

void asid_forget(u64 asid, const u64 *top)
{
    struct asid_pool *pool = asid_pools[asid >> ASID_POOL_BITS];
    if (!asid || !pool || pool->top[asid % ASID_POOL_ENTRIES] != top)
        return;
    pool->top[asid % ASID_POOL_ENTRIES] = NULL;
    vspace_leave(asid, top);
}

void asid_pool_forget(u64 first, const void *pool)
{
    if (asid_pools[first >> ASID_POOL_BITS] != pool)
        return;
    asid_pools[first >> ASID_POOL_BITS] = NULL;
    for (unsigned i = 0; i < ASID_POOL_ENTRIES; i++) {
        const u64 *top = ((const struct asid_pool *)pool)->top[i];
        if (top)
            vspace_leave(first + i, top);
    }
}

/* A pool's first free entry that is no ASID 0; ASID_POOL_ENTRIES when it is full. */
static unsigned pool_room(const struct asid_pool *pool, u64 first)
{
    unsigned i = first ? 0 : 1;
    while (i < ASID_POOL_ENTRIES && pool->top[i])
        i++;
    return first + i < vspace_asids() ? i : ASID_POOL_ENTRIES;
}

struct cap asid_boot_pool(u64 *top, u64 *asid)
{
    struct asid_pool *pool = boot_object(PAGE_BITS);
    asid_pools[0] = pool;
    *asid = pool_room(pool, 0);
    pool->top[*asid] = top;
    return cap_make_object(CAP_ASID_POOL, pool, 0, 0, mapping_make(0, 0));
}

/* --- MakePool(index, depth; untyped, root) --- */

static unsigned pools_room(void)
{
    unsigned i = 0;
    while (i < ASID_POOLS && asid_pools[i])
        i++;
    return (u64)i << ASID_POOL_BITS < vspace_asids() ? i : ASID_POOLS;
}

enum error asid_invoke_control(struct invocation *v)
{
    struct failure *f = &v->failure;
    struct slot *dest;
    unsigned at = pools_room();
    if (v->label != LABEL_ASID_CONTROL_MAKE_POOL)
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (v->words < 2 || v->extras < 2)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    if (at == ASID_POOLS)
        return fail(f, ERROR_DELETE_FIRST);
    struct slot *memory = v->extra[0];
    if (!cap_is(memory->cap, CAP_UNTYPED) || cap_size(memory->cap) != PAGE_BITS || cap_flags(memory->cap))
        return fail_capability(f, 1);
    if (derive_has_children(memory))
        return fail(f, ERROR_REVOKE_FIRST);
    enum error error = invocation_empty_slot(v, v->extra[1]->cap, invocation_word(v, 0), invocation_word(v, 1), &dest);
    if (error)
        return error;
    struct asid_pool *pool = window_at(cap_physical(memory->cap));
    __builtin_memset(pool, 0, sizeof *pool);
    memory->cap.word[1] = sizeof *pool; /* all of it is used */
    asid_pools[at] = pool;
    derive_original(memory, dest,
                    cap_make_object(CAP_ASID_POOL, pool, 0, 0, mapping_make((u64)at << ASID_POOL_BITS, 0)));
    return ERROR_NONE;
}

/* --- Assign(; vspace) --- */

enum error asid_invoke_pool(struct invocation *v)
{
    struct failure *f = &v->failure;
    if (v->label != LABEL_ASID_POOL_ASSIGN)
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (v->extras < 1)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    struct slot *vspace = v->extra[0];
    struct asid_pool *pool = cap_object(v->cap);
    u64 first = cap_asid(v->cap);
    if (!cap_is(vspace->cap, CAP_VSPACE) || cap_asid(vspace->cap))
        return fail_capability(f, 1);
    if (asid_pools[first >> ASID_POOL_BITS] != pool)
        return fail_capability(f, 0);
    unsigned i = pool_room(pool, first);
    if (i == ASID_POOL_ENTRIES)
        return fail(f, ERROR_DELETE_FIRST);
    pool->top[i] = cap_object(vspace->cap);
    vspace->cap.word[1] = mapping_make(first + i, 0);
    return ERROR_NONE;
}
