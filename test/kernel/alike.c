/* SPDX-License-Identifier: GPL-3.0-only */
#include "alike.h"

u64 map(u64 frame, u64 at, u64 rights)
{
    return ask(frame, PAGE_MAP, WORDS(at, rights, ATTRIBUTES), WORDS(VSPACE));
}
void ask_pages(u64 frame)
{
    volatile u64 *at = (volatile u64 *)AT;
    u64 second = make(PAGE, 0);
    say("page unaligned", map(frame, AT + 8, RIGHTS_READ_WRITE), 0);
    say("page in the kernel", map(frame, 0xffff800000000000, RIGHTS_READ_WRITE), 1);
    say("page", map(frame, AT, RIGHTS_READ_WRITE), 0);
    at[0] = 42;
    say("page elsewhere", map(frame, AT + 4096, RIGHTS_READ_WRITE), 1);
    say("page again, to read", map(frame, AT, RIGHTS_READ), 0);
    say("page again, to write", map(frame, AT, RIGHTS_READ_WRITE), 0);
    at[0]++;
    say_value("what is there", at[0]);
    say("second page", map(second, AT + 4096, RIGHTS_READ_WRITE), 0);
    say_value("what is there", at[512]);
    say("unmap", ask(second, PAGE_UNMAP, NONE, NONE), 0);
    say("unmap again", ask(second, PAGE_UNMAP, NONE, NONE), 0);
    say("page over a page", map(second, AT, RIGHTS_READ_WRITE), 0);
    say("unmap of what gave way", ask(frame, PAGE_UNMAP, NONE, NONE), 0);
    say_value("what is there", at[0]);
}

void ask_domains(void)
{
    u64 thread = make(TCB, 0);
    say("domain 1", ask(DOMAIN, DOMAIN_SET, WORDS(1), WORDS(thread)), 1);
    say("domain of no thread", ask(DOMAIN, DOMAIN_SET, WORDS(0), WORDS(CNODE)), 1);
    say("domain truncated", ask(DOMAIN, DOMAIN_SET, WORDS(0), NONE), 0);
    say("domain", ask(DOMAIN, DOMAIN_SET, WORDS(0), WORDS(thread)), 0);
    say("schedule truncated", ask(DOMAIN, SCHEDULE_CONFIGURE, WORDS(0, 0), NONE), 0);
    say("schedule behind its end", ask(DOMAIN, SCHEDULE_CONFIGURE, WORDS(1, 0, 5), NONE), 2);
    say("schedule of domain 1", ask(DOMAIN, SCHEDULE_CONFIGURE, WORDS(0, 1, 5), NONE), 2);
    say("schedule for ever", ask(DOMAIN, SCHEDULE_CONFIGURE, WORDS(0, 0, 1ull << 56), NONE), 1);
    say("schedule ends at its start", ask(DOMAIN, SCHEDULE_CONFIGURE, WORDS(0, 0, 0), NONE), 1);
    say("schedule", ask(DOMAIN, SCHEDULE_CONFIGURE, WORDS(0, 0, 1000000), NONE), 0);
    say("start truncated", ask(DOMAIN, SCHEDULE_START, NONE, NONE), 0);
    say("start behind the end", ask(DOMAIN, SCHEDULE_START, WORDS(2), NONE), 2);
    say("start at the end", ask(DOMAIN, SCHEDULE_START, WORDS(1), NONE), 1);
    say("start", ask(DOMAIN, SCHEDULE_START, WORDS(0), NONE), 0);
    say("no domain operation", ask(DOMAIN, COPY, WORDS(0), NONE), 0);
}
