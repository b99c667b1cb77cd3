/* SPDX-License-Identifier: GPL-3.0-only */
/* mapping.c: what users ask of frames and page tables: map, unmap, where is it. */
#include "arch.h"
#include "derive.h"
#include "vspace.h"
#include "window.h"

#define TABLE_BYTES 4096

static enum error fail_missing(struct failure *f, unsigned bits)
{
    f->from_source = false;
    f->lookup = (struct lookup_failure){.kind = LOOKUP_MISSING_CAPABILITY, .detail = {bits}};
    return fail(f, ERROR_FAILED_LOOKUP);
}

/* --- frames --- */

static u64 type_bits(u64 attributes, unsigned size_bits)
{
    u64 entry = 0;
    if (attributes & 1)
        entry |= PTE_WRITE_THROUGH;
    if (attributes & 2)
        entry |= PTE_CACHE_DISABLED;
    if (attributes & 4)
        entry |= size_bits == PAGE_BITS ? PTE_PAT : PTE_LARGE_PAT;
    return entry;
}
static u64 frame_entry(struct cap frame, u64 rights, u64 attributes)
{
    unsigned size = cap_size(frame);
    rights &= cap_rights(frame);
    u64 entry = cap_physical(frame) | PTE_PRESENT | type_bits(attributes, size);
    if (rights & RIGHT_READ)
        entry |= PTE_USER | (rights & RIGHT_WRITE ? PTE_WRITE : 0);
    if (size != PAGE_BITS)
        entry |= PTE_LARGE;
    if (attributes & ATTRIBUTE_NO_EXECUTE)
        entry |= window_no_execute();
    return entry;
}
/* The entry, of the level where the frame belongs, leads to no table. */
static bool entry_is_page(u64 entry, struct cap frame)
{
    return cap_size(frame) == PAGE_BITS || (entry & PTE_LARGE);
}
static bool entry_shows(u64 entry, struct cap frame)
{
    u64 offset = (1ull << cap_size(frame)) - 1;
    return (entry & PTE_PRESENT) && entry_is_page(entry, frame) &&
           (entry & PTE_ADDRESS & ~offset) == cap_physical(frame);
}

/*
 * Map(address, rights, attributes; vspace). Another page that is there gives way, as on seL4: its capability then
 * stands for a mapping that is no more.
 */
static enum error frame_map(struct invocation *v)
{
    struct failure *f = &v->failure;
    struct cap frame = v->cap;
    u64 *pml4, size = 1ull << cap_size(frame);
    if (v->words < 3 || v->extras < 1)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    u64 address = invocation_word(v, 0), rights = invocation_word(v, 1), attributes = invocation_word(v, 2);
    enum error error = asid_check(v->extra[0]->cap, 1, &pml4, f);
    if (error)
        return error;
    u64 asid = cap_asid(v->extra[0]->cap);
    if (cap_asid(frame) && cap_asid(frame) != asid)
        return fail_capability(f, 1);
    if (cap_asid(frame) && mapping_address(frame.word[1]) != address)
        return fail_argument(f, 0);
    if (address >= ARCH_USER_TOP || size > ARCH_USER_TOP - address)
        return fail_argument(f, 0);
    if (address & (size - 1))
        return fail(f, ERROR_ALIGNMENT);
    unsigned missing = 0;
    u64 *entry = vspace_entry(pml4, address, cap_size(frame), &missing);
    if (!entry)
        return fail_missing(f, missing);
    if ((*entry & PTE_PRESENT) && !entry_is_page(*entry, frame))
        return fail(f, ERROR_DELETE_FIRST);
    *entry = frame_entry(frame, rights, attributes);
    vspace_forget_page(pml4, address);
    v->slot->cap.word[1] = mapping_make(asid, address);
    return ERROR_NONE;
}

void frame_unmap(struct cap frame)
{
    unsigned missing;
    u64 address = mapping_address(frame.word[1]), *pml4 = cap_asid(frame) ? asid_find(cap_asid(frame)) : NULL;
    u64 *entry = pml4 ? vspace_entry(pml4, address, cap_size(frame), &missing) : NULL;
    if (!entry || !entry_shows(*entry, frame))
        return;
    *entry = 0;
    vspace_forget_page(pml4, address);
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
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}

/* --- tables: a table whose entries cover 1 << size bytes is an entry of one whose entries cover 512 times that --- */

static unsigned parent_bits(struct cap table)
{
    return cap_size(table) + 9;
}

/* Map(address, attributes; vspace) */
static enum error table_map(struct invocation *v)
{
    struct failure *f = &v->failure;
    u64 *pml4;
    if (v->words < 2 || v->extras < 1)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    if (cap_asid(v->cap))
        return fail_capability(f, 0);
    u64 address = invocation_word(v, 0);
    enum error error = asid_check(v->extra[0]->cap, 1, &pml4, f);
    if (error)
        return error;
    if (address >= ARCH_USER_TOP)
        return fail_argument(f, 0);
    unsigned missing = 0;
    u64 *entry = vspace_entry(pml4, address, parent_bits(v->cap), &missing);
    if (!entry)
        return fail_missing(f, missing);
    if (*entry & PTE_PRESENT)
        return fail(f, ERROR_DELETE_FIRST);
    *entry = window_physical(cap_object(v->cap)) | PTE_PRESENT | PTE_WRITE | PTE_USER;
    u64 start = address & ~((1ull << parent_bits(v->cap)) - 1);
    v->slot->cap.word[1] = mapping_make(cap_asid(v->extra[0]->cap), start);
    return ERROR_NONE;
}

void table_unmap(struct cap table)
{
    unsigned missing;
    u64 address = mapping_address(table.word[1]), *pml4 = cap_asid(table) ? asid_find(cap_asid(table)) : NULL;
    u64 *entry = pml4 ? vspace_entry(pml4, address, parent_bits(table), &missing) : NULL;
    if (!entry || (*entry & PTE_LARGE) || (*entry & PTE_ADDRESS) != window_physical(cap_object(table)))
        return;
    *entry = 0;
    vspace_forget_all(pml4);
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
    static const struct {
        u16 bits, map, unmap;
    } labels[] = {
        {HUGE_BITS, LABEL_PDPT_MAP, LABEL_PDPT_UNMAP},
        {LARGE_BITS, LABEL_PAGE_DIRECTORY_MAP, LABEL_PAGE_DIRECTORY_UNMAP},
        {PAGE_BITS, LABEL_PAGE_TABLE_MAP, LABEL_PAGE_TABLE_UNMAP},
    };
    for (unsigned i = 0; i < ARRAY_LEN(labels); i++) {
        if (labels[i].bits != cap_size(v->cap))
            continue;
        if (v->label == labels[i].map)
            return table_map(v);
        if (v->label == labels[i].unmap)
            return table_unmap_invoke(v);
    }
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}
