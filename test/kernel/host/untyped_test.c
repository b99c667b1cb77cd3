/* SPDX-License-Identifier: GPL-3.0-only */
/* untyped_test.c: what becomes an object is clear, whoever wrote there before and however often that was interrupted.
 */
#include "derive.h"
#include "host.h"
#include "memory.h"

#define MEMORY_BITS 20
#define RADIX 13
#define CNODE_BYTES (1ull << (RADIX + SLOT_BITS))

static u64 memory(void)
{
    return host_empty;
}
static void make_memory(void)
{
    CHECK_EQ(host_retype(host_untyped, OBJECT_UNTYPED, MEMORY_BITS, memory(), 1), ERROR_NONE);
}
static u8 *bytes(void)
{
    return arch_kernel_address(cap_physical(host_slot(memory())->cap));
}
static void revoke_memory(void)
{
    CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_REVOKE, (struct host_args){{memory(), 64}, 2}), ERROR_NONE);
}
/* The thread is stopped by an interrupt in the middle, and does something else then. */
static void begin_cnode(void)
{
    struct tcb *t = host_now();
    const u64 words[] = {OBJECT_CNODE, RADIX, 0, 0, host_empty + 9, 1};
    u64 before = t->context.program_counter;
    for (unsigned i = 0; i < 6; i++)
        message_set_word(t, i, words[i]);
    message_buffer(t, true)[BUFFER_CAPS] = ROOT_CNODE;
    arch_set(&t->context, ARCH_CAP, memory());
    arch_set(&t->context, ARCH_INFO, info_with_extras(message_make_info(LABEL_UNTYPED_RETYPE, 6), 1));
    t->context.program_counter += FAKE_SYSCALL_BYTES;
    fake_interrupt_every = 1;
    handle_syscall(-1);
    fake_interrupt_every = 0;
    CHECK_EQ(t->context.program_counter, before);
}
/* A user fills what it was given, as though a clearing had been interrupted there before it was done. */
static void scribble(u8 *at)
{
    memset(at, 0xa5, CNODE_BYTES);
    ((u64 *)at)[0] = CNODE_BYTES;
    ((u64 *)at)[1] = 64;
}
static void check_cnode(void)
{
    CHECK_EQ(host_retype(memory(), OBJECT_CNODE, RADIX, host_empty + 9, 1), ERROR_NONE);
    const struct slot *s = cnode_slots(host_slot(host_empty + 9)->cap);
    unsigned filled = 0;
    for (unsigned i = 0; i < 1u << RADIX; i++)
        filled += !slot_is_empty(&s[i]);
    CHECK_EQ(filled, 0);
}

TEST(clearing_goes_on_where_it_was_interrupted)
{
    make_memory();
    memset(bytes(), 0xa5, CNODE_BYTES);
    begin_cnode();
    CHECK_EQ(bytes()[CNODE_BYTES - 1], 0);
    bytes()[CNODE_BYTES - 1] = 1; /* not looked at again */
    check_cnode();
    CHECK_EQ(bytes()[CNODE_BYTES - 1], 1);
}
TEST(memory_that_a_user_had_since_an_interrupted_clearing_is_cleared)
{
    make_memory();
    begin_cnode();
    CHECK_EQ(host_retype(memory(), OBJECT_UNTYPED, MEMORY_BITS, host_empty + 1, 1), ERROR_NONE);
    scribble(bytes());
    revoke_memory();
    check_cnode();
}
TEST(memory_that_a_user_had_before_an_interrupted_clearing_is_cleared)
{
    make_memory();
    CHECK_EQ(host_retype(memory(), OBJECT_FRAME, 0, host_empty + 1, 1), ERROR_NONE);
    begin_cnode();
    scribble(bytes());
    revoke_memory();
    check_cnode();
}
TEST(memory_that_a_copy_gave_away_is_cleared)
{
    make_memory();
    begin_cnode();
    CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_COPY,
                         (struct host_args){{host_empty + 1, 64, memory(), 64, RIGHTS_ALL}, 5, {ROOT_CNODE}, 1}),
             ERROR_NONE);
    CHECK_EQ(host_retype(host_empty + 1, OBJECT_UNTYPED, MEMORY_BITS, host_empty + 2, 1), ERROR_NONE);
    scribble(bytes());
    revoke_memory();
    check_cnode();
}
TEST(an_object_that_the_processor_does_not_have_is_not_made)
{
    make_memory();
    CHECK_EQ(host_retype(memory(), OBJECT_ABSENT, 0, host_empty + 1, 1), ERROR_INVALID_ARGUMENT);
    CHECK_EQ(host_word(0), 0);
    CHECK(slot_is_empty(host_slot(host_empty + 1)));
}
TEST(a_large_frame_is_cleaned_in_parts_and_once)
{
    fake_interrupt_every = 3;
    fake_cleaned = fake_cleaned_at_once = 0;
    CHECK_EQ(host_retype(host_untyped, OBJECT_LARGE_FRAME, 0, host_empty, 1), ERROR_NONE);
    CHECK_EQ(fake_cleaned, 1u << FAKE_LARGE_BITS);
    CHECK_EQ(fake_cleaned_at_once, 4096);
}
