/* SPDX-License-Identifier: GPL-3.0-only */
/* judge.c: see fuzz.h. The root task: makes workers, starts them again and again, takes all away and looks whether all
 * is there. */
#include "fuzz.h"

#define ARENA_BITS 23
#define STORE_BITS 19   /* for what lasts: the workers' address space */
#define DEVICE_BITS 31  /* of a device's memory, where there is no device */
#define KICKS 32        /* times that the workers are started in a round */
#define SCENE_PERIODS 3 /* of the judge's, that a scene takes */
#define WORKER_SC_BITS 8
#define PAGE 4096ull
#define ROOT_POOL 6 /* slots of the root task, and its control of ASIDs */
#define ROOT_ASIDS 5
#define HURRIED 0 /* this worker is */

/* Set by the linker. */
extern const u8 fuzz_seed[], fuzz_rounds[], _end[];

struct shared shared __attribute__((aligned(4096)));

static struct buffer *buffer;
const struct boot_info *info;
static u64 next_slot, state, round_number;

/* --- invocations of the judge's own capabilities --- */

static struct message answer;
u64 ask(u64 cap, u64 label, unsigned n, const u64 *words, unsigned extras, const u64 *caps)
{
    answer = (struct message){.cap = cap, .tag = tag(label, extras, n)};
    for (unsigned i = 0; i < n; i++) {
        if (i < REGISTER_WORDS)
            answer.word[i] = words[i];
        else
            buffer->words[i] = words[i];
    }
    for (unsigned i = 0; i < extras; i++)
        buffer->caps[i] = caps[i];
    enter(SYSCALL_CALL, &answer);
    return answer.tag >> 12;
}
void must(const char *what, u64 error)
{
    if (error)
        complain(round_number, what, error);
}

u64 retype(u64 memory, u64 type, u64 bits, u64 slot, u64 count)
{
    return ask(memory, LABEL_UNTYPED_RETYPE, WORDS(type, bits, 0, 0, slot, count), WORDS(ROOT_CNODE));
}
u64 make(u64 memory, u64 type, u64 bits)
{
    must("retype", retype(memory, type, bits, next_slot, 1));
    return next_slot++;
}
u64 next_empty_slot(void)
{
    return next_slot++;
}
u64 judge_draw(u64 n)
{
    return random_below(&state, n);
}
static u64 copy(u64 from, u64 rights)
{
    must("copy", ask(ROOT_CNODE, LABEL_CNODE_COPY, WORDS(next_slot, 64, from, 64, rights), WORDS(ROOT_CNODE)));
    return next_slot++;
}
static void revoke(u64 slot)
{
    must("revoke", ask(ROOT_CNODE, LABEL_CNODE_REVOKE, WORDS(slot, 64), NONE));
}

/* --- what lasts --- */

u64 vspace, faults, sched_control, fuzz_cnode;
static u64 arena, device, own_cnode;

