/* SPDX-License-Identifier: GPL-3.0-only */
#include "held.h"

#include "bootinfo.h"
#include "caps.h"
#include "courier.h"
#include "guardian.h"
#include "layout.h"
#include "paging.h"
#include "pure.h"

#include "held_arch.h"

#define NO_OBJECT (~(word)0)
#define NUMBER_MARK ((word)1 << 58)
#define GENERATION_MAX ((1u << 26) - 1)
#define SLOTS_AT_ONCE 64
#define UNTYPED_BITS_MAX 48u
#define RIGHTS_ALL 15u
#define RIGHTS_UNKNOWN 16u /* beside those: the kernel knows, and it does not tell */
#define RIGHT_WRITE 1u
#define RIGHT_READ 2u

static const struct {
    const char *name;
    word object;
    int bits;
} types[] = {
#define HELD_TYPE(name, text, object, bits) {text, object, bits},
#include "held_types.def"
#undef HELD_TYPE
};
static const struct {
    const char *name;
    word label;
} invocations[] = {
#define INVOCATION(name, label) {name, (word)(label)},
#include "invocations.def"
#undef INVOCATION
};

/* --- the table --- */

struct lock held_lock;
struct home {
    seL4_CPtr untyped;
    struct home *next;
};
static struct {
    struct held **at; /* index 0 is none */
    u32 count, room;
    struct held *free;
    struct held *waiting;
    seL4_CPtr next_slot, end_slot;
    struct home *homes[UNTYPED_BITS_MAX]; /* memory that came back, by its size */
} table = {.count = 1};

word held_number(const struct held *h)
{
    return NUMBER_MARK | (word)h->generation << 32 | h->index;
}
struct held *held_get(word number)
{
    u32 index = (u32)number;
    struct held *h = index && index < table.count ? table.at[index] : NULL;
    return h && h->slot && held_number(h) == number && h->type != HELD_TYPES ? h : NULL;
}
struct held *held_given(const struct port_request *r, unsigned i)
{
    return r->caps >> i & 1 ? held_get(r->number[i]) : NULL;
}
seL4_CPtr slot_take(void)
{
    if (table.next_slot == table.end_slot) {
        word first;
        if (!guardian_ask(ASK_SLOTS, SLOTS_AT_ONCE, 0, &first))
            return 0;
        table.next_slot = first;
        table.end_slot = first + SLOTS_AT_ONCE;
    }
    return table.next_slot++;
}
static struct held *entry_new(void)
{
    if (table.count >= table.room) {
        u32 room = table.room ? table.room * 2 : 64;
        struct held **more = room <= WINDOWS ? port_realloc(table.at, room * sizeof *more) : NULL;
        if (!more)
            return NULL;
        table.at = more;
        table.room = room;
    }
    struct held *h = port_alloc(sizeof *h);
    seL4_CPtr slot = h ? slot_take() : 0;
    if (!slot) {
        port_free(h);
        return NULL;
    }
    *h = (struct held){.index = table.count, .slot = slot};
    table.at[table.count++] = h;
    return h;
}
/* Entries keep their slots. */
struct held *held_new(enum held_type type)
{
    struct held *h = table.free;
    if (h)
        table.free = h->next;
    else if (!(h = entry_new()))
        return NULL;
    u32 generation = h->generation == GENERATION_MAX ? 0 : h->generation + 1;
    *h = (struct held){.index = h->index, .generation = generation, .slot = h->slot, .type = (u8)type};
    h->rights = RIGHTS_ALL;
    return h;
}
void held_mark_foreign(struct held *h)
{
    h->rights |= RIGHTS_UNKNOWN;
    h->bits = types[h->type].bits > 0 ? (u8)types[h->type].bits : 0;
}
bool held_has_ports(word first, word count)
{
    for (u32 i = 1; i < table.count; i++) {
        const struct held *h = table.at[i];
        if (h->type == HELD_PORTS && h->address < first + count && first < h->address + h->badge)
            return true;
    }
    return false;
}
void held_drop(struct held *h)
{
    h->type = HELD_TYPES;
    h->next = table.free;
    table.free = h;
}

