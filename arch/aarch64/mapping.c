/* SPDX-License-Identifier: GPL-3.0-only */
/* mapping.c: what users ask of frames and page tables: map, unmap, where is it. */
#include "arch.h"
#include "cpu.h"
#include "derive.h"
#include "vspace.h"
#include "window.h"

#define TABLE_BYTES 4096

/* --- frames --- */

/* What the window does not show is never cached: the kernel could not clean it. */
static u64 type_bits(struct cap frame, u64 attributes)
{
    bool cached = attributes & ATTRIBUTE_CACHED, is_device = cap_flags(frame);
    if (cached && !is_device)
        return PTE_CACHED;
    return PTE_ATTRIBUTES(cached || !is_device ? MEMORY_UNCACHED : MEMORY_DEVICE);
}
u64 frame_entry(struct cap frame, u64 rights, u64 attributes)
{
    rights &= cap_rights(frame);
    u64 entry = cap_physical(frame) | PTE_VALID | PTE_ACCESSED | PTE_NOT_GLOBAL | PTE_NO_EXECUTE_KERNEL |
                type_bits(frame, attributes);
    if (rights & RIGHT_READ)
        entry |= PTE_USER | (rights & RIGHT_WRITE ? 0 : PTE_READ_ONLY);
    if (cap_size(frame) == PAGE_BITS)
        entry |= PTE_TABLE;
    if (attributes & ATTRIBUTE_NO_EXECUTE)
        entry |= PTE_NO_EXECUTE_USER;
    return entry;
}
static bool entry_shows(u64 entry, struct cap frame)
{
    return (entry & PTE_VALID) && (entry & PTE_ADDRESS) == cap_physical(frame);
}

static enum error fail_missing(struct failure *f, unsigned bits)
{
    f->from_source = false;
    f->lookup = (struct lookup_failure){.kind = LOOKUP_MISSING_CAPABILITY, .detail = {bits}};
    return fail(f, ERROR_FAILED_LOOKUP);
}

/* Where a frame that is mapped already may be mapped again; any other within users' addresses. */
static enum error place_check(struct cap frame, u64 asid, u64 address, struct failure *f)
{
    u64 size = 1ull << cap_size(frame);
    if (address & (size - 1))
        return fail(f, ERROR_ALIGNMENT);
    if (!cap_asid(frame))
        return address < ARCH_USER_TOP && size <= ARCH_USER_TOP - address ? ERROR_NONE : fail_argument(f, 0);
    if (cap_asid(frame) != asid)
        return fail_capability(f, 1);
    return mapping_address(frame.word[1]) == address ? ERROR_NONE : fail_argument(f, 0);
}

/*
 * Map(address, rights, attributes; vspace). Another page that is there gives way, as on seL4: its capability then
 * stands for a mapping that is no more. A translation that the processor may hold is taken back before it gets another.
 */
static enum error frame_map(struct invocation *v)
{
    struct failure *f = &v->failure;
    struct cap frame = v->cap;
    u64 *top;
    unsigned bits;
    if (v->words < 3 || v->extras < 1)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    u64 address = invocation_word(v, 0), rights = invocation_word(v, 1), attributes = invocation_word(v, 2);
    enum error error = asid_check(v->extra[0]->cap, 1, &top, f);
    if (error)
        return error;
    u64 asid = cap_asid(v->extra[0]->cap);
    error = place_check(frame, asid, address, f);
    if (error)
        return error;
    u64 *entry = vspace_entry(top, address, PAGE_BITS, &bits);
    if (bits != cap_size(frame))
        return fail_missing(f, bits);
    if (*entry & PTE_VALID) {
        *entry = 0;
        cpu_forget_page(asid, address);
    }
    *entry = frame_entry(frame, rights, attributes);
    cpu_tables_written();
    v->slot->cap.word[1] = mapping_make(asid, address);
    return ERROR_NONE;
}

void frame_unmap(struct cap frame)
{
    u64 asid = cap_asid(frame), address = mapping_address(frame.word[1]), *top = asid ? asid_find(asid) : NULL;
    unsigned bits;
    u64 *entry = top ? vspace_entry(top, address, PAGE_BITS, &bits) : NULL;
    if (!entry || bits != cap_size(frame) || !entry_shows(*entry, frame))
        return;
    *entry = 0;
    cpu_forget_page(asid, address);
}

enum error frame_invoke(struct invocation *v)
{
    switch (v->label) {
    case LABEL_PAGE_MAP:
        return frame_map(v);
    case LABEL_PAGE_UNMAP:
        frame_unmap(v->cap);
        v->slot->cap.word[1] = 0;
        return ERROR_NONE;
    case LABEL_PAGE_GET_ADDRESS:
        invocation_answer(v, 0, cap_physical(v->cap));
        return ERROR_NONE;
    }
    return frame_invoke_cache(v);
}

/* --- tables --- */

/* Map(address, attributes; vspace): the table is the next one that the way to that address lacks. */
static enum error table_map(struct invocation *v)
{
    struct failure *f = &v->failure;
    u64 *top;
    unsigned bits;
    if (v->words < 2 || v->extras < 1)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    if (cap_asid(v->cap))
        return fail_capability(f, 0);
    u64 address = invocation_word(v, 0);
    enum error error = asid_check(v->extra[0]->cap, 1, &top, f);
    if (error)
        return error;
    if (address >= ARCH_USER_TOP)
        return fail_argument(f, 0);
    u64 *entry = vspace_entry(top, address, PAGE_BITS, &bits);
    if (bits == PAGE_BITS || (*entry & PTE_VALID))
        return fail(f, ERROR_DELETE_FIRST);
    *entry = window_physical(cap_object(v->cap)) | PTE_TO_TABLE;
    cpu_tables_written();
    v->slot->cap.word[1] = mapping_make(cap_asid(v->extra[0]->cap), address & ~((1ull << bits) - 1));
    return ERROR_NONE;
}

void table_unmap(struct cap table)
{
    u64 asid = cap_asid(table), address = mapping_address(table.word[1]), *top = asid ? asid_find(asid) : NULL;
    for (unsigned level = TOP_BITS, bits; top && level > PAGE_BITS; level -= 9) {
        u64 *entry = vspace_entry(top, address, level, &bits);
        if (bits != level || !pte_is_table(*entry))
            return;
        if ((*entry & PTE_ADDRESS) != window_physical(cap_object(table)))
            continue;
        *entry = 0;
        cpu_forget_space(asid);
        return;
    }
}

static enum error table_unmap_invoke(struct invocation *v)
{
    if (!derive_is_final(v->slot))
        return fail(&v->failure, ERROR_REVOKE_FIRST);
    if (!cap_asid(v->cap))
        return ERROR_NONE;
    table_unmap(v->cap);
    __builtin_memset(cap_object(v->cap), 0, TABLE_BYTES);
    v->slot->cap.word[1] = 0;
    return ERROR_NONE;
}

enum error table_invoke(struct invocation *v)
{
    switch (v->label) {
    case LABEL_PAGE_TABLE_MAP:
        return table_map(v);
    case LABEL_PAGE_TABLE_UNMAP:
        return table_unmap_invoke(v);
    }
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}
