/* SPDX-License-Identifier: GPL-3.0-only */
/* destroy_test.c: the end of containers, and memory that is used again. */
#include "derive.h"
#include "destroy.h"
#include "host.h"
#include "notification.h"
#include "sched_context.h"

static enum error delete_slot(u64 slot)
{
    return host_invoke(ROOT_CNODE, LABEL_CNODE_DELETE, (struct host_args){{slot, 64}, 2});
}
static enum error revoke(u64 slot)
{
    return host_invoke(ROOT_CNODE, LABEL_CNODE_REVOKE, (struct host_args){{slot, 64}, 2});
}
/* The capability in root slot `from` goes to slot `index` of the small CNode in root slot `node`. */
static enum error move_into(u64 node, u64 index, u64 from)
{
    return host_invoke(node, LABEL_CNODE_MOVE, (struct host_args){{index, 1, from, 64}, 4, {ROOT_CNODE}, 1});
}

/* host_empty: an untyped; from host_empty + 1 on `depth` CNodes, each but the first inside the one before; the last
 * one holds an endpoint and a thread. */
static void make_chain(u64 depth, u64 index)
{
    u64 first = host_empty + 1, last = first + depth - 1, leaf = last + 1;
    CHECK_EQ(host_retype(host_untyped, OBJECT_UNTYPED, 20, host_empty, 1), ERROR_NONE);
    CHECK_EQ(host_retype(host_empty, OBJECT_CNODE, 1, first, depth), ERROR_NONE);
    CHECK_EQ(host_retype(host_empty, OBJECT_TCB, 0, leaf, 1), ERROR_NONE);
    CHECK_EQ(host_retype(host_empty, OBJECT_ENDPOINT, 0, leaf + 1, 1), ERROR_NONE);
    CHECK_EQ(move_into(last, 0, leaf), ERROR_NONE);
    CHECK_EQ(move_into(last, 1, leaf + 1), ERROR_NONE);
    for (u64 i = last; i > first; i--)
        CHECK_EQ(move_into(i - 1, index, i), ERROR_NONE);
}
TEST(deleting_a_cnode_deletes_all_that_only_it_led_to)
{
    for (u64 index = 0; index < 2; index++) {
        make_chain(200, index);
        CHECK(derive_has_children(host_slot(host_empty)));
        CHECK_EQ(delete_slot(host_empty + 1), ERROR_NONE);
        CHECK(!derive_has_children(host_slot(host_empty)));
        CHECK_EQ(delete_slot(host_empty), ERROR_NONE);
    }
}
TEST(deleting_goes_on_after_interrupts)
{
    fake_interrupt_every = 1;
    make_chain(200, 1);
    CHECK_EQ(delete_slot(host_empty + 1), ERROR_NONE);
    CHECK(!derive_has_children(host_slot(host_empty)));
}
TEST(a_cnode_that_holds_itself_ends_with_its_memory)
{
    make_chain(1, 0);
    u64 node = host_empty + 1;
    CHECK_EQ(host_invoke(node, LABEL_CNODE_DELETE, (struct host_args){{0, 1}, 2}), ERROR_NONE);
    CHECK_EQ(move_into(node, 0, node), ERROR_NONE);
    CHECK(derive_has_children(host_slot(host_empty)));
    CHECK_EQ(revoke(host_empty), ERROR_NONE);
    CHECK(!derive_has_children(host_slot(host_empty)));
}
TEST(memory_is_clear_when_it_becomes_an_object)
{
    fake_interrupt_every = 1;
    CHECK_EQ(host_retype(host_untyped, OBJECT_CNODE, 14, host_empty, 1), ERROR_NONE);
    const u64 *words = (const u64 *)cnode_slots(host_slot(host_empty)->cap);
    u64 found = 0;
    for (u64 i = 0; i < (1ull << 19) / 8; i++)
        found |= words[i];
    CHECK_EQ(found, 0);
}
TEST(retype_tells_what_is_wrong)
{
    CHECK_EQ(host_retype(host_untyped, OBJECT_TYPES, 0, host_empty, 1), ERROR_INVALID_ARGUMENT);
    CHECK_EQ(host_word(0), 0);
    CHECK_EQ(host_retype(host_untyped, OBJECT_UNTYPED, 3, host_empty, 1), ERROR_INVALID_ARGUMENT);
    CHECK_EQ(host_word(0), 1);
    CHECK_EQ(host_retype(host_untyped, OBJECT_UNTYPED, 64, host_empty, 1), ERROR_RANGE);
    CHECK_EQ(host_retype(host_untyped, OBJECT_ENDPOINT, 0, 8192, 1), ERROR_RANGE);
    CHECK_EQ(host_word(1), 8191);
    CHECK_EQ(host_retype(host_untyped, OBJECT_ENDPOINT, 0, host_empty, 257), ERROR_RANGE);
    CHECK_EQ(host_word(1), 256);
    CHECK_EQ(host_retype(host_untyped, OBJECT_ENDPOINT, 0, ROOT_CNODE, 1), ERROR_DELETE_FIRST);
    CHECK_EQ(host_retype(host_untyped, OBJECT_UNTYPED, 40, host_empty, 1), ERROR_NOT_ENOUGH_MEMORY);
    CHECK_EQ(host_retype(host_info->untyped.start, OBJECT_ENDPOINT, 0, host_empty, 1), ERROR_INVALID_ARGUMENT);
    CHECK_EQ(host_retype(host_info->untyped.start, OBJECT_FRAME, 0, host_empty, 1), ERROR_NONE);
}
TEST(a_handler_is_issued_once_and_signals_its_notification)
{
    struct host_args issue = {{70000, host_empty, 64}, 3, {ROOT_CNODE}, 1};
    u64 badged = host_empty + 2;
    CHECK_EQ(host_invoke(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_HANDLER, issue), ERROR_NONE);
    CHECK_EQ(host_invoke(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_HANDLER, issue), ERROR_REVOKE_FIRST);
    CHECK_EQ(host_retype(host_untyped, OBJECT_NOTIFICATION, 0, host_empty + 1, 1), ERROR_NONE);
    CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_MINT,
                         (struct host_args){{badged, 64, host_empty + 1, 64, RIGHTS_ALL, 5}, 6, {ROOT_CNODE}, 1}),
             ERROR_NONE);
    CHECK_EQ(host_invoke(host_empty, LABEL_IRQ_SET_HANDLER, (struct host_args){{0}, 0, {badged}, 1}), ERROR_NONE);
    handle_interrupt(70000);
    host_syscall(-9, host_empty + 1, 0);
    CHECK_EQ(arch_get(&host_root->context, ARCH_CAP), 5);
    CHECK_EQ(host_invoke(host_empty, LABEL_IRQ_ACK, (struct host_args){{0}, 0}), ERROR_NONE);
    CHECK_EQ(fake_acks, 1);
    CHECK_EQ(delete_slot(host_empty), ERROR_NONE);
    CHECK_EQ(host_invoke(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_HANDLER, issue), ERROR_NONE);
}