/* --- waiting --- */

void held_forget_wait(struct held *h)
{
    struct held **at = &table.waiting;
    while (*at && *at != h)
        at = &(*at)->next;
    if (*at)
        *at = h->next;
    h->waiting = false;
}
static bool is_ready(const struct held *h)
{
    return h->arrived || (h->courier && courier_done(h->courier));
}
unsigned held_collect(struct port_event *events, unsigned max)
{
    unsigned n = 0;
    lock_take(&held_lock);
    for (struct held **at = &table.waiting, *h; n < max && (h = *at) != NULL;) {
        if (!is_ready(h)) {
            at = &h->next;
            continue;
        }
        *at = h->next;
        h->waiting = h->arrived = false;
        events[n++] = (struct port_event){.tag = h->tag, .ready = PORT_READABLE};
    }
    lock_release(&held_lock);
    return n;
}
iword held_wait(struct port_request *r)
{
    lock_take(&held_lock);
    struct held *h = held_get(r->handle);
    if (h) {
        if (!h->waiting) {
            h->next = table.waiting;
            table.waiting = h;
        }
        h->waiting = true;
        h->tag = r->number[1];
    }
    bool ready = h && is_ready(h);
    lock_release(&held_lock);
    if (ready)
        events_tell();
    return h ? 0 : -PORT_BAD_HANDLE;
}

/* --- asking the kernel --- */

seL4_Error invoke(seL4_CPtr object, word label, unsigned n_words, word *words, unsigned *n_answers, unsigned n_caps,
                  const seL4_CPtr *extra)
{
    for (unsigned i = 0; i < n_words; i++)
        seL4_SetMR((int)i, words[i]);
    for (unsigned i = 0; i < n_caps; i++)
        seL4_SetCap((int)i, extra[i]);
    seL4_MessageInfo_t info = seL4_Call(object, seL4_MessageInfo_new(label, 0, n_caps, n_words));
    unsigned length = (unsigned)seL4_MessageInfo_get_length(info);
    *n_answers = length < *n_answers ? length : *n_answers;
    for (unsigned i = 0; i < *n_answers; i++)
        words[i] = seL4_GetMR((int)i);
    return (seL4_Error)seL4_MessageInfo_get_label(info);
}
seL4_Error slot_ask(word label, seL4_CPtr slot)
{
    return INVOKE(caps_root(), label, NULL, 0, slot, caps_root_depth());
}
seL4_Error slot_copy(seL4_CPtr to, seL4_CPtr from, word rights)
{
    word depth = caps_root_depth();
    return INVOKE(caps_root(), CNodeCopy, ((seL4_CPtr[]){caps_root()}), 1, to, depth, from, depth, rights);
}
seL4_Error slot_mint(seL4_CPtr to, seL4_CPtr from, word rights, word badge)
{
    word depth = caps_root_depth();
    return INVOKE(caps_root(), CNodeMint, ((seL4_CPtr[]){caps_root()}), 1, to, depth, from, depth, rights, badge);
}
static seL4_Error retype(seL4_CPtr untyped, word object, word bits, seL4_CPtr to)
{
    word index, depth, offset;
    caps_place(to, &index, &depth, &offset);
    return INVOKE(untyped, UntypedRetype, ((seL4_CPtr[]){caps_root()}), 1, object, bits, index, depth, offset, 1);
}

/* --- making --- */