/* Each time from another. */
static u64 untyped_of(unsigned bits)
{
    static u64 i;
    while (i++ < info->untyped.end - info->untyped.start) {
        if (!info->untypeds[i - 1].is_device && info->untypeds[i - 1].bits >= bits)
            return make(info->untyped.start + i - 1, OBJECT_UNTYPED, bits);
    }
    complain(0, "no memory of bits", bits);
}
static void map(u64 into, u64 frame, u64 at, bool writable)
{
    u64 rights = writable ? RIGHT_READ | RIGHT_WRITE : RIGHT_READ;
    must("map", ask(frame, LABEL_PAGE_MAP, WORDS(at, rights, ARCH_CACHED), WORDS(into)));
}
#define IMAGE_END (((u64)_end + PAGE - 1) & ~(PAGE - 1))
u64 frame_of(const void *address)
{
    return info->image_frames.end - (IMAGE_END - (u64)address + PAGE - 1) / PAGE;
}
static void map_tables(u64 into, u64 store, u64 at)
{
    static const struct {
        u8 type, label;
    } tables[] = {ARCH_TABLES};
    for (unsigned i = 0; i < ARRAY_LEN(tables); i++)
        must("map a table", ask(make(store, tables[i].type, 0), tables[i].label, WORDS(at, ARCH_CACHED), WORDS(into)));
}
/* The image once more, of which only what is shared can be written, in memory of `store`. */
static u64 make_vspace(u64 store, u64 pool)
{
    u64 pages = info->image_frames.end - info->image_frames.start, made = make(store, ARCH_VSPACE, 0);
    must("assign", ask(pool, LABEL_ASID_POOL_ASSIGN, NONE, WORDS(made)));
    map_tables(made, store, IMAGE_END - 1);
    map_tables(made, store, FUZZ_ADDRESS);
    for (u64 i = 0; i < pages; i++) {
        u64 at = IMAGE_END - (pages - i) * PAGE;
        bool writable = at >= (u64)&shared && at < (u64)(&shared + 1);
        map(made, copy(info->image_frames.start + i, RIGHTS_ALL), at, writable);
    }
    return made;
}
static void make_what_lasts(void)
{
    u64 store = untyped_of(STORE_BITS), endpoint;
    vspace = make_vspace(store, ROOT_POOL);
    endpoint = make(store, OBJECT_ENDPOINT, 0);
    faults = next_empty_slot();
    must("badge", ask(ROOT_CNODE, LABEL_CNODE_MINT, WORDS(faults, 64, endpoint, 64, RIGHTS_ALL, FAULT_BADGE),
                      WORDS(ROOT_CNODE)));
    own_cnode = make(store, OBJECT_CNODE, OWN_RADIX);
}
/* A budget of its own, nearly all of the time, and Yield is a sleep until the next period. */
static void make_sleep_possible(void)
{
    sched_control = info->sched_control.start;
    must("own budget", ask(sched_control, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, WORDS(4800, 5000, 0, 0, 0),
                           WORDS(ROOT_SCHED_CONTEXT)));
}
/* Far above all memory and the devices of these machines. */
static void find_device_memory(void)
{
    for (u64 i = 0; i < info->untyped.end - info->untyped.start; i++) {
        if (info->untypeds[i].is_device && info->untypeds[i].physical >= 1ull << 39)
            device = make(info->untyped.start + i, OBJECT_UNTYPED, DEVICE_BITS);
    }
    must("memory of devices", !device);
}

/* --- a round --- */

static struct round {
    u64 first_free, grave[GRAVES], bell, weak_vspace, frames, frames_end;
    enum { NO_SCENE, SERVERS_START, OTHERS_CALL } scene;
    unsigned server;
    struct {
        u64 tcb, context, ways;
    } worker[WORKERS];
} current;
static u64 fuzz_next; /* slot of the workers' CNode */

void put_own(u64 cnode, u64 index, u64 from, u64 guard_bits)
{
    u64 label = guard_bits ? LABEL_CNODE_MINT : LABEL_CNODE_COPY;
    must("an own capability",
         ask(cnode, label, WORDS(index, OWN_RADIX, from, 64, RIGHTS_ALL, guard_bits), WORDS(ROOT_CNODE)));
}
/* What has no copies is the workers' during a round, to be used and not to be taken. */
static const u8 alone[] = {ROOT_IRQ_CONTROL, ARCH_ALONE};
static void lend_alone(void)
{
    put_own(own_cnode, 0, fuzz_cnode, FUZZ_GUARD_BITS - OWN_RADIX);
    for (unsigned i = 0; i < ARRAY_LEN(alone); i++)
        must("lend", ask(own_cnode, LABEL_CNODE_MOVE, WORDS(i + 1, OWN_RADIX, alone[i], 64), WORDS(ROOT_CNODE)));
}
static void take_alone(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(alone); i++)
        must("take back", ask(ROOT_CNODE, LABEL_CNODE_MOVE, WORDS(alone[i], 64, i + 1, OWN_RADIX), WORDS(own_cnode)));
}

