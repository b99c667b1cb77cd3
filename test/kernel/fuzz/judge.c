/* SPDX-License-Identifier: GPL-3.0-only */
/* judge.c: see fuzz.h. The root task: makes workers, starts them again and again, takes all away and looks whether all
 * is there. */
#include "fuzz.h"

#define ARENA_BITS 21
#define STORE_BITS 19 /* for what lasts: the workers' address space */
#define KICKS 40      /* times that the workers are started in a round */
#define WORKER_SC_BITS 8
#define PAGE 4096ull
#define TOP_PRIORITY 6

/* Set by the linker. */
extern const u8 fuzz_seed[], fuzz_rounds[], _end[];

struct shared shared __attribute__((aligned(4096)));

static struct buffer *buffer;
const struct boot_info *info;
static u64 next_slot, state;

/* --- console --- */

static void print(const char *text)
{
    for (; *text; text++)
        enter(SYSCALL_DEBUG_PUT_CHAR, &(struct message){.cap = (u8)*text});
}
static void print_number(u64 value)
{
    char digits[24];
    unsigned n = sizeof digits;
    digits[--n] = 0;
    do
        digits[--n] = "0123456789"[value % 10];
    while (value /= 10);
    print(&digits[n]);
}
static NORETURN void stop(void)
{
    for (;;)
        enter(SYSCALL_DEBUG_HALT, &(struct message){0});
}
static u64 round_number;
static NORETURN void complain(const char *what, u64 number)
{
    print("fuzz: FAILED in round ");
    print_number(round_number);
    print(": ");
    print(what);
    print(" ");
    print_number(number);
    print("\n");
    stop();
}

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
        complain(what, error);
}

static u64 retype(u64 memory, u64 type, u64 bits, u64 slot, u64 count)
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

u64 vspace;
static u64 arena, faults, sched_control;

/* Each time from another. */
static u64 untyped_of(unsigned bits)
{
    static u64 i;
    while (i++ < info->untyped.end - info->untyped.start) {
        if (!info->untypeds[i - 1].is_device && info->untypeds[i - 1].bits >= bits)
            return make(info->untyped.start + i - 1, OBJECT_UNTYPED, bits);
    }
    complain("no memory of bits", bits);
}
static void map(u64 frame, u64 at, bool writable)
{
    u64 rights = writable ? RIGHT_READ | RIGHT_WRITE : RIGHT_READ;
    must("map", ask(frame, LABEL_PAGE_MAP, WORDS(at, rights, ARCH_CACHED), WORDS(vspace)));
}
#define IMAGE_END (((u64)_end + PAGE - 1) & ~(PAGE - 1))
static u64 frame_of(const void *address)
{
    return info->image_frames.end - (IMAGE_END - (u64)address + PAGE - 1) / PAGE;
}
static void map_tables(u64 store, u64 at)
{
    static const struct {
        u8 type, label;
    } tables[] = {ARCH_TABLES};
    for (unsigned i = 0; i < ARRAY_LEN(tables); i++)
        must("map a table",
             ask(make(store, tables[i].type, 0), tables[i].label, WORDS(at, ARCH_CACHED), WORDS(vspace)));
}
/* The image once more, of which only what is shared can be written. */
static void make_vspace(void)
{
    u64 store = untyped_of(STORE_BITS), pages = info->image_frames.end - info->image_frames.start;
    vspace = make(store, ARCH_VSPACE, 0);
    must("assign", ask(6, LABEL_ASID_POOL_ASSIGN, NONE, WORDS(vspace)));
    map_tables(store, IMAGE_END - 1);
    map_tables(store, FUZZ_ADDRESS);
    for (u64 i = 0; i < pages; i++) {
        u64 at = IMAGE_END - (pages - i) * PAGE;
        bool writable = at >= (u64)&shared && at < (u64)(&shared + 1);
        map(copy(info->image_frames.start + i, RIGHTS_ALL), at, writable);
    }
    faults = make(store, OBJECT_ENDPOINT, 0);
}
/* A budget of its own, and Yield is a sleep until the next period. */
static void make_sleep_possible(void)
{
    sched_control = info->sched_control.start;
    must("own budget", ask(sched_control, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, WORDS(1000, 2500, 0, 0, 0),
                           WORDS(ROOT_SCHED_CONTEXT)));
}

/* --- a round --- */

static struct round {
    u64 cnode, first_free;
    struct {
        u64 tcb, context;
    } worker[WORKERS];
} current;
static u64 fuzz_next; /* slot of the workers' CNode */