/* HELD_TYPES: there is none of that name. */
static enum held_type type_named(const char *name)
{
    unsigned i = 0;
    while (i < HELD_TYPES && strcmp(types[i].name, name) != 0)
        i++;
    return (enum held_type)i;
}
enum held_type held_type_named(const char *name)
{
    enum held_type type = type_named(name);
    return type == HELD_TYPES ? HELD_RECEIVED : type;
}
/* What is to be made: 0, or why that cannot be. */
static iword object_of(struct port_request *r, enum held_type *type, u8 *bits)
{
    u64 asked = r->number[0];
    *type = type_named(r->text[0]);
    if (*type == HELD_TYPES || types[*type].object == NO_OBJECT)
        return -PORT_KERNEL_TYPE;
    int given = types[*type].bits;
    u64 least = (u64)(given > 0 ? given : -given), most = given > 0 ? least : UNTYPED_BITS_MAX - 1;
    if (asked && asked < UNTYPED_BITS_MAX && *type == HELD_CNODE)
        asked += seL4_SlotBits;
    u64 wanted = asked ? asked : least;
    *bits = (u8)wanted;
    return wanted < least || wanted > most ? -PORT_KERNEL_SIZE : 0;
}
static word size_argument(enum held_type type, u8 bits)
{
    return types[type].bits > 0 ? 0 : type == HELD_CNODE ? (word)bits - seL4_SlotBits : bits;
}
static seL4_CPtr home_take(u8 bits)
{
    struct home *home = table.homes[bits];
    word untyped = 0;
    if (!home)
        return guardian_ask(ASK_UNTYPED, bits, 0, &untyped) ? untyped : 0;
    table.homes[bits] = home->next;
    untyped = home->untyped;
    port_free(home);
    return untyped;
}
/* What was made in it goes. Where there is no memory to remember it, it is lost. */
static void home_give(seL4_CPtr untyped, u8 bits)
{
    struct home *home = port_alloc(sizeof *home);
    if (slot_ask(CNodeRevoke, untyped) || !home) {
        port_free(home);
        return;
    }
    lock_take(&held_lock);
    *home = (struct home){.untyped = untyped, .next = table.homes[bits]};
    table.homes[bits] = home;
    lock_release(&held_lock);
}
/* Takes an entry that nobody else knows yet, whose capability was made or not. */
static iword made(struct held *h, seL4_Error error)
{
    if (error == seL4_NoError)
        return (iword)held_number(h);
    lock_take(&held_lock);
    held_drop(h);
    lock_release(&held_lock);
    return kernel_failed(error);
}
iword held_make(struct port_request *r)
{
    enum held_type type;
    u8 bits;
    iword wrong = object_of(r, &type, &bits);
    if (wrong)
        return wrong;
    lock_take(&held_lock);
    seL4_CPtr home = home_take(bits);
    struct held *h = home ? held_new(type) : NULL;
    lock_release(&held_lock);
    if (!h) {
        if (home)
            home_give(home, bits);
        return -PORT_NO_MEMORY;
    }
    seL4_Error error = retype(home, types[type].object, size_argument(type, bits), h->slot);
    h->bits = bits;
    h->home = error ? 0 : home;
    if (error)
        home_give(home, bits);
    return made(h, error);
}
/* A new entry, and that which r->handle is, of the type `wanted` or, with HELD_TYPES, any. False: *status says why not.
 */
static bool two(struct port_request *r, enum held_type wanted, enum held_type type, struct held **h, struct held *from,
                iword *status)
{
    lock_take(&held_lock);
    struct held *source = held_get(r->handle);
    bool fits = source && (wanted == HELD_TYPES || source->type == (u8)wanted);
    *h = fits ? held_new(type) : NULL;
    if (*h)
        *from = *source;
    lock_release(&held_lock);
    *status = fits ? -PORT_NO_MEMORY : source ? -PORT_KERNEL_CAP : -PORT_BAD_HANDLE;
    return *h != NULL;
}
static iword make_pool(struct port_request *r)
{
    struct held *h, from;
    iword status;
    if (!two(r, HELD_UNTYPED, HELD_ASID_POOL, &h, &from, &status))
        return status;
    return made(h, INVOKE(seL4_CapASIDControl, ARCH_MAKE_POOL, ((seL4_CPtr[]){from.slot, caps_root()}), 2, h->slot,
                          caps_root_depth()));
}
/* Bits of its slots' numbers. Of one that came from elsewhere nobody knows: such takes only what `invoke` has for it.
 */