/* The workers get a copy. */
static void give(u64 slot)
{
    ask(fuzz_cnode, LABEL_CNODE_COPY, WORDS(fuzz_next, FUZZ_RADIX, slot, 64, RIGHTS_ALL), WORDS(ROOT_CNODE));
    fuzz_next++;
}
/* One in a hurry has little time, often. */
static void give_time(unsigned i)
{
    u64 budget = 50 + judge_draw(1000), period = judge_draw(4) ? budget + judge_draw(5000) : budget;
    if (i == HURRIED) {
        budget = 100 + judge_draw(200);
        period = budget + 100 + judge_draw(600);
    }
    must("budget", ask(sched_control, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS,
                       WORDS(budget, period, judge_draw(3), i, judge_draw(2)), WORDS(current.worker[i].context)));
}
static void configure(unsigned i)
{
    u64 tcb = current.worker[i].tcb, context = current.worker[i].context, at = (u64)&shared.buffers[i];
    bool own = judge_draw(2);
    current.worker[i].ways = (own ? WAY_OWN : 0) | (i == HURRIED ? WAY_HURRIED : 0);
    must("configure", ask(tcb, LABEL_TCB_CONFIGURE, WORDS(own ? 0 : FUZZ_GUARD_BITS, 0, at),
                          WORDS(own ? own_cnode : fuzz_cnode, judge_draw(3) ? vspace : current.weak_vspace,
                                frame_of(&shared.buffers[i]))));
    ask(tcb, LABEL_TCB_SET_TIMEOUT_ENDPOINT, NONE, WORDS(judge_draw(3) ? 0 : faults));
    give_time(i);
    ask(context, LABEL_SCHED_CONTEXT_UNBIND, NONE, NONE);
    u64 bound = judge_draw(8) ? context : 0, priority = i == HURRIED ? TOP_PRIORITY : 1 + judge_draw(TOP_PRIORITY);
    ask(tcb, LABEL_TCB_SET_SCHED_PARAMS, WORDS(TOP_PRIORITY, priority),
        WORDS(ROOT_TCB, bound, judge_draw(32) ? faults : 0));
}
void start_thread(u64 tcb, u64 stack, u64 ways)
{
    u64 words[20] = {1, 18, (u64)worker_start};
    words[2 + ARCH_NUMBER] = stack + THREADS * ways;
    words[2 + ARCH_SEED] = random(&state) | 1;
    must("start", ask(tcb, LABEL_TCB_WRITE_REGISTERS, ARRAY_LEN(words), words, NONE));
}
static void give_all(void)
{
    static const u8 authorities[] = {ROOT_ASIDS, ROOT_POOL, ROOT_DOMAIN};
    fuzz_next = FUZZ_CNODE;
    ask(fuzz_cnode, LABEL_CNODE_MINT, WORDS(fuzz_next++, FUZZ_RADIX, fuzz_cnode, 64, RIGHTS_ALL, FUZZ_GUARD_BITS),
        WORDS(ROOT_CNODE));
    for (unsigned i = 0; i < GRAVES; i++)
        give(current.grave[i]);
    for (unsigned i = 0; i < 2; i++)
        ask(fuzz_cnode, LABEL_CNODE_MINT, WORDS(fuzz_next++, FUZZ_RADIX, FUZZ_MEETING, FUZZ_RADIX, RIGHTS_ALL, 1 + i),
            WORDS(fuzz_cnode));
    give(current.bell);
    for (unsigned i = 0; i < ARRAY_LEN(authorities); i++)
        give(authorities[i]);
    give(sched_control);
    give(vspace);
    give(current.weak_vspace);
    must("the slot of faults", fuzz_next != FUZZ_FAULTS);
    give(faults);
    give(device);
    must("the first worker's slot", fuzz_next != FUZZ_WORKERS);
    for (unsigned i = 0; i < WORKERS; i++) {
        give(current.worker[i].tcb);
        give(current.worker[i].context);
    }
}
static const struct {
    u8 type, bits, count;
} wanted[] = {
    {OBJECT_ENDPOINT, 0, 1}, /* FUZZ_MEETING */
    {OBJECT_REPLY, 0, 1},    /* FUZZ_REPLY */
    {OBJECT_ENDPOINT, 0, 1}, {OBJECT_REPLY, 0, 1},         {OBJECT_ENDPOINT, 0, 3},   {OBJECT_NOTIFICATION, 0, 4},
    {OBJECT_REPLY, 0, 4},    {OBJECT_SCHED_CONTEXT, 8, 3}, {OBJECT_TCB, 0, 2},        {OBJECT_SMALL_PAGE, 0, 4},
    {ARCH_VSPACE, 0, 2},     {OBJECT_CNODE, 3, 2},         {OBJECT_UNTYPED, 12, 6},   {OBJECT_UNTYPED, 16, 4},
    {OBJECT_UNTYPED, 19, 2}, {OBJECT_LARGE_PAGE, 0, 1},    {OBJECT_PAGE_TABLE, 0, 4}, ARCH_OBJECTS};
