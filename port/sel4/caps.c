/* SPDX-License-Identifier: GPL-3.0-only */
#include "caps.h"

#include "paging.h"

#define ROOT_BITS 8
#define WORD_BITS ((word)seL4_WordBits)
/* A new CNode is made while there is room for what making it takes. */
#define SLOTS_KEPT 8

struct caps caps;

void caps_init(const seL4_BootInfo *info)
{
    caps.next = info->empty.start;
    caps.end = info->empty.end;
    caps.node_bits = info->initThreadCNodeSizeBits;
    caps.first = info->untyped.start;
    caps.n_untyped = info->untyped.end - info->untyped.start;
    for (word i = 0; i < caps.n_untyped; i++) {
        const seL4_UntypedDesc *d = &info->untypedList[i];
        caps.untyped[i] = (struct untyped){.address = d->paddr, .bits = d->sizeBits, .device = d->isDevice != 0};
    }
}

/* --- the CSpace --- */

seL4_CPtr caps_root(void)
{
    return caps.nodes ? caps.root : seL4_CapInitThreadCNode;
}
word caps_root_data(void)
{
    return seL4_CNode_CapData_new(0, WORD_BITS - caps.node_bits - (caps.nodes ? ROOT_BITS : 0)).words[0];
}
u8 caps_root_depth(void)
{
    return (u8)(caps.nodes ? ROOT_BITS + caps.node_bits : WORD_BITS);
}

bool caps_extend(seL4_CPtr tcb)
{
    seL4_CPtr root = caps_make(seL4_CapTableObject, ROOT_BITS, ROOT_BITS + seL4_SlotBits, 1);
    if (!root || seL4_CNode_Mint(root, 0, ROOT_BITS, seL4_CapInitThreadCNode, seL4_CapInitThreadCNode, WORD_BITS,
                                 seL4_AllRights, seL4_CNode_CapData_new(0, 0).words[0]))
        return false;
    caps.root = root;
    caps.nodes = 1;
    return seL4_TCB_SetSpace(tcb, 0, root, caps_root_data(), seL4_CapInitThreadVSpace, 0) == seL4_NoError;
}

/* Goes on in a new CNode of the second level. The slots that are left of the last one are given up. */
static bool node_add(void);

seL4_CPtr caps_slots(word n)
{
    if (caps.end - caps.next < n + SLOTS_KEPT && !node_add() && caps.end - caps.next < n)
        return 0;
    caps.next += n;
    return caps.next - n;
}
seL4_CPtr caps_slot(void)
{
    return caps_slots(1);
}

seL4_CPtr caps_mint(seL4_CPtr from, seL4_CapRights_t rights, word badge)
{
    seL4_CPtr to = caps_slot();
    u8 depth = caps_root_depth();
    return to && seL4_CNode_Mint(caps_root(), to, depth, caps_root(), from, depth, rights, badge) == 0 ? to : 0;
}

/* --- memory --- */

static word aligned(word at, word bits)
{
    word mask = ((word)1 << bits) - 1;
    return (at + mask) & ~mask;
}
/* How many objects of that size the untyped has room for. */
static word room(const struct untyped *u, word bits)
{
    word size = (word)1 << u->bits, at = aligned(u->used, bits);
    return at < size ? (size - at) >> bits : 0;
}
static struct untyped *smallest(word bits, word n)
{
    struct untyped *best = NULL;
    for (word i = 0; i < caps.n_untyped; i++) {
        struct untyped *u = &caps.untyped[i];
        if (!u->device && room(u, bits) >= n && (!best || u->bits < best->bits))
            best = u;
    }
    return best;
}
static seL4_CPtr untyped_slot(const struct untyped *u)
{
    return caps.first + (word)(u - caps.untyped);
}
void caps_place(seL4_CPtr slot, word *index, word *depth, word *offset)
{
    *index = caps.nodes ? slot >> caps.node_bits : 0;
    *offset = caps.nodes ? slot & (((word)1 << caps.node_bits) - 1) : slot;
    *depth = caps.nodes ? ROOT_BITS : 0;
}
/* Makes n objects into the slots from `to` on. */
static bool retype(seL4_CPtr untyped, word type, word size_bits, seL4_CPtr to, word n)
{
    word index, depth, offset;
    caps_place(to, &index, &depth, &offset);
    return seL4_Untyped_Retype(untyped, type, size_bits, caps_root(), index, depth, offset, n) == seL4_NoError;
}

static bool node_add(void)
{
    word bits = caps.node_bits + seL4_SlotBits;
    struct untyped *u = caps.nodes && caps.nodes < (word)1 << ROOT_BITS ? smallest(bits, 1) : NULL;
    if (!u || seL4_Untyped_Retype(untyped_slot(u), seL4_CapTableObject, caps.node_bits, caps.root, 0, 0, caps.nodes, 1))
        return false;
    u->used = aligned(u->used, bits) + ((word)1 << bits);
    caps.next = caps.nodes << caps.node_bits;
    caps.end = ++caps.nodes << caps.node_bits;
    return true;
}

seL4_CPtr caps_make(word type, word size_bits, word object_bits, word n)
{
    struct untyped *u = smallest(object_bits, n);
    seL4_CPtr to = u ? caps_slots(n) : 0;
    u = smallest(object_bits, n); /* making room for slots may have taken some of it */
    if (!to || !u || !retype(untyped_slot(u), type, size_bits, to, n))
        return 0;
    u->used = aligned(u->used, object_bits) + (n << object_bits);
    return to;
}

/* Device untypeds have a watermark only: what lies before the page is made into untypeds that nobody uses yet. */
seL4_CPtr caps_device_page(word address)
{
    for (word i = 0; i < caps.n_untyped; i++) {
        struct untyped *u = &caps.untyped[i];
        if (!u->device || address < u->address + u->used || address - u->address >= (word)1 << u->bits)
            continue;
        word target = address - u->address;
        while (u->used < target) {
            word bits = PAGE_BITS;
            while (u->used + ((word)2 << bits) <= target && !(u->used & (((word)2 << bits) - 1)))
                bits++;
            seL4_CPtr skipped = caps_slot();
            if (!skipped || !retype(untyped_slot(u), seL4_UntypedObject, bits, skipped, 1))
                return 0;
            u->used += (word)1 << bits;
        }
        seL4_CPtr page = caps_slot();
        if (!page || !retype(untyped_slot(u), paging_frame_type(false), 0, page, 1))
            return 0;
        u->used += PAGE_SIZE;
        return page;
    }
    return 0;
}

word caps_room(word bits)
{
    word sum = 0;
    for (word i = 0; i < caps.n_untyped; i++)
        sum += caps.untyped[i].device ? 0 : room(&caps.untyped[i], bits);
    return sum;
}