static word cnode_depth(const struct held *h)
{
    return h->bits > seL4_SlotBits ? (word)h->bits - seL4_SlotBits : 0;
}
/* What a CNode has in the slot number[0] moves into an entry. */
static iword take_out(struct port_request *r)
{
    struct held *h, from;
    iword status;
    if (!two(r, HELD_CNODE, held_type_named(r->text[0]), &h, &from, &status))
        return status;
    held_mark_foreign(h);
    word index = r->number[0], depth = cnode_depth(&from);
    if (index >> depth)
        return made(h, (seL4_Error)(PORT_KERNEL_RANGE - PORT_KERNEL_ARGUMENT + 1));
    return made(h, INVOKE(caps_root(), CNodeMove, &from.slot, 1, h->slot, caps_root_depth(), index, depth));
}
iword held_retype(struct port_request *r)
{
    enum held_type type;
    u8 bits;
    struct held *h, from;
    iword status;
    if (type_named(r->text[0]) == HELD_ASID_POOL && !r->number[1])
        return make_pool(r);
    if (r->number[1])
        return take_out(r);
    status = object_of(r, &type, &bits);
    if (status)
        return status;
    if (!two(r, HELD_UNTYPED, type, &h, &from, &status))
        return status;
    h->bits = bits;
    return made(h, retype(from.slot, types[type].object, size_argument(type, bits), h->slot));
}
iword held_mint(struct port_request *r)
{
    struct held *h, from;
    iword status;
    if (!two(r, HELD_TYPES, HELD_RECEIVED, &h, &from, &status))
        return status;
    bool takes_badge = from.type == HELD_ENDPOINT || from.type == HELD_NOTIFICATION || from.type == HELD_RECEIVED;
    if (r->number[1] && !takes_badge)
        return made(h, seL4_IllegalOperation);
    word rights = r->number[0] & RIGHTS_ALL, badge = r->number[1];
    h->type = from.type;
    h->rights = from.rights & (u8)(rights | RIGHTS_UNKNOWN);
    h->bits = from.bits;
    h->address = from.address;
    h->badge = badge ? badge : from.permanent ? 0 : from.badge;
    return made(h, badge ? slot_mint(h->slot, from.slot, rights, badge) : slot_copy(h->slot, from.slot, rights));
}
iword held_root(struct port_request *r)
{
    static const struct {
        enum held_type type;
        seL4_CPtr slot;
    } roots[] = {
        {HELD_IRQ_CONTROL, seL4_CapIRQControl},
        {HELD_ASID_CONTROL, seL4_CapASIDControl},
        {HELD_ASID_POOL, seL4_CapInitThreadASIDPool},
        {HELD_DOMAIN_SET, seL4_CapDomain},
        ARCH_ROOTS,
    };
    enum held_type type = type_named(r->text[0]);
    seL4_CPtr slot = type == HELD_SCHED_CONTROL ? thread_sched_control() : 0;
    for (unsigned i = 0; i < ARRAY_LEN(roots); i++) {
        if (roots[i].type == type)
            slot = roots[i].slot;
    }
    if (!slot)
        return -PORT_NOT_FOUND;
    lock_take(&held_lock);
    struct held *h = held_new(type);
    if (h) {
        h->permanent = true;
        h->badge = h->slot; /* the entry's own, for its next user */
        h->slot = slot;
    }
    lock_release(&held_lock);
    return h ? (iword)held_number(h) : -PORT_NO_MEMORY;
}

/* --- asking --- */

