/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * boot.c: the root task, with capabilities to all that there is. The only place where memory is handed out without
 * being asked for by capability; it ends with all of it being the root task's.
 */
#include "../boot/memory.h"
#include "bootinfo.h"
#include "derive.h"
#include "elf.h"
#include "kernel.h"
#include "memory.h"
#include "object.h"
#include "sched.h"
#include "thread.h"
#include "untyped.h"

#define PAGE (1ull << ARCH_PAGE_BITS)
#define ROOT_PRIORITY (PRIORITIES - 1)
#define ROOT_BUDGET_US 5000
#define ROOT_SCHED_CONTEXT_BITS 8

static struct {
    const struct boot_platform *platform;
    struct ranges untaken; /* RAM that will be the root task's */
    struct ranges usable;  /* of that, what holds nothing that must still be read */
    struct slot *slots;
    u64 next; /* slot */
    struct boot_info *info;
} boot;

/* --- memory --- */

static void find_memory(void)
{
    const struct boot_platform *p = boot.platform;
    for (unsigned i = 0; i < p->ram_count; i++)
        ranges_add(&boot.untaken, (struct boot_range){p->ram[i].start, p->ram[i].end});
    boot.usable = boot.untaken;
    ranges_exclude(&boot.usable, range_outward(p->root_file, PAGE));
    for (unsigned i = 0; i < p->extra_count; i++)
        ranges_exclude(&boot.usable, range_outward(range_of(arch_physical(p->extra[i].data), p->extra[i].bytes), PAGE));
}
void *boot_object(unsigned bits)
{
    u64 bytes = 1ull << bits;
    u64 physical = ranges_take(&boot.usable, bytes, bytes, 1ull << ARCH_PHYSICAL_BITS);
    ENSURE(physical, "there is memory for the root task");
    ranges_exclude(&boot.untaken, (struct boot_range){physical, physical + bytes});
    return memset(arch_kernel_address(physical), 0, bytes);
}
static struct cap boot_create(enum object_type type, u64 user_bits)
{
    return untyped_create(type, arch_physical(boot_object(object_bits(type, user_bits))), user_bits, false);
}

/* --- slots --- */

static void put(u64 slot, struct cap c)
{
    ENSURE(slot < 1ull << ROOT_CNODE_RADIX, "the root task's CNode has room for all that there is");
    if (!cap_is_null(c))
        derive_original(NULL, &boot.slots[slot], c);
}
void boot_provide(struct cap c)
{
    put(boot.next++, c);
}
/* For t's slots: a copy of what the root CNode holds, without its mapping, which stays the original's. */
static void hold(struct tcb *t, enum tcb_slot i, enum root_slot from)
{
    struct cap copy;
    struct failure f;
    enum error e = derive_copy(&boot.slots[from], boot.slots[from].cap, &copy, &f);
    ENSURE(e == ERROR_NONE, "the root task's capabilities can be copied");
    derive_insert(&boot.slots[from], &t->slot[i], copy);
}

/* --- the address space: image, IPC buffer, BootInfo, extra entries --- */

