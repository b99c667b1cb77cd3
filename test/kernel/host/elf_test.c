/* SPDX-License-Identifier: GPL-3.0-only */
/* Executables that are cut off, that lead out of the file, that are damaged: nothing is read beyond the file. */
#include "elf.h"
#include "host.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT (1ull << 47)
#define PAGE 4096
#define FILE_BYTES 0x300
#define SEGMENTS 3
#define ROUNDS 20000
#define PAGES_READ 4

/* Fields of segment i. */
enum field { OFFSET = 1, ADDRESS = 2, FILE_SIZE = 4, MEMORY_SIZE = 5 };
static u64 *field(u8 *file, unsigned segment, enum field f)
{
    return (u64 *)(file + 64 + 56 * segment) + f;
}
static u16 *header_half(u8 *file, unsigned at)
{
    return (u16 *)(file + at);
}
#define SEGMENT_BYTES 54
#define SEGMENT_COUNT 56

/* Text, data with more memory than file, and memory only. */
static void fill(u8 *file)
{
    static const u8 magic[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    static const u64 segments[SEGMENTS][7] = {
        {1 | 5ull << 32, 0x200, 0x400000, 0, 0x40, 0x40, PAGE},
        {1 | 6ull << 32, 0x240, 0x400ff0, 0, 0xc0, 0x2000, PAGE},
        {1 | 6ull << 32, 0, 0x404000, 0, 0, 0x10, PAGE},
    };
    memset(file, 0, FILE_BYTES);
    memcpy(file, magic, sizeof magic);
    *(u64 *)(file + 24) = 0x400000;
    *(u64 *)(file + 32) = 64;
    *header_half(file, SEGMENT_BYTES) = 56;
    *header_half(file, SEGMENT_COUNT) = SEGMENTS;
    memcpy(file + 64, segments, sizeof segments);
    memset(file + 0x200, 0xcc, 0x100);
}
/* The file where it ends at a red zone; opened, its first and last pages are read. */
static bool opens(const u8 *content, u64 bytes)
{
    static u8 page[PAGE];
    struct elf e;
    u8 *file = malloc(bytes ? bytes : 1);
    memcpy(file, content, bytes);
    bool valid = elf_open(&e, file, bytes, LIMIT);
    if (valid) {
        CHECK(e.start < e.end && e.end <= LIMIT && !(e.start % PAGE) && !(e.end % PAGE));
        for (u64 i = 0; i < PAGES_READ && i < (e.end - e.start) / PAGE; i++) {
            elf_read_page(&e, e.start + i * PAGE, page, PAGE);
            elf_read_page(&e, e.end - (i + 1) * PAGE, page, PAGE);
        }
    }
    free(file);
    return valid;
}

TEST(segments_of_an_executable_are_found_where_they_belong)
{
    _Alignas(8) u8 file[FILE_BYTES];
    u8 page[PAGE] = {0};
    struct elf e;
    fill(file);
    CHECK(elf_open(&e, file, sizeof file, LIMIT));
    CHECK_EQ(e.start, 0x400000);
    CHECK_EQ(e.end, 0x405000);
    elf_read_page(&e, 0x400000, page, PAGE);
    CHECK_EQ(page[0x3f], 0xcc);
    CHECK_EQ(page[0x40], 0);
    CHECK_EQ(page[0xff0], 0xcc); /* the data begins here and goes on in the next page */
    memset(page, 0, PAGE);
    elf_read_page(&e, 0x401000, page, PAGE);
    CHECK_EQ(page[0xaf], 0xcc);
    CHECK_EQ(page[0xb0], 0);
}
TEST(an_executable_that_is_cut_off_is_none)
{
    _Alignas(8) u8 file[FILE_BYTES];
    fill(file);
    CHECK(opens(file, FILE_BYTES));
    for (u64 bytes = 0; bytes < FILE_BYTES; bytes++)
        CHECK(!opens(file, bytes));
}
TEST(segments_that_lead_out_of_the_file_or_of_memory_are_refused)
{
    static const u64 bad[] = {FILE_BYTES, 0x7fffffffffffffff, 0x8000000000000000, ~0ull, ~0ull - 0xff};
    static const enum field fields[] = {OFFSET, FILE_SIZE, MEMORY_SIZE};
    _Alignas(8) u8 file[FILE_BYTES];
    for (unsigned f = 0; f < ARRAY_LEN(fields); f++) {
        for (unsigned i = fields[f] == MEMORY_SIZE ? 1 : 0; i < ARRAY_LEN(bad); i++) {
            fill(file);
            *field(file, 1, fields[f]) = bad[i];
            CHECK(!opens(file, FILE_BYTES));
        }
    }
    fill(file);
    *field(file, 0, ADDRESS) = LIMIT - 0x3f;
    CHECK(!opens(file, FILE_BYTES));
    fill(file);
    *field(file, 2, OFFSET) = ~0ull; /* nothing of it is in the file */
    *field(file, 2, ADDRESS) = 0x404010;
    CHECK(opens(file, FILE_BYTES));
    fill(file);
    *header_half(file, SEGMENT_COUNT) = 0xffff;
    CHECK(!opens(file, FILE_BYTES));
    fill(file);
    *header_half(file, SEGMENT_BYTES) = 8;
    CHECK(!opens(file, FILE_BYTES));
    fill(file);
    *header_half(file, SEGMENT_COUNT) = 0;
    CHECK(!opens(file, FILE_BYTES));
}
TEST(a_damaged_executable_is_read_without_harm)
{
    _Alignas(8) u8 file[FILE_BYTES];
    u64 state = 2;
    for (unsigned i = 0; i < ROUNDS; i++) {
        fill(file);
        for (u64 n = 1 + random_below(&state, 4); n > 0; n--)
            random_damage(&state, file, 64 + 56 * SEGMENTS);
        opens(file, FILE_BYTES - random_below(&state, 8));
    }
}