/* A capability that cannot be copied is there, too. */
static bool is_there(const struct held *h)
{
    seL4_CPtr scratch = slot_take();
    seL4_Error error = scratch ? slot_copy(scratch, h->slot, RIGHTS_ALL) : seL4_NoError;
    if (error == seL4_NoError && scratch)
        slot_ask(CNodeDelete, scratch);
    if (scratch)
        table.next_slot--;
    return error != seL4_FailedLookup;
}
static word physical_address(const struct held *h)
{
    bool frame = h->type == HELD_FRAME || h->type == HELD_LARGE_FRAME || h->type == HELD_HUGE_FRAME;
    unsigned n = 1;
    word address = 0;
    if (frame && invoke(h->slot, ARCH_FRAME_ADDRESS, 0, &address, &n, 0, NULL) == seL4_NoError && n)
        return address;
    return h->address;
}
static void name_copy(char *to, const char *name)
{
    word n = strlen(name) + 1;
    memcpy(to, name, n < PORT_ADDRESS_MAX ? n : PORT_ADDRESS_MAX);
}
iword held_info(struct port_request *r)
{
    lock_take(&held_lock);
    struct held *h = held_get(r->handle);
    bool there = h && (h->permanent || is_there(h));
    if (there) {
        name_copy(r->address, types[h->type].name);
        r->answer[0] = h->rights;
        r->answer[1] = h->bits;
        r->answer[2] = physical_address(h);
        r->answer[3] = h->permanent ? 0 : h->badge;
        r->answer[4] = h->mapped;
    }
    lock_release(&held_lock);
    return there ? 0 : h ? -PORT_KERNEL_LOOKUP : -PORT_BAD_HANDLE;
}

/* What a kernel's call with these capabilities means for priorities: programs stay at or below the workers. */
static bool authority_fits(word label, const word *words, unsigned n_words)
{
    bool sets = label == TCBSetPriority || label == TCBSetMCPriority || label == TCBSetSchedParams;
    for (unsigned i = 0; sets && i < n_words; i++)
        if (words[i] > PRIORITY_NORMAL)
            return false;
    return true;
}
/* What puts a capability of ours into a slot of a CNode: the words are the slot and what follows the source. */
static bool puts(word label)
{
    return label == CNodeCopy || label == CNodeMint || label == CNodeMove;
}
/* number[1] is what is put there. Moving it takes it from its entry. The lock is held. */
static iword put_in(const struct held *h, word label, struct port_request *r)
{
    const struct held *what = held_given(r, 1);
    word given[3] = {0}, depth = cnode_depth(h);
    seL4_CPtr root = caps_root();
    memcpy(given, r->in, r->in_bytes < sizeof given ? r->in_bytes : sizeof given);
    if (!what)
        return r->caps & 2 ? -PORT_KERNEL_GONE : -PORT_KERNEL_TRUNCATED;
    if (h->type != HELD_CNODE || what->permanent)
        return -PORT_KERNEL_CAP;
    if (given[0] >> depth)
        return -PORT_KERNEL_RANGE;
    word words[6] = {given[0], depth, what->slot, caps_root_depth(), given[1], given[2]};
    return kernel_failed(invoke(h->slot, label,
                                label == CNodeMove   ? 4
                                : label == CNodeCopy ? 5
                                                     : 6,
                                words, &(unsigned){0}, 1, &root));
}
#define CALL_CAPS 3
#define CALL_WORDS 120
iword held_call(struct port_request *r)
{
    r->out_bytes = 0;
    seL4_CPtr extra[CALL_CAPS + 1] = {seL4_CapInitThreadTCB};
    word words[CALL_WORDS];
    unsigned n_words = (unsigned)(r->in_bytes / sizeof(word)), i = 0, n_caps = 0;
    while (i < ARRAY_LEN(invocations) && strcmp(invocations[i].name, r->text[0]) != 0)
        i++;
    if (i == ARRAY_LEN(invocations))
        return -PORT_KERNEL_OPERATION;
    if (r->in_bytes > sizeof words || r->in_bytes % sizeof(word))
        return -PORT_KERNEL_LENGTH;
    word label = invocations[i].label;
    bool by_authority = label == TCBSetPriority || label == TCBSetMCPriority || label == TCBSetSchedParams;
    if (r->number[0] > (word)CALL_CAPS - by_authority)
        return -PORT_KERNEL_LENGTH;
    memcpy(words, r->in, r->in_bytes);
    if (!authority_fits(label, words, n_words))
        return -PORT_KERNEL_RANGE;
    lock_take(&held_lock);
    const struct held *h = held_get(r->handle);
    seL4_CPtr slot = h ? h->slot : 0;
    bool blocks = h && (h->type == HELD_ENDPOINT || h->type == HELD_NOTIFICATION || h->type == HELD_REPLY ||
                        h->type == HELD_RECEIVED);
    if (h && puts(label)) {
        iword status = put_in(h, label, r);
        lock_release(&held_lock);
        return status;
    }
    n_caps = by_authority;
    bool gone = false;
    for (i = 1; i <= r->number[0]; i++) {
        const struct held *e = held_given(r, i);
        gone = gone || (!e && r->caps >> i & 1);
        extra[n_caps++] = e ? e->slot : 0;
    }
    lock_release(&held_lock);
    if (!h || blocks || gone)
        return !h ? -PORT_BAD_HANDLE : blocks ? -PORT_KERNEL_ILLEGAL : -PORT_KERNEL_GONE;
    unsigned n_answers = CALL_WORDS;
    seL4_Error error = invoke(slot, label, n_words, words, &n_answers, n_caps, extra);
    r->out_bytes = n_answers * sizeof(word);
    memcpy(r->out, words, r->out_bytes);
    return kernel_failed(error);
}