/* --- ends in the midst of an operation on a thread --- */

enum { THREAD, CONTEXT, FRAME, NODE, KEPT, KEEPER, SERVER, SERVERS_CONTEXT, ENDPOINT, REPLY };
static u64 at(unsigned i)
{
    return host_empty + i;
}
static void make(unsigned i, enum object_type type, u64 bits)
{
    CHECK_EQ(host_retype(host_untyped, type, bits, at(i), 1), ERROR_NONE);
}
static void make_context(unsigned i)
{
    make(i, OBJECT_SCHED_CONTEXT, 8);
    CHECK_EQ(host_invoke(host_info->sched_control.start, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS,
                         (struct host_args){{1000, 1000}, 5, {at(i)}, 1}),
             ERROR_NONE);
}
/* A thread of the root task's priority and address space, with this CSpace and buffer (0: none), ready to run. */
static void make_thread(unsigned thread, unsigned context, u64 cspace, u64 buffer)
{
    make(thread, OBJECT_TCB, 0);
    make_context(context);
    CHECK_EQ(host_invoke(at(thread), LABEL_TCB_CONFIGURE,
                         (struct host_args){{0, 0, buffer ? 0x10000 : 0}, 3, {cspace, ROOT_VSPACE, buffer}, 3}),
             ERROR_NONE);
    CHECK_EQ(host_invoke(at(thread), LABEL_TCB_SET_SCHED_PARAMS,
                         (struct host_args){{255, 255}, 2, {ROOT_TCB, at(context), 0}, 3}),
             ERROR_NONE);
    CHECK_EQ(host_invoke(at(thread), LABEL_TCB_RESUME, (struct host_args){{0}, 0}), ERROR_NONE);
}
/* A copy, or with a guard of so many zeros; the place is slot `index` of the CNode in root slot `node`. */
static void copy_into(u64 node, u64 index, u64 depth, u64 from, u64 guard_bits)
{
    enum label label = guard_bits ? LABEL_CNODE_MINT : LABEL_CNODE_COPY;
    struct host_args a = {{index, depth, from, 64, RIGHTS_ALL, guard_bits}, guard_bits ? 6 : 5, {ROOT_CNODE}, 1};
    CHECK_EQ(host_invoke(node, label, a), ERROR_NONE);
}

