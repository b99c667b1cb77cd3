/* SPDX-License-Identifier: GPL-3.0-only */
#include "window.h"

#include "cpu.h"
#include "pte.h"

#define ALIGNED_TABLE __attribute__((aligned(4096)))

extern const u8 image_text[], image_constants[], image_data[], image_symbols[], image_end[]; /* kernel.ld */
extern const u8 kernel_stack_guard[];

static u64 kernel_pml4[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 window_pdpt[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 window_first_pd[TABLE_ENTRIES] ALIGNED_TABLE; /* the first GiB needs no table from elsewhere */
static u64 image_pdpt[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 image_pd[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 image_pts[IMAGE_MAX / LARGE_SIZE][TABLE_ENTRIES] ALIGNED_TABLE;
static u64 devices_pd[TABLE_ENTRIES] ALIGNED_TABLE;
static u64 devices_pt[TABLE_ENTRIES] ALIGNED_TABLE;

static struct {
    window_page_source *source;
    u64 no_execute; /* PTE_NO_EXECUTE where the processor has it */
    bool huge_pages;
    unsigned devices; /* pages used of devices_pt */
} window;

static u64 table_entry(const void *table)
{
    return image_physical(table) | PTE_PRESENT | PTE_WRITE;
}

static u64 image_rights(const u8 *at)
{
    if (at == kernel_stack_guard || at < image_text || at >= image_end)
        return 0;
    if (at < image_constants)
        return PTE_PRESENT | PTE_GLOBAL;
    if (at < image_data || at >= image_symbols)
        return PTE_PRESENT | PTE_GLOBAL | window.no_execute;
    return PTE_PRESENT | PTE_GLOBAL | PTE_WRITE | window.no_execute;
}
static void image_map(void)
{
    ENSURE(image_physical(image_end) <= IMAGE_MAX, "the kernel's image fits its page tables");
    for (u64 at = 0; at < IMAGE_MAX; at += PAGE_SIZE) {
        u64 rights = image_rights((const u8 *)(IMAGE_BASE + at));
        image_pts[at >> LARGE_BITS][pte_index(at, PAGE_BITS)] = rights ? at | rights : 0;
    }
    for (unsigned i = 0; i < ARRAY_LEN(image_pts); i++)
        image_pd[i] = table_entry(image_pts[i]);
    image_pdpt[pte_index(IMAGE_BASE, HUGE_BITS)] = table_entry(image_pd);
    image_pdpt[pte_index(DEVICES_BASE, HUGE_BITS)] = table_entry(devices_pd);
    devices_pd[pte_index(DEVICES_BASE, LARGE_BITS)] = table_entry(devices_pt);
}

/* Index 4 is write-combining; the others are as after a reset (Intel SDM 3, 12.12). */
#define PAT_TYPES 0x0007040100070406ull

void window_init(window_page_source *source)
{
    window.source = source;
    window.no_execute = cpu_msr_read(MSR_EFER) & EFER_NO_EXECUTE ? PTE_NO_EXECUTE : 0;
    window.huge_pages = cpu_id(0x80000001, 0).d >> 26 & 1;
    image_map();
    kernel_pml4[pte_index(WINDOW_BASE, TOP_BITS)] = table_entry(window_pdpt);
    kernel_pml4[pte_index(IMAGE_BASE, TOP_BITS)] = table_entry(image_pdpt);
    window_pdpt[0] = table_entry(window_first_pd);
    cpu_msr_write(MSR_PAT, PAT_TYPES);
    cpu_cr3_set(image_physical(kernel_pml4));
    cpu_cr4_set(cpu_cr4() | CR4_GLOBAL_PAGES);
}

/* Maps the large page at `at`, or the whole GiB where the range asked for has all of it. Answers how far that reaches.
 */
static u64 reach_page(u64 at, u64 end)
{
    u64 *huge = &window_pdpt[pte_index(at, HUGE_BITS)];
    u64 rights = PTE_PRESENT | PTE_WRITE | PTE_LARGE | PTE_GLOBAL | window.no_execute;
    if (*huge & PTE_LARGE)
        return (at | (HUGE_SIZE - 1)) + 1;
    if (!*huge && window.huge_pages && !(at & (HUGE_SIZE - 1)) && end - at >= HUGE_SIZE) {
        *huge = at | rights;
        return at + HUGE_SIZE;
    }
    if (!*huge) {
        u64 table = window.source();
        if (!table)
            return 0;
        __builtin_memset(window_at(table), 0, PAGE_SIZE);
        *huge = table | PTE_PRESENT | PTE_WRITE;
    }
    u64 table = *huge & PTE_ADDRESS;
    u64 *pd = table == image_physical(window_first_pd) ? window_first_pd : window_at(table);
    pd[pte_index(at, LARGE_BITS)] = at | rights;
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
    return window_at(physical);
}

volatile void *window_device(u64 physical, u64 bytes)
{
    u64 first = physical & ~(PAGE_SIZE - 1), pages = (physical + bytes - first + PAGE_SIZE - 1) >> PAGE_BITS;
    if (bytes > (u64)TABLE_ENTRIES << PAGE_BITS || pages > TABLE_ENTRIES - window.devices)
        return NULL;
    u64 at = DEVICES_BASE + ((u64)window.devices << PAGE_BITS);
    for (u64 i = 0; i < pages; i++)
        devices_pt[window.devices++] = (first + (i << PAGE_BITS)) | PTE_PRESENT | PTE_WRITE | PTE_CACHE_DISABLED |
                                       PTE_WRITE_THROUGH | PTE_GLOBAL | window.no_execute;
    return (volatile void *)(at + (physical - first));
}

void window_share(u64 *pml4)
{
    for (unsigned i = TABLE_ENTRIES / 2; i < TABLE_ENTRIES; i++)
        pml4[i] = kernel_pml4[i];
}

u64 window_pml4(void)
{
    return image_physical(kernel_pml4);
}

bool window_has_huge_pages(void)
{
    return window.huge_pages;
}
u64 window_no_execute(void)
{
    return window.no_execute;
}