/* Of what the domain holds from its start the VM's own ports and handlers were made, too. */
iword held_revoke(struct port_request *r)
{
    lock_take(&held_lock);
    const struct held *h = held_get(r->handle);
    seL4_CPtr slot = h && !h->permanent ? h->slot : 0;
    lock_release(&held_lock);
    if (!slot)
        return h ? -PORT_KERNEL_ILLEGAL : -PORT_BAD_HANDLE;
    return kernel_failed(slot_ask(CNodeRevoke, slot));
}

word held_window(const struct held *h)
{
    return WINDOWS_BASE + h->index * LARGE_SIZE;
}
iword held_map(struct port_request *r)
{
    lock_take(&held_lock);
    struct held *h = held_get(r->handle);
    seL4_CPtr slot = h ? h->slot : 0;
    bool fits = h && (h->type == HELD_FRAME || h->type == HELD_LARGE_FRAME);
    word at = fits ? held_window(h) : 0;
    lock_release(&held_lock);
    if (!fits)
        return h ? -PORT_KERNEL_CAP : -PORT_BAD_HANDLE;
    if (!guardian_ask(ASK_MAP, slot, at | PAGING_WRITE, NULL))
        return -PORT_KERNEL_CAP;
    lock_take(&held_lock);
    h->mapped = at;
    lock_release(&held_lock);
    return 0;
}

/* --- the end --- */

iword held_close(struct port_request *r)
{
    lock_take(&held_lock);
    struct held *h = held_get(r->handle);
    if (!h) {
        lock_release(&held_lock);
        return -PORT_BAD_HANDLE;
    }
    if (h->waiting)
        held_forget_wait(h);
    if (h->courier)
        courier_give_up(h->courier);
    hw_close(h);
    struct held old = *h;
    h->type = HELD_TYPES; /* nobody finds it from here on */
    if (old.permanent)
        h->slot = old.badge;
    lock_release(&held_lock);
    if (!old.permanent)
        slot_ask(CNodeDelete, old.slot);
    if (old.home)
        home_give(old.home, old.bits);
    lock_take(&held_lock);
    held_drop(h);
    lock_release(&held_lock);
    return 0;
}
