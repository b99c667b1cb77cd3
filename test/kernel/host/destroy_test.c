/* SPDX-License-Identifier: GPL-3.0-only */
/* destroy_test.c: the end of containers, and memory that is used again. */
#include "derive.h"
#include "host.h"

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
