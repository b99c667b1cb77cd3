/* SPDX-License-Identifier: GPL-3.0-only */
#include "fdt.h"

#include "memory.h"

#define MAGIC 0xd00dfeedu
#define BEGIN_NODE 1u
#define END_NODE 2u
#define PROPERTY 3u
#define NOP 4u
#define DEPTH_MAX 16
#define CELLS_MAX 3
#define BYTES_MAX (64u << 20) /* so that no sum of what lies in it overflows */

/* Words of the header. */
enum {
    H_MAGIC,
    H_BYTES,
    H_STRUCTURE,
    H_STRINGS,
    H_RESERVED,
    H_VERSION,
    H_OLDEST,
    H_CORE,
    H_STRINGS_BYTES,
    H_STRUCTURE_BYTES
};

static u32 get32(const u8 *at)
{
    u32 w;
    memcpy(&w, at, sizeof w);
    return __builtin_bswap32(w);
}
static u64 get64(const u8 *at)
{
    return (u64)get32(at) << 32 | get32(at + 4);
}
static u32 header(const void *tree, unsigned i)
{
    return get32((const u8 *)tree + 4 * i);
}

u32 fdt_bytes(const void *tree)
{
    bool valid = header(tree, H_MAGIC) == MAGIC && header(tree, H_BYTES) >= FDT_HEADER_BYTES &&
                 header(tree, H_BYTES) <= BYTES_MAX && header(tree, H_OLDEST) <= 17 && header(tree, H_VERSION) >= 17;
    return valid ? header(tree, H_BYTES) : 0;
}
static bool is_inside(u64 start, u64 bytes, u64 limit)
{
    return start + bytes <= limit;
}
bool fdt_open(struct fdt *fdt, const void *tree)
{
    *fdt = (struct fdt){.tree = tree, .bytes = fdt_bytes(tree)};
    fdt->structure_bytes = header(tree, H_STRUCTURE_BYTES);
    fdt->strings_bytes = header(tree, H_STRINGS_BYTES);
    fdt->reserved_at = header(tree, H_RESERVED);
    fdt->structure = fdt->tree + header(tree, H_STRUCTURE);
    fdt->strings = fdt->tree + header(tree, H_STRINGS);
    return fdt->bytes && is_inside(header(tree, H_STRUCTURE), fdt->structure_bytes, fdt->bytes) &&
           is_inside(header(tree, H_STRINGS), fdt->strings_bytes, fdt->bytes);
}
void fdt_trim(struct fdt *fdt, void *tree)
{
    u32 structure_end = (u32)(fdt->structure - fdt->tree) + fdt->structure_bytes;
    u32 strings_end = (u32)(fdt->strings - fdt->tree) + fdt->strings_bytes;
    u32 end = structure_end > strings_end ? structure_end : strings_end;
    end = (end + 7) & ~7u;
    if (fdt->reserved_at >= end || end >= fdt->bytes)
        return;
    fdt->bytes = end;
    u32 stored = __builtin_bswap32(fdt->bytes);
    memcpy((u8 *)tree + 4 * H_BYTES, &stored, sizeof stored);
}
bool fdt_reserved(const struct fdt *fdt, unsigned i, u64 *start, u64 *bytes)
{
    u64 at = fdt->reserved_at + 16ull * i;
    if (!is_inside(at, 16, fdt->bytes))
        return false;
    *start = get64(fdt->tree + at);
    *bytes = get64(fdt->tree + at + 8);
    return *bytes != 0;
}

/* --- the structure: words, names and values, each from a multiple of four bytes --- */

/* A string at `at`, of at most `limit` bytes; NULL when it does not end there. */
static const char *string_at(const u8 *base, u64 at, u64 limit)
{
    for (u64 i = at; i < limit; i++) {
        if (!base[i])
            return (const char *)base + at;
    }
    return NULL;
}
static u64 string_bytes(const char *s)
{
    u64 n = 0;
    while (s[n])
        n++;
    return n;
}
static bool is_same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

struct token {
    u32 kind; /* 0: the end, or what is no token */
    u32 next; /* where the next one begins */
    const char *name;
    const u8 *value;
    u32 bytes;
};
static struct token property_at(const struct fdt *fdt, u32 at)
{
    struct token t = {0};
    if (!is_inside(at, 12, fdt->structure_bytes))
        return t;
    t.bytes = get32(fdt->structure + at + 4);
    u32 name = get32(fdt->structure + at + 8);
    t.value = fdt->structure + at + 12;
    t.name = string_at(fdt->strings, name, fdt->strings_bytes);
    if (!t.name || !is_inside(at + 12ull, t.bytes, fdt->structure_bytes))
        return t;
    t.kind = PROPERTY;
    t.next = (at + 12 + t.bytes + 3) & ~3u;
    return t;
}
static struct token node_at(const struct fdt *fdt, u32 at)
{
    struct token t = {.name = string_at(fdt->structure, at + 4, fdt->structure_bytes)};
    if (!t.name)
        return t;
    t.kind = BEGIN_NODE;
    t.next = (at + 4 + (u32)string_bytes(t.name) + 1 + 3) & ~3u;
    return t;
}
static struct token token_at(const struct fdt *fdt, u32 at)
{
    u32 kind = is_inside(at, 4, fdt->structure_bytes) ? get32(fdt->structure + at) : 0;
    switch (kind) {
    case PROPERTY:
        return property_at(fdt, at);
    case BEGIN_NODE:
        return node_at(fdt, at);
    case END_NODE:
    case NOP:
        return (struct token){.kind = kind, .next = at + 4};
    }
    return (struct token){0};
}

/* --- properties --- */

