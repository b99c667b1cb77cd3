/* SPDX-License-Identifier: GPL-3.0-only */
#include "window.h"

#include "cpu.h"
#include "pte.h"

#define ALIGNED_TABLE __attribute__((aligned(4096)))
#define WINDOW_TABLES 16 /* of parts of a GiB that are RAM */

extern const u8 image_text[], image_constants[], image_data[], image_end[]; /* kernel.ld */
extern const u8 kernel_stack_guard[];

static u64 kernel_top[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 window_huge[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 window_large[WINDOW_TABLES][TABLE_ENTRIES] ALIGNED_TABLE;
static u64 image_huge[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 image_large[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 image_pages[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 devices_large[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 boot_top[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 boot_huge[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 boot_large[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 no_users[TABLE_ENTRIES] ALIGNED_TABLE;
STATIC_ASSERT(IMAGE_MAX == LARGE_SIZE, "one table maps the image");

static struct {
    u64 image;                /* where it is in memory */
    unsigned tables, devices; /* used */
} window;

u64 image_physical(const void *at)
{
    return (u64)at - IMAGE_BASE + window.image;
}

/* --- with the MMU off: addresses of what is in the image are physical --- */

static u64 image_rights(const u8 *at)
{
    if (at == kernel_stack_guard || at >= image_end)
        return 0;
    if (at < image_constants)
        return PTE_KERNEL | PTE_READ_ONLY;
    return PTE_KERNEL | PTE_NO_EXECUTE_KERNEL | (at < image_data ? PTE_READ_ONLY : 0);
}
static u64 table_now(const u64 *table)
{
    return (u64)table | PTE_TO_TABLE;
}
static void image_map(u64 physical)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        u64 at = physical + ((u64)i << PAGE_BITS), rights = image_rights((const u8 *)at);
        image_pages[i] = rights ? at | rights | PTE_TABLE : 0;
    }
    kernel_top[pte_index(WINDOW_BASE, TOP_BITS)] = table_now(window_huge);
    kernel_top[pte_index(IMAGE_BASE, TOP_BITS)] = table_now(image_huge);
    image_huge[pte_index(IMAGE_BASE, HUGE_BITS)] = table_now(image_large);
    image_huge[pte_index(DEVICES_BASE, HUGE_BITS)] = table_now(devices_large);
    image_large[pte_index(IMAGE_BASE, LARGE_BITS)] = table_now(image_pages);
}
/* The image at its physical address, too: 2 MiB, to which it is aligned. */
static void boot_map(u64 physical)
{
    boot_top[pte_index(physical, TOP_BITS)] = table_now(boot_huge);
    boot_huge[pte_index(physical, HUGE_BITS)] = table_now(boot_large);
    boot_large[pte_index(physical, LARGE_BITS)] = physical | PTE_KERNEL;
}

#define PHYSICAL_SIZE_MAX 5 /* 48 bits */
static u64 physical_size(void)
{
    u64 size = CPU_READ(id_aa64mmfr0_el1) & 0xf;
    return size < PHYSICAL_SIZE_MAX ? size : PHYSICAL_SIZE_MAX;
}
/* Addresses of 48 bits in both halves, pages of 4 KiB, tables in write-back shareable memory. */
static u64 translation_control(void)
{
    u64 half = 16 | 1 << 8 | 1 << 10 | 3 << 12;
    return half | half << 16 | 2ull << 30 | physical_size() << 32 | (window_asid_bits() == 16 ? 1ull << 36 : 0);
}
void window_boot(u64 physical, struct window_roots *roots)
{
    image_map(physical);
    boot_map(physical);
    *roots = (struct window_roots){(u64)kernel_top, (u64)boot_top, MEMORY_TYPES, translation_control()};
}

/* --- afterwards --- */

void window_init(u64 physical)
{
    window.image = physical;
    CPU_WRITE(ttbr0_el1, window_no_users());
    cpu_instruction_barrier();
    cpu_forget_all();
}

/* Maps the large page at `at`, or the whole GiB where the range asked for has all of it. Answers how far that reaches.
 */
static u64 reach_page(u64 at, u64 end)
{
    u64 *huge = &window_huge[pte_index(at, HUGE_BITS)], rights = PTE_KERNEL | PTE_NO_EXECUTE_KERNEL;
    if (*huge && !pte_is_table(*huge))
        return (at | (HUGE_SIZE - 1)) + 1;
    if (!*huge && !(at & (HUGE_SIZE - 1)) && end - at >= HUGE_SIZE) {
        *huge = at | rights;
        return at + HUGE_SIZE;
    }
    if (!*huge) {
        if (window.tables == WINDOW_TABLES)
            return 0;
        *huge = image_physical(window_large[window.tables++]) | PTE_TO_TABLE;
    }
    u64 *large = (u64 *)((*huge & PTE_ADDRESS) - window.image + IMAGE_BASE);
    large[pte_index(at, LARGE_BITS)] = at | rights;
    return at + LARGE_SIZE;
}
void *window_reach(u64 physical, u64 bytes)
{
    u64 end = physical + bytes, at = physical & ~(LARGE_SIZE - 1);
    if (end < physical || end > WINDOW_SIZE)
        return NULL;
    while (at < end) {
        at = reach_page(at, end);
        if (!at)
            return NULL;
    }
    cpu_tables_written();
    return window_at(physical);
}

volatile void *window_device(u64 physical, u64 bytes)
{
    u64 first = physical & ~(LARGE_SIZE - 1), blocks = (physical + bytes - first + LARGE_SIZE - 1) >> LARGE_BITS;
    if (bytes > (u64)TABLE_ENTRIES << LARGE_BITS || blocks > TABLE_ENTRIES - window.devices)
        return NULL;
    u64 at = DEVICES_BASE + ((u64)window.devices << LARGE_BITS);
    for (u64 i = 0; i < blocks; i++)
        devices_large[window.devices++] = (first + (i << LARGE_BITS)) | PTE_KERNEL_DEVICE;
    cpu_tables_written();
    return (volatile void *)(at + (physical - first));
}

u64 window_no_users(void)
{
    return image_physical(no_users);
}
unsigned window_asid_bits(void)
{
    return CPU_READ(id_aa64mmfr0_el1) >> 4 & 0xf ? 16 : 8;
}
unsigned window_physical_bits(void)
{
    static const u8 bits[] = {32, 36, 40, 42, 44, 48};
    return bits[physical_size()];
}