/*
 * What the thread is to have afterwards stays, in a CNode (KEPT) that is kept by a third thread; that is all which is
 * left, because the thread's own capability was in its CSpace alone.
 */
TEST(a_thread_that_ends_with_its_old_cspace_gets_nothing)
{
    u64 in_kept = 1ull << 63;
    make(NODE, OBJECT_CNODE, 1);
    make(KEPT, OBJECT_CNODE, 2);
    make(KEEPER, OBJECT_TCB, 0);
    make(FRAME, OBJECT_FRAME, 0);
    make_thread(THREAD, CONTEXT, at(NODE), at(FRAME));
    CHECK_EQ(host_invoke(at(KEEPER), LABEL_TCB_SET_SPACE, (struct host_args){{0, 0}, 2, {0, at(KEPT), ROOT_VSPACE}, 3}),
             ERROR_NONE);
    copy_into(at(KEPT), 0, 2, at(KEPT), 0);
    copy_into(at(KEPT), 1, 2, ROOT_VSPACE, 0);
    copy_into(at(KEPT), 2, 2, at(FRAME), 0);
    copy_into(at(KEPT), 3, 2, at(KEEPER), 0);
    copy_into(at(NODE), 1, 1, at(KEPT), 61);
    struct tcb *t = host_object(at(THREAD));
    CHECK_EQ(move_into(at(NODE), 0, at(THREAD)), ERROR_NONE);
    CHECK_EQ(delete_slot(at(KEPT)), ERROR_NONE);
    CHECK_EQ(delete_slot(at(NODE)), ERROR_NONE);
    host_syscall(-11, 0, 0);
    CHECK(host_now() == t);
    host_invoke(0, LABEL_TCB_CONFIGURE, (struct host_args){{0, 0, 0x10000}, 3, {in_kept, in_kept + 1, in_kept + 2}, 3});
    CHECK(host_now() == host_root);
    for (unsigned i = 0; i < TCB_SLOTS; i++)
        CHECK(slot_is_empty(&t->slot[i]));
}

/*
 * The thread waits for a passive server's answer. The end of the reply object, which gives the thread its time back, is
 * begun, and left for an interrupt.
 */
