/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Device trees: one as a machine has it, then cut off, with sizes that overflow, too deep, with cells of all numbers,
 * and damaged. The tree lies between red zones: ASan sees what is read beside it; who never ends is stopped.
 */
#include "../../../platform/device_tree/machine_tree.h"
#include "host.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

#define TREE_MAX 8192
#define ROUNDS 20000

/* Words of the header. */
enum { BYTES = 1, STRUCTURE = 2, STRINGS = 3, RESERVED = 4, STRINGS_BYTES = 8, STRUCTURE_BYTES = 9 };

/* --- writing a tree --- */

static struct {
    u8 structure[TREE_MAX], strings[TREE_MAX];
    u32 structure_bytes, strings_bytes;
    u64 reserved[4]; /* one entry, and the end */
} new;

static void put_word(u8 *at, u32 w)
{
    w = __builtin_bswap32(w);
    memcpy(at, &w, sizeof w);
}
static void token(u32 w)
{
    put_word(new.structure + new.structure_bytes, w);
    new.structure_bytes += 4;
}
static void bytes(const void *from, u32 n)
{
    memcpy(new.structure + new.structure_bytes, from, n);
    new.structure_bytes = (new.structure_bytes + n + 3) & ~3u;
}
static void node(const char *name)
{
    token(1);
    bytes(name, (u32)strlen(name) + 1);
}
static void end(void)
{
    token(2);
}
static void property(const char *name, const void *value, u32 n)
{
    token(3);
    token(n);
    token(new.strings_bytes);
    bytes(value, n);
    memcpy(new.strings + new.strings_bytes, name, strlen(name) + 1);
    new.strings_bytes += (u32)strlen(name) + 1;
}
static void text(const char *name, const char *value)
{
    property(name, value, (u32)strlen(value) + 1);
}
static void cells(const char *name, unsigned n, const u32 *values)
{
    u8 raw[256];
    for (unsigned i = 0; i < n; i++)
        put_word(raw + 4 * i, values[i]);
    property(name, raw, 4 * n);
}
#define CELLS(name, ...) cells((name), sizeof((u32[]){__VA_ARGS__}) / 4, (u32[]){__VA_ARGS__})

/* The words of the machine's tree that tests change. */
struct words {
    u32 address_cells, size_cells;
    u64 memory, memory_bytes;
    u64 kept, kept_bytes; /* reserved, not to be mapped */
    u64 gic_bytes;
    u32 timer; /* number of the virtual timer's interrupt */
};
static const struct words usual = {2, 2, 0x40000000, 0x10000000, 0x44000000, 0x1000, 0x10000, 11};

static void range(const char *name, u64 start, u64 n)
{
    CELLS(name, (u32)(start >> 32), (u32)start, (u32)(n >> 32), (u32)n);
}
static void devices(const struct words *w)
{
    node("intc@8000000");
    text("compatible", "arm,cortex-a15-gic");
    CELLS("reg", 0, 0x8000000, (u32)(w->gic_bytes >> 32), (u32)w->gic_bytes, 0, 0x8010000, 0, 0x10000);
    end();
    node("soc");
    CELLS("#address-cells", 1);
    CELLS("#size-cells", 1);
    CELLS("ranges", 0, 0, 0x9000000, 0x1000000);
    node("other@1000");
    text("compatible", "arm,pl011");
    CELLS("reg", 0x1000, 0x1000);
    end();
    node("off@2000");
    text("status", "disabled");
    text("compatible", "arm,pl011");
    CELLS("reg", 0x2000, 0x1000);
    end();
    node("uart@4000");
    property("compatible", "arm,pl011\0arm,primecell", 24);
    CELLS("reg", 0x4000, 0x1000);
    end();
    end();
    node("timer");
    text("compatible", "arm,armv8-timer");
    CELLS("interrupts", 1, 13, 4, 1, 14, 4, 1, w->timer, 4, 1, 10, 4);
    end();
    node("psci");
    text("method", "hvc");
    end();
}
static void machine(const struct words *w)
{
    memset(&new, 0, sizeof new);
    new.reserved[0] = __builtin_bswap64(0x48000000);
    new.reserved[1] = __builtin_bswap64(0x2345);
    node("");
    CELLS("#address-cells", w->address_cells);
    CELLS("#size-cells", w->size_cells);
    node("chosen");
    text("stdout-path", "serial0:115200n8");
    CELLS("linux,initrd-start", 0x48000000);
    CELLS("linux,initrd-end", 0, 0x48100000);
    end();
    node("aliases");
    text("serial0", "/soc/uart@4000");
    end();
    node("memory@40000000");
    text("device_type", "memory");
    range("reg", w->memory, w->memory_bytes);
    end();
    token(4);
    node("cpus");
    CELLS("#address-cells", 1);
    CELLS("#size-cells", 0);
    node("cpu@0");
    text("device_type", "cpu");
    CELLS("reg", 0);
    end();
    end();
    node("reserved-memory");
    CELLS("#address-cells", 2);
    CELLS("#size-cells", 2);
    property("ranges", "", 0);
    node("kept@44000000");
    range("reg", w->kept, w->kept_bytes);
    property("no-map", "", 0);
    end();
    end();
    devices(w);
    end();
    token(9);
}
/* The tree in a file, with so much room at its end. */
static u32 assemble(u8 *file, u32 room)
{
    u32 structure = 40 + sizeof new.reserved, strings = structure + new.structure_bytes;
    const u32 header[10] = {
        0xd00dfeed,         strings + new.strings_bytes + room, structure, strings, 40, 17, 16, 0, new.strings_bytes,
        new.structure_bytes};
    memset(file, 0, header[BYTES]);
    for (unsigned i = 0; i < 10; i++)
        put_word(file + 4 * i, header[i]);
    memcpy(file + 40, new.reserved, sizeof new.reserved);
    memcpy(file + structure, new.structure, new.structure_bytes);
    memcpy(file + strings, new.strings, new.strings_bytes);
    return header[BYTES];
}

