/* SPDX-License-Identifier: GPL-3.0-only */
#include "elf.h"
#include "memory.h"

struct header {
    u8 magic[4];
    u8 class, data, version, abi[9];
    u16 type, machine;
    u32 file_version;
    u64 entry, segments_offset, sections_offset;
    u32 flags;
    u16 header_bytes, segment_bytes, segment_count;
};
struct segment {
    u32 type, flags;
    u64 offset, address, physical, file_bytes, memory_bytes, align;
};
#define SEGMENT_LOAD 1

static const struct header *header(const struct elf *e)
{
    return (const struct header *)e->file;
}
/* The segments, which elf_open has checked. NULL: not to be loaded. */
static const struct segment *loaded(const struct elf *e, unsigned i)
{
    const struct header *h = header(e);
    const struct segment *s = (const struct segment *)(e->file + h->segments_offset + (u64)i * h->segment_bytes);
    return s->type == SEGMENT_LOAD && s->memory_bytes ? s : NULL;
}
static bool is_inside(u64 start, u64 bytes, u64 limit)
{
    return start <= limit && bytes <= limit - start;
}
static bool header_is_valid(const struct elf *e)
{
    const struct header *h = header(e);
    return e->bytes >= sizeof *h && memcmp(h->magic, "\177ELF", 4) == 0 && h->class == 2 && h->data == 1 &&
           h->segment_bytes >= sizeof(struct segment) && h->segments_offset % 8 == 0 && h->segment_bytes % 8 == 0 &&
           is_inside(h->segments_offset, (u64)h->segment_count * h->segment_bytes, e->bytes);
}
bool elf_open(struct elf *e, const void *file, u64 bytes, u64 limit)
{
    const u64 page = 4096;
    *e = (struct elf){.file = file, .bytes = bytes, .start = UINT64_MAX};
    if (!header_is_valid(e))
        return false;
    e->entry = header(e)->entry;
    for (unsigned i = 0; i < header(e)->segment_count; i++) {
        const struct segment *s = loaded(e, i);
        if (!s)
            continue;
        bool is_in_file = !s->file_bytes || is_inside(s->offset, s->file_bytes, bytes);
        if (!is_in_file || s->file_bytes > s->memory_bytes || !is_inside(s->address, s->memory_bytes, limit))
            return false;
        u64 start = s->address & ~(page - 1), end = (s->address + s->memory_bytes + page - 1) & ~(page - 1);
        e->start = start < e->start ? start : e->start;
        e->end = end > e->end ? end : e->end;
    }
    return e->start < e->end;
}
void elf_read_page(const struct elf *e, u64 address, void *to, u64 page_bytes)
{
    for (unsigned i = 0; i < header(e)->segment_count; i++) {
        const struct segment *s = loaded(e, i);
        if (!s || !s->file_bytes || s->address >= address + page_bytes || s->address + s->file_bytes <= address)
            continue;
        u64 from = s->address > address ? s->address : address;
        u64 end = s->address + s->file_bytes;
        end = end < address + page_bytes ? end : address + page_bytes;
        memcpy((u8 *)to + (from - address), e->file + s->offset + (from - s->address), end - from);
    }
}