/* The workers get a copy. */
static void give(u64 slot)
{
    ask(current.cnode, LABEL_CNODE_COPY, WORDS(fuzz_next, FUZZ_RADIX, slot, 64, RIGHTS_ALL), WORDS(ROOT_CNODE));
    fuzz_next++;
}
static u64 draw(u64 n)
{
    return random_below(&state, n);
}
static void configure(unsigned i)
{
    u64 tcb = current.worker[i].tcb, context = current.worker[i].context, at = (u64)&shared.buffers[i];
    must("configure", ask(tcb, LABEL_TCB_CONFIGURE, WORDS(FUZZ_GUARD_BITS, 0, at),
                          WORDS(current.cnode, vspace, frame_of(&shared.buffers[i]))));
    u64 budget = 50 + draw(1000), period = draw(4) ? budget + draw(5000) : budget;
    must("budget", ask(sched_control, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, WORDS(budget, period, draw(3), i, draw(2)),
                       WORDS(context)));
    ask(context, LABEL_SCHED_CONTEXT_UNBIND, NONE, NONE);
    u64 bound = draw(8) ? context : 0;
    ask(tcb, LABEL_TCB_SET_SCHED_PARAMS, WORDS(TOP_PRIORITY, 1 + draw(TOP_PRIORITY)),
        WORDS(ROOT_TCB, bound, draw(32) ? faults : 0));
}
static void start(unsigned i)
{
    u64 words[20] = {1, 18, (u64)worker_start};
    words[2 + ARCH_NUMBER] = i;
    words[2 + ARCH_SEED] = random(&state) | 1;
    must("start", ask(current.worker[i].tcb, LABEL_TCB_WRITE_REGISTERS, ARRAY_LEN(words), words, NONE));
}
static void give_all(void)
{
    static const u8 authorities[] = {5, 6, ROOT_DOMAIN};
    fuzz_next = FUZZ_CNODE;
    ask(current.cnode, LABEL_CNODE_MINT, WORDS(fuzz_next++, FUZZ_RADIX, current.cnode, 64, RIGHTS_ALL, FUZZ_GUARD_BITS),
        WORDS(ROOT_CNODE));
    for (unsigned i = 0; i < ARRAY_LEN(authorities); i++)
        give(authorities[i]);
    give(sched_control);
    give(vspace);
    give(faults);
    for (unsigned i = 0; i < WORKERS; i++) {
        give(current.worker[i].tcb);
        give(current.worker[i].context);
    }
}
static void give_objects(void)
{
    static const struct {
        u8 type, bits, count;
    } wanted[] = {{OBJECT_ENDPOINT, 0, 4},
                  {OBJECT_NOTIFICATION, 0, 4},
                  {OBJECT_REPLY, 0, 6},
                  {OBJECT_SMALL_PAGE, 0, 4},
                  {ARCH_VSPACE, 0, 2},
                  {OBJECT_CNODE, 3, 2},
                  {OBJECT_UNTYPED, 12, 4},
                  {OBJECT_UNTYPED, 16, 2},
                  {OBJECT_UNTYPED, 19, 2},
                  {OBJECT_PAGE_TABLE, 0, 2},
                  ARCH_OBJECTS};
    for (unsigned i = 0; i < ARRAY_LEN(wanted); i++) {
        must("objects",
             ask(arena, LABEL_UNTYPED_RETYPE, WORDS(wanted[i].type, wanted[i].bits, 0, 0, fuzz_next, wanted[i].count),
                 WORDS(current.cnode)));
        fuzz_next += wanted[i].count;
    }
}
static void begin_round(void)
{
    current.first_free = next_slot;
    current.cnode = make(arena, OBJECT_CNODE, FUZZ_RADIX);
    for (unsigned i = 0; i < WORKERS; i++) {
        current.worker[i].tcb = make(arena, OBJECT_TCB, 0);
        current.worker[i].context = make(arena, OBJECT_SCHED_CONTEXT, WORKER_SC_BITS);
    }
    give_all();
    give_objects();
    for (unsigned i = 0; i < FUZZ_SLOTS; i++)
        shared.types[i] = 0xff;
}
/* All memory is free: as frames, as objects of the kernel and as one. */
static void check_memory(void)
{
    const u64 at_once = 256;
    u64 left = 1ull << ARENA_BITS >> 12;
    for (u64 slot = next_slot; left; slot += at_once, left -= left < at_once ? left : at_once)
        must("memory as pages", retype(arena, OBJECT_SMALL_PAGE, 0, slot, left < at_once ? left : at_once));
    if (!retype(arena, OBJECT_ENDPOINT, 0, ROOT_SLOTS - 1, 1))
        complain("more memory came back than there was", 0);
    revoke(arena);
    must("memory as a CNode", retype(arena, OBJECT_CNODE, ARENA_BITS - SLOT_BITS, next_slot, 1));
    revoke(arena);
}
static void check_pools(void)
{
    u64 pools = 7, at = next_slot + pools;
    must("memory", retype(arena, OBJECT_UNTYPED, 12, at, pools));
    for (u64 i = 0; i < pools; i++)
        must("pool", ask(5, LABEL_ASID_CONTROL_MAKE_POOL, WORDS(next_slot + i, 64), WORDS(at + i, ROOT_CNODE)));
    revoke(arena);
}
static void end_round(void)
{
    revoke(arena);
    next_slot = current.first_free;
    check_memory();
    arch_check(next_slot);
    check_pools();
}
static void do_round(void)
{
    begin_round();
    for (unsigned kick = 0; kick < KICKS; kick++) {
        arch_give(current.cnode, draw(3));
        for (unsigned i = 0; i < WORKERS; i++) {
            if (kick == 0 || draw(4) == 0)
                configure(i);
            start(i);
        }
        if (draw(4) == 0)
            give_all();
        enter(SYSCALL_YIELD, &(struct message){0});
    }
    end_round();
}

void judge_main(const struct boot_info *given)
{
    u64 rounds = (u64)fuzz_rounds, began = arch_ticks();
    info = given;
    buffer = (struct buffer *)info->ipc_buffer;
    next_slot = info->empty.start;
    state = (u64)fuzz_seed | 1;
    make_sleep_possible();
    make_vspace();
    arch_judge_begin();
    arena = untyped_of(ARENA_BITS);
    for (round_number = 0; round_number < rounds; round_number++) {
        do_round();
        if (round_number % 100 == 99) {
            print("fuzz: round ");
            print_number(round_number + 1);
            print(", operations ");
            print_number(shared.calls);
            print("\n");
        }
    }
    print("fuzz: invocations that never succeeded:");
    for (unsigned i = 1; i < LABELS; i++) {
        if (!shared.done[i]) {
            print(" ");
            print_number(i);
        }
    }
    print("\n");
    print("fuzz: done, operations ");
    print_number(shared.calls);
    print(", ticks ");
    print_number(arch_ticks() - began);
    print("\n");
    stop();
}