struct space {
    struct elf elf;
    struct cap vspace;
    u64 ipc_buffer, info, extra, end;
};
static u64 extra_bytes(void)
{
    u64 bytes = 0;
    for (unsigned i = 0; i < boot.platform->extra_count; i++)
        bytes += (sizeof(struct boot_extra_header) + boot.platform->extra[i].bytes + 7) & ~7ull;
    return bytes;
}
static void open_image(struct space *s)
{
    struct boot_range file = boot.platform->root_file;
    bool is_valid = elf_open(&s->elf, arch_kernel_address(file.start), file.end - file.start, ARCH_USER_TOP);
    ENSURE(is_valid, "the root task is a static 64-bit ELF file");
    s->ipc_buffer = s->elf.end;
    s->info = s->ipc_buffer + PAGE;
    s->extra = s->info + PAGE;
    s->end = s->extra + ((extra_bytes() + PAGE - 1) & ~(PAGE - 1));
    ENSURE(s->end <= ARCH_USER_TOP, "the root task leaves room for its BootInfo");
}
static void map_image(struct space *s)
{
    boot.info->image_frames.start = boot.next;
    for (u64 at = s->elf.start; at < s->elf.end; at += PAGE) {
        void *page = boot_object(ARCH_PAGE_BITS);
        elf_read_page(&s->elf, at, page, PAGE);
        arch_memory_cleared(page, PAGE);
        boot_provide(arch_boot_map(s->vspace, arch_physical(page), at));
    }
    boot.info->image_frames.end = boot.next;
}
/* One entry after the other, each from a multiple of eight bytes, over pages that need not be neighbours. */
struct extra_writer {
    struct space *space;
    u64 written;
    u8 *page;
};
static void write_extra(struct extra_writer *w, const void *from, u64 bytes)
{
    const u8 *data = from;
    for (u64 i = 0; i < bytes; i++, w->written++) {
        if (w->written % PAGE == 0) {
            w->page = boot_object(ARCH_PAGE_BITS);
            boot_provide(arch_boot_map(w->space->vspace, arch_physical(w->page), w->space->extra + w->written));
        }
        w->page[w->written % PAGE] = data ? data[i] : 0;
    }
}
static void map_extra(struct space *s)
{
    struct extra_writer w = {.space = s};
    boot.info->extra_bytes = extra_bytes();
    boot.info->extra_pages.start = boot.next;
    for (unsigned i = 0; i < boot.platform->extra_count; i++) {
        const struct boot_extra *e = &boot.platform->extra[i];
        u64 padding = -e->bytes & 7;
        struct boot_extra_header h = {e->id, sizeof h + e->bytes + padding};
        write_extra(&w, &h, sizeof h);
        write_extra(&w, e->data, e->bytes);
        write_extra(&w, NULL, padding);
    }
    boot.info->extra_pages.end = boot.next;
}
static void make_space(struct space *s)
{
    open_image(s);
    boot.info = boot_object(ARCH_PAGE_BITS);
    boot.info->image_paging.start = boot.next;
    s->vspace = arch_boot_vspace(s->elf.start, s->end);
    boot.info->image_paging.end = boot.next;
    put(ROOT_VSPACE, s->vspace);
    map_image(s);
    put(ROOT_IPC_BUFFER, arch_boot_map(s->vspace, arch_physical(boot_object(ARCH_PAGE_BITS)), s->ipc_buffer));
    put(ROOT_BOOT_INFO, arch_boot_map(s->vspace, arch_physical(boot.info), s->info));
    map_extra(s);
    boot.info->ipc_buffer = s->ipc_buffer;
}

/* --- authority --- */