const void *fdt_property(const struct fdt_node *n, const char *name, u32 *bytes)
{
    for (struct token t = token_at(n->fdt, n->properties); t.kind == PROPERTY || t.kind == NOP;
         t = token_at(n->fdt, t.next)) {
        if (t.kind == PROPERTY && is_same(t.name, name)) {
            *bytes = t.bytes;
            return t.value;
        }
    }
    return NULL;
}
const char *fdt_string(const struct fdt_node *n, const char *name)
{
    u32 bytes;
    const u8 *value = fdt_property(n, name, &bytes);
    return value ? string_at(value, 0, bytes) : NULL;
}
bool fdt_is_compatible(const struct fdt_node *n, const char *name)
{
    u32 bytes = 0;
    const u8 *value = fdt_property(n, "compatible", &bytes);
    for (u64 at = 0; value && at < bytes;) {
        const char *s = string_at(value, at, bytes);
        if (!s)
            return false;
        if (is_same(s, name))
            return true;
        at += string_bytes(s) + 1;
    }
    return false;
}
bool fdt_cell(const struct fdt_node *n, const char *name, unsigned i, u32 *value)
{
    u32 bytes;
    const u8 *at = fdt_property(n, name, &bytes);
    if (!at || bytes / 4 <= i)
        return false;
    *value = get32(at + 4 * i);
    return true;
}

/* --- addresses --- */

/* A number of so many words; the low 64 bits. */
static u64 number_at(const u8 *at, u32 cells)
{
    u64 value = 0;
    for (u32 i = 0; i < cells; i++)
        value = value << 32 | get32(at + 4 * i);
    return value;
}
/* An address on n's bus becomes one on the bus that n is on. */
static bool translate_one(const struct fdt_node *n, u64 *address)
{
    u32 bytes, outer = n->parent->address_cells, inner = n->address_cells, size = n->size_cells;
    const u8 *ranges = fdt_property(n, "ranges", &bytes);
    if (!ranges)
        return false;
    if (!bytes)
        return true;
    u32 entry = 4 * (inner + outer + size);
    for (u32 at = 0; entry && at + entry <= bytes; at += entry) {
        u64 from = number_at(ranges + at, inner), to = number_at(ranges + at + 4 * inner, outer);
        if (*address >= from && *address - from < number_at(ranges + at + 4 * (inner + outer), size)) {
            *address += to - from;
            return true;
        }
    }
    return false;
}
bool fdt_reg(const struct fdt_node *n, unsigned i, u64 *start, u64 *bytes)
{
    u32 size;
    const u8 *reg = n->parent ? fdt_property(n, "reg", &size) : NULL;
    if (!reg)
        return false;
    u32 address_cells = n->parent->address_cells, entry = 4 * (address_cells + n->parent->size_cells);
    if (!entry || size / entry <= i)
        return false;
    *start = number_at(reg + i * entry, address_cells);
    *bytes = number_at(reg + i * entry + 4 * address_cells, n->parent->size_cells);
    for (const struct fdt_node *bus = n->parent; bus->parent; bus = bus->parent) {
        if (!translate_one(bus, start))
            return false;
    }
    return true;
}

/* --- names --- */

bool fdt_is_named(const struct fdt_node *n, const char *name)
{
    u64 bytes = string_bytes(name);
    for (u64 i = 0; i < bytes; i++) {
        if (n->name[i] != name[i])
            return false;
    }
    return !n->name[bytes] || n->name[bytes] == '@';
}
static u64 path_bytes(const char *path)
{
    u64 n = 0;
    while (path[n] && path[n] != ':')
        n++;
    return n;
}
bool fdt_is_at(const struct fdt_node *n, const char *path)
{
    u64 left = path_bytes(path);
    for (; n->parent; n = n->parent) {
        u64 bytes = string_bytes(n->name);
        if (left < bytes + 1 || path[left - bytes - 1] != '/' || memcmp(path + left - bytes, n->name, bytes))
            return false;
        left -= bytes + 1;
    }
    return left == 0;
}

/* --- the walk --- */

static u32 cells_of(const struct fdt_node *n, const char *name, u32 missing)
{
    u32 cells = missing;
    fdt_cell(n, name, 0, &cells);
    return cells <= CELLS_MAX ? cells : 0;
}
static bool is_enabled(const struct fdt_node *n)
{
    const char *status = fdt_string(n, "status");
    return !status || is_same(status, "okay") || is_same(status, "ok");
}
struct walk {
    struct fdt_node node[DEPTH_MAX];
    unsigned depth;
    unsigned hidden; /* of the nodes that we are in so many are not visited */
};
static void enter(struct walk *w, const struct fdt *fdt, struct token t, fdt_visitor *visit, void *context)
{
    if (w->hidden || w->depth == DEPTH_MAX) {
        w->hidden++;
        return;
    }
    struct fdt_node *n = &w->node[w->depth];
    *n = (struct fdt_node){fdt, w->depth ? n - 1 : NULL, t.name, t.next, 0, 0};
    if (!is_enabled(n)) {
        w->hidden++;
        return;
    }
    n->address_cells = cells_of(n, "#address-cells", 2);
    n->size_cells = cells_of(n, "#size-cells", 1);
    w->depth++;
    visit(n, context);
}
void fdt_walk(const struct fdt *fdt, fdt_visitor *visit, void *context)
{
    struct walk w = {.depth = 0};
    for (struct token t = token_at(fdt, 0); t.kind; t = token_at(fdt, t.next)) {
        if (t.kind == BEGIN_NODE)
            enter(&w, fdt, t, visit, context);
        if (t.kind != END_NODE)
            continue;
        if (w.hidden)
            w.hidden--;
        else if (w.depth)
            w.depth--;
    }
}
