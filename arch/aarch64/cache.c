/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * cache.c: caches: what users ask for ranges of a frame or of an address space. Data caches act by physical address, so
 * the kernel uses its own window, whether users may access the memory or not.
 */
#include "arch.h"
#include "cache_lines.h"
#include "cpu.h"
#include "destroy.h"
#include "mapping.h"
#include "message.h"
#include "vspace.h"
#include "window.h"

#define EACH_LINE(instruction)   \
    for (; at < end; at += line) \
    __asm__ volatile(instruction ", %0" : : "r"(at) : "memory")

static u64 line_bytes(void)
{
    return 4ull << (CPU_READ(ctr_el0) >> 16 & 0xf);
}
static void each_line(enum cache_operation what, const void *start, u64 bytes)
{
    u64 line = line_bytes(), at = (u64)start & ~(line - 1), end = (u64)start + bytes;
    switch (what) {
    case CACHE_CLEAN:
        EACH_LINE("dc cvac");
        break;
    case CACHE_INVALIDATE:
        if (at != (u64)start || end & (line - 1)) {
            EACH_LINE("dc civac");
        } else {
            EACH_LINE("dc ivac");
        }
        break;
    case CACHE_CLEAN_INVALIDATE:
        EACH_LINE("dc civac");
        break;
    case CACHE_UNIFY:
        EACH_LINE("dc cvau");
        break;
    }
}
/* What was done to lines is done. */
static void finish(enum cache_operation what)
{
    if (what == CACHE_UNIFY)
        __asm__ volatile("dsb ish; ic ialluis" : : : "memory");
    __asm__ volatile("dsb sy; isb" : : : "memory");
}
void cache_lines(enum cache_operation what, const void *start, u64 bytes)
{
    each_line(what, start, bytes);
    finish(what);
}

void arch_memory_cleared(void *start, u64 bytes)
{
    cache_lines(CACHE_CLEAN, start, bytes);
}

static bool operation_of(const struct invocation *v, u64 first, enum cache_operation *what)
{
    *what = (enum cache_operation)(v->label - first);
    return v->label >= first && v->label <= first + CACHE_UNIFY;
}

/* What is invalidated may have been written by others: who may only read does not decide that it is lost. */
static bool is_allowed(enum cache_operation what, u64 entry)
{
    return what != CACHE_INVALIDATE || (entry & (PTE_USER | PTE_READ_ONLY)) == PTE_USER;
}

/*
 * From the invocation's start to its end; memory is where the kernel sees the start. An interrupt stops it. Then the
 * call is made again from where this came to: its first word, the start, is put there. That register is the caller's,
 * and all is checked again: it gets nothing by writing there what it could as well have asked for.
 */
static enum error act_on(struct invocation *v, enum cache_operation what, const u8 *memory)
{
    u64 left = invocation_word(v, 1) - invocation_word(v, 0);
    enum error error = ERROR_NONE;
    while (left > 0 && error == ERROR_NONE) {
        u64 page = PAGE_SIZE - ((u64)memory & (PAGE_SIZE - 1)), bytes = left < page ? left : page;
        each_line(what, memory, bytes);
        memory += bytes;
        left -= bytes;
        if (left > 0 && destroy_should_stop())
            error = ERROR_PREEMPTED;
    }
    finish(what);
    if (error == ERROR_PREEMPTED)
        message_set_word(v->caller, 0, invocation_word(v, 1) - left);
    return error;
}

/* (start, end), offsets in the frame, which is mapped somewhere */
enum error frame_invoke_cache(struct invocation *v)
{
    struct failure *f = &v->failure;
    enum cache_operation what;
    if (!operation_of(v, LABEL_PAGE_CLEAN, &what))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (v->words < 2)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    if (!cap_asid(v->cap))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    u64 *top = asid_find(cap_asid(v->cap));
    unsigned bits;
    if (!top)
        return asid_fail(f);
    u64 start = invocation_word(v, 0), end = invocation_word(v, 1), size = 1ull << cap_size(v->cap);
    if (end <= start)
        return fail_argument(f, 1);
    if (start >= size || end > size)
        return fail_argument(f, 0);
    u64 entry = *vspace_entry(top, mapping_address(v->cap.word[1]), PAGE_BITS, &bits);
    if (bits != cap_size(v->cap) || !frame_is_shown(v->cap, entry))
        return fail_capability(f, 0);
    if (!is_allowed(what, entry))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (cap_flags(v->cap)) /* no cache holds what a device's frame shows */
        return ERROR_NONE;
    return act_on(v, what, (const u8 *)window_at(cap_physical(v->cap)) + start);
}

/* (start, end), addresses of users in one page; where nothing is mapped there is nothing to do */
enum error vspace_invoke(struct invocation *v)
{
    struct failure *f = &v->failure;
    enum cache_operation what;
    u64 *top;
    unsigned bits;
    if (!operation_of(v, LABEL_VSPACE_CLEAN, &what))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (v->words < 2)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    u64 start = invocation_word(v, 0), end = invocation_word(v, 1);
    if (end <= start)
        return fail_argument(f, 1);
    if (end >= ARCH_USER_TOP)
        return fail(f, ERROR_ILLEGAL_OPERATION);
    enum error error = asid_check(v->cap, 0, &top, f);
    if (error)
        return error;
    u64 entry = *vspace_entry(top, start, PAGE_BITS, &bits), offset = (1ull << bits) - 1;
    if (!(entry & PTE_VALID))
        return ERROR_NONE;
    if ((start & ~offset) != ((end - 1) & ~offset))
        return fail_range(f, start, start | offset);
    if (!is_allowed(what, entry))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    /* Nothing but RAM that the window shows is cached. */
    if ((entry & PTE_ATTRIBUTES(7)) != PTE_ATTRIBUTES(MEMORY_CACHED))
        return ERROR_NONE;
    return act_on(v, what, window_at((entry & PTE_ADDRESS & ~offset) + (start & offset)));
}
