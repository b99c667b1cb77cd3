/* SPDX-License-Identifier: GPL-3.0-only */
/* mapping.c: map, unmap, where is it. */
#include "mapping.h"

#include "arch.h"
#include "asid.h"
#include "derive.h"
#include "vspace.h"
#include "window.h"

static enum error fail_missing(struct failure *f, unsigned bits)
{
    f->from_source = false;
    f->lookup = (struct lookup_failure){.kind = LOOKUP_MISSING_CAPABILITY, .detail = {bits}};
    return fail(f, ERROR_FAILED_LOOKUP);
}
/* An entry that covers 1 << bits bytes leads to a table. */
static bool is_table(u64 entry, unsigned bits)
{
    return bits > PAGE_BITS && pte_is_table(entry);
}

/* --- walking --- */

u64 *vspace_entry(u64 *top, u64 address, unsigned least, unsigned *bits)
{
    u64 *entry = &top[pte_index(address, TOP_BITS)];
    for (*bits = TOP_BITS; *bits > least && pte_is_table(*entry); *bits -= LEVEL_BITS) {
        u64 *table = window_at(*entry & PTE_ADDRESS);
        entry = &table[pte_index(address, *bits - LEVEL_BITS)];
    }
    return entry;
}

/* --- frames --- */

bool frame_is_shown(struct cap frame, u64 entry)
{
    u64 offset = (1ull << cap_size(frame)) - 1;
    return pte_is_valid(entry) && !is_table(entry, cap_size(frame)) &&
           (entry & PTE_ADDRESS & ~offset) == cap_physical(frame);
}

/* Where a frame that is mapped already may be mapped again; any other within users' addresses. */
static enum error place_check(struct cap frame, u64 asid, u64 address, struct failure *f)
{
    u64 size = 1ull << cap_size(frame);
    bool aligned = !(address & (size - 1));
    if (VSPACE_ALIGNMENT_FIRST && !aligned)
        return fail(f, ERROR_ALIGNMENT);
    if (cap_asid(frame) && cap_asid(frame) != asid)
        return fail_capability(f, 1);
    if (cap_asid(frame) && mapping_address(frame.word[1]) != address)
        return fail_argument(f, 0);
    if (address >= ARCH_USER_TOP || size > ARCH_USER_TOP - address)
        return fail_argument(f, 0);
    return aligned ? ERROR_NONE : fail(f, ERROR_ALIGNMENT);
}

/*
 * Map(address, rights, attributes; vspace). Another page that is there gives way, as on seL4: its capability then
 * stands for a mapping that is no more.
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
    u64 *entry = vspace_entry(top, address, VSPACE_WALKS_ON ? PAGE_BITS : cap_size(frame), &bits);
    if (bits != cap_size(frame))
        return fail_missing(f, bits);
    if (is_table(*entry, bits))
        return fail(f, ERROR_DELETE_FIRST);
    vspace_set_page(entry, frame_entry(frame, rights, attributes), asid, top, address);
    v->slot->cap.word[1] = mapping_make(asid, address);
    return ERROR_NONE;
}

void frame_unmap(struct cap frame)
{
    u64 asid = cap_asid(frame), address = mapping_address(frame.word[1]), *top = asid ? asid_find(asid) : NULL;
    unsigned bits;
    u64 *entry = top ? vspace_entry(top, address, cap_size(frame), &bits) : NULL;
    if (entry && bits == cap_size(frame) && frame_is_shown(frame, *entry))
        vspace_set_page(entry, 0, asid, top, address);
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

/* Bits that the entry covers which leads to a table of this level; 0: any. */
static unsigned place_bits(struct cap table)
{
    return cap_size(table) ? cap_size(table) + LEVEL_BITS : 0;
}

/* Map(address, attributes; vspace): a table without a level is the next one that the way to that address lacks. */
static enum error table_map(struct invocation *v)
{
    struct failure *f = &v->failure;
    u64 *top;
    unsigned bits, place = place_bits(v->cap);
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
    u64 *entry = vspace_entry(top, address, place ? place : PAGE_BITS, &bits);
    if (place && bits != place)
        return fail_missing(f, bits);
    if (bits == PAGE_BITS || pte_is_valid(*entry))
        return fail(f, ERROR_DELETE_FIRST);
    vspace_set_table(entry, window_physical(cap_object(v->cap)));
    v->slot->cap.word[1] = mapping_make(cap_asid(v->extra[0]->cap), address & ~((1ull << bits) - 1));
    return ERROR_NONE;
}

void table_unmap(struct cap table)
{
    u64 asid = cap_asid(table), address = mapping_address(table.word[1]), *top = asid ? asid_find(asid) : NULL;
    for (unsigned level = TOP_BITS, bits; top && level > PAGE_BITS; level -= LEVEL_BITS) {
        u64 *entry = vspace_entry(top, address, level, &bits);
        if (bits != level || !pte_is_table(*entry))
            return;
        if ((*entry & PTE_ADDRESS) != window_physical(cap_object(table)))
            continue;
        *entry = 0;
        vspace_forget(asid, top);
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
    __builtin_memset(cap_object(v->cap), 0, PAGE_SIZE);
    v->slot->cap.word[1] = 0;
    return ERROR_NONE;
}

enum error table_invoke(struct invocation *v)
{
    for (unsigned i = 0; i < table_labels_count; i++) {
        const struct table_labels *l = &table_labels[i];
        if (l->level == cap_size(v->cap) && v->label == l->map)
            return table_map(v);
        if (l->level == cap_size(v->cap) && v->label == l->unmap)
            return table_unmap_invoke(v);
    }
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}
