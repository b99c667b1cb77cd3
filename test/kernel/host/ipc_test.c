/* SPDX-License-Identifier: GPL-3.0-only */
/* ipc_test.c: threads that pass messages and time. The root task is the client, a second thread the server. */
#include "endpoint.h"
#include "fault.h"
#include "host.h"
#include "sched.h"
#include "thread.h"

enum { SERVER, CONTEXT, ENDPOINT, REPLY, BADGED, NOTIFICATION, FRAME };
static u64 at(unsigned i)
{
    return host_empty + i;
}
static struct tcb *server(void)
{
    return host_object(at(SERVER));
}
static void make(unsigned i, enum object_type type, u64 bits)
{
    CHECK_EQ(host_retype(host_untyped, type, bits, at(i), 1), ERROR_NONE);
}
static enum error set_budget(u64 budget_us, u64 period_us, u64 extra)
{
    return host_invoke(host_info->sched_control.start, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS,
                       (struct host_args){{budget_us, period_us, extra, 77, 0}, 5, {at(CONTEXT)}, 1});
}
/* A server of this priority, with a context of its own, that shares the root task's spaces. */
static void make_server(u64 priority)
{
    make(SERVER, OBJECT_TCB, 0);
    make(CONTEXT, OBJECT_SCHED_CONTEXT, 8);
    make(ENDPOINT, OBJECT_ENDPOINT, 0);
    make(REPLY, OBJECT_REPLY, 0);
    make(NOTIFICATION, OBJECT_NOTIFICATION, 0);
    make(FRAME, OBJECT_FRAME, 0);
    CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_MINT,
                         (struct host_args){{at(BADGED), 64, at(ENDPOINT), 64, RIGHTS_ALL, 9}, 6, {ROOT_CNODE}, 1}),
             ERROR_NONE);
    CHECK_EQ(set_budget(1000, 1000, 0), ERROR_NONE);
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_CONFIGURE,
                         (struct host_args){{0, 0, 0x10000}, 3, {ROOT_CNODE, ROOT_VSPACE, at(FRAME)}, 3}),
             ERROR_NONE);
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_SET_SCHED_PARAMS,
                         (struct host_args){{priority, priority}, 2, {ROOT_TCB, at(CONTEXT), 0}, 3}),
             ERROR_NONE);
}
static void start_server(void)
{
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_RESUME, (struct host_args){{0}, 0}), ERROR_NONE);
}
static void receive(void)
{
    arch_set(&host_now()->context, ARCH_REPLY, at(REPLY));
    host_syscall(-7, at(ENDPOINT), 0);
}

