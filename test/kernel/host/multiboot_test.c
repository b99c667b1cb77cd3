/* SPDX-License-Identifier: GPL-3.0-only */
/* What either kind of boot loader tells, and lists of tags that are cut off or damaged: nothing behind them is read. */
#include "../../../boot/x86_64/multiboot.h"
#include "host.h"
#include "random.h"
#include "window.h"

#include <string.h>

#define MARK_1 0x2badb002
#define MARK_2 0x36d76289
#define MEMORY_BYTES 0x4000
#define TABLE 0x100
#define MAP 0x200
#define MODULES 0x300
#define VBE 0x400
#define TAGS 0x2000 /* up to the end of memory */
#define ROUNDS 2000

static u8 *memory;
static struct loader loader;

static void put(u64 at, u64 value, unsigned bytes)
{
    memcpy(memory + at, &value, bytes);
}
static void put_screen(u64 at)
{
    put(at, 0xfd000000, 8);
    put(at + 8, 3200, 4);
    put(at + 12, 800, 4);
    put(at + 16, 600, 4);
    put(at + 20, 32 | 1 << 8, 2);
}
static void check_loader(void)
{
    CHECK_EQ(loader.n_areas, 2);
    CHECK_EQ(loader.areas.bytes, 48);
    CHECK_EQ(loader.areas.at[0].size, 20);
    CHECK_EQ(loader.areas.at[1].start, 0x100000);
    CHECK_EQ(loader.areas.at[1].bytes, 0x7f00000);
    CHECK_EQ(loader.areas.at[1].type, LOADER_AREA_RAM);
    CHECK_EQ(loader.root_image.start, 0x400000);
    CHECK_EQ(loader.root_image.end, 0x412345);
    CHECK_EQ(loader.framebuffer.address, 0xfd000000);
    CHECK_EQ(loader.framebuffer.height, 600);
    CHECK_EQ(loader.framebuffer.type, 1);
    CHECK(loader.has_vbe);
    CHECK_EQ(loader.vbe.controller[511], 7);
    CHECK_EQ(loader.vbe.mode_info[255], 8);
    CHECK_EQ(loader.vbe.mode, 0x4115);
    CHECK_EQ(loader.vbe.length, 12);
}

/* --- multiboot 1 --- */

static void make_1(u32 flags)
{
    memory = window_make(MEMORY_BYTES);
    memset(memory, 0, MEMORY_BYTES);
    put(TABLE, flags, 4);
    put(TABLE + 20, 1, 4);
    put(TABLE + 24, MODULES, 4);
    put(MODULES, 0x400000 | 0x412345ull << 32, 8);
    put(TABLE + 44, 24 + 28, 4);
    put(TABLE + 48, MAP, 4);
    put(MAP, 20, 4);
    put(MAP + 12, 0x9f000, 8);
    put(MAP + 20, 1, 4);
    put(MAP + 24, 24, 4); /* a longer entry */
    put(MAP + 28, 0x100000, 8);
    put(MAP + 36, 0x7f00000, 8);
    put(MAP + 44, 1, 4);
    put(TABLE + 72, VBE, 4);
    put(TABLE + 76, VBE + 512, 4);
    memory[VBE + 511] = 7;
    memory[VBE + 512 + 255] = 8;
    put(TABLE + 80, 0x4115 | 12ull << 48, 8);
    put_screen(TABLE + 88);
}
TEST(multiboot_1_tells_of_memory_root_task_and_screen)
{
    make_1(1 << 3 | 1 << 6 | 1 << 11 | 1 << 12);
    loader_read(&loader, MARK_1, TABLE);
    check_loader();
}
TEST(what_the_flags_of_multiboot_1_leave_out_is_not_read)
{
    make_1(1 << 3 | 1 << 6);
    put(TABLE + 72, 0xffffffff, 4);
    loader_read(&loader, MARK_1, TABLE);
    CHECK_EQ(loader.framebuffer.address, 0);
    CHECK(!loader.has_vbe);
}

/* --- multiboot 2 --- */

static u64 put_tag(u64 at, u32 type, u32 bytes)
{
    put(at, type, 4);
    put(at + 4, bytes, 4);
    return at + ((bytes + 7) & ~7u);
}
/* The end of the last of them. */
static u64 make_2(void)
{
    memory = window_make(MEMORY_BYTES);
    memset(memory, 0, MEMORY_BYTES);
    u64 at = TAGS + 8;
    put(at + 8, 0x400000 | 0x412345ull << 32, 8);
    at = put_tag(at, 3, 8 + 8 + 5);
    put(at + 8, 0x700000 | 0x800000ull << 32, 8); /* a second module is none of ours */
    at = put_tag(at, 3, 8 + 8 + 1);
    put(at + 8, 24, 4);
    put(at + 24, 0x9f000, 8);
    put(at + 32, 1, 4);
    put(at + 40, 0x100000, 8);
    put(at + 48, 0x7f00000, 8);
    put(at + 56, 1, 4);
    at = put_tag(at, 6, 16 + 2 * 24);
    at = put_tag(at, 0x7777, 9); /* of a kind that is not known */
    put(at + 8, 0x4115 | 12ull << 48, 8);
    memory[at + 16 + 511] = 7;
    memory[at + 16 + 512 + 255] = 8;
    at = put_tag(at, 7, 8 + 8 + 512 + 256);
    put_screen(at + 8);
    at = put_tag(at, 8, 8 + 22 + 2);
    put(TAGS, at + 8 - TAGS, 4);
    return put_tag(at, 0, 8);
}
TEST(multiboot_2_tells_of_memory_root_task_and_screen)
{
    make_2();
    loader_read(&loader, MARK_2, TAGS);
    check_loader();
}
TEST(multiboot_2_ends_where_its_list_or_a_tag_that_is_too_long_does)
{
    u64 end = make_2(), screen = end - 8 - 32;
    put(TAGS, screen - TAGS, 4);
    loader_read(&loader, MARK_2, TAGS);
    CHECK(loader.has_vbe);
    CHECK_EQ(loader.framebuffer.address, 0);
    make_2();
    put(screen + 4, 8 + 8 + 32 + 1, 4); /* a byte more than there is */
    loader_read(&loader, MARK_2, TAGS);
    CHECK_EQ(loader.framebuffer.address, 0);
    make_2();
    put(screen + 4, 7, 4); /* less than a tag's header */
    loader_read(&loader, MARK_2, TAGS);
    CHECK_EQ(loader.framebuffer.address, 0);
}
TEST(damaged_tags_are_read_without_harm)
{
    u64 state = 3;
    for (unsigned i = 0; i < ROUNDS; i++) {
        u64 end = make_2();
        /* Memory and root task stay: without them the kernel stops. The list moves to the end of memory. */
        u64 kept = TAGS + 8 + 24 + 24 + 64, bytes = end - TAGS;
        for (u64 n = 1 + random_below(&state, 4); n > 0; n--)
            random_damage(&state, memory + kept, end - kept);
        put(TAGS, bytes, 4);
        memmove(memory + MEMORY_BYTES - bytes, memory + TAGS, bytes);
        window_hide();
        window_reach(MEMORY_BYTES - bytes, bytes);
        loader_read(&loader, MARK_2, (u32)(MEMORY_BYTES - bytes));
        CHECK_EQ(loader.root_image.end, 0x412345);
    }
}