TEST(time_that_comes_back_meanwhile_is_not_replaced)
{
    make(ENDPOINT, OBJECT_ENDPOINT, 0);
    make(REPLY, OBJECT_REPLY, 0);
    make(NODE, OBJECT_CNODE, 7);
    make_thread(SERVER, SERVERS_CONTEXT, ROOT_CNODE, 0);
    host_syscall(-11, 0, 0);
    CHECK(host_now() == host_object(at(SERVER)));
    arch_set(&host_now()->context, ARCH_REPLY, at(REPLY));
    host_syscall(-7, at(ENDPOINT), 0);
    CHECK_EQ(host_invoke(at(SERVERS_CONTEXT), LABEL_SCHED_CONTEXT_UNBIND, (struct host_args){{0}, 0}), ERROR_NONE);
    make_thread(THREAD, CONTEXT, ROOT_CNODE, 0);
    struct tcb *t = host_object(at(THREAD));
    struct sched_context *own = t->context_of_time, *other = host_object(at(SERVERS_CONTEXT));
    host_syscall(-11, 0, 0);
    CHECK(host_now() == t);
    host_syscall(-1, at(ENDPOINT), 0);
    CHECK(own->tcb == host_object(at(SERVER)));
    host_syscall(-11, 0, 0);
    CHECK(host_now() == host_root);

    CHECK_EQ(host_invoke(at(NODE), LABEL_CNODE_MOVE, (struct host_args){{1, 7, at(REPLY), 64}, 4, {ROOT_CNODE}, 1}),
             ERROR_NONE);
    fake_interrupt_every = 1;
    message_set_word(host_root, 0, at(NODE));
    message_set_word(host_root, 1, 64);
    arch_set(&host_root->context, ARCH_CAP, ROOT_CNODE);
    arch_set(&host_root->context, ARCH_INFO, message_make_info(LABEL_CNODE_DELETE, 2));
    handle_syscall(-1);
    fake_interrupt_every = 0;
    CHECK_EQ(t->state, THREAD_BLOCKED_REPLY);
    CHECK_EQ(host_invoke(at(THREAD), LABEL_TCB_SET_SCHED_PARAMS,
                         (struct host_args){{255, 255}, 2, {ROOT_TCB, at(SERVERS_CONTEXT), 0}, 3}),
             ERROR_ILLEGAL_OPERATION);
    CHECK(t->context_of_time == own && own->tcb == t);
    CHECK(!other->tcb);
}

/* --- a revoke that is interrupted --- */

enum { OWNER, OWNED, OTHERS, PLACE };
/* OWNED is to be made from OWNER's memory. */
static void make_owner(enum object_type type, u64 bits)
{
    make(OWNER, OBJECT_UNTYPED, 14);
    CHECK_EQ(host_retype(at(OWNER), type, bits, at(OWNED), 1), ERROR_NONE);
}
/* Revokes, up to the first interrupt that comes when a step is done; false: it came to its end. */
static bool revoke_some(u64 slot)
{
    u64 before = host_root->context.program_counter;
    message_set_word(host_root, 0, slot);
    message_set_word(host_root, 1, 64);
    arch_set(&host_root->context, ARCH_CAP, ROOT_CNODE);
    arch_set(&host_root->context, ARCH_INFO, message_make_info(LABEL_CNODE_REVOKE, 2));
    host_root->context.program_counter = before + FAKE_SYSCALL_BYTES;
    fake_interrupt_every = 2;
    destroy_steps = 1;
    handle_syscall(-1);
    fake_interrupt_every = 0;
    CHECK(host_now() == host_root);
    bool interrupted = host_root->context.program_counter == before;
    host_root->context.program_counter = before;
    return interrupted;
}

TEST(who_has_a_threads_capability_never_has_those_that_it_holds)
{
    make_owner(OBJECT_TCB, 0);
    CHECK_EQ(
        host_invoke(at(OWNED), LABEL_TCB_SET_SPACE, (struct host_args){{0, 0}, 2, {0, ROOT_CNODE, ROOT_VSPACE}, 3}),
        ERROR_NONE);
    while (revoke_some(at(OWNER)))
        CHECK(slot_is_empty(host_slot(at(OWNED))) || cap_is(host_slot(at(OWNED))->cap, CAP_TCB));
    CHECK(slot_is_empty(host_slot(at(OWNED))));
    CHECK(!derive_has_children(host_slot(at(OWNER))));
}
static void make_cnode_with_others(void)
{
    make_owner(OBJECT_CNODE, 2);
    make(OTHERS, OBJECT_ENDPOINT, 0);
    for (u64 i = 0; i < 3; i++)
        copy_into(at(OWNED), i, 2, at(OTHERS), 0);
}
TEST(a_revoke_that_was_interrupted_empties_all_slots)
{
    make_cnode_with_others();
    unsigned interrupts = 0;
    while (revoke_some(at(OWNER)))
        interrupts++;
    CHECK(interrupts > 1);
    CHECK(slot_is_empty(host_slot(at(OWNED))));
    CHECK(!derive_has_children(host_slot(at(OWNER))));
    CHECK(!derive_has_children(host_slot(at(OTHERS))));
}
TEST(what_is_to_go_with_a_cnode_goes_also_from_where_it_was_moved)
{
    make_cnode_with_others();
    while (!cap_is(host_slot(at(OWNED))->cap, CAP_ENDPOINT))
        CHECK(revoke_some(at(OWNER)));
    CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_MOVE,
                         (struct host_args){{at(PLACE), 64, at(OWNED), 64}, 4, {ROOT_CNODE}, 1}),
             ERROR_NONE);
    make(OWNED, OBJECT_NOTIFICATION, 0);
    while (revoke_some(at(OWNER)))
        continue;
    CHECK(slot_is_empty(host_slot(at(PLACE))));
    CHECK(cap_is(host_slot(at(OWNED))->cap, CAP_NOTIFICATION));
    CHECK(!derive_has_children(host_slot(at(OTHERS))));
}