TEST(a_call_reaches_the_server_and_its_answer_the_caller)
{
    make_server(255);
    start_server();
    CHECK(host_now() == host_root); /* of equal priority: it waits for its turn */
    host_syscall(-11, 0, 0);
    CHECK(host_now() == server());
    receive();
    CHECK(host_now() == host_root);
    message_set_word(host_root, 0, 11);
    message_set_word(host_root, 6, 17);
    host_syscall(-1, at(BADGED), message_make_info(3, 7));
    CHECK(host_now() == server());
    CHECK_EQ(arch_get(&server()->context, ARCH_CAP), 9);
    CHECK_EQ(arch_get(&server()->context, ARCH_INFO), message_make_info(3, 7));
    CHECK_EQ(host_word(0), 11);
    CHECK_EQ(host_word(6), 17);
    message_set_word(server(), 0, 12);
    arch_set(&server()->context, ARCH_REPLY, at(REPLY));
    host_syscall(-2, at(ENDPOINT), message_make_info(4, 1));
    CHECK(host_now() == host_root);
    CHECK_EQ(arch_get(&host_root->context, ARCH_INFO), message_make_info(4, 1));
    CHECK_EQ(host_word(0), 12);
    CHECK_EQ(server()->state, THREAD_BLOCKED_RECEIVE);
}
/* The server waits in receive, without a context. */
static void make_passive_server(void)
{
    make_server(255);
    start_server();
    host_syscall(-11, 0, 0);
    receive();
    CHECK_EQ(host_invoke(at(CONTEXT), LABEL_SCHED_CONTEXT_UNBIND_OBJECT, (struct host_args){{0}, 0, {at(SERVER)}, 1}),
             ERROR_NONE);
}
TEST(a_passive_server_runs_on_its_callers_time)
{
    make_passive_server();
    struct sched_context *time = host_root->context_of_time;
    host_syscall(-1, at(BADGED), 0);
    CHECK(host_now() == server());
    CHECK(server()->context_of_time == time);
    CHECK(!host_root->context_of_time);
    arch_set(&server()->context, ARCH_REPLY, at(REPLY));
    host_syscall(-2, at(ENDPOINT), 0);
    CHECK(host_now() == host_root);
    CHECK(host_root->context_of_time == time);
    CHECK(!server()->context_of_time);
}
TEST(time_comes_back_when_the_reply_object_goes)
{
    make_passive_server();
    struct sched_context *time = host_root->context_of_time;
    host_syscall(-1, at(BADGED), 0);
    CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_DELETE, (struct host_args){{at(REPLY), 64}, 2}), ERROR_NONE);
    CHECK(host_root->context_of_time == time);
    CHECK_EQ(host_root->state, THREAD_INACTIVE);
}
TEST(a_capability_goes_with_a_message_and_another_to_the_same_endpoint_is_unwrapped)
{
    make_server(254);
    start_server();
    u64 *buffer = arch_kernel_address(cap_physical(host_slot(at(FRAME))->cap));
    buffer[BUFFER_RECEIVE_CNODE] = ROOT_CNODE;
    buffer[BUFFER_RECEIVE_INDEX] = at(20);
    buffer[BUFFER_RECEIVE_DEPTH] = 64;
    u64 *mine = message_buffer(host_root, true);
    mine[BUFFER_CAPS] = at(NOTIFICATION);
    mine[BUFFER_CAPS + 1] = at(BADGED);
    host_syscall(-5, at(BADGED), info_with_extras(0, 2));
    CHECK(host_now() == server());
    receive();
    CHECK(host_now() == host_root);
    CHECK(cap_is(host_slot(at(20))->cap, CAP_NOTIFICATION));
    CHECK_EQ(arch_get(&server()->context, ARCH_INFO), info_with_unwrapped(info_with_extras(0, 2), 2));
    CHECK_EQ(buffer[BUFFER_CAPS + 1], 9);
}
TEST(a_thread_out_of_budget_waits_for_its_period)
{
    make_server(255);
    CHECK_EQ(set_budget(1000, 10000, 2), ERROR_NONE);
    start_server();
    host_syscall(-11, 0, 0);
    CHECK(host_now() == server());
    u64 began = fake_time;
    CHECK_EQ(fake_deadline, began + 10000);
    fake_time += 10000;
    handle_timer();
    CHECK(host_now() == host_root);
    CHECK(server()->releasing);
    fake_time = began + 100000;
    host_syscall(-11, 0, 0);
    CHECK(host_now() == server());
}
TEST(a_bound_notification_wakes_a_receiver)
{
    make_server(255);
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_BIND_NOTIFICATION, (struct host_args){{0}, 0, {at(NOTIFICATION)}, 1}),
             ERROR_NONE);
    start_server();
    host_syscall(-11, 0, 0);
    receive();
    host_syscall(-5, at(NOTIFICATION), 0);
    CHECK_EQ(server()->state, THREAD_RUNNING);
    CHECK_EQ(arch_get(&server()->context, ARCH_CAP), 0);
}
TEST(a_fault_is_a_message_and_its_answer_lets_the_thread_go_on)
{
    make_server(254);
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_SET_SPACE,
                         (struct host_args){{0, 0}, 2, {at(BADGED), ROOT_CNODE, ROOT_VSPACE}, 3}),
             ERROR_NONE);
    start_server();
    receive();
    CHECK(host_now() == server());
    server()->context.program_counter = 0x1234;
    handle_vm_fault(0x5678, false, 6);
    CHECK(host_now() == host_root);
    CHECK_EQ(arch_get(&host_root->context, ARCH_INFO), message_make_info(FAULT_VM, 4));
    CHECK_EQ(host_word(0), 0x1234);
    CHECK_EQ(host_word(1), 0x5678);
    CHECK_EQ(host_word(3), 6);
    CHECK_EQ(server()->state, THREAD_BLOCKED_REPLY);
    host_syscall(-5, at(REPLY), 0);
    CHECK_EQ(server()->state, THREAD_RUNNING);
    CHECK_EQ(server()->context.program_counter, 0x1234);
}
TEST(a_cancelled_system_call_is_made_again)
{
    make_server(254);
    start_server();
    host_syscall(-9, at(NOTIFICATION), 0);
    CHECK(host_now() == server());
    u64 before = server()->context.program_counter;
    receive();
    handle_timer();
    CHECK_EQ(server()->context.program_counter, before + FAKE_SYSCALL_BYTES);
    thread_suspend(server());
    CHECK_EQ(server()->context.program_counter, before);
}
TEST(a_thread_that_stops_in_a_system_call_stands_before_it)
{
    make_server(254);
    start_server();
    host_syscall(-9, at(NOTIFICATION), 0);
    CHECK(host_now() == server());
    u64 before = server()->context.program_counter;
    host_syscall(-1, 1ull << 40, 0); /* no such capability, and nobody handles the fault */
    CHECK_EQ(server()->state, THREAD_INACTIVE);
    CHECK_EQ(server()->context.program_counter, before);
    CHECK_EQ(host_now()->state, THREAD_IDLE);
}
TEST(a_time_out_handler_hears_of_a_used_up_budget)
{
    make_server(255);
    CHECK_EQ(set_budget(1000, 10000, 0), ERROR_NONE);
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_SET_TIMEOUT_ENDPOINT, (struct host_args){{0}, 0, {at(BADGED)}, 1}),
             ERROR_NONE);
    start_server();
    receive(); /* the root task waits for the message */
    CHECK(host_now() == server());
    fake_time += 10000;
    handle_timer();
    CHECK_EQ(server()->state, THREAD_BLOCKED_REPLY);
    CHECK(host_now() == host_root);
    CHECK_EQ(arch_get(&host_root->context, ARCH_INFO), message_make_info(FAULT_TIMEOUT, 2));
    CHECK_EQ(host_word(0), 77);
    CHECK_EQ(host_word(1), 1000);
}
TEST(yield_to_runs_another_and_tells_its_time)
{
    make_server(255);
    start_server();
    host_invoke(at(CONTEXT), LABEL_SCHED_CONTEXT_YIELD_TO, (struct host_args){{0}, 0});
    CHECK(host_now() == server());
    fake_time += 500;
    host_syscall(-11, 0, 0);
    CHECK(host_now() == host_root);
    CHECK_EQ(arch_get(&host_root->context, ARCH_INFO), message_make_info(ERROR_NONE, 1));
    CHECK_EQ(host_word(0), 50);
}
TEST(a_program_counter_written_while_a_thread_is_blocked_is_where_it_goes_on)
{
    make_server(254);
    start_server();
    host_syscall(-9, at(NOTIFICATION), 0);
    CHECK(host_now() == server());
    receive();
    handle_timer();
    host_root->context.program_counter = 0;
    thread_resume(host_root); /* its wait is over */
    handle_timer();
    CHECK(host_now() == host_root);
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_WRITE_REGISTERS, (struct host_args){{0, 1, 0x5000}, 3}), ERROR_NONE);
    CHECK_EQ(server()->state, THREAD_BLOCKED_RECEIVE);
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_RESUME, (struct host_args){{0}, 0}), ERROR_NONE);
    CHECK_EQ(server()->context.program_counter, 0x5000);
    host_syscall(-9, at(NOTIFICATION), 0);
    CHECK(host_now() == server());
    u64 before = server()->context.program_counter;
    receive(); /* blocked anew, it makes this call again */
    thread_suspend(server());
    CHECK_EQ(server()->context.program_counter, before);
}
/* The client stands before its call, or is put there when it is asked for. */
static void check_client_stands_at(u64 place)
{
    enum { RIP, WORDS };
    CHECK_EQ(host_invoke(ROOT_TCB, LABEL_TCB_READ_REGISTERS, (struct host_args){{0, WORDS}, 2}), ERROR_NONE);
    CHECK_EQ(host_word(RIP), place);
}
TEST(a_blocked_thread_is_read_before_its_system_call)
{
    make_passive_server();
    u64 before = host_root->context.program_counter;
    host_syscall(-1, at(BADGED), 0);
    CHECK(host_now() == server());
    check_client_stands_at(before);
    CHECK_EQ(host_root->context.program_counter, before + FAKE_SYSCALL_BYTES);
}
TEST(a_call_whose_reply_object_goes_is_made_again)
{
    make_passive_server();
    u64 before = host_root->context.program_counter;
    host_syscall(-1, at(BADGED), 0);
    CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_DELETE, (struct host_args){{at(REPLY), 64}, 2}), ERROR_NONE);
    CHECK_EQ(host_root->state, THREAD_INACTIVE);
    CHECK_EQ(host_root->context.program_counter, before);
}
TEST(a_call_that_is_received_without_a_reply_object_is_made_again)
{
    make_server(254);
    start_server();
    u64 before = host_root->context.program_counter;
    host_syscall(-1, at(BADGED), 0);
    CHECK_EQ(host_root->state, THREAD_BLOCKED_SEND);
    host_syscall(-9, at(ENDPOINT), 0);
    CHECK_EQ(host_root->state, THREAD_INACTIVE);
    CHECK_EQ(host_root->context.program_counter, before);
}
/* By the fast path and by the common one (a fifth word): the same comes over, and the same threads run. */
TEST(what_a_passive_server_hears_and_answers_does_not_depend_on_the_way)
{
    make_passive_server();
    for (u64 length = 3; length <= 5; length++) {
        for (u64 i = 0; i < 5; i++)
            message_set_word(host_root, (unsigned)i, 100 + i);
        for (u64 i = 0; i < 5; i++)
            message_set_word(server(), (unsigned)i, 0);
        host_syscall(-1, at(BADGED), message_make_info(6, length));
        CHECK(host_now() == server());
        CHECK_EQ(arch_get(&server()->context, ARCH_CAP), 9);
        CHECK_EQ(arch_get(&server()->context, ARCH_INFO), message_make_info(6, length));
        for (u64 i = 0; i < 5; i++)
            CHECK_EQ(host_word((unsigned)i), i < length ? 100 + i : 0);
        CHECK_EQ(host_root->state, THREAD_BLOCKED_REPLY);
        message_set_word(server(), 0, 55);
        arch_set(&server()->context, ARCH_REPLY, at(REPLY));
        host_syscall(-2, at(ENDPOINT), message_make_info(7, 1));
        CHECK(host_now() == host_root);
        CHECK_EQ(arch_get(&host_root->context, ARCH_INFO), message_make_info(7, 1));
        CHECK_EQ(arch_get(&host_root->context, ARCH_CAP), 0);
        CHECK_EQ(host_word(0), 55);
        CHECK_EQ(server()->state, THREAD_BLOCKED_RECEIVE);
    }
}
TEST(a_caller_stays_behind_a_better_thread_also_when_its_server_waits)
{
    make_passive_server();
    make(30, OBJECT_TCB, 0);
    make(31, OBJECT_SCHED_CONTEXT, 8);
    struct tcb *better = host_object(at(30));
    CHECK_EQ(host_invoke(host_info->sched_control.start, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS,
                         (struct host_args){{1000, 1000, 0, 0, 0}, 5, {at(31)}, 1}),
             ERROR_NONE);
    CHECK_EQ(host_invoke(ROOT_TCB, LABEL_TCB_SET_PRIORITY, (struct host_args){{100}, 1, {ROOT_TCB}, 1}), ERROR_NONE);
    CHECK_EQ(host_invoke(at(SERVER), LABEL_TCB_SET_PRIORITY, (struct host_args){{50}, 1, {ROOT_TCB}, 1}), ERROR_NONE);
    CHECK_EQ(host_invoke(at(30), LABEL_TCB_SET_SCHED_PARAMS, (struct host_args){{80, 80}, 2, {ROOT_TCB, at(31), 0}, 3}),
             ERROR_NONE);
    CHECK_EQ(host_invoke(at(30), LABEL_TCB_RESUME, (struct host_args){{0}, 0}), ERROR_NONE);
    CHECK(host_now() == host_root);
    host_syscall(-1, at(BADGED), 0);
    CHECK(host_now() == better);
    CHECK_EQ(server()->state, THREAD_RUNNING);
}
TEST(a_thread_sets_its_own_base_of_thread_local_storage)
{
    host_syscall(-33, 0x1230, 0);
    CHECK_EQ(host_root->context.tls_base, 0x1230);
    CHECK_EQ(host_root->state, THREAD_RUNNING);
}