static void provide_controls(void)
{
    static const u8 of_arch[] = {5, 6, 7, 8, 12, 13, 15};
    put(ROOT_IRQ_CONTROL, cap_make(CAP_IRQ_CONTROL, 0, 0, 0, 0, 0));
    put(ROOT_DOMAIN, cap_make(CAP_DOMAIN, 0, 0, 0, 0, 0));
    for (unsigned i = 0; i < ARRAY_LEN(of_arch); i++)
        put(of_arch[i], arch_boot_cap(of_arch[i]));
    boot.info->sched_control.start = boot.next;
    for (u64 core = 0; core < boot.platform->cores; core++)
        boot_provide(cap_make(CAP_SCHED_CONTROL, 0, 0, 0, 0, core));
    boot.info->sched_control.end = boot.next;
}
/* The largest naturally aligned block at the start of r. */
static unsigned first_block(struct boot_range r)
{
    unsigned bits = 63 - (unsigned)__builtin_clzll(r.end - r.start);
    if (r.start && (unsigned)__builtin_ctzll(r.start) < bits)
        bits = (unsigned)__builtin_ctzll(r.start);
    return bits < ARCH_UNTYPED_MAX_BITS ? bits : ARCH_UNTYPED_MAX_BITS;
}
/* Blocks as untyped capabilities, until there are `most`. */
static void provide_untyped(const struct ranges *from, bool is_device, u64 most)
{
    for (unsigned i = 0; i < from->n; i++) {
        struct boot_range r = from->at[i];
        while (r.start < r.end) {
            unsigned bits = first_block(r);
            u64 n = boot.next - boot.info->untyped.start;
            if (n < most && bits >= UNTYPED_MIN_BITS) {
                boot.info->untypeds[n] = (struct boot_untyped){r.start, (u8)bits, is_device};
                boot_provide(untyped_cap(r.start, bits, is_device));
            }
            r.start += 1ull << bits;
        }
    }
}
static u64 count_blocks(const struct ranges *from)
{
    u64 n = 0;
    for (unsigned i = 0; i < from->n; i++) {
        for (struct boot_range r = from->at[i]; r.start < r.end; n++)
            r.start += 1ull << first_block(r);
    }
    return n;
}
static void provide_memory(void)
{
    static struct ranges devices;
    const struct boot_platform *p = boot.platform;
    ranges_add(&devices, (struct boot_range){0, p->physical_end});
    for (unsigned i = 0; i < p->ram_count; i++)
        ranges_exclude(&devices, (struct boot_range){p->ram[i].start, p->ram[i].end});
    for (unsigned i = 0; i < p->reserved_count; i++)
        ranges_exclude(&devices, (struct boot_range){p->reserved[i].start, p->reserved[i].end});
    u64 for_ram = count_blocks(&boot.untaken);
    boot.info->untyped.start = boot.next;
    provide_untyped(&devices, true, for_ram < ROOT_UNTYPEDS_MAX ? ROOT_UNTYPEDS_MAX - for_ram : 0);
    provide_untyped(&boot.untaken, false, ROOT_UNTYPEDS_MAX);
    boot.info->untyped.end = boot.next;
}

/* --- the thread --- */

static void make_thread(const struct space *s)
{
    put(ROOT_TCB, boot_create(OBJECT_TCB, 0));
    put(ROOT_SCHED_CONTEXT, boot_create(OBJECT_SCHED_CONTEXT, ROOT_SCHED_CONTEXT_BITS));
    struct tcb *t = cap_object(boot.slots[ROOT_TCB].cap);
    struct sched_context *c = cap_object(boot.slots[ROOT_SCHED_CONTEXT].cap);
    hold(t, TCB_CSPACE, ROOT_CNODE);
    hold(t, TCB_VSPACE, ROOT_VSPACE);
    hold(t, TCB_BUFFER, ROOT_IPC_BUFFER);
    t->buffer = s->ipc_buffer;
    t->priority = t->max_priority = ROOT_PRIORITY;
    memcpy(t->name, "root task", 10);
    arch_start_at(&t->context, s->elf.entry, s->info);
    refill_new(c, arch_us_to_ticks(ROOT_BUDGET_US), 0, REFILLS_MIN, this_core()->now);
    sched_context_bind(c, t);
    thread_resume(t);
}

struct tcb *kernel_boot(const struct boot_platform *p)
{
    struct space s;
    boot.platform = p;
    sched_init();
    find_memory();
    struct cap cnode = boot_create(OBJECT_CNODE, ROOT_CNODE_RADIX);
    boot.slots = cnode_slots(cnode);
    boot.next = ROOT_SLOTS;
    put(ROOT_CNODE, cnode_cap(boot.slots, ROOT_CNODE_RADIX, 64 - ROOT_CNODE_RADIX, 0));
    make_space(&s);
    provide_controls();
    make_thread(&s);
    provide_memory();
    boot.info->nodes = p->cores;
    boot.info->cnode_radix = ROOT_CNODE_RADIX;
    boot.info->empty = (struct boot_region){boot.next, 1ull << ROOT_CNODE_RADIX};
    sched_choose_anew();
    return sched_exit();
}
