/* SPDX-License-Identifier: GPL-3.0-only */
#include "multiboot.h"

#include "window.h"

#define LOADED_BELOW (1ull << 30) /* what the window reaches so early */

/* What both versions tell of the firmware's interface to the screen in protected mode. */
struct PACKED vbe_place {
    u16 mode, segment, offset, length;
};

static void vbe_read(struct loader_vbe *vbe, const struct vbe_place *p, const void *controller, const void *mode_info)
{
    __builtin_memcpy(vbe->controller, controller, sizeof vbe->controller);
    __builtin_memcpy(vbe->mode_info, mode_info, sizeof vbe->mode_info);
    vbe->mode = p->mode;
    vbe->segment = p->segment;
    vbe->offset = p->offset;
    vbe->length = p->length;
}

/* --- multiboot 1: one table, whose flags say which parts of it count --- */

#define MARK_1 0x2badb002u
#define HAS_MODULES (1u << 3)
#define HAS_MAP (1u << 6)
#define HAS_VBE (1u << 11)
#define HAS_FRAMEBUFFER (1u << 12)

struct PACKED multiboot {
    u32 flags, mem_lower, mem_upper, boot_device, command_line;
    u32 n_modules, modules;
    u32 symbols[4];
    u32 map_bytes, map;
    u32 drives[2], configuration, loader_name, apm;
    u32 vbe_controller, vbe_mode_info;
    struct vbe_place vbe;
    struct loader_framebuffer framebuffer;
};
STATIC_ASSERT(__builtin_offsetof(struct multiboot, framebuffer) == 88, "the table is laid out as multiboot 1 has it");
struct module {
    u32 start, end;
};

static const void *loader_data(u32 physical)
{
    ENSURE(physical && physical < LOADED_BELOW, "the boot loader's information lies in the first GiB");
    return window_at(physical);
}

static void area_add(struct loader *l, u64 start, u64 bytes, u32 type)
{
    if (l->n_areas == LOADER_AREAS_MAX)
        return;
    l->areas.at[l->n_areas++] = (struct loader_area){sizeof(struct loader_area) - sizeof(u32), start, bytes, type};
    l->areas.bytes = l->n_areas * (u32)sizeof(struct loader_area);
}
static void map_1_read(struct loader *l, const struct multiboot *m)
{
    const u8 *at = loader_data(m->map), *end = at + m->map_bytes;
    while (at + sizeof(struct loader_area) <= end) {
        const struct loader_area *a = (const struct loader_area *)at;
        area_add(l, a->start, a->bytes, a->type);
        at += a->size + sizeof a->size;
    }
}
static void multiboot_1_read(struct loader *l, const struct multiboot *m)
{
    if (m->flags & HAS_MAP)
        map_1_read(l, m);
    if ((m->flags & HAS_MODULES) && m->n_modules) {
        const struct module *module = loader_data(m->modules);
        l->root_image = (struct boot_range){module->start, module->end};
    }
    l->has_vbe = m->flags & HAS_VBE;
    if (l->has_vbe)
        vbe_read(&l->vbe, &m->vbe, loader_data(m->vbe_controller), loader_data(m->vbe_mode_info));
    if (m->flags & HAS_FRAMEBUFFER)
        l->framebuffer = m->framebuffer;
}

/* --- multiboot 2: a list of tags, each at a multiple of 8 bytes --- */

#define MARK_2 0x36d76289u

enum tag_type { TAG_END = 0, TAG_MODULE = 3, TAG_MAP = 6, TAG_VBE = 7, TAG_FRAMEBUFFER = 8 };
struct tag {
    u32 type, bytes;
    union {
        struct module module;
        struct {
            u32 entry_bytes, version;
        } map;
        struct PACKED {
            struct vbe_place place;
            u8 controller[512], mode_info[256];
        } vbe;
        struct loader_framebuffer framebuffer;
    };
};
#define TAG_HEADER 8
struct map_entry {
    u64 start, bytes;
    u32 type, reserved;
};

static void map_2_read(struct loader *l, const struct tag *t)
{
    if (t->map.entry_bytes < sizeof(struct map_entry))
        return;
    const u8 *end = (const u8 *)t + t->bytes;
    for (const u8 *at = (const u8 *)(&t->map + 1); at + sizeof(struct map_entry) <= end; at += t->map.entry_bytes) {
        const struct map_entry *e = (const struct map_entry *)at;
        area_add(l, e->start, e->bytes, e->type);
    }
}
static void tag_read(struct loader *l, const struct tag *t)
{
    u32 bytes = t->bytes - TAG_HEADER;
    switch (t->type) {
    case TAG_MODULE:
        if (bytes >= sizeof t->module && !l->root_image.end)
            l->root_image = (struct boot_range){t->module.start, t->module.end};
        break;
    case TAG_MAP:
        if (bytes >= sizeof t->map)
            map_2_read(l, t);
        break;
    case TAG_VBE:
        l->has_vbe = bytes >= sizeof t->vbe;
        if (l->has_vbe)
            vbe_read(&l->vbe, &t->vbe.place, t->vbe.controller, t->vbe.mode_info);
        break;
    case TAG_FRAMEBUFFER:
        if (bytes >= sizeof t->framebuffer)
            l->framebuffer = t->framebuffer;
        break;
    }
}
static void multiboot_2_read(struct loader *l, const u8 *info)
{
    const u8 *end = info + *(const u32 *)info;
    for (const u8 *at = info + TAG_HEADER; at + TAG_HEADER <= end;) {
        const struct tag *t = (const struct tag *)at;
        if (t->type == TAG_END || t->bytes < TAG_HEADER || t->bytes > (u64)(end - at))
            break;
        tag_read(l, t);
        at += ((u64)t->bytes + 7) & ~7ull;
    }
}

void loader_read(struct loader *l, u32 mark, u32 info)
{
    *l = (struct loader){0};
    ENSURE(mark == MARK_1 || mark == MARK_2, "the kernel is started by a multiboot loader");
    if (mark == MARK_1)
        multiboot_1_read(l, loader_data(info));
    else
        multiboot_2_read(l, loader_data(info));
    ENSURE(l->n_areas, "the boot loader tells what memory there is");
    ENSURE(l->root_image.end, "the first module is the root task's image");
    ENSURE(l->root_image.start < l->root_image.end, "the root task's image is not empty");
}