/* --- reading it --- */

static void check_ranges(const struct ranges *r)
{
    for (unsigned i = 0; i < r->n; i++) {
        CHECK(r->at[i].start < r->at[i].end);
        CHECK(!i || r->at[i - 1].end < r->at[i].start);
    }
}
/* As boot reads it; the file is as long as is given, and no longer than it says itself. */
static bool reads(const u8 *file, u64 n)
{
    u8 *tree = malloc(n);
    memcpy(tree, file, n);
    bool valid = n >= FDT_HEADER_BYTES && fdt_bytes(tree) && fdt_bytes(tree) <= n;
    if (valid)
        valid = machine_tree_read(tree);
    if (valid) {
        fdt_trim(&machine_tree.fdt, tree);
        CHECK(machine_tree.fdt.bytes <= n && fdt_bytes(tree) <= n);
        CHECK(machine_tree.gic.n <= GIC_REGIONS_MAX);
        CHECK(machine_tree.timer_irq == 0 || (machine_tree.timer_irq >= 16 && machine_tree.timer_irq < 32));
        check_ranges(&machine_tree.ram);
        check_ranges(&machine_tree.reserved);
    }
    free(tree);
    return valid;
}
static bool reads_machine(struct words w)
{
    u8 file[TREE_MAX];
    machine(&w);
    return reads(file, assemble(file, 0));
}
static bool is_reserved(u64 address)
{
    for (unsigned i = 0; i < machine_tree.reserved.n; i++) {
        if (address >= machine_tree.reserved.at[i].start && address < machine_tree.reserved.at[i].end)
            return true;
    }
    return false;
}

