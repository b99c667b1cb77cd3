/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * loader.c: puts a seL4 kernel and its root task where they belong and starts the kernel as it wants to be started on
 * aarch64 at EL1: identity map below, the kernel's window above, caches on. It runs with the MMU off, so that every
 * access must be aligned.
 *
 *   RAM:   kernel, where it was linked | device tree | root task, whole | ... | the loader
 */
#include "lona/base.h"

#include <elf.h>

#define PAGE 4096ull
#define GIB (1ull << 30)
#define ENTRIES 512u
#define TABLE 3ull
#define BLOCK 1ull
/* Of a block: accessed, inner shareable, attribute number. */
#define NORMAL (1ull << 10 | 3ull << 8 | 4ull << 2)
#define DEVICE (1ull << 10 | 0ull << 2)
/* Of table entries on the way to a virtual address. */
#define INDEX(address, level) ((address) >> (39 - 9 * (level)) & (ENTRIES - 1))
#define FDT_MAGIC 0xd00dfeedu

/* What the kernel expects of memory attributes 0 to 5: nGnRnE, nGnRE, GRE, non-cacheable, write-back, write-through. */
#define MAIR 0xaaff440c0400ull
/* 48-bit addresses in both halves, 4 KiB pages, write-back inner-shareable walks, 16-bit ASIDs. */
#define TCR                                                                                                          \
    (16ull | 1ull << 8 | 1ull << 10 | 3ull << 12 | 16ull << 16 | 1ull << 24 | 1ull << 26 | 3ull << 28 | 2ull << 30 | \
     1ull << 36)
#define SCTLR_ON 0x30d01805ull /* MMU, data and instruction caches */

/* In the order of loader_leave. */
struct start {
    word low_table, high_table, mair, tcr, sctlr, entry;
    word root_start, root_end, root_offset, root_entry, tree, tree_bytes;
};
struct image {
    word start, end, physical; /* virtual; where it begins in memory */
    word entry;
};

extern const u8 kernel_elf[], root_elf[];
NORETURN void loader_leave(const struct start *s);
NORETURN void loader_main(const u8 *tree);

static word low[2][ENTRIES] __attribute__((aligned(4096)));
static word high[3][ENTRIES] __attribute__((aligned(4096)));

/* Nobody listens yet. */
NORETURN static void stop(void)
{
    for (;;)
        __asm__ volatile("wfe");
}
static word aligned(word at, word to)
{
    return (at + to - 1) & ~(to - 1);
}
static void copy(u8 *to, const u8 *from, word bytes)
{
    word i = 0;
    if (!(((word)to | (word)from) & 7))
        for (; i + 8 <= bytes; i += 8)
            *(volatile word *)(to + i) = *(const word *)(from + i);
    for (; i < bytes; i++)
        *(volatile u8 *)(to + i) = from[i];
}
static void clear(u8 *at, word bytes)
{
    word i = 0;
    for (; i < bytes && ((word)(at + i) & 7); i++)
        *(volatile u8 *)(at + i) = 0;
    for (; i + 8 <= bytes; i += 8)
        *(volatile word *)(at + i) = 0;
    for (; i < bytes; i++)
        *(volatile u8 *)(at + i) = 0;
}
/* What caches hold of memory that was written past them is thrown away. */
static void uncache(word from, word to)
{
    for (word at = from & ~63ull; at < to; at += 64)
        __asm__ volatile("dc civac, %0" ::"r"(at) : "memory");
    __asm__ volatile("dsb sy" ::: "memory");
}

/* --- ELF files --- */

static const Elf64_Phdr *headers(const u8 *elf, word *n)
{
    const Elf64_Ehdr *e = (const Elf64_Ehdr *)elf;
    *n = e->e_phnum;
    return (const Elf64_Phdr *)(elf + e->e_phoff);
}
/* Its range of addresses; physical: as it was linked. */
static struct image measure(const u8 *elf)
{
    word n;
    const Elf64_Phdr *p = headers(elf, &n);
    struct image image = {.start = ~0ull, .entry = ((const Elf64_Ehdr *)elf)->e_entry};
    for (word i = 0; i < n; i++) {
        if (p[i].p_type != PT_LOAD)
            continue;
        if (p[i].p_vaddr < image.start) {
            image.start = p[i].p_vaddr;
            image.physical = p[i].p_paddr;
        }
        if (p[i].p_vaddr + p[i].p_memsz > image.end)
            image.end = p[i].p_vaddr + p[i].p_memsz;
    }
    image.start &= ~(PAGE - 1);
    image.physical &= ~(PAGE - 1);
    image.end = aligned(image.end, PAGE);
    return image;
}
static void place(const u8 *elf, const struct image *image)
{
    word n;
    const Elf64_Phdr *p = headers(elf, &n);
    clear((u8 *)image->physical, image->end - image->start);
    for (word i = 0; i < n; i++) {
        if (p[i].p_type == PT_LOAD)
            copy((u8 *)(image->physical + p[i].p_vaddr - image->start), elf + p[i].p_offset, p[i].p_filesz);
    }
    uncache(image->physical, image->physical + image->end - image->start);
}

/* --- the maps --- */

static void make_maps(const struct image *kernel)
{
    word first_ram = kernel->physical / GIB;
    low[0][0] = (word)low[1] | TABLE;
    for (word i = 0; i < ENTRIES; i++)
        low[1][i] = i * GIB | (i < first_ram ? DEVICE : NORMAL) | BLOCK;
    /* The gigabyte of addresses that the kernel is in, by 2 MiB. */
    word window = kernel->start & ~(GIB - 1), offset = kernel->physical - kernel->start;
    high[0][INDEX(window, 0)] = (word)high[1] | TABLE;
    high[1][INDEX(window, 1)] = (word)high[2] | TABLE;
    for (word i = 0; i < ENTRIES; i++)
        high[2][i] = ((window + (i << 21) + offset) & 0xffffffe00000ull) | NORMAL | BLOCK;
    uncache((word)low, (word)low + sizeof low);
    uncache((word)high, (word)high + sizeof high);
}
static word address_size(void)
{
    word features;
    __asm__("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
    return features & 7;
}
static word tree_size(const u8 *tree)
{
    const u32 *words = (const u32 *)tree;
    return tree && __builtin_bswap32(words[0]) == FDT_MAGIC ? __builtin_bswap32(words[1]) : 0;
}

void loader_main(const u8 *tree)
{
    struct image kernel = measure(kernel_elf), root = measure(root_elf);
    word tree_bytes = tree_size(tree), kernel_end = kernel.physical + kernel.end - kernel.start;
    struct start s = {.mair = MAIR, .tcr = TCR | address_size() << 32, .sctlr = SCTLR_ON, .entry = kernel.entry};
    s.tree = tree_bytes ? aligned(kernel_end, PAGE) : 0;
    s.tree_bytes = tree_bytes;
    root.physical = aligned(kernel_end + tree_bytes, PAGE);
    s.root_start = root.physical;
    s.root_end = root.physical + root.end - root.start;
    s.root_offset = root.physical - root.start;
    s.root_entry = root.entry;
    if (s.root_end > (word)loader_main) /* it would overwrite us */
        stop();
    place(kernel_elf, &kernel);
    copy((u8 *)s.tree, tree, tree_bytes);
    uncache(s.tree, s.tree + tree_bytes);
    place(root_elf, &root);
    make_maps(&kernel);
    s.low_table = (word)low;
    s.high_table = (word)high;
    uncache((word)&s, (word)(&s + 1));
    loader_leave(&s);
}