static u64 retype_for_workers(unsigned i, u64 slot, u64 count)
{
    return ask(arena, LABEL_UNTYPED_RETYPE, WORDS(wanted[i].type, wanted[i].bits, 0, 0, slot, count),
               WORDS(fuzz_cnode));
}
static void give_objects(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(wanted); i++) {
        must("objects", retype_for_workers(i, fuzz_next, wanted[i].count));
        fuzz_next += wanted[i].count;
    }
}
/* In the place of some that are gone, if they are and there is memory. */
static void give_new_objects(void)
{
    u64 slot = FUZZ_MEETING;
    for (unsigned i = 0; i < ARRAY_LEN(wanted); i++) {
        if (judge_draw(3) == 0 || wanted[i].count == 1)
            retype_for_workers(i, slot + judge_draw(wanted[i].count), 1);
        slot += wanted[i].count;
    }
}
/* An address space of some workers that ends when one of them wants it: its ASID is of a pool that they have. */
static void make_weak_vspace(void)
{
    u64 memory = make(arena, OBJECT_UNTYPED, 12), pool = next_empty_slot();
    must("a pool", ask(ROOT_ASIDS, LABEL_ASID_CONTROL_MAKE_POOL, WORDS(pool, 64), WORDS(memory, ROOT_CNODE)));
    current.frames = next_slot;
    current.weak_vspace = make_vspace(arena, pool);
    current.frames_end = next_slot;
    must("the workers' pool",
         ask(fuzz_cnode, LABEL_CNODE_MOVE, WORDS(FUZZ_POOL, FUZZ_RADIX, pool, 64), WORDS(ROOT_CNODE)));
}
static void begin_round(void)
{
    current.first_free = next_slot;
    fuzz_cnode = make(arena, OBJECT_CNODE, FUZZ_RADIX);
    make_weak_vspace();
    current.bell = make(arena, OBJECT_NOTIFICATION, 0);
    for (unsigned i = 0; i < WORKERS; i++) {
        current.worker[i].tcb = make(arena, OBJECT_TCB, 0);
        current.worker[i].context = make(arena, OBJECT_SCHED_CONTEXT, WORKER_SC_BITS);
    }
    for (unsigned i = 0; i < GRAVES; i++)
        current.grave[i] = make(arena, OBJECT_UNTYPED, GRAVE_BITS);
    current.scene = NO_SCENE;
    give_all();
    give_objects();
    nests_begin(arena);
    for (unsigned i = 0; i < FUZZ_SLOTS; i++)
        shared.types[i] = i < fuzz_next ? TYPE_UNKNOWN : 0;
    arch_round_begin();
    lend_alone();
}
static void memory_as_pages(void)
{
    const u64 at_once = 256;
    u64 left = 1ull << ARENA_BITS >> 12;
    for (u64 slot = next_slot; left; slot += at_once, left -= left < at_once ? left : at_once)
        must("memory as pages", retype(arena, OBJECT_SMALL_PAGE, 0, slot, left < at_once ? left : at_once));
    if (!retype(arena, OBJECT_ENDPOINT, 0, (1u << ROOT_CNODE_RADIX) - 1, 1))
        complain(round_number, "more memory came back than there was", 0);
}
/* All memory is free, as frames or as one object of the kernel's. */
static void check_memory(void)
{
    if (round_number % 2)
        memory_as_pages();
    else
        must("memory as a CNode", retype(arena, OBJECT_CNODE, ARENA_BITS - SLOT_BITS, next_slot, 1));
    revoke(arena);
    must("memory of devices", retype(device, OBJECT_HUGE_PAGE, 0, next_slot, 1ull << (DEVICE_BITS - 30)));
    revoke(device);
}
static void check_pools(void)
{
    u64 pools = 7, at = next_slot + pools;
    must("memory", retype(arena, OBJECT_UNTYPED, 12, at, pools));
    for (u64 i = 0; i < pools; i++)
        must("pool",
             ask(ROOT_ASIDS, LABEL_ASID_CONTROL_MAKE_POOL, WORDS(next_slot + i, 64), WORDS(at + i, ROOT_CNODE)));
    revoke(arena);
}
static void end_round(void)
{
    take_alone();
    for (u64 slot = current.frames; slot < current.frames_end; slot++)
        must("delete", ask(ROOT_CNODE, LABEL_CNODE_DELETE, WORDS(slot, 64), NONE));
    revoke(arena);
    revoke(device);
    next_slot = current.first_free;
    check_memory();
    arch_check(next_slot);
    check_pools();
}
/* The scene's players by number: a server, who calls it, who buries, another server. Others have none below PLAYERS. */
enum { SERVER, CALLER, UNDERTAKER, OTHER_SERVER, PLAYERS };
static unsigned player(unsigned n)
{
    return (current.server + n) % WORKERS;
}
static bool plays(unsigned i)
{
    unsigned n = (i + WORKERS - current.server) % WORKERS;
    if (current.scene == OTHERS_CALL)
        return n < PLAYERS;
    return current.scene == SERVERS_START && (n == SERVER || n == OTHER_SERVER);
}
/* Some are started, some become passive where they are; the others are left to go on. */
static void kick(unsigned i, bool first)
{
    u64 what = judge_draw(8);
    if (first || what < 2)
        configure(i);
    if (first || what < 6)
        start_thread(current.worker[i].tcb, i, current.worker[i].ways);
    else if (what == 6)
        ask(current.worker[i].context, LABEL_SCHED_CONTEXT_UNBIND, NONE, NONE);
}
/* With much time. */
static void start_player(unsigned n, u64 first)
{
    unsigned i = player(n);
    configure(i);
    must("a player's budget", ask(sched_control, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, WORDS(2000, 3000, 0, i, 0),
                                  WORDS(current.worker[i].context)));
    start_thread(current.worker[i].tcb, i, current.worker[i].ways | first);
}
static void make_passive(unsigned i)
{
    ask(current.worker[i].context, LABEL_SCHED_CONTEXT_UNBIND, NONE, NONE);
    if (judge_draw(2))
        ask(current.worker[i].context, LABEL_SCHED_CONTEXT_BIND, NONE, WORDS(current.bell));
}
/*
 * The scene has the processor, but for hermits: with the worker in a hurry, who comes when somebody is buried, or
 * without the two: a call goes straight to its server when nobody else is ready.
 */