/* --- what a revoke that was interrupted is about to end, in the midst of other operations --- */

enum { DOOMED = 4, SOURCE, USED_THREAD, USED_CONTEXT };
/* The capability in root slot DOOMED is its object's last, in the first slot of a CNode: it stands in OWNED then. */
static void make_doomed(void)
{
    enum cap_type type = cap_type(host_slot(at(DOOMED))->cap);
    make_owner(OBJECT_CNODE, 2);
    CHECK_EQ(host_invoke(at(OWNED), LABEL_CNODE_MOVE, (struct host_args){{0, 2, at(DOOMED), 64}, 4, {ROOT_CNODE}, 1}),
             ERROR_NONE);
    while (!cap_is(host_slot(at(OWNED))->cap, type))
        CHECK(revoke_some(at(OWNER)));
}
static enum error set_context(unsigned thread, unsigned context)
{
    return host_invoke(at(thread), LABEL_TCB_SET_SCHED_PARAMS,
                       (struct host_args){{255, 255}, 2, {ROOT_TCB, at(context), 0}, 3});
}
TEST(a_thread_gets_no_time_that_ends_meanwhile)
{
    make_context(DOOMED);
    const struct sched_context *c = host_object(at(DOOMED));
    make(USED_THREAD, OBJECT_TCB, 0);
    make_doomed();
    CHECK_EQ(set_context(USED_THREAD, OWNED), ERROR_NONE); /* as from an empty slot: none */
    CHECK(slot_is_empty(host_slot(at(OWNED))));
    CHECK(!((struct tcb *)host_object(at(USED_THREAD)))->context_of_time);
    CHECK(!c->tcb);
}
TEST(a_thread_that_ends_meanwhile_gets_no_time)
{
    make(DOOMED, OBJECT_TCB, 0);
    const struct tcb *t = host_object(at(DOOMED));
    make_context(USED_CONTEXT);
    make_doomed();
    CHECK_EQ(set_context(OWNED, USED_CONTEXT), ERROR_INVALID_CAPABILITY);
    CHECK_EQ(host_word(0), 0);
    CHECK(!t->context_of_time);
    CHECK(!((struct sched_context *)host_object(at(USED_CONTEXT)))->tcb);
}
TEST(a_handler_that_ends_meanwhile_gets_no_notification)
{
    struct host_args issue = {{70000, at(DOOMED), 64}, 3, {ROOT_CNODE}, 1};
    CHECK_EQ(host_invoke(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_HANDLER, issue), ERROR_NONE);
    make(SOURCE, OBJECT_NOTIFICATION, 0);
    make_doomed();
    CHECK_EQ(host_invoke(at(OWNED), LABEL_IRQ_SET_HANDLER, (struct host_args){{0}, 0, {at(SOURCE)}, 1}),
             ERROR_INVALID_CAPABILITY);
    CHECK(!derive_has_children(host_slot(at(SOURCE))));
    CHECK_EQ(host_invoke(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_HANDLER, issue), ERROR_NONE);
    handle_interrupt(70000);
    CHECK(!((struct notification *)host_object(at(SOURCE)))->active);
}