/* --- cancelling sends --- */

#define SENDERS 200
#define FIRST_SENDER 20
static struct tcb *sender(unsigned i)
{
    return host_object(at(FIRST_SENDER + i));
}
/* Odd ones with the badge 9. */
static void send_from(unsigned i)
{
    endpoint_send(host_object(at(ENDPOINT)), (struct send){.sender = sender(i), .badge = 10 - i % 2, .blocking = true});
}
static bool waits(unsigned i)
{
    return sender(i)->state == THREAD_BLOCKED_SEND;
}
static unsigned waiting(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < SENDERS; i++)
        n += waits(i);
    return n;
}
static enum error cancel_badged(void)
{
    return host_invoke(ROOT_CNODE, LABEL_CNODE_CANCEL_BADGED_SENDS, (struct host_args){{at(BADGED), 64}, 2});
}
/* All senders wait; an interrupt stops what cancels those with a badge. */
static void stop_cancelling(void)
{
    make(ENDPOINT, OBJECT_ENDPOINT, 0);
    CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_MINT,
                         (struct host_args){{at(BADGED), 64, at(ENDPOINT), 64, RIGHTS_ALL, 9}, 6, {ROOT_CNODE}, 1}),
             ERROR_NONE);
    CHECK_EQ(host_retype(host_untyped, OBJECT_TCB, 0, at(FIRST_SENDER), SENDERS), ERROR_NONE);
    for (unsigned i = 0; i < SENDERS; i++)
        send_from(i);
    CHECK_EQ(waiting(), SENDERS);
    fake_interrupt_every = 1;
    u64 before = host_root->context.program_counter;
    message_set_word(host_root, 0, at(BADGED));
    message_set_word(host_root, 1, 64);
    arch_set(&host_root->context, ARCH_CAP, ROOT_CNODE);
    arch_set(&host_root->context, ARCH_INFO, message_make_info(LABEL_CNODE_CANCEL_BADGED_SENDS, 2));
    host_root->context.program_counter = before + FAKE_SYSCALL_BYTES;
    handle_syscall(-1);
    CHECK_EQ(host_root->context.program_counter, before); /* to be made again */
    CHECK(waiting() < SENDERS);
    CHECK(waiting() > SENDERS / 2);
    CHECK(!waits(1));
    CHECK(waits(SENDERS - 1));
}
TEST(cancelling_badged_sends_goes_on_after_interrupts)
{
    stop_cancelling();
    CHECK_EQ(cancel_badged(), ERROR_NONE);
    for (unsigned i = 0; i < SENDERS; i++)
        CHECK_EQ(waits(i), i % 2 == 0);
}
TEST(cancelling_badged_sends_survives_what_happens_while_it_is_stopped)
{
    stop_cancelling();
    send_from(1);                                /* later than the call */
    thread_set_priority(sender(SENDERS - 1), 7); /* before those that were looked at */
    CHECK(!waits(SENDERS - 1));
    for (unsigned i = 2; i < 100; i += 2)
        thread_suspend(sender(i)); /* the next to be looked at among them */
    CHECK_EQ(cancel_badged(), ERROR_NONE);
    for (unsigned i = 0; i < SENDERS; i++)
        CHECK_EQ(waits(i), i <= 1 || (i >= 100 && i % 2 == 0));
}
TEST(who_cancels_badged_sends_anew_means_those_that_wait_now)
{
    stop_cancelling();
    send_from(1);
    endpoint_caller_changed(host_root);
    CHECK_EQ(cancel_badged(), ERROR_NONE);
    CHECK_EQ(waiting(), SENDERS / 2);
    CHECK(!waits(1));
}
TEST(cancelling_badged_sends_that_fails_when_made_again_is_over)
{
    stop_cancelling();
    struct slot *badged = host_slot(at(BADGED)), kept = *badged;
    badged->cap = cap_null(); /* by another thread */
    CHECK_EQ(cancel_badged(), ERROR_ILLEGAL_OPERATION);
    *badged = kept;
    send_from(1);
    CHECK_EQ(cancel_badged(), ERROR_NONE);
    CHECK(!waits(1));
}
TEST(who_goes_on_elsewhere_after_a_fault_cancels_badged_sends_anew)
{
    stop_cancelling();
    send_from(1);
    host_root->fault.kind = FAULT_TIMEOUT;
    arch_set(&sender(0)->context, ARCH_INFO, message_make_info(0, 0));
    CHECK(fault_take_answer(host_root, sender(0)));
    host_root->fault.kind = FAULT_NONE;
    CHECK_EQ(cancel_badged(), ERROR_NONE);
    CHECK(!waits(1));
}