static void be_quiet(bool but_for_burial)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        bool may_stay = i == HURRIED || i == player(UNDERTAKER) ? but_for_burial : plays(i);
        if (!may_stay)
            ask(current.worker[i].tcb, LABEL_TCB_SUSPEND, NONE, NONE);
    }
}
/* Servers start; when they wait for calls they become passive, others call, and bury; that goes on for a while. */
static void go_on_with_scene(void)
{
    switch (current.scene) {
    case NO_SCENE:
        if (judge_draw(4) == 0)
            break;
        current.scene = SERVERS_START;
        current.server = 1 + (unsigned)judge_draw(WORKERS - 1);
        start_player(SERVER, WAY_SERVES);
        start_player(OTHER_SERVER, WAY_SERVES);
        break;
    case SERVERS_START:
        current.scene = OTHERS_CALL;
        shared.scene = current.server;
        make_passive(player(SERVER));
        make_passive(player(OTHER_SERVER));
        start_player(CALLER, WAY_CALLS);
        start_player(UNDERTAKER, WAY_BURIES);
        if (judge_draw(4)) /* it comes when the others wait */
            must("the last one's priority",
                 ask(current.worker[player(UNDERTAKER)].tcb, LABEL_TCB_SET_PRIORITY, WORDS(1), WORDS(ROOT_TCB)));
        if (judge_draw(4))
            be_quiet(judge_draw(3));
        break;
    case OTHERS_CALL:
        if (judge_draw(2))
            current.scene = NO_SCENE;
        break;
    }
}
static void do_round(void)
{
    begin_round();
    for (unsigned n = 0; n < KICKS; n++) {
        arch_give();
        for (unsigned i = 0; i < WORKERS; i++) {
            if (!plays(i))
                kick(i, n == 0);
        }
        go_on_with_scene();
        give_new_objects();
        nest_fill();
        give_all();
        for (unsigned i = current.scene == OTHERS_CALL ? SCENE_PERIODS : 1; i; i--)
            enter(SYSCALL_YIELD, &(struct message){0});
        count();
    }
    end_round();
}

void judge_main(const struct boot_info *given)
{
    u64 rounds = (u64)fuzz_rounds, began = arch_ticks();
    info = given;
    buffer = (struct buffer *)info->ipc_buffer;
    next_slot = info->empty.start;
    state = (u64)fuzz_seed << 1 | 1;
    make_sleep_possible();
    make_what_lasts();
    find_device_memory();
    arch_judge_begin();
    arena = untyped_of(ARENA_BITS);
    for (round_number = 0; round_number < rounds; round_number++) {
        do_round();
        if (round_number % 100 == 99) {
            print("fuzz: round ");
            print_number(round_number + 1);
            print(", operations ");
            print_number(total.calls);
            print("\n");
        }
    }
    if (!report(rounds))
        complain(rounds, "not all was done", 0);
    print("fuzz: done, operations ");
    print_number(total.calls);
    print(", ticks ");
    print_number(arch_ticks() - began);
    print("\n");
    stop();
}
