/* SPDX-License-Identifier: GPL-3.0-only */
#include "memory.h"

/* Up to the next multiple of align, or the end of all addresses. */
static u64 round_up(u64 address, u64 align)
{
    return address > ~0ull - (align - 1) ? ~0ull : (address + align - 1) & ~(align - 1);
}
struct boot_range range_of(u64 start, u64 bytes)
{
    return (struct boot_range){start, bytes > ~0ull - start ? ~0ull : start + bytes};
}
struct boot_range range_outward(struct boot_range r, u64 align)
{
    return (struct boot_range){r.start & ~(align - 1), round_up(r.end, align)};
}
struct boot_range range_inward(struct boot_range r, u64 align)
{
    return (struct boot_range){round_up(r.start, align), r.end & ~(align - 1)};
}

static void remove_at(struct ranges *r, unsigned i)
{
    for (r->n--; i < r->n; i++)
        r->at[i] = r->at[i + 1];
}
/* Where the table is full the range is forgotten: memory is lost, not given twice. */
static void insert_at(struct ranges *r, unsigned i, struct boot_range added)
{
    if (added.start >= added.end || r->n == RANGES_MAX)
        return;
    for (unsigned k = r->n++; k > i; k--)
        r->at[k] = r->at[k - 1];
    r->at[i] = added;
}

void ranges_add(struct ranges *r, struct boot_range added)
{
    unsigned i = 0;
    if (added.start >= added.end)
        return;
    while (i < r->n && r->at[i].end < added.start)
        i++;
    while (i < r->n && r->at[i].start <= added.end) {
        added.start = r->at[i].start < added.start ? r->at[i].start : added.start;
        added.end = r->at[i].end > added.end ? r->at[i].end : added.end;
        remove_at(r, i);
    }
    insert_at(r, i, added);
}

void ranges_exclude(struct ranges *r, struct boot_range hole)
{
    for (unsigned i = 0; i < r->n;) {
        struct boot_range old = r->at[i];
        if (hole.start >= hole.end || old.end <= hole.start || old.start >= hole.end) {
            i++;
            continue;
        }
        remove_at(r, i);
        unsigned before = r->n;
        insert_at(r, i, (struct boot_range){old.start, hole.start});
        i += r->n - before;
        before = r->n;
        insert_at(r, i, (struct boot_range){hole.end, old.end});
        i += r->n - before;
    }
}

u64 ranges_take(struct ranges *r, u64 bytes, u64 align, u64 limit)
{
    for (unsigned i = 0; i < r->n; i++) {
        u64 start = (r->at[i].start + align - 1) & ~(align - 1);
        u64 end = r->at[i].end < limit ? r->at[i].end : limit;
        if (start && start < end && end - start >= bytes) {
            ranges_exclude(r, (struct boot_range){start, start + bytes});
            return start;
        }
    }
    return 0;
}

u64 ranges_bytes(const struct ranges *r)
{
    u64 sum = 0;
    for (unsigned i = 0; i < r->n; i++)
        sum += r->at[i].end - r->at[i].start;
    return sum;
}