TEST(a_device_tree_tells_what_the_machine_is)
{
    CHECK(reads_machine(usual));
    CHECK_EQ(machine_tree.ram.n, 2);
    CHECK_EQ(machine_tree.ram.at[0].start, 0x40000000);
    CHECK_EQ(machine_tree.ram.at[0].end, 0x44000000);
    CHECK_EQ(machine_tree.ram.at[1].start, 0x44200000);
    CHECK_EQ(machine_tree.ram.at[1].end, 0x50000000);
    CHECK(is_reserved(0x44000fff) && !is_reserved(0x44001000));
    CHECK(is_reserved(0x48002fff) && !is_reserved(0x48003000));
    CHECK_EQ(machine_tree.root_file.start, 0x48000000);
    CHECK_EQ(machine_tree.root_file.end, 0x48100000);
    CHECK_EQ(machine_tree.serial, 0x9004000);
    CHECK_EQ(machine_tree.gic.version, 2);
    CHECK_EQ(machine_tree.gic.n, 2);
    CHECK_EQ(machine_tree.gic.region[1].end, 0x8020000);
    CHECK_EQ(machine_tree.timer_irq, 27);
    CHECK_EQ(machine_tree.psci, PSCI_HVC);
    CHECK_EQ(machine_tree.cores, 1);
}
TEST(a_device_tree_is_read_anew_each_time)
{
    CHECK(reads_machine(usual));
    CHECK(reads_machine(usual));
    CHECK_EQ(machine_tree.cores, 1);
    CHECK_EQ(machine_tree.gic.n, 2);
}
TEST(a_device_tree_that_is_cut_off_is_none_or_ends_early)
{
    u8 file[TREE_MAX];
    machine(&usual);
    u32 n = assemble(file, 0);
    for (u32 left = 0; left < n; left++)
        CHECK(!reads(file, left));
    /* It says so itself: then its parts lead out of it. */
    for (u32 left = 0; left < n; left++) {
        put_word(file + 4 * BYTES, left);
        CHECK(!reads(file, n) || left >= n - 4);
    }
    assemble(file, 0);
    for (u32 left = 0; left < new.structure_bytes; left++) {
        put_word(file + 4 * STRUCTURE_BYTES, left);
        CHECK(reads(file, n));
    }
    assemble(file, 0);
    for (u32 left = 0; left < new.strings_bytes; left++) {
        put_word(file + 4 * STRINGS_BYTES, left);
        CHECK(reads(file, n));
    }
}
TEST(parts_of_a_device_tree_that_lead_out_of_it_are_refused)
{
    static const u32 parts[][2] = {{STRUCTURE, STRUCTURE_BYTES}, {STRINGS, STRINGS_BYTES}};
    static const u32 bad[] = {0xffffffff, 0xfffffffc, 0x80000000, TREE_MAX};
    u8 file[TREE_MAX];
    machine(&usual);
    for (unsigned p = 0; p < 2; p++) {
        for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
            u32 n = assemble(file, 0);
            put_word(file + 4 * parts[p][0], bad[i]);
            CHECK(!reads(file, n));
            assemble(file, 0);
            put_word(file + 4 * parts[p][1], bad[i]);
            CHECK(!reads(file, n));
        }
    }
    u32 n = assemble(file, 0);
    put_word(file + 4 * RESERVED, 0xffffffff); /* nothing is reserved there */
    CHECK(reads(file, n));
    CHECK(!is_reserved(0x48000000));
}
TEST(room_at_the_end_of_a_device_tree_is_cut_off)
{
    u8 file[TREE_MAX];
    for (u32 room = 0; room < 100; room++) {
        machine(&usual);
        u32 n = assemble(file, room);
        CHECK(reads(file, n));
        CHECK(machine_tree.fdt.bytes < n - room + 8);
    }
}
TEST(sizes_that_overflow_reach_to_the_end_of_all_addresses)
{
    struct words w = usual;
    w.kept = 0xfffffffff0001000;
    w.kept_bytes = 0x100000000;
    CHECK(reads_machine(w));
    CHECK(is_reserved(0xfffffffff0001000) && is_reserved(0xfffffffffffff000) && !is_reserved(0));
    w.kept = 0x44000000;
    w.kept_bytes = ~0ull;
    CHECK(reads_machine(w));
    CHECK(is_reserved(0x50000000) && is_reserved(0xfffffffffffff000));
    CHECK_EQ(machine_tree.ram.n, 1); /* what is behind it must not be mapped */
    w = usual;
    w.memory = 0xffffffffffff0000; /* no block fits */
    w.memory_bytes = 0x40010000;
    CHECK(reads_machine(w));
    CHECK_EQ(machine_tree.ram.n, 0);
    w.memory = 0x40000000;
    w.memory_bytes = ~0ull;
    CHECK(reads_machine(w));
    CHECK_EQ(machine_tree.ram.at[machine_tree.ram.n - 1].end, 0xffffffffffe00000);
    w = usual;
    w.gic_bytes = ~0ull;
    CHECK(reads_machine(w));
    CHECK(machine_tree.gic.region[0].end > machine_tree.gic.region[0].start);
}
TEST(an_interrupt_that_no_core_has_for_itself_is_not_the_timers)
{
    static const u32 bad[] = {16, 100, 0x7fffffff, 0xffffffff};
    struct words w = usual;
    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        w.timer = bad[i];
        CHECK(reads_machine(w));
        CHECK_EQ(machine_tree.timer_irq, 0);
    }
    w.timer = 15;
    CHECK(reads_machine(w));
    CHECK_EQ(machine_tree.timer_irq, 31);
}
TEST(cells_of_any_number_lead_nowhere_else)
{
    static const u32 counts[] = {0, 1, 2, 3, 4, 255, 0x40000000, 0xffffffff};
    struct words w = usual;
    for (unsigned i = 0; i < ARRAY_LEN(counts); i++) {
        for (unsigned k = 0; k < ARRAY_LEN(counts); k++) {
            w.address_cells = counts[i];
            w.size_cells = counts[k];
            CHECK(reads_machine(w));
        }
    }
}
TEST(nodes_below_what_is_too_deep_are_not_there)
{
    static const unsigned depths[] = {15, 16, 17, 400};
    u8 file[TREE_MAX];
    for (unsigned i = 0; i < ARRAY_LEN(depths); i++) {
        memset(&new, 0, sizeof new);
        node("");
        for (unsigned k = 1; k < depths[i]; k++)
            node("n");
        for (unsigned k = 1; k < depths[i]; k++)
            end();
        node("chosen"); /* found all the same */
        CELLS("linux,initrd-start", 0x1000);
        end();
        end();
        CHECK(reads(file, assemble(file, 0)));
        CHECK_EQ(machine_tree.root_file.start, 0x1000);
    }
    memset(&new, 0, sizeof new);
    for (unsigned k = 0; k < 100; k++)
        end();
    node("");
    CHECK(reads(file, assemble(file, 0)));
}
TEST(a_damaged_device_tree_is_read_without_harm)
{
    u8 file[TREE_MAX];
    u64 state = 3;
    machine(&usual);
    for (unsigned i = 0; i < ROUNDS; i++) {
        u32 n = assemble(file, (u32)random_below(&state, 16));
        for (u64 k = 1 + random_below(&state, 4); k > 0; k--)
            random_damage(&state, file, random_below(&state, 8) ? n : 40);
        reads(file, n);
    }
}
